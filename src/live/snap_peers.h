/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: finding the other ends of links: what snap_peers.c and snap_ask.c share. */
#ifndef ISLE_LIVE_SNAP_PEERS_H
#define ISLE_LIVE_SNAP_PEERS_H

#include "live/snap_read.h"

struct isle_snap_peers {
	struct isle_snapping *s;
	struct isle_idmap known;	/* namespace and id there -> index */
	struct isle_snap_link **ends;	/* in other namespaces than their peers; by ifindex and link */
	size_t n_ends;
	struct isle_snap_link **faces;	/* all links, by ifindex and hardware address; NULL: not needed yet */
	size_t n_faces;
	size_t *asked;			/* by namespace: index + 1 of the one that was last asked for it */
};

bool isle_snap_has_peer(const struct isle_snap_link *);		/* of its kind; else it may have a lower link */
/* What NS calls NSID; NULL: not known. */
struct isle_snap_ns *isle_snap_known(const struct isle_snap_peers *, const struct isle_snap_ns *ns, int nsid);
int isle_snap_learn(struct isle_snap_peers *, const struct isle_snap_ns *ns, int nsid, const struct isle_snap_ns *is);
/* Ends that say of themselves what L's peer must; where many pairs look alike, others' too. */
struct isle_snap_link **isle_snap_answering(const struct isle_snap_peers *, const struct isle_snap_link *l, size_t *ret_n);
/* All links with this number and hardware address; *ret NULL: no memory. */
struct isle_snap_link **isle_snap_facing(struct isle_snap_peers *, int ifindex, const uint8_t *mac, size_t n_mac, size_t *ret_n);
/* For isle_snap_visit(): learn who the ids of this namespace are. */
int isle_snap_ask(struct isle_snapping *, void *peers);

#endif
