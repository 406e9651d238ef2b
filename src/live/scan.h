/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a census that is being taken: what the files of this folder share. */
#ifndef ISLE_LIVE_SCAN_H
#define ISLE_LIVE_SCAN_H

#include "live/live.h"

struct isle_scan {
	struct isle_census *c;
	unsigned types;			/* looked for; mount namespaces too where mounts are */
	unsigned kinds;
	int proc;			/* /proc, O_PATH */
	dev_t nsfs;
	struct isle_idmap sockets;	/* inode of a socket -> id of its network namespace, 0: may not be told */
};

struct isle_task {			/* a process or a thread that is being looked at */
	pid_t pid, tid;			/* tid 0: the process */
	int dir;			/* /proc/PID, O_PATH: stays with this process though the number be used again */
	uint64_t ns[ISLE_NS_TYPES];	/* ids; 0: none, or not looked for */
};

static inline bool isle_scan_wants(const struct isle_scan *s, enum isle_holder_kind kind)
{
	return s->kinds & ISLE_HOLDER_BIT(kind);
}

/* A namespace is opened when it is met, and asked for its owner and parent. */
static inline bool isle_scan_relates(const struct isle_scan *s)
{
	return !(s->kinds & ISLE_CENSUS_UNRELATED);
}

/* node.c */
/*
 * The namespace ID: its index, made if it is new. Then FD, one of its own that stays the caller's, is asked for owner and
 * parent; -1: they stay unknown.
 */
int isle_scan_meet(struct isle_scan *, enum isle_ns_type, uint64_t id, int fd, size_t *ret);
/* The same for DIR/PATH, which is opened only if ID was not met before, and relations are asked for. */
int isle_scan_meet_at(struct isle_scan *, enum isle_ns_type, uint64_t id, int dir, const char *path, size_t *ret);
bool isle_scan_met(const struct isle_scan *, uint64_t id, size_t *ret);
int isle_scan_hold(struct isle_scan *, const struct isle_census_hold *);
int isle_scan_name(struct isle_scan *, size_t ns, const char *name, int rank);

/* proc.c, fds.c, mounts.c */
int isle_scan_processes(struct isle_scan *);
int isle_scan_descriptors(struct isle_scan *, const struct isle_task *);
int isle_scan_mounts(struct isle_scan *);

/* containers.c */
int isle_scan_containers(struct isle_scan *);

#endif
