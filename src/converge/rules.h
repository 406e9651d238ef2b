/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_RULES_H
#define ISLE_CONVERGE_RULES_H

#include "diff/diff.h"

struct isle_rule_changes;	/* which hosts get other rules of nftables of their own */
/* In the parent. UNSURE: a change was broken off, and all are loaded again. */
int isle_rule_changes_new(const struct isle_tree *, const struct isle_lab *lab, const struct isle_lab *was, const struct isle_view *,
			  bool unsure, struct isle_rule_changes **ret, struct isle_diag *);
void isle_rule_changes_free(struct isle_rule_changes *);		/* takes NULL, as all of these */
size_t isle_rule_changes_n(const struct isle_rule_changes *);
void isle_rule_changes_show(const struct isle_rule_changes *, struct isle_buf *out);
void isle_rule_changes_commands(const struct isle_rule_changes *, struct isle_buf *out);
/* In a forked process that is in the lab's tree; it ends in the network of some host. -errno, reported: and those before it have been undone. */
int isle_rule_changes_do(const struct isle_rule_changes *, int tree, struct isle_shared *);
void isle_rule_changes_undo(const struct isle_rule_changes *, int tree, struct isle_shared *);

/* rules_changed.c: of each host, do the tables of its rules say something else than when they were loaded? In ARENA. NULL: of none. */
int isle_rules_find_changed(const struct isle_tree *, const struct isle_lab *, struct isle_arena *, const bool **ret, struct isle_diag *);

#endif
