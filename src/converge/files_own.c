/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `files` and `private` of hosts, changed while their lab is up: of new
 * hosts, and of those that nobody has entered yet, for they are put into a
 * host's mounts at the first entry (enter/own.c; of others: files_inside.c). What a host is to have is made
 * beside what it has, and takes its place by a rename while nobody can enter
 * for the first time. What it had stays under a name of its own, and goes with
 * the lab: directories may be mounts. Killed on the way, the next `up` finds two
 * records that differ in them, and makes them anew.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "build/build.h"
#include "diff/diff.h"
#include "converge/files_parts.h"
#include "ns/ns.h"

#define OWN_DIR "etc/own"

bool isle_files_was_entered(int tree, const char *host)
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "mnt/%s", host);
	fd = openat(tree, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 && isle_ns_is(fd, CLONE_NEWNS);
}

/* ---- in the parent */

static bool same_owns(const struct isle_host *a, const struct isle_host *b)
{
	if (!b || a->n_owns != b->n_owns)
		return !b && !a->n_owns;
	for (size_t i = 0; i < a->n_owns; i++)
		if (strcmp(a->owns[i].path, b->owns[i].path) || !isle_str_eq(a->owns[i].source, b->owns[i].source))
			return false;
	return true;
}

int isle_files_reown(struct isle_files *f, const struct isle_host *h, bool is_new)
{
	struct reown *o;

	if (!isle_arena_grow(f->arena, &f->reowns, f->n_reowns, &f->cap_reowns, sizeof(*f->reowns)))
		return -ENOMEM;
	o = &f->reowns[f->n_reowns];
	*o = (struct reown) { .host = h, .is_new = is_new, .was = isle_arena_alloc(f->arena, REOWN_ROOM),
			      .fresh = isle_arena_alloc(f->arena, REOWN_ROOM) };
	if (!o->was || !o->fresh)
		return -ENOMEM;
	*o->was = *o->fresh = '\0';
	f->n_reowns++;
	return 0;
}

int isle_files_plan_own(struct isle_files *f, const struct isle_tree *tree, const struct isle_view *view, const struct isle_lab *lab,
			struct isle_lab *const *was, size_t n_was, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		const bool is_new = !view->nss[ISLE_NS_HOST(i)];
		bool same = !is_new || !h->n_owns;
		int r;

		for (size_t k = 0; k < n_was && !is_new; k++)
			same &= same_owns(h, isle_lab_host(was[k], h->name));
		if (same)
			continue;
		if (!is_new && isle_files_was_entered(tree->dir, h->name)) {
			r = isle_files_plan_inside(f, tree, h, was, n_was, d);
		} else {
			r = isle_own_check(h, d);
			if (!r && isle_files_reown(f, h, is_new))
				return isle_fail(d, ENOMEM, NULL, "cannot prepare the files of %s", h->name);
		}
		all = all ? all : r;
	}
	return all;
}

void isle_files_show_own(const struct isle_files *f, struct isle_buf *out)
{
	for (size_t i = 0; f && i < f->n_reowns; i++)
		if (!f->reowns[i].is_new)
			isle_buf_printf(out, "~ files and directories of %s's own\n", f->reowns[i].host->name);
	isle_files_show_inside(f, out);
}

bool isle_files_have_own(const struct isle_files *f)
{
	return f && (f->n_reowns || f->n_inside || f->n_fresh);
}

/* ---- in a forked process that is in the lab's tree: system calls only */

/* FROM, if it is there, gets a name that nobody has; *RET "": it is not there. */
static int put_aside(int own, const char *from, char ret[REOWN_ROOM])
{
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(ret, REOWN_ROOM, ".%s.%u", from, i);
		if (syscall(SYS_renameat2, own, from, own, ret, 1 /* RENAME_NOREPLACE */) == 0)
			return 0;
		if (errno == EEXIST)
			continue;
		*ret = '\0';
		return errno == ENOENT ? 0 : -errno;
	}
	*ret = '\0';
	return -EEXIST;
}

static int make_fresh(int own, const struct reown *o, const char **ret_what)
{
	const struct isle_own *failed = NULL;
	isle_auto(close) int dir = -1;
	int r = -EEXIST;

	for (unsigned i = 0; r == -EEXIST && i < 10000; i++) {
		snprintf(o->fresh, REOWN_ROOM, ".%s.%u", o->host->name, i);
		r = mkdirat(own, o->fresh, 0755) < 0 ? -errno : 0;
	}
	if (!r) {
		dir = openat(own, o->fresh, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = dir < 0 ? -errno : isle_own_fill(o->host, dir, &failed);
	}
	if (failed)
		*ret_what = failed->path;
	return r;
}

static int exchange(int tree, int own, const struct reown *o)
{
	int r;

	if (!o->is_new && isle_files_was_entered(tree, o->host->name))
		return -EBUSY;
	r = put_aside(own, o->host->name, o->was);
	if (!r && o->host->n_owns && renameat(own, o->fresh, own, o->host->name) < 0)
		r = -errno;
	return r;
}

/* Nobody enters for the first time until this process ends, which it does with the commit or the undo (enter/enter.c). */
static int hold_entries(int tree)
{
	int fd;

	if (mkdirat(tree, "mnt", 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(tree, "mnt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || flock(fd, LOCK_EX) < 0 ? -errno : 0;
}

int isle_files_write_own(const struct isle_files *f, int tree, const char **ret_what)
{
	isle_auto(close) int own = -1;
	int r = 0;

	if (!f->n_reowns)
		return 0;
	*ret_what = OWN_DIR;
	if (mkdirat(tree, OWN_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	own = openat(tree, OWN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (own < 0)
		return -errno;
	for (size_t i = 0; i < f->n_reowns && !r; i++)
		if (f->reowns[i].host->n_owns)
			r = make_fresh(own, &f->reowns[i], ret_what);
	if (fchdir(tree) < 0 && !r)
		r = -errno;
	if (!r)
		r = hold_entries(tree);
	for (size_t i = 0; i < f->n_reowns && !r; i++) {
		*ret_what = f->reowns[i].host->name;
		r = exchange(tree, own, &f->reowns[i]);
	}
	return r;
}

void isle_files_undo_own(const struct isle_files *f, int tree)
{
	isle_auto(close) int own = f->n_reowns ? openat(tree, OWN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
	char aside[REOWN_ROOM];

	for (size_t i = f->n_reowns; own >= 0 && i-- > 0;) {
		const struct reown *o = &f->reowns[i];
		struct stat st;

		/* it has taken its place */
		if (*o->fresh && fstatat(own, o->fresh, &st, AT_SYMLINK_NOFOLLOW) < 0)
			put_aside(own, o->host->name, aside);
		if (*o->was)
			renameat(own, o->was, own, o->host->name);
	}
}
