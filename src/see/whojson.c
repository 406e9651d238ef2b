/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle who --json`: described with the map's in isle-map-json(5), whose members it uses. */
#include "see/inner.h"

static json_t *step(const struct isle_way_step *s)
{
	return json_pack("{s:I, s:o, s:o*, s:o*, s:o*, s:o*, s:b, s:b}", "namespace", (json_int_t)s->ns->id, "label", isle_json_text(s->ns->label),
			 "interface", s->dev ? isle_json_text(s->dev->name) : NULL, "via", isle_json_ip(&s->via, false),
			 "to", isle_json_end(s->to), "leaves", s->to ? NULL : isle_json_end(s->leaves), "forwards", s->forwards,
			 "masquerades", s->masquerades);
}

static json_t *way(const struct isle_who *who, const struct isle_snap_ns *ns, uint8_t family)
{
	static const char *const ends[] = {
		[ISLE_WAY_OUT] = "out", [ISLE_WAY_NO_ROUTE] = "no route", [ISLE_WAY_REFUSED] = "refused", [ISLE_WAY_NOBODY] = "nobody",
		[ISLE_WAY_UNSEEN] = "unseen", [ISLE_WAY_CIRCLE] = "circle",
	};
	json_t *steps = json_array();
	struct isle_way w;

	if (isle_way_find(who->snap, ns, family, &w)) {
		json_decref(steps);
		return NULL;
	}
	for (size_t i = 0; i < w.n; i++)
		json_array_append_new(steps, step(&w.steps[i]));
	return json_pack("{s:s, s:s, s:o}", "family", family == AF_INET6 ? "inet6" : "inet", "end", ends[w.end], "steps", steps);
}

static json_t *ports(const struct isle_snap_link *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->ns->n_links; i++)
		if (l->ns->links[i].master == l)
			json_array_append_new(list, isle_json_text(l->ns->links[i].name));
	return list;
}

static json_t *interface(const struct isle_who *who, const struct isle_snap_link *l)
{
	json_t *o = isle_json_link(l, true);
	const char *fixed = who->detail ? isle_see_fixed(l, who->arena) : NULL;

	if (who->detail)
		json_object_set_new(o, "options", isle_json_options(l));
	if (fixed)
		json_object_set_new(o, "fixed_because", json_string(fixed));
	return o;
}

static json_t *match(const struct isle_who *who, const struct isle_who_match *m)
{
	const struct isle_snap_ns *behind = isle_who_behind(m);
	json_t *o = json_pack("{s:o}", "namespace", isle_json_ns(m->ns)), *links = m->link ? NULL : json_array();

	if (!who->detail) {
		json_object_set_new(o, "whose", isle_json_ns(behind));
		json_object_set_new(o, "ways", json_pack("[o, o]", way(who, behind, AF_INET), way(who, behind, AF_INET6)));
	}
	if (m->link) {
		json_object_set_new(o, "interface", interface(who, m->link));
		json_object_set_new(o, "ports", ports(m->link));
		return o;
	}
	for (size_t i = 0; i < m->ns->n_links; i++)
		json_array_append_new(links, isle_json_link(&m->ns->links[i], true));
	json_object_set_new(o, "links", links);
	return o;
}

int isle_who_json(const struct isle_who *w, struct isle_buf *out)
{
	json_t *list = json_array();
	int r;

	for (size_t i = 0; i < w->n; i++)
		json_array_append_new(list, match(w, &w->matches[i]));
	r = isle_json_put(out, json_pack("{s:i, s:o, s:o}", "version", 1, "query", isle_json_text(w->word), "matches", list));
	isle_buf_puts(out, "\n");
	return r || out->bad ? -ENOMEM : 0;
}
