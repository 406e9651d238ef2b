/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_WHERE_H
#define ISLE_WHERE_H

#include <limits.h>
#include "enter/enter.h"

enum isle_where_kind {
	ISLE_WHERE_HOST,		/* of a lab that is up */
	ISLE_WHERE_NETNS,		/* a name in /run/netns */
	ISLE_WHERE_BUNDLE,		/* of `isle ns add` */
	ISLE_WHERE_PID,			/* pid:N */
	ISLE_WHERE_CONTAINER,		/* docker:NAME and so on */
	ISLE_WHERE_PATH,		/* has a '/' */
};

struct isle_where {
	enum isle_where_kind kind;
	char name[PATH_MAX];		/* HOST.LAB, the name, pid:N, docker:NAME, the path */
	struct isle_host_ns host;	/* only of a host */
	pid_t pid;			/* of pid:N or a container; else 0 */
	struct isle_ns_set set;		/* what was asked for and is there */
};

/*
 * What REF names, opened: HOST, HOST.LAB, a name of `ip netns`, a bundle, pid:N, docker:NAME (podman, lxc, machine), or a
 * path (has a '/'). TYPES are the ISLE_NS_BIT()s that are wanted; those that it has not stay -1, but one at least is there.
 * -ENOENT: nothing of that name; -ENOTUNIQ: several, DIAG lists them; -ESRCH: no such process; -EBADF: a name file that
 * is no namespace; -EINVAL: not a reference, or a path to something else.
 */
int isle_where_open(const char *ref, unsigned types, struct isle_where *ret, struct isle_diag *);
void isle_where_close(struct isle_where *);

#endif
