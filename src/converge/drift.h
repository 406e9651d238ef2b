/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between drift.c, which finds out what would have to be done to a lab for
 * it to be as its record says, and drift_words.c, which says it the other way
 * round: what somebody has done.
 */
#ifndef ISLE_CONVERGE_DRIFT_H
#define ISLE_CONVERGE_DRIFT_H

#include "diff/diff.h"

struct isle_drift {
	const struct isle_host *host;	/* NULL: the switches' */
	const struct isle_iface *iface;	/* NULL: the host's */
	unsigned rank;			/* enum isle_drift_rank: the order of those of one host */
	size_t n;			/* then by the order in which they were found */
	const char *words;
};

enum isle_drift_rank { ISLE_DRIFT_HOST, ISLE_DRIFT_LINK, ISLE_DRIFT_ADDRESS, ISLE_DRIFT_ROUTE, ISLE_DRIFT_REST };

struct isle_drifts {
	struct isle_arena *arena;
	const struct isle_lab *lab;
	const struct isle_view *view;
	struct isle_drift *list;
	size_t n, cap;
	const struct isle_iface **anew;	/* that would have to be made anew: the rest about them follows */
	size_t n_anew, cap_anew;
	bool no_memory;
};
void isle_drift_note(struct isle_drifts *, enum isle_drift_rank, const struct isle_host *, const struct isle_iface *,
		     const char *fmt, ...) ISLE_PRINTF(5, 6);
/* What a change mends, if it is worth a word. In the order of the changes. */
void isle_drift_say(struct isle_drifts *, const struct isle_change *);

#endif
