/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: values as OVSDB writes them (RFC 7047, 5.1). Readers take whatever
 * came, also NULL, and answer "nothing" where it has another form.
 */
#include "ovsdb/ovsdb.h"

/* The second of ["WORD", …], or NULL. */
static const json_t *tagged(const json_t *value, const char *word)
{
	const char *tag = json_string_value(json_array_get(value, 0));

	return json_array_size(value) == 2 && tag && !strcmp(tag, word) ? json_array_get(value, 1) : NULL;
}

size_t isle_ovsdb_set_n(const json_t *set)
{
	const json_t *list = tagged(set, "set");

	return list ? json_array_size(list) : set != NULL;
}

const json_t *isle_ovsdb_set_at(const json_t *set, size_t i)
{
	const json_t *list = tagged(set, "set");

	return list ? json_array_get(list, i) : i ? NULL : set;
}

const char *isle_ovsdb_uuid(const json_t *value)
{
	return json_string_value(tagged(value, "uuid"));
}

const char *isle_ovsdb_string(const json_t *value)
{
	return isle_ovsdb_set_n(value) == 1 ? json_string_value(isle_ovsdb_set_at(value, 0)) : NULL;
}

const char *isle_ovsdb_map_get(const json_t *map, const char *key)
{
	const json_t *pairs = tagged(map, "map");

	for (size_t i = 0; i < json_array_size(pairs); i++) {
		const json_t *pair = json_array_get(pairs, i);
		const char *name = json_string_value(json_array_get(pair, 0));

		if (name && !strcmp(name, key))
			return json_string_value(json_array_get(pair, 1));
	}
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const char *x = json_string_value(json_array_get(*(json_t *const *)a, 0));
	const char *y = json_string_value(json_array_get(*(json_t *const *)b, 0));

	return strcmp(x ? x : "", y ? y : "");
}

int isle_ovsdb_map_text(const json_t *map, struct isle_buf *out)
{
	const json_t *pairs = tagged(map, "map");
	const size_t n = json_array_size(pairs);
	isle_auto(free) const json_t **sorted = n ? calloc(n, sizeof(*sorted)) : NULL;

	if (n && !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = json_array_get(pairs, i);
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_key);
	for (size_t i = 0; i < n; i++) {
		const char *key = json_string_value(json_array_get(sorted[i], 0));
		const char *value = json_string_value(json_array_get(sorted[i], 1));

		isle_buf_puts(out, i ? ", " : "{");
		isle_ovsdb_put_text(out, key ? key : "");
		isle_buf_puts(out, "=");
		isle_ovsdb_put_text(out, value ? value : "");
	}
	isle_buf_puts(out, n ? "}" : "");
	return out->bad ? -ENOMEM : 0;
}

/* What would be taken for a uuid: digits of that form. */
static bool is_uuid(const char *s)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'x' ? !strchr("0123456789abcdefABCDEF", s[i]) || !s[i] : s[i] != '-')
			return false;
	return true;
}

static bool is_bare(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-.";

	return *s && strchr(first, *s) && !s[strspn(s, rest)] && strcmp(s, "true") && strcmp(s, "false") && !is_uuid(s);
}

void isle_ovsdb_put_text(struct isle_buf *out, const char *s)
{
	isle_auto(free) char *quoted = NULL;
	json_t *json;

	if (is_bare(s)) {
		isle_buf_puts(out, s);
		return;
	}
	json = json_string_nocheck(s);
	quoted = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
	json_decref(json);
	if (quoted)
		isle_buf_puts(out, quoted);
	else
		out->bad = true;
}

json_t *isle_ovsdb_uuid_new(const char *uuid)
{
	return json_pack("[s, s]", "uuid", uuid);
}

json_t *isle_ovsdb_named_new(const char *name)
{
	return json_pack("[s, s]", "named-uuid", name);
}

const json_t *isle_ovsdb_rows(const json_t *results, size_t nth)
{
	const json_t *rows = json_object_get(json_array_get(results, nth), "rows");

	return json_is_array(rows) ? rows : NULL;
}
