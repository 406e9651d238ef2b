/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a word on the command line to namespaces. What has a '/' is a path;
 * "pid:", "netns:", "path:" and the engines' prefixes say what they are; anything else is a name,
 * which labs, `ip netns` and bundles are asked for. $ISLE_LAB's lab comes first;
 * beyond it two that have the name are an error that lists them, unless one is
 * only another name of the other (/run/netns/HOST.LAB is isle's own symlink).
 * Nothing is opened that is not on nsfs, so a fifo or a device in the way does
 * no harm. /proc/PID is held while its namespaces are opened: a process that
 * ends meanwhile makes that fail, another that gets its number is not met.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include "contain/contain.h"
#include "enter/enter.h"
#include "ns/ns.h"
#include "tree/names.h"
#include "where/bundle.h"
#include "where/say.h"

/* The descriptor of the namespace at PATH, and its type; -EBADF: something else. */
static int open_nsfs(const char *path, int *ret_type)
{
	isle_auto(close) int at = open(path, O_PATH | O_CLOEXEC);
	isle_auto(close) int fd = -1;
	char self[40];
	struct statfs fs;
	int flag;

	if (at < 0)
		return -errno;
	if (fstatfs(at, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -EBADF;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", at);
	fd = open(self, O_RDONLY | O_CLOEXEC);
	flag = fd < 0 ? -1 : ioctl(fd, NS_GET_NSTYPE);
	if (flag < 0)
		return -errno;
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if (isle_ns_type_flag(t) == flag) {
			*ret_type = t;
			return isle_steal_fd(&fd);
		}
	return -EBADF;
}

static int take_file(const char *path, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	int type = 0, fd = open_nsfs(path, &type);

	if (fd < 0)
		return isle_where_say_file(w, path, fd, d);
	if (!(types & ISLE_NS_BIT(type))) {
		close(fd);
		return isle_where_say_types(w, ISLE_NS_BIT(type), types, d);
	}
	w->set.fd[type] = fd;
	return 0;
}

static int open_path(const char *ref, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	w->kind = ISLE_WHERE_PATH;
	if (strlen(ref) >= sizeof(w->name))
		return isle_fail(d, ENAMETOOLONG, NULL, "cannot open that path");
	strcpy(w->name, ref);
	return take_file(ref, types, w, d);
}

/* All of TYPES. A kernel that lacks a type has no such file; of an ended process the files are there, but lead nowhere. */
static int take_proc(int proc, unsigned types, struct isle_ns_set *set)
{
	struct stat st;
	char path[16];

	for (int t = 0; t < ISLE_NS_TYPES; t++) {
		if (!(types & ISLE_NS_BIT(t)))
			continue;
		snprintf(path, sizeof(path), "ns/%s", isle_ns_type_name(t));
		set->fd[t] = openat(proc, path, O_RDONLY | O_CLOEXEC);
		if (set->fd[t] < 0 && errno != ENOENT)
			return -errno;
		if (set->fd[t] < 0 && fstatat(proc, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return -ESRCH;
	}
	return 0;
}

static bool has_any(const struct isle_ns_set *set)
{
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if (set->fd[t] >= 0)
			return true;
	return false;
}

static int open_proc(unsigned types, struct isle_where *w, struct isle_diag *d)
{
	isle_auto(close) int proc = -1;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/%d", w->pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = proc < 0 ? -errno : take_proc(proc, types, &w->set);
	if (!r && !has_any(&w->set))
		r = -ENOENT;
	return r ? isle_where_say_pid(w, r, d) : 0;
}

static int open_pid(const char *ref, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	const char *digits = ref + 4;
	uint64_t pid;

	w->kind = ISLE_WHERE_PID;
	snprintf(w->name, sizeof(w->name), "%.32s", ref);
	if (!isle_str_u64(digits, strlen(digits), &pid) || !pid || pid > INT32_MAX) {
		isle_reject(d, NULL, "'%.64s' is no process: pid:N, N a number from 1", ref);
		return -EINVAL;
	}
	w->pid = (pid_t)pid;
	return open_proc(types, w, d);
}

/* Asked again afterwards, so that the process was the container's while its namespaces were opened. */
static int open_container(const char *ref, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	pid_t now = 0;
	int r;

	w->kind = ISLE_WHERE_CONTAINER;
	if (strlen(ref) >= sizeof(w->name))
		return isle_fail(d, ENAMETOOLONG, NULL, "cannot look for that container");
	strcpy(w->name, ref);
	for (int tries = 0; tries < 3; tries++) {
		r = isle_contain_pid(ref, &w->pid, d);
		if (r)
			return r;
		r = open_proc(types, w, NULL);
		if (!r && isle_contain_pid(ref, &now, NULL) == 0 && now == w->pid)
			return 0;
		isle_ns_set_close(&w->set);
		if (r && r != -ESRCH)
			return isle_where_say_pid(w, r, d);
	}
	isle_reject(d, NULL, "%s does not stay up", ref);
	isle_hint(d, "it was another process at every look: see its engine's log");
	return -ESRCH;
}

static int copy_fd(int fd, int *ret)
{
	*ret = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return *ret < 0 ? -errno : 0;
}

static int take_host(unsigned types, struct isle_where *w, struct isle_diag *d)
{
	const struct isle_host_ns *h = &w->host;
	const int fds[ISLE_NS_TYPES] = {
		[ISLE_NS_CGROUP] = -1, [ISLE_NS_IPC] = -1, [ISLE_NS_MNT] = h->mnt, [ISLE_NS_NET] = h->net, [ISLE_NS_PID] = -1,
		[ISLE_NS_TIME] = -1, [ISLE_NS_USER] = h->tree.user, [ISLE_NS_UTS] = h->uts,
	};
	unsigned has = 0;
	int r = 0;

	w->kind = ISLE_WHERE_HOST;
	snprintf(w->name, sizeof(w->name), "%s.%s", h->host, h->lab);
	for (int t = 0; t < ISLE_NS_TYPES && !r; t++) {
		has |= fds[t] >= 0 ? ISLE_NS_BIT(t) : 0;
		if (fds[t] >= 0 && (types & ISLE_NS_BIT(t)))
			r = copy_fd(fds[t], &w->set.fd[t]);
	}
	if (r)
		return isle_fail(d, -r, NULL, "cannot open the namespaces of %s", w->name);
	return has & types ? 0 : isle_where_say_types(w, has, types, d);
}

static bool is_file_name(const char *s)
{
	return *s && strcmp(s, ".") && strcmp(s, "..") && strlen(s) <= NAME_MAX && !strchr(s, '/');
}

/* A name in /run/netns that is not just isle's own for one of the hosts found. */
static bool has_netns(const char *name, const struct isle_host_match *m)
{
	isle_auto(close) int dir = -1;
	char lab[ISLE_NAME_MAX];
	struct stat st;

	if (!is_file_name(name))
		return false;
	dir = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return !(m->said && m->n && S_ISLNK(st.st_mode) && isle_name_is_ours(dir, name, lab) && !strcmp(lab, m->said));
}

static int open_netns(const char *name, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	char path[sizeof(ISLE_NETNS_DIR) + NAME_MAX + 1];

	w->kind = ISLE_WHERE_NETNS;
	strcpy(w->name, name);
	snprintf(path, sizeof(path), ISLE_NETNS_DIR "/%s", name);
	return take_file(path, types, w, d);
}

static int open_netns_word(const char *name, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	return is_file_name(name) ? open_netns(name, types, w, d) : isle_where_say_bad(name, d);
}

static int open_bundle(const char *name, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	int r = isle_bundle_is_name(name) ? isle_bundle_open(name, types, &w->set, d) : -ENOENT;

	if (r) {
		isle_ns_set_init(&w->set);
		return r;
	}
	w->kind = ISLE_WHERE_BUNDLE;
	strcpy(w->name, name);
	return has_any(&w->set) ? 0 : isle_where_say_types(w, 0, types, d);
}

/* The network namespace NET and the one that /run/netns has under NAME. */
static bool is_same(const char *name, int net)
{
	char path[sizeof(ISLE_NETNS_DIR) + NAME_MAX + 1];
	struct stat a, b;

	snprintf(path, sizeof(path), ISLE_NETNS_DIR "/%s", name);
	return net >= 0 && fstat(net, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Is the host attached to the very namespace that is called like it? */
static bool is_attached_to(const char *name, const struct isle_host_match *m)
{
	struct isle_host_ns host;
	bool same;

	if (m->n != 1 || isle_host_open_match(m, &host, NULL))
		return false;
	same = is_same(name, host.net);
	isle_host_close(&host);
	return same;
}

/* Inside a host its own lab is out of sight, but for the name that /run/netns has of each host: NAME may well mean that. */
static bool is_out_of_sight(const char *name, const struct isle_host_match *m)
{
	const char *own = getenv("ISLE_LAB");
	char link[2 * ISLE_NAME_MAX], lab[ISLE_NAME_MAX];
	isle_auto(close) int dir = -1;

	if (!getenv("ISLE_HOST") || !own || m->n || m->said || !m->host[0])
		return false;
	if ((size_t)snprintf(link, sizeof(link), "%s.%s", name, own) >= sizeof(link))
		return false;
	dir = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && isle_name_is_ours(dir, link, lab) && !strcmp(lab, own);
}

static int choose(const char *name, const struct isle_host_match *m, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	bool netns = !m->preferred && has_netns(name, m);
	struct isle_where bundle = { .kind = ISLE_WHERE_BUNDLE };
	int r = -ENOENT;

	isle_ns_set_init(&bundle.set);
	if (!m->preferred)
		r = open_bundle(name, ISLE_NS_ALL, &bundle, d);
	if (r && r != -ENOENT)
		return r;
	if ((!r && is_same(name, bundle.set.fd[ISLE_NS_NET])) || (netns && is_attached_to(name, m)))
		netns = false;
	isle_ns_set_close(&bundle.set);
	if (m->n + netns + !r > 1)
		return isle_where_say_several(name, m, netns, !r, d);
	if ((netns || !r) && is_out_of_sight(name, m))
		return isle_where_say_out_of_sight(name, netns, d);
	if (!r)
		return open_bundle(name, types, w, d);
	if (netns)
		return open_netns(name, types, w, d);
	if (!m->n)
		return isle_where_say_nothing(name, m, d);
	r = isle_host_open_match(m, &w->host, d);
	if (r)
		return r;
	r = take_host(types, w, d);
	if (r)
		isle_host_close(&w->host);
	return r;
}

static int open_name(const char *name, unsigned types, struct isle_where *w, struct isle_diag *d)
{
	struct isle_arena *arena;
	struct isle_host_match m;
	int r;

	if (!is_file_name(name))
		return isle_where_say_bad(name, d);
	arena = isle_arena_new();
	if (!arena)
		return isle_fail(d, ENOMEM, NULL, "looking for %s", name);
	r = isle_host_match(name, arena, &m, d);
	if (r == -EINVAL && !m.host[0])
		r = 0;			/* no host's name, but perhaps one of `ip netns` */
	if (!r)
		r = choose(name, &m, types, w, d);
	isle_arena_free(arena);
	return r;
}

int isle_where_open(const char *ref, unsigned types, struct isle_where *ret, struct isle_diag *diag)
{
	struct isle_where *w = malloc(sizeof(*w));
	int r;

	if (!w)
		return isle_fail(diag, ENOMEM, NULL, "looking for %s", ref);
	memset(w, 0, sizeof(*w));
	isle_ns_set_init(&w->set);
	if (!strncmp(ref, "path:", 5))
		r = open_path(ref + 5, types, w, diag);
	else if (!strncmp(ref, "netns:", 6))
		r = open_netns_word(ref + 6, types, w, diag);
	else if (strchr(ref, '/') && !isle_contain_is_ref(ref))
		r = open_path(ref, types, w, diag);
	else if (!strncmp(ref, "pid:", 4))
		r = open_pid(ref, types, w, diag);
	else if (isle_contain_is_ref(ref))
		r = open_container(ref, types, w, diag);
	else
		r = open_name(ref, types, w, diag);
	if (r)
		isle_ns_set_close(&w->set);
	else
		*ret = *w;
	free(w);
	return r;
}

void isle_where_close(struct isle_where *w)
{
	if (w->kind == ISLE_WHERE_HOST)
		isle_host_close(&w->host);
	isle_ns_set_close(&w->set);
}

int isle_ns_open(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag)
{
	struct isle_where w;
	int r = isle_where_open(ref, types, &w, diag);

	if (r)
		return r;
	*ret_set = w.set;
	isle_ns_set_init(&w.set);
	isle_where_close(&w);
	return 0;
}
