/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: building requests. Several messages lie one after the other in a buffer
 * of the caller's. The first thing that does not fit poisons the buffer: later
 * calls do nothing, and sending it says -ENOBUFS. So there is no error path
 * between begin and talk. A poisoned buffer is never sent in part.
 */
#include "nl/nl.h"

/* Room for SIZE bytes, padded and zeroed; NULL and poison if there is none. */
static void *reserve(struct isle_nlmsg *m, size_t size)
{
	if (m->bad)
		return NULL;
	if (size > m->cap - m->n || NLMSG_ALIGN(size) > m->cap - m->n) {
		m->bad = true;
		return NULL;
	}
	void *p = m->buf + m->n;
	memset(p, 0, NLMSG_ALIGN(size));
	m->n += NLMSG_ALIGN(size);
	return p;
}

void isle_nlmsg_init(struct isle_nlmsg *m, void *buf, size_t cap)
{
	*m = (struct isle_nlmsg){ .buf = buf, .cap = cap };
}

void *isle_nlmsg_begin(struct isle_nlmsg *m, uint16_t type, uint16_t flags, size_t header_size)
{
	size_t start = m->n;
	struct nlmsghdr *h = reserve(m, NLMSG_HDRLEN);
	void *family = reserve(m, header_size);

	if (!family)
		return NULL;
	m->start = start;
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	return family;
}

void isle_nlmsg_end(struct isle_nlmsg *m)
{
	if (m->bad)
		return;
	struct nlmsghdr *h = (struct nlmsghdr *)(m->buf + m->start);
	h->nlmsg_len = (uint32_t)(m->n - m->start);
}

void isle_nlmsg_put(struct isle_nlmsg *m, uint16_t type, const void *p, size_t size)
{
	if (size > UINT16_MAX - NLA_HDRLEN) {
		m->bad = true;
		return;
	}
	struct nlattr *a = reserve(m, NLA_HDRLEN + size);
	if (!a)
		return;
	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + size);
	if (size)
		memcpy((uint8_t *)a + NLA_HDRLEN, p, size);
}

void isle_nlmsg_put_str(struct isle_nlmsg *m, uint16_t type, const char *s)
{
	isle_nlmsg_put(m, type, s, strlen(s) + 1);
}

void isle_nlmsg_put_u8(struct isle_nlmsg *m, uint16_t type, uint8_t v)
{
	isle_nlmsg_put(m, type, &v, sizeof(v));
}

void isle_nlmsg_put_u16(struct isle_nlmsg *m, uint16_t type, uint16_t v)
{
	isle_nlmsg_put(m, type, &v, sizeof(v));
}

void isle_nlmsg_put_u32(struct isle_nlmsg *m, uint16_t type, uint32_t v)
{
	isle_nlmsg_put(m, type, &v, sizeof(v));
}

void isle_nlmsg_put_be32(struct isle_nlmsg *m, uint16_t type, uint32_t host_order)
{
	uint32_t v = htonl(host_order);
	isle_nlmsg_put(m, type, &v, sizeof(v));
}

size_t isle_nlmsg_nest(struct isle_nlmsg *m, uint16_t type)
{
	size_t at = m->n;
	isle_nlmsg_put(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void isle_nlmsg_unnest(struct isle_nlmsg *m, size_t nest)
{
	if (m->bad)
		return;
	if (m->n - nest > UINT16_MAX) {
		m->bad = true;
		return;
	}
	struct nlattr *a = (struct nlattr *)(m->buf + nest);
	a->nla_len = (uint16_t)(m->n - nest);
}

void *isle_nlmsg_raw(struct isle_nlmsg *m, size_t size)
{
	return reserve(m, size);
}
