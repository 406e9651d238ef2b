/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab for one command. K (init.h) brings the lab up, starts CMD and ends
 * with it; the kernel then kills whatever CMD left in the pid namespace. The
 * lab was in no mount namespace but K's, so there is nothing to be taken down.
 * CMD has the caller's stdio, session, process group, signal mask and
 * dispositions: signals from the terminal reach it by themselves. Those sent to
 * P alone are handed on, if they would have killed P (signals.c).
 * Killing P kills all the rest.
 */
#include <linux/capability.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include "engine/init.h"
#include "engine/signals.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/outside.h"
#include "outside/pair.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"

/* ---- CMD, until it is itself */

static int enter(struct isle_init *in)
{
	struct isle_host_ns h = { .tree = { .keeper_fd = -1, .user = -1 } };
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];
	int r;

	snprintf(path, sizeof(path), ISLE_RUN_DIR "/%s", in->lab);
	snprintf(h.tree.lab, sizeof(h.tree.lab), "%s", in->lab);
	h.tree.dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = h.tree.dir < 0 ? -errno : isle_host_open_in(&h, in->host);
	if (r)
		return isle_shared_fail(in->shared, -r, -1, "cannot open host %s", in->host);
	return isle_enter(&h, in->shared);
}

static _Noreturn void command(struct isle_init *in)
{
	isle_cwd_set(&in->cwd);
	if (in->host && enter(in))
		_exit(125);
	isle_signals_reset(&in->mask, in->ignored_child);
	_exit(isle_command_exec(in->argv, in->env, in->shared));
}

/* ---- K, while CMD runs */

/* Everything that has ended; true: CMD was among it. */
static bool reap(struct isle_init *in, pid_t cmd)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == cmd) {
			in->shared->status = status;
			in->shared->finished = true;
			return true;
		}
	return false;
}

static void tend(struct isle_init *in)
{
	unsigned char sig = 0;
	sigset_t set;
	pid_t cmd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	struct pollfd p[2] = { { .fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN },
			       { .fd = in->sock, .events = POLLIN } };
	if (p[0].fd < 0 || read(in->sock, &sig, 1) != 1)
		_exit(1);
	cmd = isle_ns_clone(SIGCHLD, NULL);
	if (cmd == 0)
		command(in);
	if (cmd < 0) {
		isle_shared_fail(in->shared, -cmd, -1, "cannot fork");
		_exit(1);
	}
	while (!reap(in, cmd)) {
		struct signalfd_siginfo si;

		if (poll(p, 2, -1) < 0)
			continue;
		while (read(p[0].fd, &si, sizeof(si)) > 0)
			;
		if (!p[1].revents)
			continue;
		if (read(in->sock, &sig, 1) != 1)
			_exit(1);
		kill(cmd, sig);
	}
	_exit(0);
}

/* ---- P */

static int status_of(struct isle_init *in, int *ret_status, struct isle_diag *diag)
{
	int status = in->shared->status;

	if (!in->shared->finished) {
		*ret_status = 125;
		return isle_init_report(in, diag);
	}
	*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return in->shared->errnum ? isle_shared_report(in->shared, NULL, diag) : 0;
}

static void wait_end(struct isle_init *in, struct isle_signals *sigs)
{
	struct pollfd p[2] = { { .fd = sigs->fd, .events = POLLIN }, { .fd = in->pidfd, .events = POLLIN } };

	do {
		if (poll(p, 2, -1) < 0)
			p[1].revents = 0;
		/* Before the look at the end: what came together with it is not to hit us afterwards. */
		isle_signals_hand_on(sigs, in);
	} while (!p[1].revents);
	isle_init_end(in);
}

static int wait_command(struct isle_init *in, int *ret_status, struct isle_diag *diag)
{
	const char go = ISLE_INIT_GO;
	struct isle_signals sigs;
	int r;

	r = isle_signals_take(&sigs);
	if (r)
		return isle_fail(diag, -r, NULL, "cannot watch for signals");
	r = isle_init_send(in, &go, 1, diag);
	if (!r)
		wait_end(in, &sigs);
	isle_signals_give_back(&sigs);
	return r ? r : status_of(in, ret_status, diag);
}

static int run_job(const struct isle_job *job, const struct isle_run_options *opt, int *ret_status, struct isle_diag *diag)
{
	struct isle_init in = { .job = job, .shared = job->shared, .own_proc = true, .then = tend, .host = opt->host,
				.argv = opt->argv, .state_dir = -1 };
	int r;

	snprintf(in.lab, sizeof(in.lab), "%s", job->lab->name);
	isle_cwd_get(&in.cwd);
	in.env = isle_command_env(in.lab, opt->host);
	if (!in.env)
		return isle_fail(diag, ENOMEM, NULL, "cannot run %s", opt->argv[0]);
	r = isle_init_start(&in, diag);
	if (!r)
		r = isle_init_wait_built(&in, opt->progress, opt->arg, diag);
	if (!r)
		r = wait_command(&in, ret_status, diag);
	isle_init_end(&in);
	isle_command_env_free(in.env);
	return r;
}

int isle_run(struct isle_lab *lab, const struct isle_run_options *opt, int *ret_status, struct isle_diag *diag)
{
	struct isle_job *job;
	int r;

	*ret_status = 125;
	r = isle_command_check(opt ? opt->argv : NULL, diag);
	if (r)
		return r;
	if (opt->host && !isle_lab_host(lab, opt->host)) {
		isle_reject(diag, NULL, "lab %s has no host %s", lab->name, opt->host);
		return -ENOENT;
	}
	r = isle_nics_refuse(lab, diag);
	if (!r)
		r = isle_lab_refuse_machine(lab, diag);
	if (!r)
		r = isle_pairs_refuse(lab, diag);
	if (!r)
		r = isle_lab_check_files(lab, diag);
	if (!r)
		r = isle_lab_check_outside(lab, isle_cap_has(CAP_SYS_ADMIN) && isle_cap_has(CAP_NET_ADMIN), diag);
	if (!r)
		r = isle_uplink_check(lab, false, diag);
	if (!r)
		r = isle_ovs_check(lab, false, diag);
	if (!r)
		r = isle_job_new(lab, &job, diag);
	if (r)
		return r;
	r = run_job(job, opt, ret_status, diag);
	isle_job_free(job);
	return r;
}
