/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_BUILD_ATTACH_H
#define ISLE_BUILD_ATTACH_H

#include "tree/tree.h"

/* The networks that hosts of a lab are attached to, opened; by host, -1: it has one of its own. */
struct isle_attached {
	int *net;
	int *was;			/* of a lab that is up: what the tree has pinned, if it is another one; else -1 */
	size_t n;
};
/*
 * In the parent, before anything is touched: find all of them, and say of each that cannot be had why, at its place. UP: the
 * lab is there already, so its interfaces may be. NULL: the lab has no such host.
 */
int isle_attached_open(const struct isle_lab *, bool up, struct isle_attached **ret, struct isle_diag *);
/* attach_look.c: can HOST be what the file says in the network NET, somebody else's? UP: as above. Says what not, and why. */
int isle_attach_look(const struct isle_host *, int net, bool up, struct isle_diag *);
void isle_attached_free(struct isle_attached *);	/* takes NULL */

/* In a lab's tree attach/HOST is an empty file of each host that has somebody else's network. */
#define ISLE_ATTACH_DIR "attach"
bool isle_attach_has(int tree, const char *host);
/* The tree is the working directory. -errno; fine if there is none. */
int isle_attach_mark(const char *host);
int isle_attach_unmark(const char *host);
/* What TREE has pinned of each, if it is another namespace than the one found now. -EBUSY: a host has become one, or is none any more. */
int isle_attached_compare(struct isle_attached *, const struct isle_lab *, const struct isle_tree *, struct isle_diag *);

/* unplug.c: take the interfaces of a lab that goes down out of the networks that it is attached to, as far as that is possible. */
void isle_attach_unplug(const struct isle_tree *);

/* FN for each attached host of a lab that is up whose network is not the one any more that the lab was wired to. */
void isle_attach_stale(const struct isle_tree *, const struct isle_lab *,
		       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *), void *arg);

#endif
