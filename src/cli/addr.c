/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle addr add` and `isle addr del`. */
#include "cli/cli.h"

int cmd_addr_add(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_addr_add(c->args[0], c->args[1], &o, &said, c->diag);

	return cli_rewired(c, r, said);
}

int cmd_addr_del(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_addr_remove(c->args[0], c->args[1], &o, &said, c->diag);

	return cli_rewired(c, r, said);
}
