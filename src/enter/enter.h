/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: entering a host and running a command, as shared by exec, run and the
 * keeper. Nothing here allocates but where it says so; failures go into a
 * struct isle_shared, which may just as well lie on the stack.
 */
#ifndef ISLE_ENTER_H
#define ISLE_ENTER_H

#include <limits.h>
#include "tree/tree.h"

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

/* host.c: HOST's namespaces in the lab that RET->tree is already open on. -ENOENT: no such host. */
int isle_host_open_in(struct isle_host_ns *ret, const char *host);
/* What NAME (HOST, HOST.LAB) can mean. -EINVAL without words, and .host empty: no host can have that name. */
struct isle_host_match {
	struct isle_site site;
	char host[ISLE_NAME_MAX];
	const char *said;		/* LAB of HOST.LAB, in NAME; or NULL */
	const char **labs;		/* that are up and have it, in the arena */
	size_t n, n_up;			/* how many; of how many that were looked at */
	bool preferred;			/* it is in $ISLE_LAB's lab, others were not looked at */
};
int isle_host_match(const char *name, struct isle_arena *, struct isle_host_match *ret, struct isle_diag *);
/* Open it if there is exactly one, else say what is wrong. */
int isle_host_open_match(const struct isle_host_match *, struct isle_host_ns *ret, struct isle_diag *);

/* enter.c: isle_host_enter() without a heap. */
int isle_enter(struct isle_host_ns *, struct isle_shared *);

/* cwd.c */
struct isle_cwd { char path[PATH_MAX]; };
void isle_cwd_get(struct isle_cwd *);
/* After the mount namespace changed: the same path there, else /. */
void isle_cwd_set(const struct isle_cwd *);

/* hostmnt.c: what is special in a host's mount namespace; the caller is in a fresh one, and in the host's network. */
int isle_hostmnt_fill(const char *host, bool writable, struct isle_shared *);
bool isle_is_initial_user(void);	/* the machine's own user namespace */
/* An overlay on TARGET: LOWER, an absolute path, beneath UP. The others may be relative, to the working directory. -errno. */
int isle_overlay_mount(const char *target, const char *lower, const char *up, const char *work);

/* command.c: the environment of a command (malloced; the strings of `environ` are not copied), and the command itself. */
char **isle_command_env(const char *lab, const char *host);
void isle_command_env_free(char **);
/* There is one in ARGV; else -EINVAL. */
int isle_command_check(char *const argv[], struct isle_diag *);
/* Returns only on failure: the status a shell would have, 126 or 127. */
int isle_command_exec(char *const argv[], char *const envp[], struct isle_shared *);

#endif
