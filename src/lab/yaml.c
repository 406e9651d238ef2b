/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: text as a YAML scalar that every YAML tool reads back as that text.
 * Plain only where it begins like a word or an address and no YAML, 1.1 or 1.2,
 * takes it for a number, a time, a truth value or nothing: 22:22 is a number of
 * 1.1, a MAC of digits only another, and `y` is true to some. Everything else
 * is between double quotes.
 */
#include "lab/build.h"

#include <strings.h>

static bool is_word_of_yaml(const char *s)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Begins with a digit and is not plainly an address (two dots) or a prefix (a slash). */
static bool is_number_like(const char *s)
{
	size_t dots = 0, digits = 0, colons = 0, slashes = 0, n = strlen(s);
	uint64_t v;

	if (isle_str_u64(s, n, &v))
		return false;	/* a number to all, and the same one to all */
	for (size_t i = 0; i < n; i++) {
		dots += s[i] == '.';
		digits += is_digit(s[i]);
		colons += s[i] == ':';
		slashes += s[i] == '/';
	}
	if (slashes == 1 || (dots == 3 && dots + digits == n))
		return false;
	/* an IPv6 address, with `::` or letters; a MAC is quoted whatever its digits */
	return !(strstr(s, "::") || (colons == 7 && dots + digits + colons < n));
}

static bool is_plain_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("_-./:", c));
}

static bool is_plain(const char *s)
{
	size_t n = strlen(s);

	if (!n || is_word_of_yaml(s) || s[n - 1] == ':')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_plain_char(s[i]) && !(s[i] == ' ' && i && i < n - 1 && s[i - 1] != ':'))
			return false;
	if (is_digit(s[0]))
		return !is_number_like(s);
	return (s[0] >= 'a' && s[0] <= 'z') || (s[0] >= 'A' && s[0] <= 'Z');
}

void isle_yaml_put(struct isle_buf *out, const char *s)
{
	if (is_plain(s)) {
		isle_buf_puts(out, s);
		return;
	}
	isle_buf_puts(out, "\"");
	/* control characters do not get past the reader */
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			isle_buf_puts(out, "\\");
		isle_buf_put(out, s, 1);
	}
	isle_buf_puts(out, "\"");
}
