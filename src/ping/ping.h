/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_PING_H
#define ISLE_PING_H

#include "engine/engine.h"

struct isle_ping_result {
	uint32_t from, to;		/* indexes into lab->hosts; to UINT32_MAX: .address was given by the caller */
	struct isle_ip address;		/* asked */
	bool ok;
	uint32_t rtt_us;
	int errnum;			/* why not: 0 = no answer, EHOSTUNREACH, ENETUNREACH… */
};
/* PAIRS: n (from, to) index pairs, or NULL for every ordered pair; both families where both ends have them. */
int isle_ping(const struct isle_tree *, const struct isle_lab *, const uint32_t (*pairs)[2], size_t n_pairs, unsigned timeout_ms,
	      void (*each)(const struct isle_ping_result *, void *), void *arg, struct isle_diag *);
/* HOST to an address that need not be in the lab. */
int isle_ping_address(const struct isle_tree *, const struct isle_lab *, const struct isle_host *from, const struct isle_ip *,
		      unsigned timeout_ms, struct isle_ping_result *ret, struct isle_diag *);

/* The same from what is no lab: NET its network namespace, USER the user namespace to enter before (-1: none), FROM a name for it. */
int isle_ping_plain(int net, int user, struct isle_host *from, const struct isle_ip *, unsigned timeout_ms,
		    struct isle_ping_result *ret, struct isle_diag *);

#endif
