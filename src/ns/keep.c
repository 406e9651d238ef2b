/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: keeping a namespace at a path that somebody chose: a bind mount on a file
 * that is made if it is not there. Mount namespaces are refused (EINVAL) on a
 * mount that is shared, since a copy of it would appear inside what it keeps,
 * and where they count as older than the one they are kept in (see pin.c).
 */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/keep.h"

/* Does the line of mountinfo beginning at S, N bytes, say that mount ID is shared? */
static bool line_says(const char *s, size_t n, const char *id)
{
	return !strncmp(s, id, strlen(id)) && s[strlen(id)] == ' ' && memmem(s, n, " shared:", 8);
}

/* PATH, or its directory where there is none. */
static int open_there(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (fd >= 0 || (slash && (size_t)(slash - path) >= sizeof(dir) - 1))
		return fd;
	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	return open(dir, O_PATH | O_CLOEXEC);
}

static bool mount_id(const char *path, char id[16])
{
	isle_auto(close) int fd = open_there(path);
	char file[40], text[512], *s;
	ssize_t n;

	snprintf(file, sizeof(file), "/proc/self/fdinfo/%d", fd);
	isle_auto(close) int info = fd < 0 ? -1 : open(file, O_RDONLY | O_CLOEXEC);
	n = info < 0 ? -1 : read(info, text, sizeof(text) - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	s = strstr(text, "mnt_id:");
	if (!s)
		return false;
	s += 7 + strspn(s + 7, " \t");
	snprintf(id, 16, "%.*s", (int)strspn(s, "0123456789"), s);
	return true;
}

bool isle_ns_is_shared(const char *path)
{
	isle_auto(close) int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	char buf[8192], id[16], *s, *end;
	size_t have = 0;
	ssize_t n;

	if (fd < 0 || !mount_id(path, id))
		return false;
	while ((n = read(fd, buf + have, sizeof(buf) - 1 - have)) > 0) {
		have += (size_t)n;
		buf[have] = '\0';
		for (s = buf; (end = strchr(s, '\n')); s = end + 1)
			if (line_says(s, (size_t)(end - s), id))
				return true;
		have -= (size_t)(s - buf);
		memmove(buf, s, have);
		if (have == sizeof(buf) - 1)
			have = 0;	/* a line that long */
	}
	return false;
}

int isle_ns_keep_at(const char *from, const char *path)
{
	const bool made = mknod(path, S_IFREG, 0) == 0;

	if (!made && errno != EEXIST)
		return -errno;
	if (mount(from, path, NULL, MS_BIND, NULL) == 0)
		return 0;
	const int r = -errno;

	if (made)
		unlink(path);
	return r;
}

void isle_ns_keep_failed(int r, int type, const char *path, struct isle_ns_fault *f)
{
	isle_ns_fault(f, -r, "cannot keep the %s namespace at %s", isle_ns_type_name(type), path);
	if (r == -EPERM || r == -EACCES)
		isle_ns_fault_hint(f, "it is kept by a mount: that takes root where %s is", path);
	else if (r == -ENOENT && type == ISLE_NS_PID)
		isle_ns_fault_hint(f, "the namespace begins with its first process: add --fork");
	else if (r == -ENOENT || r == -ENOTDIR)
		isle_ns_fault_hint(f, "the file is made if it is not there, its directory is not");
	else if (r == -EINVAL && type == ISLE_NS_MNT && isle_ns_is_shared(path))
		isle_ns_fault_hint(f, "%s is on a shared mount, which a mount namespace cannot be kept on; make a private one: "
				   "mount --bind DIR DIR && mount --make-private DIR", path);
	else if (r == -EINVAL && type == ISLE_NS_MNT)
		isle_ns_fault_hint(f, "the kernel keeps a mount namespace only in an older one");
}

int isle_ns_keep(int fd, const char *path, struct isle_diag *diag)
{
	struct isle_ns_fault f = { 0 };
	char from[40];
	int type, r;

	for (type = 0; type < ISLE_NS_TYPES; type++)
		if (isle_ns_is(fd, isle_ns_type_flag(type)))
			break;
	if (type == ISLE_NS_TYPES)
		return isle_fail(diag, EINVAL, NULL, "descriptor %d is no namespace", fd);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	r = isle_ns_pin(from, path);
	if (r)
		isle_ns_keep_failed(r, type, path, &f);
	return isle_ns_fault_report(&f, diag);
}
