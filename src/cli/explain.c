/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle explain` and `isle schema`: what the tables of the lab file say. */
#include "cli/cli.h"

int cmd_explain(struct cli *c)
{
	isle_auto(free) char *text = NULL;

	if (isle_explain(c->args[0], &text, c->diag) < 0)
		return CLI_WRONG;
	if (c->json)
		return cli_json(c, json_pack("{s:s?, s:s}", "key", c->args[0], "text", text));
	fputs(text, stdout);
	return CLI_OK;
}

int cmd_schema(struct cli *c)
{
	isle_auto(free) char *text = NULL;

	if (isle_schema(&text, c->diag) < 0)
		return CLI_FAILED;
	fputs(text, stdout);
	return CLI_OK;
}
