/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: which interfaces are there. One is if it has the name and the type, and
 * if a pair, its other end is the one that the plan makes with it; then it keeps
 * its index. Else it is born, with the plan's index if that is free. Whatever of
 * ours is in its way, or in nobody's plan any more, ends. Somebody else's
 * interface is left alone, and is an error where its name is needed.
 */
#include "diff/diff.h"
#include "ovs/ovs.h"

static int compare(const void *a, const void *b)
{
	const struct isle_port *x = a, *y = b;

	if (x->made.ns != y->made.ns)
		return x->made.ns < y->made.ns ? -1 : 1;
	return (x->made.ifindex > y->made.ifindex) - (x->made.ifindex < y->made.ifindex);
}

struct isle_port *isle_differ_port(const struct isle_differ *d, uint32_t ns, uint32_t planned)
{
	const struct isle_port key = { .made = { .ns = ns, .ifindex = planned } };

	return d->n_ports ? bsearch(&key, d->ports, d->n_ports, sizeof(key), compare) : NULL;
}

struct isle_port *isle_differ_port_of(const struct isle_differ *d, const struct isle_snap_link *link)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].live == link)
			return &d->ports[i];
	return NULL;
}

static const struct isle_snap_link *find_live(const struct isle_differ *d, uint32_t ns, const char *name)
{
	const struct isle_snap_ns *live = ns < d->n_rooms ? d->rooms[ns].live : NULL;

	for (size_t i = 0; live && i < live->n_links; i++)
		if (!strcmp(live->links[i].name, name))
			return &live->links[i];
	return NULL;
}

static enum isle_fate *fate_of(const struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	return &d->rooms[ns].links[link - d->rooms[ns].live->links];
}

static bool has_type(const struct isle_snap_link *link, const char *type)
{
	return link->kind && !strcmp(link->kind, type);
}

/* OTHER: the type of what may stand in for it; or NULL. */
static bool is_made_by(const struct isle_differ *d, const struct isle_plan *plan, uint32_t ns, const struct isle_snap_link *link,
		       const char *other)
{
	struct isle_made made[2];

	for (size_t i = 0; plan && i < plan->n_steps; i++) {
		const size_t n = isle_kind_makes(&plan->steps[i], made);

		for (size_t j = 0; j < n; j++)
			if (!strcmp(made[j].name, link->name) && (has_type(link, made[j].type) || (other && has_type(link, other))) &&
			    isle_differ_ns(d, plan->lab, made[j].ns) == ns)
				return true;
	}
	return false;
}

bool isle_differ_is_uplink(const struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	for (size_t k = 0; k < d->in->n_owned; k++)
		if (is_made_by(d, d->in->owned_uplinks[k], ns, link, "tun"))	/* a user's labs have a tap for it */
			return true;
	return false;
}

/* In the plans that the lab was made from? */
static bool is_owned(const struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	if (link->alias && !strcmp(link->alias, ISLE_ENDING))
		return true;
	for (size_t k = 0; k < d->in->n_owned; k++)
		if (is_made_by(d, d->in->owned[k], ns, link, NULL))
			return true;
	return isle_differ_is_uplink(d, ns, link);
}

static bool are_peers(const struct isle_snap_link *a, const struct isle_snap_link *b)
{
	if (a->peer && b->peer)
		return a->peer == b && b->peer == a;
	/* older kernels tell the other end's number alone */
	return a->link == b->ifindex && b->link == a->ifindex;
}

/* A port of a switch that is the machine's was made in the fabric, and has gone there: nobody has looked. */
static bool is_unseen(const struct isle_differ *d, const struct isle_made *made)
{
	const struct isle_lab *lab = d->in->plan->lab;

	if (made->ns != ISLE_NS_FABRIC || !d->in->looks)
		return false;
	for (size_t i = 0; i < lab->n_networks; i++)
		for (size_t k = 0; isle_ovs_is_shared(lab->networks[i]) && k < lab->networks[i]->n_ports; k++)
			if (!strcmp(lab->networks[i]->ports[k]->port, made->name))
				return true;
	for (size_t i = 0; i < lab->n_links; i++)
		for (int k = 0; k < 2; k++)
			if (lab->links[i]->network[k] && isle_ovs_is_shared(lab->links[i]->network[k]) &&
			    !strcmp(lab->links[i]->port[k], made->name))
				return true;
	return false;
}

/* Was it made on another interface than step I wants it to be on? It cannot go there. */
static bool is_on_another(const struct isle_differ *d, size_t i, const struct isle_made *made)
{
	const struct isle_step *s = &d->steps[i];
	struct isle_made was[2];

	for (size_t k = 0; s->kind == ISLE_STEP_WIRE && k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t j = 0; j < plan->n_steps; j++) {
			const struct isle_step *o = &plan->steps[j];

			if (o->kind == ISLE_STEP_WIRE && isle_kind_makes(o, was) == 1 && !strcmp(was[0].name, made->name) &&
			    isle_differ_ns(d, plan->lab, was[0].ns) == made->ns &&
			    (!isle_str_eq(o->wire.lower_name, s->wire.lower_name) || isle_differ_ns(d, plan->lab, o->ns) != s->ns))
				return true;
		}
	}
	return false;
}

/* Are all the interfaces that the step makes there, as it makes them? */
static bool is_there(const struct isle_differ *d, size_t i, const struct isle_made *made, size_t n,
		     const struct isle_snap_link *live[2])
{
	for (size_t k = 0; k < n; k++) {
		live[k] = find_live(d, made[k].ns, made[k].name);
		if (is_unseen(d, &made[k]))
			continue;
		if (!live[k] || !has_type(live[k], made[k].type))
			return false;
	}
	if (n == 2)
		return !live[0] || !live[1] || are_peers(live[0], live[1]);
	return !live[0] || (isle_differ_can_become(d, i, live[0]) && !is_on_another(d, i, &made[0]));
}

/* What has a name that is needed. */
static void clear_way(struct isle_differ *d, size_t i, const struct isle_made *made)
{
	const struct isle_snap_link *link = find_live(d, made->ns, made->name);

	if (!link)
		return;
	if (is_owned(d, made->ns, link)) {
		*fate_of(d, made->ns, link) = ISLE_ENDS;
		return;
	}
	if (d->r || d->in->looks)
		return;
	isle_reject(d->diag, d->steps[i].loc, "%s of %s is not isle's: somebody made or moved it there, and the name is needed",
		    made->name, isle_kind_ns(&(struct isle_step){ .ns = made->ns }, d->in->names));
	isle_hint(d->diag, "rename or delete it, then try again");
	d->r = -EEXIST;
}

static void add_port(struct isle_differ *d, size_t step, const struct isle_made *made, const struct isle_snap_link *live)
{
	struct isle_port *p = &d->ports[d->n_ports++];

	*p = (struct isle_port) { .made = *made, .live = live, .step = step, .up = made->up, .touched = !live };
	p->actual = live ? (uint32_t)live->ifindex : made->ifindex;
	if (live)
		*fate_of(d, made->ns, live) = ISLE_KEPT;
}

static void match_step(struct isle_differ *d, size_t i)
{
	const struct isle_snap_link *live[2] = { NULL, NULL };
	struct isle_made made[2];
	const size_t n = isle_kind_makes(&d->steps[i], made);

	/* an uplink's pair is made elsewhere; its end in the host is looked at */
	if (n && i >= d->n_plan) {
		const struct isle_snap_link *link = find_live(d, made[0].ns, made[0].name);

		add_port(d, i, &made[0], link);
		d->ports[d->n_ports - 1].is_lost = !link;
		d->met[i] = true;
		return;
	}
	d->met[i] = n && is_there(d, i, made, n, live);
	for (size_t k = 0; k < n; k++) {
		if (!d->met[i])
			clear_way(d, i, &made[k]);
		add_port(d, i, &made[k], d->met[i] ? live[k] : NULL);
	}
}

static bool is_taken_in(const struct isle_differ *d, const struct isle_port *self, uint32_t ns, uint32_t index)
{
	const struct isle_snap_ns *live = ns < d->n_rooms ? d->rooms[ns].live : NULL;

	for (size_t i = 0; live && i < live->n_links; i++)
		if (live->links[i].ifindex == (int)index)
			return true;
	for (size_t i = 0; i < d->n_ports; i++)
		if (&d->ports[i] != self && d->ports[i].made.ns == ns && d->ports[i].actual == index)
			return true;
	return false;
}

static bool is_taken(const struct isle_differ *d, const struct isle_port *self, uint32_t index)
{
	const uint32_t ns = self->made.ns;

	/* in a new namespace the plan's are right, but for what kernels before 6.13 ask: is it free where the request is sent? */
	return (ns < d->n_rooms && d->rooms[ns].live && is_taken_in(d, self, ns, index)) ||
	       (self->is_far && is_taken_in(d, self, self->peer->made.ns, index));
}

/* By twos: the two ends of a pair must differ, so what is even stays even. */
static void choose_indexes(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_ports; i++) {
		struct isle_port *p = &d->ports[i];

		while (!p->live && !p->is_lost && (is_taken(d, p, p->actual) || (p->peer && p->peer->actual == p->actual)))
			p->actual += p->peer && p->peer->made.ns == p->made.ns ? 1 : 2;
	}
}

static void find_peers(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_ports; i++) {
		struct isle_made made[2];
		struct isle_port *a, *b;

		if (d->ports[i].step >= d->n_plan || isle_kind_makes(&d->in->plan->steps[d->ports[i].step], made) != 2)
			continue;
		a = isle_differ_port(d, made[0].ns, made[0].ifindex);
		b = isle_differ_port(d, made[1].ns, made[1].ifindex);
		a->peer = b;
		b->peer = a;
		b->is_far = made[0].ns != made[1].ns;
	}
}

static void translate(uint32_t ns, uint32_t *index, void *arg)
{
	const struct isle_port *p = *index ? isle_differ_port(arg, ns, *index) : NULL;

	if (p)
		*index = p->actual;
}

/* Below it the kernel has no IPv6 on an interface. */
static bool is_too_small(uint32_t mtu)
{
	return mtu && mtu < 1280;
}

/* What comes up by a step of its own; then every index is the live one. */
static void settle(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		struct isle_step *s = &d->steps[i];
		struct isle_port *p = s->kind == ISLE_STEP_LINK ? isle_differ_port(d, s->ns, s->link.ifindex) : NULL;

		if (p && !s->link.keep_state)
			p->up = s->link.up;
	}
	for (size_t i = 0; i < d->n_ports; i++) {
		struct isle_port *p = &d->ports[i];

		p->flushed = p->live && ((!p->up && p->live->flags & IFF_UP) ||
					 (is_too_small(p->made.mtu) && !is_too_small(p->live->mtu)));
	}
	for (size_t i = 0; i < d->n_steps; i++)
		isle_kind_indexes(&d->steps[i], translate, d);
}

void isle_differ_ports(struct isle_differ *d)
{
	size_t n = 0;
	struct isle_made made[2];

	for (size_t i = 0; i < d->n_steps; i++)
		n += isle_kind_makes(&d->steps[i], made);
	d->ports = isle_arena_alloc(d->out->arena, (n + 1) * sizeof(*d->ports));
	if (!d->ports) {
		d->out->no_memory = true;
		return;
	}
	for (size_t i = 0; i < d->n_steps; i++)
		match_step(d, i);
	if (d->n_ports)
		qsort(d->ports, d->n_ports, sizeof(*d->ports), compare);
	find_peers(d);
	choose_indexes(d);
	settle(d);
}

/* What every new namespace has, once the modules are loaded, and nobody asked for. */
static bool is_fallback(const struct isle_snap_link *link)
{
	static const char *const names[] = { "lo", "sit0", "gre0", "gretap0", "erspan0", "tunl0", "ip6tnl0", "ip6gre0", "ip_vti0",
					     "ip6_vti0" };

	for (size_t i = 0; i < ISLE_COUNT(names); i++)
		if (!strcmp(link->name, names[i]))
			return true;
	return false;
}

/* What Open vSwitch makes for itself: a device for each of its switches, and one for all. */
static bool is_switch_device(const struct isle_differ *d, uint32_t ns, const struct isle_snap_link *link)
{
	const struct isle_network *n = isle_lab_network(d->in->plan->lab, link->name);

	if (ns != ISLE_NS_FABRIC)
		return false;
	for (size_t k = 0; k < d->in->n_owned && !n; k++)
		n = isle_lab_network(d->in->owned[k]->lab, link->name);
	return (n && isle_ovs_is_own(n)) || !strcmp(link->name, "ovs-netdev") || !strcmp(link->name, "ovs-system");
}

void isle_differ_ends(struct isle_differ *d)
{
	for (size_t ns = 0; ns < d->n_rooms; ns++) {
		const struct isle_room *room = &d->rooms[ns];

		for (size_t i = 0; room->live && i < room->live->n_links; i++) {
			const struct isle_snap_link *link = &room->live->links[i];

			if (room->links[i] != ISLE_STRANGE || is_fallback(link))
				continue;
			if (is_owned(d, (uint32_t)ns, link))
				room->links[i] = ISLE_ENDS;
			else if (!room->goes && !isle_diff_is_foreign(d->in, ns) && !is_switch_device(d, (uint32_t)ns, link))
				isle_changes_leave(d->out, (uint32_t)ns, "%s is not isle's, and is left alone", link->name);
		}
	}
}
