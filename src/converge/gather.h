/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_GATHER_H
#define ISLE_CONVERGE_GATHER_H

#include "build/attach.h"
#include "diff/diff.h"

struct isle_gathered {
	struct isle_arena *arena;
	const struct isle_tree *tree;
	const struct isle_lab *names;	/* whose hosts are looked for */
	const struct isle_attached *attached;	/* a host with another network by now is not there; or NULL */
	int *fds;			/* by number; -ENOENT: not there */
	size_t n;
	struct isle_snap *snap;
	struct isle_view view;
	size_t cap_parameters;
	bool no_memory;
};
unsigned isle_gather_parts(const struct isle_plan *);	/* what few labs have is looked at only where a plan has it */
/* PARTS: of a snapshot, beside addresses and routes. */
int isle_gather_new(const struct isle_tree *, const struct isle_lab *names, const struct isle_attached *, unsigned parts, struct isle_gathered **ret,
		    struct isle_diag *);
/* The parameters that PLAN has to do with; OWNED: also what they would be if nobody had written them. Then read them all. */
void isle_gather_want(struct isle_gathered *, const struct isle_plan *, bool owned);
int isle_gather_read(struct isle_gathered *, struct isle_diag *);
void isle_gather_free(struct isle_gathered *);		/* takes NULL */

#endif
