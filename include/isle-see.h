/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the networks of the whole machine, whoever made them; a part of isle.h,
 * which includes it. What is drawn and told comes from one snapshot, which
 * changes nothing that it looks at. Names that the kernel or a user gave are
 * shown so that no terminal, graphviz or JSON reader is led astray by them.
 */
#ifndef ISLE_SEE_PUBLIC_H
#define ISLE_SEE_PUBLIC_H

#include <time.h>
#include "isle.h"
#include "isle-ns.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- The machine: every network namespace, and how they are wired */

struct isle_machine;			/* a snapshot of it */

enum isle_machine_part {		/* what to read beside namespaces and their links */
	ISLE_MACHINE_ADDRESSES = 1,
	ISLE_MACHINE_ROUTES = 2,
	ISLE_MACHINE_RULES = 4,
	ISLE_MACHINE_NEIGHBOURS = 8,
	ISLE_MACHINE_NFT = 16,
	ISLE_MACHINE_SOCKETS = 32,	/* that listen */
	ISLE_MACHINE_SYSCTLS = 64,	/* whether it forwards */
	ISLE_MACHINE_OVS = 128,		/* bridges and ports of Open vSwitch */
	ISLE_MACHINE_ALL = 255,
};
/* Look at everything that the caller may see. PARTS: enum isle_machine_part. What ends meanwhile is left out. */
int isle_machine_take(unsigned parts, struct isle_machine **ret_machine, struct isle_diag *diag);
void isle_machine_free(struct isle_machine *);		/* takes NULL */
/* What the caller has no permission to look at. */
void isle_machine_unseen(const struct isle_machine *, struct isle_unseen *ret_unseen);

enum isle_map_form {
	ISLE_MAP_TEXT,			/* a drawing of letters */
	ISLE_MAP_DOT,			/* for graphviz */
	ISLE_MAP_SVG,			/* laid out by graphviz, which must be installed */
	ISLE_MAP_JSON,			/* isle-map-json(5) */
};
struct isle_map_options {		/* lists end in NULL, and may be NULL: no such condition */
	const char *const *names;	/* only these: a lab, or what a namespace is called */
	const char *const *labs;	/* only these labs */
	const char *const *nss;		/* only these namespaces */
	const char *around;		/* only this interface, NAME or NAMESPACE:NAME, and what it is wired to, through one switch */
	bool no_addresses;
	bool ascii;			/* text: no other letters */
	bool color;			/* text: SGR sequences */
	unsigned width;			/* text: columns; 0: 80 */
};
/*
 * The map. -ENOENT: nothing of that name, or no graphviz; -ENOMEM.
 */
int isle_map(const struct isle_machine *, enum isle_map_form, const struct isle_map_options *, char **ret_text,
	     struct isle_diag *diag);
/*
 * Where WHAT is: an interface's name (NAMESPACE:NAME where several have it), an address, a MAC, or "nsid:N", a namespace by the
 * id that the caller's own has given it. For each match whose it is, what is at its other end, and how it gets to the outside,
 * as text or JSON. -ENOENT: nothing; -EINVAL: no such form.
 */
int isle_who(const struct isle_machine *, const char *what, enum isle_map_form, const struct isle_map_options *, char **ret_text,
	     struct isle_diag *diag);

/*
 * Of the interface WHAT, NAME or NAMESPACE:NAME: kind, state, the options of its kind, wire, master, addresses, and whether it can be
 * moved to another namespace; for each that is called so, as text or JSON. -ENOENT: there is none.
 */
int isle_interface(const struct isle_machine *, const char *what, enum isle_map_form, const struct isle_map_options *, char **ret_text,
		   struct isle_diag *diag);

/* ---- What comes and goes */

enum isle_watch_part {			/* beside namespaces and their links */
	ISLE_WATCH_ADDRESSES = 1,
	ISLE_WATCH_ROUTES = 2,
	ISLE_WATCH_NEIGHBOURS = 4,
};
enum isle_watch_change {
	ISLE_WATCH_CAME,
	ISLE_WATCH_WENT,
	ISLE_WATCH_CHANGED,
	ISLE_WATCH_LOST,		/* more happened than the kernel kept for us: what differs now is told next */
};
enum isle_watch_what { ISLE_WATCHED_NAMESPACE, ISLE_WATCHED_LINK, ISLE_WATCHED_ADDRESS, ISLE_WATCHED_ROUTE, ISLE_WATCHED_NEIGHBOUR };
struct isle_watch_event {
	struct timespec at;		/* CLOCK_REALTIME, of when it was heard */
	enum isle_watch_change change;
	enum isle_watch_what what;	/* of LOST: nothing */
	uint64_t ns;			/* the namespace it was in */
	const char *label;		/* what that is called on the map */
	const char *lab, *host;		/* of a lab; or NULL */
	const char *was;		/* namespace that CHANGED: what it was called before */
	const struct isle_thing *thing, *thing_was;	/* these are not for users */
	const struct isle_things *things;
};
struct isle_watch;
/*
 * Look at all namespaces from now on. PARTS: enum isle_watch_part. STOP: a descriptor that ends isle_watch_wait() as soon as
 * there is something to read or the other end is closed, or -1. No namespace is kept alive, and no id given to one.
 */
int isle_watch_open(unsigned parts, int stop, struct isle_watch **ret_watch, struct isle_diag *diag);
void isle_watch_close(struct isle_watch *);		/* takes NULL */
/*
 * Wait until something happens, for at most MS milliseconds (-1: no limit), and call FN for each event, until it returns false.
 * 1: it did, or it was STOP; 0: to be called again (perhaps nothing that is told has happened).
 */
int isle_watch_wait(struct isle_watch *, int ms, bool (*fn)(const struct isle_watch_event *, void *arg), void *arg, struct isle_diag *diag);
/* An event as a line, with its end: ISLE_MAP_TEXT, or ISLE_MAP_JSON as in isle-map-json(5). -EINVAL: another form; -ENOMEM. */
int isle_watch_line(const struct isle_watch_event *, enum isle_map_form, char **ret_line);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
