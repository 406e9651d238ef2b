/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the long form: a lab file in which nothing is left to be assigned but
 * where uplinks lead. Every attachment stays where it was made (list, host or
 * link), because that is what numbers everything; addresses, MAC, MTU and state
 * stand at the interface. Loading it gives the same lab, and its long form is
 * itself. An end that lacks an address in some subnet says `none`, so that it
 * stays so; a host without a default route that a gateway would give it, too.
 */
#include "lab/build.h"

static void put_ips(struct isle_buf *out, const struct isle_ip *ips, size_t n, bool with_len)
{
	char text[ISLE_IP_TEXT];

	isle_buf_puts(out, "[");
	for (size_t i = 0; i < n; i++) {
		isle_buf_puts(out, i ? ", " : "");
		isle_yaml_put(out, isle_ip_text(&ips[i], with_len, text));
	}
	isle_buf_puts(out, "]");
}

void isle_lab_put_subnets(struct isle_buf *out, const struct isle_ip *ips, size_t n)
{
	isle_buf_puts(out, "subnet: ");
	if (n)
		put_ips(out, ips, n, true);
	else
		isle_buf_puts(out, "none");
}

/* Would F be given an address that it does not have? */
static bool needs_none(const struct isle_iface *f)
{
	const struct isle_wire *w = isle_biface(f)->wire;

	for (size_t i = 0; i < w->n_subnets; i++) {
		bool has = false;

		for (size_t k = 0; k < f->n_addresses && !has; k++)
			has = f->addresses[k].len == w->subnets[i].len && isle_ip_contains(&w->subnets[i], &f->addresses[k]);
		if (!has)
			return true;
	}
	return false;
}

void isle_lab_put_ref(struct isle_buf *out, const struct isle_iface *f)
{
	isle_buf_printf(out, "%s:%s%s", f->host->name, f->name, isle_biface(f)->wire && needs_none(f) ? " none" : "");
}

/* Interface names may hold anything but spaces, slashes and colons: the whole text is quoted if need be. */
void isle_lab_put_quoted(struct isle_buf *out, struct isle_buf *text)
{
	isle_yaml_put(out, text->s ? text->s : "");
	out->bad |= text->bad;
	text->n = 0;
}

static void put_network(struct isle_buf *out, const struct isle_network *n)
{
	isle_auto(buf) struct isle_buf ref = { 0 };
	const struct isle_bnet *b = isle_bnet(n);

	isle_buf_puts(out, "  ");
	isle_yaml_put(out, n->name);
	isle_buf_puts(out, ":\n    ");
	isle_lab_put_subnets(out, n->segment->subnets, n->segment->n_subnets);
	if (b->doc->gateway.s) {
		isle_buf_puts(out, "\n    gateway: ");
		isle_yaml_put(out, b->doc->gateway.s);
	}
	isle_buf_printf(out, "\n    mtu: %u\n", n->mtu);
	isle_lab_put_switch(out, n);
	for (size_t i = 0; i < b->n_listed; i++) {
		isle_lab_put_ref(&ref, &b->listed[i]->pub);
		isle_buf_puts(out, i ? "      - " : "    hosts:\n      - ");
		isle_lab_put_quoted(out, &ref);
		isle_buf_puts(out, "\n");
	}
}

static bool has_own_mac(const struct isle_iface *f)
{
	if (f->is_lo || (f->kind && f->kind->mac >= ISLE_MAC_SHARED))
		return false;
	return !f->kind || f->kind->mac == ISLE_MAC_OWN || (isle_biface(f)->doc && isle_biface(f)->doc->mac_set);
}

static void put_iface(struct isle_buf *out, const struct isle_iface *f)
{
	const uint8_t *m = f->mac;
	const char *sep = "";
	size_t skip = f->is_uplink ? f->host->uplink.n_subnets : 0;

	isle_buf_puts(out, "      ");
	isle_yaml_put(out, f->name);
	isle_buf_puts(out, ": {");
	if (isle_biface(f)->how == ISLE_HOW_NET) {
		isle_buf_puts(out, "net: ");
		if (needs_none(f))
			isle_buf_printf(out, "%s none", f->network->name);
		else
			isle_yaml_put(out, f->network->name);
		sep = ", ";
	}
	if (isle_biface(f)->how == ISLE_HOW_KIND) {
		isle_buf_printf(out, "kind: %s", f->kind->name);
		if (f->lower)
			isle_buf_puts(out, ", link: ");
		if (f->lower)
			isle_yaml_put(out, isle_biface(f)->doc_kind->lower.s);
		isle_lab_full_options(out, f, NULL);
		isle_lab_full_peers(out, f);
		sep = ", ";
	}
	if (f->master) {
		isle_buf_printf(out, "%smaster: ", sep);
		isle_yaml_put(out, f->master->name);
		sep = ", ";
	}
	if (f->n_addresses > skip) {
		isle_buf_printf(out, "%saddresses: ", sep);
		put_ips(out, f->addresses + skip, f->n_addresses - skip, true);
		sep = ", ";
	}
	if (has_own_mac(f)) {
		isle_buf_printf(out, "%smac: \"%02x:%02x:%02x:%02x:%02x:%02x\"", sep, m[0], m[1], m[2], m[3], m[4], m[5]);
		sep = ", ";
	}
	if (f->mtu) {
		isle_buf_printf(out, "%smtu: %u", sep, f->mtu);
		sep = ", ";
	}
	if (!f->network || !f->network->vlan_of)
		isle_lab_put_vlans(out, &f->vlans, &sep);
	isle_lab_put_port(out, &f->vlans, &sep);
	isle_buf_printf(out, "%sstate: %s", sep, f->up ? "up" : "down");
	isle_lab_full_neighbours(out, f);
	isle_buf_puts(out, "}\n");
}

static void put_hop(struct isle_buf *out, const struct isle_route *r, const struct isle_hop *h)
{
	char text[ISLE_IP_TEXT];
	const char *sep = "";

	isle_buf_puts(out, "{");
	if (h->via.family) {
		isle_buf_puts(out, "via: ");
		isle_yaml_put(out, isle_ip_text(&h->via, false, text));
		sep = ", ";
	}
	if (h->dev) {
		isle_buf_printf(out, "%sdev: ", sep);
		isle_yaml_put(out, h->dev->name);
	}
	if (r->metric)
		isle_buf_printf(out, ", metric: %u", r->metric);
	if (r->table)
		isle_buf_printf(out, ", table: %u", r->table);
	if (r->src.family) {
		isle_buf_puts(out, ", src: ");
		isle_yaml_put(out, isle_ip_text(&r->src, false, text));
	}
	if (r->mtu)
		isle_buf_printf(out, ", mtu: %u", r->mtu);
	isle_buf_puts(out, h->onlink ? ", onlink: true}" : "}");
}

/* The routes to one destination, N of them: one hop, or a list. */
static void put_routes(struct isle_buf *out, const struct isle_route *r, size_t n)
{
	static const char *const words[] = { "", "blackhole", "unreachable", "prohibit" };
	bool list = n > 1 || r->n_hops > 1;
	char text[ISLE_IP_TEXT];

	isle_buf_puts(out, "      ");
	isle_yaml_put(out, isle_ip_text(&r->dst, true, text));
	isle_buf_puts(out, list ? ":\n" : ": ");
	if (r->type != ISLE_ROUTE_UNICAST)
		isle_buf_printf(out, "%s\n", words[r->type]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < r[i].n_hops; k++) {
			isle_buf_puts(out, list ? "        - " : "");
			put_hop(out, &r[i], &r[i].hops[k]);
			isle_buf_puts(out, "\n");
		}
}

/* Would loading this host give it a default route of FAMILY that it does not have? */
static bool needs_no_default(const struct isle_host *h, int family)
{
	const struct isle_network *n, *other;
	const struct isle_iface *dev;

	for (size_t i = 0; i < h->n_routes; i++)
		if (!h->routes[i].dst.len && isle_family_index(&h->routes[i].dst) == family &&
		    (h->routes[i].table == 0 || h->routes[i].table == 254))
			return false;
	for (size_t i = 0; i < h->uplink.n_subnets; i++)
		if (isle_family_index(&h->uplink.subnets[i]) == family && h->uplink.iface->up)
			return true;
	n = isle_lab_default_network(h, family, &dev, &other);
	return n != NULL;
}

/* It comes with the uplink, and its hop is not certain before the lab is up. */
static bool is_of_moving_uplink(const struct isle_route *r)
{
	return r->assigned && r->n_hops == 1 && r->hops[0].dev->is_uplink && !r->hops[0].dev->host->uplink.written;
}

static void put_all_routes(struct isle_buf *out, const struct isle_host *h)
{
	static const char *const none[] = { "0.0.0.0/0: none", "\"::/0\": none" };
	bool begun = false;

	for (size_t i = 0, n; i < h->n_routes; i += n) {
		for (n = 1; i + n < h->n_routes && !isle_ip_cmp(&h->routes[i].dst, &h->routes[i + n].dst);)
			n++;
		if (n == 1 && is_of_moving_uplink(&h->routes[i]))
			continue;
		isle_buf_puts(out, begun ? "" : "    routes:\n");
		begun = true;
		put_routes(out, &h->routes[i], n);
	}
	for (int family = 0; family < 2; family++) {
		if (!needs_no_default(h, family))
			continue;
		isle_buf_printf(out, "%s      %s\n", begun ? "" : "    routes:\n", none[family]);
		begun = true;
	}
}

static void put_words(struct isle_buf *out, const char *key, const char *const *words, size_t n)
{
	if (!n)
		return;
	isle_buf_printf(out, "    %s: [", key);
	for (size_t i = 0; i < n; i++) {
		isle_buf_puts(out, i ? ", " : "");
		isle_yaml_put(out, words[i]);
	}
	isle_buf_puts(out, "]\n");
}

static void put_uplink(struct isle_buf *out, const struct isle_uplink *u)
{
	if (u->kind == ISLE_UPLINK_NONE)
		return;
	isle_buf_puts(out, "    uplink: {kind: nat");
	if (u->written) {
		isle_buf_puts(out, ", ");
		isle_lab_put_subnets(out, u->subnets, u->n_subnets);
	}
	isle_buf_puts(out, "}\n");
}

static void put_host(struct isle_buf *out, const struct isle_host *h)
{
	isle_buf_puts(out, "  ");
	isle_yaml_put(out, h->name);
	isle_buf_puts(out, h->n_ifaces ? ":\n    interfaces:\n" : ":\n");
	for (size_t i = 0; i < h->n_ifaces; i++)
		put_iface(out, h->ifaces[i]);
	put_all_routes(out, h);
	isle_buf_printf(out, "    forward: %s\n", h->forward ? "true" : "false");
	put_uplink(out, &h->uplink);
	if (h->n_dns) {
		isle_buf_puts(out, "    dns: ");
		put_ips(out, h->dns, h->n_dns, false);
		isle_buf_puts(out, "\n");
	}
	put_words(out, "aliases", h->aliases, h->n_aliases);
	if (h->n_sysctls)
		isle_buf_puts(out, "    sysctl:\n");
	for (size_t i = 0; i < h->n_sysctls; i++) {
		isle_buf_puts(out, "      ");
		isle_yaml_put(out, h->sysctls[i].name);
		isle_buf_puts(out, ": ");
		isle_yaml_put(out, h->sysctls[i].value);
		isle_buf_puts(out, "\n");
	}
	isle_lab_full_host(out, h);
}

int isle_lab_full(const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "lab: ");
	isle_yaml_put(out, lab->name);
	isle_buf_puts(out, lab->n_networks ? "\nnetworks:\n" : "\n");
	for (size_t i = 0; i < lab->n_networks; i++)
		put_network(out, lab->networks[i]);
	isle_buf_puts(out, lab->n_hosts ? "hosts:\n" : "");
	for (size_t i = 0; i < lab->n_hosts; i++)
		put_host(out, lab->hosts[i]);
	if (isle_lab_full_links(out, lab) < 0)
		return -ENOMEM;
	return out->bad ? -ENOMEM : 0;
}
