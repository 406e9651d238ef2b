/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: something of a host's own into mounts that are there already, and out of
 * them; the caller is in them. What is to go is ours if it is the very thing that
 * the lab's tree has, by device and inode; whatever somebody else has mounted
 * there stays. A copy is known by the file system it was put into, or else it
 * might be the machine's file by now; what the host made of it is kept.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "enter/place.h"
#include "ns/ns.h"

static int note_one(size_t nth, void *arg)
{
	struct isle_placing *p = arg;
	char name[ISLE_OWN_NAME];
	struct stat st;

	if (fstatat(p->dir, isle_own_name(name, nth, ""), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
	    p->n_devs < ISLE_COUNT(p->devs))
		p->devs[p->n_devs++] = st.st_dev;
	return 0;
}

static int note_mirror(const char *name, void *arg)
{
	struct isle_placing *p = arg;

	if (!strncmp(name, ISLE_OWN_MIRROR, strlen(ISLE_OWN_MIRROR)) && p->n_devs < ISLE_COUNT(p->devs))
		p->devs[p->n_devs++] = (dev_t)strtoull(name + strlen(ISLE_OWN_MIRROR), NULL, 10);
	return 0;
}

/* What the host has of its own by now. */
static int note_all(struct isle_placing *p)
{
	isle_auto(close) int all = openat(p->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statvfs fs;
	int r = all < 0 ? -errno : isle_dir_each(all, note_mirror, p);

	if (!r && statvfs("/etc", &fs) == 0 && !(fs.f_flag & ST_RDONLY))
		isle_place_note_own(p, "/etc");
	return r ? r : isle_own_each(p->dir, note_one, p, NULL);
}

static bool has(const struct isle_own_move *m, const char *suffix)
{
	char name[ISLE_OWN_NAME];

	return faccessat(m->dir, isle_own_name(name, m->nth, suffix), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Is N itself seen at the spot? */
static bool is_there(const struct isle_own_move *m, const struct isle_spot *s)
{
	char name[ISLE_OWN_NAME];
	struct stat a, b;

	return !s->path[s->n_there] && fstatat(m->dir, isle_own_name(name, m->nth, ""), &a, AT_SYMLINK_NOFOLLOW) == 0 &&
	       lstat(s->path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int isle_own_put(struct isle_own_move *m, int tree)
{
	struct isle_placing p = { .dir = m->dir, .tree = tree, .spot.trust = m->trust };
	int r = isle_place_walk(&p, m->target);

	m->mirrored[0] = 0;
	if (r || is_there(m, &p.spot) || (has(m, ".dev") && !has(m, ".left")))
		return r;
	r = note_all(&p);
	if (!r)
		r = isle_place(&p, m->nth, m->target);
	if (p.n_mirror)
		snprintf(m->mirrored, sizeof(m->mirrored), "%.*s", (int)p.n_mirror, p.spot.path);
	return r;
}

/* What a copy had hidden, again. */
static int unhide(const struct isle_own_move *m, int dir, const char *last)
{
	char name[ISLE_OWN_NAME];

	return has(m, ".hid") ? isle_copy_file(m->dir, isle_own_name(name, m->nth, ".hid"), dir, last) : 0;
}

/* Kept as the host has it by now, under a name that says that it has been taken. */
static int take_copy(const struct isle_own_move *m, const struct isle_spot *s)
{
	const char *last = strrchr(s->path, '/') + 1;
	char fresh[ISLE_OWN_NAME], left[ISLE_OWN_NAME], dev[24] = "", parent[ISLE_OWN_PATH];
	isle_auto(close) int dir = -1;
	struct stat st;
	int r;

	snprintf(parent, sizeof(parent), "%.*s", (int)(last - s->path), s->path);
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) < 0 || isle_own_read(m->dir, m->nth, ".dev", dev, sizeof(dev)) || has(m, ".left") ||
	    (dev_t)strtoull(dev, NULL, 10) != st.st_dev || fstatat(dir, last, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return 0;	/* it is gone already */
	unlinkat(m->dir, isle_own_name(fresh, m->nth, ".left.new"), 0);
	r = isle_copy_file(dir, last, m->dir, fresh);
	if (!r && renameat(m->dir, fresh, m->dir, isle_own_name(left, m->nth, ".left")) < 0)
		r = -errno;
	if (!r && unlinkat(dir, last, 0) < 0)
		r = -errno;
	return r ? r : unhide(m, dir, last);
}

static bool is_own(const struct isle_placing *p, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT;
	for (size_t i = 0; i < p->n_devs; i++)
		if (p->devs[i] == st.st_dev)
			return true;
	return false;
}

/* Directories that were made for it, unless somebody has put something there. */
static void remove_way(const struct isle_own_move *m, struct isle_placing *p)
{
	char *path = p->spot.path, text[24];
	size_t n;

	if (isle_own_read(m->dir, m->nth, ".made", text, sizeof(text)) || note_all(p))
		return;
	n = strtoul(text, NULL, 10);
	while (n && strlen(path) > n && is_own(p, path)) {
		if (rmdir(path) < 0 && errno != ENOENT && errno != ENOTDIR)
			return;
		*strrchr(path, '/') = 0;
	}
}

static bool is_covered(const struct isle_spot *s)
{
	const char *last = strrchr(s->path, '/') + 1;
	char parent[ISLE_OWN_PATH];
	isle_auto(close) int dir = -1;

	snprintf(parent, sizeof(parent), "%.*s", (int)(last - s->path), s->path);
	dir = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && isle_mount_is_point(dir, last);
}

/* That it is a mount is first forgotten: who is killed between the two leaves one that is known by itself. */
static int take_mount(const struct isle_own_move *m, const struct isle_spot *s)
{
	char name[ISLE_OWN_NAME];
	int r;

	unlinkat(m->dir, isle_own_name(name, m->nth, ".on"), 0);
	r = umount2(s->path, UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
	if (r)
		isle_own_note(m->dir, m->nth, ".on", "");
	return r;
}

int isle_own_take(struct isle_own_move *m)
{
	struct isle_placing p = { .dir = m->dir, .spot.trust = m->trust };
	int r = isle_place_walk(&p, m->target);

	if (r)
		return r;
	if (p.spot.path[p.spot.n_there])
		r = 0;		/* it never came so far */
	else if (is_there(m, &p.spot))
		r = take_mount(m, &p.spot);
	else if ((has(m, ".on") || (has(m, ".dev") && !has(m, ".left"))) && is_covered(&p.spot))
		return -EADDRINUSE;
	else
		r = take_copy(m, &p.spot);
	if (!r)
		remove_way(m, &p);
	if (!r && m->mirrored[0])
		umount2(m->mirrored, MNT_DETACH | UMOUNT_NOFOLLOW);
	return r;
}
