/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab as one block, as `isle show` has it, but from the kernel: each
 * switch with the hosts on it, then what goes from host to host, then ways out
 * and whatever else is there, which may have been made by hand. A link of two
 * ends in the lab has one line. Switches that are one network (their names have
 * a dot, see plan/fabric.c) are drawn as one.
 */
#include "see/inner.h"

struct lab {
	struct isle_tree_of *t;
	const struct isle_snap_ns *nss;
	size_t n;
	struct isle_node *block;
};

static bool is_in(const struct lab *lab, const struct isle_snap_link *l)
{
	return l->ns >= lab->nss && l->ns < lab->nss + lab->n;
}

bool isle_tree_is_bridge(const struct isle_snap_link *l)
{
	return l->is_ovs_bridge || (l->kind && !strcmp(l->kind, "bridge"));
}

static bool is_leaf(const struct isle_snap_link *bridge)
{
	return bridge->ns->owner == ISLE_OWNER_FABRIC && strchr(bridge->name, '.');
}

static const char *host_name(const struct isle_snap_ns *ns)
{
	return ns->host ? ns->host : ns->label;
}

/* A line "HOST IF ADDRESSES" for an interface of a host. */
static struct isle_node *host_line(struct lab *lab, struct isle_node *parent, const struct isle_snap_link *l)
{
	struct isle_node *n = isle_node_add(lab->t, parent, host_name(l->ns));
	const char *kind = isle_see_kind(l, lab->t->arena);

	n->port = isle_node_text(lab->t, "%s", l->name);
	isle_tree_addresses(lab->t, n, l);
	if (kind)
		n->notes = isle_node_text(lab->t, "%s", kind);
	n->trouble = isle_see_state(l);
	isle_tree_did(lab->t, l);
	return n;
}

/* The subnets of those who are on the switch. */
static void add_subnets(struct lab *lab, struct isle_node *bridge)
{
	struct isle_ip *list = isle_arena_alloc(lab->t->arena, ISLE_SUBNETS_MAX * sizeof(*list));
	size_t n = 0;

	lab->t->bad |= !list;
	for (const struct isle_node *member = bridge->child; list && member; member = member->next)
		for (size_t i = 0; i < member->n_addresses && member->port; i++)
			n = isle_see_add_subnet(list, n, &member->addresses[i]);
	if (!bridge->n_addresses) {
		bridge->addresses = list;
		bridge->n_addresses = n;
	}
}

static void ports(struct lab *lab, struct isle_node *node, const struct isle_snap_link *bridge);

static void port(struct lab *lab, struct isle_node *node, const struct isle_snap_link *l)
{
	const struct isle_snap_link *peer = l->peer, *other = peer ? peer->master : NULL;
	const char *state = isle_see_state(l);
	struct isle_node *n;

	if (!peer || !is_in(lab, peer) || !isle_view_shows(lab->t->view, peer)) {
		isle_tree_link(lab->t, node, l);
		return;
	}
	isle_tree_did(lab->t, l);
	if (other && peer->ns == l->ns && is_leaf(other) && isle_tree_todo(lab->t, other)) {
		isle_tree_did(lab->t, peer);
		isle_tree_did(lab->t, other);
		ports(lab, node, other);
	} else if (other && peer->ns == l->ns) {
		n = isle_node_add(lab->t, node, other->name);
		n->notes = "switch";
		n->trouble = state;
	} else if (isle_tree_todo(lab->t, peer)) {
		n = host_line(lab, node, peer);
		n->notes = peer->ns->forwards4 || peer->ns->forwards6 ? "router" : n->notes;
		if (state && !n->trouble)
			n->trouble = isle_node_text(lab->t, "its port is %s", !strcmp(state, "down") ? state : "without carrier");
	}
}

static void ports(struct lab *lab, struct isle_node *node, const struct isle_snap_link *bridge)
{
	const struct isle_snap_ns *ns = bridge->ns;

	for (size_t i = 0; i < ns->n_links && !lab->t->bad; i++)
		if (ns->links[i].master == bridge && isle_tree_todo(lab->t, &ns->links[i]))
			port(lab, node, &ns->links[i]);
	isle_tree_ovs(lab->t, node, bridge);
}

static void switches(struct lab *lab, const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_links && !lab->t->bad; i++) {
		const struct isle_snap_link *l = &ns->links[i];
		struct isle_node *n;

		if (!isle_tree_is_bridge(l) || !isle_tree_todo(lab->t, l) || is_leaf(l))
			continue;
		n = isle_node_add(lab->t, lab->block, l->name);
		isle_tree_addresses(lab->t, n, l);
		n->trouble = isle_see_state(l);
		isle_tree_did(lab->t, l);
		ports(lab, n, l);
		add_subnets(lab, n);
	}
}

/* Between two hosts, not by a switch. */
static void between(struct lab *lab, const struct isle_snap_link *l)
{
	const struct isle_snap_link *peer = l->peer;
	struct isle_node *n;

	if (!peer || peer->ns == l->ns || !is_in(lab, peer) || peer->ns->owner == ISLE_OWNER_FABRIC || l->ns->owner == ISLE_OWNER_FABRIC ||
	    l->master || peer->master || !isle_tree_todo(lab->t, peer))
		return;
	n = host_line(lab, lab->block, l);
	n->wire = isle_node_text(lab->t, "%s of %s", peer->name, host_name(peer->ns));
	if (!lab->t->view->options->no_addresses)
		n->far = isle_see_addresses(peer, lab->t->arena, &n->n_far);
	if (!n->trouble && isle_see_state(peer))
		n->trouble = isle_node_text(lab->t, "%s is %s", peer->name, isle_see_state(peer));
	isle_tree_did(lab->t, peer);
}

/* Ways out, VLANs, what was made by hand. */
static void others(struct lab *lab, const struct isle_snap_ns *ns)
{
	for (int circle = 0; circle < 2; circle++)
		for (size_t i = 0; i < ns->n_links && !lab->t->bad; i++) {
			const struct isle_snap_link *l = &ns->links[i];
			struct isle_node *n;

			if (!isle_tree_todo(lab->t, l) || isle_see_is_quiet(l) || (!circle && !isle_tree_is_root(lab->t, l)))
				continue;
			n = isle_node_add(lab->t, lab->block, ns->owner == ISLE_OWNER_FABRIC ? "(switches)" : host_name(ns));
			n->port = isle_node_text(lab->t, "%s", l->name);
			isle_tree_fill(lab->t, n, l);
		}
}

static bool is_alone(const struct lab *lab, const struct isle_snap_ns *ns)
{
	if (ns->owner == ISLE_OWNER_FABRIC || !lab->t->view->nss[ns->index])
		return false;
	for (size_t i = 0; i < ns->n_links; i++)
		if (!isle_see_is_quiet(&ns->links[i]))
			return false;
	return true;
}

static void title(struct lab *lab)
{
	size_t hosts = 0, bridges = 0;

	for (size_t i = 0; i < lab->n; i++) {
		const struct isle_snap_ns *ns = &lab->nss[i];

		hosts += ns->owner != ISLE_OWNER_FABRIC;
		for (size_t k = 0; ns->owner == ISLE_OWNER_FABRIC && k < ns->n_links; k++)
			bridges += isle_tree_is_bridge(&ns->links[k]) && !is_leaf(&ns->links[k]);
	}
	lab->block = isle_node_add(lab->t, &lab->t->top, "");
	lab->block->name = isle_node_text(lab->t, "lab %s", lab->nss->lab);
	lab->block->notes = !bridges ? isle_node_text(lab->t, "%zu host%s", hosts, hosts == 1 ? "" : "s")
				     : isle_node_text(lab->t, "%zu host%s, %zu switch%s", hosts, hosts == 1 ? "" : "s", bridges,
						      bridges == 1 ? "" : "es");
}

void isle_tree_draw_lab(struct isle_tree_of *t, const struct isle_snap_ns *first, size_t n)
{
	struct lab lab = { t, first, n, NULL };
	struct isle_node *line;

	title(&lab);
	for (size_t i = 0; i < n; i++)
		if (first[i].owner == ISLE_OWNER_FABRIC)
			switches(&lab, &first[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < first[i].n_links && !t->bad; k++)
			if (isle_tree_todo(t, &first[i].links[k]))
				between(&lab, &first[i].links[k]);
	for (size_t i = 0; i < n; i++)
		others(&lab, &first[i]);
	for (size_t i = 0; i < n && !t->bad; i++)
		if (first[i].unseen || is_alone(&lab, &first[i])) {
			line = isle_node_add(t, lab.block, host_name(&first[i]));
			line->notes = first[i].unseen ? NULL : "connected to nothing";
			line->trouble = first[i].unseen ? isle_node_text(t, "cannot be looked into: %s", strerror(first[i].unseen)) : NULL;
		}
}
