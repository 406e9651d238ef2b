/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what shares subnets. Networks joined by links, also those that are down,
 * are one segment; a host-host link is a wire by itself. The order of a wire's
 * members is the order in which they get addresses: a segment's gateways, then
 * as they were attached.
 */
#include "lab/build.h"

static struct isle_bnet *first_of(struct isle_bnet *n)
{
	while (n->joined)
		n = n->joined;
	return n;
}

static struct isle_wire *new_wire(struct isle_build *b, const char *name, const struct isle_loc *loc)
{
	struct isle_wire *w = isle_arena_alloc(b->arena, sizeof(*w));

	if (!w || !isle_arena_grow(b->arena, &b->wires, b->n_wires, &b->cap_wires, sizeof(*b->wires)))
		return NULL;
	w->id = (uint32_t)b->n_wires;
	w->name = name;
	w->loc = *loc;
	b->wires[b->n_wires++] = w;
	return w;
}

/* A segment for each network that stands for one; wires[] has it at the same place. */
static int make_segments(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;

	lab->segments = isle_arena_alloc(b->arena, lab->n_networks * sizeof(*lab->segments));
	if (!lab->segments)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_networks; i++) {
		struct isle_network *n = lab->networks[i];
		struct isle_segment *s;
		struct isle_wire *w;

		if (isle_bnet(n)->joined)
			continue;
		s = n->segment = isle_arena_alloc(b->arena, sizeof(*s));
		w = new_wire(b, n->name, &n->loc);
		if (!s || !w)
			return -ENOMEM;
		w->segment = s;
		lab->segments[lab->n_segments++] = s;
	}
	return 0;
}

static int fill_segments(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;
	size_t *cap = isle_arena_alloc(b->arena, lab->n_networks * sizeof(*cap));

	if (!cap)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_networks; i++) {
		struct isle_network *n = lab->networks[i], *first = &first_of(isle_bnet(n))->pub;
		struct isle_segment *s = n->segment = first->segment;

		if (!isle_arena_grow(b->arena, &s->networks, s->n_networks, &cap[first->index], sizeof(*s->networks)))
			return -ENOMEM;
		s->networks[s->n_networks++] = n;
	}
	return 0;
}

static int place(struct isle_build *b, struct isle_wire *w, struct isle_biface *f)
{
	struct isle_bnet *n = f->pub.network ? isle_bnet(f->pub.network) : NULL;

	if (f->placed)
		return 0;
	if (!isle_arena_grow(b->arena, &w->members, w->n_members, &w->cap_members, sizeof(*w->members)))
		return -ENOMEM;
	f->placed = true;
	f->wire = w;
	w->members[w->n_members++] = f;
	if (!n)
		return 0;
	if (!isle_arena_grow(b->arena, &n->pub.ports, n->pub.n_ports, &n->cap_ports, sizeof(*n->pub.ports)))
		return -ENOMEM;
	n->pub.ports[n->pub.n_ports++] = &f->pub;
	return 0;
}

static int place_members(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;
	struct isle_wire **of = isle_arena_alloc(b->arena, lab->n_networks * sizeof(struct isle_wire *));
	size_t at = 0;

	if (!of)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_networks; i++)
		of[i] = isle_bnet(lab->networks[i])->joined ? NULL : b->wires[at++];
	for (size_t i = 0; i < lab->n_networks; i++) {
		of[i] = of[first_of(isle_bnet(lab->networks[i]))->pub.index];
		if (isle_bnet(lab->networks[i])->gateway_iface &&
		    place(b, of[i], isle_bnet(lab->networks[i])->gateway_iface) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < b->n_attached; i++)
		if (place(b, of[b->attached[i]->pub.network->index], b->attached[i]) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < lab->n_segments; i++) {
		struct isle_wire *w = b->wires[i];

		/* the same pointers under another type: a biface begins with its iface */
		w->segment->members = (struct isle_iface **)w->members;
		w->segment->n_members = w->n_members;
	}
	return 0;
}

static int wire_links(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_links; i++) {
		struct isle_blink *l = isle_blink(b->lab->links[i]);
		const char *name;

		if (!l->pub.iface[0])
			continue;
		name = isle_arena_printf(b->arena, "%s -- %s", l->pub.iface[0]->host->name, l->pub.iface[1]->host->name);
		l->wire = name ? new_wire(b, name, &l->pub.loc) : NULL;
		if (!l->wire)
			return -ENOMEM;
		l->wire->link = l;
		for (int k = 0; k < 2; k++)
			if (place(b, l->wire, isle_biface(l->pub.iface[k])) < 0)
				return -ENOMEM;
	}
	return 0;
}

int isle_lab_segments(struct isle_build *b)
{
	if (make_segments(b) < 0 || fill_segments(b) < 0 || place_members(b) < 0)
		return -ENOMEM;
	return wire_links(b);
}
