/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_NS_RUN_H
#define ISLE_NS_RUN_H

#include "ns/join.h"

/* run_map.c: the maps of --map-users and the like as lines of uid_map, the single one first */
struct isle_ns_lines { struct isle_ns_map line[4]; size_t n; };
void isle_ns_lines_make(const struct isle_ns_map *range, const uint32_t *outer, const uint32_t *inner, struct isle_ns_lines *ret);
/* FILE "uid_map" or "gid_map" of process PID: directly where we may, else by newuidmap or newgidmap. System calls only. */
int isle_ns_lines_write(const struct isle_ns_lines *, pid_t pid, const char *file, struct isle_ns_fault *);

/* run_help.c: a process that stays behind, in the caller's namespaces */
struct isle_ns_helper { pid_t pid; int sock; };
struct isle_ns_errand {
	pid_t pid, proc;			/* whom all this is for; and as /proc has him */
	const char *const *keep;		/* paths by type, or NULL in it */
	const struct isle_ns_lines *users, *groups;	/* NULL: none of them */
};
int isle_ns_helper_start(const struct isle_ns_errand *, struct isle_ns_helper *ret, struct isle_ns_fault *);
int isle_ns_helper_map(struct isle_ns_helper *);
int isle_ns_helper_keep(struct isle_ns_helper *, unsigned types);	/* -EAGAIN: of a mount namespace, make it again */
void isle_ns_helper_end(struct isle_ns_helper *);

#endif
