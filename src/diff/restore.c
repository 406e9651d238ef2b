/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: live things as steps that give them back: addresses and routes with all
 * that they had, whoever made them. When an interface goes down for a moment,
 * or an address goes, the kernel takes more along than was asked; so where a
 * change may do that, everything of the namespace is offered again after an
 * undo, and what is there still is refused, which is fine.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include "diff/diff.h"

static const struct {
	uint8_t type;
	enum isle_route_type route;
} types[] = {
	{ RTN_UNICAST, ISLE_ROUTE_UNICAST }, { RTN_BLACKHOLE, ISLE_ROUTE_BLACKHOLE },
	{ RTN_UNREACHABLE, ISLE_ROUTE_UNREACHABLE }, { RTN_PROHIBIT, ISLE_ROUTE_PROHIBIT },
};

/* Of daemons' and the kernel's own routes neither is ours to take. */
bool isle_route_is_removable(const struct isle_snap_route *r)
{
	if (r->proto != RTPROT_STATIC && r->proto != RTPROT_BOOT)
		return false;
	for (size_t i = 0; i < ISLE_COUNT(types); i++)
		if (types[i].type == r->type)
			return true;
	return false;
}

static int fill_hops(struct isle_differ *d, const struct isle_snap_route *r, struct isle_route *route, uint32_t *indexes,
		     uint32_t *weights)
{
	for (size_t i = 0; i < r->n_hops; i++) {
		const struct isle_snap_hop *from = &r->hops[i];
		struct isle_hop *to = &route->hops[i];

		to->via = from->via;
		to->onlink = from->onlink;
		indexes[i] = from->dev ? (uint32_t)from->dev->ifindex : 0;
		weights[i] = from->weight ? from->weight : 1;
		if (!from->dev)
			continue;
		/* for the words alone */
		to->dev = isle_arena_alloc(d->out->arena, sizeof(*to->dev));
		if (!to->dev)
			return -ENOMEM;
		to->dev->name = from->dev->name;
	}
	return 0;
}

bool isle_restore_route(struct isle_differ *d, uint32_t ns, const struct isle_snap_route *r, struct isle_step *ret)
{
	struct isle_arena *a = d->out->arena;
	struct isle_route *route = isle_arena_alloc(a, sizeof(*route));
	struct isle_route_form *form = isle_arena_alloc(a, sizeof(*form));
	uint32_t *indexes = isle_arena_alloc(a, (r->n_hops + 1) * sizeof(*indexes));
	uint32_t *weights = isle_arena_alloc(a, (r->n_hops + 1) * sizeof(*weights));
	size_t t = 0;

	while (t < ISLE_COUNT(types) && types[t].type != r->type)
		t++;
	if (t == ISLE_COUNT(types))
		return false;
	if (route)
		route->hops = isle_arena_alloc(a, (r->n_hops + 1) * sizeof(*route->hops));
	if (!route || !form || !indexes || !weights || !route->hops) {
		d->out->no_memory = true;
		return false;
	}
	route->dst = r->dst;
	route->type = types[t].route;
	/* the kernel shows lo as the way of an IPv6 blackhole */
	route->n_hops = route->type == ISLE_ROUTE_UNICAST ? r->n_hops : 0;
	route->metric = r->metric;
	route->table = r->table == RT_TABLE_MAIN ? 0 : r->table;
	route->mtu = r->mtu;
	route->src = r->src;
	*form = (struct isle_route_form) { .proto = r->proto, .scope = r->scope, .tos = r->tos, .from = r->from, .weights = weights };
	if (fill_hops(d, r, route, indexes, weights)) {
		d->out->no_memory = true;
		return false;
	}
	*ret = (struct isle_step) { .kind = ISLE_STEP_ROUTE, .ns = ns };
	ret->route.route = route;
	ret->route.ifindexes = indexes;
	ret->route.form = form;
	return true;
}

struct isle_step isle_restore_address(struct isle_differ *d, uint32_t ns, const struct isle_snap_address *address)
{
	struct isle_address_form *form = isle_arena_alloc(d->out->arena, sizeof(*form));
	struct isle_step step = { .kind = ISLE_STEP_ADDRESS, .ns = ns };

	if (form)
		*form = (struct isle_address_form) {
			.peer = address->peer, .broadcast = address->broadcast, .flags = address->flags, .scope = address->scope,
		};
	else
		d->out->no_memory = true;
	step.address.dev = address->link->name;
	step.address.ifindex = (uint32_t)address->link->ifindex;
	step.address.ip = address->ip;
	step.address.form = form;
	return step;
}

static void repair_room(struct isle_differ *d, uint32_t ns)
{
	const bool foreign = isle_diff_is_foreign(d->in, ns);
	const struct isle_room *room = &d->rooms[ns];
	const struct isle_snap_ns *live = room->live;
	struct isle_step step;

	for (size_t i = 0; i < live->n_addresses; i++)
		/* what the kernel gives by itself it gives again; what is somebody else's was not touched */
		if (!(foreign && room->links[live->addresses[i].link - live->links] == ISLE_STRANGE) &&
		    live->addresses[i].scope != RT_SCOPE_HOST && live->addresses[i].flags & IFA_F_PERMANENT) {
			step = isle_restore_address(d, ns, &live->addresses[i]);
			isle_changes_repair(d->out, &step);
		}
	for (size_t i = 0; i < live->n_routes; i++)
		if (live->routes[i].proto != RTPROT_KERNEL && (!foreign || isle_differ_is_ours(d, ns, &live->routes[i])) &&
		    isle_restore_route(d, ns, &live->routes[i], &step))
			isle_changes_repair(d->out, &step);
	isle_differ_repair_neighbours(d, ns);
}

static void repair_parameters(struct isle_differ *d, uint32_t ns)
{
	const struct isle_view *view = d->in->view;

	for (size_t i = 0; i < view->n_parameters; i++) {
		struct isle_step step = { .kind = ISLE_STEP_SYSCTL, .ns = ns };

		if (view->parameters[i].ns != ns || !view->parameters[i].value)
			continue;
		step.sysctl.path = view->parameters[i].path;
		step.sysctl.value = view->parameters[i].value;
		step.sysctl.optional = true;
		isle_changes_repair(d->out, &step);
	}
}

void isle_differ_repairs(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_rooms; i++) {
		if (!d->rooms[i].live)
			continue;
		if (d->rooms[i].tuned)
			repair_parameters(d, (uint32_t)i);
		if (d->rooms[i].disturbed)
			repair_room(d, (uint32_t)i);
	}
	isle_differ_repair_ports(d);
}
