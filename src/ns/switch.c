/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the calling process into a named network namespace with everything that
 * `ip netns exec` gives a command there, in the same order and with the same
 * words when it fails: out of a VRF, the namespace, mounts of its own that
 * nothing leaves, a /sys that shows its interfaces, and over /etc the files of
 * /etc/netns/NAME.
 */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "ns/ns.h"

static int mount_sys(const char *source, struct isle_diag *d)
{
	unsigned long flags = 0;
	struct statvfs fs;

	/* Where it cannot be taken off, it is covered; and over a read-only one the kernel allows only another such. */
	if (umount2("/sys", MNT_DETACH) < 0 && statvfs("/sys", &fs) == 0 && (fs.f_flag & ST_RDONLY))
		flags = MS_RDONLY;
	return mount(source, "/sys", "sysfs", flags, NULL) < 0 ? isle_fail(d, errno, NULL, "mount of /sys failed") : 0;
}

int isle_netns_view(const char *source, const char *etc, struct isle_diag *d)
{
	int r;

	if (unshare(CLONE_NEWNS) < 0)
		return isle_fail(d, errno, NULL, "unshare failed");
	r = isle_mount_slave();
	if (r)
		return isle_fail(d, -r, NULL, "\"mount --make-rslave /\" failed");
	r = mount_sys(source, d);
	if (!r && etc)
		isle_netns_etc(etc, d);
	return r;
}

int isle_netns_switch(const char *name, struct isle_diag *diag)
{
	isle_auto(close) int fd = -1;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	/* O_NONBLOCK: a FIFO that lies there would wait for its writer */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return isle_fail(diag, errno, NULL, "Cannot open network namespace \"%s\"", name);
	if (setns(fd, CLONE_NEWNET) < 0)
		return isle_fail(diag, errno, NULL, "setting the network namespace \"%s\" failed", name);
	return isle_netns_view(name, name, diag);
}

int isle_netns_enter(const char *name, struct isle_diag *diag)
{
	isle_vrf_reset();
	return isle_netns_switch(name, diag);
}
