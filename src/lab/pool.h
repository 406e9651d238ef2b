/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: subnets from the pool. Each family has two runs, for networks (lower half)
 * and links (upper half); a run only moves forward, over what is written.
 */
#ifndef ISLE_LAB_POOL_H
#define ISLE_LAB_POOL_H

#include "lab/build.h"

struct isle_block { struct isle_ip first, last; };	/* both included; .len is not used */

struct isle_pool_run {
	struct isle_ip *halves;		/* one per prefix of that family; n of them */
	size_t n, at;			/* at: the one being taken from */
	struct isle_ip next;		/* family 0: begin of halves[at] */
};

struct isle_pool {
	struct isle_block *written;	/* disjoint, in order */
	size_t n_written, cap_written;
	struct isle_pool_run run[2][2];	/* [IPv4, IPv6][networks, links] */
};

int isle_pool_init(struct isle_pool *, struct isle_build *);
void isle_pool_done(struct isle_pool *);
bool isle_pool_has(const struct isle_pool *, uint8_t family);
bool isle_pool_take(struct isle_pool *, uint8_t family, bool for_link, struct isle_ip *ret);

/* collect.c: every prefix and address that the file writes; -ENOMEM */
int isle_pool_collect(struct isle_pool *, const struct isle_build *);
int isle_pool_add(struct isle_pool *, const struct isle_ip *prefix);

#endif
