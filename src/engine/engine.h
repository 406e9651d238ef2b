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
 * What all this stands on: tree (what is up), enter (into a host), where (a word to namespaces), build (a plan to the
 * kernel), outside (what a lab does to the machine itself), ovs.
 */
#ifndef ISLE_ENGINE_H
#define ISLE_ENGINE_H

#include "build/build.h"
#include "enter/enter.h"
#include "tree/tree.h"

/* ---- job.c: all that a builder needs */
int isle_job_new(const struct isle_lab *, struct isle_job **ret, struct isle_diag *);
void isle_job_free(struct isle_job *);
/* ---- publish.c, up.c, down.c; the options of all these are in isle.h */
/* The lab is not up. */
int isle_bring_up(struct isle_lab *, const struct isle_site *, const struct isle_up_options *, struct isle_diag *);
int isle_down(const char *lab, const struct isle_down_options *, struct isle_diag *);

/* ---- exec: never returns on success. -errno; *ret_status: what a shell would use (125 ours, 126, 127). */
int isle_exec_with(const char *ref, const struct isle_exec_options *, char *const argv[], int *ret_status, struct isle_diag *);

/* ---- run.c */
/* *ret_status: CMD's exit status, 128+signal, or 125/126/127. */
int isle_run(struct isle_lab *, const struct isle_run_options *, int *ret_status, struct isle_diag *);

/* ---- keeper.c: K, the small reaping init */
/* Rootless `up`: start the keeper, which builds the lab at /run/isle/LAB of its own mount namespace and writes the state
 * file last. The lab is not up; SITE's directory exists. */
int isle_keeper_up(const struct isle_job *, const struct isle_site *, const struct isle_up_options *, struct isle_diag *);
/* ---- links.c: FN for each interface of each host, in the model's order, with its state in the kernel */
int isle_links(const struct isle_tree *, const struct isle_lab *, void (*fn)(const struct isle_iface *, enum isle_link_state, void *),
	       void *arg, struct isle_diag *);

/* ---- doctor.c: what this machine allows */
int isle_doctor(struct isle_arena *, struct isle_finding **ret, size_t *ret_n, struct isle_diag *);

#endif
