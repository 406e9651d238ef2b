/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what on this machine would drop the packets that an uplink forwards. Private to engine/. */
#ifndef ISLE_OUTSIDE_FIREWALL_H
#define ISLE_OUTSIDE_FIREWALL_H

#include "base/base.h"

struct isle_forward_view {
	bool docker_nft[2], docker_legacy;	/* a DOCKER-USER chain: [0] ip, [1] ip6 */
	bool docker_drops[2], legacy_drops;	/* `filter FORWARD` drops by policy: what DOCKER-USER can answer */
	char other[2][256];			/* another dropping chain on the hook, in words; "" if none */
};

/* In the caller's network namespace. Families without a kernel module are fine: nothing drops there. */
int isle_firewall_look(struct isle_forward_view *ret, struct isle_diag *);

#endif
