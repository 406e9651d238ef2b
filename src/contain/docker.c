/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: containers of docker, asked of its engine on its Unix socket: that of
 * DOCKER_HOST, else the machine's, else the user's own (rootless). Where there
 * are several, the first that has the container counts. Names, ids and
 * beginnings of ids are what the engine takes them for.
 */
#include <jansson.h>
#include <sys/stat.h>
#include "contain/parts.h"

struct sockets { char *path[3]; size_t n; };
struct engine { const char *socket; int wait_ms; };

static void auto_answer(struct isle_http_answer *a)
{
	isle_buf_done(&a->body);
}
static void auto_json(json_t **j)
{
	json_decref(*j);
}
static void sockets_done(struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->path[i]);
}
#define SCOPED(f) __attribute__((cleanup(f)))

static bool has_file(const struct sockets *s, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < s->n; i++)
		if (!stat(s->path[i], &other) && other.st_dev == st->st_dev && other.st_ino == st->st_ino)
			return true;
	return false;
}

/* A second name of a socket that is there already is left out; so is one that is not there, but for the first. */
static int add_socket(struct sockets *s, const char *root, const char *dir, const char *name)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	struct stat st;

	isle_buf_printf(&b, "%s%s%s", root, dir, name);
	if (b.bad)
		return -ENOMEM;
	if (s->n && (stat(b.s, &st) < 0 || has_file(s, &st)))
		return 0;
	s->path[s->n] = isle_buf_steal(&b);
	return s->path[s->n] ? (s->n++, 0) : -ENOMEM;
}

static int find_sockets(const struct isle_contain_paths *p, struct sockets *ret, struct isle_diag *diag)
{
	int r;

	if (p->docker_host && strncmp(p->docker_host, "unix://", 7)) {
		isle_reject(diag, NULL, "docker: DOCKER_HOST is %s: containers of another machine have no namespaces here", p->docker_host);
		isle_hint(diag, "unset DOCKER_HOST, or let it name the socket of this machine's engine: unix:///run/docker.sock");
		return -EINVAL;
	}
	if (p->docker_host)
		r = add_socket(ret, "", "", p->docker_host + 7);
	else {
		r = add_socket(ret, p->root, "/run", "/docker.sock");
		if (!r)
			r = add_socket(ret, p->root, "/var/run", "/docker.sock");
		if (!r && p->runtime_dir)
			r = add_socket(ret, "", p->runtime_dir, "/docker.sock");
	}
	return r < 0 ? isle_fail(diag, -r, NULL, "docker: find the engine's socket") : 0;
}

/* What the engine itself says is wrong: {"message": "…"}. */
static int refused(const struct engine *e, const struct isle_http_answer *a, struct isle_diag *diag)
{
	SCOPED(auto_json) json_t *j = json_loadb(a->body.s ? a->body.s : "", a->body.n, 0, NULL);
	const char *message = json_string_value(json_object_get(j, "message"));

	isle_reject(diag, NULL, "docker: %s answers: %s (HTTP status %u)", e->socket, message ? message : "no reason given", a->status);
	return a->status == 400 ? -EINVAL : -EIO;
}

/* The JSON behind TARGET. -ENOENT without words: 404. Else words, but for CONNECTED false: nobody there. */
static int ask(const struct engine *e, const char *target, json_t **ret, struct isle_http_answer *a, struct isle_diag *diag)
{
	json_error_t error;
	int r = isle_http_get(e->socket, target, e->wait_ms, a);

	if (!a->connected)
		return r;
	if (r == -EPROTO)
		r = isle_fail(diag, EPROTO, NULL, "docker: %s is no docker engine", e->socket);
	else if (r < 0)
		r = isle_fail(diag, -r, NULL, "docker: ask the engine at %s", e->socket);
	if (r < 0)
		return r;
	if (a->status == 404)
		return -ENOENT;
	if (a->status != 200)
		return refused(e, a, diag);
	*ret = json_loadb(a->body.s ? a->body.s : "", a->body.n, 0, &error);
	return *ret ? 0 : isle_fail(diag, EBADMSG, NULL, "docker: answer of the engine at %s: %s", e->socket, error.text);
}

/* "/web" is web. */
static const char *name_of(const json_t *container)
{
	const char *s = json_string_value(json_array_get(json_object_get(container, "Names"), 0));

	if (!s)
		s = json_string_value(json_object_get(container, "Id"));
	return s && *s == '/' ? s + 1 : s;
}

static int missing(const struct engine *e, const char *name, struct isle_diag *diag)
{
	SCOPED(auto_answer) struct isle_http_answer a = { 0 };
	SCOPED(auto_json) json_t *list = NULL;
	struct isle_contain_names names = { 0 };
	json_t *c;
	size_t i;
	int r;

	if (ask(e, "/containers/json?all=1", &list, &a, NULL) == 0)
		json_array_foreach(list, i, c)
			if (name_of(c))
				isle_contain_names_add(&names, name_of(c));
	r = isle_contain_missing("docker", name, e->socket, &names, "docker ps -a", diag);
	isle_arena_free(names.arena);
	return r;
}

static int nobody(const char *socket, int r, struct isle_diag *diag)
{
	r = isle_fail(diag, -r, NULL, "docker: connect to the engine at %s", socket);
	if (r == -EACCES || r == -EPERM)
		isle_hint(diag, "its socket is for root and the group docker: use sudo, or join that group");
	else
		isle_hint(diag, "is docker installed and running (systemctl status docker)? An engine elsewhere is named by DOCKER_HOST=unix://PATH");
	return r;
}

/* Numbers of processes mean something to those only who are in the same pid namespace as the engine. */
static bool is_in_our_pids(pid_t peer)
{
	char path[64], here[64], there[64];
	ssize_t n, m;

	if (!peer)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)peer);
	n = readlink("/proc/self/ns/pid", here, sizeof(here));
	m = readlink(path, there, sizeof(there));
	return n < 0 || m < 0 || (n == m && !memcmp(here, there, (size_t)n));
}

static int read_pid(const struct engine *e, const char *name, const json_t *container, pid_t peer, pid_t *ret, struct isle_diag *diag)
{
	const json_t *state = json_object_get(container, "State");
	json_int_t pid = json_integer_value(json_object_get(state, "Pid"));
	const char *status = json_string_value(json_object_get(state, "Status"));

	if (!json_is_object(state))
		return isle_fail(diag, EBADMSG, NULL, "docker: the engine at %s does not say how %s is", e->socket, name);
	if (pid <= 0)
		return isle_contain_stopped("docker", name, status ? status : "it has no process", "docker start", diag);
	if (!is_in_our_pids(peer)) {
		isle_reject(diag, NULL, "docker: the engine at %s runs in another pid namespace: its process %lld is not that of this one",
			    e->socket, (long long)pid);
		isle_hint(diag, "run isle where the engine runs");
		return -ESRCH;
	}
	if (pid > INT32_MAX || !isle_contain_is_alive((pid_t)pid))
		return isle_contain_stopped("docker", name, "its process has ended", "docker start", diag);
	*ret = (pid_t)pid;
	return 0;
}

static int pid_at(const struct engine *e, const char *name, pid_t *ret, bool *ret_connected, struct isle_diag *diag)
{
	SCOPED(auto_answer) struct isle_http_answer a = { 0 };
	SCOPED(auto_json) json_t *container = NULL;
	isle_auto(buf) struct isle_buf target = { 0 };
	int r;

	isle_buf_puts(&target, "/containers/");
	isle_http_escape(name, &target);
	isle_buf_puts(&target, "/json");
	if (target.bad)
		return isle_fail(diag, ENOMEM, NULL, "docker:%s", name);
	r = ask(e, target.s, &container, &a, diag);
	*ret_connected = a.connected;
	return r < 0 ? r : read_pid(e, name, container, a.peer, ret, diag);
}

int isle_docker_pid(const struct isle_contain_paths *p, const char *name, pid_t *ret, struct isle_diag *diag)
{
	SCOPED(sockets_done) struct sockets s = { 0 };
	struct engine without = { 0 }, e = { .wait_ms = p->wait_ms };
	const char *deaf = NULL;
	int r = find_sockets(p, &s, diag), why = 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < s.n; i++) {
		bool connected = false;

		e.socket = s.path[i];
		r = pid_at(&e, name, ret, &connected, diag);
		if (connected && r != -ENOENT)
			return r;
		if (connected && !without.socket)
			without = e;
		/* a door that is locked says more than one that is not there */
		if (!connected && (!deaf || why == -ENOENT)) {
			deaf = e.socket;
			why = r;
		}
	}
	return without.socket ? missing(&without, name, diag) : nobody(deaf, why, diag);
}

static int each_at(const struct engine *e, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	SCOPED(auto_answer) struct isle_http_answer a = { 0 };
	SCOPED(auto_json) json_t *list = NULL;
	const json_t *c;
	size_t i;
	int r = ask(e, "/containers/json", &list, &a, diag);

	if (!a.connected || r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	json_array_foreach(list, i, c) {
		const char *id = json_string_value(json_object_get(c, "Id")), *name = name_of(c);
		bool connected;
		pid_t pid;

		/* one that ended meanwhile is none */
		r = id && name ? pid_at(e, id, &pid, &connected, NULL) : -ENOENT;
		if (!r)
			fn(name, pid, arg);
		/* an engine that hangs once is not waited for again and again */
		if (r == -ETIMEDOUT)
			return isle_fail(diag, -r, NULL, "docker: ask the engine at %s", e->socket);
	}
	return 0;
}

int isle_docker_each(const struct isle_contain_paths *p, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	SCOPED(sockets_done) struct sockets s = { 0 };
	int r;

	if (p->docker_host && strncmp(p->docker_host, "unix://", 7))
		return 0;
	r = find_sockets(p, &s, diag);
	for (size_t i = 0; !r && i < s.n; i++) {
		struct engine e = { s.path[i], p->wait_ms };

		r = each_at(&e, fn, arg, diag);
	}
	return r;
}
