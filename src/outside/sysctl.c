/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: sysctls as files. Below /proc/sys/net the kernel shows the network
 * namespace of the thread that opens, so callers go there first.
 */
#include <fcntl.h>
#include "outside/uplink.h"

static int open_sysctl(const char *path, int flags)
{
	char full[160];
	int n = snprintf(full, sizeof(full), "/proc/sys/%s", path), fd;

	if (n < 0 || (size_t)n >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int isle_sysctl_read(const char *path, char *ret, size_t size)
{
	isle_auto(close) int fd = open_sysctl(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, ret, size - 1);
	if (n < 0)
		return -errno;
	while (n > 0 && ret[n - 1] == '\n')
		n--;
	ret[n] = 0;
	return 0;
}

int isle_sysctl_write(const char *path, const char *value)
{
	isle_auto(close) int fd = open_sysctl(path, O_WRONLY);

	if (fd < 0)
		return fd;
	return write(fd, value, strlen(value)) < 0 ? -errno : 0;
}
