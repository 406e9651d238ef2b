/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a host's own files and directories, from its lab's tree into its mounts,
 * when these are made (place.c says how). What each of them is called there is
 * in the tree beside it: N.to, and N.from if it is made from something.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "enter/place.h"
#include "ns/ns.h"
#include "tree/file.h"

const char *isle_own_name(char buf[ISLE_OWN_NAME], size_t nth, const char *suffix)
{
	snprintf(buf, ISLE_OWN_NAME, "%zu%s", nth, suffix);
	return buf;
}

int isle_owns_open(int tree_dir, const char *host, struct isle_owns *o)
{
	char path[ISLE_NAME_MAX + 16], name[ISLE_OWN_NAME];
	struct stat st;

	o->n = 0;
	snprintf(path, sizeof(path), "etc/own/%s", host);
	o->dir = openat(tree_dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (o->dir < 0)
		return errno == ENOENT ? 0 : -errno;
	for (; o->n < ISLE_OWN_MAX; o->n++) {
		if (fstatat(o->dir, isle_own_name(name, o->n, ".to"), &st, AT_SYMLINK_NOFOLLOW) < 0)
			break;
		o->tree[o->n] = isle_mount_clone(o->dir, isle_own_name(name, o->n, ""), false);
		if (o->tree[o->n] < 0)
			return o->tree[o->n];
	}
	return 0;
}

void isle_owns_close(struct isle_owns *o)
{
	for (size_t i = 0; i < o->n; i++)
		isle_auto_close(&o->tree[i]);
	isle_auto_close(&o->dir);
}

int isle_own_read(int dir, size_t nth, const char *suffix, char *ret, size_t size)
{
	char name[ISLE_OWN_NAME];
	isle_auto(close) int fd = openat(dir, isle_own_name(name, nth, suffix), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);

	if (n < 0)
		return -errno;
	ret[n] = 0;
	return 0;
}

int isle_own_note(int dir, size_t nth, const char *suffix, const char *text)
{
	char name[ISLE_OWN_NAME], fresh[ISLE_OWN_NAME + 8];
	int r;

	snprintf(fresh, sizeof(fresh), "%s.new", isle_own_name(name, nth, suffix));
	unlinkat(dir, fresh, 0);
	r = isle_file_write(dir, fresh, text, strlen(text), 0644);
	return r ? r : renameat(dir, fresh, dir, name) < 0 ? -errno : 0;
}

struct numbers { int (*fn)(size_t, void *); void *arg; size_t next; };

static int number(const char *name, void *arg)
{
	struct numbers *n = arg;
	char *end;
	size_t nth = strtoul(name, &end, 10);

	if (end == name)
		return 0;
	if (nth >= n->next)
		n->next = nth + 1;
	return n->fn && !strcmp(end, ".to") ? n->fn(nth, n->arg) : 0;
}

int isle_own_each(int dir, int (*fn)(size_t nth, void *arg), void *arg, size_t *ret_next)
{
	struct numbers n = { fn, arg, 0 };
	isle_auto(close) int all = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = all < 0 ? -errno : isle_dir_each(all, number, &n);

	if (ret_next)
		*ret_next = n.next;
	return r;
}

struct search { int dir; const char *target, *source; size_t nth; };

static bool stands(const struct search *s, size_t nth, const char *suffix, const char *text)
{
	char is[ISLE_OWN_PATH];
	int r = isle_own_read(s->dir, nth, suffix, is, sizeof(is));

	return text ? !r && !strcmp(is, text) : r == -ENOENT;
}

static int is_it(size_t nth, void *arg)
{
	struct search *s = arg;

	if (!stands(s, nth, ".to", s->target) || !stands(s, nth, ".from", s->source))
		return 0;
	s->nth = nth;
	return 1;
}

int isle_own_find(int dir, const char *target, const char *source, size_t *ret)
{
	struct search s = { dir, target, source, 0 };
	int r = isle_own_each(dir, is_it, &s, NULL);

	if (r <= 0)
		return r ? r : -ENOENT;
	*ret = s.nth;
	return 0;
}

int isle_owns_attach(struct isle_owns *o, const char *host, bool trust, struct isle_shared *sh)
{
	struct isle_placing p = { .dir = o->dir, .spot.trust = trust };
	char target[ISLE_OWN_PATH];
	struct statvfs fs;

	if (o->n && statvfs("/etc", &fs) == 0 && !(fs.f_flag & ST_RDONLY))
		isle_place_note_own(&p, "/etc");
	for (size_t i = 0; i < o->n; i++) {
		int r = isle_own_read(o->dir, i, ".to", target, sizeof(target));

		p.tree = o->tree[i];
		if (!r)
			r = isle_place(&p, i, target);
		if (!r)
			continue;
		if (r == -ELOOP)
			isle_shared_hint(sh, "a symbolic link on the way to it is not root's");
		return isle_shared_fail(sh, -r, -1, "cannot put %s into the mounts of %s", target, host);
	}
	return 0;
}

int isle_own_open(const char *target, bool trust, bool make)
{
	struct isle_placing p = { .spot.trust = trust };
	isle_auto(close) int fd = -1;
	struct stat st;
	int r = isle_place_walk(&p, target);

	if (r)
		return r;
	/* of a directory that is gone nobody knows what it was like */
	if (p.spot.path[p.spot.n_there] && (!make || strchr(p.spot.path + p.spot.n_there + 1, '/')))
		return -ENOENT;
	fd = open(p.spot.path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (make ? O_CREAT : 0), 0644);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? isle_steal_fd(&fd) : -EINVAL;
}
