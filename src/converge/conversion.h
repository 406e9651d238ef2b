/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_CONVERSION_H
#define ISLE_CONVERGE_CONVERSION_H

#include "build/attach.h"
#include "diff/diff.h"
#include "converge/files.h"
#include "converge/gather.h"
#include "converge/ovs.h"
#include "converge/rules.h"

/* A lab that is up, what it is to be, and the way there. */
struct isle_conversion {
	struct isle_tree *tree;		/* the caller's */
	struct isle_lab *lab;		/* to be reached; the caller's. Its uplinks are moved to what they have */
	struct isle_lab names;		/* the same with the hosts that go */
	struct isle_arena *arena;
	struct isle_record *records[2];	/* what it was made from: the record, and the intent of a change that was begun */
	struct isle_lab *was[2];
	size_t n_was;
	struct isle_plan *plan, *uplinks, *was_plans[2], *was_uplinks[2];
	struct isle_attached *attached;	/* NULL: no host has somebody else's network */
	struct isle_gathered *live;
	struct isle_changes *changes;
	struct isle_files *files;
	struct isle_ovs_diff *ovs;	/* NULL: no Open vSwitch of its own */
	struct isle_rule_changes *rules;	/* NULL: no host has rules of its own, nor had */
	struct isle_uplink_change *outside;	/* NULL: nothing of the machine changes */
	bool table_differs;		/* the machine's table of the lab, by hand */
	struct isle_outlet_change *outlets;	/* of a user's lab; NULL: its way out does not change */
	char *pairs, *pairs_before;	/* journals of links between networks of others; NULL: none */
	char *record;			/* the text of the record to be */
	size_t record_len;
	bool commits;			/* another network than the record has */
};
int isle_conversion_new(struct isle_tree *, struct isle_lab *, struct isle_conversion **ret, struct isle_diag *);
void isle_conversion_free(struct isle_conversion *);	/* takes NULL */
bool isle_conversion_is_empty(const struct isle_conversion *);	/* nothing is to be done */

/* uplinks.c: those of the lab are moved to what they have, and new ones get their subnets; then, what of the machine is to be done. */
int isle_uplinks_choose(struct isle_conversion *, struct isle_diag *);
int isle_uplinks_compare(struct isle_conversion *, struct isle_diag *);
void isle_uplinks_show(const struct isle_conversion *, struct isle_buf *out);
void isle_uplinks_commands(const struct isle_conversion *, struct isle_buf *out);
/* Before the first step, and until the commit: /run/isle is locked, *RET_RUN, and its journal has what is of either. */
int isle_uplinks_begin(const struct isle_conversion *, int *ret_run, struct isle_diag *);
void isle_uplinks_forget(const struct isle_conversion *, int run);	/* a change that was undone */
int isle_uplinks_end(const struct isle_conversion *, struct isle_diag *);	/* after the commit: what is no more */

/* pairs.c: what their journal says and is to say; likewise, *RUN being -1 or locked already. */
int isle_pairs_compare(struct isle_conversion *, struct isle_diag *);
int isle_pairs_begin(const struct isle_conversion *, int *run, struct isle_diag *);
void isle_pairs_forget(const struct isle_conversion *, int run);
int isle_pairs_end(const struct isle_conversion *, struct isle_diag *);

/* keep.c: NICs of the machine and hosts' files stay as they are; a change of them is refused. */
int isle_nics_keep(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *);
/* A lab with steps of kinds that do not converge yet (change.h) can only stay as it is. PLACED: its text outlives DIAG. */
int isle_kinds_keep(const struct isle_plan *, bool placed, struct isle_diag *);

/* show.c: one line of text, with what it is for: the place in the file, or that somebody changed it by hand. LOC may be NULL. */
void isle_conversion_line(struct isle_buf *out, const char *text, enum isle_change_why, const struct isle_loc *loc);
/* A line for each change, and who loses what; "" if there is none. -ENOMEM */
int isle_conversion_show(const struct isle_conversion *, struct isle_buf *out);
int isle_conversion_commands(const struct isle_conversion *, struct isle_buf *out);

#endif
