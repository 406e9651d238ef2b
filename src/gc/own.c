/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what isle itself left behind when it was killed: empty mount points,
 * names in /run/netns that lead nowhere, uplinks and state files of labs that
 * are no more. All of it is known by our own mark (its place in /run/isle, the
 * target of the link, the journal), never by a name alone. A lab that is just
 * being brought up has its directory locked and is left alone. What is found is
 * looked at again, under the lock of /run/isle, before it goes.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include "gc/inner.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/pair.h"
#include "outside/uplink.h"
#include "outside/wire.h"
#include "tree/names.h"
#include "tree/rundir.h"
#include "tree/state.h"
#include "where/bundle.h"

static int found(struct isle_sweep *s, const char *dir, const char *name, const struct isle_leaving *what)
{
	struct isle_leaving f = *what;

	f.item.ours = true;
	f.item.owner = "isle";
	f.key = isle_arena_strdup(s->arena, name);
	f.item.name = f.key ? isle_arena_printf(s->arena, "%s%s%s", dir, *name ? "/" : "", name) : NULL;
	return isle_sweep_found(s, &f);
}

/* FN for each entry of the directory behind FD. */
static int each(int fd, int (*fn)(struct isle_sweep *, int fd, const char *name), struct isle_sweep *s)
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

static bool is_used(int run, const char *lab)
{
	return isle_mount_is_point(run, lab) || is_busy(run, lab);
}

bool isle_sweep_is_up_elsewhere(const struct isle_sweep *s, const char *lab)
{
	for (size_t i = 0; s->snap && i < s->snap->n_nss; i++)
		if (isle_str_eq(s->snap->nss[i].lab, lab))
			return true;
	return false;
}

bool isle_sweep_is_lab(int run, const char *lab)
{
	char journal[ISLE_NAME_MAX + 16];

	isle_journal_name(journal, lab);
	return run >= 0 && (is_used(run, lab) || isle_nics_are_left(run, lab) || faccessat(run, journal, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
}

static const char *lab_of(const char *journal)
{
	return journal + strlen(ISLE_JOURNAL_PREFIX);
}

static bool is_journal(const char *name)
{
	return !strncmp(name, ISLE_JOURNAL_PREFIX, strlen(ISLE_JOURNAL_PREFIX));
}

static bool is_stale_uplink(int run, const char *name)
{
	const char *lab = lab_of(name);

	return isle_uplink_is_plain(lab) ? !isle_uplink_stands(run, lab) : isle_name_is_valid(lab) && !is_used(run, lab);
}

/* ---- Removing; each with the lock, that of a removal that failed is let go */

static int removed(struct isle_sweep *s, const struct isle_leaving *f, int r)
{
	if (r == 0 || errno == ENOENT)
		return 0;
	return isle_fail(s->d, errno, NULL, "cannot remove %s", f->item.name);
}

static int remove_wire(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);

	return run < 0 ? run : isle_wire_undo(run, f->key, s->d);
}

static int remove_uplink(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);

	if (run >= 0 && !is_stale_uplink(run, f->key))
		return 1;
	return run < 0 ? run : isle_uplink_undo(run, lab_of(f->key), s->d);
}

static int remove_nics(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	const char *lab = f->key + strlen(ISLE_NIC_PREFIX);

	if (run >= 0 && is_used(run, lab))
		return 1;
	return run < 0 ? run : isle_nics_undo(run, lab, s->d);
}

static int remove_pairs(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	const char *lab = f->key + strlen(ISLE_PAIRS_PREFIX);

	if (run >= 0 && is_used(run, lab))
		return 1;
	return run < 0 ? run : isle_pairs_undo(run, lab, s->d);
}

static int remove_scrap(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);

	return run < 0 ? run : removed(s, f, unlinkat(run, f->key, 0));
}

static int remove_directory(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);

	if (run >= 0 && is_used(run, f->key))
		return 1;
	return run < 0 ? run : removed(s, f, unlinkat(run, f->key, AT_REMOVEDIR));
}

static int remove_bundle(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	isle_auto(close) int all = run < 0 ? -1 : isle_bundle_dir(run);

	if (all >= 0 && isle_mount_is_point(all, f->key))
		return 1;
	return run < 0 ? run : all < 0 ? 0 : removed(s, f, unlinkat(all, f->key, AT_REMOVEDIR));
}

/* Does NAME lead into a lab that is not up? Other mount namespaces may have this directory, and another /run/isle. */
static bool is_stale_name(const struct isle_sweep *s, int run, int netns, const char *name)
{
	char lab[ISLE_NAME_MAX];

	return isle_name_is_ours(netns, name, lab) && !(run >= 0 && is_used(run, lab)) && !isle_sweep_is_up_elsewhere(s, lab);
}

static int remove_name(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (run < 0 && run != -ENOENT)
		return run;
	if (netns < 0 || !is_stale_name(s, run, netns, f->key))
		return 1;
	return removed(s, f, unlinkat(netns, f->key, 0));
}

static int remove_run(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	int r = run < 0 ? run : isle_rundir_drop(run);

	if (r == -ENOENT || r == -EBUSY)
		return r == -ENOENT ? 0 : 1;
	return r && run >= 0 ? isle_fail(s->d, -r, NULL, "cannot remove %s", f->item.name) : r;
}

static int remove_state(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(close) int dir = open(s->site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = dir < 0 ? -errno : isle_state_clear(dir, f->key);

	if (r == -ENOENT || r == -EEXIST)
		return r == -ENOENT ? 0 : 1;
	return r ? isle_fail(s->d, -r, NULL, "cannot remove %s", f->item.name) : 0;
}

/* ---- Finding; under the lock as well */

static int sweep_journal(struct isle_sweep *s, int run, const char *name)
{
	const bool plain = isle_uplink_is_plain(lab_of(name));
	const struct isle_leaving f = {
		.item = { .kind = "uplink", .why = plain ? "it is gone from its namespace, or that itself is" : "the lab is not up",
			  .then = "removes its interface and its nft table, and puts the machine's forwarding back" },
		.remove = remove_uplink,
	};

	return is_stale_uplink(run, name) ? found(s, ISLE_RUN_DIR, name, &f) : 0;
}

static int sweep_entry(struct isle_sweep *s, int run, const char *name)
{
	static const struct isle_leaving wire = {
		.item = { .kind = "wire", .why = "half made when its isle was killed", .then = "removes what was made of it" },
		.remove = remove_wire,
	}, scrap = {
		.item = { .kind = "file", .why = "half of a journal", .then = "removes it" }, .remove = remove_scrap,
	}, nics = {
		.item = { .kind = "nic", .why = "its lab is not up", .then = "gives it back its name, addresses and routes" },
		.remove = remove_nics,
	}, pairs = {
		.item = { .kind = "wire", .why = "its lab is not up", .then = "removes it from the networks that it is between" },
		.remove = remove_pairs,
	}, directory = {
		.item = { .kind = "directory", .why = "no lab is mounted on it", .then = "removes it" }, .remove = remove_directory,
	};

	if (!strncmp(name, ISLE_WIRE_PREFIX, strlen(ISLE_WIRE_PREFIX)))
		return found(s, ISLE_RUN_DIR, name, &wire);
	if (isle_rundir_is_scrap(name))
		return found(s, ISLE_RUN_DIR, name, &scrap);
	if (!strncmp(name, ISLE_NIC_PREFIX, strlen(ISLE_NIC_PREFIX)))
		return is_used(run, name + strlen(ISLE_NIC_PREFIX)) ? 0 : found(s, ISLE_RUN_DIR, name, &nics);
	if (!strncmp(name, ISLE_PAIRS_PREFIX, strlen(ISLE_PAIRS_PREFIX)))
		return is_used(run, name + strlen(ISLE_PAIRS_PREFIX)) ? 0 : found(s, ISLE_RUN_DIR, name, &pairs);
	if (is_journal(name))
		return sweep_journal(s, run, name);
	return isle_name_is_valid(name) && !is_used(run, name) ? found(s, ISLE_RUN_DIR, name, &directory) : 0;
}

static int sweep_bundle(struct isle_sweep *s, int all, const char *name)
{
	static const struct isle_leaving f = {
		.item = { .kind = "directory", .why = "no namespaces are kept in it", .then = "removes it" }, .remove = remove_bundle,
	};

	if (!isle_bundle_is_name(name) || isle_mount_is_point(all, name))
		return 0;
	return found(s, ISLE_RUN_DIR "/" ISLE_BUNDLE_DIR, name, &f);
}

static int sweep_bundles(struct isle_sweep *s, int run)
{
	isle_auto(close) int all = isle_bundle_dir(run);

	return all < 0 ? 0 : each(all, sweep_bundle, s);
}

static int sweep_name(struct isle_sweep *s, int netns, const char *name)
{
	static const struct isle_leaving f = {
		.item = { .kind = "name", .why = "the lab is not up", .then = "removes the name" }, .remove = remove_name,
	};
	isle_auto(close) int run = isle_rundir_open(false, NULL);

	return is_stale_name(s, run, netns, name) ? found(s, ISLE_NETNS_DIR, name, &f) : 0;
}

static int sweep_root(struct isle_sweep *s)
{
	static const struct isle_leaving empty = {
		.item = { .kind = "directory", .why = "no lab is up", .then = "removes it" }, .remove = remove_run,
	};
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool was = run >= 0;
	int r = 0;

	if (run < 0 && run != -ENOENT)
		return run;
	if (netns >= 0)
		r = each(netns, sweep_name, s);
	if (!r && was)
		r = each(run, sweep_entry, s);
	if (!r && was)
		r = sweep_bundles(s, run);
	if (!r && was && isle_rundir_is_unused(run) && !isle_rundir_is_held())
		r = found(s, ISLE_RUN_DIR, "", &empty);
	return r;
}

static int sweep_state(struct isle_sweep *s, int dir, const char *name)
{
	static const struct isle_leaving f = {
		.item = { .kind = "state", .why = "its keeper is gone", .then = "removes it" }, .remove = remove_state,
	};

	return isle_name_is_valid(name) && isle_state_is_stale(dir, name) ? found(s, s->site->dir, name, &f) : 0;
}

static int sweep_rootless(struct isle_sweep *s)
{
	isle_auto(close) int dir = open(s->site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return errno == ENOENT ? 0 : isle_fail(s->d, errno, NULL, "cannot open %s", s->site->dir);
	return each(dir, sweep_state, s);
}

int isle_sweep_own(struct isle_sweep *s)
{
	return s->site->rootless ? sweep_rootless(s) : sweep_root(s);
}

void isle_sweep_own_end(struct isle_sweep *s)
{
	if (s->site->rootless) {
		isle_site_drop(s->site);
		return;
	}
	isle_auto(unlock) int run = isle_rundir_lock(NULL);
	if (run >= 0)
		isle_rundir_drop_last(run, s->d);
}
