/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: src/contain against docker as a few lines in a thread: its HTTP in every
 * shape it may have; and what is the same for all engines. The others are in
 * t_contain_state.c and t_contain_lxc.c, the real ones in test/peers.
 */
#include "contain_help.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- HTTP, docker */

static void read_request(int fd, char *buf, size_t size)
{
	size_t n = 0;

	while (n < size - 1) {
		ssize_t k = recv(fd, buf + n, size - 1 - n, 0);

		if (k <= 0)
			break;
		n += (size_t)k;
		buf[n] = '\0';
		if (strstr(buf, "\r\n\r\n"))
			break;
	}
	buf[n] = '\0';
}

static void write_answer(int fd, const char *text, size_t step)
{
	size_t n = strlen(text);

	while (n) {
		ssize_t k = send(fd, text, step && step < n ? step : n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		text += k;
		n -= (size_t)k;
	}
}

static void say_same(int fd, struct server *s)
{
	char request[4096];

	read_request(fd, request, sizeof(request));
	write_answer(fd, s->answer, s->step);
}

/* Says nothing until the other side goes. */
static void say_nothing(int fd, struct server *s)
{
	char c[256];

	(void)s;
	while (recv(fd, c, sizeof(c), 0) > 0)
		;
}

static void socket_path(const struct world *w, char path[108])
{
	char dir[108];

	snprintf(dir, sizeof(dir), "%s/run", w->dir);
	mkdir(dir, 0755);
	snprintf(path, 108, "%s/run/docker.sock", w->dir);
}

struct http_case { const char *answer; int r; unsigned status; const char *body; };

static const struct http_case http_cases[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0, 200, "hello" },
	{ "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello and more", 0, 200, "hello" },
	{ "HTTP/1.0 200 OK\n\nuntil the end", 0, 200, "until the end" },
	{ "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 0, 200, NULL },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 0, 200, "abc0123456789" },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", 0, 404, "{}" },
	{ "HTTP/1.1 204 No Content\r\n\r\n", 0, 204, NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", -EPROTO, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", -EPROTO, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx", -EFBIG, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n", -EPROTO, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", -EPROTO, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\nabc", -EFBIG, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", -EPROTO, 0, NULL },
	{ "HTTP/1.1 200 OK\r\nNo end", -EPROTO, 0, NULL },
	{ "HTTP/2 200 OK\r\n\r\n", -EPROTO, 0, NULL },
	{ "SSH-2.0-OpenSSH_9.2\r\n", -EPROTO, 0, NULL },
	{ "", -EPROTO, 0, NULL },
};

static void http_shapes(void **state)
{
	const size_t steps[] = { 0, 1, 3 };
	char path[108];

	socket_path(*state, path);
	for (size_t i = 0; i < ISLE_COUNT(http_cases) * ISLE_COUNT(steps); i++) {
		const struct http_case *c = &http_cases[i / ISLE_COUNT(steps)];
		struct server s = { .serve = say_same, .answer = c->answer, .step = steps[i % ISLE_COUNT(steps)] };
		struct isle_http_answer a;

		server_start(&s, path, strlen(path));
		assert_int_equal(isle_http_get(path, "/x", 10000, &a), c->r);
		assert_true(a.connected);
		if (!c->r) {
			assert_int_equal(a.status, c->status);
			assert_int_equal(a.body.n, c->body ? strlen(c->body) : 0);
			if (c->body)
				assert_string_equal(a.body.s, c->body);
			assert_int_equal(a.peer, getpid());
		}
		isle_buf_done(&a.body);
		server_stop(&s);
	}
}

static void http_silence(void **state)
{
	struct server s = { .serve = say_nothing };
	struct isle_http_answer a;
	char path[108];

	socket_path(*state, path);
	assert_int_equal(isle_http_get(path, "/x", 50, &a), -ENOENT);
	assert_false(a.connected);
	server_start(&s, path, strlen(path));
	assert_int_equal(isle_http_get(path, "/x", 50, &a), -ETIMEDOUT);
	assert_true(a.connected);
	server_stop(&s);
	assert_int_equal(isle_http_get(path, "/x", 50, &a), -ECONNREFUSED);
	assert_false(a.connected);
}

/* A path that no sockaddr_un has room for. */
static void http_long_path(void **state)
{
	struct server s = { .serve = say_same, .answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" };
	const struct world *w = *state;
	struct isle_http_answer a;
	char dir[400], path[500], old[108];

	snprintf(dir, sizeof(dir), "%s/%0200d", w->dir, 7);
	assert_int_equal(mkdir(dir, 0755), 0);
	socket_path(w, old);
	server_start(&s, old, strlen(old));
	snprintf(path, sizeof(path), "%s/docker.sock", dir);
	assert_int_equal(rename(old, path), 0);
	assert_int_equal(isle_http_get(path, "/x", 10000, &a), 0);
	assert_string_equal(a.body.s, "hi");
	isle_buf_done(&a.body);
	server_stop(&s);
}

static void http_escapes(void **state)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	(void)state;
	isle_http_escape("a-Z0._~ /?%\xc3\xa4", &b);
	assert_string_equal(b.s, "a-Z0._~%20%2F%3F%25%C3%A4");
}

static int docker_now(struct world *w, const char *name, const char *answer, pid_t *ret)
{
	struct server s = { .serve = say_same, .answer = answer };
	char path[108];
	int r;

	socket_path(w, path);
	server_start(&s, path, strlen(path));
	r = isle_docker_pid(&w->p, name, ret, w->diag);
	server_stop(&s);
	return r;
}

static void docker_states(void **state)
{
	struct world *w = *state;
	char answer[512], body[256];
	pid_t pid = 0, child;

	snprintf(body, sizeof(body), "{\"State\":{\"Status\":\"running\",\"Pid\":%d}}", (int)getpid());
	snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
	assert_int_equal(docker_now(w, "web", answer, &pid), 0);
	assert_int_equal(pid, getpid());
	assert_int_equal(isle_diag_errors(w->diag), 0);

	assert_int_equal(docker_now(w, "web", "HTTP/1.0 200 OK\r\n\r\n{\"State\":{\"Status\":\"exited\",\"Pid\":0}}", &pid), -ESRCH);
	assert_string_equal(world_said(w), "the docker container web does not run (exited), so it has no namespaces | start it: docker start web");

	child = child_start();
	child_stop(child);
	snprintf(answer, sizeof(answer), "HTTP/1.0 200 OK\r\n\r\n{\"State\":{\"Status\":\"running\",\"Pid\":%d}}", (int)child);
	assert_int_equal(docker_now(w, "web", answer, &pid), -ESRCH);
	assert_int_equal(pid, getpid());

	assert_int_equal(docker_now(w, "we", "HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"multiple IDs found with provided prefix: we\"}", &pid),
			 -EINVAL);
	assert_non_null(strstr(world_said(w), "multiple IDs found with provided prefix: we"));
	assert_int_equal(docker_now(w, "web", "HTTP/1.1 200 OK\r\n\r\n{\"State\":", &pid), -EBADMSG);
	assert_int_equal(docker_now(w, "web", "HTTP/1.1 200 OK\r\n\r\n[]", &pid), -EBADMSG);
	assert_int_equal(docker_now(w, "web", "what?", &pid), -EPROTO);
	assert_non_null(strstr(world_said(w), "is no docker engine"));
}

/* An engine with two containers that run. */
static void say_docker(int fd, struct server *s)
{
	char request[4096], answer[512];

	(void)s;
	read_request(fd, request, sizeof(request));
	if (!strncmp(request, "GET /containers/json", 20))
		snprintf(answer, sizeof(answer), "HTTP/1.0 200 OK\r\n\r\n[{\"Id\":\"" ID_A "\",\"Names\":[\"/web\"]},{\"Id\":\"" ID_B "\",\"Names\":[\"/db\"]}]");
	else if (!strncmp(request, "GET /containers/" ID_A "/json ", 86) || !strncmp(request, "GET /containers/web/json ", 25))
		snprintf(answer, sizeof(answer), "HTTP/1.0 200 OK\r\n\r\n{\"State\":{\"Pid\":%d}}", (int)getpid());
	else if (!strncmp(request, "GET /containers/" ID_B "/json ", 86))
		snprintf(answer, sizeof(answer), "HTTP/1.0 200 OK\r\n\r\n{\"State\":{\"Pid\":%d}}", (int)getppid());
	else
		snprintf(answer, sizeof(answer), "HTTP/1.0 404 Not Found\r\n\r\n{\"message\":\"No such container\"}");
	write_answer(fd, answer, 0);
}

static void docker_names(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = say_docker };
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[108], want[64];
	pid_t pid = 0;

	socket_path(w, path);
	server_start(&s, path, strlen(path));
	assert_int_equal(isle_docker_pid(&w->p, "wbe", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "docker has no container wbe ("));
	assert_non_null(strstr(world_said(w), "| did you mean docker:web?"));
	assert_int_equal(isle_docker_pid(&w->p, "something", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "| it has: web, db"));
	assert_int_equal(isle_docker_each(&w->p, note_container, &b, w->diag), 0);
	snprintf(want, sizeof(want), "web=%d db=%d ", (int)getpid(), (int)getppid());
	assert_string_equal(b.s, want);
	server_stop(&s);
}

static int n_inspected;

/* An engine that has a container which hangs it. */
static void say_docker_hangs(int fd, struct server *s)
{
	char request[2048];
	ssize_t n = read(fd, request, sizeof(request) - 1);

	(void)s;
	request[n > 0 ? n : 0] = 0;
	if (!strncmp(request, "GET /containers/json", 20)) {
		write_answer(fd, "HTTP/1.0 200 OK\r\n\r\n[{\"Id\":\"" ID_A "\"},{\"Id\":\"" ID_B "\"},{\"Id\":\"" ID_B "\"}]", 0);
		return;
	}
	n_inspected++;
	while (read(fd, request, sizeof(request)) > 0)
		;
}

static void docker_hangs(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = say_docker_hangs };
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[108];

	socket_path(w, path);
	server_start(&s, path, strlen(path));
	w->p.wait_ms = 50;
	n_inspected = 0;
	assert_int_equal(isle_docker_each(&w->p, note_container, &b, w->diag), -ETIMEDOUT);
	server_stop(&s);
	assert_int_equal(n_inspected, 1);
	assert_null(b.s);
}

static void docker_sockets(void **state)
{
	struct world *w = *state;
	struct server s = { .serve = say_docker }, other = { .serve = say_same, .answer = "HTTP/1.0 404 Not Found\r\n\r\n{}" };
	char path[108], system[108], host[128], dir[80];
	isle_auto(buf) struct isle_buf b = { 0 };
	pid_t pid = 0;

	/* nobody anywhere */
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "docker: connect to the engine at "));
	assert_non_null(strstr(world_said(w), "/run/docker.sock | "));
	assert_int_equal(isle_docker_each(&w->p, note_container, &b, w->diag), 0);
	assert_null(b.s);

	/* the user's own engine is asked if the machine's has it not, each once */
	socket_path(w, system);
	snprintf(dir, sizeof(dir), "%s/user", w->dir);
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/docker.sock", dir);
	w->p.runtime_dir = dir;
	server_start(&s, path, strlen(path));
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), 0);
	server_start(&other, system, strlen(system));
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), 0);
	assert_int_equal(other.n_served, 1);
	snprintf(dir, sizeof(dir), "%s/run", w->dir);
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	assert_int_equal(other.n_served, 3);	/* the container, and what there is */
	server_stop(&other);

	/* DOCKER_HOST and nothing else */
	snprintf(host, sizeof(host), "unix://%s", path);
	w->p.docker_host = host;
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), 0);
	w->p.docker_host = "unix:///nonexistent/docker.sock";
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), -ENOENT);
	assert_non_null(strstr(world_said(w), "at /nonexistent/docker.sock"));
	w->p.docker_host = "tcp://10.0.0.1:2375";
	assert_int_equal(isle_docker_pid(&w->p, "web", &pid, w->diag), -EINVAL);
	assert_non_null(strstr(world_said(w), "DOCKER_HOST is tcp://10.0.0.1:2375"));
	server_stop(&s);
}

/* ---- references */

static void references(void **state)
{
	struct world *w = *state;
	pid_t pid;

	assert_true(isle_contain_is_ref("docker:web"));
	assert_true(isle_contain_is_ref("lxc:"));
	assert_false(isle_contain_is_ref("docker"));
	assert_false(isle_contain_is_ref("dock:web"));
	assert_false(isle_contain_is_ref("dockers:web"));
	assert_false(isle_contain_is_ref("pid:1"));
	assert_false(isle_contain_is_ref(""));
	assert_int_equal(isle_contain_pid("pid:1", &pid, w->diag), -EINVAL);
	assert_int_equal(isle_contain_pid("lxc:", &pid, w->diag), -EINVAL);
	assert_string_equal(world_said(w), "lxc: the name of the container is missing | write lxc:NAME, with the name that lxc shows");
	assert_int_equal(isle_contain_pid("lxc:..", &pid, NULL), -EINVAL);
	assert_int_equal(isle_contain_pid("machine:../x", &pid, w->diag), -EINVAL);
	assert_int_equal(isle_contain_pid("podman:a\nb", &pid, w->diag), -EINVAL);
}

static void alive(void **state)
{
	pid_t pid = child_start();
	siginfo_t si;

	(void)state;
	assert_true(isle_contain_is_alive(getpid()));
	assert_true(isle_contain_is_alive(pid));
	assert_false(isle_contain_is_alive(0));
	assert_false(isle_contain_is_alive(-1));
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	assert_false(isle_contain_is_alive(pid));	/* a zombie */
	child_stop(pid);
	assert_false(isle_contain_is_alive(pid));
}

#define W(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
UNIT_MAIN(W(http_shapes), W(http_silence), W(http_long_path), T(http_escapes), W(docker_states), W(docker_names), W(docker_sockets),
	  W(docker_hangs), W(references), T(alive))
