/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: holds the network namespace of a file in one way and waits, for
 * holders.sh:
 *
 *   hold thread FILE     a thread is in it, the main thread is not
 *   hold socket FILE     a UDP socket was opened in it, nobody is there any more
 *   hold tun FILE        a tun device, likewise
 *   hold flight FILE     its descriptor is under way in a unix socket: nobody sees it
 *   hold children        a pid namespace for children, and one child to be its first process
 *
 * Says "ready" once it is so, and ends with its standard input.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int enter(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		err(1, "%s", file);
	close(fd);
	return 0;
}

static void ready(void)
{
	char c;

	puts("ready");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	/* a leak checker's own process would be in the new pid namespace, and never answer */
	_exit(0);
}

static void *thread(void *file)
{
	enter(file);
	ready();
	return NULL;
}

/* A file opened inside, from outside again. */
static void kept(const char *how, const char *file)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd;

	enter(file);
	fd = !strcmp(how, "tun") ? open("/dev/net/tun", O_RDWR | O_CLOEXEC) : socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setns(home, CLONE_NEWNET) < 0)
		err(1, "%s", how);
	close(home);
	ready();
}

static void flight(const char *file)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } u = { 0 };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = u.room, .msg_controllen = sizeof(u.room) };
	int fd = open(file, O_RDONLY | O_CLOEXEC), pair[2];

	if (fd < 0 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		err(1, "%s", file);
	u.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&u.head), &fd, sizeof(fd));
	if (sendmsg(pair[0], &msg, 0) != 1)
		err(1, "sendmsg");
	close(fd);
	ready();
}

static void children(void)
{
	pid_t pid;

	if (unshare(CLONE_NEWPID) < 0 || (pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) < 0)
		err(1, "pid namespace");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	ready();
}

int main(int argc, char **argv)
{
	pthread_t t;

	if (argc == 2 && !strcmp(argv[1], "children"))
		children();
	if (argc != 3)
		errx(2, "hold thread|socket|tun|flight FILE | children");
	if (!strcmp(argv[1], "flight"))
		flight(argv[2]);
	if (strcmp(argv[1], "thread"))
		kept(argv[1], argv[2]);
	if (pthread_create(&t, NULL, thread, argv[2]))
		errx(1, "pthread_create");
	pthread_join(t, NULL);
	return 1;
}
