/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_REWIRE_PLACE_H
#define ISLE_REWIRE_PLACE_H

#include <limits.h>
#include "engine/engine.h"

enum isle_place_kind {
	ISLE_PLACE_HOST,		/* of a lab that is up */
	ISLE_PLACE_NETWORK,		/* likewise */
	ISLE_PLACE_NS,			/* a plain namespace */
	ISLE_PLACE_DEVICE,		/* an interface of the caller's own */
};

struct isle_place {
	enum isle_place_kind kind;
	char word[PATH_MAX];		/* as it was said, without :IF */
	char name[ISLE_NAME_MAX];	/* of the host or network */
	char lab[ISLE_NAME_MAX];
	char ifname[IFNAMSIZ];		/* "": none was said */
	char path[PATH_MAX];		/* of a namespace: as `ip -n` and `ip netns` want it */
	int net;			/* its network namespace; -1: the lab's business */
	bool own;			/* that is the caller's own */
};

/* NEAR: the lab of the other end, or NULL. -ENOENT: it is nothing, DIAG says so. */
int isle_place_find(const char *word, const char *near, struct isle_place *ret, struct isle_diag *);
void isle_place_close(struct isle_place *);
static inline void isle_auto_place(struct isle_place *p) { isle_place_close(p); }
static inline bool isle_place_is_lab(const struct isle_place *p)
{
	return p->kind == ISLE_PLACE_HOST || p->kind == ISLE_PLACE_NETWORK;
}

/* An interface of the caller's own that was said without `host:`. */
static inline bool isle_place_is_bare(const struct isle_place *p)
{
	return p->kind == ISLE_PLACE_DEVICE && !strcmp(p->word, p->ifname);
}

/* One end or two, which are of one lab, or both of none; or .a is a host of a lab, and .b an interface of the machine. */
struct isle_pair {
	struct isle_place a, b;
	bool has_b, is_lab;
	bool swapped;			/* so that .a is that host */
};
/* B may be NULL. -EINVAL: they do not go together. */
int isle_pair_find(const char *a, const char *b, const struct isle_rewire_options *, struct isle_pair *ret, struct isle_diag *);
/* What is on an interface of the machine is meant, if anything is. */
static inline bool isle_pair_is_out(const struct isle_pair *p) { return p->is_lab && p->has_b && p->b.kind == ISLE_PLACE_DEVICE; }
int isle_pair_refuse(const struct isle_pair *, struct isle_diag *);	/* -EINVAL: that these do not go together */
void isle_pair_close(struct isle_pair *);
static inline void isle_auto_pair(struct isle_pair *p) { isle_pair_close(p); }

#endif
