/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: lab files on the command line. An argument is a file if it looks like
 * one, never because one of that name happens to be there: otherwise what a
 * command does would depend on the directory it is called in.
 */
#include "cli/cli.h"

#define DEFAULT_FILE "lab.yaml"

bool cli_is_file(const char *arg)
{
	static const char *const suffixes[] = { ".yaml", ".yml", ".json" };
	size_t n = strlen(arg);

	if (strchr(arg, '/') || !strcmp(arg, "-"))
		return true;
	for (size_t i = 0; i < ISLE_COUNT(suffixes); i++) {
		size_t len = strlen(suffixes[i]);

		if (n > len && !strcmp(arg + n - len, suffixes[i]))
			return true;
	}
	return false;
}

static int status_for(const struct cli *c)
{
	return c->command->program ? CLI_EXEC_FAILED : CLI_WRONG;
}

int cli_load_file(struct cli *c, const char *path)
{
	return isle_lab_read(path, &c->lab, c->diag) < 0 ? status_for(c) : 0;
}

int cli_load(struct cli *c, const char *arg)
{
	int r;

	if (arg && !cli_is_file(arg)) {
		cli_wrong(c, "'%s' does not look like a lab file", arg);
		isle_hint(c->diag, "a file ends in .yaml, .yml or .json, or has a '/': ./%s", arg);
		return status_for(c);
	}
	r = isle_lab_read(arg ? arg : DEFAULT_FILE, &c->lab, c->diag);
	if (r == -ENOENT && !arg && c->command->run != cmd_down)
		isle_hint(c->diag, "name a lab file, or let 'isle init' write one to start from");
	return r < 0 ? status_for(c) : 0;
}
