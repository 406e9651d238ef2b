/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: bytes to messages. OVSDB sends JSON objects one behind the other with
 * nothing between them, in pieces that end anywhere, so the end of one is found
 * by counting braces; each byte is looked at once. Whether it is JSON is then
 * jansson's to say.
 */
#include "ovsdb/feed.h"

enum { DEPTH_MAX = 512 };

int isle_ovsdb_feed_put(struct isle_ovsdb_feed *f, const char *bytes, size_t n)
{
	if (f->from) {
		f->text.n -= f->from;
		memmove(f->text.s, f->text.s + f->from, f->text.n);
		f->at -= f->from;
		f->from = 0;
	}
	if (n > ISLE_OVSDB_MESSAGE_MAX || f->text.n > ISLE_OVSDB_MESSAGE_MAX - n)
		return -EFBIG;
	isle_buf_put(&f->text, bytes, n);
	return f->text.bad ? -ENOMEM : 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* 1: a whole message ends at .at; 0: it is not all there; -EPROTO. */
static int find_end(struct isle_ovsdb_feed *f)
{
	while (f->at < f->text.n) {
		const char c = f->text.s[f->at++];

		if (f->in_string) {
			if (f->escaped || c == '\\')
				f->escaped = !f->escaped;
			else
				f->in_string = c != '"';
		} else if (c == '"') {
			f->in_string = true;
		} else if (c == '{' || c == '[') {
			if (++f->depth > DEPTH_MAX)
				return -EPROTO;
		} else if ((c == '}' || c == ']') && !--f->depth) {
			return 1;
		}
	}
	return 0;
}

int isle_ovsdb_feed_take(struct isle_ovsdb_feed *f, json_t **ret)
{
	json_t *json;
	int r;

	while (!f->depth && f->at < f->text.n && is_space(f->text.s[f->at]))
		f->from = ++f->at;
	if (!f->depth && f->at < f->text.n && f->text.s[f->at] != '{')
		return -EPROTO;
	r = find_end(f);
	if (r <= 0)
		return r;
	json = json_loadb(f->text.s + f->from, f->at - f->from, JSON_REJECT_DUPLICATES, NULL);
	f->from = f->at;
	if (!json)
		return -EPROTO;
	*ret = json;
	return 1;
}

void isle_ovsdb_feed_done(struct isle_ovsdb_feed *f)
{
	isle_buf_done(&f->text);
}
