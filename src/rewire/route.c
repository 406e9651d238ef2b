/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: routes of a plain namespace, in the words of a lab file's routes (which
 * are those of `ip route`): a next router that is an address, or what becomes
 * of the packets. What is taken away can be given back as it was.
 */
#include <linux/rtnetlink.h>
#include "rewire/lab.h"
#include "rewire/rewire.h"

enum { HOPS_MAX = 16 };

struct written {		/* a route with what it points to */
	struct isle_route route;
	struct isle_hop hops[HOPS_MAX];
	struct isle_iface devs[HOPS_MAX];
	uint32_t ifindexes[HOPS_MAX];
	bool has_metric;
};

static struct isle_hop *last_hop(struct written *w)
{
	return &w->hops[w->route.n_hops - 1];
}

static int parse_dst(const char *dst, struct isle_ip *ret, struct isle_diag *d)
{
	struct isle_ip net;
	char text[ISLE_IP_TEXT];
	bool has_len;

	memset(ret, 0, sizeof(*ret));
	if (!strcmp(dst, "default"))
		return 0;
	if (!isle_ip_parse(dst, strlen(dst), ret, &has_len)) {
		isle_reject(d, NULL, "'%.64s' is no destination", dst);
		isle_hint(d, "default, 10.0.0.0/8, 10.0.0.1");
		return -EINVAL;
	}
	net = isle_ip_network(ret);
	if (isle_ip_equal(&net, ret))
		return 0;
	isle_reject(d, NULL, "'%s' is an address, not a prefix", dst);
	isle_hint(d, "%s?", isle_ip_text(&net, true, text));
	return -EINVAL;
}

static int take_via(const char *value, struct written *w, struct isle_diag *d)
{
	static const struct { const char *word; enum isle_route_type type; } words[] = {
		{ "blackhole", ISLE_ROUTE_BLACKHOLE }, { "unreachable", ISLE_ROUTE_UNREACHABLE }, { "prohibit", ISLE_ROUTE_PROHIBIT },
	};
	bool has_len;

	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (!strcmp(value, words[i].word)) {
			w->route.type = words[i].type;
			w->route.n_hops = 0;
			return 0;
		}
	if (w->route.n_hops && last_hop(w)->via.family && w->route.n_hops == HOPS_MAX)
		return isle_reject(d, NULL, "a route has at most %d next routers", HOPS_MAX);
	if (w->route.n_hops && last_hop(w)->via.family)
		w->route.n_hops++;
	if (w->route.n_hops && isle_ip_parse(value, strlen(value), &last_hop(w)->via, &has_len) && !has_len)
		return 0;
	isle_reject(d, NULL, "'%.64s' is no next router", value);
	isle_hint(d, "an address; or blackhole, unreachable, prohibit. Names are for hosts of a lab");
	return -EINVAL;
}

static int take_number(const char *key, const char *value, uint32_t *ret, struct isle_diag *d)
{
	uint64_t n;

	if (!isle_str_u64(value, strlen(value), &n) || n > UINT32_MAX)
		return isle_reject(d, NULL, "%s is a number, not '%.64s'", key, value);
	*ret = (uint32_t)n;
	return 0;
}

static int take_dev(struct isle_rewire *r, const char *name, struct written *w, struct isle_diag *d)
{
	struct isle_snap_link *l;
	int rc = isle_rewire_link(r, 0, name, &l, d);

	if (rc)
		return rc;
	if (!w->route.n_hops)
		return isle_reject(d, NULL, "what goes to nobody has no 'dev'");
	w->devs[w->route.n_hops - 1].name = l->name;
	last_hop(w)->dev = &w->devs[w->route.n_hops - 1];
	w->ifindexes[w->route.n_hops - 1] = (uint32_t)l->ifindex;
	return 0;
}

static int take_key(struct isle_rewire *r, const struct isle_key_value *k, struct written *w, struct isle_diag *d)
{
	bool has_len;

	if (!k->key || !strcmp(k->key, "via"))
		return take_via(k->value, w, d);
	if (!strcmp(k->key, "dev"))
		return take_dev(r, k->value, w, d);
	if (!strcmp(k->key, "metric")) {
		w->has_metric = true;
		return take_number(k->key, k->value, &w->route.metric, d);
	}
	if (!strcmp(k->key, "table"))
		return take_number(k->key, k->value, &w->route.table, d);
	if (!strcmp(k->key, "mtu"))
		return take_number(k->key, k->value, &w->route.mtu, d);
	if (!strcmp(k->key, "onlink")) {
		w->hops[w->route.n_hops ? w->route.n_hops - 1 : 0].onlink = strcmp(k->value, "false");
		return 0;
	}
	if (!strcmp(k->key, "src"))
		return isle_ip_parse(k->value, strlen(k->value), &w->route.src, &has_len) ?
			       0 : isle_reject(d, NULL, "'%.64s' is no address", k->value);
	isle_reject(d, NULL, "a route has no key '%.64s'", k->key);
	isle_hint(d, "it has: via, dev, metric, table, src, mtu, onlink");
	return -EINVAL;
}

/* The next routers are of one family, which is the destination's. */
static int check_hops(const struct isle_place *p, const char *dst, struct written *w, struct isle_diag *d)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < w->route.n_hops; i++) {
		const struct isle_hop *hop = &w->hops[i];

		if (!hop->via.family && !hop->dev) {
			isle_reject(d, NULL, "a route needs a next router or an interface");
			isle_hint(d, "via 10.0.0.1, dev eth0");
			return -EINVAL;
		}
		if (hop->onlink && !hop->dev) {
			isle_reject(d, NULL, "whether %s is there without a subnet is known only at an interface", isle_ip_text(&hop->via, false, text));
			isle_hint(d, "`isle route add %s %s via %s dev IF onlink`", p->word, dst, text);
			return -EINVAL;
		}
		if (!w->route.dst.family)
			w->route.dst.family = hop->via.family;
		if (hop->via.family && hop->via.family != w->route.dst.family)
			return isle_reject(d, NULL, "%s is of another family than %s", isle_ip_text(&hop->via, false, text),
					   strcmp(dst, "default") ? dst : "the other next router");
	}
	if (!w->route.dst.family)
		w->route.dst.family = AF_INET;
	return 0;
}

static int parse(struct isle_rewire *r, const char *dst, const struct isle_key_value *hop, size_t n, struct written *w,
		 struct isle_diag *d)
{
	int rc = parse_dst(dst, &w->route.dst, d);

	w->route.hops = w->hops;
	w->route.n_hops = 1;
	for (size_t i = 0; !rc && i < n; i++)
		rc = take_key(r, &hop[i], w, d);
	return rc ? rc : check_hops(r->place[0], dst, w, d);
}

static bool is_main(uint32_t table)
{
	return !table || table == RT_TABLE_MAIN;
}

/* A route to DST (family 0: any default) that is there already; NULL: none. */
static const struct isle_snap_route *find(const struct isle_rewire *r, const struct isle_ip *dst, uint32_t table, uint32_t metric,
					  bool any_metric)
{
	const struct isle_snap_ns *ns = r->in[0];

	for (size_t i = 0; i < ns->n_routes; i++) {
		const struct isle_snap_route *s = &ns->routes[i];

		if ((is_main(table) ? is_main(s->table) : s->table == table) && (any_metric || s->metric == metric) &&
		    (dst->family ? !isle_ip_cmp(&s->dst, dst) : !s->dst.len))
			return s;
	}
	return NULL;
}

static void fill(struct isle_step *step, struct written *w)
{
	step->route.route = &w->route;
	step->route.ifindexes = w->ifindexes;
}

static int add_plain(const struct isle_place *p, const char *dst, const struct isle_key_value *hop, size_t n,
		     const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire r = { 0 };
	struct written w = { 0 };
	struct isle_change *c;
	int rc = isle_rewire_begin(&r, p, NULL, ISLE_SNAP_ROUTES, o, d);

	if (!rc)
		rc = parse(&r, dst, hop, n, &w, d);
	if (!rc && is_main(w.route.table) && find(&r, &w.route.dst, 0, w.route.metric, false)) {
		isle_reject(d, NULL, "%s has a route to %s already", isle_rewire_name(&r, 0), dst);
		isle_hint(d, "`isle route del %s %s` takes it away", p->word, dst);
		rc = -EEXIST;
	}
	if (rc)
		return rc;
	c = isle_rewire_add(&r, ISLE_STEP_ROUTE, 0);
	if (c) {
		fill(&c->step, &w);
		c->undo = isle_step_removal(&c->step);
		c->has_undo = true;
	}
	rc = isle_rewire_do(&r, "add the route", ret_said, d);
	return rc ? rc : isle_rewire_say(o, ret_said, d, "%s has a route to %s", isle_rewire_name(&r, 0), dst);
}

int isle_route_add(const char *end, const char *dst, const struct isle_key_value *hop, size_t n, const struct isle_rewire_options *o,
		   char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_route(&pair, dst, hop, n, o, ret_said, d) :
			     add_plain(&pair.a, dst, hop, n, o, ret_said, d);
}

/* What is there as a step, to be taken away and given back. */
static int take_live(struct isle_rewire *r, const struct isle_snap_route *s, struct isle_diag *d)
{
	static const enum isle_route_type types[] = {
		[RTN_BLACKHOLE] = ISLE_ROUTE_BLACKHOLE, [RTN_UNREACHABLE] = ISLE_ROUTE_UNREACHABLE, [RTN_PROHIBIT] = ISLE_ROUTE_PROHIBIT,
	};
	struct isle_arena *a = r->changes->arena;
	struct written *w = isle_arena_alloc(a, sizeof(*w));
	struct isle_hop *hops = isle_arena_alloc(a, (s->n_hops + 1) * sizeof(*hops));
	struct isle_iface *devs = isle_arena_alloc(a, (s->n_hops + 1) * sizeof(*devs));
	uint32_t *indexes = isle_arena_alloc(a, (s->n_hops + 1) * sizeof(*indexes));
	uint32_t *weights = isle_arena_alloc(a, (s->n_hops + 1) * sizeof(*weights));
	struct isle_route_form *form = isle_arena_alloc(a, sizeof(*form));
	struct isle_change *c = isle_rewire_add(r, ISLE_STEP_ROUTE, 0);

	if (!w || !hops || !devs || !indexes || !weights || !form || !c)
		return isle_fail(d, ENOMEM, NULL, "removing a route");
	*form = (struct isle_route_form){ .proto = s->proto, .scope = s->scope, .tos = s->tos, .from = s->from, .weights = weights };
	w->route = (struct isle_route){ .dst = s->dst, .type = s->type < ISLE_COUNT(types) ? types[s->type] : ISLE_ROUTE_UNICAST,
					.hops = hops, .n_hops = s->n_hops, .metric = s->metric, .table = s->table, .mtu = s->mtu,
					.src = s->src };
	for (size_t i = 0; i < s->n_hops; i++) {
		hops[i] = (struct isle_hop){ .via = s->hops[i].via, .onlink = s->hops[i].onlink };
		weights[i] = s->hops[i].weight;
		if (!s->hops[i].dev)
			continue;
		devs[i].name = s->hops[i].dev->name;
		hops[i].dev = &devs[i];
		indexes[i] = (uint32_t)s->hops[i].dev->ifindex;
	}
	c->undo = (struct isle_step){ .kind = ISLE_STEP_ROUTE, .ns = c->step.ns };
	c->undo.route.route = &w->route;
	c->undo.route.ifindexes = indexes;
	c->undo.route.form = form;
	c->step = isle_step_removal(&c->undo);
	c->has_undo = true;
	return 0;
}

/* Of WHICH only what tells one route from another. */
static int parse_which(struct isle_rewire *r, const struct isle_key_value *which, size_t n, struct written *w, struct isle_diag *d)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		if (which[i].key && (!strcmp(which[i].key, "metric") || !strcmp(which[i].key, "table"))) {
			rc = take_key(r, &which[i], w, d);
			continue;
		}
		isle_reject(d, NULL, "which route goes is not told by '%.64s'", which[i].key ? which[i].key : which[i].value);
		isle_hint(d, "metric N, table N");
		return -EINVAL;
	}
	return rc;
}

static int remove_plain(const struct isle_place *p, const char *dst, const struct isle_key_value *which, size_t n,
			const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire r = { 0 };
	const struct isle_snap_route *s = NULL;
	struct written w = { 0 };
	int rc = isle_rewire_begin(&r, p, NULL, ISLE_SNAP_ROUTES, o, d);

	if (!rc)
		rc = parse_dst(dst, &w.route.dst, d);
	if (!rc)
		rc = parse_which(&r, which, n, &w, d);
	if (!rc)
		s = find(&r, &w.route.dst, w.route.table, w.route.metric, !w.has_metric);
	if (!rc && !s) {
		isle_reject(d, NULL, "%s has no %sroute to %s", isle_rewire_name(&r, 0), n ? "such " : "", dst);
		isle_hint(d, "`isle netns exec %s ip route show table all` lists them", p->word);
		rc = -ENOENT;
	}
	if (!rc)
		rc = take_live(&r, s, d);
	if (!rc)
		rc = isle_rewire_do(&r, "remove the route", ret_said, d);
	return rc ? rc : isle_rewire_say(o, ret_said, d, "%s has no%s route to %s any more", isle_rewire_name(&r, 0), n ? " such" : "", dst);
}

int isle_route_remove(const char *end, const char *dst, const struct isle_key_value *which, size_t n, const struct isle_rewire_options *o,
		      char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	if (pair.is_lab && n) {
		isle_reject(d, NULL, "a lab has one route to %s at most: there is no choice by '%.64s'", dst, which[0].key ? which[0].key : which[0].value);
		return -EINVAL;
	}
	return pair.is_lab ? isle_lab_route(&pair, dst, NULL, 0, o, ret_said, d) : remove_plain(&pair.a, dst, which, n, o, ret_said, d);
}
