/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_ATTACH_H
#define ISLE_ENGINE_ATTACH_H

#include <limits.h>
#include "engine/engine.h"

/* The networks that hosts of a lab are attached to, opened; by host, -1: it has one of its own. */
struct isle_attached {
	int *net;
	size_t n;
};
/*
 * In the parent, before anything is touched: find all of them, and say of each that cannot be had why, at its place. UP: the
 * lab is there already, so its interfaces may be. NULL: the lab has no such host.
 */
int isle_attached_open(const struct isle_lab *, bool up, struct isle_attached **ret, struct isle_diag *);
void isle_attached_free(struct isle_attached *);	/* takes NULL */

/*
 * In a lab's tree attach/HOST is a symlink whose target is the word, of those hosts that are attached. To be read with
 * DIR, the tree's; false: the host has a network of its own.
 */
#define ISLE_ATTACH_DIR "attach"
bool isle_attach_read(int dir, const char *host, char ret[PATH_MAX]);
int isle_attach_write(const char *host, const char *word);	/* the tree is the working directory; -errno */
int isle_attach_forget(const char *host);			/* likewise; fine if it is not there */

/* FN for each attached host of a lab that is up whose network is not the one any more that the lab was wired to. */
void isle_attach_stale(const struct isle_tree *, const struct isle_lab *,
		       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *), void *arg);

#endif
