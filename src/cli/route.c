/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle route add`, in a word or in those of `ip route`, and `isle route del`, which takes some of them to tell which. */
#include "cli/cli.h"

static bool is_key(const char *word)
{
	static const char *const keys[] = { "via", "dev", "metric", "table", "src", "mtu" };

	for (size_t i = 0; i < ISLE_COUNT(keys); i++)
		if (!strcmp(word, keys[i]))
			return true;
	return false;
}

/* Words from the third argument on as keys; the first may be a next router, or what becomes of the packets. */
static int hop(struct cli *c, struct isle_key_value *keys, size_t *ret_n)
{
	*ret_n = 0;
	for (int i = 2; i < c->n_args; i++) {
		char *word = c->args[i], *eq = strchr(word, '=');
		struct isle_key_value *k = &keys[(*ret_n)++];

		if (eq && eq != word) {
			*eq = '\0';
			*k = (struct isle_key_value){ word, eq + 1 };
		} else if (!strcmp(word, "onlink")) {
			*k = (struct isle_key_value){ word, "true" };
		} else if (!strcmp(word, "nexthop")) {
			(*ret_n)--;	/* of `ip route`: what follows begins with via */
		} else if (is_key(word) && i + 1 < c->n_args) {
			*k = (struct isle_key_value){ word, c->args[++i] };
		} else if (is_key(word) || i > 2) {
			cli_wrong(c, is_key(word) ? "'%s' wants a value" : "'%s' is no word of a route", word);
			isle_hint(c->diag, "via ADDRESS (again for one more), dev IF, metric N, table N, src ADDRESS, mtu N, onlink; first of all ADDRESS, "
				 "blackhole, unreachable or prohibit");
			return CLI_WRONG;
		} else {
			*k = (struct isle_key_value){ NULL, word };
		}
	}
	return 0;
}

typedef int change_fn(const char *end, const char *destination, const struct isle_key_value *keys, size_t n,
		      const struct isle_rewire_options *, char **ret_said, struct isle_diag *);

static int change(struct cli *c, change_fn *fn)
{
	const struct isle_rewire_options o = cli_rewire_options(c);
	isle_auto(free) struct isle_key_value *keys = calloc((size_t)c->n_args + 1, sizeof(*keys));
	size_t n = 0;
	char *said = NULL;
	int status, r;

	if (!keys)
		return isle_fail(c->diag, ENOMEM, NULL, "reading the command line"), CLI_FAILED;
	status = hop(c, keys, &n);
	if (status)
		return status;
	r = fn(c->args[0], c->args[1], keys, n, &o, &said, c->diag);
	return cli_rewired(c, r, said);
}

int cmd_route_add(struct cli *c)
{
	return change(c, isle_route_add);
}

int cmd_route_del(struct cli *c)
{
	return change(c, isle_route_remove);
}
