/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: values for people: as the lab file has them, and as `ip` wants them.
 * What is secret is neither.
 */
#include "links/rows.h"

static const char *word_for(const struct isle_option *o, uint64_t n)
{
	for (const struct isle_option_word *w = o->words; w && w->name; w++)
		if (w->value == n)
			return w->name;
	return NULL;
}

static void put_words(const struct isle_option *o, struct isle_buf *out)
{
	const struct isle_option_word *w = o->words;

	for (; w && w->name; w++)
		isle_buf_printf(out, "%s%s", w == o->words ? "" : w[1].name ? ", " : " or ", w->name);
}

void isle_link_form(const struct isle_option *o, struct isle_buf *out)
{
	switch (o->type) {
	case ISLE_OPTION_NUMBER:
		isle_buf_printf(out, "from %llu to %llu%s", (unsigned long long)o->min, (unsigned long long)o->max, o->words ? ", or " : "");
		put_words(o, out);
		break;
	case ISLE_OPTION_BOOL: isle_buf_puts(out, "true or false"); break;
	case ISLE_OPTION_WORD: put_words(o, out); break;
	case ISLE_OPTION_MAC: isle_buf_puts(out, "a MAC address"); break;
	case ISLE_OPTION_IP:
		isle_buf_puts(out, o->flags & ISLE_OPTION_MULTICAST ? "a multicast group" : !o->attr6 ? "an IPv4 address" :
				   !o->attr ? "an IPv6 address" : "an address");
		break;
	case ISLE_OPTION_LINK: isle_buf_puts(out, "an interface of the same host"); break;
	case ISLE_OPTION_KEY:
		isle_buf_printf(out, "a key of 44 characters in base64%s", o->flags & ISLE_OPTION_SECRET ? ", or the path of its file" : "");
		break;
	}
}

void isle_link_print(const struct isle_link_value *v, struct isle_buf *out)
{
	const struct isle_option *o = v->option;
	const char *word = word_for(o, v->n);
	const struct isle_ip none = { 0 };
	char text[ISLE_IP_TEXT], key[ISLE_LINK_KEY_TEXT];

	if (o->flags & ISLE_OPTION_SECRET) {
		isle_buf_puts(out, v->text ? v->text : "(hidden)");
		return;
	}
	switch (o->type) {
	case ISLE_OPTION_BOOL: isle_buf_puts(out, v->n ? "true" : "false"); break;
	case ISLE_OPTION_IP: isle_buf_puts(out, memcmp(v->ip.b, none.b, sizeof(none.b)) ? isle_ip_text(&v->ip, false, text) : "any"); break;
	case ISLE_OPTION_KEY: isle_buf_puts(out, isle_link_key_text(v->b, key)); break;
	case ISLE_OPTION_MAC:
		isle_buf_printf(out, "%02x:%02x:%02x:%02x:%02x:%02x", v->b[0], v->b[1], v->b[2], v->b[3], v->b[4], v->b[5]);
		break;
	case ISLE_OPTION_LINK:
		if (v->text)
			isle_buf_puts(out, v->text);
		else
			isle_buf_printf(out, "index %llu", (unsigned long long)v->n);
		break;
	case ISLE_OPTION_NUMBER:
	case ISLE_OPTION_WORD:
		if (word)
			isle_buf_puts(out, word);
		else
			isle_buf_printf(out, "%llu", (unsigned long long)v->n);
		break;
	}
}

static void print_bool(const struct isle_link_value *v, const char *name, struct isle_buf *out)
{
	switch (v->option->say) {
	case ISLE_SAY_NUMBER: isle_buf_printf(out, " %s %d", name, v->n != 0); break;
	case ISLE_SAY_ONOFF: isle_buf_printf(out, " %s %s", name, v->n ? "on" : "off"); break;
	case ISLE_SAY_NO: isle_buf_printf(out, " %s%s", v->n ? "" : "no", name); break;
	case ISLE_SAY_BARE:
		if (v->n)
			isle_buf_printf(out, " %s", name);
		break;
	case ISLE_SAY_HEX: break;
	}
}

void isle_link_print_ip(const struct isle_link_value *v, struct isle_buf *out)
{
	const struct isle_option *o = v->option;
	const char *name = o->ip ? o->ip : o->name;

	if (o->flags & ISLE_OPTION_SECRET)
		return;
	if (o->type == ISLE_OPTION_BOOL) {
		print_bool(v, name, out);
		return;
	}
	if (o->say == ISLE_SAY_HEX && !word_for(o, v->n)) {
		isle_buf_printf(out, " %s 0x%llx", name, (unsigned long long)v->n);
		return;
	}
	isle_buf_puts(out, " ");
	if (o->say != ISLE_SAY_BARE)
		isle_buf_printf(out, "%s ", name);
	isle_link_print(v, out);
}

void isle_link_print_info(const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n, struct isle_buf *out)
{
	isle_buf_printf(out, " type %s", kind->name);
	/* a wireguard's options are for wg(8) */
	for (size_t i = 0; !kind->by_genl && i < kind->n; i++) {
		const struct isle_option *o = &kind->options[i];
		const struct isle_link_value dflt = { .option = o, .n = o->dflt_n }, *found = NULL;
		size_t written = 0;

		for (size_t k = 0; k < n; k++)
			if (v[k].option == o && !written++)
				found = &v[k];
		if (written == 1)
			isle_link_print_ip(found, out);
		else if (!written && (o->flags & ISLE_OPTION_SEND))
			isle_link_print_ip(&dflt, out);
	}
}

void isle_link_lacks(const struct isle_link_kind *kind, char *buf, size_t cap)
{
	snprintf(buf, cap, "this kernel has no %s: module %s, %s", kind->name, kind->module, kind->config);
}
