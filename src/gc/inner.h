/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one sweep of the machine. gc.c asks each finder in turn: labs.c (changes
 * that were broken off), own.c, ovs.c and nft.c (what isle itself left), others.c (what
 * nobody uses, whoever made it); release.c removes what others left.
 */
#ifndef ISLE_GC_INNER_H
#define ISLE_GC_INNER_H

#include "gc/gc.h"
#include "live/snap.h"

struct isle_sweep {
	const struct isle_site *site;
	struct isle_arena *arena;
	struct isle_snap *snap;		/* links only; NULL: the machine cannot be looked at */
	struct isle_leaving *found;
	size_t n, cap;
	struct isle_diag *d;
};

struct isle_leaving {
	struct isle_gc_item item;
	/* 0: it is gone; 1: it is not what it was any more, so it stays; -errno, said. */
	int (*remove)(struct isle_sweep *, const struct isle_leaving *);
	const char *key;		/* for that function */
	const struct isle_snap_ns *ns;
	const struct isle_snap_link *link;
	bool wanted, removed;
};

/* One more; the strings that are not constants are in the sweep's arena, and NULL is no memory. -ENOMEM, said. */
int isle_sweep_found(struct isle_sweep *, const struct isle_leaving *);
int isle_sweep_no_memory(struct isle_sweep *);

int isle_sweep_labs(struct isle_sweep *);
int isle_sweep_own(struct isle_sweep *);
void isle_sweep_own_end(struct isle_sweep *);	/* after removing: directories that isle made, and that are empty now */
bool isle_sweep_is_lab(int run, const char *lab);	/* own.c: up, coming up, or to be undone by its journal. RUN: /run/isle or -1 */
bool isle_sweep_is_up_elsewhere(const struct isle_sweep *, const char *lab);	/* own.c: in another mount namespace, as far as the snapshot tells */
int isle_sweep_ovs(struct isle_sweep *);
int isle_sweep_nft(struct isle_sweep *);
int isle_sweep_others(struct isle_sweep *);

/* release.c */
int isle_release_name(struct isle_sweep *, const struct isle_leaving *);	/* .key: a path */
int isle_release_namespace(struct isle_sweep *, const struct isle_leaving *);	/* .ns */
int isle_release_link(struct isle_sweep *, const struct isle_leaving *);	/* .link */
bool isle_is_scrap_name(const char *path);	/* an empty file that is no mount point here, or a link to nowhere */

#endif
