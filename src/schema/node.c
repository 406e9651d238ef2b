/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what set.c and the types do with nodes: ask, blame, merge.
 */
#include "schema/schema.h"

bool isle_node_is_null(const struct isle_node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (node->kind != ISLE_NODE_SCALAR || !node->plain)
		return false;
	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (strcmp(node->text, words[i]) == 0)
			return true;
	return false;
}

struct isle_node *isle_node_get(const struct isle_node *map, const char *key)
{
	if (map->kind != ISLE_NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (strcmp(map->pairs[i].key->text, key) == 0)
			return map->pairs[i].value;
	return NULL;
}

/* Memory ran out in text that is only shown: say less, and fail at the end. */
const char *isle_set_text(struct isle_set *set, const char *fmt, ...)
{
	isle_auto(buf) struct isle_buf buf = { 0 };
	va_list ap;

	va_start(ap, fmt);
	isle_buf_vprintf(&buf, fmt, ap);
	va_end(ap);
	char *s = buf.s ? isle_arena_strndup(set->arena, buf.s, buf.n) : NULL;
	if (!s)
		set->nomem = true;
	return s ? s : "";
}

struct isle_loc isle_set_loc(const struct isle_node *node, size_t off, size_t n)
{
	struct isle_loc loc = node->loc;

	if (n && node->exact && off + n <= node->n_text) {
		loc.col += off;
		loc.len = n;
	}
	return loc;
}

bool isle_set_blame(struct isle_set *set, const struct isle_loc *loc, const char *hint, const char *words)
{
	size_t n = isle_diag_errors(set->diag);

	if (n == ISLE_SET_MAX_ERRORS)
		isle_reject(set->diag, NULL, "%s: there are more mistakes: these are enough for now",
			    loc->src ? loc->src->name : "the file");
	if (n >= ISLE_SET_MAX_ERRORS)
		return false;
	isle_reject(set->diag, loc, "%s", words);
	if (hint && *hint)
		isle_hint(set->diag, "%s", hint);
	return false;
}

bool isle_set_reject(struct isle_set *set, struct isle_node *node, size_t off, size_t n, const char *hint,
		     const char *fmt, ...)
{
	isle_auto(buf) struct isle_buf buf = { 0 };
	struct isle_loc loc = isle_set_loc(node, off, n);
	va_list ap;

	if (node->bad || isle_diag_errors(set->diag) > ISLE_SET_MAX_ERRORS)
		return false;
	node->bad = true;
	va_start(ap, fmt);
	isle_buf_vprintf(&buf, fmt, ap);
	va_end(ap);
	return isle_set_blame(set, &loc, hint, buf.s ? buf.s : fmt);
}

bool isle_set_wants(struct isle_set *set, const struct isle_field *field, struct isle_node *node)
{
	const char *is = field->flags & ISLE_FIELD_MAP ? "a map of names"
			 : field->type		       ? field->type->name
						       : field->sub->what;
	const char *hint = NULL;

	if (isle_node_is_null(node))
		return isle_set_reject(set, node, 0, 0, NULL, "%s is %s, not nothing", field->name, is);
	if (node->kind == ISLE_NODE_SCALAR)
		return isle_set_reject(set, node, 0, 0, NULL, "%s is %s, not '%.64s'", field->name, is, node->text);
	/* `[fd00::]` is a map to YAML */
	if (node->kind == ISLE_NODE_MAP && node->n == 1 && isle_node_is_null(node->pairs[0].value) &&
	    node->pairs[0].key->n_text && strchr(node->pairs[0].key->text, ':'))
		hint = "quote what ends in ':'";
	else if (node->kind == ISLE_NODE_LIST && (field->flags & ISLE_FIELD_MAP))
		hint = "write 'NAME:' for each, without '-'";
	return isle_set_reject(set, node, 0, 0, hint, "%s is %s, not %s", field->name, is,
			       node->kind == ISLE_NODE_LIST ? "a list" : "a map");
}

/* KEY's place in MAP's pairs, or NULL; INDEX is made for maps where looking through all would take long. */
static struct isle_pair *pair_of(const struct isle_node *map, const struct isle_map *index, const char *key)
{
	if (index->n)
		return isle_map_get(index, key);
	for (size_t i = 0; i < map->n; i++)
		if (strcmp(map->pairs[i].key->text, key) == 0)
			return &map->pairs[i];
	return NULL;
}

static bool index_pairs(struct isle_set *set, const struct isle_node *map, struct isle_map *index)
{
	for (size_t i = 0; map->n > 32 && i < map->n; i++)
		if (isle_map_put(index, map->pairs[i].key->text, &map->pairs[i]) < 0) {
			set->nomem = true;
			return false;
		}
	return true;
}

static void merge_pairs(struct isle_set *set, struct isle_node *node, const struct isle_node *base,
			const struct isle_node *over)
{
	struct isle_map base_index = { 0 }, over_index = { 0 };

	if (index_pairs(set, base, &base_index) && index_pairs(set, over, &over_index)) {
		for (size_t i = 0; i < base->n; i++) {
			struct isle_pair p = base->pairs[i];
			struct isle_pair *o = pair_of(over, &over_index, p.key->text);
			if (o)
				p = (struct isle_pair){ o->key, isle_set_merge(set, p.value, o->value) };
			node->pairs[node->n++] = p;
		}
		for (size_t i = 0; i < over->n; i++)
			if (!pair_of(base, &base_index, over->pairs[i].key->text))
				node->pairs[node->n++] = over->pairs[i];
	}
	isle_map_done(&base_index);
	isle_map_done(&over_index);
}

static struct isle_node *merged(struct isle_set *set, struct isle_node *base, struct isle_node *over)
{
	struct isle_node *node = isle_arena_alloc(set->arena, sizeof(*node));
	struct isle_pair *pairs;

	if (!isle_set_count(set, base->n + over->n))
		return over;
	pairs = isle_arena_alloc(set->arena, (base->n + over->n) * sizeof(*pairs));
	if (!node || !pairs) {
		set->nomem = true;
		return over;
	}
	*node = *over;
	node->pairs = pairs;
	node->n = 0;
	merge_pairs(set, node, base, over);
	return node;
}

struct isle_node *isle_set_merge(struct isle_set *set, struct isle_node *base, struct isle_node *over)
{
	if (!base || !over)
		return base ? base : over;
	if (base->kind == ISLE_NODE_MAP && isle_node_is_null(over))
		return base;
	if (base->kind != ISLE_NODE_MAP || over->kind != ISLE_NODE_MAP || !base->n)
		return over;
	return over->n ? merged(set, base, over) : base;
}
