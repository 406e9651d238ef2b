/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the worker, and the one moment in which a lab appears. The worker builds
 * in a mount namespace that nobody else sees, so until the end everything goes
 * with it, however it ends. Then it takes a copy of the whole tree, goes to the
 * machine's mount namespace and attaches the copy with a single move_mount().
 * A worker with children that stay (Open vSwitch) is process 1 of a pid
 * namespace, and stays too. Signals are blocked in it: a signal handler of the caller must not run in
 * two processes, and whoever wants to stop it stops its parent.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "engine/keeper.h"
#include "engine/publish.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"
#include "tree/file.h"

#define PROGRESS_MS 100

struct worker {
	const struct isle_job *job;
	int mnt, net, uts, root;	/* the machine's namespaces, the caller's root directory */
	int talk[2];		/* sockets: "all is built" to the parent [0], "there is a place" to the worker [1] */
	pid_t parent;
	bool keeps;		/* stays, as the keeper of the lab's Open vSwitch, in a pid namespace of its own */
	char state[192];	/* then: who it is, for its file in the tree */
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
	/* Whoever is process 1 does not see his parent; it would be missed when there is to be a place. */
	if (!w->keeps && getppid() != w->parent)
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

static int start_switches(const struct worker *w)
{
	if (!w->keeps)
		return 0;
	/* Not in the last host's. */
	if (setns(w->uts, CLONE_NEWUTS) < 0)
		return fail(w, -errno, "cannot return to the machine's UTS namespace");
	return isle_ovs_start(w->job, ISLE_RUN_DIR);
}

static int wait_for_place(struct worker *w)
{
	ssize_t n;

	if (send(w->talk[1], "", 1, MSG_NOSIGNAL) != 1)
		return fail(w, -errno, "cannot tell that all is built");
	while ((n = recv(w->talk[1], w->state, sizeof(w->state) - 1, 0)) < 0 && errno == EINTR)
		;
	return n > 0 ? 0 : -ECANCELED;	/* the parent has said why */
}

/* What the parent has just made, in the machine's mount namespace: from its root, whichever namespace we are in. */
static int find_place(const struct worker *w, int *ret_run, int *ret_lab)
{
	isle_auto(close) int run = openat(w->root, &ISLE_RUN_DIR[1], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int lab = run < 0 ? -1 : openat(run, w->job->lab->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (lab < 0)
		return fail(w, -errno, "cannot open the lab's directory in " ISLE_RUN_DIR);
	*ret_run = isle_steal_fd(&run);
	*ret_lab = lab;
	return 0;
}

/* The tree that was built. */
static int built_tree(const struct worker *w)
{
	int tree = open(ISLE_RUN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return tree < 0 ? fail(w, -errno, "cannot open the tree") : tree;
}

static int make_uplinks(const struct worker *w, int run, int tree)
{
	return w->job->lab->has_uplink ? isle_uplink_make(w->job, run, w->net, tree) : 0;
}

static int attach(const struct worker *w, int place)
{
	isle_auto(close) int tree = isle_mount_clone(AT_FDCWD, ISLE_RUN_DIR, true);

	if (tree < 0)
		return fail(w, tree, "cannot copy the tree");
	/* Whoever takes the lab down as soon as it is there must not find us inside. */
	if (setns(w->net, CLONE_NEWNET) < 0)
		return fail(w, -errno, "cannot return to the machine's network");
	if (setns(w->mnt, CLONE_NEWNS) < 0)
		return fail(w, -errno, "cannot return to the machine's mount namespace");
	return isle_mount_attach(tree, place, "");
}

static int appear(const struct worker *w, int place)
{
	isle_auto(close) int home = isle_ns_self("mnt");
	int r = attach(w, place);

	/* The base counts as older than the machine's mount namespace: the lab does without (see ns/pin.c). */
	if (r == -ELOOP && home >= 0 && setns(home, CLONE_NEWNS) == 0 && umount2(ISLE_RUN_DIR "/base", MNT_DETACH) == 0 &&
	    unlink(ISLE_RUN_DIR "/base") == 0)
		r = attach(w, place);
	if (r == -ENOSPC)
		isle_shared_hint(w->job->shared, "the machine's limit is reached: see sysctl fs.mount-max");
	return r ? fail(w, r, "cannot publish the lab") : 0;
}

/* From now on it outlives its parent; whatever fails later, it ends by itself. */
static int become_keeper(const struct worker *w)
{
	int r;

	if (!w->keeps)
		return 0;
	r = isle_file_write(AT_FDCWD, ISLE_RUN_DIR "/" ISLE_KEEPER_FILE, w->state, strlen(w->state), 0600);
	if (!r && prctl(PR_SET_PDEATHSIG, 0) < 0)
		r = -errno;
	return r ? fail(w, r, "cannot leave the lab to its keeper") : 0;
}

static void work(struct worker *w)
{
	isle_auto(close) int run = -1, place = -1, tree = -1;

	close(w->talk[0]);	/* so that the parent's end is seen */
	if (leave_machine(w) || isle_build(w->job, ISLE_RUN_DIR) || start_switches(w) || wait_for_place(w) ||
	    find_place(w, &run, &place) || (tree = built_tree(w)) < 0 || make_uplinks(w, run, tree) ||
	    isle_nics_make(w->job, run, w->net, tree))
		return;
	if (become_keeper(w) || appear(w, place)) {
		isle_nics_return(w->job, w->net, tree);
		return;
	}
	if (w->keeps)
		isle_keeper_stay(w->job->shared, w->talk[1]);
	w->job->shared->finished = true;
}

/* Calls back while the worker is at it. 1: it has sent a byte; 0: it has ended. */
static int watch(int pidfd, int built, const struct isle_shared *s, const struct isle_up_options *o)
{
	struct pollfd p[] = { { .fd = pidfd, .events = POLLIN }, { .fd = built, .events = POLLIN } };
	const bool tell = o && o->progress;
	char byte;

	for (;;) {
		int r = poll(p, 2, tell ? PROGRESS_MS : -1);

		if (r > 0)
			return !p[0].revents && recv(built, &byte, 1, MSG_DONTWAIT) == 1;
		if (r == 0)
			o->progress(s->done, s->total, o->arg);
		else if (errno != EINTR)
			return 0;
	}
}

static int start(struct worker *w, int *ret_pidfd, pid_t *ret_pid)
{
	*ret_pid = isle_ns_clone_deaf(w->keeps ? CLONE_NEWPID : 0, ret_pidfd, NULL);
	if (*ret_pid == 0) {
		work(w);
		_exit(0);
	}
	return *ret_pid < 0 ? *ret_pid : 0;
}

/* All is built. */
static int make_place(struct worker *w, pid_t pid, int (*place)(void *, pid_t), void *arg, struct isle_diag *d)
{
	int r = 0;

	if (w->keeps) {
		r = isle_ovs_configure(w->job, pid, ISLE_RUN_DIR, d);
		if (!r)
			r = isle_keeper_describe(pid, w->state, d);
	}
	return r ? r : place(arg, pid);
}

/* Until the worker has ended, or stays for good. What fails here is in the diag already. */
static int attend(struct worker *w, int pidfd, pid_t pid, int (*place)(void *, pid_t), void *arg, const struct isle_up_options *o,
		  int *ret_status, struct isle_diag *d)
{
	int r = 0;

	isle_auto_close(&w->talk[1]);
	w->talk[1] = -1;
	if (watch(pidfd, w->talk[0], w->job->shared, o) == 1) {
		r = make_place(w, pid, place, arg, d);
		/* A worker that is gone is noticed below. One that is not wanted need not see the socket closed: another
		 * thread's worker may have a copy of it. */
		if (!r)
			send(w->talk[0], w->state, strlen(w->state) + 1, MSG_NOSIGNAL);
		else
			syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		/* a keeper says when the lab is there */
		if (!r && w->keeps && watch(pidfd, w->talk[0], w->job->shared, NULL) == 1)
			return 0;
	}
	isle_auto_close(&w->talk[0]);
	w->talk[0] = -1;
	isle_ns_reap(pid, ret_status);
	return r;
}

int isle_publish(const struct isle_job *job, int (*place)(void *, pid_t), void *arg, const struct isle_up_options *o, struct isle_diag *d)
{
	isle_auto(close) int mnt = isle_ns_self("mnt"), net = isle_ns_self("net"), uts = isle_ns_self("uts"), pidfd = -1;
	isle_auto(close) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct worker w = { .job = job, .mnt = mnt, .net = net, .uts = uts, .root = root, .talk = { -1, -1 }, .parent = getpid(),
			    .keeps = job->ovs };
	int r, status = 0;
	pid_t pid = -1;

	if (mnt < 0 || net < 0 || uts < 0 || root < 0)
		return isle_fail(d, mnt < 0 ? -mnt : net < 0 ? -net : errno, NULL, "cannot open the machine's namespaces");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w.talk) < 0)
		r = -errno;
	else
		r = start(&w, &pidfd, &pid);
	if (r)
		isle_fail(d, -r, NULL, "cannot start the worker");
	else
		r = attend(&w, pidfd, pid, place, arg, o, &status, d);
	isle_auto_close(&w.talk[0]);
	isle_auto_close(&w.talk[1]);
	if (r || job->shared->finished)
		return r;
	if (job->shared->errnum)
		return isle_shared_report(job->shared, job->plan, d);
	isle_reject(d, NULL, "the worker that built lab %s was killed by signal %d", job->lab->name,
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	isle_hint(d, "nothing of the lab is left");
	return -ECHILD;
}
