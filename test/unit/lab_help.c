/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: see lab_help.h. What is handed out as const char * is the same text for
 * each call: look at it before the next.
 */
#include "lab_help.h"

static struct isle_buf shown;

static const char *show(void)
{
	if (!shown.n)
		isle_buf_puts(&shown, "-");
	assert_false(shown.bad);
	return shown.s;
}

struct isle_lab *lab_load(const char *text)
{
	struct isle_diag *diag = isle_diag_new();
	struct isle_lab *lab = NULL;
	int r = isle_lab_load(text, strlen(text), "dir/t.yaml", &lab, diag);

	for (const struct isle_diag_rec *rec = isle_diag_first(diag); rec; rec = rec->next)
		print_error("%u:%u: %s\n", rec->loc.line, rec->loc.col, rec->msg);
	assert_int_equal(r, 0);
	assert_null(isle_diag_first(diag));
	isle_diag_free(diag);
	return lab;
}

char *lab_said(const char *text, const char *file)
{
	struct isle_diag *diag = isle_diag_new();
	struct isle_lab *lab = NULL;
	struct isle_buf out = { 0 };
	int r = isle_lab_load(text, strlen(text), file, &lab, diag);

	assert_int_equal(r, isle_diag_errors(diag) ? -EINVAL : 0);
	for (const struct isle_diag_rec *rec = isle_diag_first(diag); rec; rec = rec->next)
		isle_buf_printf(&out, "%u:%u %s%s\n", rec->loc.line, rec->loc.col, rec->warning ? "warning: " : "",
				rec->msg);
	isle_diag_free(diag);
	isle_lab_free(lab);
	return isle_buf_steal(&out);
}

struct isle_host *lab_host(const struct isle_lab *lab, const char *name)
{
	struct isle_host *h = isle_lab_host(lab, name);

	assert_non_null(h);
	return h;
}

struct isle_iface *lab_iface(const struct isle_lab *lab, const char *host, const char *name)
{
	const struct isle_host *h = lab_host(lab, host);

	for (size_t i = 0; i < h->n_ifaces; i++)
		if (strcmp(h->ifaces[i]->name, name) == 0)
			return h->ifaces[i];
	fail_msg("%s has no %s", host, name);
	return NULL;
}

static void put_ips(struct isle_buf *out, const struct isle_ip *ips, size_t n)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < n; i++)
		isle_buf_printf(out, "%s%s", i ? " " : "", isle_ip_text(&ips[i], true, text));
}

const char *lab_addresses(const struct isle_lab *lab, const char *host, const char *iface)
{
	const struct isle_iface *f = lab_iface(lab, host, iface);

	shown.n = 0;
	put_ips(&shown, f->addresses, f->n_addresses);
	return show();
}

const char *lab_ifaces(const struct isle_lab *lab, const char *host)
{
	const struct isle_host *h = lab_host(lab, host);

	shown.n = 0;
	for (size_t i = 0; i < h->n_ifaces; i++)
		isle_buf_printf(&shown, "%s%s", i ? " " : "", h->ifaces[i]->name);
	return show();
}

static void put_route(struct isle_buf *out, const struct isle_route *r)
{
	static const char *const types[] = { "", " blackhole", " unreachable", " prohibit" };
	char text[ISLE_IP_TEXT];

	isle_buf_printf(out, "%s%s", isle_ip_text(&r->dst, true, text), types[r->type]);
	for (size_t i = 0; i < r->n_hops; i++) {
		if (r->hops[i].via.family)
			isle_buf_printf(out, " via %s", isle_ip_text(&r->hops[i].via, false, text));
		if (r->hops[i].dev)
			isle_buf_printf(out, " dev %s", r->hops[i].dev->name);
		if (r->hops[i].onlink)
			isle_buf_puts(out, " onlink");
	}
	if (r->metric)
		isle_buf_printf(out, " metric %u", r->metric);
	if (r->table)
		isle_buf_printf(out, " table %u", r->table);
	if (r->mtu)
		isle_buf_printf(out, " mtu %u", r->mtu);
	if (r->src.family)
		isle_buf_printf(out, " src %s", isle_ip_text(&r->src, false, text));
}

const char *lab_routes(const struct isle_lab *lab, const char *host)
{
	const struct isle_host *h = lab_host(lab, host);

	shown.n = 0;
	for (size_t i = 0; i < h->n_routes; i++) {
		isle_buf_puts(&shown, i ? "; " : "");
		put_route(&shown, &h->routes[i]);
	}
	return show();
}

static void put_mac(struct isle_buf *out, const uint8_t m[6])
{
	isle_buf_printf(out, " %02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void dump_iface(struct isle_buf *out, const struct isle_iface *f)
{
	isle_buf_printf(out, "  %zu %s mtu %u %s%s%s%s port '%s' network %s link %d peer %s/%s", f->index, f->name, f->mtu,
			f->up ? "up" : "down", f->is_lo ? " lo" : "", f->is_uplink ? " uplink" : "",
			f->has_ipv6 ? " ipv6" : "", f->port, f->network ? f->network->name : "-",
			f->link ? (int)f->link->index : -1, f->peer ? f->peer->host->name : "-",
			f->peer ? f->peer->name : "-");
	put_mac(out, f->mac);
	isle_buf_puts(out, " ");
	put_ips(out, f->addresses, f->n_addresses);
	isle_buf_puts(out, "\n");
}

static void dump_host(struct isle_buf *out, const struct isle_host *h)
{
	isle_buf_printf(out, "host %zu %s forward %d uplink %d written %d port '%s' ", h->index, h->name, h->forward,
			h->uplink.kind, h->uplink.written, h->uplink.port);
	put_ips(out, h->uplink.subnets, h->uplink.n_subnets);
	isle_buf_printf(out, " machine %d dns ", h->dns_from_machine);
	put_ips(out, h->dns, h->n_dns);
	for (size_t i = 0; i < h->n_aliases; i++)
		isle_buf_printf(out, " alias %s", h->aliases[i]);
	for (size_t i = 0; i < h->n_sysctls; i++)
		isle_buf_printf(out, " %s='%s'", h->sysctls[i].name, h->sysctls[i].value);
	for (size_t i = 0; i < h->n_rules; i++)
		isle_buf_printf(out, " rule %u mark %d %u %s %s table %u action %d not %d for %d%d from %u/%u to %u/%u", h->rules[i].priority,
				h->rules[i].has_mark, h->rules[i].mark, h->rules[i].iif ? h->rules[i].iif : "-",
				h->rules[i].oif ? h->rules[i].oif : "-", h->rules[i].table, h->rules[i].action, h->rules[i].inverted,
				h->rules[i].family[0], h->rules[i].family[1], h->rules[i].from.family, h->rules[i].from.len,
				h->rules[i].to.family, h->rules[i].to.len);
	for (size_t i = 0; i < h->n_owns; i++)
		isle_buf_printf(out, " %s=%s", h->owns[i].path, h->owns[i].source ? h->owns[i].source : "private");
	isle_buf_puts(out, "\n");
	for (size_t i = 0; i < h->n_ifaces; i++)
		dump_iface(out, h->ifaces[i]);
	for (size_t i = 0; i < h->n_routes; i++) {
		isle_buf_puts(out, "  ");
		put_route(out, &h->routes[i]);
		isle_buf_puts(out, "\n");
	}
}

static void dump_network(struct isle_buf *out, const struct isle_network *n)
{
	isle_buf_printf(out, "network %zu %s mtu %u kind %d gateway %s ", n->index, n->name, n->mtu, n->kind,
			n->gateway ? n->gateway->name : "-");
	for (int i = 0; i < 2; i++)
		if (n->gateway_address[i].family)
			put_ips(out, &n->gateway_address[i], 1);
	for (size_t i = 0; i < n->n_ports; i++)
		isle_buf_printf(out, " %s/%s", n->ports[i]->host->name, n->ports[i]->name);
	isle_buf_puts(out, "\n");
}

static void dump_segment(struct isle_buf *out, const struct isle_segment *s)
{
	isle_buf_puts(out, "segment ");
	put_ips(out, s->subnets, s->n_subnets);
	for (size_t i = 0; i < s->n_networks; i++) {
		isle_buf_printf(out, " %s", s->networks[i]->name);
		assert_ptr_equal(s->networks[i]->segment, s);
	}
	for (size_t i = 0; i < s->n_members; i++)
		isle_buf_printf(out, " %s/%s", s->members[i]->host->name, s->members[i]->name);
	isle_buf_puts(out, "\n");
}

static void dump_link(struct isle_buf *out, const struct isle_link *l)
{
	isle_buf_printf(out, "link %zu mtu %u %s ", l->index, l->mtu, l->up ? "up" : "down");
	put_ips(out, l->subnets, l->n_subnets);
	for (int k = 0; k < 2; k++) {
		if (l->iface[k])
			isle_buf_printf(out, " %s/%s", l->iface[k]->host->name, l->iface[k]->name);
		else
			isle_buf_printf(out, " %s '%s'", l->network[k]->name, l->port[k]);
		put_mac(out, l->mac[k]);
	}
	isle_buf_puts(out, "\n");
}

char *lab_dump(const struct isle_lab *lab)
{
	struct isle_buf out = { 0 };

	isle_buf_printf(&out, "lab %s uplink %d ipv6 %d\n", lab->name, lab->has_uplink, lab->has_ipv6);
	for (size_t i = 0; i < lab->n_networks; i++)
		dump_network(&out, lab->networks[i]);
	for (size_t i = 0; i < lab->n_segments; i++)
		dump_segment(&out, lab->segments[i]);
	for (size_t i = 0; i < lab->n_hosts; i++)
		dump_host(&out, lab->hosts[i]);
	for (size_t i = 0; i < lab->n_links; i++)
		dump_link(&out, lab->links[i]);
	return isle_buf_steal(&out);
}

char *lab_full(const struct isle_lab *lab)
{
	struct isle_buf out = { 0 };

	assert_int_equal(isle_lab_full(lab, &out), 0);
	return isle_buf_steal(&out);
}
