/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: Open vSwitch in labs; private to engine/. A lab with such switches has an
 * ovsdb-server and an ovs-vswitchd of its own, in its fabric and in the pid
 * namespace of its init (K, or for `up` as root the worker, which then stays as
 * the keeper). The init starts them; the caller, who may allocate memory, tells
 * the database what the switches are, before the lab is published. A switch that
 * is `shared` is the machine's Open vSwitch; what we add there is marked.
 */
#ifndef ISLE_ENGINE_OVS_H
#define ISLE_ENGINE_OVS_H

#include "engine/engine.h"

#define ISLE_OVS_DIR "ovs"		/* in the lab's tree: database, socket, logs */
#define ISLE_PROGRAM_PATH 1024
struct isle_ovs_work {			/* made in the parent, read-only in children */
	char tool[ISLE_PROGRAM_PATH], server[ISLE_PROGRAM_PATH], vswitchd[ISLE_PROGRAM_PATH], schema[ISLE_PROGRAM_PATH];
};

/* ovs.c: in the parent, before anything: is all that the lab needs here? What AUTO is here is set in the lab. */
int isle_ovs_check(struct isle_lab *, bool as_root_up, struct isle_diag *);
/* NULL work: the lab needs no Open vSwitch of its own. */
int isle_ovs_prepare(const struct isle_lab *, struct isle_ovs_work **ret, struct isle_diag *);
/* Networks whose datapath is AUTO have this one. */
void isle_ovs_set_auto(struct isle_lab *, enum isle_datapath);
bool isle_ovs_is_own(const struct isle_network *);	/* its switch is the lab's own Open vSwitch */

/* ovs_start.c: in the lab's init; TARGET is the lab's tree. System calls only. */
int isle_ovs_start(const struct isle_job *, const char *target);

/* ovs_conf.c: in the parent, while PID, the lab's init, waits: what the lab's switches are, until they carry */
int isle_ovs_configure(const struct isle_job *, pid_t pid, const char *target, struct isle_diag *);
/* FN for each port that LAB's own switches are to have, until it does not return 0, which is then returned. */
struct isle_ovsdb_port_spec;
typedef int isle_ovs_port_fn(const struct isle_ovsdb_port_spec *, void *arg);
int isle_ovs_each_port(const struct isle_lab *, isle_ovs_port_fn *, void *arg);

#endif
