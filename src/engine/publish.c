/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the worker, and the one moment in which a lab appears. The worker builds
 * in a mount namespace that nobody else sees, so until the end everything goes
 * with it, however it ends. Then it takes a copy of the whole tree, goes to the
 * machine's mount namespace and attaches the copy with a single move_mount().
 * Signals are blocked in it: a signal handler of the caller must not run in
 * two processes, and whoever wants to stop it stops its parent.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "engine/publish.h"
#include "ns/ns.h"

#define PROGRESS_MS 100

struct worker {
	const struct isle_job *job;
	int run, labdir;	/* /run/isle, and the directory to appear on */
	int mnt, net;		/* the machine's */
	pid_t parent;
};

static int fail(const struct worker *w, int r, const char *what)
{
	return isle_shared_fail(w->job->shared, -r, -1, "%s", what);
}

static int leave_machine(const struct worker *w)
{
	struct rlimit files;
	int r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return fail(w, -errno, "cannot tie the worker to its parent");
	if (getppid() != w->parent)
		return fail(w, -ECANCELED, "the caller is gone");
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (unshare(CLONE_NEWNS) < 0)
		return fail(w, -errno, "cannot make a mount namespace");
	r = isle_mount_slave();
	return r ? fail(w, r, "cannot make mounts private") : 0;
}

static int make_uplinks(const struct worker *w)
{
	isle_auto(close) int tree = -1;

	if (!w->job->lab->has_uplink)
		return 0;
	tree = open(ISLE_RUN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0)
		return fail(w, -errno, "cannot open the tree");
	return isle_uplink_make(w->job, w->run, w->net, tree);
}

static int attach(const struct worker *w)
{
	isle_auto(close) int tree = isle_mount_clone(AT_FDCWD, ISLE_RUN_DIR, true);

	if (tree < 0)
		return fail(w, tree, "cannot copy the tree");
	if (setns(w->mnt, CLONE_NEWNS) < 0)
		return fail(w, -errno, "cannot return to the machine's mount namespace");
	return isle_mount_attach(tree, w->labdir, "");
}

static int appear(const struct worker *w)
{
	isle_auto(close) int home = isle_ns_self("mnt");
	int r = attach(w);

	/* The base counts as older than the machine's mount namespace: the lab does without (see ns/pin.c). */
	if (r == -ELOOP && home >= 0 && setns(home, CLONE_NEWNS) == 0 && umount2(ISLE_RUN_DIR "/base", MNT_DETACH) == 0 &&
	    unlink(ISLE_RUN_DIR "/base") == 0)
		r = attach(w);
	if (r == -ENOSPC)
		isle_shared_hint(w->job->shared, "the machine's limit is reached: see sysctl fs.mount-max");
	return r ? fail(w, r, "cannot publish the lab") : 0;
}

static void work(const struct worker *w)
{
	if (leave_machine(w) || isle_build(w->job, ISLE_RUN_DIR) || make_uplinks(w) || appear(w))
		return;
	w->job->shared->finished = true;
}

/* Calls back while the worker is at it; returns when it has ended. */
static void watch(int pidfd, const struct isle_shared *s, const struct isle_up_options *o)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	const bool tell = o && o->progress;

	for (;;) {
		int r = poll(&p, 1, tell ? PROGRESS_MS : -1);

		if (r > 0)
			return;
		if (r == 0)
			o->progress(s->done, s->total, o->arg);
		else if (errno != EINTR)
			return;
	}
}

static int start(const struct worker *w, int *ret_pidfd, pid_t *ret_pid)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	*ret_pid = isle_ns_clone(0, ret_pidfd);
	if (*ret_pid == 0) {
		work(w);
		_exit(0);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return *ret_pid < 0 ? *ret_pid : 0;
}

int isle_publish(const struct isle_job *job, int run, int labdir, const struct isle_up_options *o, struct isle_diag *d)
{
	isle_auto(close) int mnt = isle_ns_self("mnt"), net = isle_ns_self("net"), pidfd = -1;
	struct worker w = { .job = job, .run = run, .labdir = labdir, .mnt = mnt, .net = net, .parent = getpid() };
	int r, status = 0;
	pid_t pid;

	if (mnt < 0 || net < 0)
		return isle_fail(d, mnt < 0 ? -mnt : -net, NULL, "cannot open the machine's namespaces");
	r = start(&w, &pidfd, &pid);
	if (r)
		return isle_fail(d, -r, NULL, "cannot start the worker");
	watch(pidfd, job->shared, o);
	isle_ns_reap(pid, &status);
	if (job->shared->finished)
		return 0;
	if (job->shared->errnum)
		return isle_shared_report(job->shared, job->plan, d);
	isle_reject(d, NULL, "the worker that built lab %s was killed by signal %d", job->lab->name,
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	isle_hint(d, "nothing of the lab is left");
	return -ECHILD;
}
