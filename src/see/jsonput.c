/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: JSON as it is written, member by member: a map has a hundred thousand of
 * them, and a tree of objects first would take longer than asking the kernel.
 * All letters beyond ASCII are escaped: nothing in it can steer a terminal, and
 * of what is no UTF-8 each byte is U+FFFD. Strings that need that are left to
 * jansson. No memory: .out is bad.
 */
#include <jansson.h>
#include "see/inner.h"

/* To what stands before, and KEY. */
static void lead(struct isle_json *j, const char *key)
{
	if (j->is_later)
		isle_buf_put(j->out, ",", 1);
	j->is_later = true;
	if (!key)
		return;
	isle_buf_put(j->out, "\"", 1);
	isle_buf_puts(j->out, key);
	isle_buf_put(j->out, "\":", 2);
}

void isle_json_open(struct isle_json *j, const char *key, char bracket)
{
	lead(j, key);
	isle_buf_put(j->out, &bracket, 1);
	j->is_later = false;
}

void isle_json_close(struct isle_json *j, char bracket)
{
	isle_buf_put(j->out, &bracket, 1);
	j->is_later = true;
}

static bool is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f || *s == '"' || *s == '\\')
			return false;
	return true;
}

static json_t *string_of(const char *s)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	json_t *text = json_string(s);

	if (text)
		return text;
	for (; *s; s++)
		isle_buf_put(&b, (unsigned char)*s < 0x80 ? s : "\xef\xbf\xbd", (unsigned char)*s < 0x80 ? 1 : 3);
	return b.bad ? NULL : json_string(b.s);
}

static int add(const char *s, size_t n, void *out)
{
	isle_buf_put(out, s, n);
	return 0;
}

void isle_json_text(struct isle_json *j, const char *key, const char *s)
{
	json_t *text;

	if (!s)
		return;
	lead(j, key);
	if (is_plain(s)) {
		isle_buf_put(j->out, "\"", 1);
		isle_buf_puts(j->out, s);
		isle_buf_put(j->out, "\"", 1);
		return;
	}
	text = string_of(s);
	if (!text || json_dump_callback(text, add, j->out, JSON_ENCODE_ANY | JSON_ENSURE_ASCII))
		j->out->bad = true;
	json_decref(text);
}

void isle_json_number(struct isle_json *j, const char *key, uint64_t n)
{
	char text[20], *at = text + sizeof(text);

	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	lead(j, key);
	isle_buf_put(j->out, at, (size_t)(text + sizeof(text) - at));
}

void isle_json_unless_0(struct isle_json *j, const char *key, uint64_t n)
{
	if (n)
		isle_json_number(j, key, n);
}

void isle_json_bool(struct isle_json *j, const char *key, bool on)
{
	lead(j, key);
	isle_buf_puts(j->out, on ? "true" : "false");
}

void isle_json_ip(struct isle_json *j, const char *key, const struct isle_ip *ip, bool with_len)
{
	char text[ISLE_IP_TEXT];

	if (ip->family)
		isle_json_text(j, key, isle_ip_text(ip, with_len, text));
}

void isle_json_mac(struct isle_json *j, const char *key, const uint8_t *mac, size_t n)
{
	char text[96];

	if (n)
		isle_json_text(j, key, isle_see_mac(mac, n, text));
}
