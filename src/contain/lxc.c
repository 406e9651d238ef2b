/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: containers of LXC, asked of each one's monitor, the process that
 * started it. It listens on an abstract socket called LXCPATH/NAME/command (too
 * long: lxc/HASH/command) and takes commands as C structures; so do those that
 * LXD and Incus start. A descriptor of the first process is asked for before
 * its number: that one means the same process in every pid namespace.
 * Abstract sockets belong to a network namespace: a container that was started
 * from another one is not seen. And anybody may listen on one, so it is looked at
 * who does, before he says which process to go to.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "contain/parts.h"

/* LXC's src/lxc/commands.h: never renumbered */
enum { GET_INIT_PID = 4, GET_INIT_PIDFD = 18 };
struct request { int command, len; const void *data; };
struct answer { int status, len; void *data; };

enum { N_PATHS = 4 };
struct lxcpaths { char *v[N_PATHS]; size_t n; };

#define SCOPED(f) __attribute__((cleanup(f)))
static void paths_done(struct lxcpaths *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
}

static void auto_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int add_path(struct lxcpaths *l, const char *root, const char *path)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_printf(&b, "%s%s", root, path);
	while (b.n > 1 && !b.bad && b.s[b.n - 1] == '/')
		b.s[--b.n] = '\0';
	l->v[l->n] = isle_buf_steal(&b);
	return l->v[l->n] ? (l->n++, 0) : -ENOMEM;
}

/* The value of "lxc.lxcpath = VALUE" in TEXT, ended by a NUL that is written into it; NULL: not there. */
static char *configured(char *text)
{
	static const char key[] = "lxc.lxcpath";

	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line += strspn(line, " \t");
		if (strncmp(line, key, sizeof(key) - 1))
			continue;
		line += sizeof(key) - 1;
		line += strspn(line, " \t");
		if (*line++ != '=')
			continue;
		line += strspn(line, " \t");
		if (*line)
			return line;
	}
	return NULL;
}

/* Where LXC's own containers are. */
static int add_own(const struct isle_contain_paths *p, struct lxcpaths *ret)
{
	isle_auto(buf) struct isle_buf conf = { 0 }, text = { 0 }, dflt = { 0 };
	const char *home = p->home ? p->home : "/";
	char *s = NULL;

	if (p->uid) {
		isle_buf_printf(&conf, "%s/.config/lxc/lxc.conf", home);
		isle_buf_printf(&dflt, "%s/.local/share/lxc", home);
	} else {
		isle_buf_printf(&conf, "%s/etc/lxc/lxc.conf", p->root);
		isle_buf_printf(&dflt, "%s/var/lib/lxc", p->root);
	}
	if (conf.bad || dflt.bad)
		return -ENOMEM;
	if (isle_contain_read(AT_FDCWD, conf.s, 1 << 20, &text) == 0 && text.s)
		s = configured(text.s);
	return add_path(ret, "", s ? s : dflt.s);
}

static int find_paths(const struct isle_contain_paths *p, struct lxcpaths *ret, struct isle_diag *diag)
{
	static const char *const others[] = {
		"/var/snap/lxd/common/lxd/containers", "/var/lib/lxd/containers", "/var/lib/incus/containers",
	};
	int r = add_own(p, ret);

	for (size_t i = 0; !r && i < ISLE_COUNT(others); i++)
		r = add_path(ret, p->root, others[i]);
	return r < 0 ? isle_fail(diag, -r, NULL, "lxc: find the containers") : 0;
}

/* The socket's name without its leading NUL; *RET_LEN with it. */
static void socket_name(const char *lxcpath, const char *name, char ret[sizeof(((struct sockaddr_un *)0)->sun_path)], size_t *ret_len)
{
	const size_t size = sizeof(((struct sockaddr_un *)0)->sun_path);
	int n = snprintf(ret + 1, size - 2, "%s/%s/command", lxcpath, name);

	ret[0] = '\0';
	if (n < 0 || (size_t)n >= size - 2) {
		isle_auto(buf) struct isle_buf b = { 0 };

		isle_buf_printf(&b, "%s/%s", lxcpath, name);
		n = snprintf(ret + 1, size - 2, "lxc/%016" PRIx64 "/command", isle_fnv1a(b.s ? b.s : ""));
	}
	*ret_len = (size_t)n + 1;
}

/* The monitor wants to know who asks. */
static int send_request(int fd, int command)
{
	struct request request = { .command = command };
	struct iovec iov = { &request, sizeof(request) };
	struct ucred me = { .pid = getpid(), .uid = getuid(), .gid = getgid() };
	union { struct cmsghdr align; char buf[CMSG_SPACE(sizeof(struct ucred))]; } control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_CREDENTIALS;
	c->cmsg_len = CMSG_LEN(sizeof(me));
	memcpy(CMSG_DATA(c), &me, sizeof(me));
	do {
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return n == sizeof(request) ? 0 : -EPROTO;
}

static void take_fd(struct msghdr *m, int *ret_fd)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
			memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
}

/* *RET_FD: a descriptor that came along, or as it was. */
static int receive_answer(int fd, struct answer *ret, int *ret_fd)
{
	struct iovec iov = { ret, sizeof(*ret) };
	union { struct cmsghdr align; char buf[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t n;

	do {
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	take_fd(&m, ret_fd);
	if (!n)
		return -ECONNRESET;
	return n == sizeof(*ret) ? 0 : -EPROTO;
}

/* "Pid:\tN" of a pidfd: the number in our own pid namespace. */
static int pid_of_pidfd(int pidfd, pid_t *ret)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[64];
	const char *s;
	uint64_t n;
	int r;

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d", pidfd);
	r = isle_contain_read(AT_FDCWD, path, 1 << 16, &b);
	if (r < 0)
		return r;
	s = strstr(b.s ? b.s : "", "\nPid:");
	if (!s)
		return -EBADMSG;
	s += 5 + strspn(s + 5, " \t");
	if (!isle_str_u64(s, strcspn(s, "\n"), &n) || !n || n > INT32_MAX)
		return -ESRCH;	/* 0: not in our pid namespace, -1: it has ended */
	*ret = (pid_t)n;
	return 0;
}

/* The monitor of a container below LXCPATH, and not somebody who has taken its name. */
static bool is_trusted(int fd, const char *lxcpath)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	struct stat st;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid() || (stat(lxcpath, &st) == 0 && peer.uid == st.st_uid);
}

/* -ECONNREFUSED: there is no monitor; -EKEYREJECTED: who listens is none. */
static int ask(const char *lxcpath, const char *name, int command, int wait_ms, pid_t *ret)
{
	char address[sizeof(((struct sockaddr_un *)0)->sun_path)];
	isle_auto(close) int fd = -1, pidfd = -1;
	struct answer a = { 0 };
	size_t len;
	int r;

	socket_name(lxcpath, name, address, &len);
	fd = isle_contain_connect(address, len, wait_ms);
	if (fd < 0)
		return fd;
	if (!is_trusted(fd, lxcpath))
		return -EKEYREJECTED;
	r = send_request(fd, command);
	if (!r)
		r = receive_answer(fd, &a, &pidfd);
	if (r < 0)
		return r;
	if (command == GET_INIT_PIDFD)
		return pidfd >= 0 ? pid_of_pidfd(pidfd, ret) : a.status < 0 ? a.status : -EPROTO;
	if (a.status < 0)
		return a.status;
	*ret = (pid_t)(intptr_t)a.data;
	return isle_contain_is_alive(*ret) ? 0 : -ESRCH;
}

static int pid_at(const char *lxcpath, const char *name, int wait_ms, pid_t *ret)
{
	pid_t pid;
	int r = ask(lxcpath, name, GET_INIT_PIDFD, wait_ms, &pid);

	/* monitors before LXC 4 know no such command */
	if (r < 0 && r != -ECONNREFUSED && r != -ESRCH && r != -ETIMEDOUT && r != -EKEYREJECTED)
		r = ask(lxcpath, name, GET_INIT_PID, wait_ms, &pid);
	if (!r)
		*ret = pid;
	return r;
}

/* NAME is none of LXC's unless it has a directory with a configuration. */
static bool is_defined(const char *lxcpath, const char *name)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_printf(&b, "%s/%s/config", lxcpath, name);
	return !b.bad && faccessat(AT_FDCWD, b.s, F_OK, AT_EACCESS) == 0;
}

static void names_at(const char *lxcpath, struct isle_contain_names *ret)
{
	SCOPED(auto_dir) DIR *d = opendir(lxcpath);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (*e->d_name != '.' && is_defined(lxcpath, e->d_name))
			isle_contain_names_add(ret, e->d_name);
}

static bool is_among(const struct isle_contain_names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

/* "… @/var/lib/lxc/web/command": one that `lxc-execute` runs needs no directory. The connections to it are there too. */
static void active_at(const char *lxcpath, const char *sockets, struct isle_contain_names *ret)
{
	static const char end[] = "/command";
	const size_t n_path = strlen(lxcpath), n_end = sizeof(end) - 1;

	for (const char *line = sockets; line; line = strchr(line, '\n')) {
		const char *at = line + strspn(line, "\n"), *stop = at + strcspn(at, "\n"), *name = memchr(at, '@', (size_t)(stop - at));
		char copy[128];
		size_t n;

		line = stop;
		if (!name || (size_t)(stop - name) <= 2 + n_path + n_end || strncmp(name + 1, lxcpath, n_path) || name[1 + n_path] != '/')
			continue;
		name += 2 + n_path;
		n = (size_t)(stop - name) - n_end;
		if (strncmp(stop - n_end, end, n_end) || n >= sizeof(copy) || memchr(name, '/', n))
			continue;
		memcpy(copy, name, n);
		copy[n] = '\0';
		if (!is_among(ret, copy))
			isle_contain_names_add(ret, copy);
	}
}

static int impostor(const char *lxcpath, const char *name, struct isle_diag *diag)
{
	isle_reject(diag, NULL, "lxc: who listens for %s/%s is another user, no monitor of LXC", lxcpath, name);
	isle_hint(diag, "`ss -xlp` shows who it is; he could lead you anywhere");
	return -EKEYREJECTED;
}

static int not_running(const struct lxcpaths *l, size_t where, const char *name, int why, struct isle_diag *diag)
{
	struct isle_contain_names names = { 0 };
	int r;

	if (where < l->n && why == -ECONNREFUSED) {
		r = isle_contain_stopped("lxc", name, "nobody listens on its command socket", "lxc-start", diag);
		isle_hint(diag, "if `lxc-info` says that it runs, it was started from another network namespace: use pid:N");
		return r;
	}
	if (where < l->n)
		return isle_contain_stopped("lxc", name, "its first process has ended", "lxc-start", diag);
	for (size_t i = 0; i < l->n; i++)
		names_at(l->v[i], &names);
	r = isle_contain_missing("lxc", name, l->v[0], &names, "lxc-ls", diag);
	isle_arena_free(names.arena);
	return r;
}

int isle_lxc_pid(const struct isle_contain_paths *p, const char *name, pid_t *ret, struct isle_diag *diag)
{
	SCOPED(paths_done) struct lxcpaths l = { 0 };
	size_t defined = SIZE_MAX;
	int r = find_paths(p, &l, diag);

	if (r < 0)
		return r;
	for (size_t i = 0; i < l.n; i++) {
		r = pid_at(l.v[i], name, p->wait_ms, ret);
		if (!r)
			return 0;
		if (r == -ESRCH)
			return not_running(&l, i, name, r, diag);
		if (r == -EKEYREJECTED)
			return impostor(l.v[i], name, diag);
		if (r != -ECONNREFUSED) {
			r = isle_fail(diag, -r, NULL, "lxc: ask the monitor of %s/%s for its first process", l.v[i], name);
			isle_hint(diag, "`lxc-info -P %s -n %s` asks the same; only root and the container's owner get an answer", l.v[i], name);
			return r;
		}
		if (defined == SIZE_MAX && is_defined(l.v[i], name))
			defined = i;
	}
	return not_running(&l, defined, name, -ECONNREFUSED, diag);
}

int isle_lxc_each(const struct isle_contain_paths *p, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	SCOPED(paths_done) struct lxcpaths l = { 0 };
	isle_auto(buf) struct isle_buf sockets = { 0 };
	int r = find_paths(p, &l, diag), wait_ms = p->wait_ms;

	if (r < 0)
		return r;
	isle_contain_read(AT_FDCWD, "/proc/thread-self/net/unix", 64 << 20, &sockets);
	for (size_t i = 0; i < l.n; i++) {
		struct isle_contain_names names = { 0 };
		pid_t pid;

		names_at(l.v[i], &names);
		if (sockets.s)
			active_at(l.v[i], sockets.s, &names);
		for (size_t k = 0; k < names.n; k++)
			switch (pid_at(l.v[i], names.v[k], wait_ms, &pid)) {
			case 0:
				fn(names.v[k], pid, arg);
				break;
			case -ETIMEDOUT:	/* patience for one, not for each */
				wait_ms = wait_ms < 100 ? wait_ms : 100;
				break;
			}
		isle_arena_free(names.arena);
	}
	return 0;
}
