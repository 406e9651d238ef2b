/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what `isle monitor` and `isle map --watch` share. 0, or the status to exit with. */
#ifndef ISLE_CLI_WATCH_H
#define ISLE_CLI_WATCH_H

#include "cli/cli.h"

/* monitor.c */
int watch_count(struct cli *, uint64_t *ret);	/* of OPT_COUNT_OF; nothing is written where it is absent */
/* A descriptor that is readable once SIGINT or SIGTERM came, which are blocked from now on, or nobody reads our output. */
int watch_stop(struct cli *, int *ret);

/* map.c: the map as it is now. 0 or -errno, with words in DIAG. FIRST: warn of what could not be looked at. */
int map_text(struct cli *, enum isle_map_form, const struct isle_map_options *, bool first, char **ret, struct isle_diag *);
unsigned map_width(void);	/* columns of the terminal; 80 where there is none */
/* mapwatch.c: one drawing after the other. */
int map_watch(struct cli *, enum isle_map_form, struct isle_map_options *);

#endif
