/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: text -> nodes with places, from libfyaml's events. The tree is ours, so
 * that the limits are: bytes, depth, nodes, aliases. An alias is the very node
 * of its anchor, which costs nothing; how large the tree would be if it were
 * written out is counted all the same. What YAML has and a lab file has not
 * (tags, `<<`, duplicate keys, a second document) is refused here.
 */
#include "lab/read.h"

#include <libfyaml.h>

struct frame {
	struct isle_node *node;
	struct isle_node *key;		/* of a map: waits for its value */
	size_t cap;
	size_t weight;			/* nodes in it, aliases written out */
	bool skip;			/* … which goes nowhere */
	bool flow;			/* written with a brace */
	struct isle_map keys;		/* of a map: all keys so far */
	const char *anchor;
};

struct anchor { struct isle_node *node; size_t weight; };	/* node NULL: not complete yet */

struct reader {
	struct isle_set *set;
	const struct isle_source *src;
	struct fy_parser *yaml;
	struct frame frames[ISLE_READ_MAX_DEPTH + 1];
	size_t depth;
	struct isle_node *root, *last;
	struct isle_list quoted;	/* struct isle_span */
	struct isle_map anchors;
	size_t pos, line_pos;		/* the last place and where its line begins: places come nearly in order */
	uint32_t line;
	size_t n_nodes, n_aliases, n_docs;
	bool stop;
};

/* isle_read_loc() without looking through the text from its start each time. */
static struct isle_loc place(struct reader *r, size_t pos, size_t end)
{
	const char *t = r->src->text, *nl;

	pos = pos < r->src->len ? pos : r->src->len;
	end = end < r->src->len ? end : r->src->len;
	while (pos > r->pos && (nl = memchr(t + r->pos, '\n', pos - r->pos))) {
		r->pos = r->line_pos = (size_t)(nl - t) + 1;
		r->line++;
	}
	while (pos < r->line_pos) {
		nl = memrchr(t, '\n', r->line_pos - 1);
		r->pos = r->line_pos = nl ? (size_t)(nl - t) + 1 : 0;
		r->line--;
	}
	if (pos > r->pos)
		r->pos = pos;
	nl = end > pos ? memchr(t + pos, '\n', end - pos) : NULL;
	size_t n = nl ? (size_t)(nl - t) - pos : end > pos ? end - pos : 0;
	return (struct isle_loc){ r->src, r->line, (uint32_t)(pos - r->line_pos) + 1, n ? (uint32_t)n : 1 };
}

static bool blame(struct reader *r, const struct isle_loc *loc, const char *hint, const char *words)
{
	isle_reject(r->set->diag, loc, "%s", words);
	if (hint)
		isle_hint(r->set->diag, "%s", hint);
	return false;
}

/* A limit, or no memory: nothing after this can be trusted. */
static bool halt(struct reader *r, const struct isle_loc *loc, const char *words)
{
	r->stop = true;
	if (words)
		blame(r, loc, NULL, words);
	return false;
}

static bool no_memory(struct reader *r)
{
	r->set->nomem = true;
	return halt(r, NULL, NULL);
}

static struct isle_loc token_place(struct reader *r, struct fy_token *token)
{
	const struct fy_mark *start = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *end = token ? fy_token_end_mark(token) : NULL;

	if (!start)	/* an empty value: where its key is */
		return r->last ? r->last->loc : (struct isle_loc){ r->src, 1, 1, 1 };
	return place(r, start->input_pos, end ? end->input_pos : start->input_pos);
}

static struct isle_node *node_new(struct reader *r, enum isle_node_kind kind, struct fy_token *token)
{
	struct isle_node *node = isle_arena_alloc(r->set->arena, sizeof(*node));

	if (!node) {
		no_memory(r);
		return NULL;
	}
	node->kind = kind;
	node->loc = token_place(r, token);
	r->last = node;
	return node;
}

static bool count(struct reader *r, struct isle_node *node, size_t weight)
{
	r->n_nodes += weight;
	if (r->n_nodes > ISLE_READ_MAX_NODES)
		return halt(r, &node->loc, "the file is too large: more than 1048576 values, aliases written out");
	if (r->depth)
		r->frames[r->depth - 1].weight += weight;
	return true;
}

static bool keep_quoted(struct reader *r, struct fy_token *token)
{
	struct isle_span *s = isle_list_push(r->set, &r->quoted);

	if (!s)
		return no_memory(r);
	*s = (struct isle_span){ fy_token_start_mark(token)->input_pos, 0 };
	s->n = fy_token_end_mark(token)->input_pos - s->off;
	return true;
}

static struct isle_node *scalar(struct reader *r, struct fy_token *token)
{
	struct isle_node *node = node_new(r, ISLE_NODE_SCALAR, token);
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	const char *text;
	size_t n = 0;

	if (!node)
		return NULL;
	text = token ? fy_token_get_text(token, &n) : NULL;
	node->plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
	node->text = isle_arena_strndup(r->set->arena, text ? text : "", text ? n : 0);
	if (!node->text || (!node->plain && !keep_quoted(r, token))) {
		no_memory(r);
		return NULL;
	}
	node->n_text = strlen(node->text);
	if (text && node->n_text != n) {
		blame(r, &node->loc, NULL, "a text has a NUL in it");
		node->bad = true;
	}
	node->exact = mark && n && n <= r->src->len && mark->input_pos <= r->src->len - n &&
		      memcmp(r->src->text + mark->input_pos, node->text, n) == 0 && n <= node->loc.len;
	return node;
}

static bool map_key(struct reader *r, struct frame *f, struct isle_node *key)
{
	struct isle_node *first;

	f->key = key;
	f->skip = true;
	if (key->kind != ISLE_NODE_SCALAR)
		return blame(r, &key->loc, NULL, "a key is a text, not a list or a map");
	if (key->plain && strcmp(key->text, "<<") == 0)
		return blame(r, &key->loc, "'defaults' and the entries of ranges do this",
			     "merge keys ('<<') are not part of lab files");
	first = isle_map_get(&f->keys, key->text);
	if (first) {
		isle_reject(r->set->diag, &key->loc, "'%.64s' is written twice", key->text);
		isle_hint(r->set->diag, "first on line %u", first->loc.line);
		return false;
	}
	f->skip = false;
	return isle_map_put(&f->keys, key->text, key) < 0 ? no_memory(r) : true;
}

static bool map_value(struct reader *r, struct frame *f, struct isle_node *value)
{
	struct isle_node *key = f->key, *map = f->node;

	f->key = NULL;
	if (f->skip)
		return true;
	if (!map->n && !f->flow)
		map->loc = key->loc;
	if (!isle_arena_grow(r->set->arena, &map->pairs, map->n, &f->cap, sizeof(*map->pairs)))
		return no_memory(r);
	map->pairs[map->n++] = (struct isle_pair){ key, value };
	return true;
}

/* A complete node goes where it belongs. */
static bool deliver(struct reader *r, struct isle_node *node)
{
	struct frame *f = r->depth ? &r->frames[r->depth - 1] : NULL;

	if (!f) {
		if (!r->root)
			r->root = node;
		return true;
	}
	if (f->node->kind == ISLE_NODE_MAP)
		return f->key ? map_value(r, f, node) : map_key(r, f, node);
	if (!isle_arena_grow(r->set->arena, &f->node->items, f->node->n, &f->cap, sizeof(*f->node->items)))
		return no_memory(r);
	f->node->items[f->node->n++] = node;
	return true;
}

static char *token_text(struct reader *r, struct fy_token *token)
{
	size_t n = 0;
	const char *s = fy_token_get_text(token, &n);
	char *text = isle_arena_strndup(r->set->arena, s ? s : "", s ? n : 0);

	if (!text)
		no_memory(r);
	return text;
}

/* NODE NULL: announced, so that an alias inside of its own anchor is seen. */
static bool anchor_set(struct reader *r, const char *name, struct isle_node *node, size_t weight)
{
	struct anchor *a;

	if (!name)
		return true;
	a = isle_arena_alloc(r->set->arena, sizeof(*a));
	if (!a || isle_map_put(&r->anchors, name, a) < 0)
		return no_memory(r);
	*a = (struct anchor){ node, weight };
	return true;
}

static bool properties(struct reader *r, struct fy_token *tag, struct fy_token *anchor, const char **ret_anchor)
{
	*ret_anchor = NULL;
	if (tag) {
		struct isle_loc loc = token_place(r, tag);
		blame(r, &loc, "quote what begins with '!'", "tags are not part of lab files");
	}
	if (!anchor)
		return true;
	*ret_anchor = token_text(r, anchor);
	return *ret_anchor && anchor_set(r, *ret_anchor, NULL, 0);
}

static bool open_frame(struct reader *r, enum isle_node_kind kind, struct fy_token *token, struct fy_token *tag,
		       struct fy_token *anchor)
{
	struct isle_node *node = node_new(r, kind, token);
	const char *name;

	if (!node || !count(r, node, 1) || !properties(r, tag, anchor, &name))
		return false;
	r->last = node;
	if (r->depth == ISLE_READ_MAX_DEPTH)
		return halt(r, &node->loc, "lists and maps are nested too deeply");
	size_t pos = token ? fy_token_start_mark(token)->input_pos : r->src->len;
	r->frames[r->depth++] = (struct frame){ .node = node, .anchor = name, .weight = 1,
						.flow = pos < r->src->len && r->src->text[pos] == '{' };
	return true;
}

/* What ends in a bracket is underlined up to there, if on one line. */
static void stretch(struct reader *r, struct isle_node *node, struct fy_token *end)
{
	const struct fy_mark *mark = end ? fy_token_end_mark(end) : NULL;

	if (!mark || mark->input_pos == 0 || mark->input_pos > r->src->len ||
	    !strchr("}]", r->src->text[mark->input_pos - 1]))
		return;
	struct isle_loc at = place(r, mark->input_pos - 1, mark->input_pos);
	if (at.line == node->loc.line && at.col >= node->loc.col)
		node->loc.len = at.col - node->loc.col + 1;
}

static bool close_frame(struct reader *r, struct fy_token *end)
{
	struct frame f = r->frames[--r->depth];

	stretch(r, f.node, end);
	isle_map_done(&f.keys);
	if (r->depth)	/* its own weight was counted when it opened */
		r->frames[r->depth - 1].weight += f.weight - 1;
	return anchor_set(r, f.anchor, f.node, f.weight) && deliver(r, f.node);
}

static bool take_alias(struct reader *r, struct fy_token *token)
{
	struct isle_loc loc = token_place(r, token);
	char *name = token_text(r, token);
	struct anchor *a = name ? isle_map_get(&r->anchors, name) : NULL;
	struct isle_node *null;

	if (!name)
		return false;
	if (++r->n_aliases > ISLE_READ_MAX_ALIASES)
		return halt(r, &loc, "the file has more than 10000 aliases");
	if (a && a->node)
		return count(r, a->node, a->weight) && deliver(r, a->node);
	blame(r, &loc, a ? NULL : "quote what begins with '*'",
	      a ? "an alias inside of what it stands for" : "an alias without its anchor");
	null = node_new(r, ISLE_NODE_SCALAR, token);
	if (!null)
		return false;
	*null = (struct isle_node){ .plain = true, .bad = true, .text = "", .loc = loc };
	return deliver(r, null);
}

static bool take_scalar(struct reader *r, struct fy_event *e)
{
	struct isle_node *node = scalar(r, e->scalar.value);
	const char *name;

	if (!node || !properties(r, e->scalar.tag, e->scalar.anchor, &name))
		return false;
	return count(r, node, 1) && anchor_set(r, name, node, 1) && deliver(r, node);
}

static bool take_document(struct reader *r, struct fy_token *token)
{
	if (++r->n_docs < 2)
		return true;
	struct isle_loc loc = token_place(r, token);
	return halt(r, &loc, "a second document: a lab file has one");
}

static bool take(struct reader *r, struct fy_event *e)
{
	switch (e->type) {
	case FYET_DOCUMENT_START:
		return take_document(r, e->document_start.document_start);
	case FYET_MAPPING_START:
		return open_frame(r, ISLE_NODE_MAP, e->mapping_start.mapping_start, e->mapping_start.tag,
				  e->mapping_start.anchor);
	case FYET_SEQUENCE_START:
		return open_frame(r, ISLE_NODE_LIST, e->sequence_start.sequence_start, e->sequence_start.tag,
				  e->sequence_start.anchor);
	case FYET_MAPPING_END:
		return close_frame(r, e->mapping_end.mapping_end);
	case FYET_SEQUENCE_END:
		return close_frame(r, e->sequence_end.sequence_end);
	case FYET_SCALAR:
		return take_scalar(r, e);
	case FYET_ALIAS:
		return take_alias(r, e->alias.anchor);
	default:
		return true;
	}
}

/* After a YAML mistake: what is open is as long as it is. */
static void close_all(struct reader *r)
{
	while (r->depth) {
		struct frame f = r->frames[--r->depth];
		isle_map_done(&f.keys);
		if (r->depth && r->frames[r->depth - 1].node->kind == ISLE_NODE_MAP && !r->frames[r->depth - 1].key)
			continue;	/* it was a key in the making */
		deliver(r, f.node);
	}
}

/* libfyaml's column counts characters. */
static size_t position(const struct isle_source *src, int line, int column)
{
	const char *t = src->text, *end = t + src->len;

	for (int i = 1; i < line && t < end; i++) {
		const char *nl = memchr(t, '\n', (size_t)(end - t));
		t = nl ? nl + 1 : end;
	}
	for (int i = 1; i < column && t < end && *t != '\n'; i++)
		for (t++; t < end && (*t & 0xc0) == 0x80;)
			t++;
	return (size_t)(t - src->text);
}

static void parse(struct reader *r, struct fy_diag *diag)
{
	struct fy_diag_error *err;
	struct fy_event *e;
	void *iter = NULL;

	while (!r->stop && (e = fy_parser_parse(r->yaml))) {
		take(r, e);
		fy_parser_event_free(r->yaml, e);
	}
	bool tabs = isle_read_tabs(r->set, r->src, r->quoted.v, r->quoted.n) > 0;
	if (r->stop || !fy_parser_get_stream_error(r->yaml)) {
		r->set->cut |= r->stop;
		return;
	}
	r->set->cut = true;
	if (r->last)
		r->last->bad = true;	/* it was read wrongly */
	err = fy_diag_errors_iterate(diag, &iter);
	if (!err)
		isle_reject(r->set->diag, NULL, "%s: this is no YAML", r->src->name);
	else if (!tabs)
		isle_read_yaml_error(r->set, r->src, position(r->src, err->line, err->column), err->msg);
}

static int with_parser(struct reader *r)
{
	struct fy_diag_cfg quiet;
	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	quiet.level = FYET_ERROR;
	struct fy_diag *diag = fy_diag_create(&quiet);
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2,
		.diag = diag,
	};
	if (!diag)
		return -ENOMEM;
	fy_diag_set_collect_errors(diag, true);
	r->yaml = fy_parser_create(&cfg);
	int rc = r->yaml && fy_parser_set_string(r->yaml, r->src->text, r->src->len) == 0 ? 0 : -ENOMEM;
	if (!rc)
		parse(r, diag);
	close_all(r);
	if (r->yaml)
		fy_parser_destroy(r->yaml);
	fy_diag_destroy(diag);
	return rc;
}

struct isle_node *isle_read(struct isle_set *set, const struct isle_source *src)
{
	struct reader *r;

	if (src->len > ISLE_READ_MAX_BYTES) {
		isle_reject(set->diag, NULL, "%s: larger than 16 MiB", src->name);
		return NULL;
	}
	if (!isle_read_utf8(set, src))
		return NULL;
	r = isle_arena_alloc(set->arena, sizeof(*r));
	if (!r) {
		set->nomem = true;
		return NULL;
	}
	*r = (struct reader){ .set = set, .src = src, .line = 1, .quoted.elem = sizeof(struct isle_span) };
	if (with_parser(r) < 0)
		set->nomem = true;
	isle_map_done(&r->anchors);
	if (!r->root && !r->n_docs && !isle_diag_errors(set->diag))
		isle_reject(set->diag, &(struct isle_loc){ src, 1, 1, 1 }, "the file is empty"),
			isle_hint(set->diag, "'links: [a -- b]' is a lab");
	return r->root;
}
