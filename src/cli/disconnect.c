/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle disconnect`. */
#include "cli/cli.h"

int cmd_disconnect(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_disconnect(c->args[0], c->args[1], &o, &said, c->diag);

	return cli_rewired(c, r, said);
}
