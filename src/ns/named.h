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

#endif
