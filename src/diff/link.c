/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: interfaces that are there get what differs: MTU, MAC, master, state.
 * What ends is switched off, taken out of its switch and loses its other names
 * at once, its name too if that is needed by another; it ends when all else is
 * done, for nobody could give it back as it was.
 */
#include "diff/diff.h"

#define NAME_OF_AN_ENDING "old.%u"	/* no host's, network's or port's name has a dot */

static struct isle_step link_step(uint32_t ns, const struct isle_snap_link *link)
{
	struct isle_step step = { .kind = ISLE_STEP_LINK, .ns = ns };

	step.link.name = link->name;
	step.link.ifindex = (uint32_t)link->ifindex;
	step.link.keep_state = true;
	return step;
}

static struct isle_step with_state(struct isle_step step, bool up)
{
	step.link.keep_state = false;
	step.link.up = up;
	return step;
}

/* A detail of its end; which may come before, if the kernel still has to do with what became of its other end. */
static void hide(struct isle_change *change)
{
	if (!change)
		return;
	change->silent = true;
	change->ends_anyway = true;
}

static void take_altnames(struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	for (size_t i = 0; i < link->n_altnames; i++) {
		struct isle_step back = { .kind = ISLE_STEP_ALTNAME, .ns = ns }, away;

		back.altname.ifindex = (uint32_t)link->ifindex;
		back.altname.name = link->name;
		back.altname.altname = link->altnames[i];
		away = isle_step_removal(&back);
		hide(isle_differ_emit(d, &away, &back));
	}
}

static bool is_needed(const struct isle_differ *d, uint32_t ns, const char *name)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].made.ns == ns && !d->ports[i].live && !strcmp(d->ports[i].made.name, name))
			return true;
	return false;
}

/* The name goes to another: the old one waits under another, marked, for whoever comes after a kill. */
static void rename_old(struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	struct isle_step away = link_step(ns, link), back = away;
	char *name = isle_arena_printf(d->out->arena, NAME_OF_AN_ENDING, (unsigned)link->ifindex);

	if (!name)
		d->out->no_memory = true;
	away.link.new_name = name;
	away.link.alias = ISLE_ENDING;
	back.link.new_name = link->name;
	back.link.alias = link->alias ? link->alias : "";
	hide(isle_differ_emit(d, &away, &back));
}

static void switch_off(struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	struct isle_step off = with_state(link_step(ns, link), false), on = with_state(off, link->flags & IFF_UP);

	if (link->master) {
		off.link.no_master = true;
		on.link.master = (uint32_t)link->master->ifindex;
		on.link.master_name = link->master->name;
	}
	d->rooms[ns].disturbed = true;
	if (link->flags & IFF_UP || link->master)
		hide(isle_changes_add(d->out, &off, &on));
	take_altnames(d, ns, link);
	if (is_needed(d, ns, link->name))
		rename_old(d, ns, link);
}

/* In a host that goes nothing is done: it only loses its way out, at the other end. */
void isle_differ_switch_off(struct isle_differ *d)
{
	for (size_t ns = 0; ns < d->n_rooms; ns++) {
		const struct isle_room *room = &d->rooms[ns];

		for (size_t i = 0; room->live && !room->goes && i < room->live->n_links; i++)
			if (room->links[i] == ISLE_ENDS)
				switch_off(d, (uint32_t)ns, &room->live->links[i]);
	}
}

void isle_differ_end_links(struct isle_differ *d)
{
	for (size_t ns = 0; ns < d->n_rooms; ns++) {
		const struct isle_room *room = &d->rooms[ns];

		for (size_t i = 0; room->live && !room->goes && i < room->live->n_links; i++) {
			const struct isle_snap_link *link = &room->live->links[i];
			struct isle_step end = { .kind = ISLE_STEP_VETH, .ns = (uint32_t)ns, .removes = true };
			struct isle_change *change;

			if (room->links[i] != ISLE_ENDS)
				continue;
			if (link->kind && !strcmp(link->kind, "bridge")) {
				end.kind = ISLE_STEP_BRIDGE;
				end.bridge.name = link->name;
				end.bridge.ifindex = (uint32_t)link->ifindex;
			} else {
				end.veth.name = link->name;
				end.veth.ifindex = (uint32_t)link->ifindex;
			}
			change = isle_changes_end(d->out, &end);
			if (change)
				change->silent = isle_differ_is_uplink(d, (uint32_t)ns, link);
		}
	}
}

static char *mac_text(struct isle_differ *d, const uint8_t *mac)
{
	char *s = isle_arena_printf(d->out->arena, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);

	if (!s)
		d->out->no_memory = true;
	return s;
}

/* Was it so in the record already, and somebody changed it? */
static enum isle_change_why why_of(const struct isle_differ *d, const struct isle_port *p, bool (*same)(const struct isle_made *,
				   const struct isle_made *))
{
	const struct isle_plan *plan = d->in->owned[0];
	struct isle_made made[2];

	for (size_t i = 0; d->in->n_owned == 1 && i < plan->n_steps; i++) {
		const size_t n = isle_kind_makes(&plan->steps[i], made);

		for (size_t k = 0; k < n; k++)
			if (!strcmp(made[k].name, p->made.name) && isle_differ_ns(d, plan->lab, made[k].ns) == p->made.ns)
				return same(&made[k], &p->made) ? ISLE_WHY_DRIFT : ISLE_WHY_FILE;
	}
	return ISLE_WHY_FILE;
}

static bool same_mtu(const struct isle_made *a, const struct isle_made *b)
{
	return a->mtu == b->mtu;
}

static bool same_mac(const struct isle_made *a, const struct isle_made *b)
{
	return a->mac && b->mac && !memcmp(a->mac, b->mac, 6);
}

static bool same_master(const struct isle_made *a, const struct isle_made *b)
{
	return isle_str_eq(a->master_name, b->master_name);
}

static struct isle_change *set(struct isle_differ *d, const struct isle_port *p, const struct isle_step *to, const struct isle_step *back,
			       bool (*same)(const struct isle_made *, const struct isle_made *), const char *was)
{
	struct isle_change *change = isle_changes_add(d->out, to, back);

	if (!change)
		return NULL;
	change->step.loc = d->steps[p->step].loc;
	change->why = why_of(d, p, same);
	change->was = was;
	return change;
}

static void set_mtu(struct isle_differ *d, struct isle_port *p)
{
	struct isle_step to = link_step(p->made.ns, p->live), back = to;

	to.link.mtu = p->made.mtu;
	back.link.mtu = p->live->mtu;
	d->rooms[p->made.ns].disturbed |= p->flushed;
	set(d, p, &to, &back, same_mtu, isle_arena_printf(d->out->arena, "%u", p->live->mtu));
}

static void set_mac(struct isle_differ *d, const struct isle_port *p)
{
	struct isle_step to = link_step(p->made.ns, p->live), back = to;

	to.link.mac = p->made.mac;
	back.link.mac = p->live->mac;
	set(d, p, &to, &back, same_mac, mac_text(d, p->live->mac));
}

static void set_master(struct isle_differ *d, struct isle_port *p, uint32_t master)
{
	struct isle_step to = link_step(p->made.ns, p->live), back = to;

	to.link.master = master;
	to.link.master_name = p->made.master_name;
	back.link.no_master = !p->live->master;
	back.link.master = p->live->master ? (uint32_t)p->live->master->ifindex : 0;
	back.link.master_name = p->live->master ? p->live->master->name : NULL;
	set(d, p, &to, &back, same_master, p->live->master ? p->live->master->name : "none");
	p->touched = true;
}

static void set_state(struct isle_differ *d, struct isle_port *p, bool up)
{
	struct isle_step to = with_state(link_step(p->made.ns, p->live), up), back = with_state(to, !up);

	d->rooms[p->made.ns].disturbed |= !up;
	to.loc = d->steps[p->step].loc;
	isle_differ_emit(d, &to, &back);
	p->touched = true;
}

void isle_differ_set_links(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_ports && !d->out->no_memory; i++) {
		struct isle_port *p = &d->ports[i];
		const struct isle_port *master = p->made.master ? isle_differ_port(d, p->made.ns, p->made.master) : NULL;

		if (!p->live)
			continue;
		if (p->made.mtu && p->live->mtu != p->made.mtu)
			set_mtu(d, p);
		if (p->made.mac && (p->live->n_mac != 6 || memcmp(p->live->mac, p->made.mac, 6)))
			set_mac(d, p);
		if (master && (!p->live->master || (uint32_t)p->live->master->ifindex != master->actual))
			set_master(d, p, master->actual);
		if (!p->up && p->live->flags & IFF_UP)
			set_state(d, p, false);
		/* what is not born up comes up by a step of its own */
		else if (p->up && p->made.up && !(p->live->flags & IFF_UP))
			set_state(d, p, true);
	}
}
