/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is to be done to the hosts' files, between files.c, which finds it
 * out, and files_write.c, which does it.
 */
#ifndef ISLE_CHANGE_FILES_PARTS_H
#define ISLE_CHANGE_FILES_PARTS_H

#include "change/files.h"

struct rewrite {		/* a file, by its path in the lab's tree; or in a host's mounts */
	const char *path, *was, *text;	/* was NULL: not there */
	const char *host;	/* not NULL: inside its mounts */
};
struct relink { const char *host, *was, *target; };	/* which class it has; NULL: the first */

struct isle_files {
	struct isle_arena *arena;
	struct isle_etc *etc, *was;
	const char **dirs;	/* to be made */
	size_t n_dirs, cap_dirs;
	struct rewrite *rewrites;
	size_t n_rewrites, cap_rewrites;
	struct relink *relinks;
	size_t n_relinks, cap_relinks;
	size_t n;
};

#endif
