/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: fork by the raw system call. glibc's fork() takes the locks of malloc
 * and stdio on both sides; a child of a child of a threaded program would wait
 * for ever for a lock whose owner was not copied. What runs after this makes
 * system calls only.
 */
#include <fcntl.h>
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

pid_t isle_ns_clone_deaf(unsigned long flags, int *ret_pidfd, sigset_t *ret_mask)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (ret_mask)
		*ret_mask = before;
	pid = isle_ns_clone(flags, ret_pidfd);
	if (pid)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
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

void isle_ns_close_from(int fd)
{
	if (syscall(SYS_close_range, fd, ~0u, 0) < 0)
		for (; fd < 65536; fd++)
			close(fd);
}

static _Noreturn void become(char *const argv[], const int streams[3])
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int from[3];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* out of the way first: one may be where another is to go */
	for (int fd = 0; fd <= 2; fd++)
		from[fd] = fcntl(streams && streams[fd] >= 0 ? streams[fd] : null, F_DUPFD, 3);
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(from[fd], fd) < 0)
			_exit(127);
	isle_ns_close_from(3);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

/* An exec gives a child its signal back. So it is somebody else's child, who waits for it, whatever the caller does with his. */
static _Noreturn void stand_between(char *const argv[], const int streams[3])
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	int status, r;
	pid_t pid;

	sigaction(SIGCHLD, &dfl, NULL);
	pid = isle_ns_clone(SIGCHLD, NULL);
	if (!pid)
		become(argv, streams);
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	_exit(r || !WIFEXITED(status) ? 255 : WEXITSTATUS(status));
}

int isle_ns_run_on(char *const argv[], const int streams[3])
{
	pid_t pid = isle_ns_clone_deaf(0, NULL, NULL);
	int status, r;

	if (!pid)
		stand_between(argv, streams);
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r)
		return r;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -EINTR;
	return WEXITSTATUS(status) == 127 ? -ENOENT : WEXITSTATUS(status);
}

int isle_ns_run(char *const argv[])
{
	return isle_ns_run_on(argv, NULL);
}
