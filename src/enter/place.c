/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: where something of a host's own is to be in its mounts, and putting it
 * there. What is not there on the machine is made in the host only: below a
 * directory that is the host's own already (its /etc, a private one), or else
 * the directory above is made its own, by a fresh tmpfs in which every old
 * entry is bound again. So nothing is ever written to the machine; what is our
 * own is known by its device. Links in the way are followed only if they are
 * root's: another user could lead us anywhere. What was done on the way is noted
 * beside N: later.c takes it back.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "enter/place.h"
#include "ns/ns.h"
#include "tree/file.h"

enum { LINKS_MAX = 40 };

/* Put LINK before what is still to be walked. */
static int follow(struct isle_placing *p, size_t parent)
{
	struct isle_spot *s = &p->spot;
	char to[PATH_MAX];
	ssize_t n = readlink(s->path, to, sizeof(to) - 1);

	if (n <= 0)
		return n ? -errno : -ENOENT;
	to[n] = 0;
	if ((size_t)n + strlen(p->rest) + 2 > sizeof(p->rest))
		return -ENAMETOOLONG;
	memmove(p->rest + n + 1, p->rest, strlen(p->rest) + 1);
	memcpy(p->rest, to, (size_t)n);
	p->rest[n] = '/';
	s->path[to[0] == '/' ? 0 : parent] = 0;
	return 0;
}

static void go_up(struct isle_spot *s)
{
	char *slash = strrchr(s->path, '/');

	if (slash)
		*slash = 0;
}

/* The next name of the walk is at the end of the path. 0: go on; 1: it is not there. */
static int step(struct isle_placing *p, size_t parent, unsigned *links)
{
	struct isle_spot *s = &p->spot;
	struct stat st;

	if (lstat(s->path, &st) < 0)
		return errno == ENOENT ? 1 : -errno;
	if (!S_ISLNK(st.st_mode))
		return S_ISDIR(st.st_mode) || !p->rest[strspn(p->rest, "/")] ? 0 : -ENOTDIR;
	if (!s->trust && st.st_uid != 0)
		return -ELOOP;
	return ++*links > LINKS_MAX ? -ELOOP : follow(p, parent);
}

/* Where TARGET is, and how much of it is there. */
int isle_place_walk(struct isle_placing *p, const char *target)
{
	struct isle_spot *s = &p->spot;
	unsigned links = 0;
	int r = 0;

	snprintf(p->rest, sizeof(p->rest), "%s", target);
	s->path[0] = 0;
	s->n_there = SIZE_MAX;
	for (;;) {
		size_t skip = strspn(p->rest, "/"), n = strcspn(p->rest + skip, "/"), parent = strlen(s->path);
		const char *name = p->rest + skip;
		bool dots = n == 2 && name[0] == '.' && name[1] == '.';

		if (!n)
			break;
		if (parent + n + 2 > sizeof(s->path))
			return -ENAMETOOLONG;
		if (dots)
			go_up(s);
		else if (n != 1 || name[0] != '.')
			snprintf(s->path + parent, sizeof(s->path) - parent, "/%.*s", (int)n, name);
		memmove(p->rest, name + n, strlen(name + n) + 1);
		if (r || dots || strlen(s->path) == parent)
			continue;
		r = step(p, parent, &links);
		if (r < 0)
			return r;
		if (r)
			s->n_there = parent;
	}
	if (!r)
		s->n_there = strlen(s->path);
	return s->path[0] ? 0 : -EINVAL;
}

static bool is_own(const struct isle_placing *p, int dir)
{
	struct stat st;

	if (fstat(dir, &st) < 0)
		return false;
	for (size_t i = 0; i < p->n_devs; i++)
		if (p->devs[i] == st.st_dev)
			return true;
	return false;
}

void isle_place_note_own(struct isle_placing *p, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && p->n_devs < ISLE_COUNT(p->devs))
		p->devs[p->n_devs++] = st.st_dev;
}

static int note_mirror(const struct isle_placing *p, int mirror)
{
	char name[ISLE_OWN_NAME];
	struct stat st;
	int r;

	if (fstat(mirror, &st) < 0)
		return -errno;
	snprintf(name, sizeof(name), ISLE_OWN_MIRROR "%llu", (unsigned long long)st.st_dev);
	r = isle_file_write(p->dir, name, "", 0, 0600);
	return r == -EEXIST ? 0 : r;
}

/* The directory at PATH as the host's own, with what is in it. */
static int own_directory(struct isle_placing *p, const char *path)
{
	isle_auto(close) int dir = -1;
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return -errno;
	r = isle_mount_mirror(path, NULL);
	if (r)
		return r;
	isle_place_note_own(p, path);
	p->n_mirror = strlen(path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || !is_own(p, dir))
		return dir < 0 ? -errno : -EIO;
	r = note_mirror(p, dir);
	if (r)
		return r;
	if (fchown(dir, st.st_uid, st.st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return -errno;
	return fchmod(dir, st.st_mode & 07777) < 0 ? -errno : 0;
}

/* The directory that has the first N bytes of the spot's path as its own; opened. */
static int open_own(struct isle_placing *p, size_t n)
{
	isle_auto(close) int dir = -1;
	char path[PATH_MAX];
	int r;

	if (n == 0)
		return -EROFS;		/* nothing can be mounted over the root */
	snprintf(path, sizeof(path), "%.*s", (int)n, p->spot.path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (is_own(p, dir))
		return isle_steal_fd(&dir);
	r = own_directory(p, path);
	if (r)
		return r;
	r = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

/* All directories on the way to the spot. Its parent, of the host's own; opened. */
static int make_way(struct isle_placing *p)
{
	const struct isle_spot *s = &p->spot;
	char name[NAME_MAX + 1];
	int dir = open_own(p, s->n_there);

	for (size_t at = s->n_there + 1; dir >= 0;) {
		size_t n = strcspn(s->path + at, "/");
		int next;

		if (!s->path[at + n])
			break;
		if (n > NAME_MAX) {
			close(dir);
			return -ENAMETOOLONG;
		}
		snprintf(name, sizeof(name), "%.*s", (int)n, s->path + at);
		next = mkdirat(dir, name, 0755) < 0 || fchmodat(dir, name, 0755, 0) < 0 ? -errno : 0;
		if (!next) {
			next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			next = next < 0 ? -errno : next;
		}
		close(dir);
		dir = next;
		at += n + 1;
	}
	return dir;
}

static int attach(struct isle_placing *p, size_t nth)
{
	int r = isle_mount_attach(p->tree, AT_FDCWD, p->spot.path);

	if (r)
		return r;
	isle_place_note_own(p, p->spot.path);
	return isle_own_note(p->dir, nth, ".on", "");
}

/* What was there is kept, for when N goes. Twice: the first time counts. */
static int hide(const struct isle_placing *p, int dir, const char *last, size_t nth)
{
	char hid[ISLE_OWN_NAME], fresh[ISLE_OWN_NAME];
	struct stat st;
	int r = 0;

	if (fstatat(dir, last, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISREG(st.st_mode) && faccessat(p->dir, isle_own_name(hid, nth, ".hid"), F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	    faccessat(p->dir, isle_own_name(fresh, nth, ".made"), F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		unlinkat(p->dir, isle_own_name(fresh, nth, ".hid.new"), 0);
		r = isle_copy_file(dir, last, p->dir, fresh);
		if (!r && renameat(p->dir, fresh, p->dir, hid) < 0)
			r = -errno;
	}
	return r ? r : unlinkat(dir, last, 0) < 0 ? -errno : 0;
}

/* The copy, and that it is one: the file system that it is in. */
static int put_copy(const struct isle_placing *p, int dir, const char *last, size_t nth)
{
	char from[ISLE_OWN_NAME], text[24];
	const bool left = faccessat(p->dir, isle_own_name(from, nth, ".left"), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	struct stat st;
	int r = fstat(dir, &st) < 0 ? -errno : isle_copy_file(p->dir, isle_own_name(from, nth, left ? ".left" : ""), dir, last);

	if (r)
		return r;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)st.st_dev);
	r = isle_own_note(p->dir, nth, ".dev", text);
	return r || !left ? r : unlinkat(p->dir, from, 0) < 0 ? -errno : 0;
}

/* In a directory of the host's own the file itself is put, not a mount, so that a daemon may replace it by rename. */
static int place_file(struct isle_placing *p, size_t nth)
{
	const struct isle_spot *s = &p->spot;
	const char *last = strrchr(s->path, '/') + 1;
	isle_auto(close) int dir = -1;
	char parent[PATH_MAX];
	int r;

	if (s->path[s->n_there]) {
		dir = make_way(p);
		return dir < 0 ? dir : put_copy(p, dir, last, nth);
	}
	snprintf(parent, sizeof(parent), "%.*s", (int)(last - s->path), s->path);
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* a mount in a directory that has been mirrored cannot be replaced */
	if (dir < 0 || !is_own(p, dir) || isle_mount_is_point(dir, last))
		return attach(p, nth);
	r = hide(p, dir, last, nth);
	return r ? r : put_copy(p, dir, last, nth);
}

/* How much of the way was there before: what is made now goes with N. */
static int note_made(const struct isle_placing *p, size_t nth)
{
	char text[24];

	if (!p->spot.path[p->spot.n_there])
		return 0;
	snprintf(text, sizeof(text), "%zu", p->spot.n_there);
	return isle_own_note(p->dir, nth, ".made", text);
}

int isle_place(struct isle_placing *p, size_t nth, const char *target)
{
	char name[ISLE_OWN_NAME];
	struct stat st;
	int r = isle_place_walk(p, target);

	p->n_mirror = 0;
	if (!r && fstatat(p->dir, isle_own_name(name, nth, ""), &st, AT_SYMLINK_NOFOLLOW) < 0)
		r = -errno;
	if (!r)
		r = note_made(p, nth);
	if (r)
		return r;
	if (!S_ISDIR(st.st_mode))
		return place_file(p, nth);
	if (p->spot.path[p->spot.n_there]) {
		isle_auto(close) int dir = make_way(p);

		if (dir < 0)
			return dir;
		if (mkdirat(dir, strrchr(p->spot.path, '/') + 1, 0755) < 0)
			return -errno;
	}
	return attach(p, nth);
}
