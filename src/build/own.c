/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what of the file system is a host's own, when its lab comes up. Each of
 * them gets a place etc/own/HOST/N in the lab's tree, and N.to says where the
 * host will see it: an empty directory; a directory of the user's below one of
 * the lab, in an overlay, so that daemons may write, chown and rename and the
 * user's files stay as they are; or a copy of a file. It is made now because
 * what is wrong with it is to be said now; it is put into the host's mounts
 * when these are made (enter/own.c). See doc/design/files.md.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "build/build.h"
#include "enter/enter.h"
#include "enter/own.h"
#include "tree/file.h"

/* ---- in the parent */

static const char *kind_of(mode_t mode)
{
	return S_ISDIR(mode) ? "a directory" : S_ISREG(mode) ? "a file" : "something else";
}

/* The directory above the first name that is not there must not be the root, over which nothing can be mounted. */
static bool has_room(const char *path)
{
	char top[NAME_MAX + 2];
	struct stat st;
	int n = 1 + (int)strcspn(path + 1, "/");

	return (size_t)snprintf(top, sizeof(top), "%.*s", n, path) < sizeof(top) && stat(top, &st) == 0;
}

int isle_own_check_one(const struct isle_host *h, const struct isle_own *own, struct isle_diag *d)
{
	struct stat there, source = { .st_mode = S_IFDIR };

	if (own->source && stat(own->source, &source) < 0) {
		int r = isle_fail(d, errno, &own->loc, "%s of '%s': %s", own->path, h->name, own->source);

		if (r == -ENOENT)
			isle_hint(d, "the path is relative to the lab file's directory");
		return r;
	}
	if (!S_ISDIR(source.st_mode) && !S_ISREG(source.st_mode))
		return isle_reject(d, &own->loc, "%s of '%s': %s is neither a file nor a directory", own->path, h->name, own->source);
	if (stat(own->path, &there) == 0 && S_ISDIR(there.st_mode) != S_ISDIR(source.st_mode))
		return isle_reject(d, &own->loc, "%s of '%s': on this machine it is %s, and it is to be %s", own->path, h->name,
				   kind_of(there.st_mode), kind_of(source.st_mode));
	if (has_room(own->path))
		return 0;
	isle_reject(d, &own->loc, "%s of '%s': there is no /%.*s on this machine", own->path, h->name,
		    (int)strcspn(own->path + 1, "/"), own->path + 1);
	isle_hint(d, "what is missing can be made below a directory that is there, not in / itself");
	return -EINVAL;
}

int isle_own_check(const struct isle_host *h, struct isle_diag *d)
{
	int all = 0;

	for (size_t k = 0; k < h->n_owns; k++) {
		int r = isle_own_check_one(h, &h->owns[k], d);

		all = all ? all : r;
	}
	return all;
}

int isle_lab_check_files(const struct isle_lab *lab, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		int r = isle_own_check(lab->hosts[i], d);

		all = all ? all : r;
	}
	int r = isle_wireguard_read_keys(lab, d);
	all = all ? all : r;
	r = isle_nft_check_files(lab, d);
	return all ? all : r;
}

/* ---- in the builder */

static int fail(const struct isle_job *job, int r, const struct isle_host *h, const struct isle_own *own)
{
	return isle_shared_fail(job->shared, -r, -1, "cannot prepare %s of '%s'%s%s", own->path, h->name, own->source ? " from " : "",
				own->source ? own->source : "");
}

/* As the machine has it, if it does: daemons that give up their rights expect it to be theirs. */
static int make_private(int dir, const char *name, const char *like)
{
	struct stat st = { .st_mode = 0755 };

	if (mkdirat(dir, name, 0755) < 0)
		return -errno;
	if (stat(like, &st) < 0)
		return 0;
	if (fchownat(dir, name, st.st_uid, st.st_gid, 0) < 0 && errno != EPERM && errno != EINVAL)
		return -errno;
	return fchmodat(dir, name, st.st_mode & 07777, 0) < 0 ? -errno : 0;
}

/* DIR is the working directory. No overlay: a copy, which differs only in what it costs. */
static int make_directory(int dir, int source, const char *path, const char *name, const char *up, const char *work)
{
	isle_auto(close) int place = -1, top = -1;
	struct stat st;

	if (fstat(source, &st) < 0 || mkdirat(dir, name, 0755) < 0 || mkdirat(dir, up, 0755) < 0 || mkdirat(dir, work, 0755) < 0)
		return -errno;
	top = openat(dir, up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0 || fchmod(top, st.st_mode & 07777) < 0)
		return -errno;
	if (fchown(top, st.st_uid, st.st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return -errno;
	if (!isle_overlay_mount(name, path, up, work))
		return 0;
	place = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return place < 0 ? -errno : isle_copy_tree(source, place);
}

static int note_sum(int dir, const char *name, size_t nth)
{
	isle_auto(close) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t sum;
	int r = fd < 0 ? -errno : isle_sum_fd(fd, &sum);

	return r ? r : isle_sum_write(dir, nth, sum);
}

static int make_thing(int dir, const struct isle_own *own, size_t nth)
{
	isle_auto(close) int source = -1;
	char name[ISLE_OWN_NAME], up[ISLE_OWN_NAME], work[ISLE_OWN_NAME];
	struct stat st;
	int r;

	isle_own_name(name, nth, "");
	if (!own->source)
		return make_private(dir, name, own->path);
	source = open(own->source, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (source < 0 || fstat(source, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return make_directory(dir, source, own->source, name, isle_own_name(up, nth, ".up"), isle_own_name(work, nth, ".work"));
	r = S_ISREG(st.st_mode) ? isle_copy_fd(source, dir, name) : -EINVAL;
	return r ? r : note_sum(dir, name, nth);
}

int isle_own_fill_one(const struct isle_own *own, int dir, size_t nth)
{
	int r = make_thing(dir, own, nth);

	if (!r && own->source)
		r = isle_own_note(dir, nth, ".from", own->source);
	return r ? r : isle_own_note(dir, nth, ".to", own->path);
}

int isle_own_fill(const struct isle_host *h, int dir, const struct isle_own **ret_failed)
{
	int r = fchdir(dir) < 0 ? -errno : 0;

	*ret_failed = &h->owns[0];
	for (size_t i = 0; !r && i < h->n_owns; i++) {
		*ret_failed = &h->owns[i];
		r = isle_own_fill_one(&h->owns[i], dir, i);
	}
	return r;
}

static int make_host(const struct isle_job *job, const struct isle_host *h, int own)
{
	isle_auto(close) int dir = -1;
	const struct isle_own *failed = &h->owns[0];
	int r = mkdirat(own, h->name, 0755) < 0 ? -errno : 0;

	if (!r) {
		dir = openat(own, h->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = dir < 0 ? -errno : isle_own_fill(h, dir, &failed);
	}
	if (!r)
		return 0;
	job->shared->loc = &failed->loc;
	return fail(job, r, h, failed);
}

int isle_own_make(const struct isle_job *job, int etc)
{
	const struct isle_lab *lab = job->lab;
	isle_auto(close) int own = -1;
	int r = 0;

	for (size_t i = 0; !r && i < lab->n_hosts; i++) {
		if (!lab->hosts[i]->n_owns)
			continue;
		if (own < 0 && mkdirat(etc, "own", 0755) == 0)
			own = openat(etc, "own", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (own < 0)
			return fail(job, -errno, lab->hosts[i], &lab->hosts[i]->owns[0]);
		r = make_host(job, lab->hosts[i], own);
	}
	return r;
}
