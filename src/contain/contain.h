/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: containers of other engines, found through each engine's own state or
 * API: docker (its socket), podman (its storage and pid files), LXC (the
 * container's command socket), systemd-machined (/run/systemd/machines),
 * Kubernetes (containerd's and CRI-O's state). One file and one row for each
 * engine. Nothing is ever started, stopped or changed.
 */
#ifndef ISLE_CONTAIN_H
#define ISLE_CONTAIN_H

#include <sys/types.h>
#include "base/base.h"

struct isle_engine {
	const char *name;		/* "docker", as in docker:NAME; NULL ends the table */
	/* The process of container NAME whose namespaces are the container's. -ENOENT: no such container, -ESRCH: it does
	 * not run; with words and a hint in any case. */
	int (*pid)(const char *name, pid_t *ret, struct isle_diag *);
	/* FN for each running container; an engine that is not there is 0 and none. */
	int (*each)(void (*fn)(const char *name, pid_t pid, void *arg), void *arg, struct isle_diag *);
};
extern const struct isle_engine isle_engines[];

/* REF "docker:NAME" (any engine's). -EINVAL: no engine of that name, or no colon: not a reference to a container. */
int isle_contain_pid(const char *ref, pid_t *ret, struct isle_diag *);
bool isle_contain_is_ref(const char *ref);	/* begins with the name of an engine and ":" */

#endif
