/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: gateways and default routes. A network's gateway is a member or an
 * address; it is the default route of every other member. For each family a
 * host's default is the first of: what its routes say, its uplink, its networks'
 * gateway. Two networks with different gateways are never a choice: an error,
 * unless `routing: static` knows the way out (static.c asks first).
 */
#include "lab/build.h"

static struct isle_biface *member(const struct isle_bhost *h, const struct isle_network *n)
{
	for (size_t i = 0; i < h->pub.n_ifaces; i++)
		if (h->pub.ifaces[i]->network == n)
			return isle_biface(h->pub.ifaces[i]);
	return NULL;
}

int isle_lab_gateways(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_networks; i++) {
		struct isle_bnet *n = isle_bnet(b->lab->networks[i]);
		const struct isle_word *w = &n->doc->gateway;
		struct isle_bhost *h;

		if (!w->s || isle_ip_parse(w->s, strlen(w->s), &n->gateway_ip, NULL))
			continue;
		h = isle_lab_find_host(b, w->s);
		if (!h) {
			isle_lab_unknown(b, w, "host");
			continue;
		}
		n->gateway_iface = member(h, &n->pub);
		if (!n->gateway_iface) {
			isle_reject(b->diag, &w->loc, "gateway '%s' is not on network '%s'", w->s, n->pub.name);
			isle_hint(b->diag, "add it to the members: `hosts: [%s, …]`", w->s);
			continue;
		}
		n->pub.gateway = &h->pub;
		h->is_gateway = true;
	}
	return 0;
}

/* The gateway is written as an address: it must be a host's in the segment. */
static void use_address(struct isle_build *b, struct isle_bnet *n)
{
	const struct isle_segment *s = n->pub.segment;
	const struct isle_ip *in = NULL;
	char text[ISLE_IP_TEXT], net[ISLE_IP_TEXT];
	const char *why;

	for (size_t i = 0; i < s->n_subnets && !in; i++)
		if (isle_ip_contains(&s->subnets[i], &n->gateway_ip))
			in = &s->subnets[i];
	isle_ip_text(&n->gateway_ip, false, text);
	why = in ? isle_lab_not_a_host(in, &n->gateway_ip) : NULL;
	if (!in && s->n_subnets)
		isle_reject(b->diag, &n->doc->gateway.loc, "gateway %s is in no subnet of '%s', which has %s", text,
			    n->pub.name, isle_ip_text(&s->subnets[0], true, net));
	else if (why)
		isle_reject(b->diag, &n->doc->gateway.loc, "gateway %s is not a host's address: it is %s of %s", text, why,
			    isle_ip_text(in, true, net));
	n->pub.gateway_address[isle_family_index(&n->gateway_ip)] = n->gateway_ip;
	if (in)
		n->pub.gateway_address[isle_family_index(&n->gateway_ip)].len = in->len;
}

static void use_host(struct isle_build *b, struct isle_bnet *n)
{
	const struct isle_iface *f = &n->gateway_iface->pub;

	for (size_t i = 0; i < f->n_addresses; i++) {
		struct isle_ip *ip = &n->pub.gateway_address[isle_family_index(&f->addresses[i])];

		if (!ip->family)
			*ip = f->addresses[i];
	}
	if (f->n_addresses || isle_diag_errors(b->diag))
		return;
	isle_reject(b->diag, &n->doc->gateway.loc, "gateway '%s' has no address on '%s'", n->doc->gateway.s, n->pub.name);
	isle_hint(b->diag, "give it one, or leave `gateway` out");
}

int isle_lab_gateway_addresses(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;

	for (size_t i = 0; i < lab->n_networks; i++) {
		struct isle_bnet *n = isle_bnet(lab->networks[i]);

		if (n->gateway_iface)
			use_host(b, n);
		else if (n->gateway_ip.family)
			use_address(b, n);
	}
	for (size_t i = 0; i < lab->n_hosts; i++) {
		struct isle_bhost *h = isle_bhost(lab->hosts[i]);

		h->pub.forward = h->doc->forward.set ? h->doc->forward.v :
						       h->is_gateway || h->pub.uplink.kind != ISLE_UPLINK_NONE;
	}
	return 0;
}

/* The address of F that reaches GW: F has an address in the subnet of GW, which is not its own. */
static bool reaches(const struct isle_iface *f, const struct isle_ip *gw)
{
	bool found = false;

	for (size_t i = 0; i < f->n_addresses; i++) {
		if (isle_ip_equal(&f->addresses[i], gw))
			return false;
		found |= isle_ip_contains(&f->addresses[i], gw);
	}
	return found;
}

static bool is_same_gateway(const struct isle_network *a, const struct isle_network *b, int family)
{
	if (a->gateway || b->gateway)
		return a->gateway == b->gateway;
	return a->segment == b->segment && isle_ip_equal(&a->gateway_address[family], &b->gateway_address[family]);
}

const struct isle_network *isle_lab_default_network(const struct isle_host *h, int family,
						    const struct isle_iface **ret_dev,
						    const struct isle_network **ret_other)
{
	const struct isle_network *first = NULL;

	*ret_other = NULL;
	/* one with somebody else's network has the default route that he gave it */
	for (size_t i = 0; i < h->n_ifaces && !h->attach; i++) {
		const struct isle_iface *f = h->ifaces[i];
		const struct isle_network *n = f->network;

		if (!n || n->gateway == h || !n->gateway_address[family].family || !f->up ||
		    !reaches(f, &n->gateway_address[family]))
			continue;
		if (!first) {
			first = n;
			*ret_dev = f;
		} else if (!is_same_gateway(first, n, family) && !*ret_other) {
			*ret_other = n;
		}
	}
	return first;
}

static int add_default(struct isle_build *b, struct isle_bhost *h, const struct isle_ip *via,
		       const struct isle_iface *dev, const struct isle_loc *loc)
{
	struct isle_ip dst = { .family = via->family };
	struct isle_route *r = isle_lab_add_route(b, h, &dst, loc);
	struct isle_hop *hop = isle_arena_alloc(b->arena, sizeof(*hop));

	if (!r || !hop)
		return -ENOMEM;
	r->assigned = true;
	r->hops = hop;
	r->n_hops = 1;
	hop->via = *via;
	hop->via.len = (uint8_t)isle_ip_bits(via);
	hop->dev = &isle_biface(dev)->pub;
	return 0;
}

static bool has_uplink(const struct isle_bhost *h, int family)
{
	for (size_t i = 0; i < h->pub.uplink.n_subnets; i++)
		if (isle_family_index(&h->pub.uplink.subnets[i]) == family)
			return h->uplink->pub.up;
	return false;
}

/* Behind all others: the long form leaves them out where the subnet may yet move. */
static int uplink_defaults(struct isle_build *b, struct isle_bhost *h)
{
	for (size_t i = 0; i < h->pub.uplink.n_subnets; i++) {
		const struct isle_ip *net = &h->pub.uplink.subnets[i];
		struct isle_ip machine;

		if (!h->uplink->pub.up || h->has_default[isle_family_index(net)])
			continue;
		if (isle_ip_host(net, net->len + 1u == isle_ip_bits(net) ? 0 : 1, &machine) &&
		    add_default(b, h, &machine, &h->uplink->pub, &h->pub.uplink.loc) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void reject_two(struct isle_build *b, const struct isle_bhost *h, const struct isle_network *x,
		       const struct isle_network *y, int family)
{
	const char *xg = isle_bnet(x)->doc->gateway.s, *yg = isle_bnet(y)->doc->gateway.s;

	if (!isle_lab_once(b, &h->pub.loc, "two defaults"))
		return;
	isle_reject(b->diag, &h->pub.loc, "'%s' has two %s default routes: '%s' of '%s' and '%s' of '%s'", h->pub.name,
		    family ? "IPv6" : "IPv4", xg, x->name, yg, y->name);
	isle_hint(b->diag, "say which: `hosts: {%s: {routes: {default: %s}}}`", h->pub.name, xg);
}

int isle_lab_defaults(struct isle_build *b, const struct isle_bhost *host)
{
	struct isle_bhost *h = isle_bhost(&host->pub);

	for (int family = 0; family < 2; family++) {
		const struct isle_network *n, *other;
		const struct isle_iface *dev;

		if (h->has_default[family] || has_uplink(h, family))
			continue;
		n = isle_lab_default_network(&h->pub, family, &dev, &other);
		if (!n)
			continue;
		if (other)
			reject_two(b, h, n, other, family);
		else if (add_default(b, h, &n->gateway_address[family], dev, &isle_bnet(n)->doc->gateway.loc) < 0)
			return -ENOMEM;
	}
	return uplink_defaults(b, h);
}
