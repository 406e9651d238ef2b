/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: by which it is known that a file was changed since a host got its copy
 * of it: the sum of its text, kept beside the copy as N.sum. Times and sizes
 * tell less: editors keep the one, and many a change the other. System calls only.
 */
#include <fcntl.h>
#include "enter/own.h"
#include "tree/file.h"

enum { NAME_ROOM = 32 };

int isle_sum_fd(int fd, uint64_t *ret)
{
	unsigned char buf[8192];
	uint64_t sum = isle_fnv1a("");
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buf, sizeof(buf), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		sum = isle_fnv1a_more(sum, buf, (size_t)n);
		at += n;
	}
	*ret = sum;
	return 0;
}

int isle_sum_write(int dir, size_t nth, uint64_t sum)
{
	char name[NAME_ROOM], fresh[NAME_ROOM + 8], text[24];
	int r;

	snprintf(name, sizeof(name), "%zu.sum", nth);
	snprintf(fresh, sizeof(fresh), "%s.new", name);
	snprintf(text, sizeof(text), "%016llx\n", (unsigned long long)sum);
	unlinkat(dir, fresh, 0);
	r = isle_file_write(dir, fresh, text, strlen(text), 0600);
	return r ? r : renameat(dir, fresh, dir, name) < 0 ? -errno : 0;
}

int isle_sum_read(int dir, size_t nth, uint64_t *ret)
{
	char name[NAME_ROOM], text[24] = "";
	isle_auto(close) int fd = -1;

	snprintf(name, sizeof(name), "%zu.sum", nth);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	*ret = strtoull(text, NULL, 16);
	return 0;
}
