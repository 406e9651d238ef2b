/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the processes inside a lab, before it goes down: TERM, a while, KILL.
 * They are found by network namespace and meant by pid and start time, so a
 * number that was given anew is never hit. Who was forked meanwhile is found by
 * looking again. The keeper's own helpers go with it and are not counted.
 * Numbers of namespaces are given anew too, when somebody else took the lab
 * down meanwhile: after a look the pins must still be there. Who is in a network
 * that the lab is only attached to is none of ours.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "build/attach.h"
#include "engine/inside.h"
#include "ns/ns.h"

#define GRACE_MS 2000
#define KILL_MS 5000	/* a killed process that is still there after this is stuck in the kernel */
#define ROUNDS 8
#define LISTED 5

struct room {			/* a namespace of the lab */
	struct isle_nsid id;
	char host[ISLE_NAME_MAX];	/* "": the fabric */
};

struct inside {
	const char *lab;
	int tree;		/* its directory */
	struct room *rooms;
	struct isle_nsid *ids;	/* the same, alone */
	size_t n_rooms, cap;
	struct isle_nsid keeper;	/* its pid namespace; ino 0: no keeper */
	struct isle_proc *procs;
	size_t n_procs;
};

static void room_path(const char *host, char *ret, size_t size)
{
	snprintf(ret, size, *host ? "net/%s" : "fabric", host);
}

static const char *room_name(const struct room *room)
{
	return *room->host ? room->host : "the fabric";
}

static int add_room(struct inside *in, const char *host)
{
	char path[ISLE_NAME_MAX + 8];
	struct stat st;

	room_path(host, path, sizeof(path));
	if (fstatat(in->tree, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;	/* no fabric */
	if (*host && isle_attach_has(in->tree, host))
		return 0;
	if (in->n_rooms == in->cap) {
		size_t cap = in->cap ? 2 * in->cap : 64;
		struct room *more = realloc(in->rooms, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		in->rooms = more;
		in->cap = cap;
	}
	in->rooms[in->n_rooms].id = (struct isle_nsid){ st.st_dev, st.st_ino };
	snprintf(in->rooms[in->n_rooms++].host, ISLE_NAME_MAX, "%s", host);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct room *x = a, *y = b;

	return (x->id.ino > y->id.ino) - (x->id.ino < y->id.ino);
}

static bool is_meant(const char *const *only, const char *host)
{
	if (!only)
		return true;
	while (*only && strcmp(*only, host))
		only++;
	return *only;
}

static int find_rooms(struct inside *in, const struct isle_tree *tree, const char *const *only)
{
	int fd = openat(tree->dir, "net", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		isle_auto_close(&fd);
		return -errno;
	}
	in->tree = tree->dir;
	r = only ? 0 : add_room(in, "");
	for (struct dirent *e; !r && (e = readdir(dir));)
		if (e->d_name[0] != '.' && is_meant(only, e->d_name))
			r = add_room(in, e->d_name);
	closedir(dir);
	in->ids = r ? NULL : calloc(in->n_rooms + 1, sizeof(*in->ids));
	if (!in->ids)
		return r ? r : -ENOMEM;
	if (in->n_rooms)
		qsort(in->rooms, in->n_rooms, sizeof(*in->rooms), compare);
	for (size_t i = 0; i < in->n_rooms; i++)
		in->ids[i] = in->rooms[i].id;
	return 0;
}

static bool pid_namespace(pid_t pid, struct isle_nsid *ret)
{
	char path[48];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	if (stat(path, &st) < 0)
		return false;
	*ret = (struct isle_nsid){ st.st_dev, st.st_ino };
	return true;
}

static bool is_helper(const struct inside *in, pid_t pid)
{
	struct isle_nsid id;

	return in->keeper.ino && pid_namespace(pid, &id) && id.ino == in->keeper.ino && id.dev == in->keeper.dev;
}

/* A lab that went away has lost its mounts: behind the path is no namespace any more. */
static bool is_pinned(const struct inside *in, const struct room *room)
{
	char path[ISLE_NAME_MAX + 8];
	struct stat st;

	room_path(room->host, path, sizeof(path));
	return fstatat(in->tree, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == room->id.ino && st.st_dev == room->id.dev;
}

static int look(struct inside *in, struct isle_diag *d)
{
	struct isle_proc *procs = NULL;
	size_t n_procs = 0, n = 0;
	int r = isle_procs_in(in->ids, in->n_rooms, &procs, &n_procs);

	if (r)
		return isle_fail(d, -r, NULL, "cannot look for processes in lab %s", in->lab);
	for (size_t i = 0; i < n_procs; i++)
		if (is_pinned(in, &in->rooms[procs[i].which]) && !is_helper(in, procs[i].pid))
			procs[n++] = procs[i];
	free(in->procs);
	in->procs = procs;
	in->n_procs = n;
	return 0;
}

static int refuse(const struct inside *in, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf list = { 0 };

	for (size_t i = 0; i < in->n_procs && i < LISTED; i++)
		isle_buf_printf(&list, "%s%s (%d) in %s", i ? ", " : "", in->procs[i].comm, in->procs[i].pid,
				room_name(&in->rooms[in->procs[i].which]));
	if (in->n_procs > LISTED)
		isle_buf_printf(&list, " and %zu more", in->n_procs - LISTED);
	isle_reject(d, NULL, "%zu process%s inside lab %s: %s", in->n_procs, in->n_procs == 1 ? " is" : "es are", in->lab,
		    list.s ? list.s : "");
	isle_hint(d, "end them, or let `isle down %s` do it", in->lab);
	return -EBUSY;
}

static int refuse_suicide(const struct inside *in, struct isle_diag *d)
{
	for (size_t i = 0; i < in->n_procs; i++)
		if (in->procs[i].pid == getpid()) {
			isle_reject(d, NULL, "this command itself runs inside lab %s, in %s", in->lab,
				    room_name(&in->rooms[in->procs[i].which]));
			isle_hint(d, "take the lab down from outside");
			return -EBUSY;
		}
	return 0;
}

static void send_all(const struct inside *in, int sig, const struct isle_down_options *o)
{
	for (size_t i = 0; i < in->n_procs; i++) {
		const struct isle_proc *p = &in->procs[i];

		if (isle_proc_signal(p->pid, p->start, sig) == 0 && o && o->killed)
			o->killed(p->pid, p->comm, room_name(&in->rooms[p->which]), sig, o->arg);
	}
}

/* False: still there at END. */
static bool wait_one(const struct isle_proc *p, int64_t end)
{
	isle_auto(close) int fd = syscall(SYS_pidfd_open, p->pid, 0);
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	uint64_t start;
	int64_t left;
	int r;

	if (fd < 0 || isle_proc_start(p->pid, &start) || start != p->start)
		return true;
	do {
		left = end - isle_now_ms();
		r = poll(&poller, 1, left > 0 ? (int)left : 0);
	} while (r < 0 && errno == EINTR);
	return r > 0;
}

/* One after the other, all against the same clock. */
static void wait_all(const struct inside *in, int64_t ms)
{
	int64_t end = isle_now_ms() + ms;

	for (size_t i = 0; i < in->n_procs; i++)
		wait_one(&in->procs[i], end);
}

static int end_all(struct inside *in, const struct isle_down_options *o, struct isle_diag *d)
{
	int r = refuse_suicide(in, d);

	if (r)
		return r;
	send_all(in, SIGTERM, o);
	wait_all(in, o && o->grace_ms ? o->grace_ms : GRACE_MS);
	for (int i = 0; i < ROUNDS; i++) {
		r = look(in, d);
		if (r || !in->n_procs)
			return r;
		send_all(in, SIGKILL, o);
		wait_all(in, KILL_MS);
	}
	isle_reject(d, NULL, "%s (%d) in %s does not end, not even killed", in->procs[0].comm, in->procs[0].pid,
		    room_name(&in->rooms[in->procs[0].which]));
	return -EBUSY;
}

int isle_inside_end(const struct isle_tree *tree, const char *const *only, const struct isle_down_options *o, struct isle_diag *d)
{
	struct inside in = { .lab = tree->lab };
	int r = find_rooms(&in, tree, only);

	if (r) {
		isle_fail(d, -r, NULL, "cannot read the hosts of lab %s", tree->lab);
	} else {
		if (tree->keeper)
			pid_namespace(tree->keeper, &in.keeper);
		r = look(&in, d);
		if (!r && in.n_procs)
			r = o && o->no_kill ? refuse(&in, d) : end_all(&in, o, d);
	}
	free(in.rooms);
	free(in.ids);
	free(in.procs);
	return r;
}
