/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: small files, whole, relative to a directory's descriptor.
 */
#include <fcntl.h>
#include "tree/file.h"

int isle_file_write(int dir, const char *path, const char *text, size_t len, mode_t mode)
{
	isle_auto(close) int fd = openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0)
		return -errno;
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int read_all(int fd, size_t max, struct isle_buf *out)
{
	char part[8192];

	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return out->bad ? -ENOMEM : 0;
		if (n > 0)
			isle_buf_put(out, part, (size_t)n);
		if (out->n > max)
			return -EFBIG;
	}
}

int isle_file_read(int dir, const char *path, size_t max, char **ret, size_t *ret_n)
{
	isle_auto(close) int fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	isle_auto(buf) struct isle_buf out = { 0 };
	int r;

	if (fd < 0)
		return -errno;
	r = read_all(fd, max, &out);
	if (r)
		return r;
	if (ret_n)
		*ret_n = out.n;
	*ret = isle_buf_steal(&out);
	return *ret ? 0 : -ENOMEM;
}
