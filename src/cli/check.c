/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle check`: every mistake of a file. The problems themselves go to
 * stderr with the rest; --json puts them on stdout instead.
 */
#include "cli/cli.h"

static json_t *problem(const struct isle_diag_rec *r)
{
	struct isle_problem p;

	isle_diag_read(r, &p);
	return json_pack("{s:s, s:s?, s:I, s:I, s:s, s:s*, s:s*}", "level", p.warning ? "warning" : "error",
			 "file", p.file, "line", (json_int_t)p.line, "column", (json_int_t)p.col,
			 "message", p.message, "kernel", p.kernel, "hint", p.hint);
}

static int as_json(struct cli *c, bool ok)
{
	json_t *list = json_array();
	json_t *all;

	isle_diag_sort(c->diag);
	for (const struct isle_diag_rec *r = isle_diag_first(c->diag); r; r = isle_diag_next(r))
		json_array_append_new(list, problem(r));
	all = json_pack("{s:b, s:s?, s:o}", "ok", ok, "lab", c->lab ? isle_lab_name(c->lab) : NULL, "problems", list);
	/* Said on stdout: not again on stderr. */
	isle_diag_free(c->diag);
	c->diag = isle_diag_new();
	return cli_json(c, all);
}

int cmd_check(struct cli *c)
{
	int status = cli_load(c, c->args[0]);
	int r;

	if (!status && isle_lab_check_files(c->lab, c->diag) < 0)
		status = CLI_WRONG;
	if (!status && c->opt[OPT_STRICT] && isle_diag_warnings(c->diag))
		status = CLI_WRONG;
	if (c->json) {
		r = as_json(c, !status);
		return status ? status : r;
	}
	if (!status)
		printf("%s: fine%s\n", isle_lab_name(c->lab), isle_diag_warnings(c->diag) ? ", but there are warnings" : "");
	return status;
}
