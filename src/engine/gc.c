/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what isle itself left behind when it was killed: empty mount points,
 * names in /run/netns that lead nowhere, uplinks and state files of labs that
 * are no more. All of it is known by our own mark (its place in /run/isle, the
 * target of the link, the journal), never by a name alone. A lab that is just
 * being brought up has its directory locked and is left alone.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include "engine/bundle.h"
#include "engine/names.h"
#include "engine/rundir.h"
#include "engine/state.h"
#include "engine/uplink.h"
#include "engine/wire.h"
#include "ns/ns.h"

struct sweep {
	const struct isle_site *site;
	bool act;
	struct isle_arena *arena;
	struct isle_gc_item *items;
	size_t n, cap;
	struct isle_diag *d;
};

static int found(struct sweep *s, const char *kind, const char *dir, const char *name, const char *why, bool removed)
{
	char *path = isle_arena_printf(s->arena, "%s%s%s", dir, *name ? "/" : "", name);

	if (!path || !isle_arena_grow(s->arena, &s->items, s->n, &s->cap, sizeof(*s->items)))
		return isle_fail(s->d, ENOMEM, NULL, "cannot collect");
	s->items[s->n++] = (struct isle_gc_item){ .kind = kind, .name = path, .why = why, .removed = removed };
	return 0;
}

/* FN for each entry of the directory behind FD. */
static int each(int fd, int (*fn)(struct sweep *, int fd, const char *name), struct sweep *s)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *dir = own < 0 ? NULL : fdopendir(own);

	if (!dir) {
		isle_auto_close(&own);
		return isle_fail(s->d, errno, NULL, "cannot read a directory");
	}
	for (struct dirent *e; !r && (e = readdir(dir));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			r = fn(s, fd, e->d_name);
	closedir(dir);
	return r;
}

/* In use by an `up` at this moment? */
static bool is_busy(int run, const char *lab)
{
	isle_auto(unlock) int dir = openat(run, lab, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return dir >= 0 && flock(dir, LOCK_EX | LOCK_NB) < 0;
}

static int sweep_lab(struct sweep *s, int run, const char *name)
{
	const bool journal = !strncmp(name, ISLE_JOURNAL_PREFIX, strlen(ISLE_JOURNAL_PREFIX));
	const char *lab = journal ? name + strlen(ISLE_JOURNAL_PREFIX) : name;
	bool removed = false;

	if (!strncmp(name, ISLE_WIRE_PREFIX, strlen(ISLE_WIRE_PREFIX)))
		return found(s, "wire", ISLE_RUN_DIR, name, "half made when its isle was killed",
			     s->act && isle_wire_undo(run, name, s->d) == 0);
	if (journal && isle_uplink_is_plain(lab))
		return isle_uplink_stands(run, lab) ? 0 : found(s, "uplink", ISLE_RUN_DIR, name, "its namespace is gone",
								s->act && isle_uplink_undo(run, lab, s->d) == 0);
	if (isle_rundir_is_scrap(name))
		return found(s, "file", ISLE_RUN_DIR, name, "half of a journal", s->act && unlinkat(run, name, 0) == 0);
	if (!isle_name_is_valid(lab) || isle_mount_is_point(run, lab) || is_busy(run, lab))
		return 0;
	if (s->act && journal)
		removed = isle_uplink_undo(run, lab, s->d) == 0;
	else if (s->act)
		removed = unlinkat(run, name, AT_REMOVEDIR) == 0;
	return found(s, journal ? "uplink" : "directory", ISLE_RUN_DIR, name,
		     journal ? "the lab is not up" : "no lab is mounted on it", removed);
}

static int sweep_bundle(struct sweep *s, int all, const char *name)
{
	if (!isle_bundle_is_name(name) || isle_mount_is_point(all, name))
		return 0;
	return found(s, "directory", ISLE_RUN_DIR "/" ISLE_BUNDLE_DIR, name, "no namespaces are kept in it",
		     s->act && unlinkat(all, name, AT_REMOVEDIR) == 0);
}

static int sweep_bundles(struct sweep *s, int run)
{
	isle_auto(close) int all = isle_bundle_dir(run);

	return all < 0 ? 0 : each(all, sweep_bundle, s);
}

static int sweep_name(struct sweep *s, int netns, const char *name)
{
	isle_auto(close) int run = isle_rundir_open(false, NULL);
	char lab[ISLE_NAME_MAX];

	if (!isle_name_is_ours(netns, name, lab))
		return 0;
	if (run >= 0 && (isle_mount_is_point(run, lab) || is_busy(run, lab)))
		return 0;
	return found(s, "name", ISLE_NETNS_DIR, name, "the lab is not up", s->act && unlinkat(netns, name, 0) == 0);
}

static int sweep_root(struct sweep *s)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool was = run >= 0;
	int r = 0;

	if (run < 0 && run != -ENOENT)
		return run;
	if (netns >= 0)
		r = each(netns, sweep_name, s);
	if (!r && was)
		r = each(run, sweep_lab, s);
	if (!r && was)
		r = sweep_bundles(s, run);
	if (!r && was && isle_rundir_is_unused(run) && !isle_rundir_is_held())
		r = found(s, "directory", ISLE_RUN_DIR, "", "no lab is up", s->act && isle_rundir_drop(run) == 0);
	return r;
}

static int sweep_state(struct sweep *s, int dir, const char *name)
{
	if (!isle_name_is_valid(name) || !isle_state_is_stale(dir, name))
		return 0;
	return found(s, "state", s->site->dir, name, "its keeper is gone", s->act && isle_state_clear(dir, name) == 0);
}

static int sweep_rootless(struct sweep *s)
{
	isle_auto(close) int dir = open(s->site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (dir < 0)
		return errno == ENOENT ? 0 : isle_fail(s->d, errno, NULL, "cannot open %s", s->site->dir);
	r = each(dir, sweep_state, s);
	if (!r && s->act)
		isle_site_drop(s->site);
	return r;
}

int isle_gc(const struct isle_site *site, bool act, struct isle_arena *a, struct isle_gc_item **ret, size_t *ret_n,
	    struct isle_diag *d)
{
	struct sweep s = { .site = site, .act = act, .arena = a, .d = d };
	int r = site->rootless ? sweep_rootless(&s) : sweep_root(&s);

	if (r)
		return r;
	*ret = s.items;
	*ret_n = s.n;
	return 0;
}
