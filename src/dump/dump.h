/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_DUMP_H
#define ISLE_DUMP_H

#include "live/snap.h"

/* A namespace that is to be a host of a lab file */
struct isle_dump_of {
	const struct isle_snap_ns *ns;
	const char *name;		/* what it shall be called; changed where a lab file does not take it */
	const char *was;		/* what it is called here, if that says more: a comment; or NULL */
};
/*
 * The lab file, called LAB, that makes the same network as these N namespaces have and are wired to. WHOLE: the lab that
 * they are all the hosts of, or NULL. -ENOMEM; -EINVAL: what is live makes no lab file.
 */
int isle_dump_text(const struct isle_snap *, const struct isle_dump_of *, size_t n, const char *lab, const char *whole,
		   char **ret, struct isle_diag *diag);

#endif
