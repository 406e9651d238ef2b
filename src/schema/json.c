/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the rows as JSON Schema (draft 2020-12), for editors. It knows forms
 * and places of keys, not what refers to what. Every valid file passes; what
 * is required is left to the reader, since `defaults` and range entries may
 * supply it.
 */
#include "schema/json.h"

static void put_value(const struct isle_field *f, struct isle_buf *out);

static void put_enum(const struct isle_enum *e, struct isle_buf *out)
{
	const char *gap = "";

	isle_buf_puts(out, "{\"enum\":[");
	/* reserved ones too: a file that waits for them is no mess to an editor */
	for (; e->name; e++) {
		isle_buf_printf(out, "%s\"%s\"", gap, e->name);
		gap = ",";
	}
	isle_buf_puts(out, "]}");
}

/* One value of the row. */
static void put_one(const struct isle_field *f, struct isle_buf *out)
{
	if (f->form)
		f->form(f, true, out);
	else if (f->enums && f->type)
		put_enum(f->enums, out);
	else if (f->type == &isle_t_u32)
		isle_buf_printf(out, "{\"type\":\"integer\",\"minimum\":%llu,\"maximum\":%llu}",
				(unsigned long long)f->min, (unsigned long long)(f->max ? f->max : UINT32_MAX));
	else if (f->type == &isle_t_name && f->max)
		isle_buf_printf(out, "{\"$ref\":\"#/$defs/name\",\"maxLength\":%llu}", (unsigned long long)f->max);
	else if (f->type)
		isle_buf_puts(out, f->type->json);
	else
		isle_buf_printf(out, "{\"$ref\":\"#/$defs/%s\"}", f->sub->name);
}

static void put_map(const struct isle_table *table, struct isle_buf *out)
{
	isle_buf_puts(out, "{\"type\":[\"object\",\"null\"],\"propertyNames\":");
	put_one(table->key, out);
	isle_buf_puts(out, ",\"additionalProperties\":");
	if (table->value)
		put_value(table->value, out);
	else
		isle_buf_printf(out, "{\"$ref\":\"#/$defs/%s\"}", table->name);
	isle_buf_puts(out, "}");
}

static void put_value(const struct isle_field *f, struct isle_buf *out)
{
	if (f->flags & ISLE_FIELD_MAP) {
		put_map(f->sub, out);
	} else if (f->flags & ISLE_FIELD_LIST) {
		isle_buf_puts(out, "{\"anyOf\":[");
		put_one(f, out);
		isle_buf_puts(out, ",{\"type\":\"array\",\"items\":");
		put_one(f, out);
		isle_buf_puts(out, "}]}");
	} else {
		put_one(f, out);
	}
}

/* A description goes into the value's own object. */
static void put_field(const struct isle_field *f, struct isle_buf *out)
{
	isle_auto(buf) struct isle_buf value = { 0 };

	put_value(f, &value);
	isle_buf_printf(out, "\"%s\":{\"description\":\"%s", f->name, f->help);
	if (f->dflt)
		isle_buf_printf(out, ". Without it: %s", f->dflt);
	isle_buf_printf(out, "\",%s", value.s ? value.s + 1 : "}");
	out->bad |= value.bad;
}

static void put_keys(const struct isle_table *table, struct isle_buf *out)
{
	const char *gap = "";
	struct isle_field f;

	/* nothing is an empty map, but for the file itself */
	isle_buf_printf(out, "\"type\":%s,\"properties\":{",
			table == &isle_table_top ? "\"object\"" : "[\"object\",\"null\"]");
	for (size_t i = 0; isle_table_row(table, i, &f); i++) {
		if (f.flags & ISLE_FIELD_RESERVED)
			continue;
		isle_buf_puts(out, gap);
		put_field(&f, out);
		gap = ",";
	}
	isle_buf_puts(out, "},");
	if (table->ext)
		isle_buf_puts(out, "\"patternProperties\":{\"^x-.\":true},");
	isle_buf_puts(out, "\"additionalProperties\":false");
}

static void put_table(const struct isle_table *table, struct isle_buf *out)
{
	isle_buf_printf(out, ",\"%s\":{\"description\":\"%s\",", table->name, table->help);
	if (!table->brief) {
		put_keys(table, out);
	} else {
		isle_buf_puts(out, "\"anyOf\":[");
		put_one(table->brief, out);
		isle_buf_puts(out, ",{");
		put_keys(table, out);
		isle_buf_puts(out, "}]");
	}
	isle_buf_puts(out, "}");
}

/* All tables below this one, each once: DONE holds their names. */
static void put_tables(const struct isle_table *table, struct isle_map *done, struct isle_buf *out)
{
	if (isle_map_get(done, table->name))
		return;
	if (isle_map_put(done, table->name, (void *)table) < 0)
		out->bad = true;
	if (table->value && table->value->sub)
		put_tables(table->value->sub, done, out);
	else if (table->value)
		return;
	else if (table != &isle_table_top)
		put_table(table, out);
	struct isle_field f;
	for (size_t i = 0; isle_table_row(table, i, &f); i++)
		if (f.sub)
			put_tables(f.sub, done, out);
}

/* One key a line, for people and for diff. */
static void put_pretty(const char *s, struct isle_buf *out)
{
	int depth = 0;
	bool text = false;

	for (; *s; s++) {
		bool open = *s == '{' || *s == '[', close = *s == '}' || *s == ']';
		if (text || !(open || close || *s == ',' || *s == ':')) {
			text ^= *s == '"' && !(text && s[-1] == '\\' && s[-2] != '\\');
			isle_buf_put(out, s, 1);
			continue;
		}
		depth += open - close;
		if (close)
			isle_buf_printf(out, "\n%*s", depth * 2, "");
		isle_buf_put(out, s, 1);
		if (*s == ':')
			isle_buf_puts(out, " ");
		else if (!close)
			isle_buf_printf(out, "\n%*s", depth * 2, "");
	}
	isle_buf_puts(out, "\n");
}

int isle_schema_json(struct isle_buf *out)
{
	isle_auto(buf) struct isle_buf raw = { 0 };
	struct isle_map done = { 0 };

	isle_buf_puts(&raw, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
			    "\"title\":\"isle lab file\",");
	put_keys(&isle_table_top, &raw);
	isle_buf_puts(&raw, ",\"$defs\":{");
	isle_json_defs(&raw);
	put_tables(&isle_table_top, &done, &raw);
	isle_buf_puts(&raw, "}}");
	isle_map_done(&done);
	if (raw.bad)
		return -ENOMEM;
	put_pretty(raw.s, out);
	return out->bad ? -ENOMEM : 0;
}
