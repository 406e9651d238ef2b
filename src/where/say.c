/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: why a word names no namespace: what was looked for and where, what is
 * near, what to do. Only here are directories read from end to end, because
 * only here something has already failed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "contain/contain.h"
#include "tree/names.h"
#include "tree/state.h"
#include "where/bundle.h"
#include "where/say.h"

struct guess {			/* names that might have been meant */
	struct isle_arena *arena;
	const char **names;
	size_t n, cap;
	const char *wanted;	/* a container of just this name is looked for */
	const char *engine;
	const char *found;	/* docker:NAME */
};

int isle_where_say_bad(const char *name, struct isle_diag *d)
{
	if (!*name)
		isle_reject(d, NULL, "an empty word names no namespace");
	else if (strlen(name) > NAME_MAX)
		isle_reject(d, NULL, "'%.20s…' is too long: a name has at most %d bytes", name, NAME_MAX);
	else
		isle_reject(d, NULL, "'%s' names no namespace", name);
	isle_hint(d, "HOST, HOST.LAB, a name of isle netns list, pid:N, docker:NAME, or a path");
	return -EINVAL;
}

static void add(struct guess *g, const char *name, const char *lab)
{
	char *copy;

	if (name[0] == '.' || !isle_arena_grow(g->arena, &g->names, g->n, &g->cap, sizeof(*g->names)))
		return;
	copy = lab ? isle_arena_printf(g->arena, "%s.%s", name, lab) : isle_arena_strdup(g->arena, name);
	if (copy)
		g->names[g->n++] = copy;
}

static void add_all(struct guess *g, int dirfd, const char *path, const char *lab)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		isle_auto_close(&fd);
		return;
	}
	for (struct dirent *e; (e = readdir(dir));)
		add(g, e->d_name, lab);
	closedir(dir);
}

static void add_hosts(struct guess *g, const struct isle_site *site, bool with_lab)
{
	char **labs = NULL;
	size_t n = 0;

	if (isle_tree_list(site, g->arena, &labs, &n, NULL))
		return;
	for (size_t i = 0; i < n; i++) {
		struct isle_tree tree;

		if (isle_tree_find(site, labs[i], &tree, NULL))
			continue;
		add_all(g, tree.dir, "net", with_lab ? labs[i] : NULL);
		isle_tree_close(&tree);
	}
}

static void note_container(const char *name, pid_t pid, void *arg)
{
	struct guess *g = arg;

	(void)pid;
	if (!g->found && !strcmp(name, g->wanted))
		g->found = isle_arena_printf(g->arena, "%s:%s", g->engine, name);
}

static const char *find_container(struct guess *g, const char *name)
{
	g->wanted = name;
	for (const struct isle_engine *e = isle_engines; e->name && !g->found; e++) {
		g->engine = e->name;
		e->each(note_container, g, NULL);
	}
	return g->found;
}

static bool is_pid(const char *name)
{
	char path[32];

	if (!*name || strlen(name) > 10 || strspn(name, "0123456789") != strlen(name))
		return false;
	snprintf(path, sizeof(path), "/proc/%s", name);
	return access(path, F_OK) == 0;
}

/* The same name among what is root's, of which a user sees the names only. */
static bool is_roots(const char *name)
{
	char path[sizeof(ISLE_RUN_DIR "/" ISLE_BUNDLE_DIR "/") + NAME_MAX], lab[ISLE_NAME_MAX];
	const size_t n = strlen(name);
	bool found;
	DIR *dir;

	if (geteuid() == 0)
		return false;
	snprintf(path, sizeof(path), "%s/%s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR, name);
	found = access(path, F_OK) == 0;
	dir = opendir(ISLE_NETNS_DIR);
	if (!dir)
		return found;
	for (struct dirent *e; !found && (e = readdir(dir));)
		found = !strncmp(e->d_name, name, n) && (!e->d_name[n] || e->d_name[n] == '.') && isle_name_is_ours(dirfd(dir), e->d_name, lab);
	closedir(dir);
	return found;
}

static void hint_near(const char *name, const struct isle_host_match *m, struct isle_diag *d)
{
	struct guess g = { .arena = isle_arena_new() };
	const char *near;

	if (!g.arena)
		return;
	add_all(&g, AT_FDCWD, ISLE_NETNS_DIR, NULL);
	add_all(&g, AT_FDCWD, ISLE_RUN_DIR "/" ISLE_BUNDLE_DIR, NULL);
	if (m->host[0])
		add_hosts(&g, &m->site, strchr(name, '.'));
	near = isle_near_best(name, g.names, g.n);
	if (!near || !strcmp(near, name))
		near = find_container(&g, name);
	if (is_pid(name))
		isle_hint(d, "the process of that number is pid:%s", name);
	else if (is_roots(name))
		isle_hint(d, "root has one of that name, and only root can enter it: sudo");
	else if (near)
		isle_hint(d, "did you mean %s?", near);
	else if (getenv("ISLE_HOST"))
		isle_hint(d, "call isle from outside: another terminal, or CMD in isle run -f FILE -- CMD");
	else
		isle_hint(d, "isle ls: the labs that are up; isle netns: the names; pid:N, docker:NAME and paths are taken, too");
	isle_arena_free(g.arena);
}

static bool is_up(const struct isle_host_match *m)
{
	struct isle_tree tree;

	if (isle_tree_find(&m->site, m->said, &tree, NULL))
		return false;
	isle_tree_close(&tree);
	return true;
}

int isle_where_say_nothing(const char *name, const struct isle_host_match *m, struct isle_diag *d)
{
	if (!m->host[0])
		isle_reject(d, NULL, "there is no %s/%s, and no bundle of that name", ISLE_NETNS_DIR, name);
	else if (m->said)
		isle_reject(d, NULL, is_up(m) ? "lab %s has no host %s, and there is no %s/%s"
					      : "lab %s, of a host %s, is not up, and there is no %s/%s",
			    m->said, m->host, ISLE_NETNS_DIR, name);
	else if (m->n_up)
		isle_reject(d, NULL, "no lab that is up has a host %s, and there is no %s/%s, and no bundle", name, ISLE_NETNS_DIR, name);
	else if (getenv("ISLE_HOST"))
		isle_reject(d, NULL, "no host %s: from inside a host, no lab is in sight; and there is no %s/%s", name,
			    ISLE_NETNS_DIR, name);
	else
		isle_reject(d, NULL, "no host %s: no lab is up; and there is no %s/%s, and no bundle", name, ISLE_NETNS_DIR, name);
	hint_near(name, m, d);
	return -ENOENT;
}

int isle_where_say_several(const char *name, const struct isle_host_match *m, bool netns, bool bundle, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf list = { 0 };

	for (size_t i = 0; i < m->n; i++)
		isle_buf_printf(&list, "%s%s.%s", list.n ? ", " : "", m->host, m->labs[i]);
	if (netns)
		isle_buf_printf(&list, "%s%s/%s", list.n ? ", " : "", ISLE_NETNS_DIR, name);
	if (bundle)
		isle_buf_printf(&list, "%sthe bundle %s of isle ns", list.n ? ", " : "", name);
	isle_reject(d, NULL, "%s is the name of several namespaces: %s", name, list.s ? list.s : "");
	isle_hint(d, m->n ? "say which: HOST.LAB, the path, or set ISLE_LAB" : "say which: the path means the name of ip netns");
	return -ENOTUNIQ;
}

int isle_where_say_out_of_sight(const char *name, bool netns, struct isle_diag *d)
{
	const char *lab = getenv("ISLE_LAB");

	isle_reject(d, NULL, "%s is the name of a host of lab %s, which is not in sight from inside a host, and of %s", name, lab,
		    netns ? "a namespace of ip netns" : "a bundle of isle ns");
	isle_hint(d, "for the host, call isle from outside; else unset ISLE_LAB");
	return -ENOTUNIQ;
}

/* A name that leads nowhere. */
static int say_dangling(const struct isle_where *w, const char *path, const char *to, struct isle_diag *d)
{
	const char *dot = strchr(w->name, '.');
	size_t n = strlen(ISLE_RUN_DIR);

	if (w->kind == ISLE_WHERE_NETNS && dot && !strncmp(to, ISLE_RUN_DIR "/", n + 1)) {
		isle_reject(d, NULL, "lab %s is not up: %s is what is left of it", dot + 1, path);
		isle_hint(d, "isle gc --yes removes it, isle up FILE brings the lab up again");
	} else {
		isle_reject(d, NULL, "%s is a symlink to %s, which is not there", path, to);
		isle_hint(d, "whoever made the link has taken the namespace away: remove the link, too");
	}
	return -ENOENT;
}

static int say_no_namespace(const struct isle_where *w, const char *path, struct isle_diag *d)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		isle_reject(d, NULL, "%s is a directory, no namespace", path);
		isle_hint(d, "a namespace is a file, as /proc/PID/ns/net; of a process, pid:PID");
		return -EBADF;
	}
	if (w->kind != ISLE_WHERE_NETNS && strncmp(path, ISLE_NETNS_DIR "/", sizeof(ISLE_NETNS_DIR))) {
		isle_reject(d, NULL, "%s is no namespace", path);
		isle_hint(d, "a namespace is a file, as /proc/PID/ns/net or %s/NAME", ISLE_NETNS_DIR);
		return -EBADF;
	}
	isle_reject(d, NULL, "%s is an ordinary file, no namespace: that was made in another mount namespace, or unmounted, "
		    "or it was lost in a reboot", path);
	isle_hint(d, "isle holders %s tells where it is mounted, if anywhere, and how to attach it again", path);
	return -EBADF;
}

int isle_where_say_file(const struct isle_where *w, const char *path, int r, struct isle_diag *d)
{
	char to[PATH_MAX];
	ssize_t n;

	if (r == -EBADF)
		return say_no_namespace(w, path, d);
	n = r == -ENOENT ? readlink(path, to, sizeof(to) - 1) : -1;
	if (n > 0) {
		to[n] = '\0';
		return say_dangling(w, path, to, d);
	}
	isle_fail(d, -r, NULL, "cannot open %s", path);
	if (r == -EACCES || r == -EPERM)
		isle_hint(d, "only its owner and root may: sudo");
	else if (r == -ENOENT && !strncmp(path, "/proc/", 6))
		isle_hint(d, "there is no such process any more, or it has no namespace of that type");
	return r;
}

int isle_where_say_pid(const struct isle_where *w, int r, struct isle_diag *d)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", w->pid);
	if ((r == -ENOENT || r == -ESRCH) && access(path, F_OK) == 0) {
		isle_reject(d, NULL, "process %d has ended, and nobody has waited for it: it is in no namespace any more", w->pid);
		return -ESRCH;
	}
	if (r == -ENOENT || r == -ESRCH) {
		isle_reject(d, NULL, "there is no process %d", w->pid);
		isle_hint(d, "numbers are those of this /proc: in a container, and with hidepid, not all processes are seen");
		return -ESRCH;
	}
	isle_fail(d, -r, NULL, "cannot open the namespaces of process %d", w->pid);
	if (r == -EACCES || r == -EPERM)
		isle_hint(d, "it is another user's, or it has taken its own rights away (PR_SET_DUMPABLE): sudo");
	return r;
}

static void list_types(unsigned types, struct isle_buf *out)
{
	static const char *const words[ISLE_NS_TYPES] = {
		[ISLE_NS_CGROUP] = "cgroup", [ISLE_NS_IPC] = "IPC", [ISLE_NS_MNT] = "mount", [ISLE_NS_NET] = "network",
		[ISLE_NS_PID] = "PID", [ISLE_NS_TIME] = "time", [ISLE_NS_USER] = "user", [ISLE_NS_UTS] = "UTS",
	};

	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if (types & ISLE_NS_BIT(t))
			isle_buf_printf(out, "%s%s", out->n ? ", " : "", words[t]);
}

int isle_where_say_types(const struct isle_where *w, unsigned has, unsigned wanted, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf is = { 0 }, want = { 0 };

	list_types(has, &is);
	list_types(wanted, &want);
	if (is.n && w->kind == ISLE_WHERE_PATH)
		isle_reject(d, NULL, "%s is a namespace of another type: %s; wanted: %s", w->name, is.s, want.s ? want.s : "none");
	else
		isle_reject(d, NULL, "%s has no namespace of the type %s", w->name, want.s ? want.s : "none");
	return -EINVAL;
}
