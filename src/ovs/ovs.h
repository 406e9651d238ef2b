/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: Open vSwitch in labs; private to engine/. A lab with such switches has an
 * ovsdb-server and an ovs-vswitchd of its own, in its fabric and in the pid
 * namespace of its init (K, or for `up` as root the worker, which then stays as
 * the keeper). The init starts them; the caller, who may allocate memory, tells
 * the database what the switches are, before the lab is published. A switch that
 * is `shared` is the machine's Open vSwitch; what we add there is marked.
 */
#ifndef ISLE_OVS_H
#define ISLE_OVS_H

#include "build/build.h"

#define ISLE_OVS_DIR "ovs"		/* in the lab's tree: database, socket, logs */
#define ISLE_PROGRAM_PATH 1024
struct isle_ovs_work {			/* made in the parent, read-only in children */
	char tool[ISLE_PROGRAM_PATH], server[ISLE_PROGRAM_PATH], vswitchd[ISLE_PROGRAM_PATH], schema[ISLE_PROGRAM_PATH];
};

/* ovs.c: in the parent, before anything: is all that the lab needs here? What AUTO is here is set in the lab. */
int isle_ovs_check(struct isle_lab *, bool as_root_up, struct isle_diag *);
/* NULL work: the lab needs no Open vSwitch of its own. */
int isle_ovs_prepare(const struct isle_lab *, struct isle_ovs_work **ret, struct isle_diag *);
bool isle_ovs_is_own(const struct isle_network *);	/* its switch is the lab's own Open vSwitch */
bool isle_ovs_is_shared(const struct isle_network *);	/* the machine's */

/* start.c: in the lab's init; TARGET is the lab's tree. System calls only. */
int isle_ovs_start(const struct isle_job *, const char *target);

/* conf.c: in the parent, while PID, the lab's init, waits: what the lab's switches are, until they carry */
int isle_ovs_configure(const struct isle_job *, pid_t pid, const char *target, struct isle_diag *);
/* One transaction with all bridges and ports of LAB's own or its SHARED switches, and wait until they carry. */
struct isle_ovsdb;
struct isle_ovsdb_change;
int isle_ovs_tell(const struct isle_lab *, bool shared, struct isle_ovsdb *, struct isle_ovsdb_change *, struct isle_diag *);
/* FN for each port that LAB's own switches, or its SHARED ones, are to have, until it does not return 0, which is then returned. */
struct isle_ovsdb_port_spec;
typedef int isle_ovs_port_fn(const struct isle_ovsdb_port_spec *, void *arg);
int isle_ovs_each_port(const struct isle_lab *, bool shared, isle_ovs_port_fn *, void *arg);
const char *isle_ovs_datapath(const struct isle_network *);	/* as the database calls it */

/* shared.c: the machine's, in the parent; RUN is /run/isle, locked, or -1: no lab is up */
#define ISLE_OVS_JOURNAL ".ovs."	/* in /run/isle, and the lab's name: it has or may have rows there */
void isle_ovs_journal_name(char ret[ISLE_NAME_MAX + 16], const char *lab);
int isle_ovs_check_shared(const struct isle_lab *, int run, struct isle_diag *);
/* The ports of the lab that PID, its worker, has built go to the machine, and its rows to the database. */
int isle_ovs_share(const struct isle_lab *, pid_t pid, int run, struct isle_diag *);
/* The rows of LAB (NULL: none) go, up or not; and with them those of labs that are no more. Without a journal nothing, unless FORCED. */
int isle_ovs_unshare(int run, const char *lab, bool forced, struct isle_diag *);
/*
 * FN for each lab that has rows there and is no more; ELSEWHERE not NULL: that is of another /run/isle, and may be up there. Labs
 * may come twice. No Open vSwitch: none. -errno, or what FN returns.
 */
int isle_ovs_each_left(int run, int (*fn)(const char *lab, const char *elsewhere, void *arg), void *arg, struct isle_diag *);
int isle_ovs_drop(int run, const char *lab, const char *elsewhere, struct isle_diag *);	/* the rows of such a one */

/* move.c: the ports of shared switches, out of the fabric of PID, the lab's worker */
int isle_ovs_move_ports(const struct isle_lab *, pid_t pid, struct isle_diag *);

#endif
