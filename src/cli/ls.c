/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle ls`: the caller's labs that are up. */
#include "cli/cli.h"

struct ls {
	struct cli *cli;
	json_t *list;
	size_t n;
};

static void lab(const struct isle_lab_brief *b, void *arg)
{
	struct ls *ls = arg;
	char since[CLI_WHEN_MAX];

	if (ls->list) {
		cli_when(b->since, ls->cli, since);
		json_array_append_new(ls->list, json_pack("{s:s, s:I, s:s, s:s, s:b, s:b}", "name", b->name,
							  "hosts", (json_int_t)b->n_hosts, "since", since,
							  "file", b->file, "rootless", b->rootless,
							  "half_changed", b->half_changed));
		return;
	}
	cli_when(b->since, ls->cli, since);
	if (!ls->n++)
		cli_title("LAB               HOSTS  SINCE                FILE\n", ls->cli);
	printf("%-16s  %5zu  %-19s  %s%s%s\n", b->name, b->n_hosts, since, strcmp(b->file, "-") ? b->file : "(standard input)",
	       b->rootless ? "  rootless" : "", b->half_changed ? "  half changed" : "");
}

int cmd_ls(struct cli *c)
{
	struct ls ls = { .cli = c, .list = c->json ? json_array() : NULL };
	int r = isle_each_lab(lab, &ls, c->diag);

	if (c->json)
		return cli_json(c, json_pack("{s:o}", "labs", ls.list)) || r < 0 || isle_diag_errors(c->diag) ? CLI_FAILED : CLI_OK;
	return r < 0 || isle_diag_errors(c->diag) ? CLI_FAILED : CLI_OK;
}
