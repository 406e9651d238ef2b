/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: directories, read with system calls alone: opendir(3) allocates, which
 * the child of a threaded program may not do.
 */
#include <limits.h>
#include <sys/syscall.h>
#include "ns/ns.h"

struct entry {			/* as getdents64(2) gives it */
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

int isle_dir_each(int dir, int (*fn)(const char *name, void *arg), void *arg)
{
	_Alignas(struct entry) char buf[2048];
	long n;

	while ((n = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0)
		for (long i = 0; i < n;) {
			const struct entry *e = (const void *)(buf + i);
			int r = strcmp(e->name, ".") && strcmp(e->name, "..") ? fn(e->name, arg) : 0;

			if (r)
				return r;
			i += e->reclen;
		}
	return n < 0 ? -errno : 0;
}

int isle_dir_copy_link(int from, int to, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = 0;
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}
