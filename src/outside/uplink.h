/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way out of a lab; private to engine/. Two ways: `up` as root makes a
 * veth to the machine, forwards on just the two devices concerned and
 * masquerades in one nft table of ours (uplink_make.c); `run` and rootless labs
 * start pasta or slirp4netns per host (uplink_user.c, outlet.h). Only the first touches
 * the machine: everything it is going to do is written to a journal first
 * (journal.c), from which `down` and `gc` undo it, if it is still ours.
 */
#ifndef ISLE_OUTSIDE_UPLINK_H
#define ISLE_OUTSIDE_UPLINK_H

#include <net/if.h>
#include "build/build.h"
#include "nl/nl.h"

#define ISLE_MACHINE_DEVS 8
#define ISLE_UPLINK_CHAIN "postrouting"

/* uplink_routes.c: the machine's routes, as far as an uplink cares */
struct isle_machine_routes {
	struct isle_ip *dst;			/* every destination but default; malloced */
	size_t n_dst;
	char dev[2][ISLE_MACHINE_DEVS][IFNAMSIZ];	/* devices of default routes: [0] IPv4, [1] IPv6 */
	size_t n_dev[2];
};
int isle_machine_routes_read(struct isle_machine_routes *ret, struct isle_diag *);	/* of the caller's namespace */
void isle_machine_routes_done(struct isle_machine_routes *);

/* One sysctl of the machine: path below /proc/sys, value before, value set. */
struct isle_machine_sysctl { char path[96], before[16], set[16]; };

/* What `up` as root does to the machine; made by isle_uplink_prepare() in the parent. */
struct isle_uplink_work {
	char table[80], mark[200];		/* the nft table and the comment that marks it */
	struct isle_machine_sysctl sysctls[4 * ISLE_MACHINE_DEVS];
	size_t n_sysctls;
	struct isle_machine_sysctl relies[4 * ISLE_MACHINE_DEVS];	/* as wanted already: maybe by another lab, that may go first */
	size_t n_relies;
	const char *docker[2];			/* program that puts a rule into DOCKER-USER (iptables-nft…), or NULL: [0] IPv4, [1] IPv6 */
	struct isle_plan *plan;			/* isle_plan_uplinks() */
	char *journal;				/* the record's text; malloced */
};
/* In the parent, after isle_uplink_check(), before the fork. NULL work: no uplink in this lab. */
int isle_uplink_prepare(const struct isle_lab *, struct isle_uplink_work **ret, struct isle_diag *);
void isle_uplink_work_free(struct isle_uplink_work *);

/* uplink_make.c: parts of isle_uplink_make(), in its child */
int isle_uplink_make_pair(const struct isle_job *, const struct isle_host *, int machine_net, int tree_dir);
int isle_uplink_make_table(const struct isle_job *);	/* in one transaction; what is there of ours goes with it */
/* uplink_sum.c: note what TABLE says in the lab's tree, where we are in the machine's network; NULL: there is none any more */
void isle_uplink_note_table(const char *table, int tree_dir);
/* In the parent: has somebody changed or removed it since? false, too, where the machine's network is not ours. */
bool isle_uplink_table_is_changed(const struct isle_lab *, int tree_dir);
static inline void isle_uplink_table_name(char ret[80], const char *lab) { snprintf(ret, 80, "isle-%.63s", lab); }
int isle_uplink_open_docker(const struct isle_job *, const struct isle_host *);
int isle_uplink_forward(const struct isle_job *);
int isle_uplink_leave(const struct isle_job *, int machine_net);	/* a host, for the machine */
/* Begin a batch in which TABLE, if it is there and bears MARK, is removed. */
void isle_uplink_begin_table(struct isle_nl *, struct isle_nlmsg *, const char *table, const char *mark);

/* uplink_live.c: another way out for a lab that is up, as root */
struct isle_uplink_change {
	const struct isle_lab *from, *to;
	struct isle_uplink_work *was, *will;	/* NULL: that one has no uplink */
	bool *makes;				/* of each host of .to: its pair is to be made */
	struct json_t *journal, *between, *after;	/* as it is, while all may be there, when all is done; NULL: none */
};
/* May B instead of the N A, which it was made from? Subnets that are new are chosen. */
int isle_uplink_check_change(struct isle_lab *b, struct isle_lab *const *a, size_t n, bool as_root_up, struct isle_diag *);
/* STANDS: has the host its end? UNSURE: a change was broken off. *RET NULL: nothing of it is on the machine. */
int isle_uplink_change_new(const struct isle_lab *from, const struct isle_lab *to, bool unsure, bool (*stands)(const struct isle_host *, void *),
			   void *arg, struct isle_uplink_change **ret, struct isle_diag *);
void isle_uplink_change_free(struct isle_uplink_change *);	/* takes NULL */
/* With RUN, /run/isle, locked: write down what is going to be; what was, once it has been undone; remove what is no more. */
int isle_uplink_change_begin(struct isle_uplink_change *, int run, struct isle_diag *);
void isle_uplink_change_forget(const struct isle_uplink_change *, int run);
int isle_uplink_change_end(const struct isle_uplink_change *, int run, struct isle_diag *);
/* uplink_change.c: in a child in the machine's network, which may end in another. JOB: its message and shared memory. */
int isle_uplink_change_do(const struct isle_uplink_change *, const struct isle_job *, int machine_net, int tree_dir);
void isle_uplink_change_undo(const struct isle_uplink_change *, const struct isle_job *, int machine_net, int tree_dir);

int isle_uplink_turn_gateways(const struct isle_job *from, const struct isle_job *to, int tree_dir);	/* of hosts in both */

/* uplink_undo.c: is there a journal of LAB, and its first device still? Also if that cannot be found out. */
bool isle_uplink_stands(int dir, const char *lab);
int isle_uplink_drop_table(struct isle_nl *, const char *table, const char *mark);	/* if it bears MARK */
int isle_uplink_drop_pair(const char *name, const char *altname, struct isle_diag *);	/* if it has both; that of a journal */
bool isle_uplink_has_pair(const struct isle_lab *, const struct isle_host *);	/* does the machine's end stand? */

/* uplink_plain.c: of a namespace that is of no lab */
struct isle_uplink_plain {
	const char *word;			/* what it is called */
	int net;
	ino_t ino;
	const char *ifname;			/* there */
	const char *const *subnets;		/* as a lab file has them; none: one that is free */
	size_t n_subnets;
};
/* *ret_address: what the namespace has then, in text. -EEXIST. */
int isle_uplink_plain_add(const struct isle_uplink_plain *, char ret_address[ISLE_IP_TEXT], struct isle_diag *);
int isle_uplink_plain_is_there(const struct isle_uplink_plain *, struct isle_diag *);	/* -EEXIST: it has one, said */
int isle_uplink_plain_remove(const struct isle_uplink_plain *, struct isle_diag *);	/* -ENOENT: it has none of ours */
int isle_uplink_plain_commands(const struct isle_uplink_plain *, bool add, char **ret_text, struct isle_diag *);
bool isle_uplink_is_plain(const char *lab);	/* is the journal's name one of these? */

/* journal.c */
int isle_journal_text(const struct isle_lab *, const struct isle_uplink_work *, char **ret, struct isle_diag *);
int isle_journal_write(int dir, const char *lab, const char *text);	/* .uplink.LAB, all or nothing; no malloc */
int isle_journal_put(int dir, const char *name, const char *text);	/* any such file, likewise */
/* -ENOENT: there is none, without a record. */
int isle_journal_read(int dir, const char *name, struct json_t **ret, struct isle_diag *);
int isle_journal_replace(int dir, const char *name, struct json_t *);
void isle_journal_name(char ret[ISLE_NAME_MAX + 16], const char *lab);
/* uplink_host.c: the host's end. In a child that may stay in the host's network namespace; TREE_DIR as for isle_uplink_make(). */
int isle_uplink_configure_tap(const struct isle_job *, const struct isle_host *, bool slirp, int tree_dir);	/* waits for the device first */

/* slirp answers ARP for 10.0.2.2 alone: the gateway of the host's N-th subnet gets that one's MAC. */
struct isle_step isle_uplink_slirp_gateway(const struct isle_host *, size_t n);

/* One step, in the socket's namespace where the process is; IFINDEX not 0: what the step's own index is taken for. */
int isle_uplink_take(const struct isle_job *, struct isle_nl *, const struct isle_step *, uint32_t ifindex, int machine_net);
int isle_uplink_index(struct isle_nl *, const char *name, uint32_t *ret);
/* In the host: what it forwards for others leaves by the uplink under its own address. */
int isle_uplink_masquerade(const struct isle_job *, const struct isle_host *);
int isle_uplink_unmasquerade(const struct isle_job *, const struct isle_host *);
bool isle_uplink_is_gateway(const struct isle_host *);	/* is that so? */
int isle_uplink_enter(const struct isle_job *, const struct isle_host *, int tree_dir);

/* sysctl.c: "net/ipv4/conf/eth0/forwarding" of the calling thread's network namespace. -errno. */
int isle_sysctl_read(const char *path, char *ret, size_t size);		/* without the newline */
int isle_sysctl_write(const char *path, const char *value);

/* docker.c: put (add) or take our marked rules for DEV in or out of DOCKER-USER; PROGRAM is iptables-nft or the like */
int isle_docker_user(const char *program, bool add, const char *dev, const char *mark);

/* ---- uplink*.c: the way out */
/* In the parent, before anything: choose free subnets (isle_lab's are changed: the one exception to "read-only"),
 * find dropping forward hooks. */
int isle_uplink_check(struct isle_lab *, bool as_root_up, struct isle_diag *);
/* In the parent of W, under the lock of /run/isle: are the subnets still nobody's? Two labs may have chosen at once. Those of
 * the N WAS, which the lab was made from, are its own. */
int isle_uplink_recheck(const struct isle_lab *, struct isle_lab *const *was, size_t n, struct isle_diag *);
/* In the parent of W: what of the machine is going to change, and the journal that says so. */
int isle_uplink_plan_machine(struct isle_job *, struct isle_diag *);
/* In W, after the build and before publishing: machine side of `up` as root; JOURNAL is a directory descriptor of /run/isle,
 * MACHINE_NET the machine's network namespace, HOST_NET(i) opens a host's. */
int isle_uplink_make(const struct isle_job *, int journal, int machine_net, int tree_dir);
/* Undo what .uplink.LAB says, if still ours. Idempotent. */
int isle_uplink_undo(int journal, const char *lab, struct isle_diag *);
/* In K, in the machine's network namespace: start pasta or slirp4netns for each uplink host; returns when they carry. */
int isle_uplink_user(const struct isle_job *, int tree_dir);

#endif
