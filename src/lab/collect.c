/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: every address and prefix that a file writes, so that what is assigned
 * keeps clear of them: also those that are only mentioned, as destinations,
 * hops and nameservers, for they mean something to whoever wrote them. A route
 * that covers all of the pool is a summary and keeps nothing clear.
 */
#include "lab/pool.h"

static int add_subnet(struct isle_pool *p, const struct isle_doc_subnet *s)
{
	for (size_t i = 0; i < s->n_list; i++)
		if (isle_pool_add(p, &s->list[i].ip) < 0)
			return -ENOMEM;
	return 0;
}

static int add_ref(struct isle_pool *p, const struct isle_doc_ref *r)
{
	for (size_t i = 0; i < r->n_addrs; i++) {
		struct isle_ip ip = r->addrs[i].ip;

		if (r->addrs[i].form != ISLE_ADDR_IP)
			continue;
		isle_ip_add(&ip, r->addrs[i].add);
		if (isle_pool_add(p, &ip) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_text(struct isle_pool *p, const char *s)
{
	struct isle_ip ip;

	if (!s || !isle_ip_parse(s, strlen(s), &ip, NULL))
		return 0;
	return isle_pool_add(p, &ip);
}

static bool covers_pool(const struct isle_build *b, const struct isle_ip *ip)
{
	const struct isle_ip usual = { .family = AF_INET, .len = 16, .b = { 198, 18 } };

	if (!b->doc->n_pool)
		return ip->len <= usual.len && isle_ip_contains(ip, &usual);
	for (size_t i = 0; i < b->doc->n_pool; i++)
		if (ip->len <= b->doc->pool[i].ip.len && isle_ip_contains(ip, &b->doc->pool[i].ip))
			return true;
	return false;
}

static int add_route(struct isle_pool *p, const struct isle_build *b, const struct isle_doc_route *r)
{
	struct isle_ip dst;

	if (isle_ip_parse(r->dst.s, strlen(r->dst.s), &dst, NULL) && !covers_pool(b, &dst) && isle_pool_add(p, &dst) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_hops; i++)
		if (add_text(p, r->hops[i].via.s) < 0 || add_text(p, r->hops[i].src.s) < 0)
			return -ENOMEM;
	return 0;
}

static int add_host(struct isle_pool *p, const struct isle_build *b, const struct isle_doc_host *h)
{
	int r = add_subnet(p, &h->uplink_subnet);

	for (size_t i = 0; r == 0 && i < h->n_nets; i++)
		r = add_ref(p, &h->nets[i]);
	for (size_t i = 0; r == 0 && i < h->n_ifaces; i++) {
		r = add_ref(p, &h->ifaces[i].net);
		for (size_t k = 0; r == 0 && k < h->ifaces[i].n_addresses; k++)
			r = isle_pool_add(p, &h->ifaces[i].addresses[k].ip);
	}
	for (size_t i = 0; r == 0 && i < h->n_routes; i++)
		r = add_route(p, b, &h->routes[i]);
	for (size_t i = 0; r == 0 && i < h->n_dns; i++)
		r = add_text(p, h->dns[i].s);
	return r;
}

int isle_pool_collect(struct isle_pool *p, const struct isle_build *b)
{
	const struct isle_doc *d = b->doc;
	int r = add_host(p, b, &d->host_defaults);

	for (size_t i = 0; r == 0 && i < d->n_networks; i++) {
		r = add_subnet(p, &d->networks[i].subnet);
		if (r == 0)
			r = add_text(p, d->networks[i].gateway.s);
		for (size_t k = 0; r == 0 && k < d->networks[i].n_refs; k++)
			r = add_ref(p, &d->networks[i].refs[k]);
	}
	for (size_t i = 0; r == 0 && i < d->n_hosts; i++)
		r = add_host(p, b, &d->hosts[i]);
	for (size_t i = 0; r == 0 && i < d->n_links; i++) {
		r = add_subnet(p, &d->links[i].subnet);
		for (int k = 0; r == 0 && k < 2; k++)
			r = add_ref(p, &d->links[i].end[k]);
	}
	return r;
}
