/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the map as JSON, as isle-map-json(5) describes it member by member;
 * links and namespaces also for the others who tell of them.
 */
#include <net/if.h>
#include "see/inner.h"

void isle_json_end(struct isle_json *j, const char *key, const struct isle_snap_link *l)
{
	if (!l)
		return;
	isle_json_open(j, key, '{');
	isle_json_number(j, "namespace", l->ns->id);
	isle_json_text(j, "label", l->ns->label);
	isle_json_text(j, "interface", l->name);
	isle_json_close(j, '}');
}

static void put_altnames(struct isle_json *j, const struct isle_snap_link *l)
{
	if (!l->n_altnames)
		return;
	isle_json_open(j, "altnames", '[');
	for (size_t i = 0; i < l->n_altnames; i++)
		isle_json_text(j, NULL, l->altnames[i]);
	isle_json_close(j, ']');
}

static void put_addresses(struct isle_json *j, const struct isle_snap_link *l)
{
	isle_json_open(j, "addresses", '[');
	for (size_t i = 0; i < l->n_addresses; i++)
		isle_json_ip(j, NULL, &l->addresses[i].ip, true);
	isle_json_close(j, ']');
}

static void put_unseen(struct isle_json *j, const struct isle_snap_link *l)
{
	if (l->peer_state != ISLE_PEER_UNSEEN)
		return;
	if (l->link_ns)
		isle_json_text(j, "peer_unseen", l->link_ns->label);
	else
		isle_json_bool(j, "peer_unseen", true);
}

void isle_json_link(struct isle_json *j, const struct isle_snap_link *l, bool with_addresses)
{
	static const char *const states[] = { "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up" };

	isle_json_number(j, "index", (uint64_t)l->ifindex);
	isle_json_text(j, "name", l->name);
	put_altnames(j, l);
	isle_json_text(j, "alias", l->alias);
	isle_json_text(j, "kind", l->kind);
	isle_json_bool(j, "up", l->flags & IFF_UP);
	isle_json_bool(j, "carrier", l->flags & IFF_RUNNING);
	isle_json_text(j, "state", states[l->operstate < ISLE_COUNT(states) ? l->operstate : 0]);
	isle_json_number(j, "mtu", l->mtu);
	isle_json_mac(j, "mac", l->mac, l->n_mac);
	isle_json_mac(j, "permanent_mac", l->perm_mac, l->n_perm_mac);
	isle_json_end(j, "peer", l->peer);
	isle_json_bool(j, "fixed", l->is_immovable);
	put_unseen(j, l);
	isle_json_text(j, "master", l->master ? l->master->name : NULL);
	isle_json_end(j, "lower", l->lower);
	if (l->parent_dev) {
		isle_auto(buf) struct isle_buf device = { 0 };

		isle_buf_printf(&device, "%s:%s", l->parent_bus ? l->parent_bus : "", l->parent_dev);
		isle_json_text(j, "device", device.s);
	}
	if (with_addresses)
		put_addresses(j, l);
}

void isle_json_ns(struct isle_json *j, const struct isle_snap_ns *ns)
{
	isle_json_number(j, "id", ns->id);
	isle_json_text(j, "label", ns->label);
	isle_json_text(j, "owner", isle_see_owner_name(ns->owner));
	isle_json_text(j, "lab", ns->lab);
	isle_json_text(j, "host", ns->host);
	isle_json_open(j, "names", '[');
	for (const struct isle_census_name *n = ns->census ? ns->census->names : NULL; n; n = n->next)
		isle_json_text(j, NULL, n->name);
	isle_json_close(j, ']');
	isle_json_bool(j, "own", ns->own);
	isle_json_unless_0(j, "pid", ns->census ? (uint64_t)ns->census->pid : 0);
	isle_json_text(j, "unseen", ns->unseen ? strerror(ns->unseen) : NULL);
}

static void put_hop(struct isle_json *j, const struct isle_snap_hop *h)
{
	isle_json_ip(j, "via", &h->via, false);
	isle_json_text(j, "interface", h->dev ? h->dev->name : NULL);
	isle_json_number(j, "weight", h->weight);
	isle_json_bool(j, "onlink", h->onlink);
}

/* Names of RTN_… and RTPROT_… as ip(8) has them; a number where it has none. */
static void put_named(struct isle_json *j, const char *key, unsigned n, const char *const *names, size_t n_names)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", n);
	isle_json_text(j, key, n < n_names && names[n] ? names[n] : number);
}

static void put_protocol(struct isle_json *j, unsigned n)
{
	static const char *const names[] = { [0] = "unspec", [1] = "redirect", [2] = "kernel", [3] = "boot", [4] = "static",
					     [9] = "ra", [11] = "zebra", [12] = "bird", [16] = "dhcp", [186] = "bgp", [187] = "isis",
					     [188] = "ospf", [189] = "rip" };

	put_named(j, "protocol", n, names, ISLE_COUNT(names));
}

static const char *family(uint8_t n)
{
	return n == AF_INET6 ? "inet6" : "inet";
}

/* A list KEY of N objects, each of them written by PUT. */
#define LIST(j, key, from, n, put) \
	do { \
		isle_json_open(j, key, '['); \
		for (size_t i_ = 0; i_ < (n); i_++) { \
			isle_json_open(j, NULL, '{'); \
			put(j, &(from)[i_]); \
			isle_json_close(j, '}'); \
		} \
		isle_json_close(j, ']'); \
	} while (0)

static void put_route(struct isle_json *j, const struct isle_snap_route *r)
{
	static const char *const types[] = { "unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
					     "prohibit", "throw", "nat" };

	isle_json_text(j, "family", family(r->dst.family));
	if (r->dst.len)
		isle_json_ip(j, "destination", &r->dst, true);
	else
		isle_json_text(j, "destination", "default");
	put_named(j, "type", r->type, types, ISLE_COUNT(types));
	put_protocol(j, r->proto);
	isle_json_number(j, "table", r->table);
	isle_json_number(j, "metric", r->metric);
	isle_json_unless_0(j, "mtu", r->mtu);
	isle_json_ip(j, "from", &r->from, true);
	isle_json_ip(j, "source", &r->src, false);
	LIST(j, "hops", r->hops, r->n_hops, put_hop);
}

static void put_rule(struct isle_json *j, const struct isle_snap_rule *r)
{
	static const char *const actions[] = { [1] = "lookup", [2] = "goto", [3] = "nop", [6] = "blackhole", [7] = "unreachable",
					       [8] = "prohibit" };

	isle_json_text(j, "family", family(r->family));
	isle_json_number(j, "priority", r->priority);
	put_named(j, "action", r->action, actions, ISLE_COUNT(actions));
	isle_json_bool(j, "not", r->inverted);
	isle_json_ip(j, "from", &r->from, true);
	isle_json_ip(j, "to", &r->to, true);
	isle_json_text(j, "iif", r->iif);
	isle_json_text(j, "oif", r->oif);
	isle_json_number(j, "table", r->table);
	isle_json_unless_0(j, "mark", r->mark);
	isle_json_unless_0(j, "mask", r->mask);
	isle_json_unless_0(j, "target", r->target);
	isle_json_bool(j, "l3mdev", r->l3mdev);
	put_protocol(j, r->proto);
}

static void put_nft(struct isle_json *j, const struct isle_snap_nft *t)
{
	static const char *const families[] = { [1] = "inet", [2] = "ip", [3] = "arp", [5] = "netdev", [7] = "bridge", [10] = "ip6" };

	put_named(j, "family", t->family, families, ISLE_COUNT(families));
	isle_json_text(j, "table", t->table);
	isle_json_text(j, "comment", t->comment);
	if (t->is_legacy)
		isle_json_bool(j, "legacy", true);
	else
		isle_json_number(j, "chains", t->n_chains);
	isle_json_bool(j, "nat", t->nat);
	isle_json_bool(j, "masquerades", t->masquerades);
}

static void put_ovs_port(struct isle_json *j, const struct isle_snap_ovs_port *p)
{
	isle_json_text(j, "bridge", p->bridge);
	isle_json_text(j, "port", p->port);
	isle_json_text(j, "interface", p->interface);
	isle_json_text(j, "type", p->type);
	isle_json_unless_0(j, "tag", p->tag);
	isle_json_text(j, "options", *p->options ? p->options : NULL);
}

static void put_ns(struct isle_json *j, const struct isle_view *v, const struct isle_snap_ns *ns)
{
	const bool with = !v->options->no_addresses && v->snap->parts & ISLE_SNAP_ADDRESSES;

	isle_json_ns(j, ns);
	isle_json_open(j, "links", '[');
	for (size_t i = 0; i < ns->n_links; i++) {
		if (!isle_view_shows(v, &ns->links[i]))
			continue;
		isle_json_open(j, NULL, '{');
		isle_json_link(j, &ns->links[i], with);
		isle_json_close(j, '}');
	}
	isle_json_close(j, ']');
	if (v->snap->parts & ISLE_SNAP_SYSCTLS) {
		isle_json_open(j, "forwards", '{');
		isle_json_bool(j, "inet", ns->forwards4);
		isle_json_bool(j, "inet6", ns->forwards6);
		isle_json_close(j, '}');
	}
	/* around an interface, these are not asked for */
	if (v->options->around)
		return;
	if (v->snap->parts & ISLE_SNAP_ROUTES && !v->options->no_addresses)
		LIST(j, "routes", ns->routes, ns->n_routes, put_route);
	if (v->snap->parts & ISLE_SNAP_RULES && !v->options->no_addresses)
		LIST(j, "rules", ns->rules, ns->n_rules, put_rule);
	if (v->snap->parts & ISLE_SNAP_NFT)
		LIST(j, "nft", ns->nfts, ns->n_nfts, put_nft);
	if (v->snap->parts & ISLE_SNAP_OVS)
		LIST(j, "ovs", ns->ovs, ns->n_ovs, put_ovs_port);
	if (ns->ovs_unseen)
		isle_json_bool(j, "ovs_unseen", true);
}

int isle_map_json(const struct isle_view *v, struct isle_buf *out)
{
	const struct isle_unseen *u = &v->snap->unseen;
	struct isle_json j = { .out = out };

	isle_buf_puts(out, "{\"version\": 1, \"namespaces\": [");
	for (size_t i = 0; i < v->snap->n_nss; i++) {
		if (!v->nss[i])
			continue;
		isle_buf_puts(out, j.is_later ? ",\n" : "\n");
		j.is_later = false;
		isle_json_open(&j, NULL, '{');
		put_ns(&j, v, &v->snap->nss[i]);
		isle_json_close(&j, '}');
	}
	isle_buf_puts(out, "\n], \"unseen\": ");
	j.is_later = false;
	isle_json_open(&j, NULL, '{');
	isle_json_number(&j, "processes", u->processes);
	isle_json_number(&j, "mount_namespaces", u->mount_namespaces);
	isle_json_number(&j, "descriptors", u->descriptors);
	isle_json_bool(&j, "outside", u->outside);
	isle_json_close(&j, '}');
	isle_buf_puts(out, "}\n");
	return out->bad ? -ENOMEM : 0;
}
