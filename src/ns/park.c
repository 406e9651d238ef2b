/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a child in a mount namespace that nobody is in, so that there is a
 * /proc/PID to see its mounts through. It enters, tells its number and waits
 * until the other end of its socket is closed. It holds nothing else of its
 * parent's open and dies with it.
 */
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include "ns/ns.h"

static void close_others(int fd)
{
	if (fd > 0)
		syscall(SYS_close_range, 0, fd - 1, 0);
	syscall(SYS_close_range, fd + 1, ~0u, 0);
}

static _Noreturn void wait_there(int mnt, int sock)
{
	int answer = isle_proc_self();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (answer > 0 && setns(mnt, CLONE_NEWNS) < 0)
		answer = -errno;
	close_others(sock);
	if (write(sock, &answer, sizeof(answer)) == sizeof(answer))
		while (read(sock, &answer, sizeof(answer)) < 0 && errno == EINTR)
			;
	_exit(0);
}

int isle_ns_park(int mnt, struct isle_parked *ret)
{
	int pair[2], answer, status;
	ssize_t n;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	pid = isle_ns_clone_deaf(0, NULL, NULL);
	if (!pid)
		wait_there(mnt, pair[1]);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return pid;
	}
	do {
		n = read(pair[0], &answer, sizeof(answer));
	} while (n < 0 && errno == EINTR);
	if (n != sizeof(answer) || answer < 0) {
		close(pair[0]);
		isle_ns_reap(pid, &status);
		return n == sizeof(answer) ? answer : -ECHILD;
	}
	*ret = (struct isle_parked){ .child = pid, .pid = answer, .hold = pair[0] };
	return 0;
}

void isle_ns_unpark(struct isle_parked *p)
{
	int status;

	close(p->hold);
	isle_ns_reap(p->child, &status);
}
