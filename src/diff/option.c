/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: options of interfaces that are there, and of ports of bridges. What the
 * kernel can change in place is changed so, and its inverse are the values that
 * were; for anything else the interface is made anew. An option that the file
 * wrote once and no longer writes gets what the kernel has by itself; one that
 * it never wrote is as it may be.
 */
#include "diff/diff.h"

struct differing {		/* what is asked for, and what is there in its place */
	struct isle_link_value to[ISLE_LINK_OPTIONS], back[ISLE_LINK_OPTIONS];
	size_t n;
	bool anew;		/* it cannot become so */
	bool is_drift;		/* the record had it all along */
};

struct comparing {
	const struct isle_differ *d;
	const struct isle_snap_link *live;
	struct isle_settings want, was[2];
	struct isle_link_value got[ISLE_LINK_OPTIONS];
	size_t n_got;
};

static const struct isle_link_value *got(const struct comparing *c, const char *name)
{
	for (size_t i = 0; i < c->n_got; i++)
		if (!strcmp(c->got[i].option->name, name))
			return &c->got[i];
	return NULL;
}

/* The kernel counts a switch's times in its ticks, and tells less than it was told. */
static bool is_rounded(const struct comparing *c, const struct isle_link_value *wanted, const struct isle_link_value *has)
{
	static const char *const times[] = { "ageing_time", "forward_delay", "hello_time", "max_age" };
	bool is_time = false;

	for (size_t i = 0; i < ISLE_COUNT(times); i++)
		is_time |= !strcmp(wanted->option->name, times[i]);
	return is_time && !strcmp(c->want.kind->name, "bridge") && has->n + 1 == wanted->n;
}

/* A switch in a spanning tree has the root's times, and for a while others; its own are known by what it was told. */
static bool is_borrowed(const struct comparing *c, const struct isle_option *o)
{
	static const char *const times[] = { "forward_delay", "hello_time", "max_age" };
	const struct isle_link_value *stp = got(c, "stp_state"), *delay = got(c, "forward_delay"), *ageing = got(c, "ageing_time");
	struct isle_nlattrs t;

	if (strcmp(c->want.kind->name, "bridge") || !stp || !stp->n || !delay)
		return false;
	if (!strcmp(o->name, "ageing_time"))
		return ageing && ageing->n == 2 * delay->n;
	isle_nl_nested(c->live->data, &t);
	for (size_t i = 0; i < ISLE_COUNT(times); i++)
		if (!strcmp(o->name, times[i]))
			return isle_nla_len(t.a[IFLA_BR_ROOT_PORT]) == 2 && memcmp(isle_nla_data(t.a[IFLA_BR_ROOT_PORT]), "\0", 2);
	return false;
}

/* What it is where nobody wrote it, seen from OTHER, its value now or to be. */
static struct isle_link_value unwritten(const struct isle_option *o, const struct isle_link_value *other)
{
	struct isle_link_value v = { .option = o, .n = o->type == ISLE_OPTION_LINK ? 0 : o->dflt_n, .text = "none" };

	if (o->type == ISLE_OPTION_IP && other)
		v.ip = (struct isle_ip) { .family = other->ip.family, .len = other->ip.len };
	return v;
}

static bool is_equal(const struct isle_link_value *a, const struct isle_link_value *b)
{
	if (a->option->type == ISLE_OPTION_LINK)
		return isle_str_eq(a->text, b->text);
	return isle_link_value_equal(a, b);
}

/* The record's value; NULL: none, or what was meant is not known. */
static const struct isle_link_value *recorded(const struct comparing *c, const struct isle_option *o)
{
	size_t n;

	return c->d->in->n_owned == 1 ? isle_link_value_find(c->was[0].v, c->was[0].n, o, &n) : NULL;
}

static void differ(const struct comparing *c, struct differing *f, const struct isle_link_value *wanted, const struct isle_link_value *has,
		   bool written)
{
	const struct isle_option *o = wanted->option;
	const struct isle_link_value *before = recorded(c, o);

	f->to[f->n] = *wanted;
	f->back[f->n] = has ? *has : unwritten(o, wanted);
	if (before && is_borrowed(c, o))
		f->back[f->n] = *before;
	f->anew |= !(o->flags & ISLE_OPTION_LIVE) || (o->type == ISLE_OPTION_IP && has && has->ip.family != wanted->ip.family) ||
		   (o->type == ISLE_OPTION_LINK && !written);
	f->is_drift &= written && (before ? is_equal(before, wanted) : o->flags & ISLE_OPTION_SEND);
	f->n++;
}

/* Does the kernel say nothing of it because there is none? Else it is too old, or was built without. */
static bool is_told(const struct isle_option *o)
{
	return o->type == ISLE_OPTION_IP || o->type == ISLE_OPTION_LINK || o->wire == ISLE_WIRE_GRE;
}

/* One option. */
static void compare_one(const struct comparing *c, const struct isle_option *o, struct differing *f)
{
	const struct isle_link_value dflt = { .option = o, .n = o->dflt_n }, *wanted, *has, *before = recorded(c, o);
	struct isle_link_value none;
	size_t n_wanted, n_has, n_was[2];

	wanted = isle_link_value_find(c->want.v, c->want.n, o, &n_wanted);
	has = isle_link_value_find(c->got, c->n_got, o, &n_has);
	for (size_t k = 0; k < 2; k++)
		isle_link_value_find(c->was[k].v, c->was[k].n, o, &n_was[k]);
	/* several are none of the link's, but entries of its table */
	if (n_wanted > 1)
		wanted = NULL;
	if (!wanted && (o->flags & ISLE_OPTION_SEND))
		wanted = &dflt;
	if ((!wanted && !n_was[0] && !n_was[1]) || (!has && !is_told(o)))
		return;
	if (!wanted && (!has || (isle_link_is_default(has) && !is_borrowed(c, o))))
		return;
	none = unwritten(o, has);
	if (is_borrowed(c, o))
		has = before ? before : has;
	if (wanted ? !has || (!is_equal(wanted, has) && !is_rounded(c, wanted, has)) : !is_equal(&none, has))
		differ(c, f, wanted ? wanted : &none, has, wanted);
}

/* Where what is not said would be lost: what is there beside. */
static void complete(const struct comparing *c, struct differing *f)
{
	struct differing all = { .anew = f->anew, .is_drift = f->is_drift };

	for (size_t i = 0; i < c->n_got; i++) {
		const struct isle_option *o = c->got[i].option;
		size_t n, n_wanted;
		const struct isle_link_value *to = isle_link_value_find(f->to, f->n, o, &n);

		isle_link_value_find(c->want.v, c->want.n, o, &n_wanted);
		all.back[all.n] = c->got[i];
		/* without a value of its own it is left out */
		all.to[all.n++] = to && n_wanted ? *to : to ? (struct isle_link_value) { .option = NULL } : c->got[i];
	}
	for (size_t i = 0; i < f->n; i++) {
		size_t n;

		if (!isle_link_value_find(c->got, c->n_got, f->to[i].option, &n) && all.n < ISLE_LINK_OPTIONS) {
			all.to[all.n] = f->to[i];
			all.back[all.n++] = (struct isle_link_value) { .option = NULL };
		}
	}
	*f = all;
}

static void compare(struct comparing *c, const struct nlattr *data, struct differing *f)
{
	f->is_drift = c->d->in->n_owned == 1;
	c->n_got = data && !c->want.kind->by_genl ? isle_link_get(c->want.kind, data, c->got, ISLE_COUNT(c->got)) : 0;
	for (size_t i = 0; i < c->n_got; i++) {
		const struct isle_snap_link *other;

		if (c->got[i].option->type != ISLE_OPTION_LINK)
			continue;
		other = isle_snap_link_at(c->live->ns, (int)c->got[i].n);
		c->got[i].text = other ? other->name : "none";
	}
	for (size_t i = 0; c->n_got && i < c->want.kind->n; i++)
		if (!(c->want.kind->options[i].flags & ISLE_OPTION_SECRET))
			compare_one(c, &c->want.kind->options[i], f);
	if (f->n && c->want.kind->takes_all)
		complete(c, f);
}

static bool makes(const struct isle_differ *d, const struct isle_plan *plan, size_t i, const struct isle_made *made)
{
	struct isle_made other[2];

	return i < plan->n_steps && isle_kind_of(&plan->steps[i])->settings && isle_kind_makes(&plan->steps[i], other) == 1 &&
	       !strcmp(other[0].name, made->name) && isle_differ_ns(d, plan->lab, other[0].ns) == made->ns;
}

/* Those that the owned plans made the interface with. AT: where it is if nothing has changed. */
static void find_settings(const struct isle_differ *d, const struct isle_made *made, size_t at, struct isle_settings ret[2])
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];
		size_t i = makes(d, plan, at, made) ? at : 0;

		while (i < plan->n_steps && !makes(d, plan, i, made))
			i++;
		if (i < plan->n_steps)
			isle_kind_settings(&plan->steps[i], &ret[k]);
	}
}

/* Of the interface that step I makes, and that is there as LIVE. false: there is nothing to be compared. */
static bool compare_step(const struct isle_differ *d, size_t i, const struct isle_snap_link *live, struct differing *f)
{
	struct comparing c = { .d = d, .live = live };
	struct isle_made made[2];

	if (!isle_kind_settings(&d->steps[i], &c.want) || isle_kind_makes(&d->steps[i], made) != 1 || !live->data)
		return false;
	/* a tap and a tun have one name */
	if (isle_link_kind_of(live->kind, live->data) != c.want.kind) {
		f->anew = true;
		return true;
	}
	find_settings(d, &made[0], i, c.was);
	compare(&c, live->data, f);
	return true;
}

bool isle_differ_can_become(const struct isle_differ *d, size_t i, const struct isle_snap_link *live)
{
	struct differing f = { 0 };

	return !compare_step(d, i, live, &f) || !f.anew;
}

/* What has no value is left out. */
static struct isle_link_value *copy(struct isle_differ *d, const struct isle_link_value *v, size_t n, size_t *ret_n)
{
	struct isle_link_value *to = isle_arena_alloc(d->out->arena, (n + 1) * sizeof(*to));

	*ret_n = 0;
	for (size_t i = 0; to && i < n; i++)
		if (v[i].option)
			to[(*ret_n)++] = v[i];
	if (!to)
		d->out->no_memory = true;
	return to;
}

static const struct isle_loc *place_of(const struct isle_step *s)
{
	for (size_t i = 0; i < s->adjust.n; i++)
		if (s->adjust.v[i].loc.src)
			return &s->adjust.v[i].loc;
	return NULL;
}

static void emit(struct isle_differ *d, const struct comparing *c, uint32_t ns, const struct isle_loc *loc, const struct differing *f)
{
	struct isle_step to = { .kind = ISLE_STEP_ADJUST, .ns = ns }, back;
	struct isle_change *change;

	to.adjust.name = c->live->name;
	to.adjust.ifindex = (uint32_t)c->live->ifindex;
	to.adjust.kind = c->want.kind;
	back = to;
	to.adjust.v = copy(d, f->to, f->n, &to.adjust.n);
	back.adjust.v = copy(d, f->back, f->n, &back.adjust.n);
	if (d->out->no_memory)
		return;
	to.loc = place_of(&to) ? place_of(&to) : loc;
	change = isle_changes_add(d->out, &to, &back);
	if (change)
		change->why = f->is_drift ? ISLE_WHY_DRIFT : ISLE_WHY_FILE;
}

/* A bridge that begins to look at VLANs does so when its ports have theirs. */
static bool begins_to_filter(const struct comparing *c, const struct differing *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->to[i].option && f->to[i].n && !strcmp(c->want.kind->name, "bridge") && !strcmp(f->to[i].option->name, "vlan_filtering"))
			return true;
	return false;
}

void isle_differ_set_options(struct isle_differ *d, size_t i, bool late)
{
	struct comparing c = { .d = d };
	struct differing f = { 0 };
	struct isle_made made[2];

	if (!d->met[i] || !isle_kind_settings(&d->steps[i], &c.want) || isle_kind_makes(&d->steps[i], made) != 1)
		return;
	c.live = isle_differ_link_at(d, made[0].ns, made[0].ifindex);
	if (c.live && compare_step(d, i, c.live, &f) && f.n && begins_to_filter(&c, &f) == late)
		emit(d, &c, made[0].ns, d->steps[i].loc, &f);
}

void isle_differ_set_port_options(struct isle_differ *d, const struct isle_snap_link *live, const struct isle_vlans *want,
				  const struct isle_vlans *was[2], const struct isle_loc *loc)
{
	struct comparing c = { .d = d, .live = live, .want.kind = &isle_link_bridge_port };
	struct differing f = { 0 };

	if (!isle_str_eq(live->port_kind, isle_link_bridge_port.name))
		return;
	if (want) {
		c.want.v = want->options;
		c.want.n = want->n_options;
	}
	for (size_t k = 0; k < 2; k++)
		if (was[k]) {
			c.was[k].v = was[k]->options;
			c.was[k].n = was[k]->n_options;
		}
	compare(&c, live->port_data, &f);
	if (f.n)
		emit(d, &c, ISLE_NS_FABRIC, loc, &f);
}

void isle_differ_repair_options(struct isle_differ *d, const struct isle_snap_link *live)
{
	struct comparing c = { .d = d, .live = live, .want.kind = &isle_link_bridge_port };
	struct isle_step back = { .kind = ISLE_STEP_ADJUST, .ns = ISLE_NS_FABRIC };
	size_t n = 0;

	if (!live->port_data || !isle_str_eq(live->port_kind, isle_link_bridge_port.name))
		return;
	c.n_got = isle_link_get(c.want.kind, live->port_data, c.got, ISLE_COUNT(c.got));
	for (size_t i = 0; i < c.n_got; i++)
		if (!isle_link_is_default(&c.got[i]))
			c.got[n++] = c.got[i];
	back.adjust.name = live->name;
	back.adjust.ifindex = (uint32_t)live->ifindex;
	back.adjust.kind = c.want.kind;
	back.adjust.v = copy(d, c.got, n, &back.adjust.n);
	if (n && back.adjust.v)
		isle_changes_repair(d->out, &back);
}
