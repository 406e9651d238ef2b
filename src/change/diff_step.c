/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a step needs, if anything. Addresses and routes are found in the
 * snapshot by what they are; those that no step wants go, if they are the
 * lab's or made by hand. Left alone are the kernel's own (link-local addresses,
 * connected routes), what a daemon learned, and whatever hangs on interfaces
 * that are not isle's.
 */
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "change/diff.h"

#define IPV6_METRIC 1024	/* that the kernel gives a route without one */

static const struct isle_snap_link *link_at(const struct isle_differ *d, uint32_t ns, uint32_t ifindex)
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
	const struct isle_snap_link *link = link_at(d, s->ns, s->address.ifindex);
	struct isle_room *room = &d->rooms[s->ns];

	if (!link || loses(d, room, link, s->address.ip.family))
		return;
	for (size_t k = 0; k < room->live->n_addresses; k++) {
		const struct isle_snap_address *a = &room->live->addresses[k];

		if (a->link != link || room->addresses[k] || isle_ip_cmp(&a->ip, &s->address.ip))
			continue;
		room->addresses[k] = i + 1;
		d->met[i] = true;
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
	const uint32_t metric = want->metric ? want->metric : want->dst.family == AF_INET6 ? IPV6_METRIC : 0;

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

		if (room->routes[k] || !is_route(s, r, true) || route_loses(d, room, r))
			continue;
		room->routes[k] = i + 1;
		d->met[i] = true;
		return;
	}
}

/* Did the lab's record have it? Then the file has changed; else somebody has made it by hand. */
static bool had_route(const struct isle_differ *d, uint32_t ns, const struct isle_snap_route *r)
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t i = 0; i < plan->n_steps; i++)
			if (plan->steps[i].kind == ISLE_STEP_ROUTE && isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns &&
			    is_route(&plan->steps[i], r, false))
				return true;
	}
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
	for (size_t ns = 0; ns < d->n_rooms; ns++)
		if (d->rooms[ns].live)
			unmatch_secondary(d, (uint32_t)ns);
}

static void remove_step(struct isle_differ *d, const struct isle_step *made, bool had)
{
	const struct isle_step away = isle_step_removal(made);
	struct isle_change *change = isle_changes_add(d->out, &away, made);

	if (change)
		change->why = had && d->in->n_owned ? ISLE_WHY_FILE : ISLE_WHY_DRIFT;
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

	for (size_t k = room->live->n_routes; k-- > 0;) {
		const struct isle_snap_route *r = &room->live->routes[k];

		if (!room->routes[k] && isle_route_is_removable(r) && isle_differ_is_ours(d, ns, r) && isle_restore_route(d, ns, r, &step))
			remove_step(d, &step, had_route(d, ns, r));
	}
	for (size_t k = room->live->n_addresses; k-- > 0;) {
		if (!is_removable(d, ns, k))
			continue;
		step = isle_restore_address(d, ns, &room->live->addresses[k]);
		remove_step(d, &step, had_address(d, ns, &room->live->addresses[k]));
		room->disturbed = true;
	}
}

void isle_differ_remove_extra(struct isle_differ *d)
{
	for (size_t ns = 1; ns < d->n_rooms; ns++)
		if (d->rooms[ns].live && !d->rooms[ns].goes)
			remove_extra(d, (uint32_t)ns);
}

static void link_state(struct isle_differ *d, const struct isle_step *s, const struct isle_snap_link *live, struct isle_port *p)
{
	struct isle_step to = *s, back = { .kind = ISLE_STEP_LINK, .ns = s->ns, .loc = s->loc };
	const bool is_up = live->flags & IFF_UP;
	const uint32_t master = live->master ? (uint32_t)live->master->ifindex : 0;

	back.link.name = s->link.name;
	back.link.ifindex = s->link.ifindex;
	back.link.up = is_up;
	if (s->link.master && s->link.master == master) {
		to.link.master = 0;
	} else if (s->link.master) {
		back.link.master = master;
		back.link.no_master = !master;
	}
	if (!to.link.master && s->link.up == is_up)
		return;
	isle_differ_emit(d, &to, &back);
	d->rooms[s->ns].disturbed |= is_up;
	if (p)
		p->touched = true;
}

static void emit_parameter(struct isle_differ *d, const struct isle_step *from, const char *path, const char *value, bool always)
{
	const char *now = isle_differ_parameter(d, from->ns, path);
	struct isle_step to = { .kind = ISLE_STEP_SYSCTL, .ns = from->ns, .loc = from->loc }, back;
	struct isle_change *change;

	if (!now || (!always && !strcmp(now, value)))
		return;
	to.sysctl.path = path;
	to.sysctl.value = value;
	back = to;
	back.sysctl.value = now;
	change = isle_differ_emit(d, &to, &back);
	if (!change)
		return;
	change->was = now;
	/* said again, for a parameter of the whole host takes it along */
	change->silent = !strcmp(now, value);
	d->rooms[from->ns].tuned = true;
}

static void link_settings(struct isle_differ *d, const struct isle_step *s, const struct isle_snap_link *live)
{
	struct isle_arena *a = d->out->arena;
	struct isle_step to = { .kind = ISLE_STEP_LINK, .ns = s->ns, .loc = s->loc }, back;
	struct isle_change *change;

	if (s->link.no_rp_filter)
		emit_parameter(d, s, isle_arena_printf(a, "net/ipv4/conf/%s/rp_filter", s->link.name), "0", false);
	if (s->link.no_forward)
		emit_parameter(d, s, isle_arena_printf(a, "net/ipv4/conf/%s/forwarding", s->link.name), "0", d->rooms[s->ns].tuned);
	if (!s->link.no_linklocal || live->addrgenmode == IN6_ADDR_GEN_MODE_NONE || d->in->view->no_ipv6)
		return;
	to.link.name = s->link.name;
	to.link.ifindex = s->link.ifindex;
	to.link.keep_state = true;
	back = to;
	to.link.no_linklocal = true;
	back.link.addrgenmode = &live->addrgenmode;
	change = isle_changes_add(d->out, &to, &back);
	if (change)
		change->why = ISLE_WHY_DRIFT;
}

static void link_step(struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_snap_link *live = link_at(d, s->ns, s->link.ifindex);
	struct isle_port *p = live ? isle_differ_port_of(d, live) : NULL;

	if (!live)
		isle_differ_emit(d, s, NULL);
	else if (s->link.keep_state)
		link_settings(d, s, live);
	else
		link_state(d, s, live, p);
}

static void altname_step(struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_snap_link *live = link_at(d, s->ns, s->altname.ifindex);
	const struct isle_step removal = isle_step_removal(s);
	struct isle_change *change;

	for (size_t i = 0; live && i < live->n_altnames; i++)
		if (!strcmp(live->altnames[i], s->altname.altname))
			return;
	change = isle_differ_emit(d, s, live ? &removal : NULL);
	if (change)
		change->silent = true;
}

/* The kernel keeps milliseconds in its ticks (proc_dointvec_ms_jiffies) and shows them rounded up to one, 10 ms at most. */
static bool is_rounded(const char *path, const char *now, const char *value)
{
	const size_t n = strlen(path);
	unsigned long have, want;
	char *end;

	if (!(n > 3 && !strcmp(path + n - 3, "_ms")) && !(n > 9 && !strcmp(path + n - 9, "_interval")))
		return false;
	have = strtoul(now, &end, 10);
	if (end == now || *end)
		return false;
	want = strtoul(value, &end, 10);
	return end != value && !*end && have >= want && have - want < 10;
}

static void parameter_step(struct isle_differ *d, const struct isle_step *s)
{
	const char *now = d->rooms[s->ns].live ? isle_differ_parameter(d, s->ns, s->sysctl.path) : NULL;
	struct isle_step back = *s;
	struct isle_change *change;

	if (now && (!strcmp(now, s->sysctl.value) || is_rounded(s->sysctl.path, now, s->sysctl.value)))
		return;
	/* where there is none, one that may be missing is not looked for again */
	if (!now && s->sysctl.optional && d->rooms[s->ns].live)
		return;
	back.sysctl.value = now;
	change = isle_differ_emit(d, s, now ? &back : NULL);
	if (change)
		change->was = now;
	d->rooms[s->ns].tuned = true;
}

static const struct isle_port *port_with(const struct isle_differ *d, uint32_t ns, uint32_t actual)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].made.ns == ns && d->ports[i].actual == actual)
			return &d->ports[i];
	return NULL;
}

static bool is_touched(const struct isle_port *p)
{
	return p && (p->touched || (p->peer && p->peer->touched));
}

/* Is the address of a SETTLED step a new one? */
static bool comes(const struct isle_differ *d, const struct isle_step *s)
{
	for (size_t i = 0; i < d->out->n; i++) {
		const struct isle_step *c = &d->out->list[i].step;

		if (c->kind == ISLE_STEP_ADDRESS && !c->removes && c->ns == s->ns && !isle_ip_cmp(&c->address.ip, &s->address.ip))
			return true;
	}
	return false;
}

/* What the step hangs on. */
static const struct isle_port *port_of_step(const struct isle_differ *d, const struct isle_step *s)
{
	if (s->kind == ISLE_STEP_LINK)
		return port_with(d, s->ns, s->link.ifindex);
	if (s->kind == ISLE_STEP_ADDRESS)
		return port_with(d, s->ns, s->address.ifindex);
	if (s->kind == ISLE_STEP_ROUTE && s->route.route->n_hops)
		return port_with(d, s->ns, s->route.ifindexes[0]);
	return NULL;
}

static bool is_lost(const struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_port *p = port_of_step(d, s);

	return p && p->is_lost;
}

/* It comes with an interface that the change makes anew: nobody has touched it. */
static bool is_born(const struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_port *p = port_of_step(d, s);

	return p && !p->live && !isle_differ_owns(d, &d->steps[p->step]);
}

struct seeing { const struct isle_differ *d; bool born; };

static void see_index(uint32_t ns, uint32_t *index, void *arg)
{
	struct seeing *s = arg;
	const struct isle_port *p = *index ? port_with(s->d, ns, *index) : NULL;

	s->born |= p && !p->live;
}

/* Is it about an interface that is made now? */
static bool is_of_born(const struct isle_differ *d, const struct isle_step *step)
{
	struct seeing s = { .d = d };
	struct isle_step copy = *step;

	isle_kind_indexes(&copy, see_index, &s);
	return s.born;
}

void isle_differ_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i], removal = isle_step_removal(s);
	const bool is_new = !d->rooms[s->ns].live;
	struct isle_change *change;

	if (d->met[i] || (i >= d->n_plan && is_lost(d, s)))
		return;
	switch (s->kind) {
	case ISLE_STEP_SYSCTL:
		parameter_step(d, s);
		break;
	case ISLE_STEP_LINK:
		link_step(d, s);
		break;
	case ISLE_STEP_ALTNAME:
		altname_step(d, s);
		break;
	case ISLE_STEP_CARRIER:
		if (is_touched(port_with(d, s->ns, s->link.ifindex)))
			isle_differ_emit(d, s, NULL);
		break;
	case ISLE_STEP_SETTLED:
		if (comes(d, s))
			isle_differ_emit(d, s, NULL);
		break;
	case ISLE_STEP_NETNS:
		if (is_new)
			isle_differ_emit(d, s, &removal);
		break;
	default:
		/* of a kind that cannot be found again a lab keeps what it came up with (isle_kinds_keep()) */
		if (!isle_kind_of(s)->makes && s->kind != ISLE_STEP_ADDRESS && s->kind != ISLE_STEP_ROUTE) {
			if (is_of_born(d, s))
				isle_differ_emit(d, s, NULL);
			break;
		}
		change = isle_differ_emit(d, s, isle_kind_can_remove(s) && !(is_new && s->kind != ISLE_STEP_VETH) ? &removal : NULL);
		if (change && is_born(d, s))
			change->why = ISLE_WHY_FILE;
	}
}
