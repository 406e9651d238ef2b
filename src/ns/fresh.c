/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a network namespace that nobody is in. unshare() would move the calling
 * thread, and bringing it back can fail; so a child is born in it, opens it and
 * ends. The child shares memory and descriptors with the caller, who sleeps
 * meanwhile: it costs a tenth of a fork, and what it opened is already here.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include "ns/ns.h"

#define STACK (16 * 1024)

/* Not by libc: its open() may be cancelled, and this has no thread of its own to end. */
static __attribute__((no_sanitize("address", "undefined"))) int open_own(void *ret)
{
	const int fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	*(volatile int *)ret = fd < 0 ? -errno : fd;
	return 0;
}

int isle_ns_fresh_net(void)
{
	const int saved = errno;
	_Alignas(16) char stack[STACK];
	volatile int fd = -ECHILD;
	sigset_t all, before;
	pid_t pid;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	/* no signal at its end: the caller's SIGCHLD handler and wait() do not see it */
	pid = clone(open_own, stack + STACK, CLONE_NEWNET | CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS, (void *)&fd);
	r = pid < 0 ? -errno : isle_ns_reap(pid, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return r < 0 && fd < 0 ? r : fd;
}
