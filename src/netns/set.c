/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns set NAME ID|auto`: the id by which our namespace knows that
 * one. It cannot be changed once it is there.
 */
#include "netns/netns.h"

int netns_set(struct netns *n, char **argv)
{
	isle_auto(close) int fd = -1;
	int id = -1;

	if (!argv[0])
		return netns_say("No netns name specified");
	if (!argv[1])
		return netns_say("No nsid specified");
	if (strcmp(argv[1], "auto")) {
		if (!netns_integer(argv[1], &id))
			return netns_wrong(n, "Error: argument \"%s\" is wrong: Invalid \"netnsid\" value", argv[1]);
		if (id < 0)
			return netns_wrong(n, "Error: argument \"%s\" is wrong: \"netnsid\" value should be >= 0", argv[1]);
	}
	if (isle_netns_open(argv[0], &fd, n->diag) < 0)
		return netns_failed(n);
	return isle_nsid_set(fd, id, n->diag) < 0 ? netns_refused(n) : NETNS_OK;
}
