/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab without the machine's consent. Nothing that an ordinary user mounts
 * outlives his processes, so a rootless lab is kept by one: K itself, which
 * after building it leaves the caller's session, closes everything and goes on
 * as a reaping init. The lab is up from the moment its state file (pid, start
 * time, boot id) appears in the user's directory, by linkat(2): of two that
 * come up at once, one gets the name. K alone links it, after it stopped
 * dying with its parent; killed before, it leaves nothing, not even a file.
 * SIGTERM, as at the end of a login session, takes the lab down.
 * Root's labs need one only for processes that stay: then it is the worker that
 * has built the lab (publish.c), and its file is in the lab's tree.
 */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "engine/init.h"
#include "engine/keeper.h"
#include "ns/ns.h"
#include "tree/state.h"

/* ---- in K */

/* DIR may be -1. */
static void detach(int *sock_fd, int *dir_fd)
{
	/* Copies first: where the caller has closed its standard streams, ours have their numbers. */
	int sock = fcntl(*sock_fd, F_DUPFD_CLOEXEC, 5), dir = *dir_fd < 0 ? -1 : fcntl(*dir_fd, F_DUPFD_CLOEXEC, 5);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (setsid() < 0 || null < 0 || chdir("/") < 0)
		_exit(1);
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	/* The two that are needed as 3 and 4, and nothing above. */
	*sock_fd = dup3(sock, 3, O_CLOEXEC);
	if (dir >= 0)
		*dir_fd = dup3(dir, 4, O_CLOEXEC);
	if (*sock_fd < 0 || (dir >= 0 && *dir_fd < 0))
		_exit(1);
	isle_ns_close_from(dir >= 0 ? 5 : 4);
}

static int write_state(int fd, const char *text)
{
	size_t n = strlen(text);

	return write(fd, text, n) == (ssize_t)n ? 0 : -EIO;
}

/* A file without a name that gets one when it is whole. */
static int publish_unnamed(const struct isle_init *in)
{
	isle_auto(close) int fd = openat(in->state_dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	char path[40];
	int r;

	if (fd < 0)
		return -errno;
	r = write_state(fd, in->state);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!r && linkat(AT_FDCWD, path, in->state_dir, in->lab, AT_SYMLINK_FOLLOW) < 0)
		r = -errno;
	return r;
}

/* For file systems without O_TMPFILE: a name that nobody takes for a lab's. */
static int publish_named(const struct isle_init *in)
{
	char name[ISLE_NAME_MAX + 8];
	int r;

	snprintf(name, sizeof(name), ".%s.new", in->lab);
	unlinkat(in->state_dir, name, 0);
	isle_auto(close) int fd = openat(in->state_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_state(fd, in->state);
	if (!r && linkat(in->state_dir, name, in->state_dir, in->lab, 0) < 0)
		r = -errno;
	unlinkat(in->state_dir, name, 0);
	return r;
}

static void publish(struct isle_init *in)
{
	int r = publish_unnamed(in);

	if (r == -EOPNOTSUPP || r == -EISDIR || r == -EINVAL || r == -ENOENT)
		r = publish_named(in);
	if (!r)
		return;
	in->shared->ours = r == -EEXIST;
	isle_shared_fail(in->shared, -r, -1, r == -EEXIST ? "lab %s has come up meanwhile" : "cannot write the state of lab %s",
			 in->lab);
	_exit(1);
}

/* Until asked to end; also, unless ALONE is fine, when the last child has ended. */
static void reap(bool alone)
{
	sigset_t set;
	pid_t pid;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	for (;;) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 && errno == ECHILD && !alone)
			return;
		if (sigwait(&set, &sig) == 0 && sig == SIGTERM)
			return;
	}
}

static _Noreturn void keep(struct isle_init *in)
{
	reap(true);
	/* The name is ours as long as we live: nobody replaces that of a living keeper. */
	unlinkat(in->state_dir, in->lab, 0);
	_exit(0);
}

static void become_keeper(struct isle_init *in)
{
	if (read(in->sock, in->state, sizeof(in->state)) <= 0)
		_exit(1);
	detach(&in->sock, &in->state_dir);
	prctl(PR_SET_NAME, "isle-keeper", 0, 0, 0);
	if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0) {
		isle_shared_fail(in->shared, errno, -1, "cannot leave lab %s to its keeper", in->lab);
		_exit(1);
	}
	publish(in);
	in->shared->finished = true;
	send(in->sock, "", 1, MSG_NOSIGNAL);	/* to nobody, if P is gone: the lab is up all the same */
	close(in->sock);
	keep(in);
}

_Noreturn void isle_keeper_stay(struct isle_shared *shared, int sock)
{
	int none = -1;

	detach(&sock, &none);
	prctl(PR_SET_NAME, "isle-keeper", 0, 0, 0);
	shared->finished = true;
	send(sock, "", 1, MSG_NOSIGNAL);	/* to nobody, if the caller is gone */
	close(sock);
	reap(false);
	_exit(0);
}

/* ---- in P */

int isle_keeper_describe(pid_t pid, char ret[192], struct isle_diag *diag)
{
	char boot[37];
	uint64_t start;
	int r;

	r = isle_proc_start(pid, &start);
	if (!r)
		r = isle_boot_id(boot);
	if (r)
		return isle_fail(diag, -r, NULL, "cannot read the keeper's start time from /proc");
	snprintf(ret, 192, "{\"version\": 1, \"pid\": %d, \"start\": %llu, \"boot\": \"%s\"}\n", pid, (unsigned long long)start,
		 boot);
	return 0;
}

/* A state file whose keeper is gone would keep the name. */
static int clear_stale(const struct isle_site *site, int dir, const char *lab, struct isle_diag *diag)
{
	int r = isle_state_clear(dir, lab);

	if (r == 0 || r == -ENOENT)
		return 0;
	if (r == -EEXIST) {
		isle_reject(diag, NULL, "lab %s has come up meanwhile", lab);
		return r;
	}
	return isle_fail(diag, -r, NULL, "cannot remove the stale %s/%s", site->dir, lab);
}

/* K sends a byte when it has published. */
static int wait_published(struct isle_init *in, struct isle_diag *diag)
{
	isle_init_hear(in, NULL, NULL);
	if (!in->shared->finished)
		return isle_init_report(in, diag);
	close(in->sock);
	close(in->pidfd);
	return 0;
}

int isle_keeper_up(const struct isle_job *job, const struct isle_site *site, const struct isle_up_options *opt,
		   struct isle_diag *diag)
{
	isle_auto(close) int dir = open(site->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct isle_init in = { .job = job, .shared = job->shared, .user = true, .then = become_keeper, .state_dir = dir };
	int r;

	snprintf(in.lab, sizeof(in.lab), "%s", job->lab->name);
	if (dir < 0)
		return isle_fail(diag, errno, NULL, "cannot open %s", site->dir);
	r = clear_stale(site, dir, in.lab, diag);
	if (r)
		return r;
	r = isle_init_start(&in, diag);
	if (!r)
		r = isle_init_wait_built(&in, opt ? opt->progress : NULL, opt ? opt->arg : NULL, diag);
	if (!r)
		r = isle_keeper_describe(in.pid, in.state, diag);
	if (!r)
		r = isle_init_send(&in, in.state, strlen(in.state), diag);
	if (!r)
		return wait_published(&in, diag);
	isle_init_end(&in);
	return r;
}
