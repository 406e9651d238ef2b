/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_DUMP_TEXT_H
#define ISLE_DUMP_TEXT_H

#include "lab/lab.h"

struct isle_text_note { struct isle_text_note *next; const char *words; };

struct isle_text {
	const char *key;		/* in a map */
	const char *scalar;		/* or NULL: a list, a map, or nothing. In a list with .first: a key with options */
	bool is_list, block;		/* block: never in one line */
	bool is_word;			/* true, false: not to be quoted */
	struct isle_text *first, *last, *next;
	struct isle_text_note *notes;	/* comments above it */
	void *owner;			/* whom it was written for; its parent's until set */
	size_t at, end;			/* where it stands, once printed */
};

struct isle_texts {
	struct isle_arena *arena;
	struct isle_text scratch;
	bool bad;			/* no memory */
};

struct isle_text *isle_text_top(struct isle_texts *);
/* KEY is not copied. */
struct isle_text *isle_text_key(struct isle_texts *, struct isle_text *in, const char *key);
void isle_text_value(struct isle_texts *, struct isle_text *, const char *fmt, ...) ISLE_PRINTF(3, 4);
void isle_text_bool(struct isle_text *, bool);
struct isle_text *isle_text_item(struct isle_texts *, struct isle_text *list, const char *fmt, ...) ISLE_PRINTF(3, 4);
struct isle_text *isle_text_map(struct isle_texts *, struct isle_text *list);	/* an item that is a map */
void isle_text_drop_last(struct isle_text *in);		/* the last one of a list or map */
bool isle_text_is_equal(const struct isle_text *, const struct isle_text *);	/* but for their own keys; none with comments is */
/* A line of comment above the node. */
void isle_text_note(struct isle_texts *, struct isle_text *, const char *fmt, ...) ISLE_PRINTF(3, 4);
int isle_text_print(struct isle_texts *, struct isle_text *top, struct isle_buf *out);	/* -ENOMEM */
/* The innermost node that stands at a place of the printed TEXT. */
struct isle_text *isle_text_at(struct isle_text *top, const char *text, unsigned line, unsigned col);

#endif
