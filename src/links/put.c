/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: values as attributes. Rows that share an attribute (bits) are gathered
 * where the first of them stands. An option with several values is none of the
 * link's own: whoever wrote the list makes requests of its values.
 */
#include <linux/if_tunnel.h>
#include "links/rows.h"

struct values { const struct isle_option *options; size_t n_options; const struct isle_link_value *v; size_t n; };

static const struct isle_link_value *value_of(const struct values *vs, const struct isle_option *o, size_t *ret_n)
{
	const struct isle_link_value *found = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < vs->n; i++)
		if (vs->v[i].option == o && (*ret_n)++ == 0)
			found = &vs->v[i];
	return found;
}

static bool is_first(const struct values *vs, size_t row)
{
	const struct isle_option *o = &vs->options[row];

	for (size_t i = 0; i < row; i++)
		if (vs->options[i].wire == o->wire && (o->wire == ISLE_WIRE_GRE || vs->options[i].attr == o->attr))
			return false;
	return true;
}

/* The bits of all rows that are gathered with O, and which of them were written. */
static uint32_t gather(const struct values *vs, const struct isle_option *o, uint32_t *ret_written)
{
	uint32_t bits = 0;

	*ret_written = 0;
	for (size_t i = 0; i < vs->n; i++) {
		const struct isle_option *other = vs->v[i].option;

		if (other->wire != o->wire || (o->wire != ISLE_WIRE_GRE && other->attr != o->attr))
			continue;
		*ret_written |= other->bit;
		if (vs->v[i].n || other->type == ISLE_OPTION_NUMBER)
			bits |= other->bit;
	}
	return bits;
}

static void put_be16(struct isle_nlmsg *m, uint16_t attr, uint32_t n)
{
	isle_nlmsg_put_u16(m, attr, htons((uint16_t)n));
}

static void put_gathered(struct isle_nlmsg *m, const struct values *vs, const struct isle_option *o)
{
	uint32_t written, bits = gather(vs, o, &written);
	const struct ifla_vlan_flags masked = { .flags = bits, .mask = written };

	if (!written)
		return;
	switch (o->wire) {
	case ISLE_WIRE_MASKED: isle_nlmsg_put(m, o->attr, &masked, sizeof(masked)); break;
	case ISLE_WIRE_BITS: isle_nlmsg_put_u16(m, o->attr, (uint16_t)bits); break;
	default:
		put_be16(m, IFLA_GRE_IFLAGS, bits);
		put_be16(m, IFLA_GRE_OFLAGS, bits);
		break;
	}
}

static void put_value(struct isle_nlmsg *m, const struct isle_option *o, const struct isle_link_value *v)
{
	const uint32_t n = (uint32_t)v->n;

	switch (o->wire) {
	case ISLE_WIRE_U8: isle_nlmsg_put_u8(m, o->attr, (uint8_t)n); break;
	case ISLE_WIRE_U16: isle_nlmsg_put_u16(m, o->attr, (uint16_t)n); break;
	case ISLE_WIRE_U32: isle_nlmsg_put_u32(m, o->attr, n); break;
	case ISLE_WIRE_BE16: put_be16(m, o->attr, n); break;
	case ISLE_WIRE_BE32: isle_nlmsg_put_be32(m, o->attr, n); break;
	case ISLE_WIRE_FLAG:
		if (n)
			isle_nlmsg_put(m, o->attr, NULL, 0);
		break;
	case ISLE_WIRE_BYTES: isle_nlmsg_put(m, o->attr, v->b, o->type == ISLE_OPTION_MAC ? 6 : 32); break;
	case ISLE_WIRE_IP:
		isle_nlmsg_put(m, v->ip.family == AF_INET ? o->attr : o->attr6, v->ip.b, isle_ip_bits(&v->ip) / 8);
		break;
	case ISLE_WIRE_GRE:
		if (!o->attr)
			break;
		isle_nlmsg_put_be32(m, o->attr, n);
		isle_nlmsg_put_be32(m, o->attr6, n);
		break;
	case ISLE_WIRE_MASKED:
	case ISLE_WIRE_BITS: break;
	}
}

static void put(struct isle_nlmsg *m, const struct isle_option *options, size_t n_options, const struct isle_link_value *v, size_t n,
		unsigned unasked)
{
	const struct values vs = { options, n_options, v, n };

	for (size_t i = 0; i < n_options; i++) {
		const struct isle_option *o = &options[i];
		const struct isle_link_value dflt = { .option = o, .n = o->dflt_n };
		const bool gathers = o->wire == ISLE_WIRE_MASKED || o->wire == ISLE_WIRE_BITS || o->wire == ISLE_WIRE_GRE;
		size_t written;
		const struct isle_link_value *one = value_of(&vs, o, &written);

		if (gathers && is_first(&vs, i))
			put_gathered(m, &vs, o);
		if (written == 1)
			put_value(m, o, one);
		else if (!written && (o->flags & unasked))
			put_value(m, o, &dflt);
	}
}

void isle_link_put(struct isle_nlmsg *m, const struct isle_option *options, size_t n_options, const struct isle_link_value *v, size_t n)
{
	put(m, options, n_options, v, n, ISLE_OPTION_SEND);
}

void isle_link_put_info(struct isle_nlmsg *m, const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n)
{
	size_t info = isle_nlmsg_nest(m, IFLA_LINKINFO);

	isle_nlmsg_put_str(m, IFLA_INFO_KIND, kind->is_tun ? "tun" : kind->name);
	/* a wireguard's options are no data of the link */
	if (kind->n && !kind->by_genl) {
		size_t data = isle_nlmsg_nest(m, IFLA_INFO_DATA);

		isle_link_put(m, kind->options, kind->n, v, n);
		isle_nlmsg_unnest(m, data);
	}
	isle_nlmsg_unnest(m, info);
}

void isle_link_put_change(struct isle_nlmsg *m, const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n)
{
	size_t info = isle_nlmsg_nest(m, IFLA_LINKINFO);

	isle_nlmsg_put_str(m, kind->is_port ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND, kind->name);
	size_t data = isle_nlmsg_nest(m, kind->is_port ? IFLA_INFO_SLAVE_DATA : IFLA_INFO_DATA);

	put(m, kind->options, kind->n, v, n, 0);
	isle_nlmsg_unnest(m, data);
	isle_nlmsg_unnest(m, info);
}
