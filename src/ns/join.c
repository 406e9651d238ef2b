/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: moving the calling process into namespaces. Whether the user namespace
 * comes first or last depends on which side has the privilege: all others are
 * tried before it, and those that were refused once more after it. The one we
 * are in already is left out, because the kernel refuses it; others that we are
 * in are tried, and no failure if refused.
 */
#include <sched.h>
#include "ns/join.h"

bool isle_ns_is_own(int fd, int type)
{
	isle_auto(close) int own = isle_ns_self(isle_ns_type_name(type));
	dev_t dev[2];
	ino_t ino[2];

	return own >= 0 && !isle_ns_id(own, &dev[0], &ino[0]) && !isle_ns_id(fd, &dev[1], &ino[1]) && dev[0] == dev[1] &&
	       ino[0] == ino[1];
}

/* Mount namespaces last of all: they change what /proc is. */
static const int order[] = {
	ISLE_NS_CGROUP, ISLE_NS_IPC, ISLE_NS_UTS, ISLE_NS_NET, ISLE_NS_PID, ISLE_NS_TIME, ISLE_NS_MNT,
};

static int failed(struct isle_ns_fault *f, int errnum, int type)
{
	isle_ns_fault(f, errnum, "cannot enter the %s namespace", isle_ns_type_name(type));
	if (errnum == EPERM)
		isle_ns_fault_hint(f, "it takes root, or the user namespace that owns it");
	else if (errnum == EUSERS)
		isle_ns_fault_hint(f, "only a process with one thread can");
	else if (type == ISLE_NS_USER && errnum == EINVAL)
		isle_ns_fault_hint(f, "only a process with one thread can, and never into the one it is in");
	return -errnum;
}

/* Being there already takes no privilege, though the kernel would ask for it. */
static int enter(int fd, int type)
{
	const int r = setns(fd, isle_ns_type_flag(type)), e = errno;

	if (r < 0 && e == EPERM && isle_ns_is_own(fd, type))
		return 0;
	errno = e;
	return r;
}

int isle_ns_join(const struct isle_ns_set *set, struct isle_ns_fault *f)
{
	const int user = set->fd[ISLE_NS_USER];
	const bool own = user >= 0 && isle_ns_is_own(user, ISLE_NS_USER);
	unsigned refused = 0;

	for (size_t i = 0; i < ISLE_COUNT(order); i++) {
		const int type = order[i];

		if (set->fd[type] < 0 || enter(set->fd[type], type) == 0)
			continue;
		if (user < 0 || own)
			return failed(f, errno, type);
		refused |= ISLE_NS_BIT(type);
	}
	if (user >= 0 && !own && setns(user, CLONE_NEWUSER) < 0)
		return failed(f, errno, ISLE_NS_USER);
	for (size_t i = 0; i < ISLE_COUNT(order); i++)
		if ((refused & ISLE_NS_BIT(order[i])) && enter(set->fd[order[i]], order[i]) < 0)
			return failed(f, errno, order[i]);
	return 0;
}

int isle_ns_enter(const struct isle_ns_set *set, struct isle_diag *diag)
{
	struct isle_ns_fault f = { 0 };
	struct isle_ns_cwd cwd;

	isle_ns_cwd_get(&cwd);
	isle_ns_join(set, &f);
	if (set->fd[ISLE_NS_MNT] >= 0)
		isle_ns_cwd_set(&cwd);
	return isle_ns_fault_report(&f, diag);
}
