/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab file's tree as something that can be changed, and written as text
 * again: maps and lists in lines of their own down to a host's keys, what is
 * deeper in braces. Nodes are never shared with the tree of another text.
 */
#include "lab/edit_tree.h"
#include "labfile/read.h"

enum { BLOCK_DEPTH = 3 };	/* hosts, a host, its routes: deeper ones are in braces */

struct isle_node *isle_edit_node(struct isle_edit *e, enum isle_node_kind kind)
{
	struct isle_node *n = isle_arena_alloc(e->set.arena, sizeof(*n));

	if (!n) {
		e->set.nomem = true;
		return NULL;
	}
	n->kind = kind;
	n->text = "";
	return n;
}

struct isle_node *isle_edit_scalar(struct isle_edit *e, const char *fmt, ...)
{
	struct isle_node *n = isle_edit_node(e, ISLE_NODE_SCALAR);
	isle_auto(buf) struct isle_buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	isle_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	if (!n)
		return NULL;
	n->text = isle_arena_strndup(e->set.arena, text.s ? text.s : "", text.n);
	n->n_text = text.n;
	if (text.bad || !n->text) {
		e->set.nomem = true;
		n->text = "";
		n->n_text = 0;
	}
	return n;
}

void isle_edit_put(struct isle_edit *e, struct isle_node *map, const char *key, struct isle_node *value)
{
	struct isle_pair *pairs;
	struct isle_node *name;

	if (!map || !value)
		return;
	for (size_t i = 0; i < map->n; i++)
		if (isle_str_eq(map->pairs[i].key->text, key)) {
			map->pairs[i].value = value;
			return;
		}
	pairs = isle_arena_alloc(e->set.arena, (map->n + 1) * sizeof(*pairs));
	name = isle_edit_scalar(e, "%s", key);
	if (!pairs || !name) {
		e->set.nomem = true;
		return;
	}
	if (map->n)
		memcpy(pairs, map->pairs, map->n * sizeof(*pairs));
	pairs[map->n] = (struct isle_pair){ name, value };
	map->pairs = pairs;
	map->n++;
}

bool isle_edit_drop(struct isle_node *map, const char *key)
{
	for (size_t i = 0; map && map->kind == ISLE_NODE_MAP && i < map->n; i++)
		if (isle_str_eq(map->pairs[i].key->text, key)) {
			map->n--;
			memmove(&map->pairs[i], &map->pairs[i + 1], (map->n - i) * sizeof(*map->pairs));
			return true;
		}
	return false;
}

void isle_edit_push(struct isle_edit *e, struct isle_node *list, struct isle_node *item)
{
	struct isle_node **items;

	if (!list || !item)
		return;
	items = isle_arena_alloc(e->set.arena, (list->n + 1) * sizeof(struct isle_node *));
	if (!items) {
		e->set.nomem = true;
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		items[i] = list->items[i];
	items[list->n++] = item;
	list->items = items;
}

void isle_edit_drop_item(struct isle_node *list, size_t i)
{
	list->n--;
	for (; i < list->n; i++)
		list->items[i] = list->items[i + 1];
}

struct isle_node *isle_edit_get(struct isle_edit *e, struct isle_node *map, const char *key, enum isle_node_kind kind)
{
	struct isle_node *n = map ? isle_node_get(map, key) : NULL, *list;

	if (n && n->kind == kind)
		return n;
	list = isle_edit_node(e, kind);
	/* a single value is a list of one */
	if (n && !isle_node_is_null(n) && kind == ISLE_NODE_LIST)
		isle_edit_push(e, list, n);
	isle_edit_put(e, map, key, list);
	return list;
}

struct isle_node *isle_edit_value(struct isle_edit *e, const char *value, struct isle_diag *d)
{
	struct isle_set set = { .arena = e->set.arena, .diag = isle_diag_new() };
	struct isle_source *src = isle_arena_alloc(e->set.arena, sizeof(*src));
	struct isle_node *n = NULL;
	const struct isle_diag_rec *first;

	if (value[0] != '[' && value[0] != '{') {
		isle_diag_free(set.diag);
		return isle_edit_scalar(e, "%s", value);
	}
	if (src && set.diag) {
		*src = (struct isle_source){ "-", isle_arena_strdup(e->set.arena, value), strlen(value) };
		n = src->text ? isle_read(&set, src) : NULL;
	}
	e->set.nomem |= set.nomem || !src || !src->text || !set.diag;
	first = set.diag ? isle_diag_first(set.diag) : NULL;
	if (first) {
		isle_reject(d, NULL, "'%.80s': %s", value, first->msg);
		n = NULL;
	}
	isle_diag_free(set.diag);
	return n;
}

static void put_flow(struct isle_buf *out, const struct isle_node *n)
{
	if (n->kind == ISLE_NODE_SCALAR) {
		if (isle_node_is_null(n))
			isle_buf_puts(out, "null");
		else
			isle_yaml_put(out, n->text);
		return;
	}
	isle_buf_puts(out, n->kind == ISLE_NODE_MAP ? "{" : "[");
	for (size_t i = 0; i < n->n; i++) {
		isle_buf_puts(out, i ? ", " : "");
		if (n->kind == ISLE_NODE_MAP) {
			isle_yaml_put(out, n->pairs[i].key->text);
			isle_buf_puts(out, ": ");
		}
		put_flow(out, n->kind == ISLE_NODE_MAP ? n->pairs[i].value : n->items[i]);
	}
	isle_buf_puts(out, n->kind == ISLE_NODE_MAP ? "}" : "]");
}

/* A link with its options: the text of the link, then braces. */
static void put_item(struct isle_buf *out, const struct isle_node *n)
{
	if (n->kind == ISLE_NODE_MAP && n->n == 1) {
		isle_yaml_put(out, n->pairs[0].key->text);
		isle_buf_puts(out, ": ");
		n = n->pairs[0].value;
	}
	put_flow(out, n);
}

static void put_block(struct isle_buf *out, const struct isle_node *n, int depth)
{
	for (size_t i = 0; i < n->n; i++) {
		const struct isle_node *v = n->kind == ISLE_NODE_MAP ? n->pairs[i].value : n->items[i];

		isle_buf_printf(out, "%*s", 2 * depth, "");
		if (n->kind == ISLE_NODE_LIST) {
			isle_buf_puts(out, "- ");
			put_item(out, v);
			isle_buf_puts(out, "\n");
			continue;
		}
		isle_yaml_put(out, n->pairs[i].key->text);
		if (v->kind != ISLE_NODE_SCALAR && v->n && depth < BLOCK_DEPTH) {
			isle_buf_puts(out, ":\n");
			put_block(out, v, depth + 1);
			continue;
		}
		isle_buf_puts(out, ": ");
		put_flow(out, v);
		isle_buf_puts(out, "\n");
	}
}

void isle_edit_write(struct isle_buf *out, const struct isle_node *map)
{
	put_block(out, map, 0);
}
