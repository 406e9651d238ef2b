/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: nodes -> struct isle_doc. The tables do the reading; what is done here
 * is the order: `defaults` first, wherever it stands, then each section with
 * its defaults beneath. Merging is done on nodes, before types are looked at,
 * so that it is one rule for every key there is and for those to come.
 */
#include "labfile/doc_parts.h"
#include "labfile/read.h"

bool isle_doc_is_name(const char *s, size_t max, const char **ret_why)
{
	return isle_name_is(s, strlen(s), max, ret_why);
}

bool isle_doc_is_ifname(const char *s, const char **ret_why)
{
	return isle_name_is_ifname(s, strlen(s), ret_why);
}

/* A section that is a map of names: NODE may be NULL. */
bool isle_doc_is_section(struct isle_set *set, const char *name, struct isle_node *node)
{
	if (!node || isle_node_is_null(node))
		return false;
	if (node->kind == ISLE_NODE_MAP)
		return true;
	return isle_set_reject(set, node, 0, 0, node->kind == ISLE_NODE_LIST ? "write 'NAME:' for each, without '-'" : NULL,
			       "%s is a map of names, not %s", name, node->kind == ISLE_NODE_LIST ? "a list" : "a text");
}

static void read_networks(struct isle_set *set, const struct isle_top *top, struct isle_doc *doc)
{
	const struct isle_table *table = &isle_table_network;
	struct isle_list list = { .elem = sizeof(struct isle_doc_network) };
	struct isle_node *all = top->written.networks;

	if (top->defaults.networks) {
		struct isle_doc_network unused = { 0 };
		isle_set_table(set, table, top->defaults.networks, &unused);
	}
	if (!isle_doc_is_section(set, "networks", all))
		return;
	for (size_t i = 0; i < all->n; i++) {
		struct isle_doc_network net = { 0 }, *row;
		struct isle_node *node = isle_set_merge(set, top->defaults.networks, all->pairs[i].value);
		bool named = isle_set_field(set, table->key, all->pairs[i].key, &net);

		isle_set_table(set, table, node, &net);
		row = named ? isle_list_push(set, &list) : NULL;
		if (row)
			*row = net;
	}
	doc->networks = list.v;
	doc->n_networks = list.n;
}

static void read_sections(struct isle_set *set, struct isle_node *root, struct isle_doc *doc)
{
	struct isle_top top = { 0 };

	isle_set_table(set, &isle_table_top, root, &top);
	doc->name = top.lab;
	doc->pool = top.pool;
	doc->n_pool = top.n_pool;
	doc->routing_static = top.routing.set && top.routing.v;
	doc->routing_loc = top.routing.loc;
	read_networks(set, &top, doc);
	isle_doc_read_hosts(set, &top, doc);
	isle_doc_read_links(set, &top, doc);
}

int isle_doc_load(struct isle_arena *arena, const struct isle_source *src, struct isle_doc *ret, struct isle_diag *diag)
{
	struct isle_set set = { .arena = arena, .diag = diag };
	struct isle_node *root = isle_read(&set, src);

	*ret = (struct isle_doc){ .arena = arena, .source = src };
	if (root)
		read_sections(&set, root, ret);
	if (set.nomem)
		return isle_fail(diag, ENOMEM, NULL, "reading %s", src->name);
	if (set.n_rows > ISLE_SET_MAX_ROWS)
		return isle_reject(diag, NULL, "%s: too large: more than %u entries, defaults and ranges written out",
				   src->name, ISLE_SET_MAX_ROWS);
	/* half a file would be blamed for what its other half has */
	return root && !set.cut ? 0 : -EINVAL;
}
