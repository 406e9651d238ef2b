/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns pids NAME`: the processes in it, as ip has them. --threads and
 * --fds, which ip does not know, come behind NAME (which may begin with a dash
 * itself) and also tell processes that only a thread or a descriptor of which
 * is in it: "PID thread TID", "PID fd N", "PID socket N".
 */
#include <sys/stat.h>
#include "netns/netns.h"

static void print(pid_t pid, void *arg)
{
	(void)arg;
	printf("%d\n", (int)pid);
}

/* The kinds that the words in ARGV ask for; false: there is one that is no option. */
static bool kinds_of(char **argv, unsigned *ret)
{
	unsigned kinds = 0;

	for (; *argv; argv++) {
		const char *word = *argv + (argv[0][0] == '-') + (argv[0][0] == '-' && argv[0][1] == '-');

		if (word == *argv)
			return false;
		if (!strcmp(word, "threads"))
			kinds |= ISLE_HOLDER_BIT(ISLE_HOLDER_THREAD);
		else if (!strcmp(word, "fds"))
			kinds |= ISLE_HOLDER_BIT(ISLE_HOLDER_DESCRIPTOR) | ISLE_HOLDER_BIT(ISLE_HOLDER_SOCKET);
		else
			return false;
	}
	*ret = kinds;
	return true;
}

static void print_holder(const struct isle_ns_info *info, const struct isle_holder *h, void *arg)
{
	(void)info;
	(void)arg;
	if (!h || h->pid == getpid())
		return;
	switch (h->kind) {
	case ISLE_HOLDER_PROCESS: printf("%d\n", (int)h->pid); break;
	case ISLE_HOLDER_THREAD: printf("%d thread %d\n", (int)h->pid, (int)h->tid); break;
	case ISLE_HOLDER_DESCRIPTOR: printf("%d fd %d\n", (int)h->pid, h->fd); break;
	case ISLE_HOLDER_SOCKET: printf("%d socket %d\n", (int)h->pid, h->fd); break;
	default: break;
	}
}

static int print_holders(struct netns *n, int fd, unsigned kinds)
{
	struct isle_unseen unseen;
	char ref[40];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return netns_say("Stat of netns failed: %s", strerror(errno));
	snprintf(ref, sizeof(ref), "net:[%llu]", (unsigned long long)st.st_ino);
	if (isle_each_holder(ref, 0, kinds, print_holder, NULL, &unseen, n->diag) < 0)
		return netns_failed(n);
	if (unseen.processes)
		netns_say("%zu processes could not be looked at", unseen.processes);
	return NETNS_OK;
}

int netns_pids(struct netns *n, char **argv)
{
	isle_auto(close) int fd = -1;
	unsigned kinds = 0;
	int r;

	if (!argv[0])
		return netns_say("No netns name specified");
	if (!kinds_of(argv + 1, &kinds))
		return netns_say("extra arguments specified");
	/* without words: here ip does not say which one */
	r = isle_netns_open(argv[0], &fd, NULL);
	if (r < 0)
		return netns_say("Cannot open network namespace: %s", strerror(-r));
	if (kinds)
		return print_holders(n, fd, kinds);
	return isle_netns_pids(fd, print, NULL, n->diag) < 0 ? netns_failed(n) : NETNS_OK;
}
