/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENTER_OWN_H
#define ISLE_ENTER_OWN_H

#include "tree/tree.h"

enum { ISLE_OWN_NAME = 40, ISLE_OWN_PATH = 4096 };

/* own.c: a host's own files and directories, taken from its lab's tree to be put into its mounts */
struct isle_owns {
	int dir;			/* etc/own/HOST; -1: the host has none */
	int tree[ISLE_OWN_MAX];		/* detached mounts */
	size_t n;
};
/* From the mount namespace of the lab's tree. -errno. */
int isle_owns_open(int tree_dir, const char *host, struct isle_owns *ret);
/* In the host's new mount namespace, after all that every host has. TRUST: nobody gains by a link in the way. */
int isle_owns_attach(struct isle_owns *, const char *host, bool trust, struct isle_shared *);
void isle_owns_close(struct isle_owns *);

/* N and SUFFIX, and what stands there, in etc/own/HOST: .to, where the host sees N; .from, what it is made from. -errno */
const char *isle_own_name(char buf[ISLE_OWN_NAME], size_t nth, const char *suffix);
int isle_own_read(int dir, size_t nth, const char *suffix, char *ret, size_t size);
int isle_own_note(int dir, size_t nth, const char *suffix, const char *text);	/* all of it or nothing */
/* FN for each N that the host has, until it does not return 0, which is then returned; *RET_NEXT, or NULL: one that nobody uses. -errno */
int isle_own_each(int dir, int (*fn)(size_t nth, void *arg), void *arg, size_t *ret_next);
/* Which one is SOURCE at TARGET? -ENOENT: none. */
int isle_own_find(int dir, const char *target, const char *source, size_t *ret);

/* later.c: one of them into mounts that are there, or out of them, in the host's mount namespace. Done twice is done once. */
struct isle_own_move {
	int dir;			/* etc/own/HOST */
	size_t nth;
	const char *target;
	bool trust;			/* nobody gains by a link in the way */
	char mirrored[ISLE_OWN_PATH];	/* a directory that was made the host's own for it; "": none */
};
/* TREE: a detached mount of N. -errno */
int isle_own_put(struct isle_own_move *, int tree);
/* -EBUSY: somebody uses it. -EADDRINUSE: somebody has mounted something over it. Else -errno. */
int isle_own_take(struct isle_own_move *);

/* A file of the host's own, in its mounts: a regular one, for reading and writing. MAKE: if it is gone. -errno */
int isle_own_open(const char *target, bool trust, bool make);

/* sum.c: of what a file has; N.sum in DIR, which is etc/own/HOST: of that which N was made from. -errno */
int isle_sum_fd(int fd, uint64_t *ret);
int isle_sum_write(int dir, size_t nth, uint64_t sum);
int isle_sum_read(int dir, size_t nth, uint64_t *ret);

/* copy.c: system calls only; what is copied keeps its mode and, where that is allowed, its owner. -errno */
int isle_copy_file(int from_dir, const char *from, int to_dir, const char *to);
int isle_copy_fd(int from, int to_dir, const char *to);
int isle_copy_tree(int from_dir, int to_dir);	/* everything below */

#endif
