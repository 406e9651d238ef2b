/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle ns list`: its rows, and what it shares with `isle holders`. */
#ifndef ISLE_CLI_NSLIST_H
#define ISLE_CLI_NSLIST_H

#include "cli/cli.h"

struct ns_row {
	struct isle_ns_info info;	/* its strings are in the list's arena */
	bool shown;
	size_t above;			/* tree: index of the row it stands under; SIZE_MAX: none */
};
struct ns_list {
	struct cli *cli;
	struct isle_arena *arena;
	struct ns_row *rows;
	size_t n, cap;
	bool bad;			/* no memory */
	struct isle_unseen unseen;
};

/* nstree.c */
/* The list as a tree. PARENT: by parent, else by owner. */
void ns_tree(struct ns_list *, bool parent);

/* nslist.c */
void ns_head(struct ns_list *, int id_width);
void ns_line(const struct ns_row *, const char *prefix, int id_width);	/* PREFIX before the id */
/* What was kept from the caller: a warning, and for JSON. */
void ns_unseen(struct cli *, const struct isle_unseen *);
json_t *ns_unseen_json(const struct isle_unseen *);
/* S without what would move a terminal's cursor, at most MAX bytes and whole letters; in BUF. */
const char *ns_plain(const char *s, size_t max, char *buf, size_t size);
/* S for JSON, which is UTF-8; of what is not, each byte is U+FFFD. NULL: S is. */
json_t *ns_text(const char *s);
/* "net,uts" into bits; on failure the status to exit with. */
int ns_types(struct cli *, const char *words, unsigned *ret);

#endif
