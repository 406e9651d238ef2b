/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a dump says of interfaces that are no veths: kind, what they are on,
 * the options that are not as the kernel has them unasked, by the rows of the
 * link tables; and of hosts rules, of interfaces neighbours that stay. Where the
 * lab file has no words for one it is a comment (note.c).
 */
#include "links/links.h"
#include "dump/write.h"
#include "see/inner.h"

#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

static const struct isle_link_kind *kind_of(const struct isle_snap_link *l)
{
	return l->kind ? isle_link_kind_of(l->kind, l->data) : NULL;
}

bool isle_dump_is_kind(const struct isle_snap_link *l)
{
	const struct isle_link_kind *kind = kind_of(l);

	if (!kind || !kind->in_file || (kind->by_genl && !l->wireguard))
		return false;
	/* on something of another namespace, of which the file may not speak */
	if (l->link_nsid != -1 || (l->lower && l->lower->ns != l->ns))
		return false;
	return kind->lower == ISLE_LOWER_NONE || l->lower;
}

bool isle_dump_has_master(const struct isle_dump_iface *f)
{
	return f->link->master && isle_dump_is_kind(f->link->master);
}

struct writing { struct isle_texts *t; struct isle_text *at; const struct isle_snap_link *link; };

void isle_dump_write_option(struct isle_texts *t, struct isle_text *at, const char *name, const struct isle_link_value *v)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	struct isle_text *key = isle_text_key(t, at, name);

	if (v->option->type == ISLE_OPTION_BOOL) {
		isle_text_bool(key, v->n);
		return;
	}
	isle_link_print(v, &b);
	t->bad |= b.bad;
	isle_text_value(t, key, "%s", b.s ? b.s : "");
}

static void put_option(const struct isle_link_value *v, void *arg)
{
	struct writing *w = arg;

	if (v->option->flags & ISLE_OPTION_SECRET || isle_link_is_default(v))
		return;
	if (w->link->n_remotes > 1 && !strcmp(v->option->name, "remote"))
		return;
	isle_dump_write_option(w->t, w->at, v->option->name, v);
}

void isle_dump_write_kind(struct isle_texts *t, struct isle_text *at, const struct isle_dump_iface *f)
{
	struct writing w = { t, at, f->link };
	char text[ISLE_IP_TEXT];

	isle_text_value(t, isle_text_key(t, at, "kind"), "%s", kind_of(f->link)->name);
	if (kind_of(f->link)->lower != ISLE_LOWER_NONE)
		isle_text_value(t, isle_text_key(t, at, "link"), "%s", f->link->lower->name);
	isle_see_each_option(f->link, put_option, &w);
	if (f->link->n_remotes > 1) {
		struct isle_text *list = isle_text_key(t, at, "remote");

		for (size_t i = 0; i < f->link->n_remotes; i++)
			isle_text_item(t, list, "%s", isle_ip_text(&f->link->remotes[i], false, text));
	}
}

static bool stays(const struct isle_dump_iface *f, const struct isle_snap_neighbour *n)
{
	return n->link == f->link && n->state & NUD_PERMANENT && n->n_mac == 6;
}

bool isle_dump_has_neighbours(const struct isle_dump_iface *f)
{
	for (size_t i = 0; i < f->host->ns->n_neighbours && !f->is_lo && !f->is_uplink; i++)
		if (stays(f, &f->host->ns->neighbours[i]))
			return true;
	return false;
}

void isle_dump_write_neighbours(struct isle_dump *d, struct isle_texts *t, struct isle_text *at, struct isle_dump_iface *f)
{
	struct isle_text *map = isle_text_key(t, at, "neighbours");
	char text[ISLE_IP_TEXT];

	map->owner = &f->neighbours;
	for (size_t i = 0; i < f->host->ns->n_neighbours; i++) {
		const struct isle_snap_neighbour *n = &f->host->ns->neighbours[i];

		if (stays(f, n))
			isle_text_value(t, isle_text_key(t, map, isle_dump_words(d, "%s", isle_ip_text(&n->ip, false, text))),
					"%02x:%02x:%02x:%02x:%02x:%02x", n->mac[0], n->mac[1], n->mac[2], n->mac[3], n->mac[4], n->mac[5]);
	}
}

static bool is_same_rule(const struct isle_snap_rule *a, const struct isle_snap_rule *b)
{
	return a->action == b->action && a->inverted == b->inverted && a->priority == b->priority && a->table == b->table && a->mark == b->mark &&
	       isle_str_eq(a->iif, b->iif) && isle_str_eq(a->oif, b->oif);
}

static const char *action_of(const struct isle_snap_rule *r)
{
	switch (r->action) {
	case FR_ACT_TO_TBL: return "lookup";
	case FR_ACT_BLACKHOLE: return "blackhole";
	case FR_ACT_UNREACHABLE: return "unreachable";
	case FR_ACT_PROHIBIT: return "prohibit";
	default: return NULL;
	}
}

/* The same of the other family: one rule of the file is both. */
static const struct isle_snap_rule *twin(const struct isle_dump_host *h, const struct isle_snap_rule *r)
{
	for (size_t i = 0; i < h->ns->n_rules && !r->from.family && !r->to.family; i++) {
		const struct isle_snap_rule *other = &h->ns->rules[i];

		if (other->family != r->family && !other->from.family && !other->to.family && is_same_rule(r, other))
			return other;
	}
	return NULL;
}

bool isle_dump_is_rule(const struct isle_dump *d, const struct isle_dump_host *h, const struct isle_snap_rule *r)
{
	if (h->rules.refused || r->more || r->l3mdev || !action_of(r) || !r->priority || (r->action == FR_ACT_TO_TBL && !r->table) ||
	    (r->mark ? r->mask != UINT32_MAX : r->mask != 0))
		return false;
	return r->from.family || r->to.family || twin(h, r) || (r->family == AF_INET && !d->has_ipv6);
}

static void write_rule(struct isle_texts *t, struct isle_text *list, const struct isle_snap_rule *r)
{
	struct isle_text *at = isle_text_map(t, list);
	char text[ISLE_IP_TEXT];

	if (r->from.family)
		isle_text_value(t, isle_text_key(t, at, "from"), "%s", isle_ip_text(&r->from, true, text));
	if (r->to.family)
		isle_text_value(t, isle_text_key(t, at, "to"), "%s", isle_ip_text(&r->to, true, text));
	if (r->iif)
		isle_text_value(t, isle_text_key(t, at, "iif"), "%s", r->iif);
	if (r->oif)
		isle_text_value(t, isle_text_key(t, at, "oif"), "%s", r->oif);
	if (r->mark)
		isle_text_value(t, isle_text_key(t, at, "fwmark"), "%u", r->mark);
	if (r->inverted)
		isle_text_bool(isle_text_key(t, at, "not"), true);
	isle_text_value(t, isle_text_key(t, at, "priority"), "%u", r->priority);
	if (r->action == FR_ACT_TO_TBL)
		isle_text_value(t, isle_text_key(t, at, "table"), "%u", r->table);
	else
		isle_text_value(t, isle_text_key(t, at, "action"), "%s", action_of(r));
}

void isle_dump_write_rules(const struct isle_dump *d, struct isle_texts *t, struct isle_text *host, struct isle_dump_host *h)
{
	struct isle_text *list = NULL;

	for (size_t i = 0; i < h->ns->n_rules; i++) {
		const struct isle_snap_rule *r = &h->ns->rules[i];

		if (isle_dump_is_usual_rule(r) || !isle_dump_is_rule(d, h, r) || (r->family == AF_INET6 && twin(h, r)))
			continue;
		if (!list) {
			list = isle_text_key(t, host, "rules");
			list->owner = &h->rules;
		}
		write_rule(t, list, r);
	}
}
