/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: NICs of the machine in a lab; private to engine/, and to gc/. What a NIC
 * was at home is written to /run/isle/.nic.LAB before it is touched; it has an
 * altname of ours from then on, by which it is found wherever the kernel has
 * put it. `down` moves it home and gives it back what it had; if the lab's
 * namespaces end otherwise, the kernel sends it to the initial one, and the
 * next `up`, `down` or `gc` gives it back what it had.
 */
#ifndef ISLE_OUTSIDE_NIC_H
#define ISLE_OUTSIDE_NIC_H

#include "build/build.h"


struct isle_nics {
	struct isle_plan *plan;		/* isle_plan_nics() */
	char *journal;			/* the record's text; malloced */
};

/* nic.c. In the parent: NULL if the lab has none. */
int isle_nics_prepare(const struct isle_lab *, struct isle_nics **ret, struct isle_diag *);
void isle_nics_free(struct isle_nics *);	/* takes NULL */
int isle_nics_refuse(const struct isle_lab *, struct isle_diag *);	/* a lab of `run` has none of the machine's */
int isle_nic_check(const struct isle_iface *, struct isle_diag *);	/* can it be moved, and may it be? */
/* In the parent of W, in the machine's network: what they are now. */
int isle_nics_look(struct isle_job *, struct isle_diag *);
/* In W, last before publishing; arguments as isle_uplink_make(). What was moved is moved back if something fails. */
int isle_nics_make(const struct isle_job *, int journal, int machine_net, int tree_dir);
/* Likewise, if what comes after that fails. */
void isle_nics_return(const struct isle_job *, int machine_net, int tree_dir);

/* nic_home.c. Of a lab that is up: bring them home; RUN as ever. */
int isle_nics_home(int run, const struct isle_tree *, struct isle_diag *);
/* Give those that are at home what .nic.LAB says. Idempotent. */
int isle_nics_undo(int run, const char *lab, struct isle_diag *);
bool isle_nics_are_left(int run, const char *lab);	/* is there such a journal? */

#endif
