/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle doctor`: what this machine allows. */
#include "cli/cli.h"

struct list {
	struct cli *cli;
	json_t *json;
	int worst;
};

static void finding(const struct isle_finding *f, void *arg)
{
	static const char *const words[] = { "ok", "note", "trouble" };
	static const char *const colors[] = { "\033[32m", "\033[33m", "\033[31m" };
	struct list *l = arg;
	int level = f->level < 0 ? 0 : f->level > 2 ? 2 : f->level;

	if (level > l->worst)
		l->worst = level;
	if (l->json) {
		json_array_append_new(l->json, json_pack("{s:s, s:s, s:s, s:s*}", "what", f->what, "level", words[level],
							 "words", f->words, "hint", f->hint));
		return;
	}
	printf("%s%-7s%s  %s: %s\n", l->cli->color_out ? colors[level] : "", words[level], l->cli->color_out ? "\033[m" : "",
	       f->what, f->words);
	if (f->hint)
		printf("         hint: %s\n", f->hint);
}

int cmd_doctor(struct cli *c)
{
	struct list l = { .cli = c, .json = c->json ? json_array() : NULL };
	int r = isle_each_finding(finding, &l, c->diag);

	if (c->json && cli_json(c, json_pack("{s:o}", "findings", l.json)))
		r = -EIO;
	return r < 0 || l.worst > 1 ? CLI_FAILED : CLI_OK;
}
