/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_RUNDIR_H
#define ISLE_TREE_RUNDIR_H

#include "tree/tree.h"

#define ISLE_RUNDIR_MARK ".made-netns"	/* a file: /run/netns was not there before isle */

/* /run/isle as it is: -ENOENT without a record if there is none. READABLE: not just O_PATH. */
int isle_rundir_open(bool readable, struct isle_diag *);
/* The same, locked until isle_auto_unlock(). */
int isle_rundir_lock(struct isle_diag *);
/* Make the directory if need be, without a mount on it; until isle_auto_unlock() nobody takes it away. */
int isle_rundir_hold(struct isle_diag *);
/* Make and mount it if need be; locked. */
int isle_rundir_make(struct isle_diag *);
#define ISLE_PAIRS_PREFIX ".pairs."	/* LAB: links between networks of others (outside/pair.h) */
/* A journal that was being rewritten when its writer was killed (they write under the lock). */
bool isle_rundir_is_scrap(const char *name);
bool isle_rundir_is_held(void);		/* a lab is being brought up */
bool isle_rundir_is_unused(int fd);	/* no lab and no journal is in it */
/* Take it away if no lab and no journal is in it, and nobody holds it (else -EBUSY); FD is its locked descriptor. */
int isle_rundir_drop(int fd);
/* The same with the last lab or bundle; it warns. */
void isle_rundir_drop_last(int fd, struct isle_diag *);
/* A descriptor of /run/netns, made if need be. FD as above. */
int isle_rundir_netns(int fd, struct isle_diag *);

/* ---- rundir_marks.c: the mounts on /run/isle, of every mount namespace, as files in the directory below them */
enum isle_rundir_mark { ISLE_RUNDIR_NO_MARK, ISLE_RUNDIR_STALE_MARK, ISLE_RUNDIR_OTHER_MARK };
enum isle_rundir_mark isle_rundir_mark_of(const char *name);
int isle_rundir_mark(int below, int root);	/* that ROOT, a tmpfs, is mounted on BELOW, a descriptor older than the mount; -errno */
/*
 * That the tmpfs OWN is not mounted any more, nor who is stale; -errno. While it still IS_MOUNTED, so that who is killed leaves
 * an empty mount and no more; where the kernel lets nobody look below it, that does nothing, and it is for when it has gone.
 */
int isle_rundir_unmark(dev_t own, bool is_mounted);

#endif
