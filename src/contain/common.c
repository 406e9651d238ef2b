/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what all engines need: where things are, is a process alive, small
 * files, names that are near, and the same words for the same trouble.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include "contain/parts.h"

static const char *variable(const char *name)
{
	const char *s = secure_getenv(name);

	return s && *s ? s : NULL;
}

void isle_contain_paths_here(struct isle_contain_paths *ret)
{
	/* what `podman unshare` and its kin say to those below: whose containers these are */
	const char *uid = variable("_CONTAINERS_ROOTLESS_UID");
	uint64_t n;

	*ret = (struct isle_contain_paths){
		.root = "",
		.wait_ms = 10000,
		.uid = uid && isle_str_u64(uid, strlen(uid), &n) ? (uid_t)n : geteuid(),
		.home = variable("HOME"),
		.runtime_dir = variable("XDG_RUNTIME_DIR"),
		.config_home = variable("XDG_CONFIG_HOME"),
		.data_home = variable("XDG_DATA_HOME"),
		.docker_host = variable("DOCKER_HOST"),
		.storage_conf = variable("CONTAINERS_STORAGE_CONF"),
	};
}

bool isle_contain_is_alive(pid_t pid)
{
	struct pollfd p = { .events = POLLIN };
	isle_auto(close) int fd = -1;

	if (pid <= 0)
		return false;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return errno != ESRCH && (!kill(pid, 0) || errno == EPERM);
	p.fd = fd;
	return poll(&p, 1, 0) == 0;	/* it becomes readable at the end of the process */
}

int isle_contain_read(int dirfd, const char *path, size_t max, struct isle_buf *b)
{
	isle_auto(close) int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	char chunk[8192];
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		isle_buf_put(b, chunk, (size_t)n);
		if (b->n > max)
			return -EFBIG;
	}
	isle_buf_puts(b, "");
	return b->bad ? -ENOMEM : 0;
}

int isle_contain_read_pid(int dirfd, const char *path, pid_t *ret)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	int r = isle_contain_read(dirfd, path, 4096, &b);
	uint64_t n;

	if (r < 0)
		return r;
	if (!b.s || !isle_str_u64(b.s, strcspn(b.s, " \n"), &n) || !n || n > INT32_MAX)
		return -EBADMSG;
	*ret = (pid_t)n;
	return 0;
}

int isle_contain_check_name(const char *engine, const char *name, struct isle_diag *diag)
{
	bool is_bad = !*name || strlen(name) > 255 || !strcmp(name, ".") || !strcmp(name, "..");

	for (const char *s = name; *s; s++)
		is_bad |= *s == '/' || (unsigned char)*s < ' ' || *s == 0x7f;
	if (!is_bad)
		return 0;
	isle_reject(diag, NULL, *name ? "%s:%s: no container can be called that" : "%s:%s the name of the container is missing",
		    engine, name);
	isle_hint(diag, "write %s:NAME, with the name that %s shows", engine, engine);
	return -EINVAL;
}

void isle_contain_names_add(struct isle_contain_names *names, const char *name)
{
	const char *copy;

	if (!names->arena)
		names->arena = isle_arena_new();
	if (!names->arena || !isle_arena_grow(names->arena, &names->v, names->n, &names->cap, sizeof(*names->v)))
		return;
	copy = isle_arena_strdup(names->arena, name);
	if (copy)
		names->v[names->n++] = copy;
}

int isle_contain_missing(const char *engine, const char *name, const char *where, const struct isle_contain_names *names,
			 const char *list, struct isle_diag *diag)
{
	const char *near = isle_near_best(name, names->v, names->n);
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_reject(diag, NULL, "%s has no container %s (%s)", engine, name, where);
	if (near) {
		isle_hint(diag, "did you mean %s:%s?", engine, near);
	} else if (names->n && names->n <= 8) {
		for (size_t i = 0; i < names->n; i++)
			isle_buf_printf(&b, "%s%s", i ? ", " : "", names->v[i]);
		isle_hint(diag, "it has: %s", b.s ? b.s : "");
	} else {
		isle_hint(diag, names->n ? "`%s` lists them" : "it has none at all; `%s` would list them", list);
	}
	return -ENOENT;
}

int isle_contain_stopped(const char *engine, const char *name, const char *why, const char *start, struct isle_diag *diag)
{
	isle_reject(diag, NULL, "the %s container %s does not run (%s), so it has no namespaces", engine, name, why);
	isle_hint(diag, "start it: %s %s", start, name);
	return -ESRCH;
}

/* A path that is too long for a socket's address is opened first: its descriptor has a short one. */
static int connect_long(int fd, const char *path)
{
	isle_auto(close) int file = open(path, O_PATH | O_CLOEXEC);
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	if (file < 0)
		return -errno;
	snprintf(sa.sun_path, sizeof(sa.sun_path), "/proc/thread-self/fd/%d", file);
	return connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ? -errno : 0;
}

int isle_contain_connect(const char *name, size_t len, int wait_ms)
{
	const struct timeval patience = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	isle_auto(close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	if (len > sizeof(sa.sun_path) - 1 && !*name)
		return -ENAMETOOLONG;
	if (len > sizeof(sa.sun_path) - 1)
		r = connect_long(fd, name);
	else {
		memcpy(sa.sun_path, name, len);
		r = connect(fd, (struct sockaddr *)&sa, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (*name != 0)));
		r = r < 0 ? -errno : 0;
	}
	if (r == -EAGAIN || r == -EINPROGRESS)
		r = -ETIMEDOUT;
	return r < 0 ? r : isle_steal_fd(&fd);
}
