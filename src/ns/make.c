/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: new namespaces without going there: a child makes them and waits until
 * they were opened through its /proc entry; then the descriptors are all that
 * keeps them. A user namespace comes first and from a child of its own, because
 * its maps are written from outside; the others are made inside it, so that it
 * owns them. There is no pid namespace to be had this way: it begins with its
 * first process and is of no use after that one's end.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "ns/ns.h"

struct answer { int errnum, type, proc; };	/* type -1: not one namespace's; proc: the child as /proc has it */

static int open_of(pid_t pid, int type)
{
	char path[64];
	int fd;

	/* the child itself stays in the old time namespace */
	snprintf(path, sizeof(path), "/proc/%d/ns/%s%s", pid, isle_ns_type_name(type), type == ISLE_NS_TIME ? "_for_children" : "");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static struct answer unshare_all(unsigned types, int user, const char *hostname)
{
	if (user >= 0 && setns(user, CLONE_NEWUSER) < 0)
		return (struct answer){ .errnum = errno, .type = ISLE_NS_USER };
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if ((types & ISLE_NS_BIT(t)) && unshare(isle_ns_type_flag(t)) < 0)
			return (struct answer){ .errnum = errno, .type = t };
	/* what is unmounted outside must not be held in here */
	if ((types & ISLE_NS_BIT(ISLE_NS_MNT)) && isle_mount_slave() < 0)
		return (struct answer){ .errnum = errno, .type = ISLE_NS_MNT };
	if (hostname && sethostname(hostname, strlen(hostname)) < 0)
		return (struct answer){ .errnum = errno, .type = -1 };
	return (struct answer){ .type = -1 };
}

/* In the child: make them, say so, and stay until the parent has what it wants, or is gone. */
static _Noreturn void child(const int sock[2], pid_t parent, unsigned types, int user, const char *hostname)
{
	struct answer a;
	const int proc = isle_proc_self();
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* he was gone before that: no signal comes, and nobody closes the socket whose other end is here, too */
	close(sock[0]);
	if (getppid() != parent && getppid() != 0)
		_exit(0);
	a = proc < 0 ? (struct answer){ .errnum = -proc, .type = -1 } : unshare_all(types, user, hostname);
	a.proc = proc;
	if (send(sock[1], &a, sizeof(a), MSG_NOSIGNAL) == sizeof(a))
		while (recv(sock[1], &byte, 1, 0) < 0 && errno == EINTR)
			;
	_exit(0);
}

static int start(unsigned long flags, unsigned types, int user, const char *hostname, int sock[2], pid_t *ret_pid)
{
	const pid_t self = getpid();
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) < 0)
		return -errno;
	pid = isle_ns_clone_deaf(flags, NULL, NULL);
	if (pid == 0)
		child(sock, self, types, user, hostname);
	close(sock[1]);
	if (pid < 0) {
		close(sock[0]);
		return pid;
	}
	*ret_pid = pid;
	return 0;
}

/* It has nothing to tidy up. It and another thread's child may have copies of the socket, so that closing it is not seen. */
static void end(int sock, pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	shutdown(sock, SHUT_RDWR);
	close(sock);
	isle_ns_reap(pid, &status);
}

static struct answer receive(int sock)
{
	struct answer a;
	ssize_t n;

	do
		n = recv(sock, &a, sizeof(a), 0);
	while (n < 0 && errno == EINTR);
	return n == sizeof(a) ? a : (struct answer){ .errnum = n < 0 ? errno : ECHILD, .type = -1 };
}

int isle_ns_make(unsigned types, int user, const char *hostname, struct isle_ns_set *ret, int *ret_type)
{
	struct isle_ns_set set;
	struct answer a;
	int sock[2], r;
	pid_t pid;

	*ret_type = -1;
	isle_ns_set_init(&set);
	r = start(0, types, user, hostname, sock, &pid);
	if (r)
		return r;
	a = receive(sock[0]);
	r = -a.errnum;
	*ret_type = a.type;
	for (int t = 0; t < ISLE_NS_TYPES && !r; t++) {
		if (!(types & ISLE_NS_BIT(t)))
			continue;
		set.fd[t] = open_of(a.proc, t);
		*ret_type = t;
		r = set.fd[t] < 0 ? set.fd[t] : 0;
	}
	end(sock[0], pid);
	if (r)
		isle_ns_set_close(&set);
	else
		*ret = set;
	return r;
}

static int make_user(int *ret_fd, struct isle_diag *diag)
{
	int sock[2], fd = -1, r;
	struct answer a;
	pid_t pid;

	r = start(CLONE_NEWUSER, 0, -1, NULL, sock, &pid);
	if (r)
		return isle_userns_blame(-r, diag);
	a = receive(sock[0]);
	r = a.errnum ? isle_ns_make_failed(-a.errnum, -1, diag) : isle_userns_map(a.proc, diag);
	if (!r) {
		fd = open_of(a.proc, ISLE_NS_USER);
		r = fd < 0 ? isle_fail(diag, -fd, NULL, "cannot open the new user namespace") : 0;
	}
	end(sock[0], pid);
	if (!r)
		*ret_fd = fd;
	return r;
}

int isle_ns_make_failed(int r, int type, struct isle_diag *diag)
{
	if (type < 0) {
		isle_fail(diag, -r, NULL, "cannot make namespaces");
		if (r == -ENOENT)
			isle_hint(diag, "/proc is missing, or another pid namespace's; mount one that fits: mount -t proc proc /proc");
		return r;
	}
	isle_fail(diag, -r, NULL, "cannot make a %s namespace", isle_ns_type_name(type));
	if (r == -EPERM)
		isle_hint(diag, "it takes root (CAP_SYS_ADMIN), or a user namespace of its own: --user");
	else if (r == -ENOSPC)
		isle_hint(diag, "as many as user.max_%s_namespaces allows exist already", isle_ns_type_name(type));
	else if (r == -EINVAL)
		isle_hint(diag, "this kernel may have no %s namespaces", isle_ns_type_name(type));
	return r;
}

int isle_ns_make_check(unsigned types, const char *hostname, struct isle_diag *diag)
{
	if (!types || types & ~ISLE_NS_ALL)
		return isle_reject(diag, NULL, "no type of namespace was named, or an unknown one");
	if (types & ISLE_NS_BIT(ISLE_NS_PID)) {
		isle_reject(diag, NULL, "a pid namespace begins with its first process and ends with it");
		isle_hint(diag, "isle ns run --pid=FILE --fork keeps one as long as its command lives");
		return -EINVAL;
	}
	if (hostname && !(types & ISLE_NS_BIT(ISLE_NS_UTS)))
		return isle_reject(diag, NULL, "a hostname is a matter of a uts namespace, and none is made");
	if (hostname && (!*hostname || strlen(hostname) > 64))
		return isle_reject(diag, NULL, "'%s' is no hostname: 1 to 64 letters", hostname);
	return 0;
}

int isle_ns_create(unsigned types, const struct isle_ns_create_options *o, struct isle_ns_set *ret_set, struct isle_diag *diag)
{
	const char *hostname = o ? o->hostname : NULL;
	const unsigned user_bit = ISLE_NS_BIT(ISLE_NS_USER);
	struct isle_ns_set set;
	int user = -1, type, r;

	isle_ns_set_init(&set);
	r = isle_ns_make_check(types, hostname, diag);
	if (!r && types & user_bit)
		r = make_user(&user, diag);
	if (r)
		return r;
	if (types & ~user_bit)
		r = isle_ns_make(types & ~user_bit, user, hostname, &set, &type);
	if (r) {
		isle_auto_close(&user);
		return isle_ns_make_failed(r, type, diag);
	}
	set.fd[ISLE_NS_USER] = user;
	*ret_set = set;
	return 0;
}
