/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `ns enter`: the calling process goes into namespaces and becomes a
 * program there; a child does where a pid namespace is entered, because one
 * enters that only with the next process. Whoever enters a user namespace is
 * its root, unless told otherwise. All paths are opened before.
 */
#include <fcntl.h>
#include "ns/join.h"

struct exec {
	const struct isle_ns_exec_options *o;
	struct isle_ns_set set;		/* the caller's descriptors */
	struct isle_ns_program program;
	int root, wd;
	struct isle_ns_cwd cwd;
	bool no_groups;			/* they were dropped before, or need not be */
	struct isle_ns_fault f;
};

static int open_dir(const char *path, const char *what, int *ret, struct isle_diag *diag)
{
	if (!path)
		return 0;
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? isle_fail(diag, errno, NULL, "cannot open %s, the %s directory", path, what) : 0;
}

/* What is asked by path within. */
static int change_root(struct exec *e)
{
	if (e->root < 0)
		return 0;
	if (e->wd < 0 && !e->o->wdns)
		e->wd = open(".", O_RDONLY | O_CLOEXEC);
	if (fchdir(e->root) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return isle_ns_fault(&e->f, errno, "cannot make %s the root directory", e->o->root);
	return 0;
}

static int change_dir(struct exec *e)
{
	if (e->o->wdns) {
		if (chdir(e->o->wdns) < 0)
			return isle_ns_fault(&e->f, errno, "cannot change to the directory %s inside", e->o->wdns);
		return 0;
	}
	if (e->wd >= 0 && fchdir(e->wd) < 0)
		return isle_ns_fault(&e->f, errno, "cannot change to the directory %s", e->o->wd ? e->o->wd : ".");
	if (e->wd < 0 && e->root < 0 && e->o->stay && e->set.fd[ISLE_NS_MNT] >= 0)
		isle_ns_cwd_set(&e->cwd);
	return 0;
}

static void inside(struct exec *e)
{
	if (!isle_ns_ids(&e->program, e->no_groups, &e->f))
		isle_ns_become(&e->program, &e->f);
}

static int forked(struct exec *e, int *ret_status)
{
	struct isle_ns_fault *shared = isle_ns_fault_new();
	struct isle_ns_child c;
	int r;

	if (!shared)
		return isle_ns_fault(&e->f, ENOMEM, "cannot fork");
	r = isle_ns_fork(&c, false);
	if (r == -ENOMEM && e->set.fd[ISLE_NS_PID] >= 0) {
		isle_ns_fault(&e->f, ENOMEM, "cannot start a process in the pid namespace");
		isle_ns_fault_hint(&e->f, "its process 1 has ended, and nothing can run there any more");
	} else if (r) {
		isle_ns_fault(&e->f, -r, "cannot fork");
	} else if (!c.pid) {
		inside(e);
		*shared = e->f;
		_exit(e->f.status);
	} else {
		r = isle_ns_attend(&c, ret_status);
		e->f = *shared;
	}
	isle_ns_fault_free(shared);
	return r;
}

static void go(struct exec *e, int *ret_status)
{
	static const uid_t root_uid;
	static const gid_t root_gid;
	const int user = e->set.fd[ISLE_NS_USER];

	/* who stays in his own user namespace stays who he is */
	if (user >= 0 && isle_ns_is_own(user, ISLE_NS_USER)) {
		e->set.fd[ISLE_NS_USER] = -1;
	} else if (user >= 0 && !e->o->preserve_credentials) {
		/* here or inside: once is enough, and only one of them may be allowed */
		e->no_groups = isle_ns_drop_groups() == 0;
		e->program.uid = e->program.uid ? e->program.uid : &root_uid;
		e->program.groups_may_stay = !e->program.gid;
		e->program.gid = e->program.gid ? e->program.gid : &root_gid;
	}
	isle_ns_cwd_get(&e->cwd);
	if (isle_ns_join(&e->set, &e->f) || change_root(e) || change_dir(e))
		return;
	if (e->set.fd[ISLE_NS_PID] >= 0 && !e->o->no_fork)
		forked(e, ret_status);
	else
		inside(e);
}

int isle_ns_exec(const struct isle_ns_set *set, const struct isle_ns_exec_options *o, char *const argv[], int *ret_status,
		 struct isle_diag *diag)
{
	static const struct isle_ns_exec_options none;
	isle_auto(close) int root = -1, wd = -1;
	struct exec e = { .o = o ? o : &none, .set = *set, .root = -1, .wd = -1 };
	int r;

	*ret_status = 125;
	e.program = (struct isle_ns_program){ .argv = argv, .uid = e.o->uid, .gid = e.o->gid };
	r = open_dir(e.o->root, "root", &root, diag);
	if (!r)
		r = open_dir(e.o->wd, "working", &wd, diag);
	if (r)
		return r;
	e.root = root;
	e.wd = wd;
	go(&e, ret_status);
	if (e.f.errnum)
		*ret_status = e.f.status;
	return isle_ns_fault_report(&e.f, diag);
}
