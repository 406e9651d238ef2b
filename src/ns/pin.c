/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: pins: a namespace lives as long as its nsfs file is mounted somewhere.
 * The mount goes onto an empty file of mode 0, which also tells a pin that was
 * lost (an ordinary file again) from one that holds.
 *
 * Mount namespaces are special: the kernel refuses (EINVAL) to mount one into
 * itself or into a younger one, and to move it there later (ELOOP), and compares
 * numbers that CPUs take in batches, so that on several CPUs a new namespace can
 * look older than an old one.
 */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/ns.h"

static int mount_pin(const char *from, const char *path)
{
	return mount(from, path, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

int isle_ns_pin(const char *from, const char *path)
{
	int r;

	if (mknod(path, S_IFREG, 0) < 0)
		return -errno;
	r = mount_pin(from, path);
	if (r)
		unlink(path);
	return r;
}

int isle_ns_on_each_cpu(int (*attempt)(void *), void *arg)
{
	cpu_set_t all, one;
	int r = -EAGAIN;

	if (sched_getaffinity(0, sizeof(all), &all) < 0)
		return -errno;
	/* Those that we are to run on first. */
	for (int i = 0; i < 2 * CPU_SETSIZE && r == -EAGAIN; i++) {
		const int cpu = i % CPU_SETSIZE;

		if (CPU_ISSET(cpu, &all) != (i < CPU_SETSIZE))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			r = attempt(arg);
	}
	sched_setaffinity(0, sizeof(all), &all);
	return r;
}

struct pin_mnt {
	int (*make)(void *);
	void *arg;
	const char *path;
};

/* -EAGAIN: the kernel takes this namespace for an older one. */
static int try_pin_mnt(void *arg)
{
	const struct pin_mnt *p = arg;
	isle_auto(close) int fd = p->make(p->arg);
	char from[40];
	int r;

	if (fd < 0)
		return fd;
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	r = mount_pin(from, p->path);
	return r == -EINVAL ? -EAGAIN : r;
}

int isle_ns_pin_mnt(int (*make)(void *), void *arg, const char *path)
{
	struct pin_mnt p = { make, arg, path };
	int r;

	if (mknod(path, S_IFREG, 0) < 0)
		return -errno;
	r = try_pin_mnt(&p);
	if (r == -EAGAIN)
		r = isle_ns_on_each_cpu(try_pin_mnt, &p);
	if (r)
		unlink(path);
	return r == -EAGAIN ? -EINVAL : r;
}

int isle_ns_self(const char *type)
{
	char path[48];
	int fd;

	/* Of the calling thread: in a threaded program they may differ. */
	snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", type);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool isle_ns_is(int fd, int clone_flag)
{
	return ioctl(fd, NS_GET_NSTYPE) == clone_flag;
}

uint64_t isle_ns_age(int mnt)
{
	uint64_t id;

	/* NS_GET_MNTNS_ID, since Linux 6.11; before, there was one counter for all CPUs. */
	return ioctl(mnt, _IOR(0xb7, 5, uint64_t), &id) < 0 ? 0 : id;
}

int isle_ns_id(int fd, dev_t *ret_dev, ino_t *ret_ino)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret_dev = st.st_dev;
	*ret_ino = st.st_ino;
	return 0;
}
