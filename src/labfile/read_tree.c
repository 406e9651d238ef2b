/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the tree that grows from a reader's events, with its limits. An alias
 * is the very node of its anchor, which costs nothing; how large the tree
 * would be if it were written out is counted all the same. Duplicate keys and
 * `<<` are refused here.
 */
#include "labfile/read_tree.h"

bool isle_reader_blame(struct isle_reader *r, const struct isle_loc *loc, const char *hint, const char *words)
{
	return isle_set_blame(r->set, loc, hint, words);
}

/* A limit, or no memory: nothing after this can be trusted. */
bool isle_reader_halt(struct isle_reader *r, const struct isle_loc *loc, const char *words)
{
	r->stop = true;
	if (words)
		isle_reader_blame(r, loc, NULL, words);
	return false;
}

bool isle_reader_no_memory(struct isle_reader *r)
{
	r->set->nomem = true;
	return isle_reader_halt(r, NULL, NULL);
}

struct isle_node *isle_reader_node(struct isle_reader *r, enum isle_node_kind kind, const struct isle_loc *loc)
{
	struct isle_node *node = isle_arena_alloc(r->set->arena, sizeof(*node));

	if (!node) {
		isle_reader_no_memory(r);
		return NULL;
	}
	node->kind = kind;
	node->loc = *loc;
	r->last = node;
	return node;
}

bool isle_reader_count(struct isle_reader *r, struct isle_node *node, size_t weight)
{
	r->n_nodes += weight;
	if (r->n_nodes > ISLE_READ_MAX_NODES)
		return isle_reader_halt(r, &node->loc, "the file is too large: more than 1048576 values, aliases written out");
	if (r->depth)
		r->frames[r->depth - 1].weight += weight;
	return true;
}

static bool map_key(struct isle_reader *r, struct isle_frame *f, struct isle_node *key)
{
	struct isle_node *first;

	f->key = key;
	f->skip = true;
	if (key->kind != ISLE_NODE_SCALAR)
		return isle_reader_blame(r, &key->loc, NULL, "a key is a text, not a list or a map");
	if (key->plain && strcmp(key->text, "<<") == 0)
		return isle_reader_blame(r, &key->loc, "'defaults' and the entries of ranges do this",
			     "merge keys ('<<') are not part of lab files");
	first = isle_map_get(&f->keys, key->text);
	if (first) {
		char words[100], hint[40];
		snprintf(words, sizeof(words), "'%.64s' is written twice", key->text);
		snprintf(hint, sizeof(hint), "first on line %u", first->loc.line);
		return isle_reader_blame(r, &key->loc, hint, words);
	}
	f->skip = false;
	return isle_map_put(&f->keys, key->text, key) < 0 ? isle_reader_no_memory(r) : true;
}

static bool map_value(struct isle_reader *r, struct isle_frame *f, struct isle_node *value)
{
	struct isle_node *key = f->key, *map = f->node;

	f->key = NULL;
	if (f->skip)
		return true;
	if (!map->n && !f->flow)
		map->loc = key->loc;
	if (!isle_arena_grow(r->set->arena, &map->pairs, map->n, &f->cap, sizeof(*map->pairs)))
		return isle_reader_no_memory(r);
	map->pairs[map->n++] = (struct isle_pair){ key, value };
	return true;
}

/* A complete node goes where it belongs. */
bool isle_reader_deliver(struct isle_reader *r, struct isle_node *node)
{
	struct isle_frame *f = r->depth ? &r->frames[r->depth - 1] : NULL;

	if (!f) {
		if (!r->root)
			r->root = node;
		return true;
	}
	if (f->node->kind == ISLE_NODE_MAP)
		return f->key ? map_value(r, f, node) : map_key(r, f, node);
	if (!isle_arena_grow(r->set->arena, &f->node->items, f->node->n, &f->cap, sizeof(*f->node->items)))
		return isle_reader_no_memory(r);
	f->node->items[f->node->n++] = node;
	return true;
}

/* NODE NULL: announced, so that an alias inside of its own anchor is seen. */
bool isle_reader_anchor(struct isle_reader *r, const char *name, struct isle_node *node, size_t weight)
{
	struct isle_anchor *a;

	if (!name)
		return true;
	a = isle_arena_alloc(r->set->arena, sizeof(*a));
	if (!a || isle_map_put(&r->anchors, name, a) < 0)
		return isle_reader_no_memory(r);
	*a = (struct isle_anchor){ node, weight };
	return true;
}

bool isle_reader_open(struct isle_reader *r, struct isle_node *node, const char *anchor, bool flow)
{
	if (r->depth == ISLE_READ_MAX_DEPTH)
		return isle_reader_halt(r, &node->loc, "lists and maps are nested too deeply");
	r->frames[r->depth++] = (struct isle_frame){ .node = node, .anchor = anchor, .weight = 1, .flow = flow };
	return true;
}

struct isle_node *isle_reader_close(struct isle_reader *r)
{
	struct isle_frame f = r->frames[--r->depth];

	isle_map_done(&f.keys);
	if (r->depth)	/* its own weight was counted when it opened */
		r->frames[r->depth - 1].weight += f.weight - 1;
	return isle_reader_anchor(r, f.anchor, f.node, f.weight) && isle_reader_deliver(r, f.node) ? f.node : NULL;
}

bool isle_reader_alias(struct isle_reader *r, const char *name, const struct isle_loc *loc)
{
	struct isle_anchor *a = isle_map_get(&r->anchors, name);
	struct isle_node *null;

	if (++r->n_aliases > ISLE_READ_MAX_ALIASES)
		return isle_reader_halt(r, loc, "the file has more than 10000 aliases");
	if (a && a->node)
		return isle_reader_count(r, a->node, a->weight) && isle_reader_deliver(r, a->node);
	isle_reader_blame(r, loc, a ? NULL : "quote what begins with '*'",
			a ? "an alias inside of what it stands for" : "an alias without its anchor");
	null = isle_reader_node(r, ISLE_NODE_SCALAR, loc);
	if (!null)
		return false;
	null->plain = null->bad = true;
	null->text = "";
	return isle_reader_deliver(r, null);
}

/* After a YAML mistake: what is open is as long as it is. */
void isle_reader_close_all(struct isle_reader *r)
{
	while (r->depth) {
		struct isle_frame f = r->frames[--r->depth];
		isle_map_done(&f.keys);
		if (r->depth && r->frames[r->depth - 1].node->kind == ISLE_NODE_MAP && !r->frames[r->depth - 1].key)
			continue;	/* it was a key in the making */
		isle_reader_deliver(r, f.node);
	}
}
