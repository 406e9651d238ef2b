/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: labs on the live machine: where they are, coming up, going down, being
 * entered. Everything that changes the kernel is done by forked processes:
 *
 *   up, root      P -fork-> W: private mounts, build, [uplink,] publish with one move_mount
 *   up, rootless  P -clone(USER|PID|NS)-> K (init, becomes the keeper) -fork-> D: build
 *   run           P -clone([USER|]PID|NS)-> K (init)  -fork-> D: build,  then -fork-> CMD [, pasta]
 *
 * Every child dies with its parent (PDEATHSIG, and the pid namespace with K),
 * so an error path is an exit: nothing was published, nothing is left.
 * Memory and descriptors are ready before the fork; children make system calls
 * only (no malloc) and report through struct isle_shared.
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
 *   ovs/           of a lab with Open vSwitch: its database, socket, logs. `keeper` beside it says whose child it is (state.c)
 *   mnt/HOST       pin: the host's mount namespace, made when it is first entered (enter.c)
 *   etc/           a second tmpfs: class/N/{hosts,resolv.conf,nsswitch.conf} lower layers, host/HOST -> ../class/N
 *                  where N is not 0, up/HOST and workdir/HOST for the host's overlay on /etc (made on first entry);
 *                  own/HOST/N what `files` and `private` say, N.to where it belongs (own.c)
 * Beside the labs, in /run/isle itself (a private tmpfs, flock on its root serialises making and removing names):
 *   .uplink.LAB    what `up` did to the machine itself, written before it was done (uplink.c)
 *   .nic.LAB       what NICs of the machine were before they were moved into the lab (nic.h)
 *   .made-netns    /run/netns was not there before isle (rundir.c)
 */
#ifndef ISLE_ENGINE_H
#define ISLE_ENGINE_H

#include <sys/types.h>
#include "lab/lab.h"
#include "plan/plan.h"

#define ISLE_RUN_DIR "/run/isle"
#define ISLE_NETNS_DIR "/run/netns"
#define ISLE_NAME_MAX 64

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
	char msg[512], kernel[256], hint[256];
	volatile uint32_t done, total;	/* progress in steps */
	volatile int status;		/* run: wait status of CMD */
	volatile bool finished;		/* the child did all it was asked */
	volatile bool stop;		/* the caller is asked to end: the child undoes what it did */
};
struct isle_shared *isle_shared_new(void);
void isle_shared_free(struct isle_shared *);
/* First failure wins. Returns -errnum. No malloc. */
int isle_shared_fail(struct isle_shared *, int errnum, int64_t step, const char *fmt, ...) ISLE_PRINTF(4, 5);
void isle_shared_hint(struct isle_shared *, const char *fmt, ...) ISLE_PRINTF(2, 3);
struct isle_tree;
/* The failure is in truth that the lab went down meanwhile, if it did. Returns -errnum. */
int isle_shared_gone(struct isle_shared *, const struct isle_tree *);
/* In the parent: the child's failure as a record of DIAG, with the step's place and words. */
int isle_shared_report(const struct isle_shared *, const struct isle_plan *, struct isle_diag *);

/* ---- build.c: everything inside a lab */
struct isle_etc;		/* etc.c: contents of the etc layers, computed before the fork */
struct isle_attached;		/* attach.h: the networks of hosts that have somebody else's */
struct isle_job {		/* all that a builder needs; made in the parent, read-only in children */
	const struct isle_lab *lab;
	const struct isle_plan *plan;
	struct isle_etc *etc;
	struct isle_attached *attached;	/* NULL: there are none */
	char *record;		/* text of the record file */
	size_t record_len;
	struct isle_shared *shared;
	struct isle_uplink_work *uplink;	/* NULL: the lab has no uplink (uplink.h) */
	struct isle_nics *nics;	/* NULL: no NIC of the machine (nic.h) */
	struct isle_ovs_work *ovs;	/* NULL: no Open vSwitch of its own (ovs.h) */
	const int *plain_net;	/* of a namespace that is of no lab, in place of the host's pin; or NULL */
	uint64_t mnt_age;	/* isle_ns_age() of where the lab will appear: what it has pinned must be younger */
	uint8_t *msg;		/* netlink buffer */
	size_t msg_size;
};
int isle_job_new(const struct isle_lab *, struct isle_job **ret, struct isle_diag *);
void isle_job_free(struct isle_job *);
/*
 * In a single-threaded forked process whose mount namespace is its own or its parent's private one (slave
 * propagation), with /run/isle a directory: mount the lab's tmpfs on TARGET (an existing directory) and build the
 * lab there. Leaves the process in some other network and UTS namespace. Returns when every carrier is up.
 */
int isle_build(const struct isle_job *, const char *target);

/* ---- publish.c, up.c, down.c; the options of all these are in isle.h */
/* The lab is not up. */
int isle_bring_up(struct isle_lab *, const struct isle_site *, const struct isle_up_options *, struct isle_diag *);
int isle_down(const char *lab, const struct isle_down_options *, struct isle_diag *);

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
/* Give an uplink another subnet: its addresses and the routes through it follow. */
void isle_uplink_move(struct isle_host *, size_t i, const struct isle_ip *subnet);
/* The model of a lab that is up: its recorded text loaded again, with the uplink subnets it got. */
int isle_tree_lab(const struct isle_tree *, struct isle_lab **ret, struct isle_diag *);

/* ---- host.c, enter.c: one host */
struct isle_host_ns {
	char host[ISLE_NAME_MAX], lab[ISLE_NAME_MAX];
	struct isle_tree tree;
	int net, uts, mnt;		/* mnt -1: not made yet */
};
/* NAME: HOST, or HOST.LAB. Order: $ISLE_LAB's lab, then all labs that are up; two matches are an error that lists them. */
int isle_host_open(const char *name, struct isle_host_ns *ret, struct isle_diag *);
void isle_host_close(struct isle_host_ns *);
/* Move the calling process into the host: user, mount (made and pinned first if needed), uts, net. Only for a process
 * that is about to exec, or a forked child. cwd is re-entered by path; where that is impossible it is /. */
int isle_host_enter(struct isle_host_ns *, struct isle_diag *);

/* ---- exec: never returns on success. -errno; *ret_status: what a shell would use (125 ours, 126, 127). */
int isle_exec_with(const char *ref, const struct isle_exec_options *, char *const argv[], int *ret_status, struct isle_diag *);

/* ---- run.c */
/* *ret_status: CMD's exit status, 128+signal, or 125/126/127. */
int isle_run(struct isle_lab *, const struct isle_run_options *, int *ret_status, struct isle_diag *);

/* ---- keeper.c: K, the small reaping init */
/* Rootless `up`: start the keeper, which builds the lab at /run/isle/LAB of its own mount namespace and writes the state
 * file last. The lab is not up; SITE's directory exists. */
int isle_keeper_up(const struct isle_job *, const struct isle_site *, const struct isle_up_options *, struct isle_diag *);
/* ---- uplink*.c: the way out */
/* In the parent, before anything: choose free subnets (isle_lab's are changed: the one exception to "read-only"),
 * find dropping forward hooks. */
int isle_uplink_check(struct isle_lab *, bool as_root_up, struct isle_diag *);
/* In the parent of W, under the lock of /run/isle: are the subnets still nobody's? Two labs may have chosen at once. */
int isle_uplink_recheck(const struct isle_lab *, struct isle_diag *);
/* In the parent of W: what of the machine is going to change, and the journal that says so. */
int isle_uplink_plan_machine(struct isle_job *, struct isle_diag *);
/* In W, after the build and before publishing: machine side of `up` as root; JOURNAL is a directory descriptor of /run/isle,
 * MACHINE_NET the machine's network namespace, HOST_NET(i) opens a host's. */
int isle_uplink_make(const struct isle_job *, int journal, int machine_net, int tree_dir);
/* Undo what .uplink.LAB says, if still ours. Idempotent. */
int isle_uplink_undo(int journal, const char *lab, struct isle_diag *);
/* In K, in the machine's network namespace: start pasta or slirp4netns for each uplink host; returns when they carry. */
int isle_uplink_user(const struct isle_job *, int tree_dir);

/* ---- links.c: FN for each interface of each host, in the model's order, with its state in the kernel */
int isle_links(const struct isle_tree *, const struct isle_lab *, void (*fn)(const struct isle_iface *, enum isle_link_state, void *),
	       void *arg, struct isle_diag *);

/* ---- drift.c: FN for each thing that is not as it was brought up; HOST and IFACE are the model's, IFACE may be NULL */
int isle_drift(const struct isle_tree *, const struct isle_lab *,
	       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *), void *arg,
	       struct isle_diag *);

/* ---- doctor.c: what this machine allows */
int isle_doctor(struct isle_arena *, struct isle_finding **ret, size_t *ret_n, struct isle_diag *);

/* nft.c: files of rules, and the program; wireguard.c: keys that are in files, into the model. Parts of isle_lab_check_files(). */
int isle_nft_check_files(const struct isle_lab *, struct isle_diag *);
int isle_wireguard_read_keys(const struct isle_lab *, struct isle_diag *);
/* outside.c: may the lab's interfaces be on those of the machine, or in networks of others? ROOT: of the machine. -EINVAL: said for each. */
int isle_lab_check_outside(const struct isle_lab *, bool root, struct isle_diag *);

#endif
