/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab file as a tree, printed as a person would write it: what fits in a
 * line is one line, `lan: {subnet: 10.0.0.0/24, hosts: [a, b]}`, the rest is
 * a block. Each node remembers where its text came to stand and whom it was
 * written for, so that a mistake found by reading the text again finds back to
 * what has to be said otherwise. Running out of memory makes the text bad.
 */
#include "dump/text.h"

#define WIDTH 100u

static struct isle_text *add(struct isle_texts *t, struct isle_text *in)
{
	struct isle_text *n = isle_arena_alloc(t->arena, sizeof(*n));

	if (!n) {
		t->bad = true;
		return &t->scratch;
	}
	if (!in)
		return n;
	n->owner = in->owner;
	if (in->last)
		in->last->next = n;
	else
		in->first = n;
	in->last = n;
	return n;
}

static const char *format(struct isle_texts *t, const char *fmt, va_list ap)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	const char *s;

	isle_buf_vprintf(&b, fmt, ap);
	s = b.bad ? NULL : isle_arena_strdup(t->arena, b.s ? b.s : "");
	t->bad |= !s;
	return s ? s : "";
}

struct isle_text *isle_text_top(struct isle_texts *t)
{
	return add(t, NULL);
}

struct isle_text *isle_text_key(struct isle_texts *t, struct isle_text *in, const char *key)
{
	struct isle_text *n = add(t, in);

	n->key = key;
	return n;
}

void isle_text_value(struct isle_texts *t, struct isle_text *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	n->scalar = format(t, fmt, ap);
	va_end(ap);
}

void isle_text_bool(struct isle_text *n, bool value)
{
	n->scalar = value ? "true" : "false";
	n->is_word = true;
}

struct isle_text *isle_text_item(struct isle_texts *t, struct isle_text *list, const char *fmt, ...)
{
	struct isle_text *n = add(t, list);
	va_list ap;

	list->is_list = true;
	va_start(ap, fmt);
	n->scalar = format(t, fmt, ap);
	va_end(ap);
	return n;
}

struct isle_text *isle_text_map(struct isle_texts *t, struct isle_text *list)
{
	list->is_list = true;
	return add(t, list);
}

void isle_text_drop_last(struct isle_text *in)
{
	struct isle_text **at = &in->first, *before = NULL;

	while (*at && (*at)->next) {
		before = *at;
		at = &(*at)->next;
	}
	*at = NULL;
	in->last = before;
}

bool isle_text_is_equal(const struct isle_text *a, const struct isle_text *b)
{
	const struct isle_text *x = a->first, *y = b->first;

	if (!isle_str_eq(a->scalar, b->scalar) || a->is_list != b->is_list || a->notes || b->notes)
		return false;
	for (; x && y; x = x->next, y = y->next)
		if (!isle_str_eq(x->key, y->key) || !isle_text_is_equal(x, y))
			return false;
	return !x && !y;
}

void isle_text_note(struct isle_texts *t, struct isle_text *n, const char *fmt, ...)
{
	struct isle_text_note *note = isle_arena_alloc(t->arena, sizeof(*note)), **at = &n->notes;
	va_list ap;

	if (!note) {
		t->bad = true;
		return;
	}
	va_start(ap, fmt);
	note->words = format(t, fmt, ap);
	va_end(ap);
	while (*at)
		at = &(*at)->next;
	*at = note;
}

static bool has_notes(const struct isle_text *n)
{
	if (n->notes)
		return true;
	for (const struct isle_text *c = n->first; c; c = c->next)
		if (has_notes(c))
			return true;
	return false;
}

/* An item of a list with something behind it is a map of one key, which is no flow that people read. */
static bool is_flow(const struct isle_text *n)
{
	if (n->block)
		return false;
	for (const struct isle_text *c = n->first; c; c = c->next)
		if ((n->is_list && c->scalar && c->first) || !is_flow(c))
			return false;
	return true;
}

static void put_flow(struct isle_buf *out, struct isle_text *n)
{
	const char *sep = "";

	n->at = out->n;
	if (n->is_word) {
		isle_buf_puts(out, n->scalar);
	} else if (n->scalar && !n->first) {
		isle_yaml_put(out, n->scalar);
	} else {
		isle_buf_puts(out, n->is_list ? "[" : "{");
		for (struct isle_text *c = n->first; c; c = c->next, sep = ", ") {
			size_t at;

			isle_buf_puts(out, sep);
			at = out->n;
			if (c->key) {
				isle_yaml_put(out, c->key);
				isle_buf_puts(out, ": ");
			}
			put_flow(out, c);
			c->at = at;
		}
		isle_buf_puts(out, n->is_list ? "]" : "}");
	}
	n->end = out->n;
}

static bool fits(struct isle_text *n, size_t column)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	put_flow(&b, n);
	return column + b.n <= WIDTH;
}

/* Control characters, which end a comment or a terminal's patience, are shown as a question mark. */
static void put_notes(struct isle_buf *out, const struct isle_text *n, int indent)
{
	for (const struct isle_text_note *note = n->notes; note; note = note->next) {
		isle_buf_printf(out, "%*s# ", indent, "");
		for (const char *s = note->words; *s; s++)
			isle_buf_put(out, (unsigned char)*s < ' ' || *s == 0x7f ? "?" : s, 1);
		isle_buf_puts(out, "\n");
	}
}

static void put_block(struct isle_buf *out, struct isle_text *n, int indent, size_t line);

/* What stands behind "key:" or "-". */
static void put_value(struct isle_buf *out, struct isle_text *n, int indent, size_t line)
{
	if (!n->first && !n->scalar) {
		isle_buf_puts(out, "\n");
	} else if ((n->scalar && !n->first) || (!has_notes(n) && is_flow(n) && fits(n, out->n - line + 1))) {
		isle_buf_puts(out, " ");
		put_flow(out, n);
		isle_buf_puts(out, "\n");
	} else {
		isle_buf_puts(out, "\n");
		put_block(out, n, indent, out->n);
	}
}

static void put_block(struct isle_buf *out, struct isle_text *n, int indent, size_t line)
{
	for (struct isle_text *c = n->first; c; c = c->next) {
		size_t at;

		put_notes(out, c, indent);
		line = out->n;
		isle_buf_printf(out, "%*s", indent, "");
		at = out->n;
		if (n->is_list && c->scalar && c->first) {
			isle_buf_puts(out, "- ");
			isle_yaml_put(out, c->scalar);
			isle_buf_puts(out, ":");
			struct isle_text options = { .first = c->first, .last = c->last };
			put_value(out, &options, indent + 4, line);
		} else if (n->is_list) {
			isle_buf_puts(out, "-");
			put_value(out, c, indent + 2, line);
		} else {
			isle_yaml_put(out, c->key);
			isle_buf_puts(out, ":");
			put_value(out, c, indent + 2, line);
		}
		c->at = at;
		c->end = out->n;
	}
	n->end = out->n;
}

int isle_text_print(struct isle_texts *t, struct isle_text *top, struct isle_buf *out)
{
	put_notes(out, top, 0);
	put_block(out, top, 0, out->n);
	return t->bad || out->bad ? -ENOMEM : 0;
}

static struct isle_text *at_offset(struct isle_text *n, size_t at)
{
	for (struct isle_text *c = n->first; c; c = c->next)
		if (at >= c->at && at < c->end)
			return at_offset(c, at);
	return n;
}

struct isle_text *isle_text_at(struct isle_text *top, const char *text, unsigned line, unsigned col)
{
	const char *s = text;

	while (line > 1 && (s = strchr(s, '\n'))) {
		s++;
		line--;
	}
	return s && line == 1 && col ? at_offset(top, (size_t)(s - text) + col - 1) : top;
}
