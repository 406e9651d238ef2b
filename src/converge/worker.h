/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_WORKER_H
#define ISLE_CONVERGE_WORKER_H

#include "build/attach.h"
#include "change/change.h"
#include "converge/files.h"
#include "converge/rules.h"

struct isle_work {
	const struct isle_tree *tree;
	const struct isle_changes *changes;
	const struct isle_files *files;
	const struct isle_attached *attached;	/* or NULL */
	const struct isle_rule_changes *rules;	/* or NULL */
	const struct isle_uplink_change *outside;	/* or NULL */
	const struct isle_outlet_change *outlets;	/* or NULL */
	int machine;			/* the network of who calls, for what is on an interface there */
	const char *intent;		/* the record to be */
	size_t intent_len;
	bool commits;			/* else nothing but drift is mended, and the record stays */
	struct isle_shared *shared;
	int signals;			/* a signalfd: if it tells something before the commit, all is undone. -errno: none */
	uint8_t *msg;
	size_t msg_size;
};
/* Write down what is intended before anything is done; take that back. isle_work_change() does both itself. */
int isle_work_intend(const struct isle_work *, struct isle_diag *);
void isle_work_forget(const struct isle_work *);
/* Up to the commit: all of it, or nothing. */
int isle_work_change(const struct isle_work *, struct isle_diag *);
/* After it: what ends. What could not be ended stays for the next one. */
int isle_work_end(const struct isle_work *, struct isle_diag *);

#endif
