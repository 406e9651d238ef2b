/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names. A NAME is safe as a host name, as a file name and on a command
 * line; a RANGE is many of them; an IF is what the kernel takes as a device
 * name. Nothing is ever shortened to fit.
 */
#include "schema/schema.h"

#include <strings.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_one_of(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && strncasecmp(*words, s, n) == 0)
			return true;
	return false;
}

bool isle_name_is_wire(const char *s, size_t n)
{
	static const char *const words[] = { "phys", "macvlan", "macvtap", "ipvlan", "vlan", "vxlan", "geneve",
					     "gre", "gretap", "wireguard", "tap", "docker", "podman", "lxc",
					     "machine", "pid", "netns", "path", "host", NULL };
	return is_one_of(s, n, words);
}

/* Words that YAML, our own grammar or /etc/hosts read as something else; in any case, as YAML 1.1 reads `No`. */
static bool is_reserved(const char *s, size_t n)
{
	static const char *const words[] = { "all", "any", "auto", "default", "false", "host", "lo", "localhost",
					     "no", "none", "null", "off", "on", "true", "yes", NULL };
	return is_one_of(s, n, words);
}

static bool no(const char **ret_why, const char *why)
{
	if (ret_why)
		*ret_why = why;
	return false;
}

/* What every part of a name is made of. */
static bool is_label(const char *s, size_t n, const char **ret_why)
{
	if (!n)
		return no(ret_why, "a part of it is empty");
	if (s[0] == '-')
		return no(ret_why, "a part of it begins with '-'");
	for (size_t i = 0; i < n; i++) {
		if (!is_letter(s[i]) && !is_digit(s[i]) && s[i] != '-' && s[i] != '_')
			return no(ret_why, "only letters, digits, '-' and '_' make names");
		if (i && s[i] == '-' && s[i - 1] == '-')
			return no(ret_why, "'--' is what links are written with");
	}
	return s[n - 1] == '-' ? no(ret_why, "it ends in '-'") : true;
}

bool isle_name_is(const char *s, size_t n, size_t max, const char **ret_why)
{
	if (!n)
		return no(ret_why, "it is empty");
	if (!is_letter(s[0]))
		return no(ret_why, "it does not begin with a letter");
	if (!is_label(s, n, ret_why))
		return false;
	if (is_reserved(s, n))
		return no(ret_why, "it is a reserved word");
	if (isle_name_is_wire(s, n))
		return no(ret_why, "it is reserved for a kind of wire");
	if (n > max)
		return no(ret_why, max == ISLE_NAME_MAX_NETWORK ? "it is longer than 15 bytes"
								: "it is longer than 63 bytes");
	return true;
}

bool isle_name_is_alias(const char *s, size_t n, const char **ret_why)
{
	const char *dot = memchr(s, '.', n);

	if (!dot)
		return isle_name_is(s, n, ISLE_NAME_MAX, ret_why);
	if (!is_letter(s[0]))
		return no(ret_why, "it does not begin with a letter");
	if (n > 253)
		return no(ret_why, "it is longer than 253 bytes");
	for (const char *end = s + n; s <= end; s = dot + 1) {
		dot = memchr(s, '.', (size_t)(end - s));
		dot = dot ? dot : end;
		if (!is_label(s, (size_t)(dot - s), ret_why))
			return false;
		if (dot - s > ISLE_NAME_MAX)
			return no(ret_why, "a part of it is longer than 63 bytes");
	}
	return true;
}

bool isle_name_is_ifname(const char *s, size_t n, const char **ret_why)
{
	static const char *const words[] = { ".", "..", "all", "default", NULL };

	if (!n)
		return no(ret_why, "it is empty");
	if (n > 15)
		return no(ret_why, "it is longer than 15 bytes");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f || s[i] == '/' || s[i] == ':')
			return no(ret_why, "it has a space, '/' or ':'");
	for (size_t i = 0; words[i]; i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return no(ret_why, "the kernel keeps this word for itself");
	return true;
}

static const char *dots(const char *s, size_t n)
{
	return memmem(s, n, "..", 2);
}

static size_t digits_at(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && is_digit(s[i]))
		i++;
	return i;
}

const char *isle_range_guess(struct isle_arena *arena, const char *s, size_t n)
{
	static const char *const between[] = { "-", "..", ":", "...", ",", NULL };
	size_t stem = 0;

	while (stem < n && s[stem] != '[' && s[stem] != '{')
		stem++;
	if (!stem || stem >= n || !is_letter(s[0]))
		return NULL;
	for (size_t i = 0; between[i]; i++) {
		const char *a = s + stem + 1, *end = s + n;
		size_t na = digits_at(a, (size_t)(end - a)), gap = strlen(between[i]);
		const char *b = a + na + gap;
		if (!na || b >= end || memcmp(a + na, between[i], gap) != 0)
			continue;
		size_t nb = digits_at(b, (size_t)(end - b));
		if (nb && b + nb < end && (b[nb] == ']' || b[nb] == '}'))
			return isle_arena_printf(arena, "%.*s%.*s..%.*s", (int)stem, s, (int)na, a, (int)nb, b);
	}
	return NULL;
}

static bool number(const char *s, size_t n, uint64_t *ret)
{
	while (n > 1 && *s == '0') {
		s++;
		n--;
	}
	return n <= 18 && isle_str_u64(s, n, ret);
}

/* `h1..h20`: people repeat the letters. */
static bool range_tail(struct isle_arena *arena, const char *s, size_t n_head, const char *tail, size_t n_tail,
		       const char **ret_why, const char **ret_hint)
{
	size_t skip = 0;

	while (skip < n_tail && !is_digit(tail[skip]))
		skip++;
	if (n_tail > skip && digits_at(tail + skip, n_tail - skip) == n_tail - skip)
		*ret_hint = isle_arena_printf(arena, "%.*s..%.*s?", (int)n_head, s, (int)(n_tail - skip), tail + skip);
	return no(ret_why, "only digits stand after '..'");
}

static bool range_ends(const char *s, size_t max, struct isle_range *r, uint64_t last, const char **ret_why)
{
	isle_auto(free) char *name = NULL;

	if (last < r->first)
		return no(ret_why, "it counts down");
	if (last - r->first >= ISLE_RANGE_MAX)
		return no(ret_why, "it has more than 65536 names");
	r->count = last - r->first + 1;
	r->written = true;
	/* the last one is the longest */
	int len = asprintf(&name, "%.*s%0*llu", (int)r->n_stem, s, r->width, (unsigned long long)last);
	if (len < 0) {
		name = NULL;
		return no(ret_why, "there is no memory");
	}
	return isle_name_is(name, (size_t)len, max, ret_why);
}

bool isle_range_parse(struct isle_arena *arena, const char *s, size_t n, size_t max, struct isle_range *ret,
		      const char **ret_why, const char **ret_hint)
{
	const char *d = dots(s, n);
	uint64_t last;

	*ret = (struct isle_range){ .stem = s, .n_stem = n, .count = 1 };
	*ret_hint = NULL;
	const char *guess = isle_range_guess(arena, s, n);
	if (guess || !d) {
		if (guess)
			*ret_hint = isle_arena_printf(arena, "a range is written %s", guess);
		return isle_name_is(s, n, max, ret_why);
	}
	size_t head = (size_t)(d - s), stem = head, n_tail = n - head - 2;
	while (stem && is_digit(s[stem - 1]))
		stem--;
	if (stem == head || !number(s + stem, head - stem, &ret->first)) {
		*ret_hint = "a range is written h1..20";
		return no(ret_why, "no number stands before '..'");
	}
	if (digits_at(d + 2, n_tail) != n_tail || !number(d + 2, n_tail, &last))
		return range_tail(arena, s, head, d + 2, n_tail, ret_why, ret_hint);
	ret->n_stem = stem;
	ret->width = s[stem] == '0' ? (int)(head - stem) : 1;
	if (last < ret->first)
		*ret_hint = isle_arena_printf(arena, "%.*s%.*s..%.*s?", (int)stem, s, (int)n_tail, d + 2,
					      (int)(head - stem), s + stem);
	if (head > max)
		return isle_name_is(s, head, max, ret_why);
	return range_ends(s, max, ret, last, ret_why);
}

char *isle_range_name(struct isle_arena *arena, const struct isle_range *r, uint64_t i)
{
	if (!r->written)
		return isle_arena_strndup(arena, r->stem, r->n_stem);
	return isle_arena_printf(arena, "%.*s%0*llu", (int)r->n_stem, r->stem, r->width,
				 (unsigned long long)(r->first + i));
}
