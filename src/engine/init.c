/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: making K and bringing the lab up in it (see init.h). K dies with its
 * parent and everything in its pid namespace with K, so that no SIGKILL at
 * anybody leaves anything, and an error is an exit. K stays in the machine's
 * network; D, its child, builds the lab and thereby loses its own.
 * K has its signals blocked: as the init of its namespace it must not run the
 * handlers of the program it was copied from.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "engine/init.h"
#include "ns/ns.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"

/* ---- in K */

static _Noreturn void k_exit(struct isle_init *in, int r)
{
	if (r && !in->shared->errnum)
		isle_shared_fail(in->shared, -r, -1, "cannot bring up lab %s", in->lab);
	_exit(r ? 1 : 0);
}

static void k_signals(struct isle_init *in)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, old;

	/* Ignored children cannot be waited for. */
	sigaction(SIGCHLD, &dfl, &old);
	in->ignored_child = old.sa_handler == SIG_IGN;
}

static void k_wait_go(struct isle_init *in)
{
	char c;

	/* Also the answer to a parent that was gone before PR_SET_PDEATHSIG: its end of the socket is closed. */
	if (read(in->sock, &c, 1) != 1)
		_exit(1);
}

static int k_build(struct isle_init *in)
{
	char target[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];
	pid_t pid;
	int r, status;

	snprintf(target, sizeof(target), ISLE_RUN_DIR "/%s", in->lab);
	pid = isle_ns_clone(SIGCHLD, NULL);
	if (pid == 0)
		_exit(isle_build(in->job, target) ? 1 : 0);
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r)
		return r;
	if (WIFSIGNALED(status))
		return isle_shared_fail(in->shared, EINTR, -1, "the process that builds lab %s was killed by signal %d", in->lab,
					WTERMSIG(status));
	return status ? -EIO : 0;
}

static int k_uplink(struct isle_init *in)
{
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];

	if (!in->job->lab->has_uplink)
		return 0;
	snprintf(path, sizeof(path), ISLE_RUN_DIR "/%s", in->lab);
	isle_auto(close) int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : isle_uplink_user(in->job, dir);
}

static int k_ovs(struct isle_init *in)
{
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];

	snprintf(path, sizeof(path), ISLE_RUN_DIR "/%s", in->lab);
	return isle_ovs_start(in->job, path);
}

static _Noreturn void k_main(struct isle_init *in)
{
	const char built = ISLE_INIT_BUILT;
	int r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		k_exit(in, isle_shared_fail(in->shared, errno, -1, "cannot tie the init process of lab %s to its parent", in->lab));
	/* /proc/K must be the caller's, or exec cannot come in. */
	if (in->user)
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	k_signals(in);
	k_wait_go(in);
	r = isle_mountns_make(in);
	if (!r)
		r = k_build(in);
	if (!r)
		r = isle_mountns_name(in);
	if (!r)
		r = k_ovs(in);
	if (!r)
		r = k_uplink(in);
	if (r || write(in->sock, &built, 1) != 1)
		k_exit(in, r);
	in->then(in);
	_exit(1);
}

/* ---- in P */

static int start_failed(struct isle_init *in, int errnum, struct isle_diag *diag)
{
	int r;

	if (in->user)
		return isle_userns_blame(errnum, diag);
	r = isle_fail(diag, errnum, NULL, "cannot make a process in new pid and mount namespaces");
	if (errnum == EPERM)
		isle_hint(diag, "CAP_SYS_ADMIN is not enough here: a seccomp filter or a security module forbids it");
	return r;
}

/* A user namespace, unless everything that a lab needs is allowed without. */
static bool needs_user(void)
{
	return !isle_cap_has(CAP_SYS_ADMIN) || !isle_cap_has(CAP_NET_ADMIN) || !isle_cap_has(CAP_SYS_CHROOT);
}

void isle_init_end(struct isle_init *in)
{
	int status;

	if (in->pidfd >= 0) {
		syscall(SYS_pidfd_send_signal, in->pidfd, SIGKILL, NULL, 0);
		isle_ns_reap(in->pid, &status);
		close(in->pidfd);
	}
	if (in->sock >= 0)
		close(in->sock);
	in->pidfd = in->sock = -1;
}

int isle_init_report(struct isle_init *in, struct isle_diag *diag)
{
	isle_init_end(in);
	if (in->shared->errnum)
		return isle_shared_report(in->shared, in->job->plan, diag);
	isle_reject(diag, NULL, "the init process of lab %s was killed", in->lab);
	return -EINTR;
}

int isle_init_send(struct isle_init *in, const void *data, size_t n, struct isle_diag *diag)
{
	int e;

	/* K may be gone; SIGPIPE is the caller's business. */
	if (send(in->sock, data, n, MSG_NOSIGNAL) == (ssize_t)n)
		return 0;
	e = errno;
	if (e == EPIPE || e == ECONNRESET)
		return isle_init_report(in, diag);
	isle_init_end(in);
	return isle_fail(diag, e, NULL, "cannot write to the init process of lab %s", in->lab);
}

int isle_init_start(struct isle_init *in, struct isle_diag *diag)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS;
	const char go = ISLE_INIT_GO;
	int pair[2], r;

	in->user = in->user || needs_user();
	in->pidfd = in->sock = -1;
	if (in->user)
		flags |= CLONE_NEWUSER;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return isle_fail(diag, errno, NULL, "cannot make a socket pair");
	in->pid = isle_ns_clone_deaf(flags, &in->pidfd, &in->mask);
	if (in->pid == 0) {
		close(pair[0]);
		in->sock = pair[1];
		k_main(in);
	}
	close(pair[1]);
	in->sock = pair[0];
	if (in->pid < 0) {
		isle_init_end(in);
		return start_failed(in, -in->pid, diag);
	}
	r = in->user ? isle_userns_map(in->pid, diag) : 0;
	if (!r)
		return isle_init_send(in, &go, 1, diag);
	isle_init_end(in);
	return r;
}

/*
 * True: K has sent its byte; false: it has ended. The end of the socket would not tell that: children that other threads
 * of the caller start may hold a copy of K's side.
 */
bool isle_init_hear(struct isle_init *in, void (*progress)(uint32_t, uint32_t, void *), void *arg)
{
	struct pollfd p[] = { { .fd = in->sock, .events = POLLIN }, { .fd = in->pidfd, .events = POLLIN } };
	char c;

	for (;;) {
		int n = poll(p, 2, progress ? 100 : -1);

		if (n < 0 && errno != EINTR)
			return false;
		if (progress)
			progress(in->shared->done, in->shared->total, arg);
		if (n > 0)
			return recv(in->sock, &c, 1, MSG_DONTWAIT) == 1;
	}
}

int isle_init_wait_built(struct isle_init *in, void (*progress)(uint32_t, uint32_t, void *), void *arg,
			 struct isle_diag *diag)
{
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];

	if (!isle_init_hear(in, progress, arg))
		return isle_init_report(in, diag);
	snprintf(path, sizeof(path), ISLE_RUN_DIR "/%s", in->lab);
	return isle_ovs_configure(in->job, in->pid, path, diag);
}
