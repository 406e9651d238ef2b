/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the set of namespaces that is watched. A socket that is open in one keeps
 * it alive, so one is open only where the end is told by something else: by a
 * process (a pidfd of the lowest in it) or a mount (mountinfo of each mount
 * namespace that has it, which is kept alive likewise and let go with the
 * process through whose eyes it is read). Whenever one of these stirs, or a name
 * or a link comes from elsewhere, a census counts who else is there; netlink
 * sockets, ours and other watchers', do not count. A namespace that nobody is in
 * and nothing wired to is met at the next census.
 */
#include <limits.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "watch/watch.h"

#define NAMES "/run/netns"

enum { BATCH = 64 };

void isle_watch_tell(struct isle_watch *w, const struct isle_watched *ns, enum isle_watch_change change, enum isle_watch_what what,
		     const struct isle_thing *thing, const struct isle_thing *was)
{
	struct isle_watch_event e = { .change = change, .what = what, .ns = ns->id, .label = ns->label, .lab = ns->lab, .host = ns->host,
				      .thing = thing, .thing_was = was, .things = &ns->things };

	if (!w->started || w->stopped)
		return;
	clock_gettime(CLOCK_REALTIME, &e.at);
	w->stopped = !w->fn(&e, w->arg);
}

static void tell_renamed(struct isle_watch *w, const struct isle_watched *ns, const char *was)
{
	struct isle_watch_event e = { .change = ISLE_WATCH_CHANGED, .what = ISLE_WATCHED_NAMESPACE, .ns = ns->id, .label = ns->label,
				      .lab = ns->lab, .host = ns->host, .was = was };

	if (!w->started || w->stopped)
		return;
	clock_gettime(CLOCK_REALTIME, &e.at);
	w->stopped = !w->fn(&e, w->arg);
}

static bool is_socket_of_watcher(const struct isle_watch *w, const struct isle_census_hold *h)
{
	return h->kind == ISLE_HOLDER_SOCKET && (h->pid == w->self || isle_str_eq(h->what, "netlink"));
}

/* Is NS there without us? *RET_TOLD: and will its end be told? */
static int look(struct isle_watch *w, const struct isle_census *c, const struct isle_snap_ns *ns, bool *ret_alive, bool *ret_told)
{
	const struct isle_census_hold *holds;
	size_t n;
	int r = 0;

	*ret_alive = ns->own;
	*ret_told = ns->own;
	holds = isle_census_holds(c, (size_t)(ns->census - c->nss), &n);
	if (ns->census->pid)
		r = isle_watch_want(w, ISLE_EAR_PROCESS, (uint64_t)ns->census->pid, 0, ret_told);
	for (size_t i = 0; i < n && !r; i++) {
		const struct isle_census_ns *at = holds[i].kind == ISLE_HOLDER_MOUNT ? &c->nss[holds[i].at] : NULL;
		const bool is_own = at && at->id == c->own[ISLE_NS_MNT];
		bool told = false;

		if (is_socket_of_watcher(w, &holds[i]) || (holds[i].kind == ISLE_HOLDER_DESCRIPTOR && holds[i].pid == w->self))
			continue;
		*ret_alive = true;
		if (is_own || (at && at->eyes))
			r = isle_watch_want(w, ISLE_EAR_MOUNTS, at->id, is_own ? 0 : at->eyes, &told);
		if (told && !is_own)
			r = isle_watch_want(w, ISLE_EAR_PROCESS, (uint64_t)at->eyes, 0, &told);
		*ret_told |= told;
	}
	return r;
}

static void deafen(struct isle_watched *ns)
{
	isle_nl_close(&ns->nl);
	ns->ear.fd = -1;
	isle_things_done(&ns->things);
	ns->reading = ns->to_read = ns->was_read = 0;
}

static void free_watched(struct isle_watched *ns)
{
	deafen(ns);
	free(ns->label);
	free(ns->lab);
	free(ns->host);
	free(ns);
}

static int copy(const char *s, char **to)
{
	free(*to);
	*to = s ? strdup(s) : NULL;
	return s && !*to ? -ENOMEM : 0;
}

static int name(struct isle_watched *ns, const struct isle_snap_ns *from)
{
	int r = copy(from->label, &ns->label);

	if (!r)
		r = copy(from->lab, &ns->lab);
	if (!r)
		r = copy(from->host, &ns->host);
	ns->owner = from->owner;
	return r;
}

static bool is_vague(enum isle_snap_owner owner)
{
	return owner == ISLE_OWNER_PROCESS || owner == ISLE_OWNER_HELD;
}

/* It is still there; what it is called may have changed. Once it is called by a process, it stays that for want of a name. */
static int keep(struct isle_watch *w, struct isle_watched *ns, const struct isle_snap_ns *from)
{
	isle_auto(free) char *was = NULL;
	int r;

	if (is_vague(ns->owner) && is_vague(from->owner) && (ns->owner == ISLE_OWNER_PROCESS || from->owner == ISLE_OWNER_HELD))
		return 0;
	was = strdup(ns->label);
	r = was ? name(ns, from) : -ENOMEM;
	if (!r && !isle_str_eq(was, ns->label))
		tell_renamed(w, ns, was);
	return r;
}

static struct isle_watched *find(const struct isle_watch *w, uint64_t id)
{
	for (size_t i = 0; i < w->n_nss; i++)
		if (w->nss[i]->id == id)
			return w->nss[i];
	return NULL;
}

static int add(struct isle_watch *w, const struct isle_snap_ns *from, struct isle_watched **ret)
{
	struct isle_watched **more = realloc(w->nss, (w->n_nss + 1) * sizeof(struct isle_watched *));
	struct isle_watched *ns = more ? calloc(1, sizeof(*ns)) : NULL;
	int r;

	w->nss = more ? more : w->nss;
	if (!ns)
		return -ENOMEM;
	*ns = (struct isle_watched){ .ear = { .kind = ISLE_EAR_EVENTS, .fd = -1 }, .nl.fd = -1, .id = from->id, .is_new = w->started };
	r = name(ns, from);
	if (r) {
		free_watched(ns);
		return r;
	}
	w->nss[w->n_nss++] = ns;
	isle_watch_tell(w, ns, ISLE_WATCH_CAME, ISLE_WATCHED_NAMESPACE, NULL, NULL);
	*ret = ns;
	return 0;
}

/* Begin to listen to N of them. */
static int listen_to(struct isle_watch *w, struct isle_snap *snap, struct isle_snap_ns *const *nss, size_t n)
{
	isle_auto(free) struct isle_nl *sockets = calloc(n + 1, sizeof(*sockets));
	int r;

	if (!sockets)
		return -ENOMEM;
	r = isle_snap_ears(snap, nss, n, sockets);
	for (size_t i = 0; i < n; i++) {
		struct isle_watched *ns = find(w, nss[i]->id);

		if (sockets[i].fd < 0)
			continue;
		ns->nl = sockets[i];
		ns->ear.fd = ns->nl.fd;
		if (!r)
			r = isle_watch_listen(ns, w->parts);
		if (!r)
			r = isle_watch_add(w, &ns->ear, EPOLLIN);
		if (!r)
			r = isle_watch_hear(w, ns);
	}
	return r;
}

/* Those that are not among the counted ones, in order of being met. */
static void drop_gone(struct isle_watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_nss; i++) {
		if (w->nss[i]->ear.wanted) {
			w->nss[n++] = w->nss[i];
			continue;
		}
		isle_watch_tell(w, w->nss[i], ISLE_WATCH_WENT, ISLE_WATCHED_NAMESPACE, NULL, NULL);
		free_watched(w->nss[i]);
	}
	w->n_nss = n;
}

/* What a census says of each; NSS: those to begin to listen to. */
static int lay_against(struct isle_watch *w, const struct isle_snap *snap, struct isle_snap_ns **nss, size_t *ret_n)
{
	int r = 0;

	*ret_n = 0;
	for (size_t i = 0; i < snap->n_nss && !r; i++) {
		struct isle_watched *ns = find(w, snap->nss[i].id);
		bool alive, told;

		r = look(w, snap->census, &snap->nss[i], &alive, &told);
		if (r || !alive)
			continue;
		r = ns ? keep(w, ns, &snap->nss[i]) : add(w, &snap->nss[i], &ns);
		if (r)
			break;
		ns->ear.wanted = true;
		if (told && ns->ear.fd < 0)
			nss[(*ret_n)++] = &snap->nss[i];
		else if (!told && ns->ear.fd >= 0)
			deafen(ns);
	}
	return r;
}

static int count_all(struct isle_watch *w, struct isle_snap *snap)
{
	isle_auto(free) struct isle_snap_ns **nss = calloc(snap->n_nss + 1, sizeof(struct isle_snap_ns *));
	bool ignored;
	size_t n;
	int r;

	if (!nss)
		return -ENOMEM;
	for (size_t i = 0; i < w->n_nss; i++)
		w->nss[i]->ear.wanted = false;
	for (size_t i = 0; i < w->n_ears; i++)
		w->ears[i]->wanted = false;
	r = isle_watch_want(w, ISLE_EAR_MOUNTS, snap->census->own[ISLE_NS_MNT], 0, &ignored);
	if (!r)
		r = lay_against(w, snap, nss, &n);
	if (r)
		return r;
	drop_gone(w);
	isle_watch_drop(w, false);
	return listen_to(w, snap, nss, n);
}

/* Names that are symbolic links; the directory is made with the first name, which is not for us to do. */
static int hear_names(struct isle_watch *w, struct isle_diag *diag)
{
	int r;

	if (w->names.fd >= 0 || access(NAMES, F_OK) < 0)
		return 0;
	r = isle_netns_watch(&w->names.fd, diag);
	return r < 0 ? r : isle_watch_add(w, &w->names, EPOLLIN);
}

static int take_census(struct isle_watch *w, struct isle_diag *diag)
{
	const size_t before = isle_diag_errors(diag);
	struct isle_snap *snap = NULL;
	int r;

	w->stale = false;
	r = hear_names(w, diag);
	if (!r)
		r = isle_snap_take(ISLE_SNAP_NAMES, &snap, diag);
	if (!r)
		r = count_all(w, snap);
	isle_snap_free(snap);
	if (!r || isle_diag_errors(diag) > before)
		return r;
	isle_fail(diag, -r, NULL, "cannot watch the namespaces of this machine");
	if (r == -EMFILE)
		isle_hint(diag, "each needs two descriptors; 'ulimit -n' says how many there may be");
	return r;
}

/* Of a file the mount that makes it a name is told by mountinfo, once it is there; a symbolic link is a name by itself. */
static void on_name(const char *file, bool added, void *arg)
{
	struct isle_watch *w = arg;
	char path[sizeof(NAMES) + NAME_MAX + 2];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", NAMES, file);
	if (!added || (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)))
		w->stale = true;
}

static int on_ear(struct isle_watch *w, struct isle_ear *ear, struct isle_diag *diag)
{
	/* an ear is the first member */
	if (ear->kind == ISLE_EAR_EVENTS)
		return isle_watch_hear(w, (struct isle_watched *)ear) ? isle_fail(diag, ENOMEM, NULL, "cannot hear what happens") : 0;
	if (ear->kind == ISLE_EAR_NAMES)
		return isle_netns_changes(ear->fd, on_name, w, diag);
	if (ear->kind == ISLE_EAR_STOP)
		w->stopped = true;
	else
		w->stale = true;
	return 0;
}

/* What has happened within MS milliseconds (-1: for ever), and a census if that says so. */
static int hear_round(struct isle_watch *w, int ms, struct isle_diag *diag)
{
	struct epoll_event events[BATCH];
	int n = epoll_wait(w->epoll, events, BATCH, w->stale ? 0 : ms), r = 0;

	if (n < 0 && errno != EINTR)
		return isle_fail(diag, errno, NULL, "cannot wait for what happens");
	for (int i = 0; i < n && !r && !w->stopped; i++)
		r = on_ear(w, events[i].data.ptr, diag);
	if (!r && w->stale && !w->stopped)
		r = take_census(w, diag);
	return r;
}

static bool is_reading(const struct isle_watch *w)
{
	for (size_t i = 0; i < w->n_nss; i++)
		if (w->nss[i]->ear.fd >= 0 && (w->nss[i]->reading || w->nss[i]->to_read))
			return true;
	return false;
}

/* All is as if it had been there before. */
static int start(struct isle_watch *w, struct isle_diag *diag)
{
	int r;

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll < 0)
		return isle_fail(diag, errno, NULL, "cannot watch the namespaces of this machine");
	w->self = isle_proc_self();
	r = take_census(w, diag);
	while (!r && (is_reading(w) || w->stale))
		r = hear_round(w, -1, diag);
	if (r)
		return r;
	w->started = true;
	r = w->stop.fd < 0 ? 0 : isle_watch_add(w, &w->stop, EPOLLIN);
	return r ? isle_fail(diag, -r, NULL, "cannot wait for the end on descriptor %d", w->stop.fd) : 0;
}

int isle_watch_open(unsigned parts, int stop, struct isle_watch **ret, struct isle_diag *diag)
{
	struct isle_watch *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return isle_fail(diag, ENOMEM, NULL, "cannot watch the namespaces of this machine");
	w->epoll = -1;
	w->names = (struct isle_ear){ .kind = ISLE_EAR_NAMES, .fd = -1 };
	w->stop = (struct isle_ear){ .kind = ISLE_EAR_STOP, .fd = stop };
	w->parts = ISLE_READ_LINKS | (parts & ISLE_WATCH_ADDRESSES ? ISLE_READ_ADDRESSES : 0) |
		   (parts & ISLE_WATCH_ROUTES ? ISLE_READ_ROUTES : 0) | (parts & ISLE_WATCH_NEIGHBOURS ? ISLE_READ_NEIGHBOURS : 0);
	r = start(w, diag);
	if (r)
		isle_watch_close(w);
	else
		*ret = w;
	return r;
}

void isle_watch_close(struct isle_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_nss; i++)
		free_watched(w->nss[i]);
	free(w->nss);
	isle_watch_drop(w, true);
	free(w->ears);
	isle_auto_close(&w->names.fd);
	isle_auto_close(&w->epoll);
	free(w);
}

int isle_watch_wait(struct isle_watch *w, int ms, bool (*fn)(const struct isle_watch_event *, void *), void *arg, struct isle_diag *diag)
{
	int r;

	w->fn = fn;
	w->arg = arg;
	w->stopped = false;
	r = hear_round(w, ms, diag);
	return r ? r : w->stopped;
}
