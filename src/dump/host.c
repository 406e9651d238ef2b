/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a dump says about its hosts: uplinks, interfaces that differ from
 * what the file gives them, routes, forwarding. A host about which nothing has
 * to be said springs from its use. What could not be said is a comment here.
 */
#include <net/if.h>
#include "dump/write.h"

static void write_uplink(struct isle_texts *t, struct isle_text *host, struct isle_dump_iface *f)
{
	struct isle_text *at = isle_text_key(t, host, "uplink");
	struct isle_ip nets[2];
	size_t n = 0;

	at->owner = &f->subnet;
	for (size_t i = 0; i < f->n_addresses && n < 2; i++)
		if (!n || nets[0].family != f->addresses[i].family)
			nets[n++] = isle_ip_network(&f->addresses[i]);
	if (!f->subnet.level || !n || f->subnet.refused) {
		isle_text_value(t, at, "nat");
		return;
	}
	isle_text_value(t, isle_text_key(t, at, "kind"), "nat");
	isle_dump_put_subnets(t, at, nets, n);
}

static bool has_address(const struct isle_dump_iface *f, const struct isle_ip *ip)
{
	for (size_t i = 0; i < f->n_addresses; i++)
		if (isle_ip_equal(&f->addresses[i], ip))
			return true;
	return false;
}

/* Each leads to the host by its address of each family. */
static bool is_first(const struct isle_snap_nft *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (t->ports[k].udp == t->ports[i].udp && t->ports[k].from == t->ports[i].from)
			return false;
	return true;
}

/* What the machine's end of an uplink is told by: a user's is a program's, and its ports are known to that alone. */
static void write_ports(struct isle_texts *t, struct isle_text *host, const struct isle_dump_iface *uplink)
{
	const struct isle_snap_ns *machine = uplink->link->peer ? uplink->link->peer->ns : NULL;
	struct isle_text *list = NULL;

	for (size_t i = 0; machine && i < machine->n_nfts; i++) {
		const struct isle_snap_nft *table = &machine->nfts[i];

		for (size_t k = 0; k < table->n_ports; k++) {
			const struct isle_nft_port *p = &table->ports[k];

			if (!has_address(uplink, &p->host) || !is_first(table, k))
				continue;
			list = list ? list : isle_text_key(t, host, "publish");
			isle_text_item(t, list, "%s%u:%u", p->udp ? "udp/" : "", p->from, p->to);
		}
	}
}

static bool is_said(const struct isle_fact *f)
{
	return f->level && !f->refused;
}

static void note_refused(struct isle_texts *t, struct isle_text *host, const struct isle_dump_iface *f)
{
	const struct { const struct isle_fact *fact; const char *what; } facts[] = {
		{ &f->name, "its name" }, { &f->address, "its addresses" }, { &f->mac, "its MAC" }, { &f->mtu, "its MTU" },
		{ &f->state, "its state" }, { &f->subnet, "its subnet" }, { &f->neighbours, "its neighbours" },
		{ &f->master, "its master" }, { &f->peers, "its peers" },
	};

	for (size_t i = 0; i < ISLE_COUNT(facts); i++) {
		isle_auto(buf) struct isle_buf b = { 0 };
		char text[ISLE_IP_TEXT];

		if (!facts[i].fact->refused)
			continue;
		if (facts[i].fact == &f->mtu)
			isle_buf_printf(&b, " %u", f->link->mtu);
		for (size_t k = 0; facts[i].fact == &f->address && k < f->n_addresses; k++)
			isle_buf_printf(&b, " %s", isle_ip_text(&f->addresses[k], true, text));
		isle_text_note(t, host, "%s: %s%s: %s", f->link->name, facts[i].what, b.s ? b.s : "", facts[i].fact->refused);
	}
}

static void write_iface(struct isle_dump *d, struct isle_texts *t, struct isle_text *ifaces, struct isle_dump_iface *f)
{
	struct isle_text *at = isle_text_key(t, ifaces, f->link->name), *key;
	const uint8_t *m = f->link->mac;
	char text[ISLE_IP_TEXT];

	at->owner = f->is_kind ? &f->kind : &f->name;
	if (f->is_kind)
		isle_dump_write_kind(t, at, f);
	if (f->is_kind && f->link->wireguard)
		isle_dump_write_wireguard(d, t, at, f);
	if (is_said(&f->master)) {
		key = isle_text_key(t, at, "master");
		key->owner = &f->master;
		isle_text_value(t, key, "%s", f->link->master->name);
	}
	if ((f->is_lo || f->is_kind) && is_said(&f->address) && f->n_addresses) {
		key = isle_text_key(t, at, "addresses");
		key->owner = &f->address;
		for (size_t i = 0; i < f->n_addresses; i++)
			isle_text_item(t, key, "%s", isle_ip_text(&f->addresses[i], true, text));
	}
	if (is_said(&f->mac)) {
		key = isle_text_key(t, at, "mac");
		key->owner = &f->mac;
		isle_text_value(t, key, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	}
	if (is_said(&f->mtu) && !isle_dump_is_of_wire(f->wire, offsetof(struct isle_dump_iface, mtu))) {
		key = isle_text_key(t, at, "mtu");
		key->owner = &f->mtu;
		isle_text_value(t, key, "%u", f->link->mtu);
	}
	if (is_said(&f->state) && !isle_dump_is_of_wire(f->wire, offsetof(struct isle_dump_iface, state))) {
		key = isle_text_key(t, at, "state");
		key->owner = &f->state;
		isle_text_value(t, key, f->link->flags & IFF_UP ? "up" : "down");
	}
	if (isle_dump_has_port(f))
		isle_dump_write_port(t, at, f);
	if (is_said(&f->neighbours))
		isle_dump_write_neighbours(d, t, at, f);
}

static void write_ifaces(struct isle_dump *d, struct isle_texts *t, struct isle_text *host, struct isle_dump_host *h)
{
	struct isle_text *ifaces = NULL;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		struct isle_dump_iface *f = h->ifaces[i];
		const struct isle_dump_wire *w = f->wire;
		bool mtu = is_said(&f->mtu) && !isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, mtu));
		bool state = is_said(&f->state) && !isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, state));

		note_refused(t, host, f);
		if (f->is_kind && f->kind.refused) {
			isle_dump_note_link(d, h, f->link, f->kind.refused);
			continue;
		}
		if (!is_said(&f->kind) && !is_said(&f->master) && !is_said(&f->neighbours) && !mtu && !state && !is_said(&f->mac) && !isle_dump_has_port(f) &&
		    !(f->is_lo && is_said(&f->address)))
			continue;
		ifaces = ifaces ? ifaces : isle_text_key(t, host, "interfaces");
		write_iface(d, t, ifaces, f);
	}
}

static void put_hop(struct isle_texts *t, struct isle_text *at, const struct isle_dump_route *r, size_t i)
{
	char text[ISLE_IP_TEXT];

	if (r->is.hops[i].via.family)
		isle_text_value(t, isle_text_key(t, at, "via"), "%s", isle_ip_text(&r->is.hops[i].via, false, text));
	if (!r->is.hops[i].via.family || r->said.level > 2 || r->is.hops[i].onlink)
		isle_text_value(t, isle_text_key(t, at, "dev"), "%s", r->devs[i]->name);
	if (r->is.metric)
		isle_text_value(t, isle_text_key(t, at, "metric"), "%u", r->is.metric);
	if (r->is.table)
		isle_text_value(t, isle_text_key(t, at, "table"), "%u", r->is.table);
	if (r->is.src.family)
		isle_text_value(t, isle_text_key(t, at, "src"), "%s", isle_ip_text(&r->is.src, false, text));
	if (r->is.mtu)
		isle_text_value(t, isle_text_key(t, at, "mtu"), "%u", r->is.mtu);
	if (r->is.hops[i].onlink)
		isle_text_bool(isle_text_key(t, at, "onlink"), true);
}

static bool is_named(const struct isle_dump_route *r)
{
	return r->hosts && r->said.level == 1;
}

/* One hop: a name, an address, or a map. ALONE: the value of the key itself, else an item of its list. */
static void write_hop(struct isle_texts *t, struct isle_text *key, struct isle_dump_route *r, size_t i, bool alone)
{
	const struct isle_hop *h = &r->is.hops[i];
	bool brief = h->via.family && !h->onlink && !r->is.metric && !r->is.table && !r->is.src.family && !r->is.mtu &&
		     (r->said.level < 3);
	char text[ISLE_IP_TEXT];
	struct isle_text *at;

	isle_ip_text(&h->via, false, text);
	if (!brief) {
		at = alone ? key : isle_text_map(t, key);
		at->owner = &r->said;
		put_hop(t, at, r, i);
	} else if (alone) {
		isle_text_value(t, key, "%s", is_named(r) ? r->hosts[i]->name : text);
	} else {
		isle_text_item(t, key, "%s", is_named(r) ? r->hosts[i]->name : text)->owner = &r->said;
	}
}

/* Is there another default route of the main table to be said, so that the word would be there twice? */
static bool is_only_default(const struct isle_dump_host *h, const struct isle_dump_route *r)
{
	for (size_t i = 0; i < h->n_routes; i++)
		if (&h->routes[i] != r && !h->routes[i].is.dst.len && is_said(&h->routes[i].said) && h->routes[i].with != r)
			return false;
	return !h->no_default[0].level && !h->no_default[1].level;
}

static bool is_same_dst(const struct isle_dump_route *a, const struct isle_dump_route *b)
{
	return !isle_ip_cmp(&a->is.dst, &b->is.dst);
}

/* By its destination in full, with all others to the same. */
static void write_literal(struct isle_dump *d, struct isle_texts *t, struct isle_text *routes, struct isle_dump_host *h, size_t first)
{
	static const char *const words[] = { "", "blackhole", "unreachable", "prohibit" };
	struct isle_dump_route *r = &h->routes[first];
	struct isle_text *key;
	char text[ISLE_IP_TEXT];
	size_t hops = 0;

	for (size_t i = 0; i < first; i++)
		if (is_said(&h->routes[i].said) && is_same_dst(&h->routes[i], r))
			return;
	if (!r->is.dst.len && r->is.n_hops && is_only_default(h, r))
		key = isle_text_key(t, routes, "default");
	else
		key = isle_text_key(t, routes, isle_dump_words(d, "%s", isle_ip_text(&r->is.dst, true, text)));
	key->owner = &r->said;
	if (r->is.type != ISLE_ROUTE_UNICAST) {
		isle_text_value(t, key, "%s", words[r->is.type]);
		return;
	}
	for (size_t i = first; i < h->n_routes; i++)
		if (is_said(&h->routes[i].said) && is_same_dst(&h->routes[i], r))
			hops += h->routes[i].is.n_hops;
	key->is_list = hops > 1;
	for (size_t i = first; i < h->n_routes; i++)
		for (size_t k = 0; is_said(&h->routes[i].said) && is_same_dst(&h->routes[i], r) && k < h->routes[i].is.n_hops; k++)
			write_hop(t, key, &h->routes[i], k, hops == 1);
}

static void write_named(struct isle_texts *t, struct isle_text *routes, struct isle_dump_route *r)
{
	struct isle_text *key = isle_text_key(t, routes, r->dst_name);

	key->owner = &r->said;
	key->is_list = r->is.n_hops > 1;
	for (size_t i = 0; i < r->is.n_hops; i++)
		write_hop(t, key, r, i, r->is.n_hops == 1);
}

static void write_routes(struct isle_dump *d, struct isle_texts *t, struct isle_text *host, struct isle_dump_host *h)
{
	static const char *const none[] = { "0.0.0.0/0", "::/0" };
	struct isle_text *routes = NULL;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < h->n_routes; i++) {
		struct isle_dump_route *r = &h->routes[i];

		if (r->said.refused)
			isle_text_note(t, host, "a route to %s: %s", r->is.dst.len ? isle_ip_text(&r->is.dst, true, text) : "default",
				       r->said.refused);
		if (!is_said(&r->said))
			continue;
		routes = routes ? routes : isle_text_key(t, host, "routes");
		if (is_named(r) && r->dst_name && !r->with && (r->is.dst.len || is_only_default(h, r)))
			write_named(t, routes, r);
		else if (!(is_named(r) && r->with && is_said(&r->with->said)))
			write_literal(d, t, routes, h, i);
	}
	for (int i = 0; i < 2; i++)
		if (is_said(&h->no_default[i])) {
			struct isle_text *key;

			routes = routes ? routes : isle_text_key(t, host, "routes");
			key = isle_text_key(t, routes, none[i]);
			key->owner = &h->no_default[i];
			isle_text_value(t, key, "none");
		}
}

static void write_forward(struct isle_dump *d, struct isle_texts *t, struct isle_text *host, struct isle_dump_host *h)
{
	const bool both = h->ns->forwards4 || h->ns->forwards6;
	struct isle_text *key;

	if (is_said(&h->forward)) {
		key = isle_text_key(t, host, "forward");
		key->owner = &h->forward;
		isle_text_bool(key, both);
	}
	if (h->ns->forwards4 == h->ns->forwards6 || !d->has_ipv6)
		return;
	key = isle_text_key(t, isle_text_key(t, host, "sysctl"), h->ns->forwards4 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward");
	isle_text_value(t, key, "0");
}

static void write_host(struct isle_dump *d, struct isle_texts *t, struct isle_text *at, struct isle_dump_host *h)
{
	if (h->was)
		isle_text_note(t, at, "%s", h->was);
	for (size_t i = 0; i < h->n_notes; i++)
		isle_text_note(t, at, "%s", h->notes[i]);
	if (h->uplink) {
		write_uplink(t, at, h->uplink);
		write_ports(t, at, h->uplink);
	}
	write_ifaces(d, t, at, h);
	isle_dump_write_rules(d, t, at, h);
	write_routes(d, t, at, h);
	write_forward(d, t, at, h);
}

/* Does it stand on a network or at an end of a link? */
static bool springs(const struct isle_dump_host *h)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		if (h->ifaces[i]->net || h->ifaces[i]->wire)
			return true;
	return false;
}

static const char *host_key(const void *of, size_t i)
{
	return ((const struct isle_text *const *)of)[i]->notes ? NULL : ((const struct isle_text *const *)of)[i]->key;
}

/* Hosts that are said the same about, and whose names are a range, are one entry. */
static void fold(struct isle_dump *d, struct isle_text **list, size_t n)
{
	for (size_t i = 0, run; i < n; i += run) {
		size_t same = 1;

		run = isle_dump_run(host_key, list, i, n);
		while (same < run && isle_text_is_equal(list[i], list[i + same]))
			same++;
		run = same < 3 ? 1 : same;
		if (run > 1) {
			const char *last = list[i + run - 1]->key;

			list[i]->key = isle_dump_words(d, "%s..%s", list[i]->key, last + strlen(last) - isle_str_digits(last));
			list[i]->next = i + run < n ? list[i + run] : NULL;
		}
	}
}

void isle_dump_write_hosts(struct isle_dump *d, struct isle_texts *t, struct isle_text *top)
{
	struct isle_text *hosts = isle_text_key(t, top, "hosts"), **list;
	size_t n = 0;

	list = isle_dump_alloc(d, d->n_hosts * sizeof(struct isle_text *));
	hosts->block = true;
	for (size_t i = 0; list && i < d->n_hosts; i++) {
		struct isle_dump_host *h = d->order[i];
		struct isle_text *at;

		if (h->switch_only)
			continue;
		at = isle_text_key(t, hosts, h->name);
		at->owner = &h->forward;
		write_host(d, t, at, h);
		if (at->first || at->notes || !springs(h)) {
			list[n++] = at;
			continue;
		}
		isle_text_drop_last(hosts);	/* nothing to say */
	}
	if (d->ranges)
		fold(d, list, n);
	if (!hosts->first)
		isle_text_drop_last(top);
}
