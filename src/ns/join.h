/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_NS_JOIN_H
#define ISLE_NS_JOIN_H

#include <limits.h>
#include "ns/fault.h"

/* isle_ns_enter() in system calls only; the working directory is the caller's matter. */
int isle_ns_join(const struct isle_ns_set *, struct isle_ns_fault *);

bool isle_ns_is_own(int fd, int type);		/* the caller is in it */

/* The working directory by its path, over a change of mounts. */
struct isle_ns_cwd { char path[PATH_MAX]; };
void isle_ns_cwd_get(struct isle_ns_cwd *);
void isle_ns_cwd_set(const struct isle_ns_cwd *);

/* become.c: the end of `ns run` and `ns enter`: ids, and the program */
struct isle_ns_program {
	char *const *argv;		/* NULL: $SHELL as a login shell */
	const uid_t *uid;		/* NULL: as it is */
	const gid_t *gid;
	bool groups_may_stay;		/* where the user namespace denies setgroups(2) */
};
int isle_ns_ids(const struct isle_ns_program *, bool no_groups, struct isle_ns_fault *);
int isle_ns_drop_groups(void);
void isle_ns_become(const struct isle_ns_program *, struct isle_ns_fault *);	/* returns on failure only, status in the fault */
/* A child as the one that goes on: 0 in it, with the caller's signal mask once more; -errno. BLOCKED: INT and TERM wait
 * in the parent until isle_ns_attend(). */
struct isle_ns_child { pid_t pid; bool blocked; sigset_t mask; };
int isle_ns_fork(struct isle_ns_child *, bool block);
/* Wait for its end, stop with it and go on with it; its status as shells have it. */
int isle_ns_attend(struct isle_ns_child *, int *ret_status);

#endif
