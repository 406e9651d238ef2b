/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: LXC by the command socket of a container's monitor, which is a thread
 * here.
 */
#include "contain_help.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

struct lxc_request { int command, len; const void *data; };
struct lxc_answer { int status, len; void *data; };
static pid_t lxc_pid;		/* what the monitors below answer */
static bool lxc_is_old;

static void send_pidfd(int fd, pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct lxc_answer a = { 0 };
	struct iovec iov = { &a, sizeof(a) };
	union { struct cmsghdr align; char buf[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &pidfd, sizeof(int));
	sendmsg(fd, &m, MSG_NOSIGNAL);
	close(pidfd);
}

/* As LXC's: who does not say who he is gets no answer; a command that it does not know ends the connection. */
static void lxc_monitor(int fd, struct server *s)
{
	struct lxc_request q;
	struct lxc_answer a = { 0 };
	struct iovec iov = { &q, sizeof(q) };
	union { struct cmsghdr align; char buf[CMSG_SPACE(sizeof(struct ucred))]; } control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	int one = 1;

	(void)s;
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
	if (recvmsg(fd, &m, 0) != sizeof(q) || !CMSG_FIRSTHDR(&m))
		return;
	if (q.command == 18 && !lxc_is_old)
		send_pidfd(fd, lxc_pid);
	if (q.command != 4)
		return;
	a.data = (void *)(intptr_t)lxc_pid;
	send(fd, &a, sizeof(a), MSG_NOSIGNAL);
}

static void lxc_refuses(int fd, struct server *s)
{
	struct lxc_answer a = { .status = -EACCES };
	char c[64];

	(void)s;
	if (recv(fd, c, sizeof(c), 0) > 0)
		send(fd, &a, sizeof(a), MSG_NOSIGNAL);
}

static void lxc_silent(int fd, struct server *s)
{
	char c[64];

	(void)s;
	while (recv(fd, c, sizeof(c), 0) > 0)
		;
}

static size_t lxc_address(const char *lxcpath, const char *name, char ret[256])
{
	ret[0] = '\0';
	return 1 + (size_t)snprintf(ret + 1, 255, "%s/%s/command", lxcpath, name);
}

static void lxc_finds(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = lxc_monitor };
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[128], address[256], want[64];
	pid_t pid = 0;

	snprintf(path, sizeof(path), "%s/var/lib/lxc", w->dir);
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "lxc has no container b1 ("));
	world_file(w, "/var/lib/lxc/b1/config", "lxc.uts.name = b1\n");
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), -ESRCH);
	assert_non_null(strstr(world_said(w), "the lxc container b1 does not run"));
	assert_int_equal(isle_lxc_pid(&w->p, "b2", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "did you mean lxc:b1?"));

	lxc_pid = child_start();
	for (int old = 0; old < 2; old++) {
		lxc_is_old = old;
		server_start(&s, address, lxc_address(path, "b1", address));
		pid = 0;
		assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), 0);
		assert_int_equal(pid, lxc_pid);
		isle_buf_done(&b);
		assert_int_equal(isle_lxc_each(&w->p, note_container, &b, w->diag), 0);
		snprintf(want, sizeof(want), "b1=%d ", (int)lxc_pid);
		assert_string_equal(b.s, want);
		server_stop(&s);
	}
	/* the container has ended, the monitor has not noticed yet */
	child_stop(lxc_pid);
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), -ESRCH);
	server_stop(&s);
}

static void lxc_paths(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = lxc_monitor };
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[256], address[256], home[128], want[64];
	pid_t pid = 0;

	lxc_pid = child_start();
	lxc_is_old = false;
	/* lxc.conf; one without a directory of its own, as lxc-execute has it */
	snprintf(path, sizeof(path), "%s/elsewhere", w->dir);
	world_file(w, "/etc/lxc/lxc.conf", "# lxc.lxcpath = /no\nlxc.lxcpathes = /no\n  lxc.lxcpath = %s//\n", path);
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), 0);
	assert_int_equal(isle_lxc_each(&w->p, note_container, &b, w->diag), 0);
	snprintf(want, sizeof(want), "b1=%d ", (int)lxc_pid);
	assert_string_equal(b.s, want);
	server_stop(&s);

	/* what does not fit into an address is hashed */
	snprintf(path, sizeof(path), "%s/%090d", w->dir, 1);
	world_file(w, "/etc/lxc/lxc.conf", "lxc.lxcpath=%s\n", path);
	strcat(path, "/b1");
	address[0] = '\0';
	server_start(&s, address, 1 + (size_t)snprintf(address + 1, 255, "lxc/%016" PRIx64 "/command", isle_fnv1a(path)));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), 0);
	server_stop(&s);

	/* a user's own */
	w->p.uid = 1;
	snprintf(home, sizeof(home), "%s/h", w->dir);
	w->p.home = home;
	snprintf(path, sizeof(path), "%s/h/.local/share/lxc", w->dir);
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), 0);
	server_stop(&s);

	/* LXD */
	snprintf(path, sizeof(path), "%s/var/snap/lxd/common/lxd/containers", w->dir);
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), 0);
	server_stop(&s);
	child_stop(lxc_pid);
}

static void lxc_trouble(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = lxc_refuses };
	char path[128], address[256];
	pid_t pid = 0;

	snprintf(path, sizeof(path), "%s/var/lib/lxc", w->dir);
	world_file(w, "/var/lib/lxc/b1/config", "lxc.uts.name = b1\n");
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), -EACCES);
	assert_non_null(strstr(world_said(w), "lxc: ask the monitor of "));
	server_stop(&s);
	w->p.wait_ms = 50;
	s.serve = lxc_silent;
	server_start(&s, address, lxc_address(path, "b1", address));
	assert_int_equal(isle_lxc_pid(&w->p, "b1", &pid, w->diag), -ETIMEDOUT);
	server_stop(&s);
}

static void no_memory(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = lxc_monitor };
	char path[128], address[256];

	snprintf(path, sizeof(path), "%s/var/lib/lxc", w->dir);
	world_file(w, "/var/lib/lxc/b1/config", "lxc.uts.name = b1\n");
	lxc_pid = child_start();
	lxc_is_old = false;
	server_start(&s, address, lxc_address(path, "b1", address));
	world_without_memory(w, isle_lxc_pid, "b1", "b2", lxc_pid);
	server_stop(&s);
	child_stop(lxc_pid);
}

#define W(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
UNIT_MAIN(W(lxc_finds), W(lxc_paths), W(lxc_trouble), W(no_memory))
