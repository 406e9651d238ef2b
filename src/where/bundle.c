/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: bundles: namespaces of several types under one name, pinned at
 * /run/isle/.ns/NAME/TYPE, TYPE as in /proc/PID/ns. Each is a small tmpfs, like
 * a lab, so that it appears and goes as a whole; an empty directory that is no
 * mount point is what a killed `ns add` left, and counts as nothing. All of it
 * happens under the lock of /run/isle, which the last one takes along.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "tree/rundir.h"
#include "where/bundle.h"
#include "where/where.h"

bool isle_bundle_is_name(const char *name)
{
	for (const char *s = name; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f || *s == '/' || *s == ':')
			return false;
	return *name && *name != '.' && *name != '-' && strlen(name) < ISLE_NAME_MAX;
}

int isle_bundle_dir(int run)
{
	int fd = openat(run, ISLE_BUNDLE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_all(int run)
{
	isle_auto(close) int own = run < 0 ? isle_rundir_open(false, NULL) : -1;

	if (run < 0)
		run = own;
	return run < 0 ? -ENOENT : isle_bundle_dir(run);
}

int isle_bundle_open(const char *name, unsigned types, struct isle_ns_set *ret, struct isle_diag *diag)
{
	isle_auto(close) int all = isle_bundle_is_name(name) ? open_all(-1) : -ENOENT;
	isle_auto(close) int dir = -1;
	struct isle_ns_set set;

	if (all < 0 || !isle_mount_is_point(all, name))
		return -ENOENT;
	dir = openat(all, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? -ENOENT : isle_fail(diag, errno, NULL, "cannot open bundle %s", name);
	isle_ns_set_init(&set);
	for (int t = 0; t < ISLE_NS_TYPES; t++) {
		if (!(types & ISLE_NS_BIT(t)))
			continue;
		set.fd[t] = openat(dir, isle_ns_type_name(t), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (set.fd[t] < 0 ? errno == ENOENT : isle_ns_is(set.fd[t], isle_ns_type_flag(t)))
			continue;
		const int e = set.fd[t] < 0 ? errno : EBADF;

		isle_ns_set_close(&set);
		return isle_fail(diag, e, NULL, "cannot open the %s namespace of bundle %s", isle_ns_type_name(t), name);
	}
	*ret = set;
	return 0;
}

static int check_root(struct isle_diag *diag)
{
	struct isle_site site;
	int r = isle_site_find(&site, diag);

	if (r || !site.rootless)
		return r;
	isle_fail(diag, EPERM, NULL, "bundles are the machine's, and this user may not make mounts on it");
	isle_hint(diag, "as root; or `isle ns run --map-root-user …`, whose namespaces are there as long as the command runs");
	return -EPERM;
}

static int check_name(const char *name, struct isle_diag *diag)
{
	if (isle_bundle_is_name(name))
		return 0;
	isle_reject(diag, NULL, "'%s' is no name for a bundle", name);
	isle_hint(diag, "1 to %d letters without '/', ':', spaces, and '.' or '-' in front", ISLE_NAME_MAX - 1);
	return -EINVAL;
}

/* Of one process: /proc/PID is held, so that all are its own. */
static int take_from(pid_t pid, unsigned types, struct isle_ns_set *ret, struct isle_diag *diag)
{
	struct isle_ns_set set;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/ns", pid);
	isle_auto(close) int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		isle_fail(diag, errno == ENOENT ? ESRCH : errno, NULL, "cannot look at process %d", pid);
		return errno == ENOENT ? -ESRCH : -errno;
	}
	isle_ns_set_init(&set);
	for (int t = 0; t < ISLE_NS_TYPES; t++) {
		if (!(types & ISLE_NS_BIT(t)))
			continue;
		set.fd[t] = openat(dir, isle_ns_type_name(t), O_RDONLY | O_CLOEXEC);
		if (set.fd[t] >= 0)
			continue;
		const int e = errno;

		isle_ns_set_close(&set);
		return isle_fail(diag, e, NULL, "cannot open the %s namespace of process %d", isle_ns_type_name(t), pid);
	}
	*ret = set;
	return 0;
}

/* The directory that the bundle will be mounted on, open. */
static int reserve(int run, const char *name, struct isle_diag *diag)
{
	isle_auto(close) int all = -1;
	int fd;

	if (mkdirat(run, ISLE_BUNDLE_DIR, 0755) < 0 && errno != EEXIST)
		return isle_fail(diag, errno, NULL, "cannot make %s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR);
	all = isle_bundle_dir(run);
	if (all < 0)
		return isle_fail(diag, -all, NULL, "cannot open %s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR);
	fchmod(all, 0755);	/* the caller's umask must not decide who finds it */
	if (isle_mount_is_point(all, name)) {
		isle_fail(diag, EEXIST, NULL, "cannot make bundle %s", name);
		isle_hint(diag, "isle ns delete %s", name);
		return -EEXIST;
	}
	if (mkdirat(all, name, 0755) < 0 && errno != EEXIST)
		return isle_fail(diag, errno, NULL, "cannot make bundle %s", name);
	fd = openat(all, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? isle_fail(diag, errno, NULL, "cannot make bundle %s", name) : fd;
}

/* The empty directories, and /run/isle if nothing else is in it. RUN is locked. */
static void tidy(int run, const char *name)
{
	isle_auto(close) int all = isle_bundle_dir(run);

	if (all >= 0)
		unlinkat(all, name, AT_REMOVEDIR);
	unlinkat(run, ISLE_BUNDLE_DIR, AT_REMOVEDIR);
	isle_rundir_drop(run);
}

static int publish_once(const char *name, const struct isle_ns_set *set, bool mnt, bool last, struct isle_diag *diag)
{
	isle_auto(unlock) int run = isle_rundir_make(diag);
	isle_auto(close) int place = -1;
	int r;

	if (run < 0)
		return run;
	place = reserve(run, name, diag);
	r = place < 0 ? place : isle_bundle_publish(name, set, mnt, place, last, diag);
	isle_auto_close(&place);
	place = -1;
	if (r && r != -EEXIST)
		tidy(run, name);
	return r;
}

/* It is made all the same: by its path each of them can be told from the others. */
static void warn_ambiguous(const char *name, struct isle_diag *diag)
{
	struct isle_where *w = malloc(sizeof(*w));
	const int r = w ? isle_where_open(name, ISLE_NS_ALL, w, NULL) : -ENOMEM;
	const bool other = !r && w->kind != ISLE_WHERE_BUNDLE;

	if (!r)
		isle_where_close(w);
	free(w);
	if (!other && r != -ENOTUNIQ)
		return;
	isle_warn(diag, NULL, "%s alone %s: a host or %s/%s has that name, too", name, other ? "is not this bundle" : "is ambiguous now",
		  ISLE_NETNS_DIR, name);
	isle_hint(diag, "of the bundle: %s/%s/%s/TYPE; of ip netns: %s/%s; of a lab: %s.LAB", ISLE_RUN_DIR, ISLE_BUNDLE_DIR, name,
		  ISLE_NETNS_DIR, name, name);
}

/* Whoever deletes the last one takes /run/isle along, perhaps from under this one: then it is made again. */
static int publish(const char *name, const struct isle_ns_set *set, bool mnt, struct isle_diag *diag)
{
	int r, tries = 8;

	do
		r = publish_once(name, set, mnt, tries == 1, diag);
	while (r == -EAGAIN && --tries);
	return r;
}

int isle_bundle_add(const char *name, unsigned types, const struct isle_bundle_options *o, struct isle_diag *diag)
{
	const struct isle_ns_create_options create = { .hostname = o ? o->hostname : NULL };
	const unsigned mnt = ISLE_NS_BIT(ISLE_NS_MNT);
	const pid_t target = o ? o->target : 0;
	struct isle_ns_set set;
	int r = check_name(name, diag);

	isle_ns_set_init(&set);
	if (!r && target && create.hostname)
		r = isle_reject(diag, NULL, "the hostname of process %d is not ours to set", target);
	if (!r && (!target || !types))
		r = isle_ns_make_check(types, create.hostname, diag);
	if (!r)
		r = check_root(diag);
	if (!r && target)
		r = take_from(target, types, &set, diag);
	else if (!r && types & ~mnt)
		r = isle_ns_create(types & ~mnt, &create, &set, diag);
	if (!r)
		r = publish(name, &set, !target && types & mnt, diag);
	if (!r)
		warn_ambiguous(name, diag);
	isle_ns_set_close(&set);
	return r;
}

struct names { struct isle_arena *a; char **v; size_t n, cap; };

static void collect(const char *name, unsigned types, void *arg)
{
	struct names *names = arg;

	(void)types;
	if (isle_arena_grow(names->a, &names->v, names->n, &names->cap, sizeof(*names->v)))
		names->v[names->n++] = isle_arena_strdup(names->a, name);
}

static int none(const char *name, struct isle_diag *diag)
{
	struct names names = { .a = isle_arena_new() };
	const char *near = NULL;

	isle_fail(diag, ENOENT, NULL, "there is no bundle %s", name);
	if (names.a && isle_each_bundle(collect, &names, NULL) == 0)
		near = isle_near_best(name, (const char *const *)names.v, names.n);
	if (near)
		isle_hint(diag, "did you mean %s?", near);
	else
		isle_hint(diag, names.n ? "`isle ns list` shows what there is" : "there are none; names of `ip netns` are deleted with "
									   "`isle netns delete`");
	isle_arena_free(names.a);
	return -ENOENT;
}

int isle_bundle_delete(const char *name, struct isle_diag *diag)
{
	char path[ISLE_BUNDLE_PATH_MAX];
	int r = isle_bundle_is_name(name) ? check_root(diag) : none(name, diag);

	if (r)
		return r;
	isle_auto(unlock) int run = isle_rundir_lock(diag);
	isle_auto(close) int all = run < 0 ? run : isle_bundle_dir(run);
	if (run < 0 && run != -ENOENT)
		return run;
	if (all < 0 || !isle_mount_is_point(all, name))
		return none(name, diag);
	snprintf(path, sizeof(path), "%s/%s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR, name);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		return isle_fail(diag, errno, NULL, "cannot unmount %s", path);
	/* that also takes away the copies in other mount namespaces */
	if (unlinkat(all, name, AT_REMOVEDIR) < 0)
		r = isle_fail(diag, errno, NULL, "cannot remove %s", path);
	isle_auto_close(&all);
	all = -1;
	unlinkat(run, ISLE_BUNDLE_DIR, AT_REMOVEDIR);
	isle_rundir_drop_last(run, diag);
	return r;
}

static unsigned types_in(int all, const char *name)
{
	isle_auto(close) int dir = openat(all, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	unsigned types = 0;

	for (int t = 0; t < ISLE_NS_TYPES && dir >= 0; t++)
		types |= faccessat(dir, isle_ns_type_name(t), F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? ISLE_NS_BIT(t) : 0;
	return types;
}

int isle_each_bundle(void (*fn)(const char *name, unsigned types, void *arg), void *arg, struct isle_diag *diag)
{
	int all = open_all(-1), r;
	DIR *dir = all < 0 ? NULL : fdopendir(all);

	if (!dir) {
		r = all < 0 ? all : -errno;
		isle_auto_close(&all);
		return r == -ENOENT ? 0 : isle_fail(diag, -r, NULL, "cannot read %s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR);
	}
	for (struct dirent *e; (e = readdir(dir));)
		if (isle_bundle_is_name(e->d_name) && isle_mount_is_point(all, e->d_name))
			fn(e->d_name, types_in(all, e->d_name), arg);
	closedir(dir);
	return 0;
}
