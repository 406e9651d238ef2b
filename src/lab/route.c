/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: routes as written. A destination that means both families (default, a
 * network) has a route in each family in which the hop is reached; one that is
 * reached in none is a mistake. In a list, hops of the same table and metric
 * are one multipath route, others are routes of their own.
 */
#include "lab/build.h"

const char *isle_route_word(enum isle_route_type type)
{
	static const char *const words[] = {
		[ISLE_ROUTE_UNICAST] = "", [ISLE_ROUTE_BLACKHOLE] = "blackhole ",
		[ISLE_ROUTE_UNREACHABLE] = "unreachable ", [ISLE_ROUTE_PROHIBIT] = "prohibit ",
	};

	return words[type];
}

struct dests { const struct isle_ip *ip; size_t n; bool both; };	/* both: families that do not fit are left out */

static bool is_main(uint32_t table)
{
	return table == 0 || table == 254;
}

struct isle_route *isle_lab_add_route(struct isle_build *b, struct isle_bhost *h, const struct isle_ip *dst,
				      const struct isle_loc *loc)
{
	struct isle_route *r;

	if (!isle_arena_grow(b->arena, &h->pub.routes, h->pub.n_routes, &h->cap_routes, sizeof(*h->pub.routes)))
		return NULL;
	r = &h->pub.routes[h->pub.n_routes++];
	*r = (struct isle_route){ .dst = *dst, .loc = *loc };
	return r;
}

bool isle_lab_has_route(const struct isle_build *b, const struct isle_bhost *h, const struct isle_ip *dst)
{
	/* the value is the host where the main table has it, or where `none` is written */
	return h->doc->n_routes && isle_iset_get(&b->routes, (uint32_t)h->pub.index, dst) == h;
}

static int find_dests(struct isle_build *b, const struct isle_doc_route *d, struct dests *ret)
{
	static const struct isle_ip defaults[] = { { .family = AF_INET }, { .family = AF_INET6 } };
	struct isle_ip *one;
	struct isle_bnet *n;

	*ret = (struct dests){ .ip = defaults, .n = 2, .both = true };
	if (strcmp(d->dst.s, "default") == 0)
		return 0;
	one = isle_arena_alloc(b->arena, sizeof(*one));
	if (!one)
		return -ENOMEM;
	*ret = (struct dests){ .ip = one, .n = 1 };
	if (isle_ip_parse(d->dst.s, strlen(d->dst.s), one, NULL))
		return 0;
	n = isle_lab_find_network(b, d->dst.s);
	*ret = (struct dests){ .both = true };
	if (!n) {
		isle_lab_unknown(b, &d->dst, "network");
		return 0;
	}
	ret->ip = n->pub.segment->subnets;
	ret->n = n->pub.segment->n_subnets;
	if (!ret->n && isle_lab_once(b, &d->dst.loc, "no subnets"))
		isle_reject(b->diag, &d->dst.loc, "network '%s' has no subnet to lead to", d->dst.s);
	return 0;
}

/* The kernel has a route to each IPv4 subnet of an interface already, with the metric that we would ask for. */
static void check_connected(struct isle_build *b, const struct isle_bhost *h, const struct isle_ip *dst,
			    const struct isle_word *said)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < h->pub.n_ifaces; i++)
		for (size_t k = 0; h->pub.ifaces[i]->up && k < h->pub.ifaces[i]->n_addresses; k++) {
			struct isle_ip net = isle_ip_network(&h->pub.ifaces[i]->addresses[k]);

			if (net.len == 32 || isle_ip_cmp(&net, dst) || !isle_lab_once(b, &said->loc, "connected"))
				continue;
			isle_reject(b->diag, &said->loc, "'%s' is on %s itself, by interface %s", h->pub.name,
				    isle_ip_text(dst, true, text), h->pub.ifaces[i]->name);
			isle_hint(b->diag, "to go another way, give the hop a `metric` or a `table`");
		}
}

/* Note a route of the main table, so that nothing is assigned in its place; and two to the same. */
static int note(struct isle_build *b, struct isle_bhost *h, const struct isle_ip *dst, const struct isle_word *said,
		uint32_t table, uint32_t metric, bool is_none)
{
	uint32_t id = (uint32_t)h->pub.index;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; isle_iset_get(&b->routes, id, dst) && i < h->pub.n_routes; i++) {
		const struct isle_route *r = &h->pub.routes[i];

		if (isle_ip_cmp(&r->dst, dst) || r->metric != metric ||
		    (r->table != table && !(is_main(table) && is_main(r->table))))
			continue;
		if (isle_lab_once(b, &said->loc, "two routes")) {
			isle_reject(b->diag, &said->loc, "'%s' has two routes to %s", h->pub.name,
				    isle_ip_text(dst, true, text));
			isle_hint(b->diag, "several hops of one route are a list: multipath");
		}
	}
	if (is_main(table) && !metric && dst->family == AF_INET && !is_none)
		check_connected(b, h, dst, said);
	if (!is_main(table))
		return isle_iset_get(&b->routes, id, dst) ? 0 : isle_iset_put(&b->routes, id, dst, b);
	if (!dst->len)
		h->has_default[isle_family_index(dst)] = true;
	return isle_iset_put(&b->routes, id, dst, h);
}

/* none, blackhole, unreachable, prohibit */
static int add_plain(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_route *d, const struct dests *to)
{
	static const enum isle_route_type types[] = {
		[ISLE_HOP_BLACKHOLE] = ISLE_ROUTE_BLACKHOLE,
		[ISLE_HOP_UNREACHABLE] = ISLE_ROUTE_UNREACHABLE,
		[ISLE_HOP_PROHIBIT] = ISLE_ROUTE_PROHIBIT,
	};

	for (size_t i = 0; i < to->n; i++) {
		struct isle_route *r;

		if (note(b, h, &to->ip[i], &d->dst, 0, 0, d->hops[0].form == ISLE_HOP_NONE) < 0)
			return -ENOMEM;
		if (d->hops[0].form == ISLE_HOP_NONE || (to->both && !isle_host_has_family(&h->pub, to->ip[i].family)))
			continue;
		r = isle_lab_add_route(b, h, &to->ip[i], &d->hops[0].loc);
		if (!r)
			return -ENOMEM;
		r->type = types[d->hops[0].form];
	}
	return 0;
}

static void set_src(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_hop *d, struct isle_route *r)
{
	struct isle_ip src;

	if (!d->src.s || !isle_ip_parse(d->src.s, strlen(d->src.s), &src, NULL) || src.family != r->dst.family)
		return;
	for (size_t i = 0; i < h->pub.n_ifaces; i++)
		for (size_t k = 0; k < h->pub.ifaces[i]->n_addresses; k++)
			if (isle_ip_equal(&h->pub.ifaces[i]->addresses[k], &src)) {
				r->src = src;
				return;
			}
	if (isle_lab_once(b, &d->src.loc, "src"))
		isle_reject(b->diag, &d->src.loc, "%s is no address of '%s'", d->src.s, h->pub.name);
}

static bool is_same_route(const struct isle_doc_hop *a, const struct isle_doc_hop *b)
{
	return a->metric.v == b->metric.v && (a->table.v == b->table.v || (is_main(a->table.v) && is_main(b->table.v)));
}

/* The hops from FIRST on that are one route. *ret_n: how many have to do with the family; REACHED: which. */
static int collect(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_route *d, size_t first,
		   uint8_t family, struct isle_hop *hops, size_t *ret_n, bool *reached)
{
	bool failed = false;

	for (size_t i = first; i < d->n_hops; i++) {
		int r;

		if (!is_same_route(&d->hops[first], &d->hops[i]))
			continue;
		r = isle_lab_hop(b, h, &d->hops[i], family, &hops[*ret_n]);
		if (r == -ENOMEM)
			return r;
		failed |= r < 0;
		/* what was refused is not to be refused again as out of reach */
		reached[i] |= r != 0;
		*ret_n += r > 0;
	}
	return failed ? -EINVAL : 0;
}

static bool is_first(const struct isle_doc_route *d, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_same_route(&d->hops[i], &d->hops[at]))
			return false;
	return true;
}

static int add_hops(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_route *d, size_t first,
		    const struct isle_ip *dst, bool *reached)
{
	const struct isle_doc_hop *f = &d->hops[first];
	struct isle_hop *hops = isle_arena_alloc(b->arena, d->n_hops * sizeof(*hops));
	struct isle_route *route;
	size_t n = 0;
	int r = hops ? collect(b, h, d, first, dst->family, hops, &n, reached) : -ENOMEM;

	if (r < 0 || n == 0)
		return r;
	if (note(b, h, dst, &d->dst, f->table.v, f->metric.v, false) < 0)
		return -ENOMEM;
	route = isle_lab_add_route(b, h, dst, &f->loc);
	if (!route)
		return -ENOMEM;
	route->hops = hops;
	route->n_hops = n;
	route->table = f->table.v;
	route->metric = f->metric.v;
	for (size_t i = first; i < d->n_hops; i++) {
		if (!is_same_route(f, &d->hops[i]))
			continue;
		if (!route->mtu && d->hops[i].mtu.set)
			route->mtu = d->hops[i].mtu.v;
		if (!route->src.family)
			set_src(b, h, &d->hops[i], route);
	}
	return 0;
}

static void reject_unreached(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_route *d,
			     const struct isle_doc_hop *hop, const struct dests *to)
{
	const struct isle_loc *loc = hop->via.s ? &hop->via.loc : &hop->loc;
	struct isle_ip via;

	if (!isle_lab_once(b, loc, "unreached"))
		return;
	if (!hop->via.s)
		isle_reject(b->diag, loc, "interface '%s' of '%s' has no address to send from", hop->dev.s, h->pub.name);
	else if (isle_ip_parse(hop->via.s, strlen(hop->via.s), &via, NULL))
		isle_reject(b->diag, loc, "%s cannot be the hop to %s: another family", hop->via.s, d->dst.s);
	else if (to->both)
		isle_reject(b->diag, loc, "'%s' and hop '%s' share no subnet", h->pub.name, hop->via.s);
	else
		isle_reject(b->diag, loc, "'%s' and hop '%s' share no %s subnet", h->pub.name, hop->via.s,
			    to->ip[0].family == AF_INET ? "IPv4" : "IPv6");
	if (hop->via.s)
		isle_hint(b->diag, "a hop is the next router, on a network or link that both are on");
}

/* The destination is not known, but what is wrong with the hops is. */
static int check_hops(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_route *d)
{
	struct isle_hop unused;

	for (size_t i = 0; i < d->n_hops; i++)
		if (isle_lab_hop(b, h, &d->hops[i], AF_INET, &unused) == -ENOMEM)
			return -ENOMEM;
	return 0;
}

static int take_route(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_route *d)
{
	struct dests to;
	bool *reached;

	if (!d->n_hops || !d->dst.s)
		return 0;
	if (find_dests(b, d, &to) < 0)
		return -ENOMEM;
	if (d->hops[0].form != ISLE_HOP_GATEWAY)
		return add_plain(b, h, d, &to);
	if (!to.n)
		return check_hops(b, h, d);
	reached = isle_arena_alloc(b->arena, d->n_hops * sizeof(*reached));
	if (!reached)
		return -ENOMEM;
	for (size_t i = 0; i < to.n; i++)
		for (size_t k = 0; k < d->n_hops; k++)
			if (is_first(d, k) && add_hops(b, h, d, k, &to.ip[i], reached) == -ENOMEM)
				return -ENOMEM;
	for (size_t k = 0; k < d->n_hops; k++)
		if (!reached[k])
			reject_unreached(b, h, d, &d->hops[k], &to);
	return 0;
}

/* Routes to one destination side by side, as the long form writes them. */
static void group(struct isle_host *h)
{
	for (size_t i = 0; i < h->n_routes; i++) {
		size_t at = i + 1;

		for (size_t k = i + 1; k < h->n_routes; k++) {
			struct isle_route r = h->routes[k];

			if (isle_ip_cmp(&r.dst, &h->routes[i].dst))
				continue;
			memmove(&h->routes[at + 1], &h->routes[at], (k - at) * sizeof(r));
			h->routes[at++] = r;
		}
		i = at - 1;
	}
}

static bool has_tables(const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_routes; i++)
		if (h->routes[i].table || h->routes[i].metric)
			return true;
	return false;
}

int isle_lab_routes(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		struct isle_bhost *h = isle_bhost(lab->hosts[i]);

		for (size_t k = 0; k < h->doc->n_routes; k++)
			if (take_route(b, h, &h->doc->routes[k]) < 0)
				return -ENOMEM;
	}
	if (b->doc->routing_static && isle_lab_static(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++) {
		if (isle_lab_defaults(b, isle_bhost(lab->hosts[i])) < 0)
			return -ENOMEM;
		if (has_tables(lab->hosts[i]))
			group(lab->hosts[i]);
	}
	return 0;
}
