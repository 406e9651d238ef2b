/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: rules of policy routing, and neighbours that are known without asking.
 * A rule without an address is one of both families, as far as the host has
 * them. Without a priority it gets one, in written order, so that the first
 * that is written is the first that is tried; the kernel's own choice would be
 * the reverse.
 */
#include "lab/build.h"

#define RULE_END 32766u			/* where the kernel's own main and default rules begin */

static const char *const actions[] = { "lookup", "blackhole", "unreachable", "prohibit" };

static const char *iface_name(struct isle_build *b, const struct isle_host *h, const struct isle_word *w)
{
	if (!w->s || !strcmp(w->s, "lo") || isle_lab_iface(h, w->s) || !isle_lab_once(b, &w->loc, "no interface"))
		return w->s;
	isle_reject(b->diag, &w->loc, "'%s' has no interface '%s'", h->name, w->s);
	return w->s;
}

static uint32_t next_priority(const struct isle_bhost *h, uint32_t from)
{
	bool taken = true;

	while (taken && from < RULE_END) {
		taken = false;
		for (size_t i = 0; i < h->doc->n_rules; i++)
			taken |= h->doc->rules[i].priority.set && h->doc->rules[i].priority.v == from;
		from += taken;
	}
	return from;
}

static void set_families(struct isle_build *b, const struct isle_host *h, const struct isle_doc_rule *d, struct isle_rule *r)
{
	const uint8_t family = r->from.family ? r->from.family : r->to.family;

	if (r->from.family && r->to.family && r->from.family != r->to.family && isle_lab_once(b, &d->to.loc, "rule"))
		isle_reject(b->diag, &d->to.loc, "'from' and 'to' of a rule are of one family");
	r->family[0] = family ? family == AF_INET : true;
	r->family[1] = family ? family == AF_INET6 : isle_host_has_family(h, AF_INET6);
}

static int take_rules(struct isle_build *b, struct isle_bhost *h)
{
	uint32_t next = ISLE_RULE_FIRST;

	h->pub.rules = isle_arena_alloc(b->arena, h->doc->n_rules * sizeof(*h->pub.rules));
	if (!h->pub.rules)
		return -ENOMEM;
	for (size_t i = 0; i < h->doc->n_rules; i++) {
		const struct isle_doc_rule *d = &h->doc->rules[i];
		struct isle_rule *r = &h->pub.rules[h->pub.n_rules++];

		*r = (struct isle_rule){ .loc = d->loc, .action = d->action.set ? (enum isle_rule_action)d->action.v : ISLE_RULE_LOOKUP,
					 .inverted = d->inverted.v, .from = d->from.ip, .to = d->to.ip, .has_mark = d->fwmark.set,
					 .mark = d->fwmark.v, .table = d->table.v, .priority = d->priority.v };
		r->iif = iface_name(b, &h->pub, &d->iif);
		r->oif = iface_name(b, &h->pub, &d->oif);
		set_families(b, &h->pub, d, r);
		if (d->priority.set)
			continue;
		next = next_priority(h, next);
		if (next == RULE_END && isle_lab_once(b, &d->loc, "rules"))
			isle_reject(b->diag, &d->loc, "'%s' has more rules than there are priorities from %u to %u", h->pub.name,
				    ISLE_RULE_FIRST, RULE_END - 1);
		r->priority = next < RULE_END ? next++ : next;
	}
	return 0;
}

static int take_neighbours(struct isle_build *b, struct isle_iface *f, const struct isle_doc_iface *d)
{
	f->neighbours = isle_arena_alloc(b->arena, d->n_neighbours * sizeof(*f->neighbours));
	if (!f->neighbours)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_neighbours; i++) {
		struct isle_neighbour *n = &f->neighbours[f->n_neighbours];
		const struct isle_word *w = &d->neighbours[i].address;

		if (f->is_lo && isle_lab_once(b, &w->loc, "neighbour"))
			isle_reject(b->diag, &w->loc, "lo has no neighbours");
		n->loc = w->loc;
		memcpy(n->mac, d->neighbours[i].mac.b, sizeof(n->mac));
		f->n_neighbours += isle_ip_parse(w->s, strlen(w->s), &n->ip, NULL);
		for (size_t k = 0; k < f->n_addresses; k++)
			if (isle_ip_equal(&f->addresses[k], &n->ip) && isle_lab_once(b, &w->loc, "neighbour"))
				isle_reject(b->diag, &w->loc, "%s is '%s' itself", w->s, f->host->name);
	}
	return 0;
}

int isle_lab_rules(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		struct isle_bhost *h = isle_bhost(b->lab->hosts[i]);

		if (h->doc->n_rules && take_rules(b, h) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < h->pub.n_ifaces; k++) {
			const struct isle_doc_iface *d = isle_biface(h->pub.ifaces[k])->doc;

			if (d && d->n_neighbours && take_neighbours(b, h->pub.ifaces[k], d) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

static void put_selector(struct isle_buf *out, const char *key, const struct isle_ip *ip)
{
	char text[ISLE_IP_TEXT];

	if (!ip->family)
		return;
	isle_buf_printf(out, "%s: ", key);
	isle_yaml_put(out, isle_ip_text(ip, true, text));
	isle_buf_puts(out, ", ");
}

static void put_iface(struct isle_buf *out, const char *key, const char *name)
{
	if (!name)
		return;
	isle_buf_printf(out, "%s: ", key);
	isle_yaml_put(out, name);
	isle_buf_puts(out, ", ");
}

void isle_lab_full_rules(struct isle_buf *out, const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_rules; i++) {
		const struct isle_rule *r = &h->rules[i];

		isle_buf_puts(out, i ? "      - {" : "    rules:\n      - {");
		isle_buf_puts(out, r->inverted ? "not: true, " : "");
		put_selector(out, "from", &r->from);
		put_selector(out, "to", &r->to);
		put_iface(out, "iif", r->iif);
		put_iface(out, "oif", r->oif);
		if (r->has_mark)
			isle_buf_printf(out, "fwmark: %u, ", r->mark);
		isle_buf_printf(out, "priority: %u, ", r->priority);
		if (r->action == ISLE_RULE_LOOKUP)
			isle_buf_printf(out, "table: %u}\n", r->table);
		else
			isle_buf_printf(out, "action: %s}\n", actions[r->action]);
	}
}

void isle_lab_full_neighbours(struct isle_buf *out, const struct isle_iface *f)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < f->n_neighbours; i++) {
		const uint8_t *m = f->neighbours[i].mac;

		isle_buf_puts(out, i ? ", " : ", neighbours: {");
		isle_yaml_put(out, isle_ip_text(&f->neighbours[i].ip, false, text));
		isle_buf_printf(out, ": \"%02x:%02x:%02x:%02x:%02x:%02x\"", m[0], m[1], m[2], m[3], m[4], m[5]);
	}
	isle_buf_puts(out, f->n_neighbours ? "}" : "");
}
