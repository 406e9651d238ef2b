/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the programs that are the way out of hosts of a user's lab that is up
 * (uplink_user.c): which process it is, and what for, is in outlet/HOST of the
 * lab's tree. What is there and what is wanted is compared by that alone, so
 * whoever was killed while he changed it leaves nothing unknown.
 */
#ifndef ISLE_OUTSIDE_OUTLET_H
#define ISLE_OUTSIDE_OUTLET_H

#include "outside/uplink.h"

/* outlet.c. System calls only; TREE: the lab's directory. */
int isle_outlet_note(int tree, const char *host);	/* in the process that is going to be it */
int isle_outlet_ready(int tree, const struct isle_host *);	/* it carries */
pid_t isle_outlet_runs(int tree, const char *host);	/* 0: none does */
bool isle_outlet_serves(int tree, const struct isle_host *);	/* it runs, and for what the host has */
int isle_outlet_end(int tree, const char *host);	/* if it runs; returns when it has ended. -errno */

/* outlet_change.c: others for a lab that is up */
struct isle_outlet_change {
	const struct isle_tree *tree;
	const struct isle_lab *from, *to;
	struct isle_uplink_work *was, *will;	/* NULL: that one has no uplink */
	const char **ends;			/* hosts whose program ends */
	size_t n_ends;
	bool *starts, *breaks;			/* of each host of .to: one is started; and another has to end for it */
};
/* From the first of the N WAS, all of which have what may run. STANDS: has the host its device? *RET NULL: nothing is to be done. */
int isle_outlet_change_new(const struct isle_tree *, struct isle_lab *const *was, size_t n, const struct isle_lab *to,
			   bool (*stands)(const struct isle_host *, void *), void *arg, struct isle_outlet_change **ret, struct isle_diag *);
void isle_outlet_change_free(struct isle_outlet_change *);	/* takes NULL */
void isle_outlet_change_commands(const struct isle_outlet_change *, struct isle_buf *out);
/* In a child that is at home in the lab's mounts and still in the machine's network: a process that stays there. *RET: its socket. */
int isle_outlet_serve(const struct isle_outlet_change *, struct isle_shared *, int *ret);
/* Through it: -errno, reported; after a failure too there is something to undo. */
int isle_outlet_change_do(int sock);
void isle_outlet_change_undo(int sock);

#endif
