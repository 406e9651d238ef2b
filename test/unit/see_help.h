/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: machines that are made up, for tests of the map: as a snapshot of them would be. */
#ifndef SEE_HELP_H
#define SEE_HELP_H

#include "live/snap.h"

enum { MAKE_LINKS = 2100 };	/* of one namespace, at most */

struct isle_snap *make_machine(void);				/* with "the machine", which has lo */
void make_end(struct isle_snap *);
/* LABEL; of a host "HOST.LAB", of a fabric LAB. */
struct isle_snap_ns *make_ns(struct isle_snap *, enum isle_snap_owner, const char *label);
/* Up; KIND NULL: hardware. ADDRESSES: "10.0.0.1/24 fd00::1/64", or NULL. */
struct isle_snap_link *make_link(struct isle_snap_ns *, const char *name, const char *kind, const char *addresses);
void make_pair(struct isle_snap_link *, struct isle_snap_link *);
struct isle_snap_link *make_veth(struct isle_snap_ns *, const char *name, const char *addresses, struct isle_snap_link *to);
void make_default_route(struct isle_snap_ns *, const char *via, struct isle_snap_link *dev);

#endif
