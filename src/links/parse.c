/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the text of a lab file as an option's value. What is wrong is said in
 * words that follow "NAME", with what was probably meant; a secret is never
 * among them.
 */
#include "links/rows.h"

static int wrong(struct isle_link_wrong *w, const char *hint, const char *fmt, ...) ISLE_PRINTF(3, 4);
static int wrong(struct isle_link_wrong *w, const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
	snprintf(w->hint, sizeof(w->hint), "%s", hint ? hint : "");
	return -EINVAL;
}

static const struct isle_option_word *word_of(const struct isle_option *o, const char *text)
{
	for (const struct isle_option_word *w = o->words; w && w->name; w++)
		if (strcmp(w->name, text) == 0)
			return w;
	return NULL;
}

static void near_word(const struct isle_option *o, const char *text, char *hint, size_t cap)
{
	const char *names[16], *near;
	size_t n = 0;

	for (const struct isle_option_word *w = o->words; w && w->name && n < ISLE_COUNT(names); w++)
		names[n++] = w->name;
	near = isle_near_best(text, names, n);
	if (near)
		snprintf(hint, cap, "did you mean '%s'?", near);
	else if (cap)
		*hint = '\0';
}

static int wrong_form(const struct isle_option *o, const char *text, struct isle_link_wrong *w)
{
	isle_auto(buf) struct isle_buf form = { 0 };
	char hint[128];

	isle_link_form(o, &form);
	if (!form.s)
		return -ENOMEM;
	near_word(o, text, hint, sizeof(hint));
	return wrong(w, hint, "is %s, not '%.64s'", form.s, text);
}

static int parse_number(const struct isle_option *o, const char *text, size_t n, struct isle_link_value *v, struct isle_link_wrong *w)
{
	const struct isle_option_word *word = word_of(o, text);
	uint64_t number;

	if (word)
		v->n = word->value;
	else if (!isle_str_u64(text, n, &number) || number < o->min || number > o->max)
		return wrong_form(o, text, w);
	else
		v->n = number;
	return 0;
}

static int parse_word(const struct isle_option *o, const char *text, struct isle_link_value *v, struct isle_link_wrong *w)
{
	const struct isle_option_word *word = word_of(o, text);

	if (!word)
		return wrong_form(o, text, w);
	v->n = word->value;
	return 0;
}

static int parse_bool(const struct isle_option *o, const char *text, struct isle_link_value *v, struct isle_link_wrong *w)
{
	static const struct { const char *word; bool v; } words[] = {
		{ "yes", true }, { "on", true }, { "1", true }, { "no", false }, { "off", false }, { "0", false },
	};

	v->n = strcmp(text, "true") == 0;
	if (v->n || strcmp(text, "false") == 0)
		return 0;
	wrong_form(o, text, w);
	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (strcmp(words[i].word, text) == 0)
			snprintf(w->hint, sizeof(w->hint), "%s?", words[i].v ? "true" : "false");
	return -EINVAL;
}

static bool is_multicast(const struct isle_ip *ip)
{
	return ip->family == AF_INET ? (ip->b[0] & 0xf0) == 0xe0 : ip->b[0] == 0xff;
}

static int parse_ip(const struct isle_option *o, const char *text, size_t n, struct isle_link_value *v, struct isle_link_wrong *w)
{
	bool has_len;

	if (!isle_ip_parse(text, n, &v->ip, &has_len))
		return wrong_form(o, text, w);
	if (has_len)
		return wrong(w, "leave the length out", "is an address, not '%.64s'", text);
	if (!o->attr && v->ip.family == AF_INET)
		return wrong(w, NULL, "is an IPv6 address, not '%.64s'", text);
	if (!o->attr6 && v->ip.family == AF_INET6)
		return wrong(w, NULL, "is an IPv4 address, not '%.64s'", text);
	if ((o->flags & ISLE_OPTION_UNICAST) && is_multicast(&v->ip))
		return wrong(w, NULL, "is one host's address, and '%.64s' is a multicast group", text);
	if ((o->flags & ISLE_OPTION_MULTICAST) && !is_multicast(&v->ip))
		return wrong(w, v->ip.family == AF_INET ? "such as 239.0.0.1" : "such as ff05::1", "is a multicast group, not '%.64s'", text);
	return 0;
}

static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool isle_link_key_parse(const char *s, size_t n, uint8_t ret[32])
{
	uint8_t key[33];

	if (n != 44 || s[43] != '=')
		return false;
	for (size_t i = 0; i < 44; i += 4) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 4; k++) {
			int d = i + k == 43 ? 0 : digit(s[i + k]);

			if (d < 0)
				return false;
			bits = bits << 6 | (uint32_t)d;
		}
		key[i / 4 * 3] = (uint8_t)(bits >> 16);
		key[i / 4 * 3 + 1] = (uint8_t)(bits >> 8);
		key[i / 4 * 3 + 2] = (uint8_t)bits;
	}
	if (key[32])
		return false;
	memcpy(ret, key, 32);
	return true;
}

char *isle_link_key_text(const uint8_t key[32], char buf[ISLE_LINK_KEY_TEXT])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < 11; i++) {
		uint32_t bits = (uint32_t)key[3 * i] << 16 | (uint32_t)key[3 * i + 1] << 8 | (i < 10 ? key[3 * i + 2] : 0u);

		for (size_t k = 0; k < 4; k++)
			buf[4 * i + k] = digits[bits >> (18 - 6 * k) & 63];
	}
	buf[43] = '=';
	buf[44] = '\0';
	return buf;
}

/* A key may begin with '/', too: what is a key is no path. The text is not repeated. */
static int parse_key(struct isle_arena *arena, const struct isle_option *o, const char *text, size_t n, struct isle_link_value *v,
		     struct isle_link_wrong *w)
{
	if (isle_link_key_parse(text, n, v->b))
		return 0;
	if (!(o->flags & ISLE_OPTION_SECRET) || (strncmp(text, "./", 2) && strncmp(text, "../", 3) && text[0] != '/'))
		return wrong(w, o->flags & ISLE_OPTION_SECRET ? "`wg genkey` makes one; a file is written /PATH or ./PATH" : NULL,
			     "is a key of 44 characters in base64, and this is none");
	v->text = isle_arena_strndup(arena, text, n);
	return v->text ? 0 : -ENOMEM;
}

static int parse_mac(const struct isle_option *o, const char *text, size_t n, struct isle_link_value *v, struct isle_link_wrong *w)
{
	unsigned b[6];
	char rest;

	if (n != 17 || sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &rest) != 6)
		return wrong_form(o, text, w);
	for (size_t i = 0; i < 6; i++)
		v->b[i] = (uint8_t)b[i];
	return 0;
}

int isle_link_parse(struct isle_arena *arena, const struct isle_option *o, const char *text, size_t n, struct isle_link_value *ret,
		    struct isle_link_wrong *w)
{
	struct isle_link_value v = { .option = o };
	int r = 0;

	w->why[0] = w->hint[0] = '\0';
	switch (o->type) {
	case ISLE_OPTION_NUMBER: r = parse_number(o, text, n, &v, w); break;
	case ISLE_OPTION_BOOL: r = parse_bool(o, text, &v, w); break;
	case ISLE_OPTION_WORD: r = parse_word(o, text, &v, w); break;
	case ISLE_OPTION_MAC: r = parse_mac(o, text, n, &v, w); break;
	case ISLE_OPTION_IP: r = parse_ip(o, text, n, &v, w); break;
	case ISLE_OPTION_KEY: r = parse_key(arena, o, text, n, &v, w); break;
	case ISLE_OPTION_LINK:
		v.text = isle_arena_strndup(arena, text, n);
		r = v.text ? 0 : -ENOMEM;
		break;
	}
	if (r == 0)
		*ret = v;
	return r;
}
