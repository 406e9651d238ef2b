/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: something done in a namespace without moving the calling thread: a
 * thread that lives only for that goes there. It has all signals blocked, so
 * that no handler of the caller's runs in the other namespace, and a directory
 * of its own where mounts change. Memory and descriptors are the caller's: a
 * socket made there is there for good and usable here. There and back again by
 * the calling thread itself would be cheaper, but cannot be undone if the way
 * back fails.
 */
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "ns/ns.h"

struct call {
	int fd, flag;
	int (*fn)(void *);
	void *arg;
	int r, value;
};

static void *go(void *arg)
{
	struct call *c = arg;

	/* the kernel moves only a thread whose root and cwd are its own */
	if ((c->flag == CLONE_NEWNS && unshare(CLONE_FS) < 0) || setns(c->fd, c->flag) < 0)
		c->r = -errno;
	else
		c->value = c->fn(c->arg);
	return NULL;
}

int isle_ns_in_thread(void *(*fn)(void *), void *arg)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return -r;
	pthread_join(thread, NULL);
	return 0;
}

static int refuse(int flag, struct isle_diag *diag)
{
	isle_reject(diag, NULL, "the kernel moves no single thread into a %s namespace", flag == CLONE_NEWUSER ? "user" : "time");
	isle_hint(diag, "fork, and let the child call isle_ns_enter()");
	return -EINVAL;
}

int isle_ns_call(int fd, int (*fn)(void *), void *arg, int *ret_value, struct isle_diag *diag)
{
	struct call c = { .fd = fd, .fn = fn, .arg = arg };
	int r;

	c.flag = ioctl(fd, NS_GET_NSTYPE);
	if (c.flag < 0)
		return isle_fail(diag, errno == ENOTTY ? EINVAL : errno, NULL, "descriptor %d is no namespace", fd);
	if (c.flag == CLONE_NEWUSER || c.flag == isle_ns_type_flag(ISLE_NS_TIME))
		return refuse(c.flag, diag);
	r = isle_ns_in_thread(go, &c);
	if (r)
		return isle_fail(diag, -r, NULL, "cannot start a thread");
	if (c.r)
		return isle_fail(diag, -c.r, NULL, "cannot enter the namespace");
	if (ret_value)
		*ret_value = c.value;
	return 0;
}

struct wish { int domain, type, protocol; };

static int open_socket(void *arg)
{
	const struct wish *w = arg;
	int fd = socket(w->domain, w->type | SOCK_CLOEXEC, w->protocol);

	return fd < 0 ? -errno : fd;
}

int isle_ns_socket(int netns, int domain, int type, int protocol, int *ret_fd, struct isle_diag *diag)
{
	struct wish w = { domain, type, protocol };
	int fd = -1, r;

	if (!isle_ns_is(netns, CLONE_NEWNET))
		return isle_fail(diag, EINVAL, NULL, "descriptor %d is no network namespace", netns);
	r = isle_ns_call(netns, open_socket, &w, &fd, diag);
	if (r)
		return r;
	if (fd < 0)
		return isle_fail(diag, -fd, NULL, "cannot open a socket there");
	*ret_fd = fd;
	return 0;
}
