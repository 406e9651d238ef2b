/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the engines' files share: where engines keep things (in tests
 * elsewhere), words for containers that are not there or do not run, small
 * readers, and a GET over a Unix socket. Only for this folder and its tests.
 */
#ifndef ISLE_CONTAIN_PARTS_H
#define ISLE_CONTAIN_PARTS_H

#include "contain/contain.h"

typedef void isle_contain_fn(const char *name, pid_t pid, void *arg);

/* What decides where an engine is. The strings are the environment's own. */
struct isle_contain_paths {
	const char *root;	/* "": this machine; in tests a directory that stands for "/" */
	uid_t uid;		/* whose containers */
	int wait_ms;		/* for an answer, all in all */
	const char *home, *runtime_dir, *config_home, *data_home;	/* HOME and XDG_*; NULL: not set */
	const char *docker_host, *storage_conf;				/* DOCKER_HOST, CONTAINERS_STORAGE_CONF */
};
void isle_contain_paths_here(struct isle_contain_paths *ret);

int isle_docker_pid(const struct isle_contain_paths *, const char *name, pid_t *ret, struct isle_diag *);
int isle_docker_each(const struct isle_contain_paths *, isle_contain_fn *, void *arg, struct isle_diag *);
int isle_podman_pid(const struct isle_contain_paths *, const char *name, pid_t *ret, struct isle_diag *);
int isle_podman_each(const struct isle_contain_paths *, isle_contain_fn *, void *arg, struct isle_diag *);
int isle_lxc_pid(const struct isle_contain_paths *, const char *name, pid_t *ret, struct isle_diag *);
int isle_lxc_each(const struct isle_contain_paths *, isle_contain_fn *, void *arg, struct isle_diag *);
int isle_machine_pid(const struct isle_contain_paths *, const char *name, pid_t *ret, struct isle_diag *);
int isle_machine_each(const struct isle_contain_paths *, isle_contain_fn *, void *arg, struct isle_diag *);

int isle_k8s_pid(const struct isle_contain_paths *, const char *name, pid_t *ret, struct isle_diag *diag);
int isle_k8s_each(const struct isle_contain_paths *, isle_contain_fn *, void *arg, struct isle_diag *diag);

/* common.c */
bool isle_contain_is_alive(pid_t pid);	/* and no zombie */
/* A regular file, no symlink, at most MAX bytes, into B (with a NUL behind). */
int isle_contain_read(int dirfd, const char *path, size_t max, struct isle_buf *b);
/* The number that a file consists of; -EBADMSG: it does not. */
int isle_contain_read_pid(int dirfd, const char *path, pid_t *ret);
/* A name that may become part of a path; else -EINVAL with words. */
int isle_contain_check_name(const char *engine, const char *name, struct isle_diag *);
/* Names that there are, for "did you mean". Best effort: without memory there are fewer. */
struct isle_contain_names { struct isle_arena *arena; const char **v; size_t n, cap; };
void isle_contain_names_add(struct isle_contain_names *, const char *name);
/* "ENGINE has no container NAME (WHERE)", with what it has, or else LIST as the command that shows them. -ENOENT. */
int isle_contain_missing(const char *engine, const char *name, const char *where, const struct isle_contain_names *,
			 const char *list, struct isle_diag *);
/* "the ENGINE container NAME does not run (WHY)"; START is the command that would start it. -ESRCH. */
int isle_contain_stopped(const char *engine, const char *name, const char *why, const char *start, struct isle_diag *);

/* A connected Unix stream socket with timeouts; NAME of LEN bytes may be abstract (begins with a NUL). -errno. */
int isle_contain_connect(const char *name, size_t len, int wait_ms);

/* http.c */
struct isle_http_answer {
	bool connected;		/* false: there was nobody, and the error is that of connect(2) */
	unsigned status;	/* 200 */
	pid_t peer;		/* who listens; 0: not visible from here */
	struct isle_buf body;	/* isle_buf_done() it, whatever was returned */
};
/* GET TARGET ("/containers/json") from the server that listens on SOCKET. -ETIMEDOUT, -EPROTO: no HTTP, -EFBIG, other -errno. */
int isle_http_get(const char *socket, const char *target, int wait_ms, struct isle_http_answer *ret);
/* TEXT as one segment of a URL's path. */
void isle_http_escape(const char *text, struct isle_buf *out);

#endif
