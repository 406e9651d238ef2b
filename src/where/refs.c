/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the words that where.c would take and that begin as asked: for completion.
 * Names of files only: no lab's record is read, nothing is opened that is somebody's.
 * Engines are asked for their containers and /proc for processes only once the
 * word says that one of those is meant.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "contain/contain.h"
#include "tree/names.h"
#include "tree/state.h"
#include "where/bundle.h"

struct refs {
	const char *prefix;
	const char *scheme;		/* "docker", "pid", which stands before the ':' */
	void (*fn)(const char *ref, enum isle_ref_kind, void *arg);
	void *arg;
	struct isle_arena *arena;
	const char **hosts;		/* of labs before this one */
	size_t n_hosts, cap;
	int netns;			/* directory of names, -1: there is none */
};

static void offer(struct refs *r, const char *ref, enum isle_ref_kind kind)
{
	if (ref && !strncmp(ref, r->prefix, strlen(r->prefix)))
		r->fn(ref, kind, r->arg);
}

/* FN for each name in a directory but hidden ones; one that is not there has none. */
static void each_file(int at, const char *path, void (*fn)(struct refs *, int dir, const char *name, void *), struct refs *r,
		      void *arg)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		isle_auto_close(&fd);
		return;
	}
	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.')
			fn(r, dirfd(dir), e->d_name, arg);
	closedir(dir);
}

static size_t labs_with(const struct refs *r, const char *host)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_hosts; i++)
		n += !strcmp(r->hosts[i], host);
	return n;
}

static void on_netns(struct refs *r, int dir, const char *name, void *arg)
{
	char lab[ISLE_NAME_MAX];
	struct stat st;

	(void)arg;
	/* isle's own symlinks are hosts; a name that a host has as well would be refused */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !labs_with(r, name) &&
	    !(S_ISLNK(st.st_mode) && isle_name_is_ours(dir, name, lab)))
		offer(r, name, ISLE_REF_NETNS);
}

static void on_bundle(const char *name, unsigned types, void *r)
{
	(void)types;
	offer(r, name, ISLE_REF_BUNDLE);
}

static void on_process(struct refs *r, int dir, const char *name, void *arg)
{
	(void)dir;
	(void)arg;
	if (name[strspn(name, "0123456789")] == '\0')
		offer(r, isle_arena_printf(r->arena, "pid:%s", name), ISLE_REF_PID);
}

static void on_container(const char *name, pid_t pid, void *arg)
{
	struct refs *r = arg;

	(void)pid;
	offer(r, isle_arena_printf(r->arena, "%s:%s", r->scheme, name), ISLE_REF_CONTAINER);
}

static void on_host(struct refs *r, int dir, const char *host, void *lab)
{
	(void)dir;
	(void)lab;
	if (isle_arena_grow(r->arena, &r->hosts, r->n_hosts, &r->cap, sizeof(*r->hosts))) {
		r->hosts[r->n_hosts] = isle_arena_strdup(r->arena, host);
		r->n_hosts += r->hosts[r->n_hosts] != NULL;
	}
}

/* HOST where it means one thing, HOST.LAB where it does not, or a dot was typed. */
static void on_host_again(struct refs *r, int dir, const char *host, void *lab)
{
	const bool other = r->netns >= 0 && faccessat(r->netns, host, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	(void)dir;
	if (labs_with(r, host) == 1 && !other && !strchr(r->prefix, '.'))
		offer(r, host, ISLE_REF_HOST);
	else
		offer(r, isle_arena_printf(r->arena, "%s.%s", host, (char *)lab), ISLE_REF_HOST);
}

static void hosts(struct refs *r)
{
	struct isle_site site;
	char **labs;
	size_t n;

	if (isle_site_find(&site, NULL) < 0 || isle_tree_list(&site, r->arena, &labs, &n, NULL) < 0)
		return;
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < n; i++) {
			struct isle_tree tree;

			if (isle_tree_find(&site, labs[i], &tree, NULL) < 0)
				continue;
			each_file(tree.dir, "net", again ? on_host_again : on_host, r, labs[i]);
			isle_tree_close(&tree);
		}
}

int isle_each_ref(const char *prefix, void (*fn)(const char *ref, enum isle_ref_kind, void *arg), void *arg,
		  struct isle_diag *diag)
{
	struct refs r = { .prefix = prefix, .fn = fn, .arg = arg, .arena = isle_arena_new() };

	if (!r.arena)
		return isle_fail(diag, ENOMEM, NULL, "listing names");
	if (!strncmp(prefix, "pid:", 4)) {
		each_file(AT_FDCWD, "/proc", on_process, &r, NULL);
	} else if (isle_contain_is_ref(prefix)) {
		const struct isle_engine *e = isle_engines;

		while (strncmp(prefix, e->name, strlen(e->name)) || prefix[strlen(e->name)] != ':')
			e++;
		r.scheme = e->name;
		e->each(on_container, &r, NULL);
	} else {
		isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);

		r.netns = netns;
		hosts(&r);
		each_file(AT_FDCWD, ISLE_NETNS_DIR, on_netns, &r, NULL);
		isle_each_bundle(on_bundle, &r, NULL);
	}
	isle_arena_free(r.arena);
	return 0;
}
