/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what the tables of the lab file say, as text the caller owns. */
#include "schema/schema.h"

static int steal(struct isle_buf *b, int r, char **ret, struct isle_diag *diag)
{
	char *s = r < 0 ? NULL : isle_buf_steal(b);

	if (!s)
		return isle_fail(diag, ENOMEM, NULL, "describe the lab file");
	*ret = s;
	return 0;
}

int isle_explain(const char *key, char **ret, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	int r = isle_schema_explain(key && *key ? key : NULL, &b);

	if (r == -ENOENT) {
		isle_reject(diag, NULL, "the lab file has no key '%s'", key);
		if (b.n)
			isle_hint(diag, "%.*s", (int)strcspn(b.s, "\n"), b.s);
		else
			isle_hint(diag, "all keys, and where they belong: isle explain");
		return -EINVAL;
	}
	return steal(&b, r, ret, diag);
}

int isle_schema(char **ret, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	int r = isle_schema_json(&b);

	return steal(&b, r, ret, diag);
}
