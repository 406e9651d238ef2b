/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle host add` and `isle host rm`. */
#include "cli/cli.h"

int cmd_host_add(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	isle_auto(free) struct isle_key_value *keys = NULL;
	size_t n = 0;
	char *said = NULL;
	int status = cli_keys(c, 1, &keys, &n), r;

	if (status)
		return status;
	r = isle_host_add(c->args[0], keys, n, &o, &said, c->diag);
	return cli_rewired(c, r, said);
}

int cmd_host_rm(struct cli *c)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	char *said = NULL;
	int r = isle_host_remove(c->args[0], &o, &said, c->diag);

	return cli_rewired(c, r, said);
}
