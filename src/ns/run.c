/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `ns run`: the calling process leaves namespaces for new ones, arranges
 * them, and becomes a program there; a child does where one must be process 1.
 *
 *   P ── helper H, if anything is to be done from outside
 *   P: unshare; H: id maps; P: own map, clock offsets; H: keeps what is to be kept
 *   P [─ fork ─► C]: mounts, root, directory, proc, ids, then the program
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include "ns/run.h"
#include "ns/run_inside.h"

struct run {
	const struct isle_ns_run_options *o;
	struct isle_ns_program program;
	struct isle_ns_errand errand;
	struct isle_ns_lines users, groups;
	struct isle_ns_helper helper;
	struct isle_ns_fault *f;
	uint32_t uid, gid;		/* the caller's, outside */
};

static unsigned kept(const struct run *r)
{
	unsigned types = 0;

	for (int t = 0; t < ISLE_NS_TYPES; t++)
		types |= r->o->keep[t] ? ISLE_NS_BIT(t) : 0;
	return types;
}

static int refused(struct run *r, int type, int errnum)
{
	isle_ns_fault(r->f, errnum, "cannot make a %s namespace", isle_ns_type_name(type));
	if (errnum == EPERM && type != ISLE_NS_USER && !(r->o->types & ISLE_NS_BIT(ISLE_NS_USER)))
		isle_ns_fault_hint(r->f, "it takes root (CAP_SYS_ADMIN); with a user namespace of its own, --map-root-user, it does not");
	else if (errnum == ENOSPC)
		isle_ns_fault_hint(r->f, "as many as user.max_%s_namespaces allows exist already, or they are nested too deep",
				   isle_ns_type_name(type));
	else if (errnum == EPERM && type == ISLE_NS_USER)
		isle_ns_fault_hint(r->f, "`isle doctor` says what forbids user namespaces here");
	return -errnum;
}

/* The user namespace first, so that it owns the others; one by one, so that it is known which one is refused. */
static int leave(struct run *r)
{
	static const int order[] = { ISLE_NS_USER, ISLE_NS_CGROUP, ISLE_NS_IPC, ISLE_NS_UTS, ISLE_NS_NET, ISLE_NS_PID, ISLE_NS_TIME,
				     ISLE_NS_MNT };

	for (size_t i = 0; i < ISLE_COUNT(order); i++)
		if ((r->o->types & ISLE_NS_BIT(order[i])) && unshare(isle_ns_type_flag(order[i])) < 0)
			return refused(r, order[i], errno);
	return 0;
}

static int keep_another_mnt(void *arg)
{
	struct run *r = arg;

	return unshare(CLONE_NEWNS) == 0 ? isle_ns_helper_keep(&r->helper, ISLE_NS_BIT(ISLE_NS_MNT)) : -EAGAIN;
}

/* On several CPUs a new mount namespace can count as older than the one it is to be kept in (see pin.c): once more, on each. */
static int keep_mnt(struct run *r)
{
	const int e = isle_ns_helper_keep(&r->helper, ISLE_NS_BIT(ISLE_NS_MNT));

	return e == -EAGAIN ? isle_ns_on_each_cpu(keep_another_mnt, r) : e;
}

static int keep_early(struct run *r)
{
	const unsigned pid = ISLE_NS_BIT(ISLE_NS_PID), mnt = ISLE_NS_BIT(ISLE_NS_MNT), types = kept(r);
	int e = types & mnt ? keep_mnt(r) : 0;

	if (e == -EAGAIN)
		return isle_ns_fault(r->f, EINVAL, "the kernel takes the new mount namespace for an older one, and keeps it nowhere");
	return !e && types & ~(pid | mnt) ? isle_ns_helper_keep(&r->helper, types & ~(pid | mnt)) : e;
}

static int prepare(struct run *r)
{
	int e = 0;

	if (r->errand.users || r->errand.groups || kept(r))
		e = isle_ns_helper_start(&r->errand, &r->helper, r->f);
	if (!e)
		e = leave(r);
	if (!e && (r->errand.users || r->errand.groups))
		e = isle_ns_helper_map(&r->helper);
	if (!e)
		e = isle_ns_run_map(r->o, r->uid, r->gid, r->f);
	if (!e)
		e = isle_ns_run_clocks(r->o, r->f);
	if (!e && kept(r))
		e = keep_early(r);
	if (e)
		isle_ns_fault(r->f, -e, "the helper failed");
	return e;
}

/* In the process that the program will be. */
static void inside(struct run *r, int parent)
{
	if (isle_ns_run_furnish(r->o, r->f) || isle_ns_ids(&r->program, false, r->f) || isle_ns_run_caps(r->o, r->f) ||
	    isle_ns_run_tie(r->o, parent, r->f))
		return;
	isle_ns_become(&r->program, r->f);
}

static int forked(struct run *r, int *ret_status)
{
	isle_auto(close) int self = syscall(SYS_pidfd_open, getpid(), 0);
	struct isle_ns_child c;
	int e = isle_ns_fork(&c, true);

	if (e) {
		isle_ns_fault(r->f, -e, "cannot fork");
		return e;
	}
	if (!c.pid) {
		inside(r, self);
		_exit(r->f->status);
	}
	if (r->o->keep[ISLE_NS_PID] && isle_ns_helper_keep(&r->helper, ISLE_NS_BIT(ISLE_NS_PID)) < 0)
		kill(c.pid, SIGKILL);
	isle_ns_helper_end(&r->helper);
	e = isle_ns_attend(&c, ret_status);
	return e ? isle_ns_fault(r->f, -e, "cannot wait for the program") : 0;
}

static int go(struct run *r, int *ret_status)
{
	int e = prepare(r);

	if (!e && (r->o->fork || r->o->kill_child)) {
		e = forked(r, ret_status);
	} else if (!e) {
		isle_ns_helper_end(&r->helper);
		inside(r, -1);
	}
	isle_ns_helper_end(&r->helper);
	if (r->f->errnum)
		*ret_status = r->f->status;
	return e;
}

static int check(const struct isle_ns_run_options *o, struct isle_diag *diag)
{
	const unsigned user = ISLE_NS_BIT(ISLE_NS_USER);

	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if (o->keep[t] && !(o->types & ISLE_NS_BIT(t)))
			return isle_reject(diag, NULL, "%s is to keep a %s namespace, and none is made", o->keep[t], isle_ns_type_name(t));
	if (o->keep[ISLE_NS_PID] && !o->fork && !o->kill_child) {
		isle_reject(diag, NULL, "a pid namespace can be kept once it has its first process");
		isle_hint(diag, "add --fork");
		return -EINVAL;
	}
	if ((o->monotonic || o->boottime) && !(o->types & ISLE_NS_BIT(ISLE_NS_TIME)))
		return isle_reject(diag, NULL, "--monotonic and --boottime are for a new time namespace: add --time");
	if ((o->map_user || o->map_group || o->users || o->groups) && !(o->types & user))
		return isle_reject(diag, NULL, "ids are mapped in a new user namespace, and none is made");
	if (o->mount_proc && !(o->types & ISLE_NS_BIT(ISLE_NS_MNT)))
		return isle_reject(diag, NULL, "proc is mounted in a new mount namespace, and none is made");
	if (o->map_group && !o->groups && o->setgroups == ISLE_NS_SETGROUPS_ALLOW) {
		isle_reject(diag, NULL, "the kernel maps a single group only where setgroups(2) is denied");
		isle_hint(diag, "drop --setgroups=allow, or map a range: --map-groups");
		return -EINVAL;
	}
	return 0;
}

int isle_ns_start(const struct isle_ns_run_options *o, char *const argv[], int *ret_status, struct isle_diag *diag)
{
	struct run r = { .o = o, .program = { .argv = argv, .uid = o->uid, .gid = o->gid }, .uid = geteuid(), .gid = getegid() };
	int e = check(o, diag);

	*ret_status = 125;
	if (e)
		return e;
	r.f = isle_ns_fault_new();
	if (!r.f)
		return isle_fail(diag, ENOMEM, NULL, "cannot run a program");
	r.errand = (struct isle_ns_errand){ .pid = getpid(), .proc = isle_proc_self(), .keep = o->keep };
	if (o->users) {
		isle_ns_lines_make(o->users, &r.uid, o->map_user, &r.users);
		r.errand.users = &r.users;
	}
	if (o->groups) {
		isle_ns_lines_make(o->groups, &r.gid, o->map_group, &r.groups);
		r.errand.groups = &r.groups;
	}
	go(&r, ret_status);
	e = isle_ns_fault_report(r.f, diag);
	isle_ns_fault_free(r.f);
	return e;
}
