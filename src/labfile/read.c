/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: text -> nodes with places, from libfyaml's events; read_tree.c builds
 * the tree, so that the limits are ours: bytes, depth, nodes, aliases. What
 * YAML has and a lab file has not (tags, a second document) is refused here.
 * libfyaml is kept quiet: what it says is collected and becomes one mistake of
 * the file, at its place.
 */
#include "labfile/read_tree.h"

#include <libfyaml.h>

/* isle_read_loc() without looking through the text from its start each time. */
static struct isle_loc place(struct isle_reader *r, size_t pos, size_t end)
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

/* Something empty: an entry is where its dash is, a value where its key is. */
static struct isle_loc nowhere(struct isle_reader *r)
{
	const char *t = r->src->text;
	size_t i = r->end;

	while (i < r->src->len && strchr(" \t\r\n,]}\"'", t[i]))
		i++;
	if (i < r->src->len && t[i] == '-') {
		r->end = i + 1;
		return place(r, i, i + 1);
	}
	return r->last ? r->last->loc : (struct isle_loc){ r->src, 1, 1, 1 };
}

static struct isle_loc token_place(struct isle_reader *r, struct fy_token *token)
{
	const struct fy_mark *start = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *end = token ? fy_token_end_mark(token) : NULL;

	if (!start)
		return nowhere(r);
	r->end = end ? end->input_pos : start->input_pos;
	return place(r, start->input_pos, end ? end->input_pos : start->input_pos);
}

static struct isle_node *node_new(struct isle_reader *r, enum isle_node_kind kind, struct fy_token *token)
{
	struct isle_loc loc = token_place(r, token);

	return isle_reader_node(r, kind, &loc);
}

static bool keep_quoted(struct isle_reader *r, struct fy_token *token)
{
	struct isle_span *s = isle_list_push(r->set, &r->quoted);

	if (!s)
		return isle_reader_no_memory(r);
	*s = (struct isle_span){ fy_token_start_mark(token)->input_pos, 0 };
	s->n = fy_token_end_mark(token)->input_pos - s->off;
	return true;
}

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * A text in single quotes, by hand: libfyaml 0.7.12 leaks memory on one with more than a few `''`.
 * One line break is a space, each further one is itself; white space around them does not count.
 */
static char *unquote(struct isle_reader *r, size_t off, size_t n, size_t *ret_n)
{
	const char *s = r->src->text + off, *end = s + n;
	char *text = isle_arena_alloc(r->set->arena, n + 1), *p = text;

	while (text && s < end) {
		const char *gap = s;
		size_t breaks = 0;

		for (; gap < end && is_white(*gap); gap++)
			breaks += *gap == '\n';
		if (!breaks) {
			s += s + 1 < end && s[0] == '\'' && s[1] == '\'';
			*p++ = *s++;
			continue;
		}
		if (breaks == 1)
			*p++ = ' ';
		while (--breaks)
			*p++ = '\n';
		s = gap;
	}
	*ret_n = text ? (size_t)(p - text) : 0;
	return text;
}

/* The text, copied; NULL: no memory. */
static char *scalar_text(struct isle_reader *r, struct fy_token *token, size_t *ret_n)
{
	const struct fy_mark *start = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *end = token ? fy_token_end_mark(token) : NULL;

	if (start && end && fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED && end->input_pos <= r->src->len &&
	    start->input_pos <= end->input_pos)
		return unquote(r, start->input_pos, end->input_pos - start->input_pos, ret_n);
	*ret_n = 0;
	const char *text = token ? fy_token_get_text(token, ret_n) : NULL;
	return isle_arena_strndup(r->set->arena, text ? text : "", text ? *ret_n : 0);
}

static struct isle_node *scalar(struct isle_reader *r, struct fy_token *token)
{
	struct isle_node *node = node_new(r, ISLE_NODE_SCALAR, token);
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	size_t n = 0;

	if (!node)
		return NULL;
	node->plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
	node->text = scalar_text(r, token, &n);
	if (!node->text || (!node->plain && !keep_quoted(r, token))) {
		isle_reader_no_memory(r);
		return NULL;
	}
	node->n_text = strlen(node->text);
	if (node->n_text != n) {
		isle_reader_blame(r, &node->loc, NULL, "a text has a NUL in it");
		node->bad = true;
	}
	node->exact = mark && n && n == node->n_text && n <= r->src->len && mark->input_pos <= r->src->len - n &&
		      memcmp(r->src->text + mark->input_pos, node->text, n) == 0 && n <= node->loc.len;
	return node;
}

static char *token_text(struct isle_reader *r, struct fy_token *token)
{
	size_t n = 0;
	const char *s = fy_token_get_text(token, &n);
	char *text = isle_arena_strndup(r->set->arena, s ? s : "", s ? n : 0);

	if (!text)
		isle_reader_no_memory(r);
	return text;
}

static bool properties(struct isle_reader *r, struct fy_token *tag, struct fy_token *anchor, const char **ret_anchor)
{
	*ret_anchor = NULL;
	if (tag) {
		struct isle_loc loc = token_place(r, tag);
		isle_reader_blame(r, &loc, "quote what begins with '!'", "tags are not part of lab files");
	}
	if (!anchor)
		return true;
	*ret_anchor = token_text(r, anchor);
	return *ret_anchor && isle_reader_anchor(r, *ret_anchor, NULL, 0);
}

static bool open_frame(struct isle_reader *r, enum isle_node_kind kind, struct fy_token *token, struct fy_token *tag,
		       struct fy_token *anchor)
{
	struct isle_node *node = node_new(r, kind, token);
	size_t pos = token ? fy_token_start_mark(token)->input_pos : r->src->len;
	const char *name;

	if (!node || !isle_reader_count(r, node, 1) || !properties(r, tag, anchor, &name))
		return false;
	r->last = node;
	return isle_reader_open(r, node, name, pos < r->src->len && strchr("{[", r->src->text[pos]));
}

/* What ends in a bracket is underlined up to there, if on one line. */
static void stretch(struct isle_reader *r, struct isle_node *node, struct fy_token *end)
{
	const struct fy_mark *mark = end ? fy_token_end_mark(end) : NULL;

	if (!mark || mark->input_pos == 0 || mark->input_pos > r->src->len ||
	    !strchr("}]", r->src->text[mark->input_pos - 1]))
		return;
	struct isle_loc at = place(r, mark->input_pos - 1, mark->input_pos);
	if (at.line == node->loc.line && at.col >= node->loc.col)
		node->loc.len = at.col - node->loc.col + 1;
}

static bool close_frame(struct isle_reader *r, struct fy_token *end)
{
	const struct fy_mark *mark = end ? fy_token_end_mark(end) : NULL;

	struct isle_node *node = isle_reader_close(r);

	if (node)
		stretch(r, node, end);
	if (mark && mark->input_pos > r->end && mark->input_pos <= r->src->len &&
	    strchr("}]", r->src->text[mark->input_pos - 1]))
		r->end = mark->input_pos;
	return node;
}

static bool take_alias(struct isle_reader *r, struct fy_token *token)
{
	struct isle_loc loc = token_place(r, token);
	char *name = token_text(r, token);

	if (loc.col > 1) {	/* with its star */
		loc.col--;
		loc.len++;
	}
	return name && isle_reader_alias(r, name, &loc);
}

static bool take_scalar(struct isle_reader *r, struct fy_event *e)
{
	struct isle_node *node = scalar(r, e->scalar.value);
	const char *name;

	if (!node || !properties(r, e->scalar.tag, e->scalar.anchor, &name))
		return false;
	return isle_reader_count(r, node, 1) && isle_reader_anchor(r, name, node, 1) && isle_reader_deliver(r, node);
}

static bool take_document(struct isle_reader *r, struct fy_token *token)
{
	if (++r->n_docs < 2)
		return true;
	struct isle_loc loc = token_place(r, token);
	return isle_reader_halt(r, &loc, "a second document: a lab file has one");
}

static bool take(struct isle_reader *r, struct fy_event *e)
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

/* A bracket that is never closed: its place says more than the end of the file, and what is in it is not what was meant. */
static bool unclosed(struct isle_reader *r, const char *words)
{
	size_t i = r->depth;

	while (i && !r->frames[i - 1].flow)
		i--;
	if (!i || !strstr(words, "without a closing"))
		return false;
	struct isle_node *node = r->frames[i - 1].node;
	node->n = 0;
	node->bad = true;
	return !isle_reader_blame(r, &node->loc, NULL, node->kind == ISLE_NODE_MAP ? "YAML: '{' is never closed"
										  : "YAML: '[' is never closed");
}

static void parse_error(struct isle_reader *r, struct fy_diag *diag)
{
	void *iter = NULL;
	struct fy_diag_error *err = fy_diag_errors_iterate(diag, &iter);
	size_t pos = err ? position(r->src, err->line, err->column) : 0;

	r->set->cut = true;
	if (r->last)
		r->last->bad = true;	/* it was read wrongly */
	if (isle_read_tabs(r->set, r->src, r->quoted.v, r->quoted.n, pos) || r->set->nomem)
		return;
	if (!err)
		isle_reject(r->set->diag, NULL, "%s: this is no YAML", r->src->name);
	else if (!unclosed(r, err->msg))
		isle_read_yaml_error(r->set, r->src, pos, err->msg);
}

static void parse(struct isle_reader *r, struct fy_parser *yaml, struct fy_diag *diag)
{
	struct fy_event *e;
	bool ended = false;

	while (!r->stop && (e = fy_parser_parse(yaml))) {
		ended = e->type == FYET_STREAM_END;
		take(r, e);
		fy_parser_event_free(yaml, e);
	}
	if (r->stop)
		r->set->cut = true;
	else if (fy_parser_get_stream_error(yaml))
		parse_error(r, diag);
	else if (ended)
		isle_read_tabs(r->set, r->src, r->quoted.v, r->quoted.n, r->src->len);
	else	/* it stopped without a word: no memory */
		isle_reader_no_memory(r);
}

static int with_parser(struct isle_reader *r)
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
	struct fy_parser *yaml = fy_parser_create(&cfg);
	int rc = yaml && fy_parser_set_string(yaml, r->src->text, r->src->len) == 0 ? 0 : -ENOMEM;
	if (!rc)
		parse(r, yaml, diag);
	isle_reader_close_all(r);
	if (yaml)
		fy_parser_destroy(yaml);
	fy_diag_destroy(diag);
	return rc;
}

struct isle_node *isle_read(struct isle_set *set, const struct isle_source *src)
{
	struct isle_reader *r;

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
	*r = (struct isle_reader){ .set = set, .src = src, .line = 1, .quoted.elem = sizeof(struct isle_span) };
	if (with_parser(r) < 0)
		set->nomem = true;
	isle_map_done(&r->anchors);
	if (!r->root && !r->n_docs && !isle_diag_errors(set->diag))
		isle_reject(set->diag, &(struct isle_loc){ src, 1, 1, 1 }, "the file is empty"),
			isle_hint(set->diag, "'links: [a -- b]' is a lab");
	return r->root;
}
