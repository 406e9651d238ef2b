/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: types of what a host can have besides its network: paths in it.
 */
#include "lab/tables.h"

enum { PATH_MAX_HOST = 1023 };

/* Why S is no path that means one place whatever the machine is like, or NULL. */
static const char *bad_path(const char *s)
{
	if (s[0] != '/')
		return "it begins with '/'";
	if (strlen(s) > PATH_MAX_HOST)
		return "it is too long";
	while (*s) {
		size_t n = strcspn(++s, "/");

		if (!n)
			return "each part between '/' has a name";
		if ((n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
			return "'.' and '..' are no parts of it";
		s += n;
	}
	return NULL;
}

static bool parse_host_path(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *why = bad_path(node->text);

	if (why)
		return isle_set_reject(set, node, 0, 0, NULL, "'%.80s' is no path in a host: %s", node->text, why);
	return isle_t_text.parse(set, field, node, dst);
}

const struct isle_type isle_t_host_path = { "a path in the host", "an absolute path", "{\"$ref\":\"#/$defs/host_path\"}",
					    sizeof(struct isle_word), false, parse_host_path, NULL };
