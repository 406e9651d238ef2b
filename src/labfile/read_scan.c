/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is checked on the bytes, beside YAML: that they are UTF-8, that
 * no tab stands where it would count, and what somebody meant whose text is
 * no YAML at all. A parser's words name its own state ("missing comma in flow
 * sequence"); the hint names the character to change.
 */
#include "labfile/read.h"

struct isle_loc isle_read_loc(const struct isle_source *src, size_t pos, size_t n)
{
	struct isle_loc loc = { src, 1, 1, n ? (uint32_t)n : 1 };
	const char *t = src->text, *nl;
	size_t line = 0;

	pos = pos < src->len ? pos : src->len;
	while ((nl = memchr(t + line, '\n', pos - line))) {
		line = (size_t)(nl - t) + 1;
		loc.line++;
	}
	loc.col = (uint32_t)(pos - line) + 1;
	return loc;
}

/* Bytes of the character at S; 0: it is none. */
static size_t utf8(const unsigned char *s, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t k = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	uint32_t c = k == 1 ? s[0] : s[0] & (0xffu >> (k + 1));

	if (!k || k > n)
		return 0;
	for (size_t i = 1; i < k; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[k] || c > 0x10ffff || c >> 11 == 0x1b ? 0 : k;
}

bool isle_read_utf8(struct isle_set *set, const struct isle_source *src)
{
	const unsigned char *t = (const unsigned char *)src->text;

	for (size_t i = 0, k; i < src->len; i += k) {
		k = utf8(t + i, src->len - i);
		bool control = k == 1 && t[i] < ' ' && t[i] != '\t' && t[i] != '\n' && t[i] != '\r';
		if (k && !control && t[i] != 0x7f)
			continue;
		struct isle_loc loc = isle_read_loc(src, i, 1);
		isle_reject(set->diag, &loc, k ? "a control character (byte 0x%02x)" : "not UTF-8 (byte 0x%02x)",
			    t[i]);
		return false;
	}
	return true;
}

static bool begins_comment(const char *t, size_t i)
{
	return t[i] == '#' && (!i || strchr(" \t\n\r", t[i - 1]));
}

static size_t blame_tab(struct isle_set *set, const struct isle_source *src, size_t i)
{
	size_t n = 1;

	while (i + n < src->len && src->text[i + n] == '\t')
		n++;
	struct isle_loc loc = isle_read_loc(src, i, n);
	isle_set_blame(set, &loc, "lab files are indented with spaces", "a tab");
	return n;
}

size_t isle_read_tabs(struct isle_set *set, const struct isle_source *src, const struct isle_span *spans, size_t n,
		      size_t known)
{
	const char *t = src->text;
	bool indent = true;	/* nothing but white space on this line yet */
	size_t found = 0, k = 0;

	if (!memchr(t, '\t', src->len))
		return 0;
	for (size_t i = 0; i < src->len && found < ISLE_SET_MAX_ERRORS; i++) {
		while (k < n && spans[k].off + spans[k].n <= i)
			k++;
		if (k < n && i >= spans[k].off) {
			i = spans[k].off + spans[k].n - 1;
			indent = false;
		} else if (begins_comment(t, i)) {
			const char *nl = memchr(t + i, '\n', src->len - i);
			i = nl ? (size_t)(nl - t) - 1 : src->len;
		} else if (t[i] == '\t' && (i < known || indent)) {
			i += blame_tab(set, src, i) - 1;
			found++;
		} else {
			indent = t[i] == '\n' || (indent && t[i] == ' ');
		}
	}
	return found;
}

/* `h[1-20]` on the line that failed: blamed itself. */
static bool meant_range(struct isle_set *set, const struct isle_source *src, size_t from, size_t to)
{
	enum { NEAR = 64 };	/* nobody's range is longer, and this looks at the line once */
	const char *t = src->text;

	for (size_t i = from; i < to; i++) {
		size_t b = i, e = i, least = i > from + NEAR ? i - NEAR : from, most = to - i > NEAR ? i + NEAR : to;
		if (t[i] != '[' && t[i] != '{')
			continue;
		while (b > least && (t[b - 1] == '_' || t[b - 1] == '-' || (t[b - 1] >= '0' && t[b - 1] <= '9') ||
				    ((t[b - 1] | 32) >= 'a' && (t[b - 1] | 32) <= 'z')))
			b--;
		while (e < most && t[e] != ']' && t[e] != '}')
			e++;
		const char *guess = e < most ? isle_range_guess(set->arena, t + b, e + 1 - b) : NULL;
		if (!guess)
			continue;
		struct isle_loc loc = isle_read_loc(src, b, e + 1 - b);
		isle_reject(set->diag, &loc, "'%.*s' is no range, and no YAML", (int)(e + 1 - b), t + b);
		isle_hint(set->diag, "a range is written %s", guess);
		return true;
	}
	return false;
}

/* What libfyaml calls it, and what it mostly is. */
static const char *usual(const char *words)
{
	if (strstr(words, "quoted"))
		return "is the quote closed?";
	if (strstr(words, "multiline plain key"))
		return "a ':' or the space after it is missing here, or a line is indented too far";
	if (strstr(words, "mismatched flow"))
		return "what was opened last is closed first: '[' by ']', '{' by '}'";
	return NULL;
}

static const char *meant(const char *line, const char *at, const char *end)
{
	if (at < end && strchr("@`%", *at))
		return "quote what begins with this character";
	for (const char *c = line; c < at && c < end; c++)
		if (strchr("|>", *c) && c > line && strchr(" [,", c[-1]))
			return "quote what begins with '>' or '|'";
	for (const char *c = line; c + 1 < end; c++)
		if (c[0] == ':' && c[1] == ':' && (c + 2 == end || strchr(" ,]}", c[2])))
			return "quote what ends in ':'";
	return NULL;
}

void isle_read_yaml_error(struct isle_set *set, const struct isle_source *src, size_t pos, const char *words)
{
	const char *t = src->text;
	size_t line = pos, end;

	while (line && t[line - 1] != '\n')
		line--;
	const char *nl = memchr(t + pos, '\n', src->len - pos);
	end = nl ? (size_t)(nl - t) : src->len;
	if (meant_range(set, src, line, end))
		return;
	struct isle_loc loc = isle_read_loc(src, pos, 1);
	const char *hint = usual(words);

	if (!hint)
		hint = meant(t + line, t + pos, t + end);
	isle_reject(set->diag, &loc, "YAML: %s", words);
	if (hint)
		isle_hint(set->diag, "%s", hint);
}
