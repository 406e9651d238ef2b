/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_NAMES_H
#define ISLE_TREE_NAMES_H

#include "tree/tree.h"

/* A name that a lab or host can have; anything else must not get near a path. */
bool isle_name_is_valid(const char *name);
/* Before anything is touched: is a name that LAB will need in /run/netns somebody else's? */
int isle_names_check(const struct isle_lab *, struct isle_diag *);
/* Make what is missing of LAB's names and of the pins behind them. RUN: /run/isle, locked. What cannot be made is a warning. */
int isle_names_make(const struct isle_lab *, int run, struct isle_diag *);
/* The same under the lock, if the lab is still up as root; else nothing. */
int isle_names_mend(const struct isle_lab *, struct isle_diag *);
/* Remove the names of LAB whose tree is TREE that are ours. */
int isle_names_remove(const char *lab, int tree, struct isle_diag *);
/* Remove the name of one host, if it is ours. */
int isle_names_drop(const char *lab, const char *host, struct isle_diag *);
/* Does NAME in directory NETNS point into a lab? Then whose: *ret_lab. */
bool isle_name_is_ours(int netns, const char *name, char ret_lab[ISLE_NAME_MAX]);

#endif
