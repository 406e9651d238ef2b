/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns add NAME`.
 */
#include "netns/netns.h"

int netns_add(struct netns *n, char **argv)
{
	if (!argv[0])
		return netns_say("No netns name specified");
	if (isle_netns_add(argv[0], n->diag) < 0)
		return netns_failed(n);
	/* there may be a warning */
	netns_failed(n);
	return NETNS_OK;
}
