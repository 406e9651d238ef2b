/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a failure as people see it: the place, the words, the line of the file
 * with a caret, the next step. The caret stands under the right letter also
 * after tabs (kept as they are, in both lines) and letters two columns wide.
 * A long line is shown around the caret. Bytes from a file never reach a
 * terminal as control sequences.
 */
#include "base/base.h"

enum { SHOWN_COLUMNS = 100, COLUMNS_BEFORE_CARET = 60 };

static const char c_bold[] = "\033[1m", c_red[] = "\033[1;31m", c_purple[] = "\033[1;35m",
		  c_green[] = "\033[32m", c_off[] = "\033[m";

/* One letter of a line. */
struct glyph {
	const char *s;		/* what to write for it */
	size_t n;		/* bytes of that */
	size_t taken;		/* bytes read */
	unsigned columns;
};

static const struct glyph unprintable = { .s = "?", .n = 1, .taken = 1, .columns = 1 };

static uint32_t decode(const unsigned char *s, size_t n, size_t *ret_taken)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	uint32_t c = len == 1 ? s[0] : s[0] & (0xffu >> (len + 1));

	*ret_taken = 1;
	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	*ret_taken = len;
	return c;
}

/* Our own, because wcwidth() needs a locale, which a library does not set. */
static unsigned width(uint32_t c)
{
	static const struct { uint32_t first, last; unsigned columns; } ranges[] = {
		{ 0x0300, 0x036f, 0 }, { 0x1100, 0x115f, 2 }, { 0x200b, 0x200f, 0 }, { 0x2e80, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 }, { 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 }, { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < ISLE_COUNT(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

/* The letter at S; AT is its column, which a tab needs to know. */
static struct glyph glyph(const char *s, size_t n, unsigned at)
{
	struct glyph g = { .s = s };
	uint32_t c = decode((const unsigned char *)s, n, &g.taken);

	g.n = g.taken;
	if (c == '\t')
		g.columns = 8 - at % 8;
	else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e))
		return (struct glyph){ unprintable.s, unprintable.n, g.taken, unprintable.columns };
	else
		g.columns = width(c);
	return g;
}

size_t isle_letter(const char *s, size_t n, bool *ret_fit)
{
	const struct glyph g = glyph(s, n, 0);

	*ret_fit = g.s == s && *s != '\t';
	return g.taken;
}

char *isle_plain(struct isle_arena *arena, const char *s)
{
	size_t n = strlen(s);
	char *plain = isle_arena_strdup(arena, s), *to = plain;

	while (plain && n) {
		bool fit;
		const size_t taken = isle_letter(s, n, &fit), letter = fit ? taken : 1;

		memcpy(to, fit ? s : "?", letter);
		to += letter;
		s += taken;
		n -= taken;
	}
	if (plain)
		*to = '\0';
	return plain;
}

unsigned isle_columns(const char *s)
{
	size_t n = strlen(s);
	unsigned columns = 0;

	while (n) {
		const struct glyph g = glyph(s, n, columns);

		columns += g.columns;
		s += g.taken;
		n -= g.taken;
	}
	return columns;
}

struct line {
	const char *s;
	size_t n;
	size_t from, to;	/* bytes to underline; .to may lie one behind the end */
};

/* Of a line of megabytes only what is near the caret is looked at. */
static void cut_line(struct line *l)
{
	enum { NEAR = 4096 };
	size_t skip = l->from > NEAR ? l->from - NEAR : 0;

	while (skip && skip < l->from && ((unsigned char)l->s[skip] & 0xc0) == 0x80)
		skip++;
	l->s += skip;
	l->n -= skip;
	l->from -= skip;
	l->to -= skip;
	if (l->n - l->from > NEAR)
		l->n = l->from + NEAR;
	if (l->to > l->n)
		l->to = l->n + (l->from == l->n);
}

static bool find_line(const struct isle_loc *loc, struct line *ret)
{
	const char *s = loc->src->text, *end = s + loc->src->len, *nl;

	for (uint32_t i = 1; s && i < loc->line; i++) {
		s = memchr(s, '\n', (size_t)(end - s));
		if (s)
			s++;
	}
	if (!s || s > end || !loc->line || !loc->col)
		return false;
	nl = s == end ? NULL : memchr(s, '\n', (size_t)(end - s));
	ret->s = s;
	ret->n = (size_t)((nl ? nl : end) - s);
	if (ret->n && s[ret->n - 1] == '\r')
		ret->n--;
	ret->from = loc->col - 1 < ret->n ? loc->col - 1 : ret->n;
	ret->to = ret->n - ret->from > loc->len ? ret->from + loc->len : ret->n;
	if (ret->to == ret->from)
		ret->to++;
	if (ret->n > 1 << 16)
		cut_line(ret);
	return true;
}

/* The columns [from, to) of the line that are shown. */
struct window { unsigned from, to, total; };

static struct window window(const struct line *l)
{
	struct window w = { 0 };
	unsigned at = 0, caret = 0;

	for (size_t i = 0; i < l->n;) {
		struct glyph g = glyph(l->s + i, l->n - i, at);

		if (i <= l->from)
			caret = at;
		at += g.columns;
		i += g.taken;
	}
	if (l->from == l->n)
		caret = at;
	w.total = at;
	if (at > SHOWN_COLUMNS && caret > COLUMNS_BEFORE_CARET)
		w.from = caret - COLUMNS_BEFORE_CARET;
	if (w.from && at - w.from < SHOWN_COLUMNS)
		w.from = at - SHOWN_COLUMNS;
	w.to = w.from + SHOWN_COLUMNS;
	return w;
}

static void underline(struct isle_buf *marks, const struct line *l, size_t i, const struct glyph *g)
{
	bool under = i + g->taken > l->from && i < l->to;

	if (!under && g->s[0] == '\t') {
		isle_buf_puts(marks, "\t");
		return;
	}
	for (unsigned c = 0; c < g->columns; c++)
		isle_buf_puts(marks, !under ? " " : i <= l->from && !c ? "^" : "~");
}

/* What stands in a value of private-key or preshared-key, or looks like a key of its own: 44 letters of base64. */
static size_t secret_at(const struct line *l, size_t i)
{
	static const char *const keys[] = { "private-key", "preshared-key" };
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	for (size_t k = 0; k < 2; k++) {
		size_t len = strlen(keys[k]), at = i;

		/* i is the first byte behind KEY: or KEY": */
		while (at && l->s[at - 1] && strchr(" \"':", l->s[at - 1]))
			at--;
		if (at == i || at < len || memcmp(l->s + at - len, keys[k], len) != 0 || !memchr(l->s + at, ':', i - at))
			continue;
		while (i + n < l->n && !strchr(",} \t", l->s[i + n]))
			n++;
		return n;
	}
	while (i + n < l->n && n < 44 && l->s[i + n] && strchr(base64, l->s[i + n]))
		n++;
	return n == 43 && i + n < l->n && l->s[i + n] == '=' ? 44 : 0;
}

static void show_line(const struct isle_loc *loc, bool color, struct isle_buf *out)
{
	isle_auto(buf) struct isle_buf marks = { 0 };
	unsigned at = 0;
	struct window w;
	struct line l;

	if (!find_line(loc, &l))
		return;
	w = window(&l);
	isle_buf_puts(out, w.from ? "  …" : "  ");
	isle_buf_puts(&marks, w.from ? "   " : "  ");
	for (size_t i = 0, hidden = 0; i < l.n;) {
		struct glyph g = glyph(l.s + i, l.n - i, at);

		if (i >= hidden)
			hidden = i + secret_at(&l, i);
		if (i < hidden)
			g = (struct glyph){ .s = "*", .n = 1, .columns = g.columns, .taken = g.taken };
		if (at >= w.from && at + g.columns <= w.to) {
			isle_buf_put(out, g.s, g.n);
			if (i < l.to)
				underline(&marks, &l, i, &g);
		}
		at += g.columns;
		i += g.taken;
	}
	if (l.from == l.n)
		isle_buf_puts(&marks, "^");
	isle_buf_puts(out, w.total > w.to ? "…\n" : "\n");
	isle_buf_printf(out, "%s%s%s\n", color ? c_green : "", marks.s, color ? c_off : "");
	out->bad |= marks.bad;
}

/* TEXT without what could steer a terminal; further lines begin with INDENT. */
static void put_clean(struct isle_buf *out, const char *text, const char *indent)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n;) {
		struct glyph g = glyph(text + i, n - i, 0);

		if (text[i] == '\n')
			isle_buf_printf(out, "\n%s", indent);
		else
			isle_buf_put(out, g.s, g.n);
		i += g.taken;
	}
}

void isle_diag_show(const struct isle_diag_rec *r, bool color, struct isle_buf *out)
{
	const struct isle_source *src = r->loc.src;

	isle_buf_puts(out, color ? c_bold : "");
	put_clean(out, !src ? "isle" : isle_str_eq(src->name, "-") ? "<stdin>" : src->name, "");
	if (src)
		isle_buf_printf(out, ":%u:%u", r->loc.line, r->loc.col);
	isle_buf_printf(out, ":%s %s%s:%s ", color ? c_off : "", !color ? "" : r->warning ? c_purple : c_red,
			r->warning ? "warning" : "error", color ? c_off : "");
	put_clean(out, r->msg, "  ");
	if (!r->ours)
		isle_buf_printf(out, ": %s", strerror(r->errnum));
	if (r->kernel) {
		isle_buf_puts(out, " (kernel: ");
		put_clean(out, r->kernel, "  ");
		isle_buf_puts(out, ")");
	}
	isle_buf_puts(out, "\n");
	if (src && src->text)
		show_line(&r->loc, color, out);
	if (r->hint) {
		isle_buf_puts(out, "  hint: ");
		put_clean(out, r->hint, "        ");
		isle_buf_puts(out, "\n");
	}
}
