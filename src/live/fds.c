/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a process has open. One statx(2) per descriptor tells namespaces
 * (the device is nsfs: the link's text is a path where a bind mount was opened)
 * and sockets; AT_STATX_DONT_SYNC keeps it from waiting for a file server. A
 * socket is borrowed for a moment (pidfd_getfd(2), which asks for ptrace
 * rights) and asked for its network namespace; shared ones are asked once.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <linux/stat.h>	/* struct statx, which musl 1.2.3 lacks */
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include "live/scan.h"

#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894c
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

enum { TUN_MAJOR = 10, TUN_MINOR = 200 };

struct open_files {
	struct isle_scan *s;
	const struct isle_task *task;
	int dir;		/* /proc/PID/fd */
	int pidfd;		/* -1: not needed yet; -2: refused */
};

static enum isle_ns_type type_of_flag(int flag)
{
	int i = 0;

	while (i < ISLE_NS_TYPES && isle_ns_type_flag((enum isle_ns_type)i) != flag)
		i++;
	return (enum isle_ns_type)i;
}

/* A descriptor of a namespace that was not met before, to be opened: nsfs never blocks. */
static int meet_new(struct isle_scan *s, const struct open_files *f, const char *name, uint64_t id, size_t *ret)
{
	isle_auto(close) int fd = openat(f->dir, name, O_RDONLY | O_CLOEXEC);
	enum isle_ns_type type;
	struct stat st;

	if (fd < 0 && (errno == EACCES || errno == EPERM))
		s->c->unseen.descriptors++;
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != id)
		return -ESRCH;
	type = type_of_flag(ioctl(fd, NS_GET_NSTYPE));
	if (type == ISLE_NS_TYPES || !(s->types & ISLE_NS_BIT(type)))
		return -ESRCH;
	return isle_scan_meet(s, type, id, fd, ret);
}

static int on_namespace(struct open_files *f, const char *name, int number, uint64_t id)
{
	struct isle_census_hold hold = { .kind = ISLE_HOLDER_DESCRIPTOR, .pid = f->task->pid, .fd = number };
	struct isle_census_ns *ns;

	if (!isle_scan_met(f->s, id, &hold.ns)) {
		int r = meet_new(f->s, f, name, id, &hold.ns);

		if (r)
			return r == -ESRCH ? 0 : r;
	}
	ns = &f->s->c->nss[hold.ns];
	if (ns->type == ISLE_NS_MNT && !ns->via_pid) {
		ns->via_pid = hold.pid;
		ns->via_fd = number;
	}
	return isle_scan_hold(f->s, &hold);
}

/* What the socket is, as a word; NULL: unknown. */
static const char *protocol(int fd)
{
	int domain = 0, type = 0, proto = 0;
	socklen_t n = sizeof(int);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n);
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &n);
	switch (domain) {
	case AF_UNIX: return "unix";
	case AF_NETLINK: return "netlink";
	case AF_PACKET: return "packet";
	case AF_INET: case AF_INET6:
		return proto == IPPROTO_TCP ? "tcp" : proto == IPPROTO_UDP ? "udp" : proto == IPPROTO_SCTP ? "sctp" :
			type == SOCK_RAW ? "raw" : NULL;
	default: return NULL;
	}
}

static bool borrow(struct open_files *f, const char *name, int number, int *ret)
{
	struct stat st;

	if (f->pidfd == -1) {
		f->pidfd = (int)syscall(SYS_pidfd_open, f->task->pid, 0);
		/* still the process of this directory: so it was when the number was looked up */
		if (f->pidfd < 0 || fstatat(f->dir, name, &st, 0) < 0) {
			isle_auto_close(&f->pidfd);
			f->pidfd = -2;
		}
	}
	if (f->pidfd < 0)
		return false;
	*ret = (int)syscall(SYS_pidfd_getfd, f->pidfd, number, 0);
	return *ret >= 0;
}

/* Id of the network namespace of an open socket, 0: not told. *RET: met, if it is told. */
static int socket_ns(struct isle_scan *s, int sock, uint64_t *ret_id)
{
	isle_auto(close) int ns = ioctl(sock, SIOCGSKNS);
	struct stat st;
	size_t i;

	*ret_id = 0;
	if (ns < 0 || fstat(ns, &st) < 0) {
		s->c->unseen.descriptors += ns < 0 && errno == EPERM;
		return 0;
	}
	*ret_id = st.st_ino;
	return isle_scan_meet(s, ISLE_NS_NET, st.st_ino, ns, &i);
}

/* A socket, or a tun device (.ino 0: many have the same inode). */
static int on_socket(struct open_files *f, const char *name, int number, uint64_t ino)
{
	struct isle_census_hold hold = { .kind = ISLE_HOLDER_SOCKET, .pid = f->task->pid, .fd = number };
	struct isle_idmap *openers = &f->s->c->openers;
	isle_auto(close) int sock = -1;
	uint64_t id;
	int r;

	if (ino && !isle_idmap_get(openers, ino, &id) && isle_idmap_put(openers, ino, (uint64_t)f->task->pid))
		return -ENOMEM;
	if (!ino || !isle_idmap_get(&f->s->sockets, ino, &id)) {
		if (!borrow(f, name, number, &sock)) {
			f->s->c->unseen.descriptors += errno == EPERM || f->pidfd == -2;
			return 0;
		}
		r = socket_ns(f->s, sock, &id);
		if (!r && ino)
			r = isle_idmap_put(&f->s->sockets, ino, id);
		if (r)
			return r;
	}
	if (!id || id == f->task->ns[ISLE_NS_NET] || !isle_scan_met(f->s, id, &hold.ns))
		return 0;
	if (ino && sock < 0)
		borrow(f, name, number, &sock);
	hold.what = !ino ? "tun" : sock >= 0 ? protocol(sock) : NULL;
	return isle_scan_hold(f->s, &hold);
}

static int look(struct open_files *f, const char *name, int number)
{
	const bool sockets = isle_scan_wants(f->s, ISLE_HOLDER_SOCKET) && (f->s->types & ISLE_NS_BIT(ISLE_NS_NET));
	struct statx st;

	if (syscall(SYS_statx, f->dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO, &st) < 0)
		return 0;
	if (makedev(st.stx_dev_major, st.stx_dev_minor) == f->s->nsfs)
		return isle_scan_wants(f->s, ISLE_HOLDER_DESCRIPTOR) ? on_namespace(f, name, number, st.stx_ino) : 0;
	if (sockets && S_ISSOCK(st.stx_mode))
		return on_socket(f, name, number, st.stx_ino);
	if (sockets && S_ISCHR(st.stx_mode) && st.stx_rdev_major == TUN_MAJOR && st.stx_rdev_minor == TUN_MINOR)
		return on_socket(f, name, number, 0);
	return 0;
}

int isle_scan_descriptors(struct isle_scan *s, const struct isle_task *t)
{
	struct open_files f = { .s = s, .task = t, .pidfd = -1 };
	struct dirent *de;
	uint64_t number;
	DIR *dir;
	int r = 0;

	f.dir = openat(t->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = f.dir < 0 ? NULL : fdopendir(f.dir);
	if (!dir) {
		s->c->unseen.processes += f.dir < 0 && (errno == EACCES || errno == EPERM);
		isle_auto_close(&f.dir);
		return 0;
	}
	while (!r && (de = readdir(dir)))
		if (isle_str_u64(de->d_name, strlen(de->d_name), &number) && number <= INT32_MAX)
			r = look(&f, de->d_name, (int)number);
	isle_auto_close(&f.pidfd);
	closedir(dir);
	return r;
}
