/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the order of changes. New namespaces; then what is in the way goes:
 * routes, addresses, interfaces that end (switched off, for they end only when
 * nothing can fail any more); then what stays is changed, and what is new comes
 * in the plan's order. Whatever the live state has already gets no request.
 */
#include "diff/diff.h"

struct isle_change *isle_differ_emit(struct isle_differ *d, const struct isle_step *step, const struct isle_step *undo)
{
	struct isle_change *change = isle_changes_add(d->out, step, undo);

	if (change && isle_differ_owns(d, step))
		change->why = ISLE_WHY_DRIFT;
	return change;
}

/* What a step is about, whatever the indexes: its command without them. */
static char *text_of(const struct isle_step *step, const struct isle_lab *lab, struct isle_arena *a)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	struct isle_settings settings;
	struct isle_made made[2];
	const size_t n = isle_kind_makes(step, made);

	for (size_t i = 0; i < n; i++) {
		isle_buf_printf(&text, "%u ", made[i].ns == ISLE_NS_FABRIC);
		if (made[i].ns != ISLE_NS_FABRIC && made[i].ns != ISLE_NS_MACHINE)
			isle_buf_puts(&text, lab->hosts[made[i].ns - 1]->name);
		isle_buf_printf(&text, " %s %s ", made[i].name, made[i].type);
	}
	if (!n)
		isle_kind_command(step, lab, &text);
	else if (isle_kind_settings(step, &settings))
		isle_link_print_info(settings.kind, settings.v, settings.n, &text);
	return text.bad ? NULL : isle_arena_strdup(a, text.s ? text.s : "");
}

bool isle_differ_owns(const struct isle_differ *d, const struct isle_step *step)
{
	char *text;

	/* of a change that was begun nobody knows what was meant */
	if (d->in->n_owned != 1)
		return false;
	text = text_of(step, d->in->names, d->out->arena);
	return text && *text && isle_map_get(&d->owned, text);
}

static void know_owned(struct isle_differ *d, const struct isle_plan *plan)
{
	for (size_t i = 0; plan && i < plan->n_steps; i++) {
		char *text = text_of(&plan->steps[i], plan->lab, d->out->arena);

		if (!text || isle_map_put(&d->owned, text, (void *)plan))
			d->out->no_memory = true;
	}
}

uint32_t isle_differ_ns(const struct isle_differ *d, const struct isle_lab *other, uint32_t ns)
{
	const struct isle_lab *names = d->in->names;
	const char *name;
	const struct isle_host *host;

	if (ns == ISLE_NS_FABRIC || ns == ISLE_NS_MACHINE)
		return ns;
	name = other->hosts[ns - 1]->name;
	host = isle_lab_host(names, name);
	if (host)
		return ISLE_NS_HOST(host->index);
	for (size_t i = d->in->plan->lab->n_hosts; i < names->n_hosts; i++)
		if (!strcmp(names->hosts[i]->name, name))
			return ISLE_NS_HOST(i);
	return UINT32_MAX;
}

static void *room_for(struct isle_differ *d, size_t n, size_t size)
{
	void *p = isle_arena_alloc(d->out->arena, (n + 1) * size);

	if (!p)
		d->out->no_memory = true;
	return p;
}

/* Steps are copied, for their indexes will be others. Of uplinks only what is inside hosts. */
static void copy_steps(struct isle_differ *d)
{
	const struct isle_plan *plan = d->in->plan, *uplinks = d->in->uplinks;
	const size_t n = plan->n_steps + (uplinks ? uplinks->n_steps : 0);

	d->steps = room_for(d, n, sizeof(*d->steps));
	d->met = room_for(d, n, sizeof(*d->met));
	d->again = room_for(d, n, sizeof(*d->again));
	if (d->out->no_memory)
		return;
	memcpy(d->steps, plan->steps, plan->n_steps * sizeof(*d->steps));
	d->n_steps = d->n_plan = plan->n_steps;
	for (size_t i = 0; uplinks && i < uplinks->n_steps; i++)
		if (uplinks->steps[i].ns != ISLE_NS_MACHINE)
			d->steps[d->n_steps++] = uplinks->steps[i];
	for (size_t i = 0; i < d->n_steps && !d->out->no_memory; i++) {
		struct isle_step *s = &d->steps[i];
		uint32_t *indexes;

		if (s->kind != ISLE_STEP_ROUTE)
			continue;
		indexes = room_for(d, s->route.route->n_hops, sizeof(*indexes));
		if (indexes)
			memcpy(indexes, s->route.ifindexes, s->route.route->n_hops * sizeof(*indexes));
		s->route.ifindexes = indexes;
	}
}

static void make_rooms(struct isle_differ *d)
{
	const struct isle_view *view = d->in->view;

	d->n_rooms = d->in->names->n_hosts + 1;
	d->rooms = room_for(d, d->n_rooms, sizeof(*d->rooms));
	for (size_t i = 0; i < d->n_rooms && !d->out->no_memory; i++) {
		struct isle_room *room = &d->rooms[i];

		room->live = i < view->n_nss ? view->nss[i] : NULL;
		room->goes = i > d->in->plan->lab->n_hosts || (i == 0 && !d->in->plan->lab->n_networks && room->live);
		if (!room->live)
			continue;
		room->links = room_for(d, room->live->n_links, sizeof(*room->links));
		room->addresses = room_for(d, room->live->n_addresses, sizeof(*room->addresses));
		room->routes = room_for(d, room->live->n_routes, sizeof(*room->routes));
		room->rules = room_for(d, room->live->n_rules, sizeof(*room->rules));
		room->neighbours = room_for(d, room->live->n_neighbours, sizeof(*room->neighbours));
	}
}

static bool is_early(const struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];

	if (s->kind == ISLE_STEP_NETNS)
		return true;
	/* a parameter that comes before the first interface of its namespace */
	while (s->kind == ISLE_STEP_SYSCTL && i-- > 0 && d->steps[i].ns == s->ns)
		if (d->steps[i].kind != ISLE_STEP_SYSCTL)
			return d->steps[i].kind == ISLE_STEP_NETNS;
	return false;
}

static bool is_bridge(const struct isle_step *s)
{
	struct isle_made made[2];

	return isle_kind_makes(s, made) == 1 && s->ns == ISLE_NS_FABRIC && !strcmp(made[0].type, "bridge");
}

static void emit_all(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (is_early(d, i))
			isle_differ_step(d, i);
	isle_differ_remove_extra(d);
	isle_differ_remove_peers(d);
	isle_differ_switch_off(d);
	isle_differ_reset_parameters(d);
	isle_differ_remove_tunnel_ends(d);
	for (size_t i = 0; i < d->n_steps; i++)
		if (is_bridge(&d->steps[i]))
			isle_differ_step(d, i);
	isle_differ_set_links(d);
	isle_differ_reset_ports(d);
	for (size_t i = 0; i < d->n_steps; i++)
		if (!is_early(d, i) && !is_bridge(&d->steps[i]))
			isle_differ_step(d, i);
	for (size_t i = 0; i < d->n_steps; i++)
		isle_differ_set_options(d, i, true);
}

/* Hosts that go, last come first; the switches' namespace with the last network. Of one that is not live, half may be left. */
static void end_rooms(struct isle_differ *d)
{
	for (size_t i = d->n_rooms; i-- > 0;) {
		struct isle_step step = { .kind = ISLE_STEP_NETNS, .ns = (uint32_t)i, .removes = true };

		if (!d->rooms[i].goes || (!i && !d->rooms[i].live))
			continue;
		if (i)
			step.netns.host = d->in->names->hosts[i - 1];
		isle_changes_end(d->out, &step);
	}
}

static int make(struct isle_differ *d)
{
	for (size_t i = 0; i < d->in->n_owned; i++) {
		know_owned(d, d->in->owned[i]);
		know_owned(d, d->in->owned_uplinks[i]);
	}
	copy_steps(d);
	make_rooms(d);
	if (!d->out->no_memory)
		isle_differ_ports(d);
	if (d->out->no_memory || d->r)
		return d->r;
	isle_differ_ends(d);
	isle_differ_match(d);
	emit_all(d);
	isle_differ_end_links(d);
	end_rooms(d);
	isle_differ_forget(d);
	isle_differ_repairs(d);
	return d->r;
}

int isle_diff_plan(const struct isle_diff_input *in, struct isle_changes **ret, struct isle_diag *diag)
{
	struct isle_differ d = { .in = in, .diag = diag };
	int r;

	d.out = isle_changes_new(in->names);
	if (!d.out)
		return isle_fail(diag, ENOMEM, NULL, "comparing lab %s", in->names->name);
	r = make(&d);
	isle_map_done(&d.owned);
	if (!r && d.out->no_memory)
		r = isle_fail(diag, ENOMEM, NULL, "comparing lab %s", in->names->name);
	if (r) {
		isle_changes_free(d.out);
		return r;
	}
	*ret = d.out;
	return 0;
}
