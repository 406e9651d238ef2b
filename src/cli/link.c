/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle link`: interfaces by themselves, and wires switched on and off. */
#include "cli/cli.h"

static int turn(struct cli *c, bool up)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_link_switch(c->args[0], c->args[1], up, &o, &said, c->diag);

	return cli_rewired(c, r, said);
}

int cmd_link_add(struct cli *c)
{
	return cli_connect(c, NULL, c->args[1], 2);
}

int cmd_link_del(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_disconnect(c->args[0], NULL, &o, &said, c->diag);

	return cli_rewired(c, r, said);
}

int cmd_link_up(struct cli *c)
{
	return turn(c, true);
}

int cmd_link_down(struct cli *c)
{
	return turn(c, false);
}
