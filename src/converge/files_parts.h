/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is to be done to the hosts' files, between files.c, which finds it
 * out, and files_write.c, which does it.
 */
#ifndef ISLE_CONVERGE_FILES_PARTS_H
#define ISLE_CONVERGE_FILES_PARTS_H

#include "converge/files.h"

struct rewrite {		/* a file, by its path in the lab's tree; or in a host's mounts */
	const char *path, *was, *text;	/* was NULL: not there */
	const char *host;	/* not NULL: inside its mounts */
};
struct relink { const char *host, *was, *target; };	/* which class it has; NULL: the first */

struct reown {			/* a host's own files and directories, in etc/own */
	const struct isle_host *host;	/* as it will be */
	bool is_new;		/* the host */
	char *was, *fresh;	/* room for names there that wait: what it had, what it is to have. "": none */
};
#define REOWN_ROOM (ISLE_NAME_MAX + 16)

struct inside {			/* one of them comes into mounts that are there, or goes out of them */
	const struct isle_host *host;	/* as it will be */
	const struct isle_own *own;	/* of the lab as it will be: it comes */
	const char *path, *source;	/* as the host has it, or will */
	size_t nth;		/* in etc/own/HOST */
	bool is_dir;		/* of one that goes */
	bool is_made;		/* it is there: of a change that was begun */
	bool done;		/* in the process that does it */
	char *mirrored;		/* room there for a path; "": nothing was mirrored for it */
};

struct fresh {			/* a host's copy of a file that has another text by now */
	const struct isle_host *host;
	const struct isle_own *own;
	size_t nth;		/* in etc/own/HOST */
	uint64_t was, sum;	/* of what it was made from, and of what that is now */
	bool is_half;		/* somebody was killed while he brought one in */
};

struct isle_files {
	struct isle_arena *arena;
	struct isle_etc *etc, *was;
	const char **dirs;	/* to be made */
	size_t n_dirs, cap_dirs;
	struct rewrite *rewrites;
	size_t n_rewrites, cap_rewrites;
	struct relink *relinks;
	size_t n_relinks, cap_relinks;
	struct reown *reowns;
	size_t n_reowns, cap_reowns;
	struct inside *inside;	/* in the order in which they are done */
	size_t n_inside, cap_inside;
	struct fresh *fresh;
	size_t n_fresh, cap_fresh;
	size_t n;
};

/* files_own.c */
bool isle_files_was_entered(int tree, const char *host);
int isle_files_reown(struct isle_files *, const struct isle_host *, bool is_new);	/* one more; -ENOMEM */
int isle_files_write_own(const struct isle_files *, int tree, const char **ret_what);
void isle_files_undo_own(const struct isle_files *, int tree);

/* files_inside.c: the same of a host that has been entered; -EBUSY: of one that cannot be moved */
int isle_files_plan_inside(struct isle_files *, const struct isle_tree *, const struct isle_host *, struct isle_lab *const *was, size_t n_was,
			   struct isle_diag *);
void isle_files_show_inside(const struct isle_files *, struct isle_buf *out);
int isle_files_write_inside(const struct isle_files *, int tree, struct isle_shared *, const char **ret_what);
void isle_files_undo_inside(const struct isle_files *, int tree);
void isle_files_end_inside(const struct isle_files *, int tree);
int isle_files_own_dir(int tree, const char *host);	/* etc/own/HOST: descriptor; -errno */
int isle_files_go_inside(int tree, const char *host);	/* into its mounts; -errno */

/* files_fresh.c; after a commit the last */
int isle_files_write_fresh(const struct isle_files *, int tree, const char **ret_what);
void isle_files_undo_fresh(const struct isle_files *, int tree);
void isle_files_end_fresh(const struct isle_files *, int tree);

#endif
