/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a snapshot that is being taken: what the files snap*.c share. */
#ifndef ISLE_LIVE_SNAP_READ_H
#define ISLE_LIVE_SNAP_READ_H

#include "live/snap.h"
#include "nl/nl.h"

/* Rows that are gathered for one namespace, then kept in the arena without room to spare. */
struct isle_snap_list { void *v; size_t n, bytes, size; };	/* bytes: room; size: of a row */

#define ISLE_SNAP_IPTABLES 2		/* IPv4, IPv6 */

struct isle_snapping {
	struct isle_snap *snap;
	struct isle_arena *arena;
	const int *fds;			/* given ones; NULL: opened as the census says */
	dev_t nsfs;
	pid_t root_of;			/* process whose root directory is .root; 0: none is open */
	int root;
	struct isle_snap_list rows, hops;	/* used again and again */
	struct isle_snap_ns *ns;	/* that is being read */
	struct isle_nl route, nft, diag, generic;	/* in it; .fd -1: the kernel has no such */
	bool wants_generic;		/* a visit that is not the first wants .generic */
	int netns;			/* it */
	int iptables[ISLE_SNAP_IPTABLES];	/* in it: open .iptables_files, or -1 */
	const char *iptables_files[ISLE_SNAP_IPTABLES];	/* that name the tables of the older iptables; NULL: this kernel has none */
};

/* snap_list.c */
struct isle_snap_list *isle_snap_list_begin(struct isle_snap_list *, size_t size);	/* empty, for rows of SIZE bytes */
void *isle_snap_list_add(struct isle_snap_list *);		/* zeroed; NULL: no memory */
int isle_snap_list_keep(struct isle_snapping *, struct isle_snap_list *, void *ret_rows, size_t *ret_n);	/* empties it */
/*
 * FN for each message of a dump, as for isle_nl_dump(). The request is a header of HEADER_SIZE bytes that are 0 but for the
 * first, FAMILY. What the kernel does not know (-EOPNOTSUPP) it has none of.
 */
int isle_snap_dump(struct isle_nl *, uint16_t type, size_t header_size, uint8_t family,
		   int (*fn)(const struct nlmsghdr *, void *), void *arg);
int isle_snap_str(struct isle_snapping *, const struct nlattr *, const char **ret);	/* a copy; NULL if there is none */
bool isle_snap_ip(const struct nlattr *, uint8_t family, uint8_t len, struct isle_ip *ret);	/* false: not of that family's size */

/* snap_open.c: a descriptor of a namespace. -EACCES, -EPERM: not for the caller; -ESRCH: it is gone; -EMFILE… */
int isle_snap_open(struct isle_snapping *, const struct isle_snap_ns *);

/*
 * snap_visit.c: FN with sockets in each of N namespaces, .ns being that one. FN returns -errno to stop. FIRST: with sockets
 * for all parts, not just .route; and where nobody gets in, .unseen says why (ESRCH: it is gone).
 */
int isle_snap_visit(struct isle_snapping *, struct isle_snap_ns *const *nss, size_t n, bool first,
		    int (*fn)(struct isle_snapping *, void *), void *arg);

/* The parts; each fills .ns and returns -errno. */
int isle_snap_read_links(struct isle_snapping *);
int isle_snap_read_addresses(struct isle_snapping *);
int isle_snap_read_routes(struct isle_snapping *);
int isle_snap_read_rules(struct isle_snapping *);
int isle_snap_read_neighbours(struct isle_snapping *);
int isle_snap_read_nft(struct isle_snapping *);
int isle_snap_read_sockets(struct isle_snapping *);
int isle_snap_read_forwarding(struct isle_snapping *);

/* snap_iptables.c: what the kernel has, for .iptables_files; and rows of the namespace's tables to those of nf_tables */
void isle_snap_find_iptables(struct isle_snapping *);
int isle_snap_add_iptables(struct isle_snapping *, struct isle_snap_list *);

/* snap_wireguard.c: of all namespaces, once they are read */
int isle_snap_read_wireguards(struct isle_snapping *);

/* snap_ovs.c: of all namespaces; once peers are found */
int isle_snap_read_ovs(struct isle_snapping *);

/* snap_peers.c, snap_owner.c, snap_order.c: once all are read */
int isle_snap_find_peers(struct isle_snapping *);
int isle_snap_find_owners(struct isle_snapping *);
int isle_snap_sort(struct isle_snapping *);

#endif
