/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: fork by the raw system call. glibc's fork() takes the locks of malloc
 * and stdio on both sides; a child of a child of a threaded program would wait
 * for ever for a lock whose owner was not copied. What runs after this makes
 * system calls only.
 */
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "ns/ns.h"

pid_t isle_ns_clone(unsigned long flags, int *ret_pidfd)
{
	int pidfd = -1;
	long pid;

	if (ret_pidfd)
		flags |= CLONE_PIDFD;
#ifdef __s390__
	pid = syscall(SYS_clone, 0, flags, &pidfd, 0, 0);
#else
	pid = syscall(SYS_clone, flags, 0, &pidfd, 0, 0);
#endif
	if (pid < 0)
		return -errno;
	if (pid > 0 && ret_pidfd)
		*ret_pidfd = pidfd;
	return pid;
}

int isle_ns_reap(pid_t pid, int *ret_status)
{
	pid_t r;

	do {
		/* __WALL: children made without a signal at their end are waited for too. */
		r = waitpid(pid, ret_status, __WALL);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}
