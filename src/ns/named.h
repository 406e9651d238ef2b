/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files about /run/netns share. */
#ifndef ISLE_NAMED_H
#define ISLE_NAMED_H

#include "ns/ns.h"

#define ISLE_NETNS_PATH (sizeof(ISLE_NETNS_DIR) + 256)

/* named.c */
/* The path of a name, which is checked. */
int isle_netns_path(const char *name, char path[ISLE_NETNS_PATH], struct isle_diag *);
int isle_netns_dir(struct isle_diag *);		/* made if it is not there */

/* nsid.c */
#define ISLE_NSID_BITE 32			/* questions that go out together */
struct isle_nsid_answer {
	int id;					/* -1: none */
	int errnum;				/* the kernel refused */
	char words[64];				/* then what it said */
};
struct isle_nl;
/* What the namespace of NL calls those that FDS (at most ISLE_NSID_BITE) are of. */
int isle_nsid_ask(struct isle_nl *nl, const int *fds, size_t n, struct isle_nsid_answer *ret);

#endif
