/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: down: first the processes inside, then what the lab has outside of
 * itself (uplinks, names in /run/netns), then the lab, by one umount that drops
 * every pin. The namespaces end behind our back. The mount point is removed
 * after that, which also takes away the copies of the mount that other private
 * mount namespaces have made. Whatever was not done because somebody killed us
 * is done by the next `down` or `gc`. Rootless, the lab is its keeper's.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "build/attach.h"
#include "engine/inside.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/pair.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"
#include "tree/names.h"
#include "tree/rundir.h"
#include "tree/state.h"

#define KEEPER_TERM_MS 2000	/* it has nothing to do but to remove its file */
#define KEEPER_KILL_MS 10000

static int unmount(const char *lab, int run, struct isle_diag *d)
{
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX + 1];

	snprintf(path, sizeof(path), "%s/%s", ISLE_RUN_DIR, lab);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		return isle_fail(d, errno, NULL, "cannot unmount %s", path);
	if (unlinkat(run, lab, AT_REMOVEDIR) < 0)
		return isle_fail(d, errno, NULL, "cannot remove %s", path);
	return 0;
}

/* Is the lab that is up in RUN the one that TREE is open on, not one that came up since? */
static bool is_still(int run, const struct isle_tree *tree)
{
	struct stat opened, now;

	/* Each lab is a file system of its own, and the open one keeps its number. */
	return isle_mount_is_point(run, tree->lab) && fstat(tree->dir, &opened) == 0 &&
	       fstatat(run, tree->lab, &now, AT_SYMLINK_NOFOLLOW) == 0 && opened.st_dev == now.st_dev;
}

static int signal_keeper(const struct isle_tree *tree, int sig, int ms)
{
	struct pollfd p = { .fd = tree->keeper_fd, .events = POLLIN };
	int r;

	if (syscall(SYS_pidfd_send_signal, tree->keeper_fd, sig, NULL, 0) < 0 && errno != ESRCH)
		return -errno;
	do
		r = poll(&p, 1, ms);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r ? 0 : -ETIMEDOUT;
}

/* With everything in its pid namespace. */
static int end_keeper(const struct isle_tree *tree, struct isle_diag *d)
{
	int r = signal_keeper(tree, SIGTERM, KEEPER_TERM_MS);

	if (r == -ETIMEDOUT)
		r = signal_keeper(tree, SIGKILL, KEEPER_KILL_MS);
	return r ? isle_fail(d, -r, NULL, "cannot end the keeper of lab %s, process %d", tree->lab, tree->keeper) : 0;
}

static int down_root(struct isle_tree *tree, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);
	int r, undone, names, switches, pairs;

	if (run < 0)
		return run;
	/* Another `down` may have been faster, and an `up` after it. */
	if (!is_still(run, tree))
		return isle_reject(d, NULL, "lab %s is not up any more", tree->lab), -ENOENT;
	/* A NIC is the machine's: without it the lab stays. */
	r = isle_nics_home(run, tree, d);
	if (r)
		return r;
	if (tree->keeper_fd >= 0) {
		r = end_keeper(tree, d);
		if (r)
			return r;
	}
	/* What cannot be undone outside is reported, but does not keep the lab. */
	undone = isle_uplink_undo(run, tree->lab, d);
	switches = isle_ovs_unshare(run, tree->lab, false, d);
	names = isle_names_remove(tree->lab, tree->dir, d);
	if (!undone)
		undone = switches;
	if (!undone)
		undone = names;
	isle_attach_unplug(tree);
	pairs = isle_pairs_undo(run, tree->lab, d);
	if (!undone)
		undone = pairs;
	isle_tree_close(tree);
	r = unmount(tree->lab, run, d);
	if (!names)	/* else `gc` must know whose /run/netns is */
		isle_rundir_drop_last(run, d);
	return r ? r : undone;
}

static int down_rootless(const struct isle_site *site, struct isle_tree *tree, struct isle_diag *d)
{
	int r;

	/* Asked politely, it removes its state file itself: whoever kills us meanwhile, nothing stays. */
	r = end_keeper(tree, d);
	if (r)
		return r;
	isle_auto(close) int dir = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* Another `up` may have been quicker to remove it, and have come up: that is not ours to take down. */
	r = dir < 0 ? -errno : isle_state_clear(dir, tree->lab);
	if (r && r != -ENOENT && r != -EEXIST)
		return isle_fail(d, -r, NULL, "cannot remove %s/%s", site->dir, tree->lab);
	isle_site_drop(site);
	return 0;
}

/* What is left in RUN (locked) of LAB, which is not up. False: nothing. */
static bool remove_left(int run, const char *lab, struct isle_diag *d, int *ret_r)
{
	isle_auto(unlock) int dir = openat(run, lab, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char journal[ISLE_NAME_MAX + 16], rows[ISLE_NAME_MAX + 16];
	int r, nics;

	isle_journal_name(journal, lab);
	isle_ovs_journal_name(rows, lab);
	*ret_r = 0;
	if (dir < 0 && faccessat(run, journal, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && faccessat(run, rows, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	    !isle_nics_are_left(run, lab) && !isle_pairs_are_left(run, lab))
		return false;
	if (dir >= 0 && flock(dir, LOCK_EX | LOCK_NB) < 0) {
		*ret_r = errno == EWOULDBLOCK ? isle_lab_is_busy(lab, d) :
						isle_fail(d, errno, NULL, "cannot lock %s/%s", ISLE_RUN_DIR, lab);
		return true;
	}
	nics = isle_nics_undo(run, lab, d);
	*ret_r = isle_uplink_undo(run, lab, d);
	r = isle_ovs_unshare(run, lab, false, d);
	*ret_r = *ret_r ? *ret_r : r;
	*ret_r = *ret_r ? *ret_r : nics;
	r = isle_pairs_undo(run, lab, d);
	*ret_r = *ret_r ? *ret_r : r;
	if (dir >= 0 && unlinkat(run, lab, AT_REMOVEDIR) < 0)
		*ret_r = isle_fail(d, errno, NULL, "cannot remove %s/%s", ISLE_RUN_DIR, lab);
	return true;
}

/* The lab is not up: is there something left of a `down` or `up` that did not come to its end? */
static bool finish(const struct isle_site *site, const char *lab, struct isle_diag *d, int *ret_r)
{
	isle_auto(unlock) int run = -1;
	bool was;

	*ret_r = 0;
	if (!isle_name_is_valid(lab))
		return false;
	if (site->rootless) {
		isle_auto(close) int dir = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		was = dir >= 0 && isle_state_clear(dir, lab) == 0;
		if (was)
			isle_site_drop(site);
		return was;
	}
	run = isle_rundir_lock(NULL);
	if (run < 0 || isle_mount_is_point(run, lab))
		return false;
	was = remove_left(run, lab, d, ret_r);
	isle_rundir_drop_last(run, d);
	return was;
}

int isle_down(const char *lab, const struct isle_down_options *o, struct isle_diag *d)
{
	struct isle_site site;
	struct isle_tree tree;
	int r = isle_site_find(&site, d);

	if (r)
		return r;
	r = isle_tree_find(&site, lab, &tree, d);
	if (r == -ENOENT) {
		if (finish(&site, lab, d, &r))
			return r;
		r = isle_tree_open(&site, lab, &tree, d);	/* says why not; or it has come up just now */
	}
	if (r)
		return r;
	r = isle_inside_end(&tree, NULL, o, d);
	if (!r)
		r = site.rootless ? down_rootless(&site, &tree, d) : down_root(&tree, d);
	isle_tree_close(&tree);
	return r;
}
