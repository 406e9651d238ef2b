/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the floors of `isle netns`, each the system calls that cannot be left out and nothing else:
 *   names list          names in /run/netns
 *   names ids           the same, and one RTM_GETNSID each
 *   names add NAME      a namespace pinned under /run/netns, which is its own shared mount already
 *   names exec NAME CMD…    what `ip netns exec` changes: network and mount namespace, /sys
 *   names pids NAME     the processes whose /proc/PID/ns/net it is
 *   names crowd N CMD…  N idle processes, then CMD; they end with it
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void die(const char *what)
{
	fprintf(stderr, "names: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int nsid(int nl, int ns)
{
	struct {
		struct nlmsghdr h;
		struct rtgenmsg g;
		struct nlattr a;
		int fd;
	} q = { { sizeof(q), RTM_GETNSID, NLM_F_REQUEST, 0, 0 }, { 0 }, { 8, NETNSA_FD }, ns };
	char answer[256];

	if (send(nl, &q, sizeof(q), 0) < 0 || recv(nl, answer, sizeof(answer), 0) < 0)
		die("RTM_GETNSID");
	return *(int *)(answer + NLMSG_HDRLEN + 4 + NLA_HDRLEN);
}

static int list(int ids)
{
	DIR *d = opendir("/run/netns");
	int nl = ids ? socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) : -1;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		int fd, id = -1;

		if (*e->d_name == '.')
			continue;
		if (ids) {
			fd = openat(dirfd(d), e->d_name, O_RDONLY);
			id = nsid(nl, fd);
			close(fd);
		}
		if (id >= 0)
			printf("%s (id: %d)\n", e->d_name, id);
		else
			puts(e->d_name);
	}
	return 0;
}

static int add(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL, 0);

	if (fd < 0 || unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL))
		die(path);
	return 0;
}

static int run(const char *path, char **argv)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) || unshare(CLONE_NEWNS) || mount("", "/", "none", MS_SLAVE | MS_REC, NULL))
		die(path);
	umount2("/sys", MNT_DETACH);
	if (mount(path, "/sys", "sysfs", 0, NULL))
		die("/sys");
	execvp(*argv, argv);
	die(*argv);
	return 1;
}

static int pids(const char *path)
{
	DIR *d = opendir("/proc");
	struct stat st, it;
	struct dirent *e;

	if (stat(path, &it))
		die(path);
	while (d && (e = readdir(d))) {
		char ns[64];

		if (!isdigit(*e->d_name))
			continue;
		snprintf(ns, sizeof(ns), "%.16s/ns/net", e->d_name);
		if (!fstatat(dirfd(d), ns, &st, 0) && st.st_ino == it.st_ino && st.st_dev == it.st_dev)
			puts(e->d_name);
	}
	return 0;
}

static int crowd(int n, char **argv)
{
	int status;

	while (n--)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
		}
	if (!fork()) {
		execvp(*argv, argv);
		die(*argv);
	}
	/* the others do not end before this process */
	wait(&status);
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	char path[512];

	snprintf(path, sizeof(path), "/run/netns/%s", argc > 2 ? argv[2] : "");
	if (argc == 2 && !strcmp(argv[1], "list"))
		return list(0);
	if (argc == 2 && !strcmp(argv[1], "ids"))
		return list(1);
	if (argc == 3 && !strcmp(argv[1], "add"))
		return add(path);
	if (argc > 3 && !strcmp(argv[1], "exec"))
		return run(path, argv + 3);
	if (argc == 3 && !strcmp(argv[1], "pids"))
		return pids(path);
	if (argc > 3 && !strcmp(argv[1], "crowd"))
		return crowd(atoi(argv[2]), argv + 3);
	fprintf(stderr, "usage: names list|ids|add|exec|pids|crowd …\n");
	return 2;
}
