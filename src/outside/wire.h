/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_OUTSIDE_WIRE_H
#define ISLE_OUTSIDE_WIRE_H

#include <net/if.h>
#include "build/build.h"

enum { ISLE_WIRE_NAME_MAX = 32 };

struct isle_wire_end {			/* an interface that is going to be made */
	const char *ns;			/* the word for its namespace; "": the caller's own */
	ino_t ino;			/* of that namespace */
	const char *name;		/* that it is made with */
	const uint8_t *mac;		/* by which it is known to be the one; NULL: by that name, which is random, or by its mark */
	const char *mark;		/* one more name that it gets; NULL where the MAC is known */
};

/* Both with RUN, /run/isle, locked until the change is done: so whoever has the lock and finds a journal knows that its writer was killed. */
int isle_wire_journal(int run, const char *what, const struct isle_wire_end *, size_t n, const char *uplink,
		      char ret_name[ISLE_WIRE_NAME_MAX], struct isle_diag *);
/* The text of such a journal, malloced; NULL: no memory. */
char *isle_wire_text(const char *what, const struct isle_wire_end *, size_t n, const char *uplink);
/* Take away what journal NAME tells of, as far as it is there, and the journal. */
int isle_wire_undo(int run, const char *name, struct isle_diag *);

#endif
