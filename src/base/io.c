/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting with a deadline. A deadline is a time of the monotonic clock in
 * milliseconds, so that one holds for many calls in a row. Interrupted waits go
 * on; sockets are not left blocking; no SIGPIPE is raised.
 */
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include "base/base.h"

int64_t isle_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int isle_io_await(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int r;

	do {
		int64_t left = deadline - isle_now_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		r = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r ? 0 : -ETIMEDOUT;
}

int isle_io_send(int fd, const void *bytes, size_t n, int64_t deadline)
{
	const char *at = bytes;

	while (n) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		int r;

		if (k < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (k < 0) {
			r = isle_io_await(fd, POLLOUT, deadline);
			if (r < 0)
				return r;
			k = 0;
		}
		at += k;
		n -= (size_t)k;
	}
	return 0;
}

ssize_t isle_io_receive(int fd, void *bytes, size_t size, int64_t deadline)
{
	ssize_t n;
	int r;

	do {
		r = isle_io_await(fd, POLLIN, deadline);
		if (r < 0)
			return r;
		n = recv(fd, bytes, size, MSG_DONTWAIT);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n < 0 ? -errno : n;
}
