/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses and routes are found in the snapshot by what they are; those
 * that no step wants go, if they are the lab's or made by hand. Left alone are
 * the kernel's own (link-local addresses, connected routes), what a daemon
 * learned, and whatever hangs on interfaces that are not isle's.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include "diff/diff.h"

const struct isle_snap_link *isle_differ_link_at(const struct isle_differ *d, uint32_t ns, uint32_t ifindex)
{
	const struct isle_snap_ns *live = ns < d->n_rooms ? d->rooms[ns].live : NULL;

	return live ? isle_snap_link_at(live, (int)ifindex) : NULL;
}

static bool loses(const struct isle_differ *d, const struct isle_room *room, const struct isle_snap_link *link, uint8_t family)
{
	const struct isle_port *p = isle_differ_port_of(d, link);

	return room->links[link - room->live->links] == ISLE_ENDS || (p && p->flushed && family == AF_INET6);
}

static void match_address(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];
	const struct isle_snap_link *link = isle_differ_link_at(d, s->ns, s->address.ifindex);
	struct isle_room *room = &d->rooms[s->ns];

	if (!link)
		return;
	for (size_t k = 0; k < room->live->n_addresses; k++) {
		const struct isle_snap_address *a = &room->live->addresses[k];

		if (a->link != link || room->addresses[k] || isle_ip_cmp(&a->ip, &s->address.ip))
			continue;
		d->again[i] = loses(d, room, link, s->address.ip.family);
		if (!d->again[i]) {
			room->addresses[k] = i + 1;
			d->met[i] = true;
		}
		return;
	}
}

static bool has_hop(const struct isle_snap_route *r, const struct isle_hop *hop, uint32_t ifindex)
{
	for (size_t i = 0; i < r->n_hops; i++) {
		const struct isle_snap_hop *live = &r->hops[i];

		if (live->via.family == hop->via.family && (!hop->via.family || isle_ip_equal(&live->via, &hop->via)) &&
		    (!ifindex || (live->dev && (uint32_t)live->dev->ifindex == ifindex)) && live->onlink == hop->onlink)
			return true;
	}
	return false;
}

/* Is the live route the one that the step adds? Its interfaces count only if they are LOCATED: the step's indexes are live ones. */
static bool is_route(const struct isle_step *s, const struct isle_snap_route *r, bool located)
{
	static const uint8_t kinds[] = { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT };
	const struct isle_route *want = s->route.route;
	const uint32_t metric = want->metric ? want->metric : want->dst.family == AF_INET6 ? ISLE_IPV6_METRIC : 0;

	if (r->type != kinds[want->type] || r->table != (want->table ? want->table : RT_TABLE_MAIN) || r->metric != metric ||
	    r->tos || r->from.family || r->mtu != want->mtu || isle_ip_cmp(&r->dst, &want->dst))
		return false;
	if (r->src.family != want->src.family || (want->src.family && !isle_ip_equal(&r->src, &want->src)))
		return false;
	if (want->n_hops && r->n_hops != want->n_hops)
		return false;
	for (size_t i = 0; i < want->n_hops; i++)
		if (!has_hop(r, &want->hops[i], located ? s->route.ifindexes[i] : 0))
			return false;
	return true;
}

static bool route_loses(const struct isle_differ *d, const struct isle_room *room, const struct isle_snap_route *r)
{
	for (size_t i = 0; i < r->n_hops; i++) {
		const struct isle_snap_link *dev = r->hops[i].dev;
		const struct isle_port *p = dev ? isle_differ_port_of(d, dev) : NULL;

		if (dev && (room->links[dev - room->live->links] == ISLE_ENDS || (p && p->flushed)))
			return true;
	}
	return false;
}

static void match_route(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];
	struct isle_room *room = &d->rooms[s->ns];

	for (size_t k = 0; room->live && k < room->live->n_routes; k++) {
		const struct isle_snap_route *r = &room->live->routes[k];

		if (room->routes[k] || !is_route(s, r, true))
			continue;
		d->again[i] = route_loses(d, room, r);
		if (!d->again[i]) {
			room->routes[k] = i + 1;
			d->met[i] = true;
		}
		return;
	}
}

static bool makes_route(const struct isle_differ *d, const struct isle_plan *plan, uint32_t ns, const struct isle_snap_route *r)
{
	for (size_t i = 0; plan && i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_ROUTE && isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns &&
		    is_route(&plan->steps[i], r, false))
			return true;
	return false;
}

/* Did the lab's record have it? Then the file has changed; else somebody has made it by hand. */
static bool had_route(const struct isle_differ *d, uint32_t ns, const struct isle_snap_route *r)
{
	for (size_t k = 0; k < d->in->n_owned; k++)
		if (makes_route(d, d->in->owned[k], ns, r) || makes_route(d, d->in->owned_uplinks[k], ns, r))
			return true;
	return false;
}

static bool had_address(const struct isle_differ *d, uint32_t ns, const struct isle_snap_address *a)
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t i = 0; i < plan->n_steps; i++)
			if (plan->steps[i].kind == ISLE_STEP_ADDRESS && !isle_ip_cmp(&plan->steps[i].address.ip, &a->ip) &&
			    !strcmp(plan->steps[i].address.dev, a->link->name) && isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns)
				return true;
	}
	return false;
}

static bool is_removable(const struct isle_differ *d, uint32_t ns, size_t k)
{
	const struct isle_room *room = &d->rooms[ns];
	const struct isle_snap_address *a = &room->live->addresses[k];

	if (room->addresses[k] || room->goes || !(a->flags & IFA_F_PERMANENT))
		return false;
	if (room->links[a->link - room->live->links] != ISLE_KEPT && (isle_diff_is_foreign(d->in, ns) || strcmp(a->link->name, "lo")))
		return false;
	return a->scope == RT_SCOPE_UNIVERSE || (a->scope == RT_SCOPE_LINK && had_address(d, ns, a));
}

/* With the first address of a subnet the kernel takes the others of it on that interface: they go, and come again. */
static void unmatch_secondary(struct isle_differ *d, uint32_t ns)
{
	struct isle_room *room = &d->rooms[ns];
	const size_t n = room->live->n_addresses;

	for (size_t k = 0; k < n; k++) {
		const struct isle_snap_address *first = &room->live->addresses[k];

		if (first->ip.family != AF_INET || first->flags & IFA_F_SECONDARY || !is_removable(d, ns, k))
			continue;
		for (size_t j = 0; j < n; j++) {
			const struct isle_snap_address *other = &room->live->addresses[j];
			const struct isle_ip a = isle_ip_network(&first->ip), b = isle_ip_network(&other->ip);

			if (other->link != first->link || !(other->flags & IFA_F_SECONDARY) || isle_ip_cmp(&a, &b) || !room->addresses[j])
				continue;
			d->met[room->addresses[j] - 1] = false;
			d->again[room->addresses[j] - 1] = true;
			room->addresses[j] = 0;
		}
	}
}

void isle_differ_match(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (d->steps[i].kind == ISLE_STEP_ADDRESS)
			match_address(d, i);
		else if (d->steps[i].kind == ISLE_STEP_ROUTE)
			match_route(d, i);
	isle_differ_match_rules(d);
	for (size_t ns = 0; ns < d->n_rooms; ns++)
		if (d->rooms[ns].live)
			unmatch_secondary(d, (uint32_t)ns);
}

static bool address_comes_again(const struct isle_differ *d, uint32_t ns, const struct isle_snap_address *a)
{
	for (size_t i = 0; i < d->n_steps; i++) {
		const struct isle_step *s = &d->steps[i];

		if (d->again[i] && s->kind == ISLE_STEP_ADDRESS && s->ns == ns && s->address.ifindex == (uint32_t)a->link->ifindex &&
		    !isle_ip_cmp(&a->ip, &s->address.ip))
			return true;
	}
	return false;
}

static bool route_comes_again(const struct isle_differ *d, uint32_t ns, const struct isle_snap_route *r)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (d->again[i] && d->steps[i].kind == ISLE_STEP_ROUTE && d->steps[i].ns == ns && is_route(&d->steps[i], r, true))
			return true;
	return false;
}

static void remove_step(struct isle_differ *d, const struct isle_step *made, bool had, bool again)
{
	const struct isle_step away = isle_step_removal(made);
	struct isle_change *change = isle_changes_add(d->out, &away, made);

	if (!change)
		return;
	change->why = had && d->in->n_owned ? ISLE_WHY_FILE : ISLE_WHY_DRIFT;
	change->again = again;
}

/* Not of somebody else's interface. In somebody else's network only what leaves by ours. */
bool isle_differ_is_ours(const struct isle_differ *d, uint32_t ns, const struct isle_snap_route *r)
{
	const struct isle_room *room = &d->rooms[ns];
	const bool foreign = isle_diff_is_foreign(d->in, ns);

	for (size_t i = 0; i < r->n_hops; i++) {
		const struct isle_snap_link *dev = r->hops[i].dev;

		if (dev && room->links[dev - room->live->links] == ISLE_STRANGE && (foreign || strcmp(dev->name, "lo")))
			return false;
	}
	return !foreign || r->n_hops;
}

static void remove_extra(struct isle_differ *d, uint32_t ns)
{
	struct isle_room *room = &d->rooms[ns];
	struct isle_step step;

	isle_differ_remove_rules(d, ns);
	for (size_t k = room->live->n_routes; k-- > 0;) {
		const struct isle_snap_route *r = &room->live->routes[k];

		if (!room->routes[k] && isle_route_is_removable(r) && isle_differ_is_ours(d, ns, r) && isle_restore_route(d, ns, r, &step))
			remove_step(d, &step, had_route(d, ns, r), route_comes_again(d, ns, r));
	}
	for (size_t k = room->live->n_addresses; k-- > 0;) {
		if (!is_removable(d, ns, k))
			continue;
		step = isle_restore_address(d, ns, &room->live->addresses[k]);
		remove_step(d, &step, had_address(d, ns, &room->live->addresses[k]), address_comes_again(d, ns, &room->live->addresses[k]));
		room->disturbed = true;
	}
}

void isle_differ_remove_extra(struct isle_differ *d)
{
	for (size_t ns = 1; ns < d->n_rooms; ns++)
		if (d->rooms[ns].live && !d->rooms[ns].goes)
			remove_extra(d, (uint32_t)ns);
}
