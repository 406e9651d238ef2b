/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle uplink add` and `isle uplink del`. */
#include "cli/cli.h"

int cmd_uplink_add(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_uplink_add(c->args[0], (const char *const *)c->args + 1, (size_t)c->n_args - 1, &o, &said, c->diag);

	return cli_rewired(c, r, said);
}

int cmd_uplink_del(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_uplink_remove(c->args[0], &o, &said, c->diag);

	return cli_rewired(c, r, said);
}
