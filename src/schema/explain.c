/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the rows for people: one key, all keys of a section, or the whole tree.
 * A key is asked for by the end of its path: `subnet` is every subnet,
 * `uplink.subnet` just that one. Names that a file chooses (NAME, IF …) are
 * shown in paths and may be left out of questions.
 */
#include "schema/schema.h"

enum { MAX_KEYS = 256, DEPTH = 8 };

struct walk {
	const char *keys[DEPTH];	/* path without the names that a file chooses */
	char path[DEPTH * 24];		/* and with them */
	size_t n;
	const char *want;		/* NULL: all */
	struct isle_buf *out;
	size_t found;
};

static void put_choices(const struct isle_enum *e, struct isle_buf *out)
{
	const char *gap = "";

	for (; e->name; e++) {
		isle_buf_printf(out, "%s%s%s", gap, e->name, e->reserved ? " (not in this version)" : "");
		gap = ", ";
	}
}

static void put_form(const struct isle_field *f, struct isle_buf *out)
{
	const struct isle_field *brief = f->sub ? f->sub->brief : NULL;

	if (f->form) {
		f->form(f, false, out);
	} else if (brief) {
		put_form(brief, out);
		isle_buf_puts(out, ", or a map");
	} else if (f->enums) {
		put_choices(f->enums, out);
	} else if (f->type == &isle_t_u32) {
		isle_buf_printf(out, "integer from %llu to %llu", (unsigned long long)f->min,
				(unsigned long long)(f->max ? f->max : UINT32_MAX));
	} else if (f->type && f->type->form) {
		isle_buf_puts(out, f->type->form);
	} else if (f->flags & ISLE_FIELD_MAP) {
		isle_buf_printf(out, "map of %s (%s)", f->sub->key->name, f->sub->key->type->form);
		if (f->sub->value) {
			isle_buf_puts(out, " to ");
			put_form(f->sub->value, out);
		}
	} else {
		isle_buf_puts(out, "map");
	}
	if (f->flags & ISLE_FIELD_LIST)
		isle_buf_puts(out, "; a list, or a single value");
}

/* The rows of .more in one line: there are many. */
static void put_more(const struct isle_table *table, int indent, struct isle_buf *out)
{
	const char *gap = "";
	struct isle_field f;

	for (size_t i = table->n; isle_table_row(table, i, &f); i++) {
		if (!*gap)
			isle_buf_printf(out, "%*soptions of a kind: ", indent, "");
		isle_buf_printf(out, "%s%s", gap, f.name);
		gap = ", ";
	}
	if (*gap)
		isle_buf_puts(out, "\n");
}

static void put_keys(const struct isle_table *table, struct isle_buf *out)
{
	const char *gap = "  not in this version: ";

	for (size_t i = 0; i < table->n; i++)
		if (!(table->fields[i].flags & ISLE_FIELD_RESERVED))
			isle_buf_printf(out, "  %-14s %s\n", table->fields[i].name, table->fields[i].help);
	for (size_t i = 0; i < table->n; i++)
		if (table->fields[i].flags & ISLE_FIELD_RESERVED) {
			isle_buf_printf(out, "%s%s", gap, table->fields[i].name);
			gap = ", ";
		}
	if (*gap == ',')
		isle_buf_puts(out, "\n");
	put_more(table, 2, out);
	if (table->ext)
		isle_buf_printf(out, "  %-14s %s\n", "x-...", "anything, ignored");
}

/* The table whose keys stand beneath this one. */
static const struct isle_table *beneath(const struct isle_field *f)
{
	return f->sub && f->sub->value ? f->sub->value->sub : f->sub;
}

static void put_field(const struct walk *w, const struct isle_field *f)
{
	isle_buf_printf(w->out, "%s%s\n  %s\n", w->found ? "\n" : "", w->path, f->help);
	if (f->flags & ISLE_FIELD_RESERVED) {
		isle_buf_puts(w->out, "  not in this version\n");
		return;
	}
	isle_buf_puts(w->out, "  value: ");
	put_form(f, w->out);
	isle_buf_puts(w->out, "\n");
	if (f->dflt)
		isle_buf_printf(w->out, "  without it: %s\n", f->dflt);
	if (beneath(f) && !(f->flags & ISLE_FIELD_STASH && !f->type && !(f->flags & ISLE_FIELD_MAP))) {
		isle_buf_puts(w->out, "  keys:\n");
		put_keys(beneath(f), w->out);
	}
}

/* Does the path end in what is wanted? */
static bool is_wanted(const struct walk *w)
{
	const char *end = w->want + strlen(w->want);

	for (size_t i = w->n; i-- > 0;) {
		size_t n = strlen(w->keys[i]);
		if ((size_t)(end - w->want) < n || memcmp(end - n, w->keys[i], n) != 0)
			return false;
		end -= n;
		if (end == w->want)
			return true;
		if (*--end != '.')
			return false;
	}
	return false;
}

static void visit(struct walk *w, const struct isle_table *table);

static void visit_field(struct walk *w, const struct isle_field *f)
{
	size_t len = strlen(w->path);

	snprintf(w->path + len, sizeof(w->path) - len, "%s%s", len ? "." : "", f->name);
	w->keys[w->n++] = f->name;
	if (!w->want || is_wanted(w)) {
		put_field(w, f);
		w->found++;
	}
	/* `defaults` only repeats the sections */
	if (beneath(f) && w->n < DEPTH && strcmp(w->keys[0], "defaults") != 0) {
		size_t more = strlen(w->path);
		if (f->flags & ISLE_FIELD_MAP)
			snprintf(w->path + more, sizeof(w->path) - more, ".%s", f->sub->key->name);
		else if (f->flags & ISLE_FIELD_LIST && f->type)
			snprintf(w->path + more, sizeof(w->path) - more, ".LINK");
		visit(w, beneath(f));
	}
	w->n--;
	w->path[len] = '\0';
}

static void visit(struct walk *w, const struct isle_table *table)
{
	struct isle_field f;

	for (size_t i = 0; isle_table_row(table, i, &f); i++)
		visit_field(w, &f);
}

/* The whole tree: a line for each key. */
static void put_tree(const struct isle_table *table, int indent, struct isle_buf *out)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct isle_field *f = &table->fields[i];
		if (f->flags & ISLE_FIELD_RESERVED)
			continue;
		isle_buf_printf(out, "%*s%-*s %s\n", indent, "", 28 - indent, f->name, f->help);
		const struct isle_table *sub = table == &isle_table_top || !(f->flags & ISLE_FIELD_STASH) ? beneath(f) : NULL;
		if (!sub)
			continue;
		if (f->flags & ISLE_FIELD_MAP)
			isle_buf_printf(out, "%*s%s\n", indent + 2, "", f->sub->key->name);
		put_tree(sub, indent + (f->flags & ISLE_FIELD_MAP ? 4 : 2), out);
	}
	put_more(table, indent, out);
	const char *gap = "";
	for (size_t i = 0; i < table->n; i++)
		if (table->fields[i].flags & ISLE_FIELD_RESERVED) {
			if (!*gap)
				isle_buf_printf(out, "%*snot in this version:", indent, "");
			isle_buf_printf(out, "%s %s", gap, table->fields[i].name);
			gap = ",";
		}
	if (*gap)
		isle_buf_puts(out, "\n");
}

static size_t collect(const struct isle_table *table, const char **keys, size_t n)
{
	struct isle_field f;

	for (size_t i = 0; isle_table_row(table, i, &f); i++) {
		size_t k = 0;
		while (k < n && strcmp(keys[k], f.name) != 0)
			k++;
		if (k == n && n < MAX_KEYS)
			keys[n++] = f.name;
		if (beneath(&f))
			n = collect(beneath(&f), keys, n);
	}
	return n;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int isle_schema_keys(struct isle_buf *out)
{
	const char *keys[MAX_KEYS];
	size_t n = collect(&isle_table_top, keys, 0);

	qsort(keys, n, sizeof(*keys), by_name);
	for (size_t i = 0; i < n; i++)
		isle_buf_printf(out, "%s\n", keys[i]);
	return out->bad ? -ENOMEM : 0;
}

static int not_found(const char *path, struct isle_buf *out)
{
	const char *keys[MAX_KEYS], *last = strrchr(path, '.');
	const char *near = isle_near_best(last ? last + 1 : path, keys, collect(&isle_table_top, keys, 0));

	if (near)
		isle_buf_printf(out, "did you mean '%s'?", near);
	return out->bad ? -ENOMEM : -ENOENT;
}

static void explain_wire(const char *word, struct isle_buf *out)
{
	char ref[32];
	const int n = snprintf(ref, sizeof(ref), "%s:", word);

	if (strcmp(word, ISLE_ATTACH_HOST) == 0)
		isle_buf_printf(out, "%s\n  the network of the machine: a host's, `hosts: {NAME: {attach: %s}}`\n", word, word);
	else if (isle_attach_is(ref, (size_t)n))
		isle_buf_printf(out, "%s\n  a network that is there: an end of a link, written %s...,\n  or a host's: `hosts: {NAME: {attach: %s...}}`\n",
				word, ref, ref);
	else
		isle_buf_printf(out, "%s\n  a kind of wire: an end of a link, written %s:...\n  not in this version\n", word, word);
}

int isle_schema_explain(const char *path, struct isle_buf *out)
{
	struct walk w = { .want = path, .out = out };

	if (!path || !*path) {
		put_tree(&isle_table_top, 0, out);
		return out->bad ? -ENOMEM : 0;
	}
	if (strncmp(path, "defaults.", 9) == 0)
		w.want += 9;
	visit(&w, &isle_table_top);
	size_t before = out->n;
	if (w.found)
		isle_buf_puts(out, "\n");
	if (isle_table_top.word && isle_table_top.word(path, out)) {
		w.found++;
	} else if (isle_name_is_wire(path, strlen(path))) {
		explain_wire(path, out);
		w.found++;
	} else {
		out->n = before;
		if (out->s)
			out->s[before] = '\0';
	}
	return w.found ? (out->bad ? -ENOMEM : 0) : not_found(path, out);
}
