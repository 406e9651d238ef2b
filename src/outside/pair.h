/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_OUTSIDE_PAIR_H
#define ISLE_OUTSIDE_PAIR_H

#include "build/attach.h"
#include "build/build.h"
#include "tree/rundir.h"

/* Is the link's every end in a network that is not the lab's? */
static inline bool isle_link_is_far(const struct isle_link *l)
{
	return l->iface[0] && !l->iface[0]->kind && l->iface[0]->host->attach && l->iface[1]->host->attach;
}
bool isle_lab_has_pairs(const struct isle_lab *);
/* A lab of `run` has none: nobody would take them away. -EINVAL: said for each. */
int isle_pairs_refuse(const struct isle_lab *, struct isle_diag *);

/* The journal's text: malloced; NULL if there are none. */
int isle_pairs_text(const struct isle_lab *, const struct isle_attached *, char **ret, struct isle_diag *);
/* What two of them tell; either may be NULL. */
int isle_pairs_join(const char *a, const char *b, char **ret, struct isle_diag *);
/* RUN: /run/isle. What LAB's says; NULL if it has none. */
int isle_pairs_read(int run, const char *lab, char **ret, struct isle_diag *);

/* These with RUN locked, and the lab up or its directory locked. TEXT NULL: there is none from now on. */
int isle_pairs_write(int run, const char *lab, const char *text, struct isle_diag *);
/* Take away what the journal tells of, as far as it is there, and it. Fine if there is none. */
int isle_pairs_undo(int run, const char *lab, struct isle_diag *);
bool isle_pairs_are_left(int run, const char *lab);

#endif
