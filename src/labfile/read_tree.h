/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the reader's state, between read.c (libfyaml's events, their tokens and
 * places) and read_tree.c (the tree that grows from them). Private to them.
 */
#ifndef ISLE_LABFILE_READ_TREE_H
#define ISLE_LABFILE_READ_TREE_H

#include "labfile/read.h"

struct isle_frame {
	struct isle_node *node;
	struct isle_node *key;		/* of a map: waits for its value */
	size_t cap;
	size_t weight;			/* nodes in it, aliases written out */
	bool skip;			/* … which goes nowhere */
	bool flow;			/* written with a bracket */
	struct isle_map keys;		/* of a map: all keys so far */
	const char *anchor;
};

struct isle_anchor { struct isle_node *node; size_t weight; };	/* node NULL: not complete yet */

struct isle_reader {
	struct isle_set *set;
	const struct isle_source *src;
	struct isle_frame frames[ISLE_READ_MAX_DEPTH + 1];
	size_t depth;
	struct isle_node *root, *last;
	struct isle_list quoted;	/* struct isle_span */
	struct isle_map anchors;
	size_t pos, line_pos;		/* the last place and where its line begins: places come nearly in order */
	uint32_t line;
	size_t end;			/* where the last token ends */
	size_t n_nodes, n_aliases, n_docs;
	bool stop;
};

/* All of these are false when the reader halted or something was blamed; .stop tells which. */
struct isle_node *isle_reader_node(struct isle_reader *, enum isle_node_kind, const struct isle_loc *);
bool isle_reader_count(struct isle_reader *, struct isle_node *, size_t weight);
bool isle_reader_open(struct isle_reader *, struct isle_node *, const char *anchor, bool flow);
struct isle_node *isle_reader_close(struct isle_reader *);	/* the node, complete and in its place; NULL: halted */
bool isle_reader_deliver(struct isle_reader *, struct isle_node *);
bool isle_reader_anchor(struct isle_reader *, const char *name, struct isle_node *, size_t weight);
bool isle_reader_alias(struct isle_reader *, const char *name, const struct isle_loc *);
void isle_reader_close_all(struct isle_reader *);
bool isle_reader_blame(struct isle_reader *, const struct isle_loc *, const char *hint, const char *words);
bool isle_reader_halt(struct isle_reader *, const struct isle_loc *, const char *words);	/* a limit: nothing after it counts */
bool isle_reader_no_memory(struct isle_reader *);

#endif
