/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what comes and goes. Of each namespace there is a set of what is in it
 * (things.c), which events and readings of the kernel's are laid against
 * (hear.c): what is new, gone or different by that is told, so nothing is told
 * twice, and after lost events a reading tells what they would have. watch.c
 * has the namespaces themselves, ears.c what tells of their end, monitor.c the words.
 */
#ifndef ISLE_WATCH_H
#define ISLE_WATCH_H

#include "nl/nl.h"
#include "see/inner.h"

struct isle_thing_hop {
	struct isle_ip via;		/* family 0: none */
	int ifindex;			/* 0: none */
	char interface[IFNAMSIZ];	/* as it was called when last seen; "": not known */
	uint32_t weight;
};

struct isle_thing {			/* a link, address, route or neighbour */
	struct isle_thing *next;	/* in the same slot */
	enum isle_watch_what what;
	bool seen;			/* by the reading that is under way */
	struct isle_ip ip;		/* address, neighbour; destination of a route */
	struct isle_ip peer;		/* of an address; source prefix of a route */
	size_t n_hops;			/* of a link none; its link is the one of an address or neighbour */
	struct isle_thing_hop *hops;
	uint32_t flags;			/* IFF_…, IFA_F_… */
	uint32_t table, metric;		/* of a route */
	uint8_t type, proto, tos;
	int ifindex, master;		/* of a link */
	uint32_t mtu;
	unsigned short arphrd;
	char name[IFNAMSIZ], kind[24];
	uint8_t mac[32], n_mac;		/* of a link or neighbour */
};

/* things.c */
struct isle_things { struct isle_thing **slots; size_t n, cap; };
struct isle_thing *isle_things_find(const struct isle_things *, const struct isle_thing *like);	/* the same thing, whatever its state */
struct isle_thing *isle_things_add(struct isle_things *, const struct isle_thing *);	/* a copy; NULL: no memory */
struct isle_thing *isle_things_take(struct isle_things *, const struct isle_thing *);	/* out of the set, to be freed; NULL: not in it */
void isle_things_done(struct isle_things *);
struct isle_thing *isle_things_link(const struct isle_things *, int ifindex);		/* NULL: none */

enum isle_ear_kind { ISLE_EAR_NAMES, ISLE_EAR_MOUNTS, ISLE_EAR_PROCESS, ISLE_EAR_EVENTS, ISLE_EAR_STOP };
struct isle_ear {			/* what is waited on */
	enum isle_ear_kind kind;
	int fd;
	uint64_t id;			/* of a mount namespace, a process, a network namespace */
	bool wanted;			/* by the census of now */
};

enum { ISLE_READ_LINKS = 1, ISLE_READ_ADDRESSES = 2, ISLE_READ_ROUTES = 4, ISLE_READ_NEIGHBOURS = 8 };
struct isle_watched {			/* a namespace */
	struct isle_ear ear;		/* .fd: that of .nl; -1: nothing is heard of it */
	struct isle_nl nl;
	uint32_t port;			/* of .nl, as answers have it */
	uint64_t id;
	enum isle_snap_owner owner;
	char *label, *lab, *host;
	struct isle_things things;
	unsigned to_read;		/* ISLE_READ_… */
	unsigned reading;		/* which one is under way; 0: none */
	bool again;			/* it was interrupted */
	bool is_new;			/* came while we looked: what the first reading finds has come with it */
	unsigned was_read;		/* once at least */
};

struct isle_watch {
	int epoll;
	unsigned parts;			/* ISLE_READ_… */
	bool started;			/* the first census is over */
	bool stale;			/* there may be other namespaces by now */
	bool stopped;
	pid_t self;
	struct isle_ear names, stop;
	struct isle_ear **ears;		/* processes, mount namespaces */
	size_t n_ears, cap_ears;
	struct isle_watched **nss;
	size_t n_nss;
	bool (*fn)(const struct isle_watch_event *, void *);	/* of the call that is under way */
	void *arg;
};

/* ears.c */
int isle_watch_add(const struct isle_watch *, struct isle_ear *, uint32_t events);	/* to what is waited for: EPOLL… */
/* *RET false: its end would not be told. EYES: of a mount namespace, by whom it is read; 0: the caller's own. */
int isle_watch_want(struct isle_watch *, enum isle_ear_kind, uint64_t id, pid_t eyes, bool *ret);
void isle_watch_drop(struct isle_watch *, bool all);	/* those that are not wanted */

/* hear.c. -ENOMEM. */
int isle_watch_listen(struct isle_watched *, unsigned parts);	/* groups joined, and all is to be read */
int isle_watch_hear(struct isle_watch *, struct isle_watched *);	/* what its socket has */

/* watch.c: say so. WAS: the state before, of a change. */
void isle_watch_tell(struct isle_watch *, const struct isle_watched *, enum isle_watch_change, enum isle_watch_what,
		     const struct isle_thing *, const struct isle_thing *was);

#endif
