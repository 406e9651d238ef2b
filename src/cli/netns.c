/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns` behind an option that is isle's and not ip's (--color WHEN);
 * without one, main.c goes there at once and nothing of the table is read.
 */
#include "cli/cli.h"
#include "netns/netns.h"

int cmd_netns(struct cli *c)
{
	/* the word netns and one before it are still in front of the arguments */
	return netns_main(c->n_args + 2, c->args - 2, c->diag);
}
