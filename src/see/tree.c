/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the map as a tree of lines. A block for each lab (treelab.c) and each
 * other namespace: its links, ports beneath their switch, VLANs beneath what
 * they are on, each with its wire. Every link of the view has a line, but the
 * quiet ones (isle_see_is_quiet) and, in a lab, the second end of what is said
 * at the first; namespaces with nothing at all share a block.
 */
#include <net/if.h>
#include "see/inner.h"

struct isle_node *isle_node_add(struct isle_tree_of *t, struct isle_node *parent, const char *name)
{
	struct isle_node *n = isle_arena_alloc(t->arena, sizeof(*n));

	if (!n) {
		t->bad = true;
		return &t->nowhere;
	}
	n->name = isle_node_text(t, "%s", name);
	if (parent->last)
		parent->last->next = n;
	else
		parent->child = n;
	parent->last = n;
	return n;
}

const char *isle_node_text(struct isle_tree_of *t, const char *fmt, ...)
{
	char *s = NULL;
	const char *plain;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	plain = s ? isle_plain(t->arena, s) : NULL;
	free(s);
	t->bad |= !plain;
	return plain ? plain : "";
}

bool isle_tree_todo(const struct isle_tree_of *t, const struct isle_snap_link *l)
{
	return isle_view_shows(t->view, l) && !t->done[isle_view_nth(t->view, l)];
}

void isle_tree_did(struct isle_tree_of *t, const struct isle_snap_link *l)
{
	t->done[isle_view_nth(t->view, l)] = true;
}

void isle_tree_addresses(struct isle_tree_of *t, struct isle_node *n, const struct isle_snap_link *l)
{
	if (!t->view->options->no_addresses)
		n->addresses = isle_see_addresses(l, t->arena, &n->n_addresses);
}

/* What L stands under in the drawing of its namespace. */
static const struct isle_snap_link *above(const struct isle_tree_of *t, const struct isle_snap_link *l)
{
	if (l->master && isle_view_shows(t->view, l->master))
		return l->master;
	return l->lower && l->lower->ns == l->ns && isle_view_shows(t->view, l->lower) ? l->lower : NULL;
}

static const char *wire(struct isle_tree_of *t, const struct isle_snap_link *l)
{
	const struct isle_snap_link *peer = l->peer;

	if (l->peer_state == ISLE_PEER_UNSEEN && l->link_ns)
		return isle_node_text(t, "? of %s", l->link_ns->label);
	if (l->peer_state == ISLE_PEER_UNSEEN)
		return isle_node_text(t, "? in a namespace that cannot be seen");
	if (!peer)
		return NULL;
	if (peer->ns == l->ns)
		return isle_node_text(t, "%s", peer->name);
	if (peer->ns->owner == ISLE_OWNER_FABRIC && peer->master)
		return isle_node_text(t, "%s of lab %s", peer->master->name, peer->ns->lab);
	return isle_node_text(t, "%s of %s%s%s", peer->name, peer->ns->label, peer->master ? ", on " : "", peer->master ? peer->master->name : "");
}

static void describe(struct isle_tree_of *t, struct isle_node *n, const struct isle_snap_link *l)
{
	const char *kind = isle_see_kind(l, t->arena);
	const unsigned tag = isle_see_tag(l);

	isle_tree_addresses(t, n, l);
	n->wire = wire(t, l);
	n->notes = kind ? isle_node_text(t, "%s", kind) : NULL;
	n->trouble = isle_see_state(l);
	if (l->is_immovable && !isle_see_is_lo(l))
		n->notes = isle_node_text(t, "%s%sfixed", kind ? kind : "", kind ? ", " : "");
	if (tag)
		n->notes = isle_node_text(t, "%s%stag %u", n->notes ? n->notes : "", n->notes ? ", " : "", tag);
	if (l->alias)
		n->notes = isle_node_text(t, "%s%s\"%s\"", n->notes ? n->notes : "", n->notes ? ", " : "", l->alias);
	isle_tree_did(t, l);
}

/* Ports of an Open vSwitch that the kernel has no interface for. */
void isle_tree_ovs(struct isle_tree_of *t, struct isle_node *n, const struct isle_snap_link *bridge)
{
	const struct isle_snap_ns *ns = bridge->ns;

	for (size_t i = 0; i < ns->n_ovs && !t->bad; i++) {
		const struct isle_snap_ovs_port *p = &ns->ovs[i], *other = isle_see_patch(ns, p);
		struct isle_node *line;

		if (!bridge->is_ovs_bridge || p->link || strcmp(p->bridge, bridge->name))
			continue;
		line = isle_node_add(t, n, p->interface);
		if (other)
			line->wire = isle_node_text(t, "%s of %s", other->interface, other->bridge);
		else
			line->notes = isle_node_text(t, "%s%s%s", p->type, *p->type && *p->options ? " " : "", p->options);
		line->trouble = !*p->type || (!other && p->peer) ? "not there" : NULL;
	}
}

void isle_tree_fill(struct isle_tree_of *t, struct isle_node *n, const struct isle_snap_link *l)
{
	const struct isle_snap_ns *ns = l->ns;

	describe(t, n, l);
	for (size_t i = 0; i < ns->n_links && !t->bad; i++)
		if (isle_tree_todo(t, &ns->links[i]) && above(t, &ns->links[i]) == l)
			isle_tree_link(t, n, &ns->links[i]);
	isle_tree_ovs(t, n, l);
}

void isle_tree_link(struct isle_tree_of *t, struct isle_node *parent, const struct isle_snap_link *l)
{
	isle_tree_fill(t, isle_node_add(t, parent, l->name), l);
}

bool isle_tree_is_root(const struct isle_tree_of *t, const struct isle_snap_link *l)
{
	return !above(t, l) || !isle_tree_todo(t, above(t, l));
}

/* Other names of the namespace, without paths. */
static const char *title(struct isle_tree_of *t, const struct isle_snap_ns *ns)
{
	const struct isle_census_name *n = ns->census ? ns->census->names : NULL;
	const char *s = isle_node_text(t, "%s", ns->label);
	bool first = true;

	for (; n; n = n->next)
		if (n->rank <= 0 && strcmp(n->name, ns->label)) {
			s = isle_node_text(t, "%s%s%s", s, first ? ", also " : " ", n->name);
			first = false;
		}
	return s;
}

static void notes(struct isle_tree_of *t, struct isle_node *n, const struct isle_snap_ns *ns)
{
	bool nat = false;

	for (size_t i = 0; i < ns->n_nfts; i++)
		nat |= ns->nfts[i].masquerades;
	if (ns->forwards4 || ns->forwards6 || nat)
		n->notes = isle_node_text(t, "%s%s%s", ns->forwards4 || ns->forwards6 ? "router" : "",
					  (ns->forwards4 || ns->forwards6) && nat ? ", " : "", nat ? "nat" : "");
	if (ns->unseen)
		n->trouble = isle_node_text(t, "cannot be looked into: %s", strerror(ns->unseen));
}

static bool is_empty(const struct isle_tree_of *t, const struct isle_snap_ns *ns)
{
	const struct isle_snap_link *only = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ns->n_links; i++)
		if (isle_tree_todo(t, &ns->links[i]) && !isle_see_is_quiet(&ns->links[i])) {
			only = &ns->links[i];
			n++;
		}
	return !ns->unseen && (!n || (n == 1 && isle_see_is_lo(only) && !(only->flags & IFF_UP)));
}

static void draw_ns(struct isle_tree_of *t, const struct isle_snap_ns *ns)
{
	struct isle_node *block = isle_node_add(t, &t->top, title(t, ns));

	notes(t, block, ns);
	for (size_t i = 0; i < ns->n_links && !t->bad; i++) {
		const struct isle_snap_link *l = &ns->links[i];

		if (isle_tree_todo(t, l) && !isle_see_is_quiet(l) && isle_tree_is_root(t, l))
			isle_tree_link(t, block, l);
	}
	/* what stands on each other in a circle */
	for (size_t i = 0; i < ns->n_links && !t->bad; i++)
		if (isle_tree_todo(t, &ns->links[i]) && !isle_see_is_quiet(&ns->links[i]))
			isle_tree_link(t, block, &ns->links[i]);
}

/* Names of empty namespaces; of those whose lo is up, or of the others. */
static void empty_ones(struct isle_tree_of *t, const struct isle_snap_ns *const *list, size_t n, bool up)
{
	struct isle_node *block = NULL;

	for (size_t i = 0; i < n && !t->bad; i++) {
		bool is_up = false;

		for (size_t k = 0; k < list[i]->n_links; k++)
			is_up |= isle_see_is_lo(&list[i]->links[k]) && list[i]->links[k].flags & IFF_UP;
		if (is_up != up)
			continue;
		if (!block)
			block = isle_node_add(t, &t->top, up ? "nothing but lo" : "nothing but lo, which is down");
		block->flow = true;
		isle_node_add(t, block, title(t, list[i]));
	}
}

/* "h2" before "h10". */
static int natural(const char *a, const char *b)
{
	while (*a && *b) {
		const size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");

		if (n && m) {
			const size_t zeros_a = strspn(a, "0"), zeros_b = strspn(b, "0");
			const size_t x = zeros_a < n ? n - zeros_a : 0, y = zeros_b < m ? m - zeros_b : 0;
			const int r = x != y ? (x < y ? -1 : 1) : memcmp(a + zeros_a, b + zeros_b, x);

			if (r)
				return r;
			a += n;
			b += m;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		} else {
			a++;
			b++;
		}
	}
	return *a ? 1 : *b ? -1 : 0;
}

static int by_label(const void *a, const void *b)
{
	const struct isle_snap_ns *x = *(const struct isle_snap_ns *const *)a, *y = *(const struct isle_snap_ns *const *)b;
	int r;

	if ((x->owner == ISLE_OWNER_MACHINE) != (y->owner == ISLE_OWNER_MACHINE))
		return x->owner == ISLE_OWNER_MACHINE ? -1 : 1;
	r = natural(x->label, y->label);
	return r ? r : (x->id > y->id) - (x->id < y->id);
}

/* A lab's namespaces are beside each other. */
static void draw_labs(struct isle_tree_of *t)
{
	const struct isle_snap *snap = t->view->snap;

	for (size_t i = 0, n; i < snap->n_nss && !t->bad; i += n) {
		const struct isle_snap_ns *ns = &snap->nss[i];
		bool shown = false;

		for (n = 1; ns->lab && i + n < snap->n_nss && ns[n].lab_id == ns->lab_id && isle_str_eq(ns[n].lab, ns->lab); n++)
			;
		for (size_t k = 0; ns->lab && k < n; k++)
			shown |= t->view->nss[i + k];
		if (shown)
			isle_tree_draw_lab(t, ns, n);
	}
}

static void blocks(struct isle_tree_of *t, const struct isle_snap_ns **list, const struct isle_snap_ns **empty)
{
	const struct isle_snap *snap = t->view->snap;
	size_t n = 0, n_empty = 0, i = 0;

	for (size_t k = 0; k < snap->n_nss; k++)
		if (t->view->nss[k] && !snap->nss[k].lab)
			list[n++] = &snap->nss[k];
	if (n)
		qsort(list, n, sizeof(*list), by_label);
	for (; i < n && list[i]->owner == ISLE_OWNER_MACHINE; i++)
		draw_ns(t, list[i]);
	draw_labs(t);
	for (; i < n && !t->bad; i++) {
		if (is_empty(t, list[i]))
			empty[n_empty++] = list[i];
		else
			draw_ns(t, list[i]);
	}
	empty_ones(t, empty, n_empty, true);
	empty_ones(t, empty, n_empty, false);
}

int isle_tree_make(const struct isle_view *v, struct isle_node **ret)
{
	struct isle_tree_of t = { .arena = v->arena, .view = v };
	const size_t n = v->snap->n_nss;
	const struct isle_snap_ns **lists = isle_arena_alloc(v->arena, (2 * n + 1) * sizeof(*lists));
	size_t links = 0;

	for (size_t i = 0; i < n; i++)
		links += v->snap->nss[i].n_links;
	t.done = isle_arena_alloc(v->arena, links + 1);
	if (!t.done || !lists)
		return -ENOMEM;
	blocks(&t, lists, lists + n);
	if (t.bad || isle_tree_fold(t.top.child))
		return -ENOMEM;
	*ret = t.top.child;
	return 0;
}
