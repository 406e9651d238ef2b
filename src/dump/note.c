/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a dump has no key for, as comments at its host: interfaces of other
 * kinds with their addresses, rules, permanent neighbours, firewalls. Whoever
 * reads the file shall know what it does not make.
 */
#include "nl/nl.h"
#include "dump/inner.h"

#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>

static void put_vlan(struct isle_buf *b, const struct isle_snap_link *l)
{
	struct isle_nlattrs a;
	uint16_t id;

	if (!l->data)
		return;
	isle_nl_nested(l->data, &a);
	if (!a.a[IFLA_VLAN_ID] || isle_nla_len(a.a[IFLA_VLAN_ID]) < sizeof(id))
		return;
	memcpy(&id, isle_nla_data(a.a[IFLA_VLAN_ID]), sizeof(id));
	isle_buf_printf(b, ", id %u", id);
}

void isle_dump_note_link(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_link *l, const char *why)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&b, "%s: %s", l->name, l->kind ? l->kind : "hardware");
	if (l->lower)
		isle_buf_printf(&b, " on %s%s%s", l->lower->name, l->lower->ns != l->ns ? " of " : "",
				l->lower->ns != l->ns ? l->lower->ns->label : "");
	if (isle_str_eq(l->kind, "vlan"))
		put_vlan(&b, l);
	if (l->master)
		isle_buf_printf(&b, ", in %s %s", l->master->kind ? l->master->kind : "", l->master->name);
	for (size_t i = 0; i < l->ns->n_addresses; i++)
		if (l->ns->addresses[i].link == l)
			isle_buf_printf(&b, ", %s", isle_ip_text(&l->ns->addresses[i].ip, true, text));
	d->no_memory |= b.bad;
	isle_dump_note(d, h, "%s%s%s", b.s ? b.s : "", why ? ": " : "", why ? why : "");
}

bool isle_dump_is_usual_rule(const struct isle_snap_rule *r)
{
	return r->proto == RTPROT_KERNEL || (r->priority == 0 && r->table == RT_TABLE_LOCAL) ||
	       ((r->priority == 32766 || r->priority == 32767) && !r->from.family && !r->to.family && !r->mark && !r->iif && !r->oif);
}

static void note_rule(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_rule *r)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&b, "rule %u:%s%s", r->priority, r->family == AF_INET6 ? " IPv6" : "", r->inverted ? " not" : "");
	isle_buf_printf(&b, " from %s", r->from.family ? isle_ip_text(&r->from, true, text) : "all");
	if (r->to.family)
		isle_buf_printf(&b, " to %s", isle_ip_text(&r->to, true, text));
	if (r->mark)
		isle_buf_printf(&b, " fwmark 0x%x", r->mark);
	if (r->iif)
		isle_buf_printf(&b, " iif %s", r->iif);
	if (r->oif)
		isle_buf_printf(&b, " oif %s", r->oif);
	if (r->action == FR_ACT_TO_TBL)
		isle_buf_printf(&b, " lookup %u", r->table);
	else
		isle_buf_printf(&b, " action %u", r->action);
	d->no_memory |= b.bad;
	isle_dump_note(d, h, "%s", b.s ? b.s : "");
}

/* Are its neighbours keys of the file, or made with its uplink? */
static bool is_said(const struct isle_dump_host *h, const struct isle_snap_link *l)
{
	if (h->uplink && h->uplink->link == l)
		return true;
	for (size_t i = 0; i < h->n_ifaces; i++)
		if (h->ifaces[i]->link == l)
			return isle_dump_has_neighbours(h->ifaces[i]);
	return false;
}

static void note_host(struct isle_dump *d, struct isle_dump_host *h)
{
	const struct isle_snap_ns *ns = h->ns;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < ns->n_rules; i++)
		if (!isle_dump_is_usual_rule(&ns->rules[i]) && !isle_dump_is_rule(d, h, &ns->rules[i]))
			note_rule(d, h, &ns->rules[i]);
	for (size_t i = 0; i < ns->n_neighbours; i++)
		if (ns->neighbours[i].state & NUD_PERMANENT && ns->neighbours[i].n_mac == 6 && !is_said(h, ns->neighbours[i].link))
			isle_dump_note(d, h, "neighbour %s of %s is permanent", isle_ip_text(&ns->neighbours[i].ip, false, text),
				       ns->neighbours[i].link->name);
	for (size_t i = 0; i < ns->n_nfts; i++) {
		const struct isle_snap_nft *n = &ns->nfts[i];

		/* what an uplink of isle's makes, it makes again */
		if (h->uplink && n->family == NFPROTO_INET && !strncmp(n->table, "isle", 4))
			continue;
		if (n->is_legacy) {
			isle_dump_note(d, h, "iptables of the older kind: table %s of %s%s", n->table, isle_nft_family(n->family),
				       n->masquerades ? ", masquerades" : "");
			continue;
		}
		isle_dump_note(d, h, "nftables: table %s %s, %u chain%s%s", isle_nft_family(n->family), n->table, n->n_chains,
			       n->n_chains == 1 ? "" : "s", n->masquerades ? ", masquerades" : n->nat ? ", translates addresses" : "");
	}
}

void isle_dump_notes(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_hosts && !d->no_memory; i++)
		note_host(d, &d->hosts[i]);
	for (size_t i = 0; i < d->n_nets && !d->no_memory; i++) {
		struct isle_dump_net *n = d->nets[i];

		if (!n->bridge && n->wire->peer)
			isle_dump_note(d, n, "the other end of %s is %s of %s, which is not in this file", n->wire->name, n->wire->peer->name,
				       n->wire->peer->ns->label);
		else if (!n->bridge)
			isle_dump_note(d, n, "the other end of %s is somewhere that could not be looked at", n->wire->name);
		if (!n->gateway_iface && (n->gateway[0].family || n->gateway[1].family))
			isle_dump_note(d, n, "the gateway is not in this file: `uplink: nat` at a host is a way out");
	}
}
