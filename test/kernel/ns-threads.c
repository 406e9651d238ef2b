/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Eight threads that make, keep, open, call into, list and let go of namespaces
 * side by side, while a ninth looks at what the program itself is in: that, its
 * descriptors, directory, umask and signals must never change. The heap is used
 * all the time, so that a child which wanted it would hang.
 *
 *	ns-threads DIRECTORY ROUNDS
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "isle.h"

#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894C
#endif

enum { THREADS = 8 };

static const char *dir;
static int rounds;
static atomic_bool bad;

pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	fputs("the library called fork()\n", stderr);
	abort();
}

static void failed(const char *what, long who, struct isle_diag *d)
{
	const struct isle_diag_rec *r = isle_diag_first(d);
	char *text = r ? isle_diag_text(r, false) : NULL;

	bad = true;
	fprintf(stderr, "thread %ld: %s: %s", who, what, text ? text : "\n");
	free(text);
}

static ino_t inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : st.st_ino;
}

static ino_t thread_ns(const char *type)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", type);
	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

struct seen { ino_t ino; const char *type; char name[65]; int fd; };

/* In a namespace: what is it, and what is the machine called there? The heap is the caller's as ever. */
static int look(void *arg)
{
	struct seen *s = arg;
	void *p = malloc(1000);

	s->ino = thread_ns(s->type);
	gethostname(s->name, sizeof(s->name));
	s->fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(p);
	return 42;
}

static void check_call(const struct isle_ns_set *set, int type, long who, struct isle_diag *d)
{
	struct seen s = { .type = isle_ns_type_name(type), .fd = -1 };
	int value = 0;

	if (isle_ns_call(set->fd[type], look, &s, &value, d) < 0) {
		failed("call", who, d);
		return;
	}
	if (value != 42 || s.ino != inode(set->fd[type]) || s.fd < 0)
		failed("was called elsewhere", who, d);
	if (type == ISLE_NS_UTS && strncmp(s.name, "thread", 6))
		failed("has another hostname", who, d);
	close(s.fd);
}

static void check_socket(int net, long who, struct isle_diag *d)
{
	int fd, ns;

	if (isle_ns_socket(net, AF_INET, SOCK_DGRAM, 0, &fd, d) < 0) {
		failed("socket", who, d);
		return;
	}
	ns = ioctl(fd, SIOCGSKNS);
	if (ns < 0 || inode(ns) != inode(net) || !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
		failed("the socket is elsewhere", who, d);
	close(ns);
	close(fd);
}

static void check_keep(const struct isle_ns_set *set, int type, long who, struct isle_diag *d)
{
	struct isle_ns_set again;
	char path[256];

	snprintf(path, sizeof(path), "%s/%ld.%s", dir, who, isle_ns_type_name(type));
	if (isle_ns_keep(set->fd[type], path, d) < 0) {
		failed("keep", who, d);
		return;
	}
	if (isle_ns_keep(set->fd[type], path, NULL) != -EEXIST)
		failed("keeps twice", who, d);
	isle_ns_set_init(&again);
	if (isle_ns_open(path, ISLE_NS_ALL, &again, d) < 0 || inode(again.fd[type]) != inode(set->fd[type]))
		failed("open", who, d);
	isle_ns_set_close(&again);
	if (umount2(path, MNT_DETACH) < 0 || unlink(path) < 0)
		failed("let go", who, d);
}

static void check_bundle(long who, struct isle_diag *d)
{
	const unsigned types = ISLE_NS_BIT(ISLE_NS_NET) | ISLE_NS_BIT(ISLE_NS_UTS);
	struct isle_ns_set set;
	char name[16];

	snprintf(name, sizeof(name), "t%ld", who);
	if (isle_bundle_add(name, types, NULL, d) < 0)
		failed("bundle", who, d);
	isle_ns_set_init(&set);
	if (isle_ns_open(name, ISLE_NS_ALL, &set, d) < 0 || set.fd[ISLE_NS_NET] < 0 || set.fd[ISLE_NS_UTS] < 0)
		failed("open the bundle", who, d);
	isle_ns_set_close(&set);
	if (isle_bundle_delete(name, d) < 0)
		failed("delete the bundle", who, d);
}

static void count(const char *name, unsigned types, void *arg)
{
	(void)name;
	*(unsigned *)arg |= types;
}

static void one_round(long who, struct isle_diag *d)
{
	static const int kept[] = { ISLE_NS_NET, ISLE_NS_UTS, ISLE_NS_IPC, ISLE_NS_USER };
	static const int called[] = { ISLE_NS_NET, ISLE_NS_UTS, ISLE_NS_IPC, ISLE_NS_CGROUP, ISLE_NS_MNT };
	const struct isle_ns_create_options o = { .hostname = "thread" };
	unsigned types = ISLE_NS_ALL & ~ISLE_NS_BIT(ISLE_NS_PID) & ~ISLE_NS_BIT(ISLE_NS_TIME);
	struct isle_ns_set set;

	if (isle_ns_create(types, &o, &set, d) < 0) {
		failed("create", who, d);
		return;
	}
	for (size_t i = 0; i < sizeof(called) / sizeof(*called); i++)
		check_call(&set, called[i], who, d);
	if (isle_ns_call(set.fd[ISLE_NS_USER], look, NULL, NULL, NULL) != -EINVAL)
		failed("moves a thread into a user namespace", who, d);
	check_socket(set.fd[ISLE_NS_NET], who, d);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		check_keep(&set, kept[i], who, d);
	isle_ns_set_close(&set);
	check_bundle(who, d);
	types = 0;
	if (isle_each_bundle(count, &types, d) < 0)
		failed("list", who, d);
}

static void *work(void *arg)
{
	static const char *const types[] = { "net", "mnt", "uts", "user", "ipc" };
	ino_t mine[5];

	for (int t = 0; t < 5; t++)
		mine[t] = thread_ns(types[t]);
	for (int i = 0; i < rounds && !bad; i++) {
		struct isle_diag *d = isle_diag_new();

		one_round((long)arg, d);
		for (int t = 0; t < 5; t++)
			if (thread_ns(types[t]) != mine[t])
				failed("was moved", (long)arg, d);
		isle_diag_free(d);
	}
	return NULL;
}

/* All that must stay, of the thread that asks, as text. */
static void state(char *ret, size_t size)
{
	static const char *const ns[] = { "net", "mnt", "uts", "pid", "pid_for_children", "user", "ipc", "cgroup", "time_for_children" };
	struct sigaction sa;
	sigset_t mask;
	size_t n;

	if (!getcwd(ret, size))
		abort();
	n = strlen(ret);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	for (size_t i = 0; i < sizeof(ns) / sizeof(*ns); i++)
		n += (size_t)snprintf(ret + n, size - n, ", %s %lu", ns[i], (unsigned long)thread_ns(ns[i]));
	for (int s = 1; s < NSIG; s++)
		if (!sigaction(s, NULL, &sa))
			n += (size_t)snprintf(ret + n, size - n, " %d%p", sigismember(&mask, s), (void *)sa.sa_handler);
}

static unsigned descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (d && readdir(d))
		n++;
	closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	static char before[4096], now[4096];
	pthread_t threads[THREADS];
	unsigned fds;
	mode_t mask;

	if (argc < 3)
		return 2;
	dir = argv[1];
	rounds = atoi(argv[2]);
	mask = umask(027);
	umask(mask);
	state(before, sizeof(before));
	fds = descriptors();
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++) {
		/* looks all the time until the next one is done */
		while (pthread_tryjoin_np(threads[i], NULL) == EBUSY) {
			state(now, sizeof(now));
			if (strcmp(before, now)) {
				fprintf(stderr, "before: %s\nnow:    %s\n", before, now);
				_exit(1);
			}
			sched_yield();
		}
	}
	if (descriptors() != fds || umask(mask) != mask) {
		fprintf(stderr, "%u descriptors before, %u now\n", fds, descriptors());
		bad = true;
	}
	return bad;
}
