/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_OVS_H
#define ISLE_CONVERGE_OVS_H

#include "engine/engine.h"

/* ovs_keep.c: -EBUSY, at its place, where it is to be otherwise what cannot change while a lab is up. */
int isle_ovs_keep(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *);
bool isle_ovs_has_shared(const struct isle_lab *);	/* a switch in the machine's Open vSwitch: such a lab stays as it is */

struct isle_ovs_diff;		/* what is to change in the database of a lab's own Open vSwitch */
/* So that it has the ports of LAB, and of the N WAS no others. *RET is NULL where there is no such database. */
int isle_ovs_diff(const struct isle_tree *, const struct isle_lab *lab, struct isle_lab *const *was, size_t n,
		  struct isle_ovs_diff **ret, struct isle_diag *);
void isle_ovs_diff_free(struct isle_ovs_diff *);	/* takes NULL */
size_t isle_ovs_diff_n(const struct isle_ovs_diff *);	/* of NULL: 0 */
void isle_ovs_diff_show(const struct isle_ovs_diff *, struct isle_buf *out);
void isle_ovs_diff_commands(const struct isle_ovs_diff *, struct isle_buf *out);
/* All of it in one transaction, until ovs-vswitchd has taken it over. */
int isle_ovs_diff_do(const struct isle_ovs_diff *, struct isle_diag *);
/* When the interfaces are there too: until ovs-vswitchd has taken those that came. -EIO: not all of them. */
int isle_ovs_diff_settle(const struct isle_ovs_diff *, struct isle_diag *);

#endif
