/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: see change_help.h. The steps of the plan are taken one by one, as the
 * kernel would; there is room for a few things of each sort in a namespace.
 */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include "change_help.h"

enum { ROOM = 64, PARAMETERS = 512 };
#define UNWRITTEN "0"			/* every parameter that nobody wrote */

static struct isle_snap_ns *ns_at(struct world *w, uint32_t ns)
{
	return (struct isle_snap_ns *)w->view.nss[ns];
}

static uint32_t number_of(const struct isle_lab *names, const char *host)
{
	for (size_t i = 0; *host && i < names->n_hosts; i++)
		if (!strcmp(names->hosts[i]->name, host))
			return ISLE_NS_HOST(i);
	assert_string_equal(host, "");
	return ISLE_NS_FABRIC;
}

/* A step counts by the numbers of its own lab. */
static uint32_t translate(const struct world *w, uint32_t ns)
{
	return ns == ISLE_NS_FABRIC ? ns : number_of(&w->names, w->was->lab->hosts[ns - 1]->name);
}

static int by_index(const void *a, const void *b)
{
	const struct isle_snap_link *x = a, *y = b;

	return x->ifindex - y->ifindex;
}

void world_add_link(struct isle_snap_ns *ns, const struct isle_made *made)
{
	struct isle_snap_link *l = &ns->links[ns->n_links++];

	assert_true(ns->n_links < ROOM);
	*l = (struct isle_snap_link) { .ns = ns, .ifindex = (int)made->ifindex, .name = made->name, .kind = made->type, .link_nsid = -1,
				       .mtu = made->mtu ? made->mtu : 1500, .flags = made->up ? IFF_UP : 0, .n_mac = 6 };
	if (made->mac)
		memcpy(l->mac, made->mac, 6);
}

/* All interfaces first: pointers to them must not move. */
static void make_links(struct world *w)
{
	struct isle_made made[2];

	for (size_t i = 0; i < w->was->n_steps; i++) {
		const size_t n = isle_kind_makes(&w->was->steps[i], made);

		for (size_t k = 0; k < n; k++)
			world_add_link(ns_at(w, translate(w, made[k].ns)), &made[k]);
	}
	for (size_t i = 0; i < w->view.n_nss; i++)
		if (w->view.nss[i])
			qsort(ns_at(w, (uint32_t)i)->links, w->view.nss[i]->n_links, sizeof(struct isle_snap_link), by_index);
}

/* What the kernel would tell in an attribute. */
static struct nlattr *attribute(struct world *w, const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n)
{
	uint8_t *room = isle_arena_alloc(w->arena, 4096);
	struct isle_nlmsg m;
	size_t nest;

	isle_nlmsg_init(&m, room, 4096);
	isle_nlmsg_begin(&m, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
	nest = isle_nlmsg_nest(&m, IFLA_INFO_DATA);
	isle_link_put(&m, kind->options, kind->n, v, n);
	isle_nlmsg_unnest(&m, nest);
	return (struct nlattr *)(room + NLMSG_LENGTH(sizeof(struct ifinfomsg)));
}

/* Everything of KIND, as the kernel tells it: what is not among V as it is by itself. */
static struct nlattr *everything(struct world *w, const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n)
{
	struct isle_link_value all[ISLE_LINK_OPTIONS];
	size_t n_all = 0;

	for (size_t i = 0; i < kind->n; i++) {
		const struct isle_option *o = &kind->options[i];
		size_t k = 0;

		while (k < n && v[k].option != o)
			k++;
		if (k < n)
			all[n_all++] = v[k];
		else if (o->type != ISLE_OPTION_IP && o->type != ISLE_OPTION_LINK)
			all[n_all++] = (struct isle_link_value) { .option = o, .n = o->dflt_n };
	}
	return attribute(w, kind, all, n_all);
}

static void take_makes(struct world *w, const struct isle_made *made, size_t n)
{
	struct isle_snap_link *l[2] = { NULL, NULL };

	for (size_t k = 0; k < n; k++) {
		l[k] = isle_snap_link_named(ns_at(w, translate(w, made[k].ns)), made[k].name);
		if (made[k].master) {
			l[k]->port_kind = "bridge";
			l[k]->port_data = everything(w, &isle_link_bridge_port, NULL, 0);
		}
		if (made[k].master)
			l[k]->master = isle_snap_link_at(l[k]->ns, (int)made[k].master);
	}
	if (n == 2) {
		l[0]->peer = l[1];
		l[1]->peer = l[0];
	}
}

static void take_port_step(struct world *w, struct isle_snap_ns *ns, const struct isle_step *s)
{
	struct isle_snap_link *l = isle_snap_link_named(ns, s->port.name);
	const struct isle_vlans *v = s->port.vlans;
	uint16_t vlans[ISLE_VLANS];
	uint8_t *room = isle_arena_alloc(w->arena, 4096);
	struct isle_nlmsg m;

	l->port_data = everything(w, &isle_link_bridge_port, v ? v->options : NULL, v ? v->n_options : 0);
	isle_kind_port_vlans(s, vlans);
	isle_nlmsg_init(&m, room, 4096);
	isle_nlmsg_begin(&m, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
	const size_t nest = isle_nlmsg_nest(&m, IFLA_AF_SPEC);
	for (unsigned vid = 1; vid < ISLE_VLANS; vid++) {
		const struct bridge_vlan_info info = { .vid = (uint16_t)vid, .flags = vlans[vid] & ~ISLE_VLAN_IS };

		if (vlans[vid])
			isle_nlmsg_put(&m, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
	}
	isle_nlmsg_unnest(&m, nest);
	l->vlans = (struct nlattr *)(room + NLMSG_LENGTH(sizeof(struct ifinfomsg)));
}

static void take_link_step(struct world *w, struct isle_snap_ns *ns, const char *host, const struct isle_step *s)
{
	struct isle_snap_link *l = isle_snap_link_named(ns, s->link.name);
	char path[128];

	if (!s->link.keep_state)
		l->flags = s->link.up ? IFF_UP : 0;
	if (s->link.master)
		l->master = isle_snap_link_named(ns, s->link.master_name);
	if (s->link.no_linklocal)
		l->addrgenmode = IN6_ADDR_GEN_MODE_NONE;
	if (s->link.no_rp_filter) {
		snprintf(path, sizeof(path), "net/ipv4/conf/%s/rp_filter", s->link.name);
		set_parameter(w, host, path, "0");
	}
}

void world_add_address(struct isle_snap_ns *ns, struct isle_snap_link *l, const struct isle_ip *ip)
{
	struct isle_snap_address *a = &ns->addresses[ns->n_addresses++];
	const struct isle_ip net = isle_ip_network(ip);

	assert_true(ns->n_addresses < ROOM);
	*a = (struct isle_snap_address) { .link = l, .ip = *ip, .flags = IFA_F_PERMANENT, .scope = RT_SCOPE_UNIVERSE };
	if (ip->family == AF_INET6 && ip->b[0] == 0xfe)
		a->scope = RT_SCOPE_LINK;
	for (const struct isle_snap_address *other = ns->addresses; other < a; other++) {
		const struct isle_ip same = isle_ip_network(&other->ip);

		if (other->link == l && ip->family == AF_INET && !isle_ip_cmp(&same, &net))
			a->flags |= IFA_F_SECONDARY;
	}
}

static void take_route_step(struct world *w, struct isle_snap_ns *ns, const struct isle_step *s)
{
	static const uint8_t types[] = { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT };
	const struct isle_route *want = s->route.route;
	struct isle_snap_route *r = &ns->routes[ns->n_routes++];

	*r = (struct isle_snap_route) { .dst = want->dst, .src = want->src, .type = types[want->type], .proto = RTPROT_STATIC,
					.table = want->table ? want->table : RT_TABLE_MAIN, .metric = want->metric, .mtu = want->mtu,
					.n_hops = want->n_hops };
	if (!r->metric && want->dst.family == AF_INET6)
		r->metric = ISLE_IPV6_METRIC;
	r->hops = isle_arena_alloc(w->arena, (want->n_hops + 1) * sizeof(*r->hops));
	for (size_t i = 0; i < want->n_hops; i++)
		r->hops[i] = (struct isle_snap_hop) { .via = want->hops[i].via, .dev = isle_snap_link_at(ns, (int)s->route.ifindexes[i]),
						      .weight = 1, .onlink = want->hops[i].onlink };
}

static void take_rule_step(struct isle_snap_ns *ns, const struct isle_step *s)
{
	static const uint8_t actions[] = { FR_ACT_TO_TBL, FR_ACT_BLACKHOLE, FR_ACT_UNREACHABLE, FR_ACT_PROHIBIT };
	const struct isle_rule *want = s->rule.rule;

	ns->rules[ns->n_rules++] = (struct isle_snap_rule) {
		.family = s->rule.family, .action = actions[want->action], .inverted = want->inverted, .from = want->from, .to = want->to,
		.iif = want->iif, .oif = want->oif, .priority = want->priority, .table = want->table, .proto = RTPROT_STATIC,
		.mark = want->mark, .mask = want->has_mark ? UINT32_MAX : 0,
	};
}

static void take_step(struct world *w, const struct isle_step *s)
{
	const uint32_t number = translate(w, s->ns);
	const char *host = number ? w->names.hosts[number - 1]->name : "";
	struct isle_snap_ns *ns = ns_at(w, number);
	struct isle_settings settings;
	struct isle_made made[2];
	const size_t n = isle_kind_makes(s, made);

	take_makes(w, made, n);
	if (isle_kind_settings(s, &settings))
		isle_snap_link_named(ns_at(w, translate(w, made[0].ns)), made[0].name)->data = everything(w, settings.kind, settings.v, settings.n);
	if (s->kind == ISLE_STEP_PORT)
		take_port_step(w, ns, s);
	if (s->kind == ISLE_STEP_LINK)
		take_link_step(w, ns, host, s);
	else if (s->kind == ISLE_STEP_ADDRESS)
		world_add_address(ns, isle_snap_link_named(ns, s->address.dev), &s->address.ip);
	else if (s->kind == ISLE_STEP_ROUTE)
		take_route_step(w, ns, s);
	else if (s->kind == ISLE_STEP_RULE)
		take_rule_step(ns, s);
	else if (s->kind == ISLE_STEP_SYSCTL)
		set_parameter(w, host, s->sysctl.path, s->sysctl.value);
	if (s->kind == ISLE_STEP_ALTNAME) {
		struct isle_snap_link *l = isle_snap_link_named(ns, s->altname.name);

		l->altnames = isle_arena_alloc(w->arena, sizeof(*l->altnames));
		l->altnames[l->n_altnames++] = s->altname.altname;
	}
	if (s->kind == ISLE_STEP_NEIGH) {
		struct isle_snap_neighbour *one = &ns->neighbours[ns->n_neighbours++];

		*one = (struct isle_snap_neighbour) { .link = isle_snap_link_named(ns, s->neigh.dev), .ip = s->neigh.ip, .n_mac = 6,
						      .state = NUD_PERMANENT };
		memcpy(one->mac, s->neigh.mac, 6);
	}
}

static void make_ns(struct world *w, uint32_t number)
{
	static const struct isle_made lo = { .name = "lo", .ifindex = 1, .up = true };
	struct isle_snap_ns *ns = isle_arena_alloc(w->arena, sizeof(*ns));

	ns->links = isle_arena_alloc(w->arena, ROOM * sizeof(*ns->links));
	ns->addresses = isle_arena_alloc(w->arena, ROOM * sizeof(*ns->addresses));
	ns->routes = isle_arena_alloc(w->arena, ROOM * sizeof(*ns->routes));
	ns->rules = isle_arena_alloc(w->arena, ROOM * sizeof(*ns->rules));
	ns->neighbours = isle_arena_alloc(w->arena, ROOM * sizeof(*ns->neighbours));
	world_add_link(ns, &lo);
	w->view.nss[number] = ns;
}

/* Those that PLAN asks for, with what the kernel has where nobody wrote them. */
static void unwritten(struct world *w, const struct isle_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *s = &plan->steps[i];
		const char *host = s->ns ? plan->lab->hosts[s->ns - 1]->name : "";
		const uint32_t ns = number_of(&w->names, host);

		if (s->kind != ISLE_STEP_SYSCTL || !w->view.nss[ns])
			continue;
		set_parameter(w, host, s->sysctl.path, UNWRITTEN);
		w->view.parameters[w->view.n_parameters++] = (struct isle_parameter) {
			.ns = ISLE_NS_FRESH, .path = s->sysctl.path, .value = UNWRITTEN };
	}
}

struct world *world_of(const char *was, const char *wanted)
{
	struct isle_arena *a = isle_arena_new();
	struct world *w = isle_arena_alloc(a, sizeof(*w));
	const struct isle_lab *old, *new;

	*w = (struct world) { .arena = a, .was = plan_of(was), .plan = plan_of(wanted ? wanted : was), .diag = isle_diag_new() };
	old = w->was->lab;
	new = w->plan->lab;
	w->names = *new;
	w->names.hosts = isle_arena_alloc(a, (old->n_hosts + new->n_hosts + 1) * sizeof(*w->names.hosts));
	memcpy(w->names.hosts, new->hosts, new->n_hosts * sizeof(*new->hosts));
	for (size_t i = 0; i < old->n_hosts; i++)
		if (!isle_lab_host(new, old->hosts[i]->name))
			w->names.hosts[w->names.n_hosts++] = old->hosts[i];
	w->view.n_nss = w->names.n_hosts + 1;
	w->view.nss = isle_arena_alloc(a, w->view.n_nss * sizeof(*w->view.nss));
	w->view.parameters = isle_arena_alloc(a, PARAMETERS * sizeof(*w->view.parameters));
	if (old->n_networks)
		make_ns(w, ISLE_NS_FABRIC);
	for (size_t i = 0; i < old->n_hosts; i++)
		make_ns(w, number_of(&w->names, old->hosts[i]->name));
	unwritten(w, w->plan);
	unwritten(w, w->was);
	make_links(w);
	for (size_t i = 0; i < w->was->n_steps; i++)
		take_step(w, &w->was->steps[i]);
	return w;
}

void world_end(struct world *w)
{
	isle_changes_free(w->changes);
	isle_diag_free(w->diag);
	done(w->was);
	done(w->plan);
	isle_arena_free(w->arena);
}

int world_diff(struct world *w, bool looks)
{
	const struct isle_diff_input in = { .names = &w->names, .plan = w->plan, .owned = { w->was }, .n_owned = 1, .view = &w->view,
					    .looks = looks };

	isle_parameters_sort(w->view.parameters, &w->view.n_parameters);
	return isle_diff_plan(&in, &w->changes, w->diag);
}

struct isle_snap_ns *in(struct world *w, const char *host)
{
	return ns_at(w, number_of(&w->names, host));
}

struct isle_snap_link *link_in(struct world *w, const char *host, const char *name)
{
	struct isle_snap_link *l = isle_snap_link_named(in(w, host), name);

	assert_non_null(l);
	return l;
}

void set_parameter(struct world *w, const char *host, const char *path, const char *value)
{
	const uint32_t ns = number_of(&w->names, host);
	struct isle_view *v = &w->view;

	for (size_t i = 0; i < v->n_parameters; i++)
		if (v->parameters[i].ns == ns && !strcmp(v->parameters[i].path, path)) {
			v->parameters[i].value = value;
			return;
		}
	assert_true(v->n_parameters < PARAMETERS);
	v->parameters[v->n_parameters++] = (struct isle_parameter) { .ns = ns, .path = isle_arena_strdup(w->arena, path), .value = value };
}
