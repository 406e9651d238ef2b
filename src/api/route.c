/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a route in the words of `ip route`. */
#include "lab/lab.h"

static void hop(const struct isle_hop *h, struct isle_buf *b)
{
	char s[ISLE_IP_TEXT];

	if (h->via.family)
		isle_buf_printf(b, " via %s", isle_ip_text(&h->via, false, s));
	if (h->dev)
		isle_buf_printf(b, " dev %s", h->dev->name);
	if (h->onlink)
		isle_buf_puts(b, " onlink");
}

static void text(const struct isle_route *r, struct isle_buf *b)
{
	char s[ISLE_IP_TEXT];

	isle_buf_printf(b, "%s%s", isle_route_word(r->type), r->dst.len ? isle_ip_text(&r->dst, true, s) : "default");
	for (size_t i = 0; i < r->n_hops; i++) {
		if (r->n_hops > 1)
			isle_buf_puts(b, " nexthop");
		hop(&r->hops[i], b);
	}
	if (r->src.family)
		isle_buf_printf(b, " src %s", isle_ip_text(&r->src, false, s));
	if (r->metric)
		isle_buf_printf(b, " metric %u", r->metric);
	if (r->table)
		isle_buf_printf(b, " table %u", r->table);
	if (r->mtu)
		isle_buf_printf(b, " mtu %u", r->mtu);
}

int isle_host_route(const struct isle_host *h, size_t i, char **ret)
{
	struct isle_buf b = { 0 };
	char *s;

	if (i >= h->n_routes)
		return -ENOENT;
	text(&h->routes[i], &b);
	s = isle_buf_steal(&b);
	if (!s)
		return -ENOMEM;
	*ret = s;
	return 0;
}
