/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns monitor`: a line for each name that comes or goes, at once,
 * into a pipe too.
 */
#include "netns/netns.h"

static void print(const char *name, bool added, void *arg)
{
	(void)arg;
	printf("%s %s\n", added ? "add" : "delete", name);
}

int netns_monitor(struct netns *n, char **argv)
{
	isle_auto(close) int fd = -1;

	(void)argv;
	if (isle_netns_watch(&fd, n->diag) < 0)
		return netns_failed(n);
	while (!ferror(stdout)) {
		if (isle_netns_changes(fd, print, NULL, n->diag) < 0)
			return netns_failed(n);
		fflush(stdout);
	}
	return NETNS_FAILED;
}
