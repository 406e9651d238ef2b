/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: containers of podman, which has no daemon: its storage says which there
 * are (GRAPHROOT/DRIVER-containers/containers.json), a file below the run root
 * holds the number of each one's first process. Such a file outlives the
 * process; so the number counts only if its parent is the container's conmon,
 * which carries the id on its command line, or its cgroup is the container's.
 * Where the file is elsewhere (--pidfile), that command line says where.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <sys/stat.h>
#include "contain/parts.h"
#include "contain/storage.h"

#define SCOPED(f) __attribute__((cleanup(f)))
static void auto_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}
static void auto_json(json_t **j)
{
	json_decref(*j);
}

struct found {
	const char *name;		/* asked for; NULL: each */
	size_t n;			/* containers that are meant: exactly, or by the beginning of their id */
	bool exact;
	char id[65], runroot[PATH_MAX], called[256];	/* the one that is meant, and DRIVER-containers below the run root */
	struct isle_contain_names *names;
	isle_contain_fn *fn;
	void *arg;
};

/* Part of a path, so only what ids are made of. */
static bool is_id(const char *s)
{
	return s && strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static bool contains(const struct isle_buf *b, const char *word)
{
	return b->s && memmem(b->s, b->n, word, strlen(word));
}

static pid_t parent_of(pid_t pid)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[64];
	const char *s;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (isle_contain_read(AT_FDCWD, path, 1 << 16, &b) < 0 || !b.s)
		return 0;
	s = strrchr(b.s, ')');	/* a command may contain anything, even this */
	return s && strlen(s) > 4 ? (pid_t)strtol(s + 4, NULL, 10) : 0;
}

/* Does /proc/PID/FILE mention the id? */
static bool mentions(pid_t pid, const char *file, const char *id)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return isle_contain_read(AT_FDCWD, path, 1 << 20, &b) == 0 && contains(&b, id);
}

static bool is_of(pid_t pid, const char *id)
{
	pid_t parent;

	if (!isle_contain_is_alive(pid))
		return false;
	parent = parent_of(pid);
	return (parent > 1 && mentions(parent, "cmdline", id)) || mentions(pid, "cgroup", id);
}

/* What follows -p or --container-pidfile in a command line (words ended by NULs) that is conmon's for ID. */
static const char *pidfile_of(const struct isle_buf *cmdline, const char *id)
{
	const char *end = cmdline->s + cmdline->n, *file = NULL;
	bool is_ours = false;

	for (const char *s = cmdline->s, *next; s < end; s = next) {
		next = s + strlen(s) + 1;
		if (next >= end)
			break;
		if (!strcmp(s, "-c") || !strcmp(s, "--cid"))
			is_ours |= !strcmp(next, id);
		if (!strcmp(s, "-p") || !strcmp(s, "--container-pidfile"))
			file = next;
	}
	return is_ours ? file : NULL;
}

/* Whoever calls himself conmon says whatever he likes; the real one is the caller's, or root's. */
static bool is_own(const char *proc)
{
	struct stat st;

	return stat(proc, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0);
}

/* The process of ID by its conmon, looked for among all processes. */
static int pid_by_conmon(const char *id, pid_t *ret)
{
	SCOPED(auto_dir) DIR *d = opendir("/proc");
	struct dirent *e;

	while (d && (e = readdir(d))) {
		isle_auto(buf) struct isle_buf b = { 0 };
		char path[280];
		const char *file;

		if (!isdigit((unsigned char)*e->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		if (!is_own(path) || isle_contain_read(AT_FDCWD, path, 1 << 20, &b) < 0 || !contains(&b, id) || !contains(&b, "conmon"))
			continue;
		file = pidfile_of(&b, id);
		if (file && isle_contain_read_pid(AT_FDCWD, file, ret) == 0 && is_of(*ret, id))
			return 0;
	}
	return -ESRCH;
}

static int pid_of(const char *runroot, const char *id, bool search, pid_t *ret)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	pid_t pid;

	isle_buf_printf(&b, "%s/%s/userdata/pidfile", runroot, id);
	if (b.bad)
		return -ENOMEM;
	if (isle_contain_read_pid(AT_FDCWD, b.s, &pid) == 0 && is_of(pid, id)) {
		*ret = pid;
		return 0;
	}
	return search ? pid_by_conmon(id, ret) : -ESRCH;
}

static void remember(struct found *f, bool exact, const char *id, const char *name, const char *runroot)
{
	if (f->exact && !exact)
		return;
	if (exact && !f->exact)
		f->n = 0;
	/* the same container may be in two files of the storage */
	if (!f->n || strcmp(f->id, id))
		f->n++;
	f->exact |= exact;
	snprintf(f->id, sizeof(f->id), "%s", id);
	snprintf(f->called, sizeof(f->called), "%s", name);
	snprintf(f->runroot, sizeof(f->runroot), "%s", runroot);
}

static void look_at(struct found *f, const json_t *container, const char *runroot)
{
	const char *id = json_string_value(json_object_get(container, "id"));
	const json_t *names = json_object_get(container, "names");
	const char *first = json_string_value(json_array_get(names, 0));
	const json_t *v;
	size_t i;
	pid_t pid;

	if (!is_id(id))
		return;
	if (!first)
		first = id;
	if (f->names)
		isle_contain_names_add(f->names, first);
	if (f->fn && pid_of(runroot, id, false, &pid) == 0)
		f->fn(first, pid, f->arg);
	if (!f->name)
		return;
	json_array_foreach(names, i, v)
		if (isle_str_eq(json_string_value(v), f->name))
			remember(f, true, id, first, runroot);
	if (!strcmp(id, f->name))
		remember(f, true, id, first, runroot);
	else if (!strncmp(id, f->name, strlen(f->name)))
		remember(f, false, id, first, runroot);
}

/* One file of the storage; that it is not there is no failure. */
static int look_through(struct found *f, const char *dir, const char *file, const char *runroot, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf path = { 0 }, text = { 0 };
	SCOPED(auto_json) json_t *list = NULL;
	const json_t *c;
	json_error_t e;
	size_t i;
	int r;

	isle_buf_printf(&path, "%s/%s", dir, file);
	r = path.bad ? -ENOMEM : isle_contain_read(AT_FDCWD, path.s, 64 << 20, &text);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return isle_fail(diag, -r, NULL, "podman: read %s", path.s ? path.s : dir);
	list = json_loadb(text.s ? text.s : "", text.n, 0, &e);
	if (!list)
		return isle_fail(diag, EBADMSG, NULL, "podman: %s:%d:%d: %s", path.s, e.line, e.column, e.text);
	json_array_foreach(list, i, c)
		look_at(f, c, runroot);
	return 0;
}

/* Everything in the storage below GRAPHROOT: a directory for each storage driver. -ENOENT without words: no such storage. */
static int walk(const struct isle_storage *s, struct found *f, struct isle_diag *diag)
{
	static const char end[] = "-containers";
	SCOPED(auto_dir) DIR *d = opendir(s->graphroot);
	struct dirent *e;
	int r = 0;

	if (!d && errno == ENOENT)
		return -ENOENT;
	if (!d)
		return isle_fail(diag, errno, NULL, "podman: open %s", s->graphroot);
	while (!r && (e = readdir(d))) {
		isle_auto(buf) struct isle_buf graph = { 0 }, run = { 0 };
		size_t n = strlen(e->d_name);

		if (n < sizeof(end) || strcmp(e->d_name + n - (sizeof(end) - 1), end))
			continue;
		isle_buf_printf(&graph, "%s/%s", s->graphroot, e->d_name);
		isle_buf_printf(&run, "%s/%s", s->runroot, e->d_name);
		if (graph.bad || run.bad)
			return isle_fail(diag, ENOMEM, NULL, "podman: open %s", s->graphroot);
		r = look_through(f, graph.s, "containers.json", run.s, diag);
		if (!r)
			r = look_through(f, graph.s, "volatile-containers.json", run.s, diag);
		/* where the storage is said to be transient */
		if (!r)
			r = look_through(f, run.s, "volatile-containers.json", run.s, diag);
	}
	return r;
}

static int no_storage(const struct isle_contain_paths *p, const char *name, const struct isle_storage *s, struct isle_diag *diag)
{
	isle_reject(diag, NULL, "podman:%s: podman has no storage at %s", name, s->graphroot);
	isle_hint(diag, p->uid ? "containers of root are seen by root; other storage is named by CONTAINERS_STORAGE_CONF=FILE" :
		  "containers of a user are seen by that user, not by root; other storage is named by CONTAINERS_STORAGE_CONF=FILE");
	return -ENOENT;
}

int isle_podman_pid(const struct isle_contain_paths *p, const char *name, pid_t *ret, struct isle_diag *diag)
{
	struct isle_contain_names names = { 0 };
	struct found f = { .name = name, .names = &names };
	struct isle_storage s = { 0 };
	int r = isle_storage_find(p, &s, diag);

	if (!r) {
		r = walk(&s, &f, diag);
		if (r == -ENOENT)
			r = no_storage(p, name, &s, diag);
		else if (!r && !f.n) {
			r = isle_contain_missing("podman", name, s.graphroot, &names, "podman ps -a", diag);
			isle_hint(diag, p->uid ? "containers of root are seen by root only" : "containers of users are seen by those users only");
		} else if (!r && f.n > 1) {
			r = isle_reject(diag, NULL, "podman:%s: the ids of several containers begin with that", name);
			isle_hint(diag, "give more of the id, or the name");
		}
	}
	isle_arena_free(names.arena);
	isle_storage_done(&s);
	if (r < 0)
		return r;
	r = pid_of(f.runroot, f.id, true, ret);
	return r < 0 ? isle_contain_stopped("podman", f.called, "none of its processes is alive", "podman start", diag) : 0;
}

int isle_podman_each(const struct isle_contain_paths *p, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	struct found f = { .fn = fn, .arg = arg };
	struct isle_storage s = { 0 };
	int r = isle_storage_find(p, &s, diag);

	if (!r)
		r = walk(&s, &f, diag);
	isle_storage_done(&s);
	return r == -ENOENT || r == -EACCES ? 0 : r;
}
