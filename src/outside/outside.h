/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a lab has to do with the machine itself, outside of its own
 * namespaces: uplinks and published ports, NICs, wires between namespaces of no
 * lab. All of it is written down in /run/isle before it is done, and undone from
 * there, by `down` or `gc`, if it is still ours.
 */
#ifndef ISLE_OUTSIDE_H
#define ISLE_OUTSIDE_H

#include "build/build.h"

/* check.c: may the lab's interfaces be on those of the machine, or in networks of others? ROOT: of the machine. -EINVAL: said for each. */
int isle_lab_check_outside(const struct isle_lab *, bool root, struct isle_diag *);
/* machine.c: a host that is the machine itself: not in `run`, which leaves the machine as it is. -EINVAL: said for each. */
int isle_lab_refuse_machine(const struct isle_lab *, struct isle_diag *);
/* machine.c: are the subnets that it has by the lab free there, but for those of the same lab WAS[N_WAS]? -EADDRINUSE: said for each. */
int isle_lab_check_machine(const struct isle_lab *, struct isle_lab *const *was, size_t n_was, struct isle_diag *);

#endif
