/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the map as JSON, as isle-map-json(5) describes it member by member. One
 * namespace after the other is made and written, so that memory does not grow
 * with the machine. All letters beyond ASCII are escaped: nothing in it can
 * steer a terminal, and what is no UTF-8 is U+FFFD byte by byte.
 */
#include <net/if.h>
#include "see/inner.h"

json_t *isle_json_text(const char *s)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	json_t *text = s ? json_string(s) : NULL;

	if (!s || text)
		return text;
	for (; *s; s++)
		isle_buf_put(&b, (unsigned char)*s < 0x80 ? s : "\xef\xbf\xbd", (unsigned char)*s < 0x80 ? 1 : 3);
	return b.bad ? NULL : json_string(b.s);
}

json_t *isle_json_ip(const struct isle_ip *ip, bool with_len)
{
	char text[ISLE_IP_TEXT];

	return ip->family ? json_string(isle_ip_text(ip, with_len, text)) : NULL;
}

json_t *isle_json_end(const struct isle_snap_link *l)
{
	return l ? json_pack("{s:I, s:o, s:o}", "namespace", (json_int_t)l->ns->id, "label", isle_json_text(l->ns->label), "interface",
			     isle_json_text(l->name))
		 : NULL;
}

static json_t *mac(const uint8_t *b, size_t n)
{
	char text[96];

	return n ? json_string(isle_see_mac(b, n, text)) : NULL;
}

static json_t *addresses(const struct isle_snap_link *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->n_addresses; i++)
		json_array_append_new(list, isle_json_ip(&l->addresses[i].ip, true));
	return list;
}

static json_t *altnames(const struct isle_snap_link *l)
{
	json_t *list = l->n_altnames ? json_array() : NULL;

	for (size_t i = 0; i < l->n_altnames; i++)
		json_array_append_new(list, isle_json_text(l->altnames[i]));
	return list;
}

json_t *isle_json_link(const struct isle_snap_link *l, bool with_addresses)
{
	static const char *const states[] = { "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up" };
	json_t *o = json_pack("{s:i, s:o, s:o*, s:o*, s:s*, s:b, s:b, s:s, s:I, s:o*, s:o*, s:o*, s:b}", "index", l->ifindex, "name",
			      isle_json_text(l->name), "altnames", altnames(l), "alias", isle_json_text(l->alias), "kind", l->kind,
			      "up", l->flags & IFF_UP, "carrier", l->flags & IFF_RUNNING,
			      "state", states[l->operstate < ISLE_COUNT(states) ? l->operstate : 0], "mtu", (json_int_t)l->mtu,
			      "mac", mac(l->mac, l->n_mac), "permanent_mac", mac(l->perm_mac, l->n_perm_mac),
			      "peer", isle_json_end(l->peer), "fixed", l->is_immovable);

	if (o && l->peer_state == ISLE_PEER_UNSEEN)
		json_object_set_new(o, "peer_unseen", l->link_ns ? isle_json_text(l->link_ns->label) : json_true());
	if (o && l->master)
		json_object_set_new(o, "master", isle_json_text(l->master->name));
	if (o && l->lower)
		json_object_set_new(o, "lower", isle_json_end(l->lower));
	if (o && l->parent_dev)
		json_object_set_new(o, "device", json_sprintf("%s:%s", l->parent_bus ? l->parent_bus : "", l->parent_dev));
	if (o && with_addresses)
		json_object_set_new(o, "addresses", addresses(l));
	return o;
}

json_t *isle_json_ns(const struct isle_snap_ns *ns)
{
	const struct isle_census_name *n = ns->census ? ns->census->names : NULL;
	json_t *names = json_array();

	for (; n; n = n->next)
		json_array_append_new(names, isle_json_text(n->name));
	return json_pack("{s:I, s:o, s:s, s:o*, s:o*, s:o, s:b, s:o*, s:s*}", "id", (json_int_t)ns->id, "label", isle_json_text(ns->label),
			 "owner", isle_see_owner_name(ns->owner), "lab", isle_json_text(ns->lab), "host", isle_json_text(ns->host),
			 "names", names, "own", ns->own, "pid", ns->census && ns->census->pid ? json_integer(ns->census->pid) : NULL,
			 "unseen", ns->unseen ? strerror(ns->unseen) : NULL);
}

static json_t *hop(const struct isle_snap_hop *h)
{
	return json_pack("{s:o*, s:o*, s:I, s:b}", "via", isle_json_ip(&h->via, false), "interface", h->dev ? isle_json_text(h->dev->name) : NULL,
			 "weight", (json_int_t)h->weight, "onlink", h->onlink);
}

/* Names of RTN_… and RTPROT_… as ip(8) has them; a number where it has none. */
static json_t *named(unsigned n, const char *const *names, size_t n_names)
{
	return n < n_names && names[n] ? json_string(names[n]) : json_sprintf("%u", n);
}

static json_t *protocol(unsigned n)
{
	static const char *const names[] = { [0] = "unspec", [1] = "redirect", [2] = "kernel", [3] = "boot", [4] = "static",
					     [9] = "ra", [11] = "zebra", [12] = "bird", [16] = "dhcp", [186] = "bgp", [187] = "isis",
					     [188] = "ospf", [189] = "rip" };

	return named(n, names, ISLE_COUNT(names));
}

static json_t *route(const struct isle_snap_route *r)
{
	static const char *const types[] = { "unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
					     "prohibit", "throw", "nat" };
	json_t *hops = json_array(), *dst = r->dst.len ? isle_json_ip(&r->dst, true) : json_string("default");

	for (size_t i = 0; i < r->n_hops; i++)
		json_array_append_new(hops, hop(&r->hops[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:o*, s:o*, s:o*, s:o}", "family", r->dst.family == AF_INET6 ? "inet6" : "inet",
			 "destination", dst, "type", named(r->type, types, ISLE_COUNT(types)), "protocol", protocol(r->proto),
			 "table", (json_int_t)r->table, "metric", (json_int_t)r->metric, "mtu", r->mtu ? json_integer(r->mtu) : NULL,
			 "from", isle_json_ip(&r->from, true), "source", isle_json_ip(&r->src, false), "hops", hops);
}

static json_t *rule(const struct isle_snap_rule *r)
{
	static const char *const actions[] = { [1] = "lookup", [2] = "goto", [3] = "nop", [6] = "blackhole", [7] = "unreachable",
					       [8] = "prohibit" };

	return json_pack("{s:s, s:I, s:o, s:b, s:o*, s:o*, s:o*, s:o*, s:I, s:o*, s:o*, s:o*, s:b, s:o}",
			 "family", r->family == AF_INET6 ? "inet6" : "inet", "priority", (json_int_t)r->priority,
			 "action", named(r->action, actions, ISLE_COUNT(actions)), "not", r->inverted,
			 "from", isle_json_ip(&r->from, true), "to", isle_json_ip(&r->to, true),
			 "iif", isle_json_text(r->iif), "oif", isle_json_text(r->oif), "table", (json_int_t)r->table,
			 "mark", r->mark ? json_integer(r->mark) : NULL, "mask", r->mask ? json_integer(r->mask) : NULL,
			 "target", r->target ? json_integer(r->target) : NULL, "l3mdev", r->l3mdev, "protocol", protocol(r->proto));
}

static json_t *nft(const struct isle_snap_nft *t)
{
	static const char *const families[] = { [1] = "inet", [2] = "ip", [3] = "arp", [5] = "netdev", [7] = "bridge", [10] = "ip6" };

	return json_pack("{s:o, s:o, s:o*, s:I, s:b, s:b}", "family", named(t->family, families, ISLE_COUNT(families)),
			 "table", isle_json_text(t->table), "comment", isle_json_text(t->comment), "chains", (json_int_t)t->n_chains,
			 "nat", t->nat, "masquerades", t->masquerades);
}

static json_t *ovs_port(const struct isle_snap_ovs_port *p)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o*, s:o*}", "bridge", isle_json_text(p->bridge), "port", isle_json_text(p->port),
			 "interface", isle_json_text(p->interface), "type", isle_json_text(p->type),
			 "tag", p->tag ? json_integer(p->tag) : NULL, "options", *p->options ? isle_json_text(p->options) : NULL);
}

#define LIST(parent, key, from, n, one) \
	do { \
		json_t *list = json_array(); \
		for (size_t i_ = 0; i_ < (n); i_++) \
			json_array_append_new(list, one(&(from)[i_])); \
		json_object_set_new(parent, key, list); \
	} while (0)

static json_t *ns_json(const struct isle_view *v, const struct isle_snap_ns *ns)
{
	const bool with = !v->options->no_addresses && v->snap->parts & ISLE_SNAP_ADDRESSES;
	json_t *o = isle_json_ns(ns), *links = json_array();

	for (size_t i = 0; i < ns->n_links; i++)
		if (isle_view_shows(v, &ns->links[i]))
			json_array_append_new(links, isle_json_link(&ns->links[i], with));
	json_object_set_new(o, "links", links);
	if (v->snap->parts & ISLE_SNAP_SYSCTLS)
		json_object_set_new(o, "forwards", json_pack("{s:b, s:b}", "inet", ns->forwards4, "inet6", ns->forwards6));
	/* around an interface, these are not asked for */
	if (v->options->around)
		return o;
	if (v->snap->parts & ISLE_SNAP_ROUTES && !v->options->no_addresses)
		LIST(o, "routes", ns->routes, ns->n_routes, route);
	if (v->snap->parts & ISLE_SNAP_RULES && !v->options->no_addresses)
		LIST(o, "rules", ns->rules, ns->n_rules, rule);
	if (v->snap->parts & ISLE_SNAP_NFT)
		LIST(o, "nft", ns->nfts, ns->n_nfts, nft);
	if (v->snap->parts & ISLE_SNAP_OVS)
		LIST(o, "ovs", ns->ovs, ns->n_ovs, ovs_port);
	if (ns->ovs_unseen)
		json_object_set_new(o, "ovs_unseen", json_true());
	return o;
}

static int add(const char *s, size_t n, void *out)
{
	isle_buf_put(out, s, n);
	return 0;
}

int isle_json_put(struct isle_buf *out, json_t *o)
{
	const int r = o ? json_dump_callback(o, add, out, JSON_COMPACT | JSON_ENSURE_ASCII) : -1;

	json_decref(o);
	return r || out->bad ? -ENOMEM : 0;
}

int isle_map_json(const struct isle_view *v, struct isle_buf *out)
{
	const struct isle_unseen *u = &v->snap->unseen;
	const char *between = "\n";
	int r = 0;

	isle_buf_puts(out, "{\"version\": 1, \"namespaces\": [");
	for (size_t i = 0; i < v->snap->n_nss && !r; i++) {
		if (!v->nss[i])
			continue;
		isle_buf_puts(out, between);
		between = ",\n";
		r = isle_json_put(out, ns_json(v, &v->snap->nss[i]));
	}
	isle_buf_puts(out, "\n], \"unseen\": ");
	if (!r)
		r = isle_json_put(out, json_pack("{s:I, s:I, s:I, s:b}", "processes", (json_int_t)u->processes, "mount_namespaces",
						 (json_int_t)u->mount_namespaces, "descriptors", (json_int_t)u->descriptors, "outside",
						 u->outside));
	isle_buf_puts(out, "}\n");
	return r || out->bad ? -ENOMEM : 0;
}
