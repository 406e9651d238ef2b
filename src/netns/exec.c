/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns exec` and -n.
 */
#include "netns/netns.h"

int netns_exec(struct netns *n, char **argv)
{
	(void)n;
	(void)argv;
	return netns_say("exec: not in this version");
}

int netns_switch(struct netns *n, const char *name)
{
	(void)n;
	(void)name;
	return netns_say("-netns: not in this version");
}
