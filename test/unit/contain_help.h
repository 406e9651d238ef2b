/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a machine made of a directory for tests of src/contain, with servers
 * on Unix sockets that stand for the engines, each in a thread.
 */
#ifndef CONTAIN_HELP_H
#define CONTAIN_HELP_H

#include <pthread.h>
#include "unit.h"
#include "contain/parts.h"

#define ID_A "aaaa0000000000000000000000000000000000000000000000000000000000aa"
#define ID_B "aabb0000000000000000000000000000000000000000000000000000000000bb"

struct world {
	char dir[64];
	struct isle_contain_paths p;
	struct isle_diag *diag;
};
int world_setup(void **state);
int world_teardown(void **state);
/* A file with its directories below the world's; TEXT is a format. */
void world_file(const struct world *, const char *path, const char *text, ...) ISLE_PRINTF(3, 4);
/* The newest message and, if there is one, " | " and its hint. */
const char *world_said(struct world *);

/* A server: what it does with each connection; it ends with server_stop(). */
struct server {
	int fd;
	void (*serve)(int fd, struct server *);
	const char *answer;	/* for the ones that always say the same */
	size_t step;		/* bytes a write; 0: all at once */
	unsigned n_served;
	pthread_t thread;
};
void server_start(struct server *, const char *address, size_t len);	/* as isle_contain_connect() */
void server_stop(struct server *);

/* What `each` found: "NAME=PID ", in order. */
void note_container(const char *name, pid_t pid, void *buf);

/*
 * FIND with memory that runs out anywhere: some refusal, no crash, no leak, and nothing handed out. NAME is there, the
 * process WANT; STRANGER is not.
 */
void world_without_memory(const struct world *, int (*find)(const struct isle_contain_paths *, const char *, pid_t *, struct isle_diag *),
			  const char *name, const char *stranger, pid_t want);

/* A child that waits for its end; named ARGV0 with WORDS behind it in its command line, if those are given. */
pid_t child_start(void);
void child_stop(pid_t);

#endif
