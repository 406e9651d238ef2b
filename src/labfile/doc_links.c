/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the section `links`: `REF -- REF`, or that as the key of a map of one
 * whose value is the options. Ranges give many links: in step, or as a star.
 */
#include "labfile/doc_parts.h"

struct links {
	struct isle_set *set;
	struct isle_node *defaults;
	struct isle_list list;		/* struct isle_doc_link */
};

struct end { struct isle_list refs; bool range; };

static const struct isle_doc_ref *ref_at(const struct end *e, size_t i)
{
	return (const struct isle_doc_ref *)e->refs.v + (e->range ? i : 0);
}

static bool is_link_text(const struct isle_node *node)
{
	return node->kind == ISLE_NODE_SCALAR && strstr(node->text, " -- ");
}

static bool reject_text(struct isle_set *set, struct isle_node *text)
{
	const char *hint = "a link is written 'a -- b'";

	if (strstr(text->text, "--"))
		hint = "put spaces around '--'";
	return isle_set_reject(set, text, 0, 0, hint, "'%.80s' is no link", text->text);
}

/* The place of the one `--`; ends are what is left and right of it. */
static bool split(struct isle_set *set, struct isle_node *text, struct isle_span *ret_left, struct isle_span *ret_right)
{
	struct isle_span w, dash = { 0 };
	size_t off = 0;

	while (isle_span_next(text, &off, text->n_text, &w)) {
		if (w.n != 2 || memcmp(text->text + w.off, "--", 2) != 0)
			continue;
		if (dash.n)
			return isle_set_reject(set, text, w.off, w.n, "write one link for each pair",
					       "a link has two ends");
		dash = w;
	}
	if (!dash.n)
		return reject_text(set, text);
	off = dash.off;
	while (off && text->text[off - 1] == ' ')
		off--;
	*ret_left = (struct isle_span){ 0, off };
	off = dash.off + 2;
	while (off < text->n_text && text->text[off] == ' ')
		off++;
	*ret_right = (struct isle_span){ off, text->n_text - off };
	return true;
}

static bool reject_self(struct isle_set *set, struct isle_node *text, const struct isle_doc_ref *a,
			const struct isle_doc_ref *b)
{
	if (!isle_str_eq(a->name.s, b->name.s) || !isle_str_eq(a->attach.s, b->attach.s))
		return true;
	if (a->ifname.s && b->ifname.s && !isle_str_eq(a->ifname.s, b->ifname.s))
		return true;
	return isle_set_reject(set, text, 0, 0,
			       isle_set_text(set, "name both interfaces: %s:eth0 -- %s:eth1", a->name.s, a->name.s),
			       "%s is linked with itself", a->name.s);
}

static bool pair(struct links *l, struct isle_node *text, const struct isle_doc_link *options, const struct end e[2])
{
	size_t n[2] = { e[0].refs.n, e[1].refs.n };
	size_t count = n[0] > n[1] ? n[0] : n[1];

	if (e[0].range && e[1].range && n[0] != n[1])
		return isle_set_reject(l->set, text, 0, 0, "equal lengths go in step; a range and one name is a star",
				       "a range of %zu and a range of %zu", n[0], n[1]);
	for (size_t i = 0; i < count; i++) {
		struct isle_doc_link *link = isle_list_push(l->set, &l->list);
		if (!link)
			return false;
		*link = *options;
		link->loc = text->loc;
		link->end[0] = *ref_at(&e[0], i);
		link->end[1] = *ref_at(&e[1], i);
		if (!reject_self(l->set, text, &link->end[0], &link->end[1])) {
			l->list.n--;
			return false;
		}
	}
	return true;
}

static bool take_link(struct links *l, struct isle_node *text, struct isle_node *value)
{
	struct end e[2] = { { .refs.elem = sizeof(struct isle_doc_ref) }, { .refs.elem = sizeof(struct isle_doc_ref) } };
	struct isle_doc_link options = { 0 };
	struct isle_node *node = isle_set_merge(l->set, l->defaults, value);
	struct isle_span side[2], word, arg, other;
	const struct isle_link_kind *out;
	bool ok = !node || isle_set_table(l->set, &isle_table_link, node, &options), wire;

	if (!split(l->set, text, &side[0], &side[1]))
		return false;
	if (isle_doc_wire_kind(text, side[0], &word, &arg) && !isle_doc_wire_kind(text, side[1], &word, &arg)) {
		other = side[0];
		side[0] = side[1];
		side[1] = other;
	}
	out = isle_doc_wire_kind(text, side[1], &word, &arg);
	wire = out != NULL;
	if (wire && options.kind.loc.line)
		ok = isle_set_blame(l->set, &options.kind.loc, "the word before the ':' says it", "the kind is said twice");
	if (wire) {
		options.kind.kind = out;
		ok = isle_list_push(l->set, &e[1].refs) && isle_doc_take_wire(l->set, text, word, arg, node, &options) && ok;
	} else if (node) {
		ok = isle_kind_options(l->set, node, &options.kind) && ok;
		ok = (!options.kind.kind || isle_doc_check_tunnel(l->set, text, &options.kind)) && ok;
	}
	ok = isle_doc_check_peer(l->set, text, node, out) && ok;
	for (size_t i = 0; i < (wire ? 1 : 2); i++) {
		ok = isle_ref_parse(l->set, text, side[i], true, &e[i].refs, &e[i].range) && ok;
		if (!e[i].refs.n)
			return false;
	}
	if (!e[1].refs.n)
		return false;
	if (wire)
		ok = isle_doc_name_wire(l->set, text, arg, out, e[0].refs.v, e[0].refs.n) && ok;
	return pair(l, text, &options, e) && ok;
}

static bool is_option(const char *key)
{
	struct isle_field row;

	return isle_table_has(&isle_table_link, key, &row);
}

/* `- a -- b:` with `mtu: 1400` under the `a`: to YAML these are two keys of one map. */
static bool take_flat(struct links *l, struct isle_node *map)
{
	struct isle_node *link = NULL;

	for (size_t i = 0; i < map->n; i++) {
		struct isle_node *key = map->pairs[i].key;
		if (is_link_text(key) && !link) {
			link = key;
			take_link(l, key, map->pairs[i].value);
		} else if (is_link_text(key)) {
			isle_set_reject(l->set, key, 0, 0, "begin each link with '- '",
					"'%.80s' is in the same entry as '%.80s'", key->text, link->text);
		} else if (link && is_option(key->text)) {
			isle_set_reject(l->set, key, 0, 0, "indent further than the link",
					"'%s' stands beside '%.80s', not beneath it", key->text, link->text);
		} else {
			isle_set_reject(l->set, key, 0, 0, "a link is written 'a -- b', its options beneath",
					"'%.80s' is no link", key->text);
		}
	}
	return false;
}

static bool take_item(struct links *l, struct isle_node *item)
{
	if (item->kind == ISLE_NODE_SCALAR && !isle_node_is_null(item))
		return take_link(l, item, NULL);
	if (item->kind == ISLE_NODE_MAP && item->n == 1)
		return take_link(l, item->pairs[0].key, item->pairs[0].value);
	if (item->kind == ISLE_NODE_MAP && item->n)
		return take_flat(l, item);
	return l->set->cut || isle_set_reject(l->set, item, 0, 0, "a link is written 'a -- b'", "an entry that is no link");
}

void isle_doc_read_links(struct isle_set *set, const struct isle_top *top, struct isle_doc *doc)
{
	struct links l = { .set = set, .defaults = top->defaults.links, .list.elem = sizeof(struct isle_doc_link) };
	struct isle_node *all = top->written.links;
	struct isle_doc_link unused = { 0 };

	if (l.defaults)
		isle_set_table(set, &isle_table_link, l.defaults, &unused);
	if (!all)
		return;
	if (isle_node_is_null(all))
		isle_set_reject(set, all, 0, 0, "an empty list is written []", "links is a list, not nothing");
	else if (all->kind != ISLE_NODE_LIST)
		take_item(&l, all);
	else
		for (size_t i = 0; i < all->n; i++)
			take_item(&l, all->items[i]);
	doc->links = l.list.v;
	doc->n_links = l.list.n;
}
