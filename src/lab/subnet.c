/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: subnets. A segment has those that its networks write; a host-host link
 * those of the addresses at its ends, else its own. What has none and does not
 * say `none` gets one of each family in the pool: segments a /24 and a /64 from
 * the lower half, links a /30 and a /64 from the upper half, in order, passing
 * over all that is written anywhere in the file (pool.c).
 */
#include "lab/pool.h"

bool isle_lab_add_subnet(struct isle_build *b, struct isle_wire *w, const struct isle_ip *net)
{
	for (size_t i = 0; i < w->n_subnets; i++)
		if (isle_ip_cmp(&w->subnets[i], net) == 0)
			return true;
	if (!isle_arena_grow(b->arena, &w->subnets, w->n_subnets, &w->cap_subnets, sizeof(*w->subnets)))
		return false;
	w->subnets[w->n_subnets++] = *net;
	return true;
}

static int add_list(struct isle_build *b, struct isle_wire *w, const struct isle_doc_subnet *s)
{
	for (size_t i = 0; i < s->n_list; i++) {
		struct isle_ip net = isle_ip_network(&s->list[i].ip);

		if (isle_lab_check_prefix(b, &s->list[i]) && !isle_lab_add_subnet(b, w, &net))
			return -ENOMEM;
	}
	return 0;
}

/* *ret: neither written nor refused. */
static int segment_subnets(struct isle_build *b, struct isle_wire *w, bool *ret)
{
	const struct isle_doc_network *none = NULL, *wants = NULL;

	for (size_t i = 0; i < w->segment->n_networks; i++) {
		const struct isle_doc_network *d = isle_bnet(w->segment->networks[i])->doc;

		if (d->subnet.mode == ISLE_SUBNET_NONE && !none)
			none = d;
		if ((d->subnet.mode == ISLE_SUBNET_LIST || d->subnet.mode == ISLE_SUBNET_AUTO) && !wants)
			wants = d;
		if (d->subnet.mode == ISLE_SUBNET_LIST && add_list(b, w, &d->subnet) < 0)
			return -ENOMEM;
	}
	if (none && wants && isle_lab_once(b, &none->subnet.loc, "none")) {
		isle_reject(b->diag, &none->subnet.loc, "network '%s' has `subnet: none`, but is joined to '%s', which has one",
			    none->name.s, wants->name.s);
		isle_hint(b->diag, "joined networks share their subnets: leave `subnet` out");
	}
	*ret = !none && (!wants || wants->subnet.mode == ISLE_SUBNET_AUTO) && !w->n_subnets;
	return 0;
}

/* The subnet of a written address. *ret_written: there is one, though maybe of no use: written.c says why. */
static int subnet_of(struct isle_build *b, struct isle_wire *w, const struct isle_ip *ip, const struct isle_loc *loc,
		     bool has_len, bool *ret_written)
{
	const struct isle_doc_prefix p = { isle_ip_network(ip), *loc };

	*ret_written = true;
	if (!has_len || !isle_lab_check_prefix(b, &p))
		return 0;
	return isle_lab_add_subnet(b, w, &p.ip) ? 0 : -ENOMEM;
}

/* The subnets of what is written at one end. */
static int subnets_of_end(struct isle_build *b, struct isle_wire *w, const struct isle_biface *f, bool *ret_written)
{
	for (size_t i = 0; i < f->ref->n_addrs; i++) {
		const struct isle_doc_addr *a = &f->ref->addrs[i];
		struct isle_ip ip = a->ip;

		if (a->form == ISLE_ADDR_IP && isle_ip_add(&ip, a->add) &&
		    subnet_of(b, w, &ip, &a->loc, a->has_len, ret_written) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; f->doc && i < f->doc->n_addresses; i++) {
		const struct isle_doc_prefix *p = &f->doc->addresses[i];

		if (p->ip.len < isle_ip_bits(&p->ip) && subnet_of(b, w, &p->ip, &p->loc, true, ret_written) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int link_subnets(struct isle_build *b, struct isle_wire *w, bool *ret)
{
	const struct isle_doc_subnet *s = &w->link->doc->subnet;
	bool written = false;

	*ret = false;
	if (s->mode == ISLE_SUBNET_LIST)
		return add_list(b, w, s);
	for (size_t k = 0; k < w->n_members; k++)
		if (subnets_of_end(b, w, w->members[k], &written) < 0)
			return -ENOMEM;
	if (w->n_subnets || s->mode == ISLE_SUBNET_NONE)
		return 0;
	*ret = !written;
	return 0;
}

static int assign(struct isle_build *b, struct isle_pool *p, struct isle_wire *w)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < ISLE_COUNT(families); i++) {
		struct isle_ip net;

		if (!isle_pool_has(p, families[i]))
			continue;
		if (!isle_pool_take(p, families[i], w->link != NULL, &net)) {
			if (!isle_lab_once(b, &w->loc, "pool"))
				continue;
			isle_reject(b->diag, &w->loc, "the pool has no subnet left for %s '%s'", w->link ? "link" : "network",
				    w->name);
			isle_hint(b->diag, "write its `subnet`, or a larger `pool`, as %s",
				  families[i] == AF_INET ? "10.0.0.0/8" : "fd00::/48");
			continue;
		}
		if (!isle_lab_add_subnet(b, w, &net))
			return -ENOMEM;
	}
	return 0;
}

static int finish(struct isle_build *b, struct isle_wire *w)
{
	w->low = isle_arena_alloc(b->arena, 2 * w->n_subnets * sizeof(*w->low));
	if (!w->low)
		return -ENOMEM;
	w->low_number = w->low + w->n_subnets;
	if (w->segment) {
		w->segment->subnets = w->subnets;
		w->segment->n_subnets = w->n_subnets;
	} else {
		w->link->pub.subnets = w->subnets;
		w->link->pub.n_subnets = w->n_subnets;
	}
	return 0;
}

int isle_lab_subnets(struct isle_build *b)
{
	bool *wants = isle_arena_alloc(b->arena, b->n_wires * sizeof(*wants));
	struct isle_pool pool = { 0 };
	int r = wants ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < b->n_wires; i++)
		r = b->wires[i]->segment ? segment_subnets(b, b->wires[i], &wants[i]) :
					   link_subnets(b, b->wires[i], &wants[i]);
	if (r == 0)
		r = isle_pool_init(&pool, b);
	for (size_t i = 0; r == 0 && i < b->n_wires; i++) {
		if (wants[i])
			r = assign(b, &pool, b->wires[i]);
		if (r == 0)
			r = finish(b, b->wires[i]);
	}
	isle_pool_done(&pool);
	return r;
}
