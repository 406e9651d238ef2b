/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ports of bridges that are there, their options and VLANs; and the other
 * ends of a vxlan that has several. Who goes to another bridge gets all of it
 * there, and again what it had if that is undone: a bridge forgets its port.
 */
#include <linux/if_bridge.h>
#include "diff/diff.h"

#define VLANS ISLE_VLANS

static void on_vlans(uint16_t first, uint16_t last, uint16_t flags, void *arg)
{
	uint16_t *ret = arg;

	for (unsigned vid = first; vid <= last && vid < VLANS; vid++)
		ret[vid] = flags | ISLE_VLAN_IS;
}

static void read_live(const struct isle_snap_link *live, uint16_t ret[VLANS])
{
	memset(ret, 0, VLANS * sizeof(*ret));
	isle_snap_each_vlans(live, on_vlans, ret);
}

/* "10 untagged, 20, 30-40" */
static const char *text_of(struct isle_differ *d, const uint16_t vlans[VLANS])
{
	isle_auto(buf) struct isle_buf text = { 0 };
	const char *s;

	for (unsigned vid = 1, last; vid < VLANS; vid = last + 1) {
		last = vid;
		if (!vlans[vid])
			continue;
		while (last + 1 < VLANS && vlans[last + 1] == vlans[vid])
			last++;
		isle_buf_printf(&text, "%s%u", text.n ? ", " : "", vid);
		if (last != vid)
			isle_buf_printf(&text, "-%u", last);
		if (vlans[vid] & BRIDGE_VLAN_INFO_UNTAGGED)
			isle_buf_puts(&text, " untagged");
	}
	s = text.bad ? NULL : isle_arena_strdup(d->out->arena, text.n ? text.s : "none");
	if (!s)
		d->out->no_memory = true;
	return s ? s : "";
}

struct vlans {			/* of one port */
	const struct isle_snap_link *live;
	const struct isle_loc *loc;
	enum isle_change_why why;
	uint16_t want[VLANS], has[VLANS];
	bool said;
};

static void emit(struct isle_differ *d, struct vlans *v, unsigned first, unsigned last)
{
	struct isle_step to = { .kind = ISLE_STEP_VLAN, .ns = ISLE_NS_FABRIC, .loc = v->loc }, back;
	struct isle_change *change;

	to.vlan.name = v->live->name;
	to.vlan.ifindex = (uint32_t)v->live->ifindex;
	to.vlan.first = (uint16_t)first;
	to.vlan.last = (uint16_t)last;
	back = to;
	to.vlan.flags = v->want[first] & ~ISLE_VLAN_IS;
	to.removes = !v->want[first];
	back.vlan.flags = v->has[first] & ~ISLE_VLAN_IS;
	back.removes = !v->has[first];
	change = isle_changes_add(d->out, &to, &back);
	if (!change)
		return;
	change->why = v->why;
	change->silent = v->said;
	change->was = v->said ? NULL : text_of(d, v->has);
	change->becomes = v->said ? NULL : text_of(d, v->want);
	v->said = true;
}

/* What goes, then what is tagged, then that of untagged frames, which takes it from another. */
static void emit_all(struct isle_differ *d, struct vlans *v)
{
	for (int turn = 0; turn < 3; turn++)
		for (unsigned vid = 1, last; vid < VLANS; vid = last + 1) {
			const int its = !v->want[vid] ? 0 : v->want[vid] & BRIDGE_VLAN_INFO_PVID ? 2 : 1;

			last = vid;
			if (its != turn || v->want[vid] == v->has[vid])
				continue;
			while (last + 1 < VLANS && v->want[last + 1] == v->want[vid] && v->has[last + 1] == v->has[vid])
				last++;
			emit(d, v, vid, last);
		}
}

/* The step of the record about that port; I: where it is if nothing has changed. */
static const struct isle_step *recorded(const struct isle_differ *d, size_t k, size_t i, const char *port)
{
	const struct isle_plan *plan = k < d->in->n_owned ? d->in->owned[k] : NULL;

	if (plan && i < plan->n_steps && plan->steps[i].kind == ISLE_STEP_PORT && !strcmp(plan->steps[i].port.name, port))
		return &plan->steps[i];
	for (i = 0; plan && i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_PORT && !strcmp(plan->steps[i].port.name, port))
			return &plan->steps[i];
	return NULL;
}

static void set_vlans(struct isle_differ *d, size_t i, const struct isle_snap_link *live, const struct isle_step *was)
{
	struct vlans *v = isle_arena_alloc(d->out->arena, sizeof(*v));

	if (!v) {
		d->out->no_memory = true;
		return;
	}
	v->live = live;
	v->loc = d->steps[i].loc;
	read_live(live, v->has);
	if (was && was->port.filters && d->in->n_owned == 1) {
		uint16_t before[VLANS];

		isle_kind_port_vlans(was, before);
		isle_kind_port_vlans(&d->steps[i], v->want);
		v->why = memcmp(before, v->want, sizeof(before)) ? ISLE_WHY_FILE : ISLE_WHY_DRIFT;
	}
	isle_kind_port_vlans(&d->steps[i], v->want);
	emit_all(d, v);
}

/* Does a change that is in the list take it to a bridge, or out of one? */
static bool moves(const struct isle_differ *d, uint32_t ifindex)
{
	for (size_t i = 0; i < d->out->n; i++) {
		const struct isle_step *s = &d->out->list[i].step;

		if (s->kind == ISLE_STEP_LINK && s->ns == ISLE_NS_FABRIC && s->link.ifindex == ifindex && (s->link.master || s->link.no_master))
			return true;
	}
	return false;
}

void isle_differ_port_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];
	const struct isle_snap_link *live = isle_differ_link_at(d, s->ns, s->port.ifindex);
	const struct isle_step *was[2] = { recorded(d, 0, i, s->port.name), recorded(d, 1, i, s->port.name) };
	const struct isle_vlans *vlans[2] = { was[0] ? was[0]->port.vlans : NULL, was[1] ? was[1]->port.vlans : NULL };

	if (!live || moves(d, s->port.ifindex)) {
		isle_differ_emit(d, s, NULL);
		return;
	}
	isle_differ_set_port_options(d, live, s->port.vlans, vlans, s->loc);
	if (s->port.filters)
		set_vlans(d, i, live, was[0]);
}

static bool has_step(const struct isle_differ *d, const char *port)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (d->steps[i].kind == ISLE_STEP_PORT && !strcmp(d->steps[i].port.name, port))
			return true;
	return false;
}

void isle_differ_reset_ports(struct isle_differ *d)
{
	const struct isle_room *room = &d->rooms[ISLE_NS_FABRIC];

	for (size_t k = 0; room->live && k < d->in->n_owned; k++)
		for (size_t i = 0; i < d->in->owned[k]->n_steps; i++) {
			const struct isle_step *s = &d->in->owned[k]->steps[i];
			const struct isle_snap_link *live;

			if (s->kind != ISLE_STEP_PORT || !s->port.vlans || !s->port.vlans->n_options || has_step(d, s->port.name))
				continue;
			live = isle_snap_link_named(room->live, s->port.name);
			if (live && room->links[live - room->live->links] == ISLE_KEPT && !moves(d, (uint32_t)live->ifindex))
				isle_differ_set_port_options(d, live, NULL, (const struct isle_vlans *[2]){ s->port.vlans, NULL }, NULL);
		}
}

static void repair(struct isle_differ *d, const struct isle_snap_link *live)
{
	uint16_t has[VLANS];

	isle_differ_repair_options(d, live);
	read_live(live, has);
	for (unsigned vid = 1, last; vid < VLANS; vid = last + 1) {
		struct isle_step step = { .kind = ISLE_STEP_VLAN, .ns = ISLE_NS_FABRIC };

		last = vid;
		if (!has[vid])
			continue;
		while (last + 1 < VLANS && has[last + 1] == has[vid])
			last++;
		step.vlan.name = live->name;
		step.vlan.ifindex = (uint32_t)live->ifindex;
		step.vlan.first = (uint16_t)vid;
		step.vlan.last = (uint16_t)last;
		step.vlan.flags = has[vid] & ~ISLE_VLAN_IS;
		isle_changes_repair(d->out, &step);
	}
}

void isle_differ_repair_ports(struct isle_differ *d)
{
	const struct isle_snap_ns *live = d->rooms[ISLE_NS_FABRIC].live;

	for (size_t i = 0; live && i < d->out->n; i++) {
		const struct isle_step *s = &d->out->list[i].step;
		const struct isle_snap_link *port;

		if (s->kind != ISLE_STEP_LINK || s->ns != ISLE_NS_FABRIC || (!s->link.master && !s->link.no_master))
			continue;
		port = isle_snap_link_at(live, (int)s->link.ifindex);
		if (port && port->master)
			repair(d, port);
	}
}

/* ---- the other ends of a vxlan */

/* As one of several: the only one is an option, and goes with it. */
static bool has_end(const struct isle_snap_link *live, const struct isle_ip *ip)
{
	const struct isle_link_kind *kind = isle_link_kind_find("vxlan");
	struct isle_link_value v[ISLE_LINK_OPTIONS];
	const size_t n = isle_link_get(kind, live->data, v, ISLE_COUNT(v));

	for (size_t i = 0; i < n; i++)
		if (v[i].option == isle_link_option(kind, "remote") && isle_ip_equal(&v[i].ip, ip))
			return false;
	for (size_t i = 0; i < live->n_remotes; i++)
		if (isle_ip_equal(&live->remotes[i], ip))
			return true;
	return false;
}

void isle_differ_end_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i], removal = isle_step_removal(s);
	const struct isle_snap_link *live = isle_differ_link_at(d, s->ns, s->fdb.ifindex);

	if (!live)
		isle_differ_emit(d, s, NULL);
	else if (!has_end(live, &s->fdb.ip))
		isle_differ_emit(d, s, &removal);
}

static bool is_wanted(const struct isle_differ *d, uint32_t ns, const struct isle_step *was)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (d->steps[i].kind == ISLE_STEP_FDB && d->steps[i].ns == ns && !strcmp(d->steps[i].fdb.dev, was->fdb.dev) &&
		    isle_ip_equal(&d->steps[i].fdb.ip, &was->fdb.ip))
			return true;
	return false;
}

void isle_differ_remove_tunnel_ends(struct isle_differ *d)
{
	for (size_t k = 0; k < d->in->n_owned; k++)
		for (size_t i = 0; i < d->in->owned[k]->n_steps; i++) {
			const struct isle_step *s = &d->in->owned[k]->steps[i];
			const uint32_t ns = s->kind == ISLE_STEP_FDB ? isle_differ_ns(d, d->in->owned[k]->lab, s->ns) : UINT32_MAX;
			const struct isle_room *room = ns < d->n_rooms ? &d->rooms[ns] : NULL;
			const struct isle_snap_link *live = room && room->live ? isle_snap_link_named(room->live, s->fdb.dev) : NULL;
			struct isle_step away, back;

			if (!live || room->links[live - room->live->links] != ISLE_KEPT || !has_end(live, &s->fdb.ip) || is_wanted(d, ns, s))
				continue;
			back = *s;
			back.ns = ns;
			back.loc = NULL;
			back.fdb.ifindex = (uint32_t)live->ifindex;
			away = isle_step_removal(&back);
			isle_changes_add(d->out, &away, &back);
		}
}
