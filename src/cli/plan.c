/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle plan`: what `up` would do. If the lab is not up that is all of it;
 * if it is, what is not as the file says.
 */
#include "cli/cli.h"

static int print_full(struct cli *c)
{
	isle_auto(free) char *text = NULL;

	if (isle_lab_text(c->lab, ISLE_LAB_FULL, &text, c->diag) < 0)
		return CLI_FAILED;
	if (c->json)
		return cli_json(c, json_pack("{s:s, s:s, s:s}", "lab", isle_lab_name(c->lab), "form", "full", "text", text));
	fputs(text, stdout);
	return CLI_OK;
}

/* Of a lab that is up, or else of one that is not. *ret_up says which. */
static int changes(struct cli *c, enum isle_lab_form form, bool *ret_up, char **ret)
{
	int r = isle_lab_changes(c->lab, form, ret, c->diag);

	*ret_up = r != -ENOENT;
	return *ret_up ? r : isle_lab_text(c->lab, form, ret, c->diag);
}

static int against_machine(struct cli *c)
{
	const char *lab = isle_lab_name(c->lab);
	isle_auto(free) char *text = NULL;
	int status = CLI_OK;
	bool up;

	if (changes(c, ISLE_LAB_PLAN, &up, &text) < 0)
		return CLI_FAILED;
	if (c->json)
		status = cli_json(c, json_pack("{s:s, s:b, s:b, s:s}", "lab", lab, "up", up, "pending", *text != '\0',
					       "changes", text));
	else if (!*text)
		printf("%s: up from this file, nothing to do\n", lab);
	else if (up)
		printf("%s: up; `isle up` would change:\n%s", lab, text);
	else
		fputs(text, stdout);
	return status ? status : *text && c->opt[OPT_EXIT_CODE] ? CLI_PENDING : CLI_OK;
}

static int print_commands(struct cli *c)
{
	isle_auto(free) char *text = NULL;
	int status = CLI_OK;
	bool up;

	if (changes(c, ISLE_LAB_COMMANDS, &up, &text) < 0)
		return CLI_FAILED;
	if (c->json)
		status = cli_json(c, json_pack("{s:s, s:s, s:s}", "lab", isle_lab_name(c->lab), "form", "commands", "text", text));
	else
		fputs(text, stdout);
	return status ? status : *text && c->opt[OPT_EXIT_CODE] ? CLI_PENDING : CLI_OK;
}

int cmd_plan(struct cli *c)
{
	int status;

	if (c->opt[OPT_FULL] && c->opt[OPT_COMMANDS])
		return cli_wrong(c, "'--full' and '--commands' are two answers: ask for one");
	cli_more_descriptors();
	status = cli_load(c, c->args[0]);
	if (status)
		return status;
	if (c->opt[OPT_FULL])
		return print_full(c);
	if (c->opt[OPT_COMMANDS])
		return print_commands(c);
	return against_machine(c);
}
