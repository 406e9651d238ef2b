/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: bind mounts of namespaces, in every mount namespace that can be got at.
 * Its mountinfo is read through a process in it; where nobody is in it, through
 * a child that enters it and waits. What such a mount namespace holds may be a
 * further one that nobody is in: that one is entered while the first child
 * still waits, so the depth is limited, not the number.
 * A pin that nobody else showed is opened by its path to ask for its owner, but
 * never through a file system that may not answer, nor through a symlink.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <linux/stat.h>	/* struct statx, which musl 1.2.3 lacks */
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include "live/scan.h"
#include "ns/ns.h"

enum { DEPTH_MAX = 8 };

struct view {			/* one mount namespace, as PID sees it */
	struct isle_scan *s;
	size_t at;		/* its index */
	pid_t pid;
	pid_t who;		/* somebody who is in it; 0: nobody, PID is a child of ours */
	unsigned depth;
	struct isle_mount *mounts;
	size_t n, cap;
	struct isle_idmap ids;	/* of mounts, to their index */
	int root;		/* PID's root directory; -1: not opened yet */
};

static int enter(struct isle_scan *s, size_t at, int fd, pid_t who, unsigned depth);

/* File systems that ask somebody else, who may be gone. */
static bool is_remote(const char *fstype)
{
	static const char *const types[] = { "nfs", "fuse", "cifs", "smb", "9p", "ceph", "afs", "autofs", "lustre", "gfs2", "ocfs2" };

	for (size_t i = 0; i < ISLE_COUNT(types); i++)
		if (!strncmp(fstype, types[i], strlen(types[i])))
			return true;
	return false;
}

static const struct isle_mount *parent_of(const struct view *v, const struct isle_mount *m)
{
	uint64_t i;

	return m->parent != m->id && isle_idmap_get(&v->ids, (uint64_t)m->parent, &i) ? &v->mounts[i] : NULL;
}

/* No mount on the way to M may keep us waiting. */
static bool is_near(const struct view *v, const struct isle_mount *m)
{
	for (size_t steps = 0; steps < v->n; steps++) {
		const struct isle_mount *up = parent_of(v, m);

		if (!up)
			return true;
		if (is_remote(up->fstype))
			return false;
		m = up;
	}
	return false;
}

/* The namespace that is mounted at M: a descriptor, or -1. */
static int open_pin(struct view *v, const struct isle_mount *m, uint64_t id)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_IN_ROOT };
	char path[48];
	struct stat st;

	if (!is_near(v, m))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/root", v->pid);
	if (v->root < 0)
		v->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	isle_auto(close) int pin = v->root < 0 ? -1 : (int)syscall(SYS_openat2, v->root, m->point, &how, sizeof(how));
	if (pin < 0 || fstat(pin, &st) < 0 || st.st_dev != v->s->nsfs || st.st_ino != id)
		return -1;	/* something else is mounted above it */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pin);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* A name of `ip netns` is one only where /run/netns is that one; one of isle's own is seen from elsewhere too. */
static int give_name(struct view *v, size_t ns, const char *point)
{
	struct isle_census *c = v->s->c;
	const bool here = c->nss[v->at].id == c->own[ISLE_NS_MNT];
	const char *name = isle_mount_name(c->arena, c->nss[ns].type, point);

	if (name && (here || !strncmp(point, "/run/isle/", 10)))
		return isle_scan_name(v->s, ns, name, here ? 0 : 1);
	return isle_scan_name(v->s, ns, point, here ? 1 : 2);
}

/* Nobody is in the mount namespace NS and nothing else leads to it. */
static bool is_lonely(const struct isle_census_ns *ns)
{
	return ns->type == ISLE_NS_MNT && !ns->mounts_read && !ns->eyes && !ns->via_pid;
}

static int on_pin(struct view *v, const struct isle_mount *m)
{
	struct isle_census *c = v->s->c;
	struct isle_census_hold hold = { .kind = ISLE_HOLDER_MOUNT, .pid = v->who, .fd = -1, .at = v->at };
	isle_auto(close) int fd = -1;
	const struct isle_mount *up = parent_of(v, m);
	enum isle_ns_type type;
	const char *point;
	uint64_t id;
	bool is_new;
	int r;

	if (!isle_ns_id_parse(m->root, &type, &id) || !(v->s->types & ISLE_NS_BIT(type)))
		return 0;
	point = isle_arena_strdup(c->arena, m->point);
	if (!point)
		return -ENOMEM;
	is_new = !isle_scan_met(v->s, id, &hold.ns);
	if (is_new ? isle_scan_relates(v->s) || type == ISLE_NS_MNT : is_lonely(&c->nss[hold.ns]))
		fd = open_pin(v, m, id);
	r = is_new ? isle_scan_meet(v->s, type, id, fd, &hold.ns) : 0;
	hold.what = point;
	hold.on = up ? makedev(up->major, up->minor) : 0;
	hold.is_near = is_near(v, m);
	if (!r)
		r = isle_scan_hold(v->s, &hold);
	if (!r)
		r = give_name(v, hold.ns, point);
	if (!r && fd >= 0 && is_lonely(&c->nss[hold.ns]))
		r = enter(v->s, hold.ns, fd, 0, v->depth + 1);
	return r;
}

static int take(struct view *v, char *text)
{
	struct isle_mount m;
	int r;

	while ((r = isle_mountinfo_next(&text, &m))) {
		struct isle_mount *more = v->mounts;

		if (r < 0)
			continue;
		if (v->n == v->cap) {
			v->cap = v->cap ? 2 * v->cap : 64;
			more = realloc(more, v->cap * sizeof(*more));
			if (!more)
				return -ENOMEM;
			v->mounts = more;
		}
		if (m.id && isle_idmap_put(&v->ids, (uint64_t)m.id, v->n))
			return -ENOMEM;
		v->mounts[v->n++] = m;
	}
	for (size_t i = 0; i < v->n && !r; i++)
		if (!strcmp(v->mounts[i].fstype, "nsfs"))
			r = on_pin(v, &v->mounts[i]);
	return r;
}

/* -ESRCH: PID is gone. */
static int read_mounts(struct isle_scan *s, size_t at, pid_t pid, pid_t who, unsigned depth)
{
	struct view v = { .s = s, .at = at, .pid = pid, .who = who, .depth = depth, .root = -1 };
	char path[48];
	int r;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	isle_auto(free) char *text = isle_mountinfo_read(path);
	if (!text)
		return -ESRCH;
	s->c->nss[at].mounts_read = true;
	r = take(&v, text);
	isle_idmap_done(&v.ids);
	isle_auto_close(&v.root);
	free(v.mounts);
	return r;
}

/* WHO: somebody who is in it but does not see all of it; or 0. */
static int enter(struct isle_scan *s, size_t at, int fd, pid_t who, unsigned depth)
{
	struct isle_parked p;
	int r = depth > DEPTH_MAX ? -ELOOP : isle_ns_park(fd, &p);

	if (r)
		return r == -ENOMEM ? r : 0;	/* stays unread, and is counted as that */
	r = read_mounts(s, at, p.pid, who, depth);
	isle_ns_unpark(&p);
	return r == -ESRCH ? 0 : r;
}

/* By way of a descriptor that some process has, or of a process that is chrooted. */
static int enter_via(struct isle_scan *s, size_t at)
{
	const struct isle_census_ns *ns = &s->c->nss[at];
	char path[48];
	struct statx x;
	struct stat st;

	if (ns->via_fd >= 0)
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", ns->via_pid, ns->via_fd);
	else
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", ns->via_pid);
	/* that it is a namespace is known before it is opened: the number may be another file's by now */
	if (syscall(SYS_statx, AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &x) < 0 || x.stx_ino != ns->id ||
	    makedev(x.stx_dev_major, x.stx_dev_minor) != s->nsfs)
		return 0;
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_dev != s->nsfs || st.st_ino != ns->id)
		return 0;
	return enter(s, at, fd, ns->via_fd < 0 ? ns->via_pid : 0, 0);
}

static int read_one(struct isle_scan *s, size_t at)
{
	struct isle_census *c = s->c;
	int r = c->nss[at].eyes ? read_mounts(s, at, c->nss[at].eyes, c->nss[at].eyes, 0) : -ESRCH;

	/* gone: somebody else who is in it */
	for (size_t i = 0; r == -ESRCH && i < c->n_holds; i++)
		if (c->holds[i].ns == at && c->holds[i].kind == ISLE_HOLDER_PROCESS && c->nss[at].eyes)
			r = read_mounts(s, at, c->holds[i].pid, c->holds[i].pid, 0);
	if (r == -ESRCH)
		r = c->nss[at].via_pid ? enter_via(s, at) : 0;
	return r;
}

static int on_link(const char *name, uint64_t id, void *arg)
{
	struct isle_scan *s = arg;
	const char *copy;
	size_t i;

	if (!isle_scan_met(s, id, &i) || s->c->nss[i].type != ISLE_NS_NET)
		return 0;
	copy = isle_arena_strdup(s->c->arena, name);
	return copy ? isle_scan_name(s, i, copy, 0) : -ENOMEM;
}

int isle_scan_mounts(struct isle_scan *s)
{
	int r = 0;

	/* further ones may be found on the way, at the end */
	for (size_t i = 0; i < s->c->n_nss && !r; i++)
		if (s->c->nss[i].type == ISLE_NS_MNT && !s->c->nss[i].mounts_read)
			r = read_one(s, i);
	if (r)
		return r;
	r = isle_each_netns_link(on_link, s);
	for (size_t i = 0; i < s->c->n_nss; i++)
		s->c->unseen.mount_namespaces += s->c->nss[i].type == ISLE_NS_MNT && !s->c->nss[i].mounts_read;
	return r;
}
