/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a host sees of files that is its own: /sys, because sysfs shows
 * the network devices of whoever mounted it, and /etc, an overlay over the
 * machine's with the lab's hosts, resolv.conf and nsswitch.conf below and a
 * writable layer with the host name on top. Everything else is the machine's.
 * The layers are under /run/isle (see engine.h).
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "enter/enter.h"
#include "ns/ns.h"

#define LAYERS "/run/isle"

/* Directories that the kernel makes in sysfs to be mounted on; there can be no others. */
static const char *const sys_points[] = {
	"fs/cgroup", "fs/bpf", "fs/pstore", "fs/fuse/connections", "fs/selinux", "fs/smackfs", "fs/resctrl",
	"kernel/debug", "kernel/tracing", "kernel/security", "kernel/config", "firmware/efi/efivars",
};

static int mount_sysfs(void)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (mount("sysfs", "/sys", "sysfs", flags, NULL) == 0)
		return 0;
	/* Where the machine's is read-only and locked (in a container), only another read-only one is allowed. */
	return mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) < 0 ? -errno : 0;
}

/* Own interfaces in /sys/class/net. Without the permission the machine's stays: less, but nothing is wrong. */
static int fill_sys(struct isle_shared *sh)
{
	isle_auto(close) int old = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	isle_auto(close) int fresh = -1;
	int kept[ISLE_COUNT(sys_points)], r;

	for (size_t i = 0; i < ISLE_COUNT(sys_points); i++)
		kept[i] = isle_mount_is_point(old, sys_points[i]) ? isle_mount_clone(old, sys_points[i], true) : -1;
	r = mount_sysfs();
	if (!r)
		fresh = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ISLE_COUNT(sys_points); i++) {
		if (kept[i] < 0)
			continue;
		if (fresh >= 0)
			isle_mount_attach(kept[i], fresh, sys_points[i]);
		close(kept[i]);
	}
	if (r && r != -EPERM && r != -ENOENT && r != -ENODEV)
		return isle_shared_fail(sh, -r, -1, "cannot mount /sys of the host");
	return 0;
}

/* A directory that is seen as /etc: the caller's umask must not narrow it. */
static int make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return -errno;
	return chmod(path, mode) < 0 ? -errno : 0;
}

static int write_hostname(const char *dir, const char *host)
{
	char path[sizeof(LAYERS) + ISLE_NAME_MAX + 32], line[ISLE_NAME_MAX + 1];
	int n = snprintf(line, sizeof(line), "%s\n", host);

	snprintf(path, sizeof(path), "%s/hostname", dir);
	isle_auto(close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	/* not dprintf(), which allocates: this may be a child of a threaded program */
	if (fd < 0 || fchmod(fd, 0644) < 0 || write(fd, line, (size_t)n) < 0)
		return -errno;
	return 0;
}

/* Which of the lab's lower layers the host has: a link to ../class/N, none for the first. */
static void find_class(const char *host, char *ret, size_t size)
{
	char path[sizeof(LAYERS) + ISLE_NAME_MAX + 32], to[32];
	ssize_t n;

	snprintf(path, sizeof(path), LAYERS "/host/%s", host);
	n = readlink(path, to, sizeof(to) - 1);
	to[n > 0 ? n : 0] = 0;
	snprintf(ret, size, LAYERS "/class/%s", n > 0 && strrchr(to, '/') ? strrchr(to, '/') + 1 : "0");
}

/* In another user namespace overlay must keep its own attributes in user.*, not trusted.*. */
bool isle_is_initial_user(void)
{
	const ino_t initial = 0xEFFFFFFDU;	/* PROC_USER_INIT_INO: part of the kernel's interface since 3.8 */
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino == initial;
}

/* What overlay takes for the end of a path in its options is to be a part of it. */
static int escape(const char *path, char *ret, size_t size)
{
	size_t n = 0;

	for (; *path && n + 3 < size; path++) {
		if (strchr(":,\\", *path))
			ret[n++] = '\\';
		ret[n++] = *path;
	}
	ret[n] = 0;
	return *path ? -ENAMETOOLONG : 0;
}

int isle_overlay_mount(const char *target, const char *lower, const char *up, const char *work)
{
	char path[2048], data[sizeof(path) + 1024];
	int r = escape(lower, path, sizeof(path));

	if (r)
		return r;
	if ((size_t)snprintf(data, sizeof(data), "lowerdir=%s,upperdir=%s,workdir=%s%s", path, up, work,
			     isle_is_initial_user() ? "" : ",userxattr") >= sizeof(data))
		return -ENAMETOOLONG;
	return mount("overlay", target, "overlay", 0, data) < 0 ? -errno : 0;
}

/*
 * A host's namespace that could not be pinned is made anew at every entry, and
 * two overlays must not write to one upper layer: then /etc is read-only.
 */
static int mount_overlay(const char *class, const char *up, const char *work, bool writable)
{
	char data[4 * (sizeof(LAYERS) + ISLE_NAME_MAX + 32)];

	if (writable)
		snprintf(data, sizeof(data), "lowerdir=%s:/etc,upperdir=%s,workdir=%s", class, up, work);
	else
		snprintf(data, sizeof(data), "lowerdir=%s:%s:/etc", up, class);
	if (!isle_is_initial_user())
		strcat(data, ",userxattr");
	return mount("overlay", "/etc", "overlay", 0, data) < 0 ? -errno : 0;
}

/* Every entry of the layers DIR over the mirrored /etc. */
static int lay_over(const char *dir, const char *name, int etc)
{
	isle_auto(close) int from = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	isle_auto(close) int tree = -1;

	if (from < 0)
		return -errno;
	tree = isle_mount_clone(from, name, false);
	if (tree < 0)
		return tree == -ENOENT ? 0 : tree;
	if (mknodat(etc, name, S_IFREG, 0) < 0 && errno != EEXIST)
		return -errno;
	return isle_mount_attach(tree, etc, name);
}

/* No overlay (locked mounts below /etc in a container, or none in the kernel): every entry bound, ours instead of the machine's. */
static int mount_mirror(const char *class, const char *up)
{
	static const char *const ours[] = { "hosts", "resolv.conf", "nsswitch.conf", "hostname", NULL };
	isle_auto(close) int etc = -1;
	int r;

	r = isle_mount_mirror("/etc", ours);
	if (r)
		return r;
	etc = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (etc < 0)
		return -errno;
	for (size_t i = 0; ours[i] && !r; i++)
		r = lay_over(strcmp(ours[i], "hostname") ? class : up, ours[i], etc);
	return r;
}

static int fill_etc(const char *host, bool writable, struct isle_shared *sh)
{
	char class[sizeof(LAYERS) + 48], up[sizeof(LAYERS) + ISLE_NAME_MAX + 8], work[sizeof(up) + 8];
	int r;

	find_class(host, class, sizeof(class));
	snprintf(up, sizeof(up), LAYERS "/up/%s", host);
	snprintf(work, sizeof(work), LAYERS "/workdir/%s", host);
	r = make_dir(LAYERS "/up", 0755);
	if (!r)
		r = make_dir(LAYERS "/workdir", 0755);
	if (!r)
		r = make_dir(up, 0755);
	if (!r)
		r = make_dir(work, 0755);
	if (!r)
		r = write_hostname(up, host);
	if (r)
		return isle_shared_fail(sh, -r, -1, "cannot prepare /etc of %s", host);
	if (!mount_overlay(class, up, work, writable))
		return 0;
	r = mount_mirror(class, up);
	return r ? isle_shared_fail(sh, -r, -1, "cannot mount /etc of %s", host) : 0;
}

int isle_hostmnt_fill(const char *host, bool writable, struct isle_shared *sh)
{
	int r = fill_sys(sh);

	return r ? r : fill_etc(host, writable, sh);
}
