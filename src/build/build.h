/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_BUILD_H
#define ISLE_BUILD_H

#include "kinds/kinds.h"
#include "tree/tree.h"

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
/*
 * In a single-threaded forked process whose mount namespace is its own or its parent's private one (slave
 * propagation), with /run/isle a directory: mount the lab's tmpfs on TARGET (an existing directory) and build the
 * lab there. Leaves the process in some other network and UTS namespace. Returns when every carrier is up.
 */
int isle_build(const struct isle_job *, const char *target);

/* own.c: in the builder; ETC: the root of etc/. Ends with some other working directory. */
int isle_own_make(const struct isle_job *, int etc);
/* One host's: in the parent, is all of it there, and in a child, put it into the empty DIR, which becomes the working directory. */
int isle_own_check(const struct isle_host *, struct isle_diag *);
int isle_own_fill(const struct isle_host *, int dir, const struct isle_own **ret_failed);
/* The same for one of them, which is to be N of DIR; DIR is the working directory. -errno */
int isle_own_check_one(const struct isle_host *, const struct isle_own *, struct isle_diag *);
int isle_own_fill_one(const struct isle_own *, int dir, size_t nth);

/* nft.c: files of rules, and the program; wireguard.c: keys that are in files, into the model. Parts of isle_lab_check_files(). */
int isle_nft_check_files(const struct isle_lab *, struct isle_diag *);
int isle_wireguard_read_keys(const struct isle_lab *, struct isle_diag *);
/* The same for one option, if it is a secret in a file: WHOSE it is, for words. */
int isle_wireguard_read_key(struct isle_link_value *, const char *whose, struct isle_diag *);

#define ISLE_BATCH 64

/* The builder at work, in the forked process. The tree's root is its working directory. */
struct isle_builder {
	const struct isle_job *job;
	struct isle_kind_ctx ctx;
	int tree;			/* the root of the tree */
	uint32_t ns;			/* where we are; ISLE_NS_MACHINE: nowhere yet */
	struct isle_nl here, fabric;	/* sockets: in ns (if that is a host), in the fabric */
	int fabric_ns, machine_ns;	/* machine_ns: -1 until something is asked of it */
	int other_ns;			/* namespace of a veth's far end, open until its request was sent */
	int proc;			/* our own procfs, once many sysctls were written; -1: /proc */
	uint32_t sysctl_ns, n_sysctl_ns;	/* the last namespace that had one, how many had */
	struct isle_nlmsg batch;	/* requests for one namespace, not sent yet */
	struct isle_nl *batch_nl;
	size_t batch_steps[ISLE_BATCH], n_batch;
};

/* Where step .ns wants to be done: go there if we are elsewhere. */
int isle_builder_go(struct isle_builder *, size_t step);
/* Make the namespace of a NETNS step and stay in it. */
int isle_builder_make_ns(struct isle_builder *, size_t step);
int isle_builder_flush(struct isle_builder *);
/* Write a SYSCTL step, in the namespace where we are. */
int isle_builder_sysctl(struct isle_builder *, size_t step);
/* Do an OFFLOAD step, in the namespace where we are. */
int isle_builder_offload(struct isle_builder *, size_t step);
/* The same by name; -errno. (offload.c) */
int isle_offload_off(const char *ifname);
/* Do a TUN step, in the namespace where we are; *ret_what: what failed, if it was not the kernel that refused. (tun.c) */
int isle_tun_make(const struct isle_step *, const char **ret_what);
int isle_builder_tun(struct isle_builder *, size_t step);
/* Do an NFT step, in the namespace where we are. */
int isle_builder_nft(struct isle_builder *, size_t step);
/* nft.c: give nft what the descriptor SCRIPT has. -EINVAL: it does not like it, and WORDS are its own, PATH being the file. */
enum { ISLE_NFT_WORDS = 300 };
int isle_nft_run(int script, const char *path, char words[ISLE_NFT_WORDS]);
/* rules.c: the user's rules in a host */
struct isle_rules {
	const char *host;
	const char *path;		/* for words, and where the rules are; NULL: it has none any more */
	const char *text;		/* the rules, if they were read already; else NULL */
};
/* In a child in the host's network and in the lab's tree: these, and not those that it has, in one transaction. -errno. */
int isle_rules_load(const struct isle_rules *, char words[ISLE_NFT_WORDS]);
/* There likewise: do their tables say something else than when they were loaded? */
bool isle_rules_are_changed(const char *host);
void isle_rules_forget(const char *host);	/* in the lab's tree: the host is gone */
#define ISLE_RULES_DIR "nft"		/* in the tree: HOST, the rules it has; HOST.tables, theirs; HOST.sum, what these say; HOST.others, while they change */

/* Do a WIREGUARD or PEER step, in the namespace where we are; *ret_what: what failed. MSG: room for a request. (wireguard.c) */
int isle_wireguard_take(const struct isle_step *, void *msg, size_t size, struct isle_shared *, const char **ret_what);
int isle_builder_wireguard(struct isle_builder *, size_t step);
/* Wait for a CARRIER step's interface. */
int isle_builder_wait(struct isle_builder *, size_t step);
/* Wait for a SETTLED step's address, in the namespace where we are. */
int isle_builder_settle(struct isle_builder *, size_t step);
/* The same as isle_builder_wait() for an interface of the namespace where we are; PATIENCE: seconds more than usual. -ETIMEDOUT. */
int isle_carrier_wait(uint32_t ifindex, uint32_t patience);
/* The same as isle_builder_settle(), NL being of the namespace where we are; PATIENCE: seconds more than usual. -ETIMEDOUT. */
int isle_settle_wait(struct isle_nl *, const struct isle_step *);
/* Make the mount namespace that hosts start from. */
int isle_builder_base(const struct isle_job *, const char *target, int etc);

#endif
