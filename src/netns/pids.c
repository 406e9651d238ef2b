/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns pids NAME`.
 */
#include "netns/netns.h"

static void print(pid_t pid, void *arg)
{
	(void)arg;
	printf("%d\n", (int)pid);
}

int netns_pids(struct netns *n, char **argv)
{
	isle_auto(close) int fd = -1;
	int r;

	if (!argv[0])
		return netns_say("No netns name specified");
	if (argv[1])
		return netns_say("extra arguments specified");
	/* without words: here ip does not say which one */
	r = isle_netns_open(argv[0], &fd, NULL);
	if (r < 0)
		return netns_say("Cannot open network namespace: %s", strerror(-r));
	return isle_netns_pids(fd, print, NULL, n->diag) < 0 ? netns_failed(n) : NETNS_OK;
}
