/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_NS_RUN_INSIDE_H
#define ISLE_NS_RUN_INSIDE_H

#include "ns/fault.h"

/* Steps of `ns run` in the new namespaces; 0 also where the options ask for nothing. System calls only. */
int isle_ns_run_map(const struct isle_ns_run_options *, uint32_t uid, uint32_t gid, struct isle_ns_fault *);	/* single ids */
int isle_ns_run_clocks(const struct isle_ns_run_options *, struct isle_ns_fault *);
int isle_ns_run_furnish(const struct isle_ns_run_options *, struct isle_ns_fault *);	/* propagation, root, directory, proc */
int isle_ns_run_caps(const struct isle_ns_run_options *, struct isle_ns_fault *);
/* Die with the parent, whose pidfd PARENT is (-1: none). */
int isle_ns_run_tie(const struct isle_ns_run_options *, int parent, struct isle_ns_fault *);

#endif
