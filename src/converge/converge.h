/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_H
#define ISLE_CONVERGE_H

#include "tree/tree.h"

/* ---- drift.c */
/*
 * FN for each thing of a lab that is up, host by host, that is not as LAB, its record's, has it. HOST and IFACE are LAB's; IFACE
 * NULL: the host's; HOST NULL too: the switches'. Whether interfaces are there and up is isle_links()'s to tell.
 */
int isle_drift(const struct isle_tree *, struct isle_lab *lab,
	       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *), void *arg,
	       struct isle_diag *);

/* ---- converge.c */
/*
 * End a change of LAB that was broken off (engine/state.h): the lab becomes what its record says, which is the one before
 * until the change was committed, then the one after. 0 also if there is none; -ENOENT: it is not up; -EBUSY: as isle_up().
 */
int isle_change_end(const struct isle_site *, const char *lab, struct isle_diag *);

#endif
