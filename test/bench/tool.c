/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the clock of the bench, small and static so that it adds as little as possible to what it measures.
 *   box CMD…                   run CMD in fresh net, mount, pid, uts and ipc namespaces with a tmpfs on /run
 *   time N [-q] [-p NS ADDR] CMD… [, CMD…]…
 *                              run the commands in turn, N rounds; a line of JSON for each: start, end, CPU times,
 *                              peak memory of the largest process, exit status. -q: their output goes to /dev/null.
 *                              -p: after each, see ping
 *   ping NS ADDR               from inside NS (a path): the time of the first answer, and whether the first try got it
 *   enter NS CMD…              the floor of `exec`: setns and exec, nothing else
 *   settle                     return when the kernel has finished with every namespace dropped before
 * Times are CLOCK_MONOTONIC in ns.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(125);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void enter(const char *ns)
{
	int fd = open(ns, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(ns);
	close(fd);
}

static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* box */

static int box(char **argv)
{
	pid_t pid;

	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC))
		die("unshare");
	pid = fork();
	if (pid)
		return reap(pid);
	prctl(PR_SET_PDEATHSIG, SIGKILL);	/* it is the init of all that is inside */
	if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("bench", "/run", "tmpfs", 0, "mode=755") ||
	    mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		die("mount");
	mkdir("/run/netns", 0755);
	execvp(*argv, argv);
	die(*argv);
	return 125;
}

/* ping */

static int echo_socket(const char *addr, bool v6, struct sockaddr_storage *ret_to, socklen_t *ret_n)
{
	struct sockaddr_in *four = (struct sockaddr_in *)ret_to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret_to;

	memset(ret_to, 0, sizeof(*ret_to));
	ret_to->ss_family = v6 ? AF_INET6 : AF_INET;
	*ret_n = v6 ? sizeof(*six) : sizeof(*four);
	if (inet_pton(ret_to->ss_family, addr, v6 ? (void *)&six->sin6_addr : (void *)&four->sin_addr) != 1)
		die(addr);
	return socket(ret_to->ss_family, SOCK_RAW | SOCK_CLOEXEC, v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
}

static bool answered(int fd, bool v6, uint16_t seq, long long until)
{
	uint8_t b[256];

	for (long long left; (left = until - now()) > 0;) {
		struct timeval t = { .tv_sec = left / 1000000000, .tv_usec = left % 1000000000 / 1000 + 1 };
		ssize_t n;

		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
		n = recv(fd, b, sizeof(b), 0);
		if (v6 && n >= 8 && b[0] == ICMP6_ECHO_REPLY && b[6] == seq >> 8 && b[7] == (uint8_t)seq)
			return true;
		if (!v6 && n >= 28 && b[20] == ICMP_ECHOREPLY && b[26] == seq >> 8 && b[27] == (uint8_t)seq)
			return true;
	}
	return false;
}

static uint16_t sum(const uint8_t *p)
{
	uint32_t s = 0;

	for (int i = 0; i < 8; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~(s + (s >> 16));
}

/* The first try has a second, as ping(8)'s; then ten times a second for a minute. */
static int ping(const char *ns, const char *addr)
{
	bool v6 = strchr(addr, ':');
	struct sockaddr_storage to;
	socklen_t n;
	int fd;

	enter(ns);
	fd = echo_socket(addr, v6, &to, &n);
	for (uint16_t seq = 1; seq < 600; seq++) {
		uint8_t echo[8] = { v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO, [6] = (uint8_t)(seq >> 8), [7] = (uint8_t)seq };
		uint16_t c = sum(echo);

		if (!v6)
			echo[2] = (uint8_t)(c >> 8), echo[3] = (uint8_t)c;
		if (sendto(fd, echo, sizeof(echo), 0, (struct sockaddr *)&to, n) < 0)
			usleep(100000);
		else if (answered(fd, v6, seq, now() + (seq == 1 ? 1000000000 : 100000000))) {
			printf("{\"done\": %lld, \"first\": %s}\n", now(), seq == 1 ? "true" : "false");
			return 0;
		}
	}
	fprintf(stderr, "bench: no answer from %s\n", addr);
	return 1;
}

/* time */

static void run(char **argv, int quiet)
{
	long long start, end;
	struct rusage u;
	int status;
	pid_t pid;

	start = now();
	pid = vfork();
	if (!pid) {
		if (quiet >= 0)
			dup2(quiet, STDOUT_FILENO);
		execvp(*argv, argv);
		_exit(127);
	}
	while (wait4(pid, &status, 0, &u) < 0)
		;
	end = now();
	printf("{\"start\": %lld, \"end\": %lld, \"user\": %ld, \"sys\": %ld, \"rss\": %ld, \"status\": %d}\n", start, end,
	       u.ru_utime.tv_sec * 1000000 + u.ru_utime.tv_usec, u.ru_stime.tv_sec * 1000000 + u.ru_stime.tv_usec,
	       u.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fflush(stdout);
}

static int timed(char **argv)
{
	char **cmds[8] = { 0 }, **ping_args = NULL;
	int rounds = atoi(*argv++), n = 0, bad = 0, quiet = -1;

	if (*argv && !strcmp(*argv, "-q")) {
		quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
		argv++;
	}
	if (*argv && !strcmp(*argv, "-p")) {
		ping_args = argv + 1;
		argv += 3;
	}
	for (cmds[n++] = argv; *argv && n < 8; argv++)
		if (!strcmp(*argv, ",")) {
			*argv = NULL;
			cmds[n++] = argv + 1;
		}
	for (int i = 0; i < rounds * n; i++) {
		run(cmds[i % n], quiet);
		if (ping_args) {
			pid_t pid = fork();

			if (!pid)
				exit(ping(ping_args[0], ping_args[1]));
			bad |= reap(pid);
		}
	}
	return bad;
}

/* enter */

static int entered(char **argv)
{
	enter(*argv++);
	execvp(*argv, argv);
	die(*argv);
	return 125;
}

/*
 * settle: the kernel takes dropped namespaces apart in the order they were dropped, and only then gives their place
 * in the count back. So where one namespace is allowed, a second one can be had as soon as all before it are gone.
 */

static int settle(void)
{
	int fd;
	pid_t pid;

	if (unshare(CLONE_NEWUSER))
		die("settle: unshare");
	fd = open("/proc/sys/user/max_net_namespaces", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		die("settle: max_net_namespaces");
	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWNET) ? 1 : 0);
	if (reap(pid))
		die("settle: child");
	while (unshare(CLONE_NEWNET)) {
		if (errno != ENOSPC)
			die("settle: unshare again");
		usleep(2000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "box"))
		return box(argv + 2);
	if (argc > 3 && !strcmp(argv[1], "time"))
		return timed(argv + 2);
	if (argc > 3 && !strcmp(argv[1], "ping"))
		return ping(argv[2], argv[3]);
	if (argc > 3 && !strcmp(argv[1], "enter"))
		return entered(argv + 2);
	if (argc > 1 && !strcmp(argv[1], "settle"))
		return settle();
	fprintf(stderr, "usage: tool box|time|ping|enter|settle …\n");
	return 2;
}
