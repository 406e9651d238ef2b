/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_STATE_H
#define ISLE_TREE_STATE_H

#include "tree/tree.h"

/* As isle_tree_open(), but a lab that is not up is -ENOENT without a record. */
int isle_tree_find(const struct isle_site *, const char *lab, struct isle_tree *ret, struct isle_diag *);
/* "Another isle is at it", as a record; -EBUSY. */
int isle_lab_is_busy(const char *lab, struct isle_diag *);
/* Is the rootless state file LAB in DIR of a keeper that is no more? */
bool isle_state_is_stale(int dir, const char *lab);
/* Remove it if it is stale, and never a newer one. -ENOENT: there is none; -EEXIST: its keeper lives. */
int isle_state_clear(int dir, const char *lab);
/* A change of the lab was begun, and who did it is gone: it is between two records (record.h). */
bool isle_tree_is_half_changed(const struct isle_tree *);
bool isle_tree_has_intent(const struct isle_tree *);	/* or it is being changed just now; for who has its tree locked */

#endif
