/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what `ns run` does in the new namespaces before the program is there.
 * The order is the one that unshare(1) has, but the signal at the parent's end
 * is asked for last, because a change of ids would cancel it.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include "ns/run_inside.h"

static int write_file(const char *path, const char *text)
{
	isle_auto(close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	const size_t n = strlen(text);

	if (fd < 0)
		return -errno;
	return write(fd, text, n) == (ssize_t)n ? 0 : -errno;
}

static int map_one(const char *path, uint32_t inner, uint32_t outer, struct isle_ns_fault *f)
{
	char text[32];
	int r;

	snprintf(text, sizeof(text), "%u %u 1\n", inner, outer);
	r = write_file(path, text);
	if (r)
		isle_ns_fault(f, -r, "cannot write %s", path);
	if (r == -ENOENT)
		isle_ns_fault_hint(f, "/proc belongs to another pid namespace; mount one that fits: mount -t proc proc /proc");
	return r;
}

static int set_groups_rule(bool allow, struct isle_ns_fault *f)
{
	int r = write_file("/proc/self/setgroups", allow ? "allow" : "deny");

	if (!r || r == -ENOENT)		/* before Linux 3.19 */
		return 0;
	isle_ns_fault(f, -r, "cannot %s setgroups(2) here", allow ? "allow" : "deny");
	if (r == -EPERM && allow)
		isle_ns_fault_hint(f, "once it is denied in a user namespace, so it is in all below");
	return r;
}

int isle_ns_run_map(const struct isle_ns_run_options *o, uint32_t uid, uint32_t gid, struct isle_ns_fault *f)
{
	int r = o->map_user && !o->users ? map_one("/proc/self/uid_map", *o->map_user, uid, f) : 0;

	if (!r && o->map_group && !o->groups) {
		r = set_groups_rule(false, f);
		return r ? r : map_one("/proc/self/gid_map", *o->map_group, gid, f);
	}
	if (!r && o->setgroups != ISLE_NS_SETGROUPS_LEFT)
		r = set_groups_rule(o->setgroups == ISLE_NS_SETGROUPS_ALLOW, f);
	return r;
}

static int set_clock(int clock, const int64_t *offset, struct isle_ns_fault *f)
{
	char text[48];
	int r;

	if (!offset)
		return 0;
	snprintf(text, sizeof(text), "%d %lld 0", clock, (long long)*offset);
	r = write_file("/proc/self/timens_offsets", text);
	if (!r)
		return 0;
	isle_ns_fault(f, -r, "cannot set the %s clock %lld seconds off", clock == CLOCK_MONOTONIC ? "monotonic" : "boot time",
		      (long long)*offset);
	if (r == -ERANGE)
		isle_ns_fault_hint(f, "it would be before 0, or too far ahead");
	return r;
}

int isle_ns_run_clocks(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	int r = set_clock(CLOCK_BOOTTIME, o->boottime, f);

	return r ? r : set_clock(CLOCK_MONOTONIC, o->monotonic, f);
}

static int propagate(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	static const unsigned long flags[] = {
		[ISLE_NS_PRIVATE] = MS_PRIVATE, [ISLE_NS_SLAVE] = MS_SLAVE, [ISLE_NS_SHARED] = MS_SHARED,
	};

	if (!(o->types & ISLE_NS_BIT(ISLE_NS_MNT)) || o->propagation == ISLE_NS_UNCHANGED)
		return 0;
	if (mount("none", "/", NULL, MS_REC | flags[o->propagation], NULL) == 0)
		return 0;
	return isle_ns_fault(f, errno, "cannot change the propagation of mounts");
}

static int move(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	const char *wd = o->wd ? o->wd : o->root ? "/" : NULL;

	if (o->root && chroot(o->root) < 0)
		return isle_ns_fault(f, errno, "cannot make %s the root directory", o->root);
	if (wd && chdir(wd) < 0)
		return isle_ns_fault(f, errno, "cannot change to the directory %s", wd);
	return 0;
}

static int mount_proc(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	const char *dir = o->mount_proc;

	if (!dir)
		return 0;
	/* else the new one would be seen where the old one is; EINVAL: no mount is there */
	if (!o->root && o->propagation != ISLE_NS_PRIVATE && mount("none", dir, NULL, MS_PRIVATE | MS_REC, NULL) < 0 && errno != EINVAL)
		return isle_ns_fault(f, errno, "cannot make the mount on %s private", dir);
	if (mount("proc", dir, "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL) == 0)
		return 0;
	isle_ns_fault(f, errno, "cannot mount proc on %s", dir);
	if (f->errnum == EPERM && !(o->types & ISLE_NS_BIT(ISLE_NS_PID)))
		isle_ns_fault_hint(f, "proc is of a pid namespace of one's own: add --pid --fork");
	else if (f->errnum == EPERM)
		isle_ns_fault_hint(f, "a container hides parts of its /proc, and then the kernel allows no other one");
	return -f->errnum;
}

int isle_ns_run_furnish(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	int r = propagate(o, f);

	if (!r)
		r = move(o, f);
	return r ? r : mount_proc(o, f);
}

int isle_ns_run_caps(const struct isle_ns_run_options *o, struct isle_ns_fault *f)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (!o->keep_caps || !(o->types & ISLE_NS_BIT(ISLE_NS_USER)))
		return 0;
	if (syscall(SYS_capget, &head, data) < 0)
		return isle_ns_fault(f, errno, "cannot read the capabilities");
	/* only what is inheritable can be ambient */
	for (size_t i = 0; i < ISLE_COUNT(data); i++)
		data[i].inheritable = data[i].permitted;
	if (syscall(SYS_capset, &head, data) < 0)
		return isle_ns_fault(f, errno, "cannot set the capabilities");
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (!(data[cap / 32].effective & (1u << (cap % 32))))
			continue;
		/* EINVAL: above the last one that the kernel knows */
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0 && errno != EINVAL)
			return isle_ns_fault(f, errno, "cannot keep capability %lu", cap);
	}
	return 0;
}

int isle_ns_run_tie(const struct isle_ns_run_options *o, int parent, struct isle_ns_fault *f)
{
	struct pollfd p = { .fd = parent, .events = POLLIN };

	if (!o->kill_child)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, (unsigned long)o->kill_child) < 0)
		return isle_ns_fault(f, errno, "cannot ask for signal %d", o->kill_child);
	/* it may have ended before we asked */
	if (parent >= 0 && poll(&p, 1, 0) > 0)
		return isle_ns_fault(f, ESRCH, "the parent has ended");
	return 0;
}
