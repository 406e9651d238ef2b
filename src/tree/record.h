/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_RECORD_H
#define ISLE_TREE_RECORD_H

#include "tree/tree.h"

#define ISLE_RECORD "record"
#define ISLE_INTENT "intent"	/* of a change that was begun: the record to be, then the one that was (change/) */

/* The text of the record of a lab that came up at SINCE; 0: that is about to. */
int isle_record_make(const struct isle_lab *, int64_t since, char **ret, size_t *ret_n, struct isle_diag *);
/* ISLE_RECORD or ISLE_INTENT of a lab; -ENOENT: there is none, without a record in DIAG. */
int isle_record_read_as(const struct isle_tree *, const char *file, struct isle_record **ret, struct isle_diag *);
/* The model of what a record has. */
int isle_record_lab(const struct isle_record *, struct isle_lab **ret, struct isle_diag *);

#endif
