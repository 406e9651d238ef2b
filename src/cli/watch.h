/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what `isle monitor` and `isle map --watch` share; in monitor.c. 0, or the status to exit with. */
#ifndef ISLE_CLI_WATCH_H
#define ISLE_CLI_WATCH_H

#include "cli/cli.h"

int watch_count(struct cli *, uint64_t *ret);	/* of OPT_COUNT_OF; nothing is written where it is absent */
/* A descriptor that is readable once SIGINT or SIGTERM came, which are blocked from now on, or nobody reads our output. */
int watch_stop(struct cli *, int *ret);

#endif
