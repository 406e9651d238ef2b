/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: reading answers. Lengths are checked once, here: an attribute that is
 * in a table lies wholly within its message. Readers of values check that the
 * value is as long as they need and else give their default.
 */
#include "nl/nl.h"

void isle_nl_attrs(const void *p, size_t n, struct isle_nlattrs *t)
{
	const uint8_t *at = p;

	memset(t, 0, sizeof(*t));
	while (n >= NLA_HDRLEN) {
		const struct nlattr *a = (const struct nlattr *)at;
		size_t len = a->nla_len, type = a->nla_type & NLA_TYPE_MASK;

		if (len < NLA_HDRLEN || len > n)
			return;
		if (type < ISLE_COUNT(t->a))
			t->a[type] = a;
		if (NLA_ALIGN(len) >= n)
			return;
		at += NLA_ALIGN(len);
		n -= NLA_ALIGN(len);
	}
}

void isle_nl_attrs_of(const struct nlmsghdr *h, size_t header_size, struct isle_nlattrs *t)
{
	size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(header_size);

	if (h->nlmsg_len < skip)
		memset(t, 0, sizeof(*t));
	else
		isle_nl_attrs((const uint8_t *)h + skip, h->nlmsg_len - skip, t);
}

void isle_nl_nested(const struct nlattr *a, struct isle_nlattrs *t)
{
	if (!a)
		memset(t, 0, sizeof(*t));
	else
		isle_nl_attrs(isle_nla_data(a), isle_nla_len(a), t);
}

const struct nlattr *isle_nla_next(const struct nlattr *list, const struct nlattr *before)
{
	const uint8_t *end = (const uint8_t *)isle_nla_data(list) + isle_nla_len(list);
	const uint8_t *at = before ? (const uint8_t *)before + NLA_ALIGN((size_t)before->nla_len) : isle_nla_data(list);
	const struct nlattr *a = (const struct nlattr *)at;

	if (!list || at >= end || (size_t)(end - at) < NLA_HDRLEN || a->nla_len < NLA_HDRLEN || a->nla_len > end - at)
		return NULL;
	return a;
}

const void *isle_nla_data(const struct nlattr *a)
{
	return a ? (const uint8_t *)a + NLA_HDRLEN : NULL;
}

size_t isle_nla_len(const struct nlattr *a)
{
	return a ? a->nla_len - (size_t)NLA_HDRLEN : 0;
}

uint32_t isle_nla_u32(const struct nlattr *a, uint32_t dflt)
{
	uint32_t v = dflt;

	if (isle_nla_len(a) >= sizeof(v))
		memcpy(&v, isle_nla_data(a), sizeof(v));
	return v;
}

uint8_t isle_nla_u8(const struct nlattr *a, uint8_t dflt)
{
	return isle_nla_len(a) >= 1 ? *(const uint8_t *)isle_nla_data(a) : dflt;
}

const char *isle_nla_str(const struct nlattr *a)
{
	size_t n = isle_nla_len(a);
	const char *s = isle_nla_data(a);

	return n && memchr(s, '\0', n) ? s : NULL;
}
