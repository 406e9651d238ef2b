/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle connect`. The third argument is a kind if it has no '='. */
#include "cli/cli.h"

enum { ADDRESSES_MAX = 64 };

/* "10.0.0.1/24,10.0.0.2/24" */
static int addresses(struct cli *c, char *text, const char **ret, size_t *ret_n)
{
	char *save;

	*ret_n = 0;
	for (char *a = text ? strtok_r(text, ", ", &save) : NULL; a; a = strtok_r(NULL, ", ", &save)) {
		if (*ret_n == ADDRESSES_MAX)
			return cli_wrong(c, "more than %d addresses", ADDRESSES_MAX);
		ret[(*ret_n)++] = a;
	}
	return text && !*ret_n ? cli_wrong(c, "no address is in '%s'", c->opt[OPT_ADDRESSES]) : 0;
}

int cli_connect(struct cli *c, const char *b, const char *kind, int first_key)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	isle_auto(free) char *list = c->opt[OPT_ADDRESSES] ? strdup(c->opt[OPT_ADDRESSES]) : NULL;
	isle_auto(free) struct isle_key_value *keys = NULL;
	const char *a[ADDRESSES_MAX];
	size_t n_a = 0, n_keys = 0;
	char *said = NULL;
	int status = cli_keys(c, first_key, &keys, &n_keys), r;

	if (!status)
		status = addresses(c, list, a, &n_a);
	if (status)
		return status;
	r = isle_connect(c->args[0], b, kind, a, n_a, keys, n_keys, &o, &said, c->diag);
	return cli_rewired(c, r, said);
}

int cmd_connect(struct cli *c)
{
	const bool has_kind = c->n_args > 2 && !strchr(c->args[2], '=');

	return cli_connect(c, c->args[1], has_kind ? c->args[2] : NULL, has_kind ? 3 : 2);
}
