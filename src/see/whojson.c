/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle who --json`: described with the map's in isle-map-json(5), whose members it uses. */
#include "see/inner.h"

static void put_step(struct isle_json *j, const struct isle_way_step *s)
{
	isle_json_open(j, NULL, '{');
	isle_json_number(j, "namespace", s->ns->id);
	isle_json_text(j, "label", s->ns->label);
	isle_json_text(j, "interface", s->dev ? s->dev->name : NULL);
	isle_json_ip(j, "via", &s->via, false);
	isle_json_end(j, "to", s->to);
	isle_json_end(j, "leaves", s->to ? NULL : s->leaves);
	isle_json_bool(j, "forwards", s->forwards);
	isle_json_bool(j, "masquerades", s->masquerades);
	isle_json_close(j, '}');
}

static void put_way(struct isle_json *j, const struct isle_who *who, const struct isle_snap_ns *ns, uint8_t family)
{
	static const char *const ends[] = {
		[ISLE_WAY_OUT] = "out", [ISLE_WAY_NO_ROUTE] = "no route", [ISLE_WAY_REFUSED] = "refused", [ISLE_WAY_NOBODY] = "nobody",
		[ISLE_WAY_UNSEEN] = "unseen", [ISLE_WAY_CIRCLE] = "circle",
	};
	struct isle_way w;

	if (isle_way_find(who->snap, ns, family, &w)) {
		j->out->bad = true;
		return;
	}
	isle_json_open(j, NULL, '{');
	isle_json_text(j, "family", family == AF_INET6 ? "inet6" : "inet");
	isle_json_text(j, "end", ends[w.end]);
	isle_json_open(j, "steps", '[');
	for (size_t i = 0; i < w.n; i++)
		put_step(j, &w.steps[i]);
	isle_json_close(j, ']');
	isle_json_close(j, '}');
}

static void put_ports(struct isle_json *j, const struct isle_snap_link *l)
{
	isle_json_open(j, "ports", '[');
	for (size_t i = 0; i < l->ns->n_links; i++)
		if (l->ns->links[i].master == l)
			isle_json_text(j, NULL, l->ns->links[i].name);
	isle_json_close(j, ']');
}

static void put_interface(struct isle_json *j, const struct isle_who *who, const struct isle_snap_link *l)
{
	isle_json_open(j, "interface", '{');
	isle_json_link(j, l, true);
	if (who->detail) {
		isle_json_options(j, l);
		isle_json_text(j, "fixed_because", isle_see_fixed(l, who->arena));
	}
	isle_json_close(j, '}');
	put_ports(j, l);
}

static void put_links(struct isle_json *j, const struct isle_snap_ns *ns)
{
	isle_json_open(j, "links", '[');
	for (size_t i = 0; i < ns->n_links; i++) {
		isle_json_open(j, NULL, '{');
		isle_json_link(j, &ns->links[i], true);
		isle_json_close(j, '}');
	}
	isle_json_close(j, ']');
}

static void put_ns(struct isle_json *j, const char *key, const struct isle_snap_ns *ns)
{
	isle_json_open(j, key, '{');
	isle_json_ns(j, ns);
	isle_json_close(j, '}');
}

static void put_match(struct isle_json *j, const struct isle_who *who, const struct isle_who_match *m)
{
	const struct isle_snap_ns *behind = isle_who_behind(m);

	isle_json_open(j, NULL, '{');
	put_ns(j, "namespace", m->ns);
	if (!who->detail) {
		put_ns(j, "whose", behind);
		isle_json_open(j, "ways", '[');
		put_way(j, who, behind, AF_INET);
		put_way(j, who, behind, AF_INET6);
		isle_json_close(j, ']');
	}
	if (m->link)
		put_interface(j, who, m->link);
	else
		put_links(j, m->ns);
	isle_json_close(j, '}');
}

int isle_who_json(const struct isle_who *w, struct isle_buf *out)
{
	struct isle_json j = { .out = out };

	isle_json_open(&j, NULL, '{');
	isle_json_number(&j, "version", 1);
	isle_json_text(&j, "query", w->word);
	isle_json_open(&j, "matches", '[');
	for (size_t i = 0; i < w->n; i++)
		put_match(&j, w, &w->matches[i]);
	isle_json_close(&j, ']');
	isle_json_close(&j, '}');
	isle_buf_puts(out, "\n");
	return out->bad ? -ENOMEM : 0;
}
