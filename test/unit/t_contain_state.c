/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the engines that have no API to ask: podman by its storage and its pid
 * files, with children that pose as conmon and container; LXC by the command
 * socket of a monitor, which is a thread here.
 */
#include "contain_help.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* ---- podman */

/* A shell that carries ID and PIDFILE on its command line as conmon does, with a child that is the container. */
struct pod { pid_t conmon, container; };

static struct pod pod_start(const char *id, const char *pidfile)
{
	struct pod p;
	char line[32] = "";
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	p.conmon = fork();
	assert_true(p.conmon >= 0);
	if (!p.conmon) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], 1);
		close(fds[0]);
		execl("/bin/sh", "conmon", "-c", "sleep 60 & echo $!; exec >/dev/null; wait", "conmon", "-c", id, "-p", pidfile, NULL);
		_exit(127);
	}
	close(fds[1]);
	assert_true(read(fds[0], line, sizeof(line) - 1) > 0);
	close(fds[0]);
	p.container = atoi(line);
	assert_true(p.container > 0);
	return p;
}

static void pod_stop(struct pod *p)
{
	kill(p->container, SIGKILL);
	child_stop(p->conmon);
}

static const char *storage_line(const struct world *w)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s/var/lib/containers/storage", w->dir);
	return text;
}

#define PODS "/var/lib/containers/storage/overlay-containers"
#define RUN "/run/containers/storage/overlay-containers"

static void podman_finds(void **state)
{
	struct world *w = *state;
	isle_auto(buf) struct isle_buf b = { 0 };
	char file[256], want[64];
	struct pod pod;
	pid_t pid = 0;

	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "podman has no storage at "));
	assert_int_equal(isle_podman_each(&w->p, note_container, &b, w->diag), 0);
	world_file(w, PODS "/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\",\"www\"]}]");
	world_file(w, PODS "/volatile-containers.json", "[{\"id\":\"" ID_B "\",\"names\":[\"db\"]}]");
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ESRCH);
	assert_string_equal(world_said(w), "the podman container web does not run (none of its processes is alive), so it has no namespaces"
			    " | start it: podman start web");

	snprintf(file, sizeof(file), "%s" RUN "/" ID_A "/userdata/pidfile", w->dir);
	pod = pod_start(ID_A, file);
	world_file(w, RUN "/" ID_A "/userdata/pidfile", "%d", (int)pod.container);
	for (const char *const *n = (const char *const[]){ "web", "www", ID_A, "aaa", NULL }; *n; n++) {
		pid = 0;
		assert_int_equal(isle_podman_pid(&w->p, *n, &pid, w->diag), 0);
		assert_int_equal(pid, pod.container);
	}
	assert_int_equal(isle_podman_pid(&w->p, "aa", &pid, w->diag), -EINVAL);
	assert_non_null(strstr(world_said(w), "several containers"));
	assert_int_equal(isle_podman_pid(&w->p, "wbe", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "podman has no container wbe ("));
	assert_non_null(strstr(world_said(w), "did you mean podman:web?"));
	assert_non_null(strstr(world_said(w), storage_line(w)));
	assert_int_equal(isle_podman_each(&w->p, note_container, &b, w->diag), 0);
	snprintf(want, sizeof(want), "web=%d ", (int)pod.container);
	assert_string_equal(b.s, want);
	pod_stop(&pod);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ESRCH);
}

/* The file outlived its process, and the number is somebody else's now. */
static void podman_recycled(void **state)
{
	struct world *w = *state;
	pid_t pid = 0, other = child_start();

	world_file(w, PODS "/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\"]}]");
	world_file(w, RUN "/" ID_A "/userdata/pidfile", "%d\n", (int)other);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ESRCH);
	assert_int_equal(pid, 0);
	world_file(w, RUN "/" ID_A "/userdata/pidfile", "-1");
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ESRCH);
	child_stop(other);
}

/* podman run --pidfile FILE: conmon knows where. */
static void podman_pidfile(void **state)
{
	struct world *w = *state;
	char file[256];
	struct pod pod;
	pid_t pid = 0;

	world_file(w, PODS "/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\"]}]");
	snprintf(file, sizeof(file), "%s/mine.pid", w->dir);
	pod = pod_start(ID_A, file);
	world_file(w, "/mine.pid", "%d", (int)pod.container);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), 0);
	assert_int_equal(pid, pod.container);
	pod_stop(&pod);
}

static void podman_damaged(void **state)
{
	struct world *w = *state;
	pid_t pid = 0;

	world_file(w, PODS "/containers.json", "[{\"id\":\"../../etc\",\"names\":[\"web\"]},{},7]");
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	world_file(w, PODS "/containers.json", "[{\"id\":");
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -EBADMSG);
	assert_non_null(strstr(world_said(w), "containers.json:1:"));
}

/* Where a storage.conf says, whoever's it is. */
static void podman_conf(void **state)
{
	struct world *w = *state;
	char file[256], home[128], conf[128];
	struct pod pod = pod_start(ID_A, "/nonexistent");
	pid_t pid = 0;

	/* root: the administrator's file */
	world_file(w, "/etc/containers/storage.conf", "# graphroot = \"/no\"\n[storage]\n  runroot='%s/r'\ngraphroot = \"%s/g\" # here\n"
		   "[storage.options]\ngraphroot = \"/not/this\"\n", w->dir, w->dir);
	world_file(w, "/g/vfs-containers/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\"]}]");
	world_file(w, "/r/vfs-containers/" ID_A "/userdata/pidfile", "%d", (int)pod.container);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), 0);

	/* a user: not root's places, but what root says of users' */
	w->p.uid = getuid() + 1;
	snprintf(home, sizeof(home), "%s/home", w->dir);
	snprintf(file, sizeof(file), "%s/run/user", w->dir);
	w->p.home = home;
	w->p.runtime_dir = file;
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	world_file(w, "/home/.local/share/containers/storage/vfs-containers/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"own\"]}]");
	world_file(w, "/run/user/containers/vfs-containers/" ID_A "/userdata/pidfile", "%d", (int)pod.container);
	assert_int_equal(isle_podman_pid(&w->p, "own", &pid, w->diag), 0);
	world_file(w, "/etc/containers/storage.conf", "[storage]\nrootless_storage_path = \"$HOME/pods/${UID}\"\n");
	snprintf(conf, sizeof(conf), "/home/pods/%u/vfs-containers/containers.json", (unsigned)w->p.uid);
	world_file(w, conf, "[{\"id\":\"" ID_A "\",\"names\":[\"there\"]}]");
	assert_int_equal(isle_podman_pid(&w->p, "there", &pid, w->diag), 0);
	world_file(w, "/home/.config/containers/storage.conf", "[storage]\ngraphroot = \"%s/g\"\n", w->dir);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), 0);

	/* CONTAINERS_STORAGE_CONF beats them all, and must be there */
	snprintf(conf, sizeof(conf), "%s/my.conf", w->dir);
	w->p.storage_conf = conf;
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "my.conf (CONTAINERS_STORAGE_CONF)"));
	world_file(w, "/my.conf", "[storage]\ngraphroot = \"%s/g\"\nrunroot = \"%s/r\"\n", w->dir, w->dir);
	assert_int_equal(isle_podman_pid(&w->p, "web", &pid, w->diag), 0);
	pod_stop(&pod);
}

/* ---- LXC */

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

/* Memory that runs out anywhere: some refusal, no crash, no leak, and nothing handed out. */
static void no_memory(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = lxc_monitor };
	char path[128], address[256];
	struct pod pod = pod_start(ID_A, "/nonexistent");

	snprintf(path, sizeof(path), "%s/var/lib/lxc", w->dir);
	world_file(w, "/var/lib/lxc/b1/config", "lxc.uts.name = b1\n");
	lxc_pid = pod.container;
	lxc_is_old = false;
	server_start(&s, address, lxc_address(path, "b1", address));
	world_file(w, "/etc/containers/storage.conf", "[storage]\nrunroot = \"%s/r\"\n", w->dir);
	world_file(w, PODS "/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\"]}]");
	world_file(w, "/r/overlay-containers/" ID_A "/userdata/pidfile", "%d", (int)pod.container);
	world_file(w, "/run/systemd/machines/m", "LEADER=%d\n", (int)pod.container);
	for (unsigned which = 0; which < 6; which++) {
		static const char *const names[] = { "b1", "web", "m", "b2", "wbe", "n" };
		int (*const fns[])(const struct isle_contain_paths *, const char *, pid_t *, struct isle_diag *) = {
			isle_lxc_pid, isle_podman_pid, isle_machine_pid,
		};
		bool hit = true;

		for (unsigned long n = 1; hit; n++) {
			struct isle_diag *diag = isle_diag_new();
			pid_t pid = -7;
			int r;

			fault_at(n);
			r = fns[which % 3](&w->p, names[which], &pid, diag);
			hit = fault_hit();
			fault_at(0);
			assert_int_equal(pid, r ? -7 : pod.container);
			assert_true(which < 3 || r < 0);
			assert_true(hit || r == (which < 3 ? 0 : -ENOENT));
			isle_diag_free(diag);
		}
	}
	server_stop(&s);
	pod_stop(&pod);
}

#define W(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
UNIT_MAIN(W(podman_finds), W(podman_recycled), W(podman_pidfile), W(podman_damaged), W(podman_conf),
	  W(lxc_finds), W(lxc_paths), W(lxc_trouble), W(no_memory))
