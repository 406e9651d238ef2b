/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle plan`: what `up` would do. If the lab is not up that is all of it;
 * if it is, what its file and this one say differently.
 */
#include "cli/cli.h"

static int print(struct cli *c, enum isle_lab_form form, const char *what)
{
	isle_auto(free) char *text = NULL;

	if (isle_lab_text(c->lab, form, &text, c->diag) < 0)
		return CLI_FAILED;
	if (c->json)
		return cli_json(c, json_pack("{s:s, s:s, s:s}", "lab", isle_lab_name(c->lab), "form", what, "text", text));
	fputs(text, stdout);
	return CLI_OK;
}

static int report(struct cli *c, bool up, const char *text)
{
	const char *lab = isle_lab_name(c->lab);
	int status = CLI_OK;

	if (c->json)
		status = cli_json(c, json_pack("{s:s, s:b, s:b, s:s}", "lab", lab, "up", up, "pending", *text != '\0',
					       "changes", text));
	else if (!*text)
		printf("%s: up from this file, nothing to do\n", lab);
	else if (up)
		printf("%s: up from another file; what differs, in its long form:\n%s", lab, text);
	else
		fputs(text, stdout);
	return status ? status : *text && c->opt[OPT_EXIT_CODE] ? CLI_PENDING : CLI_OK;
}

static int against_machine(struct cli *c)
{
	isle_auto(free) char *text = NULL;
	struct isle_live *live = NULL;
	struct isle_diag *quiet = isle_diag_new();
	int r = isle_live_open(isle_lab_name(c->lab), &live, quiet);

	isle_diag_free(quiet);
	if (r == -ENOENT)
		r = isle_lab_text(c->lab, ISLE_LAB_PLAN, &text, c->diag);
	else if (r < 0)
		/* once more, for the words */
		r = isle_live_open(isle_lab_name(c->lab), &live, c->diag);
	else
		r = isle_live_diff(live, c->lab, &text, c->diag);
	if (r >= 0 && text)
		r = report(c, live, text);
	else
		r = CLI_FAILED;
	isle_live_close(live);
	return r;
}

int cmd_plan(struct cli *c)
{
	int status;

	if (c->opt[OPT_FULL] && c->opt[OPT_COMMANDS])
		return cli_wrong(c, "'--full' and '--commands' are two answers: ask for one");
	status = cli_load(c, c->args[0]);
	if (status)
		return status;
	if (c->opt[OPT_FULL])
		return print(c, ISLE_LAB_FULL, "full");
	if (c->opt[OPT_COMMANDS])
		return print(c, ISLE_LAB_COMMANDS, "commands");
	return against_machine(c);
}
