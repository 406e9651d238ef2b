/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the eight types of namespaces, one row each, and sets of them.
 */
#include <sched.h>
#include "ns/ns.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80	/* Linux 5.6; musl has no name for it */
#endif

static const struct {
	const char *name;	/* under /proc/PID/ns */
	int flag;
} types[ISLE_NS_TYPES] = {
	[ISLE_NS_CGROUP] = { "cgroup", CLONE_NEWCGROUP },
	[ISLE_NS_IPC] = { "ipc", CLONE_NEWIPC },
	[ISLE_NS_MNT] = { "mnt", CLONE_NEWNS },
	[ISLE_NS_NET] = { "net", CLONE_NEWNET },
	[ISLE_NS_PID] = { "pid", CLONE_NEWPID },
	[ISLE_NS_TIME] = { "time", CLONE_NEWTIME },
	[ISLE_NS_USER] = { "user", CLONE_NEWUSER },
	[ISLE_NS_UTS] = { "uts", CLONE_NEWUTS },
};

const char *isle_ns_type_name(enum isle_ns_type type)
{
	return type < ISLE_NS_TYPES ? types[type].name : NULL;
}

int isle_ns_type_flag(enum isle_ns_type type)
{
	return type < ISLE_NS_TYPES ? types[type].flag : 0;
}

int isle_ns_type_of(const char *name)
{
	for (int i = 0; i < ISLE_NS_TYPES; i++)
		if (!strcmp(types[i].name, name))
			return i;
	return -EINVAL;
}

void isle_ns_set_init(struct isle_ns_set *set)
{
	for (int i = 0; i < ISLE_NS_TYPES; i++)
		set->fd[i] = -1;
}

void isle_ns_set_close(struct isle_ns_set *set)
{
	for (int i = 0; i < ISLE_NS_TYPES; i++)
		if (set->fd[i] >= 0)
			close(set->fd[i]);
	isle_ns_set_init(set);
}
