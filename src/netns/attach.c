/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns attach NAME PID`: a name for the namespace of a process. ip
 * takes any number but 0, and lets the kernel say whether there is a process.
 */
#include "netns/netns.h"

int netns_attach(struct netns *n, char **argv)
{
	char file[32];
	int pid;

	if (!argv[0] || !argv[1])
		return netns_say("No netns name and PID specified");
	if (!netns_integer(argv[1], &pid) || !pid)
		return netns_say("Invalid PID: %s", argv[1]);
	snprintf(file, sizeof(file), "/proc/%d/ns/net", pid);
	if (isle_netns_attach(argv[0], file, n->diag) < 0)
		return netns_failed(n);
	netns_failed(n);
	return NETNS_OK;
}
