/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what can only be seen when all is assigned: subnets that overlap on one
 * host or at the machine, IPv6 on interfaces too small for it; and what works
 * but is seldom meant, as warnings.
 */
#include "lab/build.h"

struct span { struct isle_ip net; const struct isle_iface *iface; struct isle_ip address; };

/* The wider one first where both begin together. */
static int by_net(const void *x, const void *y)
{
	const struct span *a = x, *b = y;
	int d = isle_ip_cmp(&a->net, &b->net);

	if (d)
		return d;
	d = isle_ip_cmp(&a->address, &b->address);
	return d ? d : (a->iface->index > b->iface->index) - (a->iface->index < b->iface->index);
}

/* Each VRF has a routing table of its own. */
static const struct isle_iface *vrf_of(const struct isle_iface *f)
{
	return f->master && strcmp(f->master->kind->name, "vrf") == 0 ? f->master : NULL;
}

static bool is_apart(const struct span *a, const struct span *b)
{
	const struct isle_wire *wire = isle_biface(a->iface)->wire;

	return vrf_of(a->iface) != vrf_of(b->iface) || a->iface == b->iface || (wire && wire == isle_biface(b->iface)->wire) ||
	       !isle_ip_overlaps(&a->net, &b->net);
}

static void reject_overlap(struct isle_build *b, const struct span *x, const struct span *y)
{
	const struct span *first = x->iface->index < y->iface->index ? x : y, *second = first == x ? y : x;
	char one[ISLE_IP_TEXT], other[ISLE_IP_TEXT];

	if (!isle_lab_once(b, &second->iface->loc, "overlap"))
		return;
	isle_reject(b->diag, &second->iface->loc, "'%s' has overlapping subnets: %s on %s and %s on %s",
		    second->iface->host->name, isle_ip_text(&first->net, true, one), first->iface->name,
		    isle_ip_text(&second->net, true, other), second->iface->name);
	isle_hint(b->diag, "where would it send what is for both?");
}

static void reject_same(struct isle_build *b, const struct span *x, const struct span *y)
{
	char text[ISLE_IP_TEXT];

	if (x->iface != y->iface && isle_lab_once(b, &y->iface->loc, "overlap"))
		isle_reject(b->diag, &y->iface->loc, "'%s' has %s on both %s and %s", y->iface->host->name,
			    isle_ip_text(&x->address, false, text), x->iface->name, y->iface->name);
}

static size_t spans_of(const struct isle_host *h, bool lo, struct span *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses && h->ifaces[i]->is_lo == lo; k++, n++)
			if (ret)
				ret[n] = (struct span){ isle_ip_network(&h->ifaces[i]->addresses[k]), h->ifaces[i],
							h->ifaces[i]->addresses[k] };
	return n;
}

/* Prefixes are nested or apart: sorted, each needs comparing with the widest before it only. */
static int check_host(struct isle_build *b, const struct isle_host *h)
{
	size_t n = spans_of(h, false, NULL), n_lo = spans_of(h, true, NULL), wide = 0;
	isle_auto(free) struct span *s = NULL;

	if (n + n_lo < 2)
		return 0;
	s = calloc(n + n_lo, sizeof(*s));
	if (!s)
		return -ENOMEM;
	spans_of(h, false, s);
	spans_of(h, true, s + n);
	qsort(s, n, sizeof(*s), by_net);
	for (size_t i = 1; i < n; i++) {
		if (!is_apart(&s[wide], &s[i]))
			reject_overlap(b, &s[wide], &s[i]);
		if (!isle_ip_overlaps(&s[wide].net, &s[i].net))
			wide = i;
	}
	for (size_t i = n; i < n + n_lo; i++)
		for (size_t k = 0; k < i; k++)
			if (isle_ip_equal(&s[i].address, &s[k].address))
				reject_same(b, &s[k], &s[i]);
	return 0;
}

/* Uplinks meet at the machine. */
static int check_uplinks(struct isle_build *b)
{
	const struct isle_lab *lab = b->lab;
	struct span *s = isle_arena_alloc(b->arena, 2 * lab->n_hosts * sizeof(*s));
	char text[ISLE_IP_TEXT];
	size_t n = 0, wide = 0;

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->uplink.n_subnets; k++)
			s[n++] = (struct span){ lab->hosts[i]->uplink.subnets[k], lab->hosts[i]->uplink.iface,
						lab->hosts[i]->uplink.subnets[k] };
	qsort(s, n, sizeof(*s), by_net);
	for (size_t i = 1; i < n; i++) {
		const struct isle_host *h = s[i].iface->host, *other = s[wide].iface->host;

		if (!isle_ip_overlaps(&s[wide].net, &s[i].net)) {
			wide = i;
			continue;
		}
		if (h == other || !isle_lab_once(b, &isle_bhost(h)->doc->uplink_subnet.loc, "uplinks"))
			continue;
		isle_reject(b->diag, &isle_bhost(h)->doc->uplink_subnet.loc, "%s of the uplink of '%s' overlaps with that of '%s'",
			    isle_ip_text(&s[i].net, true, text), h->name, other->name);
		isle_hint(b->diag, "the machine is on both");
	}
	return 0;
}

static void check_ipv6_mtu(struct isle_build *b, const struct isle_iface *f)
{
	const struct isle_loc *loc = &isle_biface(f)->mtu_loc;

	if (!f->mtu || !f->has_ipv6 || f->mtu >= 1280 || !isle_lab_once(b, loc, "ipv6 mtu"))
		return;
	isle_reject(b->diag, loc, "mtu %u is too small for the IPv6 addresses of '%s' on %s", f->mtu, f->host->name, f->name);
	isle_hint(b->diag, "IPv6 needs 1280 bytes, or no IPv6 subnet");
}

static void warn_mtu(struct isle_build *b, const struct isle_wire *w, uint32_t usual, uint32_t mtu,
		     const struct isle_loc *loc, const struct isle_loc *else_loc)
{
	if (mtu == usual)
		return;
	isle_warn(b->diag, loc->line ? loc : else_loc, "mtu %u here and %u elsewhere on '%s'", mtu, usual, w->name);
	isle_hint(b->diag, "larger packets will be lost without a word");
}

/* One warning for each wire: the first that differs. */
static void check_mtu(struct isle_build *b, const struct isle_wire *w)
{
	uint32_t usual = w->segment ? w->segment->networks[0]->mtu : w->members[0]->pub.mtu;

	for (size_t i = 0; w->segment && i < w->segment->n_networks; i++) {
		const struct isle_network *n = w->segment->networks[i];

		if (n->mtu == usual)
			continue;
		warn_mtu(b, w, usual, n->mtu, &isle_bnet(n)->doc->mtu.loc, &n->loc);
		return;
	}
	for (size_t i = 0; i < w->n_members; i++) {
		const struct isle_iface *f = &w->members[i]->pub;

		if (f->mtu == usual)
			continue;
		warn_mtu(b, w, usual, f->mtu, &w->members[i]->mtu_loc, &f->loc);
		return;
	}
}

static bool meet(const struct isle_iface *x, const struct isle_iface *y, uint8_t family, bool *ret_both)
{
	bool x_has = false, y_has = false, found = false;

	for (size_t i = 0; i < y->n_addresses; i++)
		y_has |= y->addresses[i].family == family;
	for (size_t i = 0; i < x->n_addresses; i++) {
		x_has |= x->addresses[i].family == family;
		for (size_t k = 0; x->addresses[i].family == family && k < y->n_addresses; k++)
			found |= isle_ip_contains(&x->addresses[i], &y->addresses[k]) &&
				 isle_ip_contains(&y->addresses[k], &x->addresses[i]);
	}
	*ret_both = x_has && y_has;
	return found;
}

static void check_ends(struct isle_build *b, const struct isle_link *l)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	bool both;

	for (size_t i = 0; i < ISLE_COUNT(families); i++) {
		if (meet(l->iface[0], l->iface[1], families[i], &both) || !both || !isle_lab_once(b, &l->loc, "ends"))
			continue;
		isle_warn(b->diag, &l->loc, "the ends of this link are in different %s subnets",
			  families[i] == AF_INET ? "IPv4" : "IPv6");
		isle_hint(b->diag, "'%s' and '%s' will not reach each other over it", l->iface[0]->host->name,
			  l->iface[1]->host->name);
	}
}

static void check_default(struct isle_build *b, const struct isle_host *h, const struct isle_route *r)
{
	for (size_t i = 0; i < r->n_hops; i++) {
		const struct isle_wire *w = r->hops[i].dev ? isle_biface(r->hops[i].dev)->wire : NULL;
		struct isle_ip key = r->hops[i].via;
		const struct isle_biface *f;
		void *owner;

		key.len = 0;
		owner = w ? isle_iset_get(&b->addresses, w->id, &key) : NULL;
		f = owner == w ? NULL : owner;
		if (!f || f->pub.host->forward || !isle_lab_once(b, &r->loc, "forward"))
			continue;
		isle_warn(b->diag, &r->loc, "the default route of '%s' leads to '%s', which does not forward", h->name,
			  f->pub.host->name);
		isle_hint(b->diag, "`%s: {forward: true}` makes it a router", f->pub.host->name);
	}
}

/* Switches joined in a ring, none of which has a spanning tree: one that has cuts it. */
static int check_loops(struct isle_build *b)
{
	const struct isle_lab *lab = b->lab;
	size_t *up = isle_arena_alloc(b->arena, lab->n_networks * sizeof(*up));

	if (!up)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_networks; i++)
		up[i] = i;
	for (size_t i = 0; i < lab->n_links; i++) {
		const struct isle_link *l = lab->links[i];
		size_t x, y;

		if (!l->network[0] || !l->up || l->network[0] == l->network[1] || l->network[0]->stp || l->network[1]->stp)
			continue;
		for (x = l->network[0]->index; up[x] != x; x = up[x])
			up[x] = up[up[x]];
		for (y = l->network[1]->index; up[y] != y; y = up[y])
			up[y] = up[up[y]];
		if (x == y) {
			isle_warn(b->diag, &l->loc, "this link closes a ring of switches, in which frames go round for ever");
			isle_hint(b->diag, "begin with `state: down` on one of its links");
		}
		up[x] = y;
	}
	return 0;
}

int isle_lab_verify(struct isle_build *b)
{
	const struct isle_lab *lab = b->lab;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (check_host(b, h) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < h->n_ifaces; k++)
			check_ipv6_mtu(b, h->ifaces[k]);
		for (size_t k = 0; k < h->n_routes; k++)
			if (!h->routes[k].dst.len)
				check_default(b, h, &h->routes[k]);
	}
	for (size_t i = 0; i < b->n_wires; i++)
		check_mtu(b, b->wires[i]);
	for (size_t i = 0; i < lab->n_links; i++)
		if (lab->links[i]->iface[0])
			check_ends(b, lab->links[i]);
	if (lab->has_uplink && check_uplinks(b) < 0)
		return -ENOMEM;
	return check_loops(b);
}
