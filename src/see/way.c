/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way to the outside, read off a snapshot and not tried: the default
 * route of a namespace, who on the segment of its interface has the next hop's
 * address, that one's default route, and so on until a wire leaves what can be
 * seen. A segment is what a frame reaches without a router: the other end of a
 * pair, the ports of a switch, those who share an interface (macvlan), and
 * VLANs of the same number on such a segment.
 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include "see/inner.h"

struct segment {
	const struct isle_snap *snap;
	size_t *first;			/* by isle_snap_ns.index */
	bool *met;			/* by number of the link */
	const struct isle_snap_link **queue;
	size_t n;
};

static void meet(struct segment *s, const struct isle_snap_link *l)
{
	size_t nth;

	if (!l)
		return;
	nth = s->first[l->ns->index] + (size_t)(l - l->ns->links);
	if (s->met[nth])
		return;
	s->met[nth] = true;
	s->queue[s->n++] = l;
}

/* The bridges that an Open vSwitch's is joined with. */
static void patches(struct segment *s, const struct isle_snap_link *bridge)
{
	const struct isle_snap_ns *ns = bridge->ns;

	for (size_t i = 0; i < ns->n_ovs; i++) {
		const struct isle_snap_ovs_port *p = &ns->ovs[i], *other = strcmp(p->bridge, bridge->name) ? NULL : isle_see_patch(ns, p);

		if (other)
			meet(s, isle_snap_link_named(ns, other->bridge));
	}
}

/* Interfaces that share the one they are on. */
static bool shares(const struct isle_snap_link *l)
{
	return l->kind && (!strncmp(l->kind, "macv", 4) || !strncmp(l->kind, "ipv", 3));
}

static void neighbours(struct segment *s, const struct isle_snap_link *l)
{
	const struct isle_snap_ns *ns = l->ns;
	const bool is_bridge = isle_tree_is_bridge(l);

	meet(s, l->peer);
	if (l->master && isle_tree_is_bridge(l->master))
		meet(s, l->master);
	if (shares(l))
		meet(s, l->lower);
	for (size_t i = 0; i < ns->n_links; i++)
		if (is_bridge && ns->links[i].master == l)
			meet(s, &ns->links[i]);
	if (l->is_ovs_bridge)
		patches(s, l);
	for (size_t n = 0; n < s->snap->n_nss; n++)
		for (size_t i = 0; i < s->snap->nss[n].n_links; i++)
			if (s->snap->nss[n].links[i].lower == l && shares(&s->snap->nss[n].links[i]))
				meet(s, &s->snap->nss[n].links[i]);
}

/* All that is on the segment of L; of a VLAN, those of its number on the segment beneath. */
static void walk(struct segment *s, const struct isle_snap_link *l)
{
	const unsigned vlan = isle_see_vlan(l);
	size_t at = 0, n;

	meet(s, l);
	while (at < s->n)
		neighbours(s, s->queue[at++]);
	if (!vlan || !l->lower)
		return;
	meet(s, l->lower);
	while (at < s->n)
		neighbours(s, s->queue[at++]);
	n = s->n;
	for (size_t k = 0; k < s->snap->n_nss; k++)
		for (size_t i = 0; i < s->snap->nss[k].n_links; i++)
			for (size_t q = 0; q < n; q++)
				if (s->snap->nss[k].links[i].lower == s->queue[q] && isle_see_vlan(&s->snap->nss[k].links[i]) == vlan)
					meet(s, &s->snap->nss[k].links[i]);
	while (at < s->n)
		neighbours(s, s->queue[at++]);
}

static bool has_address(const struct isle_snap_link *l, const struct isle_ip *ip)
{
	for (size_t i = 0; i < l->n_addresses; i++)
		if (isle_ip_equal(&l->addresses[i].ip, ip))
			return true;
	return false;
}

/* The link that has IP on the segment of L; *RET_LEAVES: the segment has an interface whose other end is not on this machine. */
static int find_on_segment(const struct isle_snap *snap, const struct isle_snap_link *l, const struct isle_ip *ip,
			   const struct isle_snap_link **ret, const struct isle_snap_link **ret_leaves)
{
	struct segment s = { .snap = snap, .first = calloc(snap->n_nss + 1, sizeof(*s.first)) };
	size_t n = 0;

	for (size_t i = 0; s.first && i < snap->n_nss; i++) {
		s.first[i] = n;
		n += snap->nss[i].n_links;
	}
	s.met = calloc(n + 1, sizeof(*s.met));
	s.queue = calloc(n + 1, sizeof(*s.queue));
	*ret = *ret_leaves = NULL;
	if (s.first && s.met && s.queue)
		walk(&s, l);
	for (size_t i = 0; s.queue && i < s.n; i++) {
		const struct isle_snap_link *one = s.queue[i];

		if (one != l && !*ret && ip->family && has_address(one, ip))
			*ret = one;
		if (!*ret_leaves && (isle_see_is_outward(one) || one->peer_state == ISLE_PEER_UNSEEN))
			*ret_leaves = one;
	}
	n = s.first && s.met && s.queue;
	free(s.first);
	free(s.met);
	free(s.queue);
	return n ? 0 : -ENOMEM;
}

/* The default route with the least metric. */
static const struct isle_snap_route *default_route(const struct isle_snap_ns *ns, uint8_t family)
{
	const struct isle_snap_route *best = NULL;

	for (size_t i = 0; i < ns->n_routes; i++) {
		const struct isle_snap_route *r = &ns->routes[i];

		if (r->dst.family == family && !r->dst.len && !r->from.family && r->table == RT_TABLE_MAIN &&
		    (!best || r->metric < best->metric))
			best = r;
	}
	return best;
}

static bool masquerades(const struct isle_snap_ns *ns, uint8_t family)
{
	enum { INET = 1, IPV4 = 2, IPV6 = 10 };

	for (size_t i = 0; i < ns->n_nfts; i++)
		if (ns->nfts[i].masquerades && (ns->nfts[i].family == INET || ns->nfts[i].family == (family == AF_INET ? IPV4 : IPV6)))
			return true;
	return false;
}

static bool was_at(const struct isle_way *w, const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->steps[i].ns == ns)
			return true;
	return false;
}

/*
 * Does NS pass on what comes in by IN (NULL: whatever)? For IPv4 that interface's own switch counts, for IPv6 the one of all
 * (net/ipv4/route.c, ip_route_input_slow(); net/ipv6/ip6_output.c, ip6_forward()).
 */
static bool forwards(const struct isle_snap_ns *ns, const struct isle_snap_link *in, uint8_t family)
{
	if (family != AF_INET)
		return ns->forwards6;
	return in ? in->forwards4 : ns->forwards4;
}

int isle_way_find(const struct isle_snap *snap, const struct isle_snap_ns *ns, uint8_t family, struct isle_way *w)
{
	*w = (struct isle_way){ .family = family };
	for (; w->n < ISLE_WAY_MAX; ns = w->steps[w->n - 1].to->ns) {
		const struct isle_snap_route *r = default_route(ns, family);
		struct isle_way_step *s = &w->steps[w->n];
		int failed;

		if (was_at(w, ns)) {
			w->end = ISLE_WAY_CIRCLE;
			return 0;
		}
		*s = (struct isle_way_step){ .ns = ns, .masquerades = masquerades(ns, family),
					     .forwards = forwards(ns, w->n ? s[-1].to : NULL, family) };
		w->n++;
		w->end = ns->unseen ? ISLE_WAY_UNSEEN : !r ? ISLE_WAY_NO_ROUTE : !r->n_hops ? ISLE_WAY_REFUSED : ISLE_WAY_OUT;
		if (w->end != ISLE_WAY_OUT)
			return 0;
		s->dev = r->hops[0].dev;
		s->via = r->hops[0].via;
		if (!s->dev) {
			w->end = ISLE_WAY_UNSEEN;
			return 0;
		}
		failed = find_on_segment(snap, s->dev, &s->via, &s->to, &s->leaves);
		if (failed)
			return failed;
		if (!s->to) {
			w->end = s->leaves ? ISLE_WAY_OUT : ISLE_WAY_NOBODY;
			return 0;
		}
	}
	w->end = ISLE_WAY_CIRCLE;
	return 0;
}
