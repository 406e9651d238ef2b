/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle up`. */
#include "cli/cli.h"

int cmd_up(struct cli *c)
{
	bool already = false;
	struct isle_up_options options = {
		.progress = cli_progress_wanted() ? cli_progress : NULL, .arg = c, .ret_already = &already,
	};
	int status = cli_load(c, c->args[0]);
	const char *name;

	if (status)
		return status;
	name = isle_lab_name(c->lab);
	if (isle_up(c->lab, &options, c->diag) < 0)
		return cli_failed(c);
	cli_progress_end(c);
	if (c->json)
		return cli_json(c, json_pack("{s:s, s:I, s:b}", "lab", name, "hosts", (json_int_t)isle_lab_n_hosts(c->lab),
					     "already", already));
	if (already)
		printf("%s: already up from this file, nothing to do\n", name);
	else
		printf("%s: up, %zu host%s\n", name, isle_lab_n_hosts(c->lab), isle_lab_n_hosts(c->lab) == 1 ? "" : "s");
	return CLI_OK;
}
