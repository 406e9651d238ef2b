/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the engines that are known by their files: podman by its storage and its
 * pid files, with children that pose as conmon and container, and machined's
 * machines.
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

/* ---- machines */

static void machines(void **state)
{
	struct world *w = *state;
	isle_auto(buf) struct isle_buf b = { 0 };
	char want[64];
	pid_t pid = 0, dead = child_start();

	child_stop(dead);
	assert_int_equal(isle_machine_pid(&w->p, "m", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "systemd-machined has not run here"));
	assert_int_equal(isle_machine_each(&w->p, note_container, &b, w->diag), 0);
	world_file(w, "/run/systemd/machines/mine", "# This is private data. Do not parse.\nNAME=mine\nXLEADER=1\nLEADER=%d\n", (int)getpid());
	world_file(w, "/run/systemd/machines/old", "NAME=old\nLEADER=%d\n", (int)dead);
	world_file(w, "/run/systemd/machines/odd", "NAME=odd\nLEADER=-4\n");
	world_file(w, "/run/systemd/machines/unit:machine-mine.scope", "LEADER=%d\n", (int)getpid());
	world_file(w, "/run/systemd/machines/.#mine0815", "LEADER=%d\n", (int)getpid());
	assert_int_equal(isle_machine_pid(&w->p, "mine", &pid, w->diag), 0);
	assert_int_equal(pid, getpid());
	assert_int_equal(isle_machine_pid(&w->p, "old", &pid, w->diag), -ESRCH);
	assert_non_null(strstr(world_said(w), "machine container old does not run"));
	assert_int_equal(isle_machine_pid(&w->p, "odd", &pid, w->diag), -EBADMSG);
	assert_int_equal(isle_machine_pid(&w->p, "unit:machine-mine.scope", &pid, w->diag), -ENOENT);
	assert_int_equal(isle_machine_pid(&w->p, "mien", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "did you mean machine:mine?"));
	assert_int_equal(isle_machine_each(&w->p, note_container, &b, w->diag), 0);
	snprintf(want, sizeof(want), "mine=%d ", (int)getpid());
	assert_string_equal(b.s, want);
}

static void no_memory(void **state)
{
	struct world *w = *state;
	struct pod pod = pod_start(ID_A, "/nonexistent");

	world_file(w, "/etc/containers/storage.conf", "[storage]\nrunroot = \"%s/r\"\n", w->dir);
	world_file(w, PODS "/containers.json", "[{\"id\":\"" ID_A "\",\"names\":[\"web\"]}]");
	world_file(w, "/r/overlay-containers/" ID_A "/userdata/pidfile", "%d", (int)pod.container);
	world_file(w, "/run/systemd/machines/m", "LEADER=%d\n", (int)pod.container);
	world_without_memory(w, isle_podman_pid, "web", "wbe", pod.container);
	world_without_memory(w, isle_machine_pid, "m", "n", pod.container);
	pod_stop(&pod);
}

#define W(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
UNIT_MAIN(W(podman_finds), W(podman_recycled), W(podman_pidfile), W(podman_damaged), W(podman_conf), W(machines), W(no_memory))
