/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names that come and go in /run/netns, by inotify: a name is there from
 * the creation of its file, which is a moment before its namespace.
 */
#include <sys/inotify.h>
#include "ns/named.h"

int isle_netns_watch(int *ret_fd, struct isle_diag *diag)
{
	isle_auto(close) int fd = inotify_init1(IN_CLOEXEC);
	int r;

	if (fd < 0)
		return isle_fail(diag, errno, NULL, "inotify_init failed");
	r = isle_netns_dir(diag);
	if (r < 0)
		return r;
	if (inotify_add_watch(fd, ISLE_NETNS_DIR, IN_CREATE | IN_DELETE) < 0)
		return isle_fail(diag, errno, NULL, "inotify_add_watch failed");
	*ret_fd = isle_steal_fd(&fd);
	return 0;
}

int isle_netns_changes(int fd, void (*fn)(const char *, bool, void *), void *arg, struct isle_diag *diag)
{
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t n;

	do
		n = read(fd, buf, sizeof(buf));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return isle_fail(diag, errno, NULL, "read failed");
	for (char *p = buf; p < buf + n;) {
		const struct inotify_event *e = (const struct inotify_event *)p;

		if (e->mask & (IN_CREATE | IN_DELETE) && e->len)
			fn(e->name, e->mask & IN_CREATE, arg);
		p += sizeof(*e) + e->len;
	}
	return 0;
}
