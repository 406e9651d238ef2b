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
	struct fresh *fresh;
	size_t n_fresh, cap_fresh;
	size_t n;
};

/* files_own.c */
bool isle_files_was_entered(int tree, const char *host);
int isle_files_reown(struct isle_files *, const struct isle_host *, bool is_new);	/* one more; -ENOMEM */
int isle_files_write_own(const struct isle_files *, int tree, const char **ret_what);
void isle_files_undo_own(const struct isle_files *, int tree);

/* files_fresh.c; after a commit the last */
int isle_files_write_fresh(const struct isle_files *, int tree, const char **ret_what);
void isle_files_undo_fresh(const struct isle_files *, int tree);

#endif
