/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONVERGE_FILES_H
#define ISLE_CONVERGE_FILES_H

#include "change/change.h"

struct isle_files;		/* what is to change of the hosts' /etc */
struct isle_view;
/* In the parent. VIEW: what is live, by the numbers of LAB's hosts. LAB: as it will be; WAS: as its record has it. */
int isle_files_plan(const struct isle_tree *, const struct isle_view *, const struct isle_lab *lab, const struct isle_lab *was,
		    struct isle_files **ret, struct isle_diag *);
/*
 * Then: which hosts get other `files` and `private`, of any of the WAS. -EBUSY: one has been entered, and something would have to
 * be moved under whoever is inside.
 */
int isle_files_plan_own(struct isle_files *, const struct isle_tree *, const struct isle_view *, const struct isle_lab *lab,
			struct isle_lab *const *was, size_t n_was, struct isle_diag *);
/* Then: which copies of files are older than these. What was changed in a host stays, which is a warning. */
int isle_files_plan_fresh(struct isle_files *, const struct isle_tree *, const struct isle_view *, const struct isle_lab *, struct isle_diag *);
/* FN for each such copy in a lab that is up; what is inside is not looked at. */
void isle_files_each_older(const struct isle_tree *, const struct isle_lab *,
			   void (*fn)(const struct isle_host *, const struct isle_own *, void *), void *arg);
void isle_files_show_own(const struct isle_files *, struct isle_buf *out);	/* a line for each; FILES may be NULL */
void isle_files_show_fresh(const struct isle_files *, struct isle_buf *out);
bool isle_files_have_own(const struct isle_files *);	/* is anything of the last two to be done? */
size_t isle_files_n(const struct isle_files *);	/* hosts that see other texts than before; takes NULL */
/* In a forked process that has the lab's mounts; system calls only. -errno: and what was done has been undone. */
int isle_files_write(const struct isle_files *, int tree, struct isle_shared *, const char **ret_what);
void isle_files_undo(const struct isle_files *, int tree);
void isle_files_end(const struct isle_files *, int tree);	/* after the commit: what it could have been undone from */
void isle_files_free(struct isle_files *);		/* takes NULL */

#endif
