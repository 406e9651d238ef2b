/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: K, the init of a pid namespace that a lab lives in: what run (with a
 * command) and rootless up (as the keeper) have in common. P, the caller, makes
 * it and talks to it over a socket: P sends GO when the user maps are written,
 * K sends BUILT when the lab is up, P answers GO again, and K goes on with
 * ->then(). A closed socket means that the other one is gone.
 */
#ifndef ISLE_ENGINE_INIT_H
#define ISLE_ENGINE_INIT_H

#include <signal.h>
#include "engine/engine.h"
#include "enter/enter.h"

enum { ISLE_INIT_GO = 'g', ISLE_INIT_BUILT = 'b' };

struct isle_init {		/* all ready before the clone; K has a copy of it */
	const struct isle_job *job;
	struct isle_shared *shared;	/* the job's */
	char lab[ISLE_NAME_MAX];
	bool user;			/* in a user namespace of its own */
	bool own_proc;			/* /proc shows the pid namespace: only if nobody enters from outside */
	void (*then)(struct isle_init *);	/* in K: never returns */
	/* run */
	const char *host;
	char *const *argv;
	char **env;
	struct isle_cwd cwd;
	/* keeper */
	int state_dir;			/* where the state file goes */
	char state[192];		/* its text; written by P before the second GO, sent along */
	/* in P */
	pid_t pid;
	int pidfd, sock;
	/* in K */
	sigset_t mask;			/* the caller's signal mask */
	bool ignored_child;		/* the caller ignores SIGCHLD */
};

/* In P. DIAG gets what failed, K's failures too; K is gone then. PROGRESS is called about 10 times a second. */
int isle_init_start(struct isle_init *, struct isle_diag *);
int isle_init_wait_built(struct isle_init *, void (*progress)(uint32_t, uint32_t, void *), void *arg, struct isle_diag *);
/* Wait for the next byte from K. False: it has ended instead. */
bool isle_init_hear(struct isle_init *, void (*progress)(uint32_t, uint32_t, void *), void *arg);
int isle_init_send(struct isle_init *, const void *, size_t, struct isle_diag *);
/* K and everything below it away, if it is still there. */
void isle_init_end(struct isle_init *);
/* K ended unasked: its words, or that it was killed. */
int isle_init_report(struct isle_init *, struct isle_diag *);

/* mountns.c: K's mounts: /run is a copy of the old one with isle/ and netns/ of our own. */
int isle_mountns_make(const struct isle_init *);
/* /run/netns/HOST.LAB, so that `ip netns exec` works below K. */
int isle_mountns_name(const struct isle_init *);

/* keeper.c: bring a lab up with a keeper; the state file appears in SITE's directory, which exists. */
int isle_keeper_up(const struct isle_job *, const struct isle_site *, const struct isle_up_options *, struct isle_diag *);

#endif
