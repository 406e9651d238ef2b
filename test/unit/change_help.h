/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: labs that are up without a kernel, for the tests of diff/: what a plan
 * would have made, as a snapshot shows it. Hands may change it afterwards.
 */
#ifndef CHANGE_HELP_H
#define CHANGE_HELP_H

#include "plan_help.h"
#include "converge/conversion.h"

struct world {				/* a lab as it is up, and what it is to be */
	struct isle_arena *arena;
	struct isle_plan *was, *plan;
	struct isle_lab names;		/* the wanted one's hosts, and those that go */
	struct isle_view view;
	struct isle_changes *changes;
	struct isle_diag *diag;
};
/* Up from WAS, to become WANTED; NULL: the same. */
struct world *world_of(const char *was, const char *wanted);
void world_end(struct world *);
int world_diff(struct world *, bool looks);

void world_add_link(struct isle_snap_ns *, const struct isle_made *);
void world_add_address(struct isle_snap_ns *, struct isle_snap_link *, const struct isle_ip *);

/* Hands (change_hands.c). HOST "": the fabric */
struct isle_snap_ns *in(struct world *, const char *host);
struct isle_snap_link *link_in(struct world *, const char *host, const char *name);	/* it is there */
struct isle_snap_link *new_link(struct world *, const char *host, const char *name, const char *kind);
void take_link(struct world *, const char *host, const char *name);		/* with what hangs on it, and its other end */
void new_address(struct world *, const char *host, const char *link, const char *address);
void take_address(struct world *, const char *host, const char *address);
void new_route(struct world *, const char *host, const char *dst, const char *via, uint8_t proto);
void take_route(struct world *, const char *host, const char *dst);
void set_parameter(struct world *, const char *host, const char *path, const char *value);

#endif
