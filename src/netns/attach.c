/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns attach NAME PID`: a name for the namespace of a process. ip
 * takes any number but 0, and lets the kernel say whether there is a process.
 * What ip calls an invalid PID and has a ':' or a '/' is for isle:
 * docker:NAME, pid:N, a path.
 */
#include "netns/netns.h"

static int attach_what(struct netns *n, const char *name, const char *what)
{
	struct isle_ns_set set;
	char file[40];
	int r;

	isle_ns_set_init(&set);
	r = isle_ns_open(what, ISLE_NS_BIT(ISLE_NS_NET), &set, n->diag);
	if (r < 0)
		return r;
	snprintf(file, sizeof(file), "/proc/self/fd/%d", set.fd[ISLE_NS_NET]);
	r = isle_netns_attach(name, file, n->diag);
	isle_ns_set_close(&set);
	return r;
}

int netns_attach(struct netns *n, char **argv)
{
	char file[32];
	int pid, r;

	if (!argv[0] || !argv[1])
		return netns_say("No netns name and PID specified");
	if (netns_integer(argv[1], &pid) && pid) {
		snprintf(file, sizeof(file), "/proc/%d/ns/net", pid);
		r = isle_netns_attach(argv[0], file, n->diag);
	} else if (strpbrk(argv[1], ":/")) {
		r = attach_what(n, argv[0], argv[1]);
	} else {
		return netns_say("Invalid PID: %s", argv[1]);
	}
	/* after success there may be a warning */
	netns_failed(n);
	return r < 0 ? NETNS_FAILED : NETNS_OK;
}
