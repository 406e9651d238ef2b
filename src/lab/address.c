/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses that nobody wrote. Each member without a written address in a
 * subnet gets one, in the order of the members: the lowest host part that is
 * free in all the subnets where it lacks one, `.7` and `::7`. Each subnet keeps
 * a mark below which everything is taken, so that thousands of members cost no
 * search. Where no common host part is left, each subnet gives its lowest free
 * address by itself.
 */
#include "lab/build.h"

static bool is_free(const struct isle_build *b, const struct isle_wire *w, const struct isle_ip *ip)
{
	struct isle_ip key = *ip;

	key.len = 0;
	return !isle_lab_not_a_host(ip, ip) && !isle_iset_get(&b->addresses, w->id, &key);
}

/* The address of host part N; false: N is behind the last one. */
static bool candidate(const struct isle_ip *net, uint64_t n, struct isle_ip *ret)
{
	uint16_t octets[4] = { (uint16_t)(n >> 24), n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff };
	size_t skip = 0;

	if (n > UINT32_MAX)
		return false;
	if (net->family == AF_INET || net->len >= 127)
		return isle_ip_host(net, n, ret);
	while (skip < 3 && !octets[skip])
		skip++;
	return isle_lab_host_part(net, octets + skip, 4 - skip, ret);
}

/* Where F lacks an address: indexes of subnets. */
static size_t missing(const struct isle_biface *f, size_t *index)
{
	const struct isle_wire *w = f->wire;
	bool by_family = w->link && w->link->doc->subnet.mode != ISLE_SUBNET_LIST;
	size_t n = 0;

	for (size_t i = 0; i < w->n_subnets; i++) {
		bool has = false;

		for (size_t k = 0; k < f->pub.n_addresses && !has; k++) {
			const struct isle_ip *a = &f->pub.addresses[k];

			has = by_family ? a->family == w->subnets[i].family :
					  a->len == w->subnets[i].len && isle_ip_contains(&w->subnets[i], a);
		}
		if (!has)
			index[n++] = i;
	}
	return n;
}

static int take(struct isle_build *b, struct isle_biface *f, const struct isle_ip *ips, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isle_lab_add_address(b, f, &ips[i]) < 0)
			return -ENOMEM;
	return 0;
}

/* The lowest host part free in all; false: there is none. */
static bool find_common(const struct isle_build *b, struct isle_wire *w, const size_t *index, size_t n,
			struct isle_ip *ips)
{
	uint64_t part = 0;

	for (size_t i = 0; i < n; i++)
		if (w->low[index[i]] > part)
			part = w->low[index[i]];
	for (;; part++) {
		bool good = true;

		for (size_t i = 0; i < n; i++) {
			if (!candidate(&w->subnets[index[i]], part, &ips[i]))
				return false;
			if (is_free(b, w, &ips[i]))
				continue;
			good = false;
			w->low[index[i]] += w->low[index[i]] == part;
		}
		if (good)
			return true;
	}
}

static bool find_alone(const struct isle_build *b, struct isle_wire *w, size_t index, struct isle_ip *ret)
{
	uint64_t *n = &w->low_number[index];

	for (; *n < isle_ip_size(&w->subnets[index]); ++*n)
		if (isle_ip_host(&w->subnets[index], *n, ret) && is_free(b, w, ret))
			return true;
	return false;
}

static void reject_full(struct isle_build *b, const struct isle_biface *f, size_t index)
{
	struct isle_wire *w = f->wire;
	const struct isle_ip *net = &w->subnets[index];
	char text[ISLE_IP_TEXT];

	if (w->full)
		return;
	w->full = true;
	isle_reject(b->diag, &f->pub.loc, "%s of '%s' is full: no address is left for '%s'", isle_ip_text(net, true, text),
		    w->name, f->pub.host->name);
	if (w->n_members > isle_ip_size(net))
		isle_hint(b->diag, "it has %zu members: a shorter prefix is needed", w->n_members);
	else
		isle_hint(b->diag, "a shorter prefix has more room");
}

static int assign(struct isle_build *b, struct isle_biface *f, size_t *index, struct isle_ip *ips)
{
	struct isle_wire *w = f->wire;
	size_t n = f->quiet ? 0 : missing(f, index);

	if (n == 0)
		return 0;
	if (find_common(b, w, index, n, ips))
		return take(b, f, ips, n);
	for (size_t i = 0; i < n; i++) {
		struct isle_ip ip;

		if (!find_alone(b, w, index[i], &ip))
			reject_full(b, f, index[i]);
		else if (take(b, f, &ip, 1) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* An address written as a gateway is nobody else's. */
static int reserve_gateways(struct isle_build *b, struct isle_wire *w)
{
	for (size_t i = 0; w->segment && i < w->segment->n_networks; i++) {
		struct isle_bnet *n = isle_bnet(w->segment->networks[i]);
		struct isle_ip key = n->gateway_ip;
		void *owner;

		if (!key.family)
			continue;
		key.len = 0;
		owner = isle_iset_get(&b->addresses, w->id, &key);
		if (owner && owner != w)
			isle_bhost(((struct isle_biface *)owner)->pub.host)->is_gateway = true;
		else if (isle_iset_put(&b->addresses, w->id, &key, w) < 0)
			return -ENOMEM;
	}
	return 0;
}

int isle_lab_assign(struct isle_build *b)
{
	size_t most = 0, *index;
	struct isle_ip *ips;

	for (size_t i = 0; i < b->n_wires; i++)
		if (b->wires[i]->n_subnets > most)
			most = b->wires[i]->n_subnets;
	index = isle_arena_alloc(b->arena, most * sizeof(*index));
	ips = isle_arena_alloc(b->arena, most * sizeof(*ips));
	if (!index || !ips)
		return -ENOMEM;
	for (size_t i = 0; i < b->n_wires; i++) {
		if (reserve_gateways(b, b->wires[i]) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < b->wires[i]->n_members; k++)
			if (assign(b, b->wires[i]->members[k], index, ips) < 0)
				return -ENOMEM;
	}
	return 0;
}
