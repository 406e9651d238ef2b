/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: attributes as values, by the same rows. A value that is too short, or an
 * address of the wrong sort for the row (a remote and a multicast group share
 * an attribute), is left out.
 */
#include <linux/if_tunnel.h>
#include "links/rows.h"

static bool get_ip(const struct isle_option *o, const struct isle_nlattrs *t, struct isle_link_value *v)
{
	static const struct isle_ip none;
	const struct nlattr *four = o->attr ? t->a[o->attr] : NULL, *six = o->attr6 ? t->a[o->attr6] : NULL;
	bool multicast;

	if (isle_nla_len(four) == 4)
		v->ip = (struct isle_ip){ .family = AF_INET, .len = 32 };
	else if (isle_nla_len(six) == 16)
		v->ip = (struct isle_ip){ .family = AF_INET6, .len = 128 };
	else
		return false;
	memcpy(v->ip.b, isle_nla_data(v->ip.family == AF_INET ? four : six), isle_ip_bits(&v->ip) / 8);
	multicast = v->ip.family == AF_INET ? (v->ip.b[0] & 0xf0) == 0xe0 : v->ip.b[0] == 0xff;
	if (((o->flags & ISLE_OPTION_UNICAST) && multicast) || ((o->flags & ISLE_OPTION_MULTICAST) && !multicast))
		return false;
	return memcmp(v->ip.b, none.b, sizeof(none.b)) != 0;
}

static uint32_t be(const struct nlattr *a, size_t n)
{
	const uint8_t *b = isle_nla_data(a);
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | b[i];
	return v;
}

static bool get_gre(const struct isle_option *o, const struct isle_nlattrs *t, struct isle_link_value *v)
{
	const struct nlattr *flags = t->a[IFLA_GRE_OFLAGS];
	const bool is_set = isle_nla_len(flags) == 2 && (be(flags, 2) & o->bit);

	v->n = is_set;
	if (o->attr && is_set && isle_nla_len(t->a[o->attr6]) == 4)
		v->n = be(t->a[o->attr6], 4);
	return o->attr ? is_set : isle_nla_len(flags) == 2;
}

static bool get_value(const struct isle_option *o, const struct isle_nlattrs *t, struct isle_link_value *v)
{
	const struct nlattr *a = t->a[o->attr];
	const size_t len = isle_nla_len(a), bytes = o->type == ISLE_OPTION_MAC ? 6 : 32;
	uint16_t half = 0;

	switch (o->wire) {
	case ISLE_WIRE_IP: return get_ip(o, t, v);
	case ISLE_WIRE_GRE: return get_gre(o, t, v);
	case ISLE_WIRE_FLAG: v->n = a != NULL; return true;
	case ISLE_WIRE_U8: v->n = isle_nla_u8(a, 0); return len == 1;
	case ISLE_WIRE_U32: v->n = isle_nla_u32(a, 0); return len == 4 && (o->type != ISLE_OPTION_LINK || v->n);
	case ISLE_WIRE_BE16: v->n = len == 2 ? be(a, 2) : 0; return len == 2;
	case ISLE_WIRE_BE32: v->n = len == 4 ? be(a, 4) : 0; return len == 4;
	case ISLE_WIRE_MASKED: v->n = (isle_nla_u32(a, 0) & o->bit) != 0; return len == 8;
	case ISLE_WIRE_BYTES:
		if (len == bytes)
			memcpy(v->b, isle_nla_data(a), bytes);
		return len == bytes;
	case ISLE_WIRE_U16:
	case ISLE_WIRE_BITS:
		if (len == 2)
			memcpy(&half, isle_nla_data(a), 2);
		v->n = o->wire == ISLE_WIRE_BITS ? (half & o->bit) != 0 : half;
		return len == 2;
	}
	return false;
}

size_t isle_link_get(const struct isle_link_kind *kind, const struct nlattr *data, struct isle_link_value *ret, size_t max)
{
	struct isle_nlattrs t;
	size_t n = 0;

	/* a wireguard's options are no data of the link */
	if (!data || kind->by_genl)
		return 0;
	isle_nl_nested(data, &t);
	for (size_t i = 0; i < kind->n && n < max; i++) {
		struct isle_link_value v = { .option = &kind->options[i] };

		if (get_value(v.option, &t, &v))
			ret[n++] = v;
	}
	return n;
}

const struct isle_link_value *isle_link_value_find(const struct isle_link_value *v, size_t n, const struct isle_option *o, size_t *ret_n)
{
	const struct isle_link_value *found = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].option == o && (*ret_n)++ == 0)
			found = &v[i];
	return found;
}

bool isle_link_other(const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n, const struct nlattr *data,
		     size_t *at, struct isle_link_value *ret_wanted, struct isle_link_value *ret_has)
{
	struct isle_link_value got[ISLE_LINK_OPTIONS];
	size_t n_got = isle_link_get(kind, data, got, ISLE_COUNT(got));

	while (*at < kind->n) {
		const struct isle_option *o = &kind->options[(*at)++];
		const struct isle_link_value none = { .option = NULL }, dflt = { .option = o, .n = o->dflt_n }, *wanted, *has;
		size_t n_wanted, n_has;

		wanted = isle_link_value_find(v, n, o, &n_wanted);
		has = isle_link_value_find(got, n_got, o, &n_has);
		/* several are none of the link's; the data of some kinds come by other ways */
		if (n_wanted > 1 || (o->flags & ISLE_OPTION_SECRET))
			continue;
		if (!wanted && (o->flags & ISLE_OPTION_SEND))
			wanted = &dflt;
		if (!wanted || !data || (has && isle_link_value_equal(wanted, has)))
			continue;
		*ret_wanted = *wanted;
		*ret_has = has ? *has : none;
		return true;
	}
	return false;
}

bool isle_link_value_equal(const struct isle_link_value *a, const struct isle_link_value *b)
{
	if (a->option != b->option)
		return false;
	switch (a->option->type) {
	case ISLE_OPTION_IP: return isle_ip_equal(&a->ip, &b->ip);
	case ISLE_OPTION_MAC:
	case ISLE_OPTION_KEY: return memcmp(a->b, b->b, sizeof(a->b)) == 0;
	default: return a->n == b->n;
	}
}

bool isle_link_is_default(const struct isle_link_value *v)
{
	switch (v->option->type) {
	case ISLE_OPTION_NUMBER:
		/* a row that says "none" has no default to be written */
		if (v->option->wire == ISLE_WIRE_GRE)
			return false;
		return !(v->option->flags & ISLE_OPTION_REQUIRED) && v->n == v->option->dflt_n;
	case ISLE_OPTION_BOOL:
	case ISLE_OPTION_WORD: return v->n == v->option->dflt_n;
	default: return false;
	}
}
