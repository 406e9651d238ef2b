/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: nodes into structs, by walking the tables. Every mistake goes to the
 * diag at its own place and the walk goes on: one run shows them all. A node
 * that was blamed is not blamed again, so that a range entry read for twenty
 * hosts is one mistake.
 */
#include "schema/schema.h"

bool isle_set_count(struct isle_set *set, size_t rows)
{
	set->n_rows += rows;
	return set->n_rows <= ISLE_SET_MAX_ROWS;
}

bool isle_set_names(struct isle_set *set, struct isle_node *node, uint64_t count)
{
	bool was = set->n_names > ISLE_SET_MAX_NAMES;

	set->n_names += count;
	if (set->n_names <= ISLE_SET_MAX_NAMES)
		return true;
	return !was && isle_set_reject(set, node, 0, 0, NULL, "there are more than %d names in this file",
				       ISLE_SET_MAX_NAMES);
}

void *isle_list_push(struct isle_set *set, struct isle_list *list)
{
	if (!isle_set_count(set, 1))
		return NULL;
	if (!isle_arena_grow(set->arena, &list->v, list->n, &list->cap, list->elem)) {
		set->nomem = true;
		return NULL;
	}
	void *e = (char *)list->v + list->n++ * list->elem;
	memset(e, 0, list->elem);
	return e;
}

static bool is_ext(const struct isle_table *table, const struct isle_node *key)
{
	return table->ext && key->n_text > 2 && memcmp(key->text, "x-", 2) == 0;
}

bool isle_table_row(const struct isle_table *table, size_t i, struct isle_field *ret)
{
	if (i >= table->n)
		return table->more && table->more(i - table->n, ret);
	*ret = table->fields[i];
	return true;
}

bool isle_table_has(const struct isle_table *table, const char *key, struct isle_field *ret)
{
	for (size_t i = 0; isle_table_row(table, i, ret); i++)
		if (strcmp(ret->name, key) == 0)
			return true;
	return false;
}

/* The names of the tables below TABLE that have KEY, once each: they are a tree, a few levels deep. */
static void owners(const struct isle_table *table, const char *key, struct isle_buf *out)
{
	struct isle_field f;

	if (isle_table_has(table, key, &f) && !(f.flags & ISLE_FIELD_RESERVED) && !(out->s && strstr(out->s, table->name)))
		isle_buf_printf(out, "%s%s", out->s ? ", " : "", table->name);
	for (size_t i = 0; i < table->n; i++)
		if (table->fields[i].sub)
			owners(table->fields[i].sub, key, out);
	if (table->value && table->value->sub)
		owners(table->value->sub, key, out);
}

/* `subnet:10.0.0.0/24` is one word to YAML. NULL: not that. */
static const char *space_hint(struct isle_set *set, const struct isle_table *table, const struct isle_node *node)
{
	size_t n = node->plain ? strcspn(node->text, ":") : 0;

	for (size_t i = 0; n && node->text[n] && i < table->n; i++)
		if (strlen(table->fields[i].name) == n && !memcmp(table->fields[i].name, node->text, n))
			return isle_set_text(set, "put a space after ':': `%s: %.64s`", table->fields[i].name, node->text + n + 1);
	return NULL;
}

static bool reject_unknown(struct isle_set *set, const struct isle_table *table, struct isle_node *key)
{
	isle_auto(buf) struct isle_buf where = { 0 };
	const char *names[256], *hint = NULL, *near;
	struct isle_field row;
	size_t n = 0;

	while (n < ISLE_COUNT(names) && isle_table_row(table, n, &row))
		names[n++] = row.name;
	/* the table's own keys first: those of .more are many */
	near = isle_near_best(key->text, names, table->n);
	if (!near)
		near = isle_near_best(key->text, names, n);
	if (near)
		hint = isle_set_text(set, "did you mean '%s'?", near);
	else
		owners(&isle_table_top, key->text, &where);
	if (where.s)
		hint = isle_set_text(set, "it is a key of: %s", where.s);
	else if (!near && !(hint = space_hint(set, table, key)) && table->ext)
		hint = "keys that begin with 'x-' are yours and ignored";
	return isle_set_reject(set, key, 0, 0, hint, "%s has no key '%.64s'", table->what, key->text);
}

static bool set_pair(struct isle_set *set, const struct isle_table *table, struct isle_pair *pair, void *dst)
{
	if (is_ext(table, pair->key))
		return true;
	struct isle_field field;
	if (!isle_table_has(table, pair->key->text, &field))
		return reject_unknown(set, table, pair->key);
	if (field.flags & ISLE_FIELD_RESERVED)
		return isle_set_reject(set, pair->key, 0, 0, NULL, "'%s' of %s is not in this version", field.name,
				       table->what);
	return isle_set_field(set, &field, pair->value, dst);
}

static bool set_required(struct isle_set *set, const struct isle_table *table, struct isle_node *node)
{
	bool ok = true;

	for (size_t i = 0; i < table->n && !set->cut; i++) {
		const struct isle_field *f = &table->fields[i];
		if ((f->flags & ISLE_FIELD_REQUIRED) && !isle_node_get(node, f->name))
			ok = isle_set_reject(set, node, 0, 0,
					     f->enums ? isle_set_text(set, "%s: %s", f->name, f->enums->name) : NULL,
					     "%s needs '%s'", table->what, f->name);
	}
	return ok;
}

bool isle_set_table(struct isle_set *set, const struct isle_table *table, struct isle_node *node, void *dst)
{
	bool ok = true;

	if (table->value) {
		ok = isle_set_field(set, table->value, node, dst);
		return (!table->after || table->after(set, node, dst)) && ok;
	}
	if (table->brief && node->kind == ISLE_NODE_SCALAR && !isle_node_is_null(node))
		return isle_set_field(set, table->brief, node, dst);
	if (node->kind != ISLE_NODE_MAP && !isle_node_is_null(node))
		return isle_set_reject(set, node, 0, 0, node->kind == ISLE_NODE_SCALAR ? space_hint(set, table, node) : NULL,
				       "%s is a map of keys, not %s", table->what,
				       node->kind == ISLE_NODE_LIST ? "a list" : "a text");
	for (size_t i = 0; i < node->n; i++)
		ok = set_pair(set, table, &node->pairs[i], dst) && ok;
	ok = set_required(set, table, node) && ok;
	if (table->after)
		ok = table->after(set, node, dst) && ok;
	return ok;
}

/* One value of FIELD, at DST itself. */
static bool set_value(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	if (!field->type)
		return isle_set_table(set, field->sub, node, dst);
	if (!field->type->whole && (node->kind != ISLE_NODE_SCALAR || isle_node_is_null(node)))
		return isle_set_wants(set, field, node);
	return field->type->parse(set, field, node, dst);
}

static bool set_element(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
			struct isle_list *list)
{
	if (field->type && field->type->push) {
		if (node->kind != ISLE_NODE_SCALAR || isle_node_is_null(node))
			return isle_set_wants(set, field, node);
		return field->type->push(set, field, node, list);
	}
	void *e = isle_list_push(set, list);
	if (!e)
		return false;
	if (set_value(set, field, node, e))
		return true;
	list->n--;	/* no half value: others would stumble over it */
	return false;
}

static bool set_list(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
		     struct isle_list *list)
{
	bool ok = true;

	list->elem = field->type ? field->type->size : field->sub->size;
	if (isle_node_is_null(node))
		return isle_set_reject(set, node, 0, 0, "an empty list is written []", "%s is a list, not nothing",
				       field->name);
	if (node->kind != ISLE_NODE_LIST)
		return set_element(set, field, node, list);
	for (size_t i = 0; i < node->n; i++)
		ok = set_element(set, field, node->items[i], list) && ok;
	return ok;
}

static bool set_map(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
		    struct isle_list *list)
{
	const struct isle_table *sub = field->sub;
	bool ok = true;

	list->elem = sub->size;
	if (node->kind != ISLE_NODE_MAP && !isle_node_is_null(node))
		return isle_set_wants(set, field, node);
	for (size_t i = 0; i < node->n; i++) {
		void *row = isle_list_push(set, list);
		if (!row)
			return false;
		bool named = isle_set_field(set, sub->key, node->pairs[i].key, row);
		bool right = isle_set_table(set, sub, node->pairs[i].value, row);
		/* an entry that is but one value is no use without it */
		if (!named || (!right && sub->value))
			list->n--;
		ok = named && right && ok;
	}
	return ok;
}

bool isle_set_field(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *table_dst)
{
	void *dst = (char *)table_dst + field->off;
	struct isle_list list = { 0 };

	if (field->flags & ISLE_FIELD_STASH) {
		memcpy(dst, &node, sizeof(node));
		return true;
	}
	if (!(field->flags & (ISLE_FIELD_LIST | ISLE_FIELD_MAP)))
		return set_value(set, field, node, dst);
	bool ok = field->flags & ISLE_FIELD_LIST ? set_list(set, field, node, &list)
						 : set_map(set, field, node, &list);
	memcpy(dst, &list.v, sizeof(list.v));
	memcpy((char *)table_dst + field->n_off, &list.n, sizeof(list.n));
	return ok;
}
