/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the pass over /proc. A process is one descriptor of its directory, and
 * everything is read relative to it, so that a number that is used again
 * cannot mix two processes. The links in ns/ say "net:[4026531833]" and are
 * read, not followed: nothing is opened for a namespace that was met before.
 * Threads are looked at where the link count of task/ says there are some.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "live/scan.h"

/* DIR/PATH to an id. 0: read; -EACCES: not permitted; -ENOENT: not there, or gone. */
static int read_id(int dir, const char *path, enum isle_ns_type want, uint64_t *ret)
{
	enum isle_ns_type type;
	char text[64];
	uint64_t id;
	ssize_t n = readlinkat(dir, path, text, sizeof(text) - 1);

	if (n < 0)
		return errno == EACCES || errno == EPERM ? -EACCES : -ENOENT;
	text[n] = 0;
	if (!isle_ns_id_parse(text, &type, &id) || type != want)
		return -ENOENT;
	*ret = id;
	return 0;
}

/* The process is not chrooted: its mountinfo is all of its mount namespace. */
static bool sees_all(int dir)
{
	char text[2];

	return readlinkat(dir, "root", text, sizeof(text)) == 1 && text[0] == '/';
}

/* Through whose eyes the mounts of a mount namespace are to be read. */
static void lend_eyes(struct isle_scan *s, const struct isle_task *t, size_t i)
{
	struct isle_census_ns *ns = &s->c->nss[i];

	if (ns->type != ISLE_NS_MNT || ns->eyes || !isle_scan_wants(s, ISLE_HOLDER_MOUNT))
		return;
	if (sees_all(t->dir)) {
		ns->eyes = t->tid ? t->tid : t->pid;
	} else {
		ns->via_pid = t->tid ? t->tid : t->pid;
		ns->via_fd = -1;
	}
}

/* 0 also if it went elsewhere meanwhile. */
static int meet_link(struct isle_scan *s, const struct isle_task *t, enum isle_ns_type type, const char *path, uint64_t id,
		     enum isle_holder_kind kind)
{
	struct isle_census_hold hold = { .kind = kind, .pid = t->pid, .tid = t->tid, .fd = -1 };
	int r = isle_scan_meet_at(s, type, id, t->dir, path, &hold.ns);

	if (r)
		return r == -ESRCH ? 0 : r;
	lend_eyes(s, t, hold.ns);
	return isle_scan_hold(s, &hold);
}

/* The namespaces of T; those that are MAIN's (or all, NULL) are holders. -EACCES: not permitted. */
static int task_links(struct isle_scan *s, struct isle_task *t, const struct isle_task *main)
{
	char path[32];

	for (int i = 0; i < ISLE_NS_TYPES; i++) {
		const enum isle_ns_type type = (enum isle_ns_type)i;
		int r;

		if (!(s->types & ISLE_NS_BIT(i)))
			continue;
		snprintf(path, sizeof(path), "ns/%s", isle_ns_type_name(type));
		r = read_id(t->dir, path, type, &t->ns[i]);
		if (r == -EACCES)
			return r;
		if (r || (main && main->ns[i] == t->ns[i]))
			continue;
		r = meet_link(s, t, type, path, t->ns[i], main ? ISLE_HOLDER_THREAD : ISLE_HOLDER_PROCESS);
		if (r)
			return r;
	}
	return 0;
}

/* Where the next child will be. SEEN: what was told of the main thread, not to be told again. */
static int task_children(struct isle_scan *s, const struct isle_task *t, uint64_t seen[2])
{
	static const struct { enum isle_ns_type type; const char *path; } rows[2] = {
		{ ISLE_NS_PID, "ns/pid_for_children" }, { ISLE_NS_TIME, "ns/time_for_children" },
	};

	for (size_t i = 0; i < ISLE_COUNT(rows); i++) {
		uint64_t id;
		int r;

		if (!(s->types & ISLE_NS_BIT(rows[i].type)) || read_id(t->dir, rows[i].path, rows[i].type, &id))
			continue;
		if (id == t->ns[rows[i].type] || id == seen[i])
			continue;
		r = meet_link(s, t, rows[i].type, rows[i].path, id, ISLE_HOLDER_CHILDREN);
		if (r)
			return r;
		if (!t->tid)
			seen[i] = id;
	}
	return 0;
}

static int thread(struct isle_scan *s, const struct isle_task *main, int dir, const char *name, uint64_t tid, uint64_t seen[2])
{
	isle_auto(close) int fd = openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct isle_task t = { .pid = main->pid, .tid = (pid_t)tid, .dir = fd };
	int r;

	if (fd < 0)
		return 0;
	r = task_links(s, &t, main);
	if (!r && isle_scan_wants(s, ISLE_HOLDER_CHILDREN))
		r = task_children(s, &t, seen);
	return r == -EACCES ? 0 : r;
}

static DIR *open_dir(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static int threads(struct isle_scan *s, const struct isle_task *main, uint64_t seen[2])
{
	struct dirent *de;
	struct stat st;
	uint64_t tid;
	int r = 0;
	DIR *dir;

	/* "." and ".." and one for each thread */
	if (fstatat(main->dir, "task", &st, 0) < 0 || st.st_nlink <= 3)
		return 0;
	dir = open_dir(main->dir, "task");
	while (dir && !r && (de = readdir(dir)))
		if (isle_str_u64(de->d_name, strlen(de->d_name), &tid) && tid != (uint64_t)main->pid)
			r = thread(s, main, dirfd(dir), de->d_name, tid, seen);
	if (dir)
		closedir(dir);
	return r;
}

static int process(struct isle_scan *s, const char *name, uint64_t pid)
{
	isle_auto(close) int fd = openat(s->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct isle_task t = { .pid = (pid_t)pid, .dir = fd };
	uint64_t seen[2] = { 0 };
	int r;

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE ? -errno : 0;
	r = task_links(s, &t, NULL);
	if (r == -EACCES) {
		s->c->unseen.processes++;
		return 0;
	}
	if (!r && isle_scan_wants(s, ISLE_HOLDER_CHILDREN))
		r = task_children(s, &t, seen);
	if (!r && isle_scan_wants(s, ISLE_HOLDER_THREAD))
		r = threads(s, &t, seen);
	if (!r && (s->kinds & (ISLE_HOLDER_BIT(ISLE_HOLDER_DESCRIPTOR) | ISLE_HOLDER_BIT(ISLE_HOLDER_SOCKET))))
		r = isle_scan_descriptors(s, &t);
	return r;
}

int isle_scan_processes(struct isle_scan *s)
{
	DIR *dir = open_dir(s->proc, ".");
	struct dirent *de;
	uint64_t pid;
	int r = 0;

	if (!dir)
		return -errno;
	while (!r && (de = readdir(dir)))
		if (isle_str_u64(de->d_name, strlen(de->d_name), &pid) && pid <= INT32_MAX)
			r = process(s, de->d_name, pid);
	closedir(dir);
	return r;
}
