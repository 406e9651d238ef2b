/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way of something of a host's own into its mounts; private to enter/.
 * Beside N, in etc/own/HOST, stands what later.c has to know to take it out:
 * N.made, how many bytes of its path were there before; N.on, that it is a mount;
 * N.dev, that it is a copy, and in which file system; N.hid, the file that was there; N.left, a copy that
 * was taken out. ISLE_OWN_MIRROR and a number: a file system that was made for it.
 */
#ifndef ISLE_ENTER_PLACE_H
#define ISLE_ENTER_PLACE_H

#include <limits.h>
#include "enter/own.h"

#define ISLE_OWN_MIRROR "mirror."

struct isle_spot {			/* where something is to be */
	char path[PATH_MAX];		/* without links */
	size_t n_there;			/* bytes of it that exist; all: it does */
	bool trust;
};

struct isle_placing {
	int dir;			/* etc/own/HOST */
	int tree;			/* the detached mount of what is at hand */
	dev_t devs[1 + 4 * ISLE_OWN_MAX];	/* file systems of the host's own */
	size_t n_devs;
	struct isle_spot spot;
	size_t n_mirror;		/* bytes of its path: a directory that was mirrored for it; 0: none */
	char rest[PATH_MAX];		/* of the walk: not looked at yet */
};
/* Where TARGET is, and how much of it is there. -errno */
int isle_place_walk(struct isle_placing *, const char *target);
void isle_place_note_own(struct isle_placing *, const char *path);
/* N of .dir to TARGET. -errno */
int isle_place(struct isle_placing *, size_t nth, const char *target);

#endif
