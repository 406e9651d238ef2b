/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns attach NAME PID`: a name for the namespace of a process. ip
 * takes any number but 0, and lets the kernel say whether there is a process.
 * Where ip has no use for a word, with ':' or '/' in it, it is a reference:
 * docker:NAME, pid:N, a path.
 */
#include "netns/netns.h"

static int attach_ref(struct netns *n, const char *name, const char *ref)
{
	struct isle_ns_set set;
	struct isle_problem p;
	char file[64];
	int r = isle_ns_open(ref, ISLE_NS_BIT(ISLE_NS_NET), &set, n->diag);

	if (r < 0) {
		netns_failed(n);
		if (n->shown)
			isle_diag_read(n->shown, &p);
		if (n->shown && p.hint)
			netns_say("  hint: %s", p.hint);
		return NETNS_FAILED;
	}
	snprintf(file, sizeof(file), "/proc/self/fd/%d", set.fd[ISLE_NS_NET]);
	r = isle_netns_attach(name, file, n->diag);
	isle_ns_set_close(&set);
	netns_failed(n);
	return r < 0 ? NETNS_FAILED : NETNS_OK;
}

int netns_attach(struct netns *n, char **argv)
{
	char file[32];
	int pid;

	if (!argv[0] || !argv[1])
		return netns_say("No netns name and PID specified");
	if (strpbrk(argv[1], ":/"))
		return attach_ref(n, argv[0], argv[1]);
	if (!netns_integer(argv[1], &pid) || !pid)
		return netns_say("Invalid PID: %s", argv[1]);
	snprintf(file, sizeof(file), "/proc/%d/ns/net", pid);
	if (isle_netns_attach(argv[0], file, n->diag) < 0)
		return netns_failed(n);
	netns_failed(n);
	return NETNS_OK;
}
