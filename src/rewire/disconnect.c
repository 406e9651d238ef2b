/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `disconnect` and `link` between plain namespaces. A wire is found by
 * what the kernel says of its ends, never by a name: a pair whose other end is
 * in the other namespace, or is a port of the bridge that was named. Taken away
 * is only what has our mark, unless the caller names the very interface or says
 * .any; a network card never. Who names a bridge, or a device of the machine
 * without saying `host:`, means the wires that are on it, not the thing itself.
 */
#include "rewire/lab.h"
#include "rewire/rewire.h"

enum { WIRES_MAX = 64 };

struct wires {
	struct isle_snap_link *at[WIRES_MAX];	/* its end at A */
	size_t n;
};

static bool is_port_of(const struct isle_snap_link *l, const char *bridge)
{
	return l->master && isle_str_eq(l->master->name, bridge);
}

/* Is L, or its other end, what END names? */
static bool is_at(struct isle_rewire *w, const struct isle_snap_link *l, int end)
{
	const struct isle_place *p = w->place[end];

	return l && l->ns == w->in[end] && (!*p->ifname || isle_str_eq(l->name, p->ifname) || is_port_of(l, p->ifname));
}

/* Of a pair the peer, of a tunnel that we made what has the same mark. NULL: none that is seen here. */
static struct isle_snap_link *other_end(const struct isle_rewire *w, const struct isle_snap_link *l)
{
	const char *mark = isle_wire_mark(l);

	for (int i = 0; !l->peer && mark && i < 2; i++)
		for (size_t k = 0; w->in[i] && k < w->in[i]->n_links; k++) {
			struct isle_snap_link *other = &w->in[i]->links[k];

			if (other != l && isle_str_eq(isle_wire_mark(other), mark))
				return other;
		}
	return l->peer;
}

/* What is on an interface of the other end's, or has it as a lower one. */
static bool is_on(struct isle_rewire *w, const struct isle_snap_link *l)
{
	return l->lower && *w->place[1]->ifname && l->ns == w->in[0] && is_at(w, l->lower, 1) && is_at(w, l, 0);
}

static void find_wires(struct isle_rewire *w, struct wires *ret)
{
	const struct isle_snap_ns *ns = w->in[0];

	ret->n = 0;
	for (size_t i = 0; i < ns->n_links && ret->n < WIRES_MAX; i++) {
		struct isle_snap_link *l = &ns->links[i];
		const bool named = *w->place[0]->ifname;
		const struct isle_snap_link *other = other_end(w, l);
		const bool hit = w->place[1] ? (is_at(w, l, 0) && is_at(w, other, 1) && l != other) || is_on(w, l)
				 : named     ? isle_str_eq(l->name, w->place[0]->ifname)
					     : isle_wire_mark(l) != NULL;

		/* of a pair within one namespace, once */
		if (hit && !(l->peer && l->peer->ns == ns && l->peer < l && !named && is_at(w, l->peer, 0)))
			ret->at[ret->n++] = l;
	}
}

/* What is named alone, if the wires on it are meant; else NULL. */
static const struct isle_snap_link *bearer(const struct isle_rewire *w)
{
	const struct isle_place *p = w->place[0];
	const struct isle_snap_link *l = !w->place[1] && *p->ifname ? isle_snap_link_named(w->in[0], p->ifname) : NULL;

	if (!l || isle_wire_mark(l))
		return NULL;
	return isle_str_eq(l->kind, "bridge") || l->is_ovs_bridge || isle_place_is_bare(p) ? l : NULL;
}

static void find_wires_on(struct isle_rewire *w, const struct isle_snap_link *bearer, struct wires *ret)
{
	const struct isle_snap_ns *ns = w->in[0];
	const bool any = w->options && w->options->any;

	ret->n = 0;
	for (size_t i = 0; i < ns->n_links && ret->n < WIRES_MAX; i++) {
		struct isle_snap_link *l = &ns->links[i];

		if ((l->master == bearer || l->lower == bearer) && l != bearer && (any || isle_wire_mark(l)))
			ret->at[ret->n++] = l;
	}
}

static const char *colon(const struct isle_place *p)
{
	return *p->ifname && !isle_place_is_bare(p) ? ":" : "";
}

static const char *behind(const struct isle_place *p)
{
	return isle_place_is_bare(p) ? "" : p->ifname;
}

static int none(struct isle_rewire *w, struct isle_diag *d)
{
	const struct isle_place *a = w->place[0], *b = w->place[1];

	if (b)
		isle_reject(d, NULL, "%s%s%s and %s%s%s are not connected", a->word, colon(a), behind(a), b->word, colon(b), behind(b));
	else if (bearer(w)) {
		isle_reject(d, NULL, "there is no wire on %s%s%s that isle made", a->word, colon(a), behind(a));
		isle_hint(d, "of one whose other end is elsewhere name that: `isle disconnect NS %s`", a->word);
	} else if (*a->ifname)
		isle_reject(d, NULL, "%s has no interface '%s'", isle_rewire_name(w, 0), a->ifname);
	else
		isle_reject(d, NULL, "%s has no wire that isle made", a->word);
	if (!w->place[1] && !*a->ifname)
		isle_hint(d, "name the interface: %s:IF", a->word);
	return -ENOENT;
}

static int several(struct isle_rewire *w, const struct wires *found, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf all = { 0 };

	for (size_t i = 0; i < found->n; i++)
		isle_buf_printf(&all, "%s%s:%s", i ? ", " : "", w->place[0]->word, found->at[i]->name);
	isle_reject(d, NULL, "%zu wires connect %s and %s", found->n, w->place[0]->word, w->place[1]->word);
	isle_hint(d, "name the interface: %s", all.s);
	return -ENOTUNIQ;
}

static int check_ours(struct isle_rewire *w, const struct isle_snap_link *l, struct isle_diag *d)
{
	const bool named = *w->place[0]->ifname && isle_str_eq(w->place[0]->ifname, l->name);

	if (!l->kind) {
		isle_reject(d, NULL, "%s of %s is no wire but %s", l->name, isle_rewire_name(w, 0),
			    l->type == 772 /* ARPHRD_LOOPBACK */ ? "its loopback" : "a device of the machine");
		return -EPERM;
	}
	if (isle_wire_mark(l) || named || (w->options && w->options->any))
		return 0;
	isle_reject(d, NULL, "%s:%s was not made by isle", w->place[0]->word, l->name);
	isle_hint(d, "`isle disconnect %s:%s` names it, `--any` takes whatever connects the two", w->place[0]->word, l->name);
	return -EPERM;
}

/* One end of a tunnel, and where the other is was not said. */
static int check_whole(struct isle_rewire *w, const struct isle_snap_link *l, struct isle_diag *d)
{
	const struct isle_link_kind *kind = l->kind ? isle_link_kind_find(l->kind) : NULL;
	const char *mark = isle_wire_mark(l);

	if (!mark || !kind || !kind->is_tunnel || strstr(mark, ISLE_WIRE_ALONE) || other_end(w, l) || (w->options && w->options->any))
		return 0;
	isle_reject(d, NULL, "%s:%s is one end of %s", w->place[0]->word, l->name, kind->what);
	isle_hint(d, "say where the other is: `isle disconnect %s:%s B`; `--any` takes this one alone", w->place[0]->word, l->name);
	return -EINVAL;
}

static void add_end(struct isle_rewire *w, const struct isle_snap_link *l)
{
	struct isle_step step = { .kind = ISLE_STEP_VETH, .ns = w->ns[l->ns == w->in[0] ? 0 : 1], .removes = true };

	step.veth.name = l->name;
	step.veth.ifindex = (uint32_t)l->ifindex;
	isle_changes_end(w->changes, &step);
	/* the kernel takes a pair's along */
	if (!l->peer && l->ns == w->in[0] && other_end(w, l))
		add_end(w, other_end(w, l));
}

static int disconnect_plain(const struct isle_pair *pair, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	const struct isle_place *a = &pair->a, *b = pair->has_b ? &pair->b : NULL;
	isle_auto(rewire) struct isle_rewire w = { 0 };
	isle_auto(buf) struct isle_buf said = { 0 };
	struct wires found = { .n = 0 };
	char what[128];
	int r = isle_rewire_begin(&w, a, b, 0, o, d);

	if (r)
		return r;
	if (bearer(&w))
		find_wires_on(&w, bearer(&w), &found);
	else
		find_wires(&w, &found);
	if (!found.n)
		return none(&w, d);
	if (b && found.n > 1)
		return several(&w, &found, d);
	for (size_t i = 0; i < found.n && !r; i++) {
		r = check_ours(&w, found.at[i], d);
		if (!r)
			r = check_whole(&w, found.at[i], d);
		add_end(&w, found.at[i]);
		isle_buf_printf(&said, "%s%s:%s", i ? ", " : "", isle_rewire_name(&w, 0), found.at[i]->name);
	}
	snprintf(what, sizeof(what), "disconnect %.64s", a->word);
	if (!r)
		r = isle_rewire_do(&w, what, ret_said, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "disconnected %s", said.s);
}

int isle_disconnect(const char *a, const char *b, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(a, b, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_disconnect(&pair, o, ret_said, d) : disconnect_plain(&pair, o, ret_said, d);
}

static void add_state(struct isle_rewire *w, int end, const struct isle_snap_link *l, bool up)
{
	struct isle_change *c = isle_rewire_add(w, ISLE_STEP_LINK, end);

	if (!c)
		return;
	c->step.link.name = l->name;
	c->step.link.ifindex = (uint32_t)l->ifindex;
	c->step.link.up = up;
	c->undo = c->step;
	c->undo.link.up = l->flags & IFF_UP;
	c->has_undo = true;
}

static int switch_plain(const struct isle_pair *pair, bool up, const struct isle_rewire_options *o, char **ret_said,
			struct isle_diag *d)
{
	const struct isle_place *a = &pair->a, *b = pair->has_b ? &pair->b : NULL;
	isle_auto(rewire) struct isle_rewire w = { 0 };
	struct wires found = { .n = 0 };
	const struct isle_snap_link *other;
	char what[128];
	int r = isle_rewire_begin(&w, a, b, 0, o, d);

	if (r)
		return r;
	if (!b && !*a->ifname) {
		isle_reject(d, NULL, "which link of %s?", a->word);
		isle_hint(d, "name the other end, or the interface: %s:IF", a->word);
		return -EINVAL;
	}
	find_wires(&w, &found);
	if (!found.n)
		return none(&w, d);
	if (b && found.n > 1)
		return several(&w, &found, d);
	other = other_end(&w, found.at[0]);
	if (b && other)
		add_state(&w, 1, other, up);
	add_state(&w, 0, found.at[0], up);
	snprintf(what, sizeof(what), "switch the link of %.64s", a->word);
	r = isle_rewire_do(&w, what, ret_said, d);
	if (!r && b && other)
		r = isle_rewire_say(o, ret_said, d, "the link of %s:%s and %s:%s is %s", isle_rewire_name(&w, 0), found.at[0]->name,
				    isle_rewire_name(&w, 1), other->name, up ? "up" : "down");
	else if (!r)
		r = isle_rewire_say(o, ret_said, d, "%s:%s is %s", isle_rewire_name(&w, 0), found.at[0]->name, up ? "up" : "down");
	return r;
}

int isle_link_switch(const char *a, const char *b, bool up, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(a, b, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_switch(&pair, up, o, ret_said, d) : switch_plain(&pair, up, o, ret_said, d);
}
