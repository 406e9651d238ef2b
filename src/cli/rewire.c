/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the commands that change live networks have in common: their
 * options, KEY=VALUE, and the one line that says what was done.
 */
#include "cli/cli.h"

struct isle_rewire_options cli_rewire_options(const struct cli *c)
{
	return (struct isle_rewire_options){ .lab = c->opt[OPT_LAB], .commands = c->opt[OPT_COMMANDS], .any = c->opt[OPT_ANY] };
}

int cli_keys(struct cli *c, int first, struct isle_key_value **ret_keys, size_t *ret_n)
{
	struct isle_key_value *keys = calloc((size_t)c->n_args + 1, sizeof(*keys));
	size_t n = 0;

	if (!keys)
		return isle_fail(c->diag, ENOMEM, NULL, "reading the command line"), CLI_FAILED;
	for (int i = first; i < c->n_args; i++) {
		char *eq = strchr(c->args[i], '=');

		if (!eq || eq == c->args[i]) {
			free(keys);
			return cli_wrong(c, "'%s' is not KEY=VALUE", c->args[i]);
		}
		*eq = '\0';
		keys[n++] = (struct isle_key_value){ c->args[i], eq + 1 };
	}
	*ret_keys = keys;
	*ret_n = n;
	return 0;
}

static json_t *lines(char *text)
{
	json_t *list = json_array();
	char *save;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		json_array_append_new(list, json_string(l));
	return list;
}

int cli_rewired(struct cli *c, int r, char *said)
{
	const bool commands = c->opt[OPT_COMMANDS];
	int status = r == -EINVAL ? CLI_WRONG : r < 0 ? cli_failed(c) : CLI_OK;

	if (!status && c->json)
		status = cli_json(c, commands ? json_pack("{s:b, s:o}", "done", 0, "commands", lines(said ? said : (char[1]){ 0 }))
					      : json_pack("{s:b, s:s?}", "done", 1, "said", said));
	else if (!status && said)
		printf(commands ? "%s" : "%s\n", said);
	free(said);
	return status;
}
