/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle who` for people: a paragraph for each match, a line for each question that one has about it. */
#include <net/if.h>
#include "see/inner.h"

struct page {
	const struct isle_who *who;
	struct isle_buf *out;
	bool bad;
};

static void put_clean(struct page *p, const char *s)
{
	const char *plain = isle_plain(p->who->arena, s);

	p->bad |= !plain;
	isle_buf_puts(p->out, plain ? plain : "");
}

/* "  other end   WORDS"; KEY "" goes on with the one above. */
static void line(struct page *p, const char *key, const char *fmt, ...) ISLE_PRINTF(3, 4);
static void line(struct page *p, const char *key, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	p->bad |= !s;
	isle_buf_printf(p->out, "  %-11s", key);
	put_clean(p, s ? s : "");
	isle_buf_puts(p->out, "\n");
	free(s);
}

static const char *addresses(struct page *p, const struct isle_snap_link *l)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char text[ISLE_IP_TEXT];
	const char *s;

	for (size_t i = 0; i < l->n_addresses; i++)
		isle_buf_printf(&b, "%s%s", i ? " " : "", isle_ip_text(&l->addresses[i].ip, true, text));
	s = isle_arena_strdup(p->who->arena, b.s ? b.s : "");
	p->bad |= b.bad || !s;
	return s ? s : "";
}

static void interface(struct page *p, const struct isle_snap_link *l)
{
	const char *kind = isle_see_kind(l, p->who->arena), *state = isle_see_state(l);
	isle_auto(buf) struct isle_buf names = { 0 };
	char mac[96];

	for (size_t i = 0; i < l->n_altnames; i++)
		isle_buf_printf(&names, ", also %s", l->altnames[i]);
	line(p, "interface", "%s%s%s, mtu %u%s%s%s", kind ? kind : l->kind ? l->kind : "", kind || l->kind ? ", " : "", state ? state : "up", l->mtu,
	     l->n_mac && !isle_see_is_lo(l) ? ", " : "", isle_see_is_lo(l) ? "" : isle_see_mac(l->mac, l->n_mac, mac), names.s ? names.s : "");
	p->bad |= names.bad;
	if (l->alias)
		line(p, "alias", "%s", l->alias);
	if (l->n_addresses)
		line(p, "addresses", "%s", addresses(p, l));
}

/* The options of its kind, as many on a line as fit. */
static void options(struct page *p, const struct isle_snap_link *l)
{
	const size_t width = (p->who->options->width ? p->who->options->width : 80) - 13;
	const char *s = isle_see_options(l, p->who->arena), *key = "options";

	p->bad |= !s;
	while (s && *s) {
		size_t n = strlen(s);

		for (const char *comma; n > width && (comma = memrchr(s, ',', n - 1));)
			n = (size_t)(comma - s) + 1;
		line(p, key, "%.*s", (int)n, s);
		s += n + (s[n] == ' ');
		key = "";
	}
}

static void wires(struct page *p, const struct isle_snap_link *l)
{
	struct isle_arena *a = p->who->arena;
	const char *master = !l->master ? NULL : l->master->is_ovs_bridge ? isle_see_kind(l->master, a) : l->master->kind;
	size_t ports = 0;

	if (l->peer && l->peer->ns->owner == ISLE_OWNER_FABRIC && l->peer->master)
		line(p, "other end", "%s of lab %s, its port %s", l->peer->master->name, l->peer->ns->lab, l->peer->name);
	else if (l->peer)
		line(p, "other end", "%s%s%s%s%s", isle_see_of(l->peer, a), l->peer->master ? ", on " : "",
		     l->peer->master ? l->peer->master->name : "", l->peer->n_addresses ? ", " : "", addresses(p, l->peer));
	else if (l->peer_state == ISLE_PEER_UNSEEN)
		line(p, "other end", "%s%s%s", l->link_ns ? "in " : "in a namespace that cannot be seen: another user's, or nobody is in it any more",
		     l->link_ns ? l->link_ns->label : "", l->link_ns ? ", which could not be read" : "");
	else if (isle_see_is_outward(l))
		line(p, "other end", "not on this machine, as far as can be seen");
	if (l->lower)
		line(p, "on", "%s", isle_see_of(l->lower, a));
	if (l->master)
		line(p, "port of", "%s%s%s%s%s%s", l->master->name, master ? " (" : "", master ? master : "", master ? ")" : "",
		     l->master->n_addresses ? ", " : "", addresses(p, l->master));
	for (size_t i = 0; i < l->ns->n_links; i++)
		if (l->ns->links[i].master == l)
			line(p, ports++ ? "" : "ports", "%s%s%s", l->ns->links[i].name, l->ns->links[i].peer ? ", to " : "",
			     l->ns->links[i].peer ? isle_see_of(l->ns->links[i].peer, a) : "");
}

static void whose(struct page *p, const struct isle_snap_ns *ns)
{
	const struct isle_census_name *n = ns->census ? ns->census->names : NULL;
	isle_auto(buf) struct isle_buf b = { 0 };
	struct isle_ns_info info = { .pid = 0 };

	isle_buf_printf(&b, "%s%s", ns->label, ns->own ? ", where you are" : "");
	for (; n; n = n->next)
		if (strcmp(n->name, ns->label))
			isle_buf_printf(&b, ", also %s", n->name);
	isle_buf_printf(&b, ", net:[%llu]", (unsigned long long)ns->id);
	line(p, "whose", "%s", b.s ? b.s : "");
	p->bad |= b.bad;
	if (ns->unseen)
		line(p, "", "could not be looked into: %s", strerror(ns->unseen));
	if (!ns->census || !p->who->snap->census)
		return;
	if (isle_census_info(p->who->snap->census, (size_t)(ns->census - p->who->snap->census->nss), &info) == 0 && info.pid)
		line(p, "", "%zu process%s, the first is pid %d%s%s", info.n[ISLE_HOLDER_PROCESS], info.n[ISLE_HOLDER_PROCESS] == 1 ? "" : "es",
		     info.pid, info.command ? " " : "", info.command ? info.command : "");
	else if (!ns->own)
		line(p, "", "nobody is in it; 'isle holders net:[%llu]' tells what keeps it", (unsigned long long)ns->id);
}

static void step(struct page *p, const struct isle_way_step *s, const char *key)
{
	struct isle_arena *a = p->who->arena;
	const char *to = !s->to ? NULL : s->to->ns == s->ns ? s->to->name : isle_see_of(s->to, a);
	char via[ISLE_IP_TEXT];

	if (!s->dev)
		return;
	line(p, key, "%s%s: by %s%s%s%s%s%s%s", s->ns->label, s->masquerades ? " (masquerades)" : "", s->dev->name, s->via.family ? " to " : "",
	     s->via.family ? isle_ip_text(&s->via, false, via) : "", to ? ", " : "", to ? to : "",
	     !to && s->leaves && s->leaves != s->dev ? ", and off this machine by " : !to && s->leaves ? ", off this machine" : "",
	     !to && s->leaves && s->leaves != s->dev ? isle_see_of(s->leaves, a) : "");
}

static void way(struct page *p, const struct isle_snap_ns *ns, uint8_t family, const char *key, bool quiet)
{
	const struct isle_way_step *last;
	struct isle_way w;
	char via[ISLE_IP_TEXT];

	if (isle_way_find(p->who->snap, ns, family, &w)) {
		p->bad = true;
		return;
	}
	if (quiet && w.n == 1 && w.end == ISLE_WAY_NO_ROUTE)
		return;
	for (size_t i = 0; i < w.n; i++) {
		step(p, &w.steps[i], i ? "" : key);
		if (i && !w.steps[i].forwards)
			line(p, "", "%s does not forward %s: what comes from elsewhere ends there", w.steps[i].ns->label,
			     family == AF_INET ? "IPv4" : "IPv6");
	}
	last = &w.steps[w.n - 1];
	key = w.n == 1 && !last->dev ? key : "";
	switch (w.end) {
	case ISLE_WAY_OUT: break;
	case ISLE_WAY_NO_ROUTE: line(p, key, "%s has no default route", last->ns->label); break;
	case ISLE_WAY_REFUSED: line(p, key, "the default route of %s refuses everything", last->ns->label); break;
	case ISLE_WAY_NOBODY: line(p, key, "nobody that can be seen has %s", isle_ip_text(&last->via, false, via)); break;
	case ISLE_WAY_UNSEEN: line(p, key, "%s could not be looked into", last->ns->label); break;
	case ISLE_WAY_CIRCLE: line(p, key, "back to %s: it goes in a circle", last->to ? last->to->ns->label : last->ns->label); break;
	}
}

static void match(struct page *p, const struct isle_who_match *m)
{
	const struct isle_snap_ns *behind = isle_who_behind(m);
	const char *title = m->link ? isle_see_of(m->link, p->who->arena) : isle_arena_printf(p->who->arena, "%s is %s", p->who->word, m->ns->label);

	const char *fixed;

	p->bad |= !title;
	isle_buf_puts(p->out, p->who->options->color ? "\033[1m" : "");
	put_clean(p, title ? title : "");
	isle_buf_puts(p->out, p->who->options->color ? "\033[m\n" : "\n");
	if (m->link) {
		interface(p, m->link);
		if (p->who->detail)
			options(p, m->link);
		wires(p, m->link);
	}
	if (p->who->detail) {
		fixed = isle_see_fixed(m->link, p->who->arena);
		line(p, "can move", "%s%s", fixed ? "no: " : "yes", fixed ? fixed : "");
		return;
	}
	for (size_t i = 0; !m->link && i < m->ns->n_links; i++)
		if (!isle_see_is_quiet(&m->ns->links[i]))
			line(p, "interface", "%s%s%s%s%s", m->ns->links[i].name, m->ns->links[i].n_addresses ? ", " : "",
			     addresses(p, &m->ns->links[i]), m->ns->links[i].peer ? ", to " : "",
			     m->ns->links[i].peer ? isle_see_of(m->ns->links[i].peer, p->who->arena) : "");
	whose(p, behind);
	way(p, behind, AF_INET, "way out", false);
	way(p, behind, AF_INET6, "  IPv6", true);
}

int isle_who_text(const struct isle_who *w, struct isle_buf *out)
{
	struct page p = { .who = w, .out = out };

	for (size_t i = 0; i < w->n; i++) {
		isle_buf_puts(out, i ? "\n" : "");
		match(&p, &w->matches[i]);
	}
	return p.bad || out->bad ? -ENOMEM : 0;
}
