/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: labs that are up, as they are found on the machine: where they are, their
 * trees, records and pins; who may look at them, and a child that does.
 *
 * A lab's tree, a tmpfs of its own, seen at /run/isle/LAB (rootless: in the keeper's mount namespace):
 *   record         versioned JSON: text, file name, long form, boot id, uplinks (record.c)
 *   intent         the same of a change that was begun and has not ended: the record to be, or the one that was (change/)
 *   fabric         pin: net namespace of the switches
 *   base           pin: mount namespace that hosts start from; no pins in it; /run/isle in it is etc/ of this lab.
 *                  Absent where the kernel refused to pin it
 *   net/HOST uts/HOST   pins, used by isle
 *   shown/HOST     second pin of the net namespace: what /run/netns/HOST.LAB is a symlink to
 *   attach/HOST    an empty file: its network is somebody else's (attach.c)
 *   outlet/HOST    of a lab whose way out is a program: which process it is, and what for (outlet.c)
 *   ovs/           of a lab with Open vSwitch: its database, socket, logs. `keeper` beside it says whose child it is (state.c)
 *   mnt/HOST       pin: the host's mount namespace, made when it is first entered (enter.c)
 *   etc/           a second tmpfs: class/N/{hosts,resolv.conf,nsswitch.conf} lower layers, host/HOST -> ../class/N
 *                  where N is not 0, up/HOST and workdir/HOST for the host's overlay on /etc (made on first entry);
 *                  own/HOST/N what `files` and `private` say, N.to where it belongs (own.c)
 * Beside the labs, in /run/isle itself (a private tmpfs, flock on its root serialises making and removing names):
 *   .uplink.LAB    what `up` did to the machine itself, written before it was done (uplink.c)
 *   .nic.LAB       what NICs of the machine were before they were moved into the lab (nic.h)
 *   .pairs.LAB     links of the lab between two networks of others (pair.h)
 *   .made-netns    /run/netns was not there before isle (rundir.c)
 */
#ifndef ISLE_TREE_H
#define ISLE_TREE_H

#include <sys/types.h>
#include "lab/lab.h"
#include "plan/plan.h"

#define ISLE_RUN_DIR "/run/isle"
#define ISLE_NETNS_DIR "/run/netns"
#define ISLE_NAME_MAX 64

/* Names in /run/isle beside the labs, which no lab can have; the first is a directory, the others, with a name behind them, are journals. */
#define ISLE_BUNDLE_DIR ".ns"
#define ISLE_JOURNAL_PREFIX ".uplink."
#define ISLE_NIC_PREFIX ".nic."
#define ISLE_WIRE_PREFIX ".wire."
#define ISLE_KEEPER_FILE "keeper"	/* in the tree of root's lab that has one */

/* ---- site.c: where the caller's labs are */
struct isle_site {
	bool rootless;		/* no CAP_SYS_ADMIN over the machine's mounts, or /run not ours to write */
	char dir[256];		/* /run/isle; rootless: $XDG_RUNTIME_DIR/isle, else /tmp/isle-UID (0700, checked) */
};
int isle_site_find(struct isle_site *ret, struct isle_diag *);
/* The rootless directory, made if it is not there; it is not removed while the returned descriptor is locked. */
int isle_site_make(const struct isle_site *, struct isle_diag *);
void isle_site_drop(const struct isle_site *);	/* remove it if it is empty and nobody is about to use it */

/* ---- shared.c: what a forked process tells the one that waits; MAP_SHARED */
struct isle_shared {
	volatile int errnum;		/* positive errno of the failure; 0: none */
	volatile bool ours;		/* a refusal, no failed call */
	volatile int64_t step;		/* index into plan->steps, -1: none; its place and words are added by the parent */
	const struct isle_loc *volatile loc;	/* without a step: what is being made; in the model, so the same address for all */
	char msg[512], kernel[256], hint[256], left[256];
	volatile uint32_t done, total;	/* progress in steps */
	volatile int status;		/* run: wait status of CMD */
	volatile bool finished;		/* the child did all it was asked */
	volatile bool stop;		/* the caller is asked to end: the child undoes what it did */
};
struct isle_shared *isle_shared_new(void);
void isle_shared_free(struct isle_shared *);
/* First failure wins. Returns -errnum. No malloc. */
int isle_shared_fail(struct isle_shared *, int errnum, int64_t step, const char *fmt, ...) ISLE_PRINTF(4, 5);
/* The first one wins. LEFT: what could not be undone after the failure, said beside the hint. */
void isle_shared_hint(struct isle_shared *, const char *fmt, ...) ISLE_PRINTF(2, 3);
void isle_shared_left(struct isle_shared *, const char *fmt, ...) ISLE_PRINTF(2, 3);
/* After .kernel: R was the answer to STEP; if it is that the kernel has no such thing, which module it would need. */
void isle_shared_lacks(struct isle_shared *, const struct isle_step *, int r);
struct isle_tree;
/* The failure is in truth that the lab went down meanwhile, if it did. Returns -errnum. */
int isle_shared_gone(struct isle_shared *, const struct isle_tree *);
/* In the parent: the child's failure as a record of DIAG, with the step's place and words. */
int isle_shared_report(const struct isle_shared *, const struct isle_plan *, struct isle_diag *);

/* ---- state.c: what is up */
struct isle_tree {		/* a lab that is up, opened */
	char lab[ISLE_NAME_MAX];
	bool rootless;
	pid_t keeper;		/* 0: none */
	int keeper_fd;		/* pidfd, or -1 */
	int user;		/* the keeper's user namespace; -1: the caller's own */
	int dir;		/* O_PATH of the lab's tree (through /proc/KEEPER/root for rootless) */
};
int isle_tree_open(const struct isle_site *, const char *lab, struct isle_tree *ret, struct isle_diag *);	/* -ENOENT: not up */
void isle_tree_close(struct isle_tree *);
bool isle_tree_has_gone(const struct isle_tree *);	/* it was taken down since it was opened */
/* Names of the labs that are up, sorted, in ARENA. Stale rootless ones (keeper gone, other boot) are left out. */
int isle_tree_list(const struct isle_site *, struct isle_arena *, char ***ret, size_t *ret_n, struct isle_diag *);

struct isle_record {		/* read back; strings belong to it */
	char *lab, *file, *text, *full;	/* file: absolute path or "-" */
	char *boot_id, *version;
	int64_t created;		/* CLOCK_REALTIME seconds */
	int datapath;			/* enum isle_datapath: what AUTO was */
	struct { char *host; struct isle_ip subnet[2]; size_t n; } *uplinks;	/* what the uplinks got */
	size_t n_uplinks;
};
int isle_record_read(const struct isle_tree *, struct isle_record **ret, struct isle_diag *);
void isle_record_free(struct isle_record *);
/* What AUTO is on this machine; switches that say auto follow. */
void isle_datapath_choose(struct isle_lab *, enum isle_datapath);
/* Give an uplink another subnet: its addresses and the routes through it follow. */
void isle_uplink_move(struct isle_host *, size_t i, const struct isle_ip *subnet);
/* The model of a lab that is up: its recorded text loaded again, with the uplink subnets it got. */
int isle_tree_lab(const struct isle_tree *, struct isle_lab **ret, struct isle_diag *);

#endif
