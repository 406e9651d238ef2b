/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a descriptor of a namespace that a census has counted, by whatever holds
 * it. A census is of a moment ago: a process number, a descriptor or a path may
 * be something else by now. So it is looked at before it is opened for real (a
 * device or a pipe would notice), and is only taken with the number it had.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "live/snap_read.h"
#include "ns/ns.h"

#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894c
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

enum { DEPTH_MAX = 8 };

struct wanted {
	struct isle_snapping *s;
	const struct isle_census *c;
	unsigned depth;
};

static int open_ns(const struct wanted *, size_t i);

/* What LOOK, opened with O_PATH or as it is, stands for; closes LOOK. */
static int take(const struct wanted *w, int look, uint64_t id)
{
	isle_auto(close) int fd = look;
	char path[32];
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_dev != w->s->nsfs || st.st_ino != id)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	look = open(path, O_RDONLY | O_CLOEXEC);
	return look < 0 ? -errno : look;
}

static int by_socket(const struct wanted *w, const struct isle_census_ns *ns, const struct isle_census_hold *h)
{
	isle_auto(close) int pidfd = (int)syscall(SYS_pidfd_open, h->pid, 0);
	isle_auto(close) int sock = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, h->fd, 0);

	/* SIOCGSKNS means something else to other files, but none of them gives a descriptor of this number */
	return sock < 0 ? -errno : take(w, ioctl(sock, SIOCGSKNS), ns->id);
}

static int open_root(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int by_path(const struct wanted *w, uint64_t id, int root, const char *point)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_IN_ROOT };

	return take(w, (int)syscall(SYS_openat2, root, point, &how, sizeof(how)), id);
}

/* Where process PID is; most namespaces are to be had by the same one. */
static int by_eyes(const struct wanted *w, uint64_t id, pid_t pid, const char *point)
{
	struct isle_snapping *s = w->s;
	int root;

	if (s->root_of != pid) {
		root = open_root(pid);
		if (root < 0)
			return root;
		if (s->root_of)
			close(s->root);
		s->root = root;
		s->root_of = pid;
	}
	return by_path(w, id, s->root, point);
}

static int by_mount(const struct wanted *w, const struct isle_census_ns *ns, const struct isle_census_hold *h)
{
	const struct wanted deeper = { w->s, w->c, w->depth + 1 };
	const struct isle_census_ns *at = &w->c->nss[h->at];
	struct isle_parked p;
	int r;

	if (!h->is_near)
		return -EAGAIN;
	if (at->eyes)
		return by_eyes(w, ns->id, at->eyes, h->what);
	/* nobody is there, or only in a directory of it */
	isle_auto(close) int mnt = w->depth < DEPTH_MAX ? open_ns(&deeper, h->at) : -ELOOP;
	r = mnt < 0 ? mnt : isle_ns_park(mnt, &p);
	if (r)
		return r;
	isle_auto(close) int root = open_root(p.pid);
	r = root < 0 ? root : by_path(w, ns->id, root, h->what);
	isle_ns_unpark(&p);
	return r;
}

static int by_hold(const struct wanted *w, const struct isle_census_ns *ns, const struct isle_census_hold *h)
{
	const char *type = isle_ns_type_name(ns->type);
	char path[64];

	switch (h->kind) {
	case ISLE_HOLDER_PROCESS:
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", h->pid, type);
		break;
	case ISLE_HOLDER_THREAD:
		snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/%s", h->pid, h->tid, type);
		break;
	case ISLE_HOLDER_DESCRIPTOR:
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", h->pid, h->fd);
		break;
	case ISLE_HOLDER_MOUNT:
		return by_mount(w, ns, h);
	case ISLE_HOLDER_SOCKET:
		return by_socket(w, ns, h);
	default:
		return -ESRCH;
	}
	return take(w, open(path, O_PATH | O_CLOEXEC), ns->id);
}

/* The first holder by which it is to be had; else why the caller may not, if that is so. */
static int open_ns(const struct wanted *w, size_t i)
{
	const struct isle_census_ns *ns = &w->c->nss[i];
	const struct isle_census_hold *holds;
	int why = -ESRCH;
	size_t n;

	holds = isle_census_holds(w->c, i, &n);
	for (size_t k = 0; k < n; k++) {
		int r = by_hold(w, ns, &holds[k]);

		if (r >= 0 || r == -EMFILE || r == -ENFILE || r == -ENOMEM)
			return r;
		if (r == -EACCES || r == -EPERM)
			why = r;
	}
	return why;
}

int isle_snap_open(struct isle_snapping *s, const struct isle_snap_ns *ns)
{
	const struct wanted w = { s, s->snap->census, 0 };
	int fd;

	if (s->fds) {
		fd = fcntl(s->fds[ns->index], F_DUPFD_CLOEXEC, 0);
		return fd < 0 ? -errno : fd;
	}
	if (ns->own)
		return take(&w, open("/proc/thread-self/ns/net", O_PATH | O_CLOEXEC), ns->id);
	return open_ns(&w, (size_t)(ns->census - s->snap->census->nss));
}
