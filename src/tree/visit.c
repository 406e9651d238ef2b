/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: looking into hosts without moving the caller: a child enters the lab's
 * user namespace (which a threaded process may not) and then one network
 * namespace after the other. Sockets opened there stay there.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include "ns/ns.h"
#include "tree/visit.h"

int isle_visit_host(const struct isle_tree *tree, struct isle_shared *shared, const char *host)
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "net/%s", host);
	fd = openat(tree->dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return isle_shared_fail(shared, errno, -1, "enter %s of lab %s", host, tree->lab);
	return 0;
}

/* `down` ends us like everybody inside, and would wait for us else. */
static void heed_term(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigaction(SIGTERM, &dfl, NULL);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
}

static _Noreturn void child(const struct isle_tree *tree, struct isle_shared *shared, pid_t parent, int (*fn)(void *), void *arg)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	heed_term();
	if (tree->user >= 0 && setns(tree->user, CLONE_NEWUSER) < 0)
		isle_shared_fail(shared, errno, -1, "enter the user namespace of lab %s", tree->lab);
	else if (fn(arg) >= 0)
		shared->finished = true;
	_exit(0);
}

/* Until the child ends, or the signal comes, which is left where it is. */
static void heed(int pidfd, int signals, struct isle_shared *shared)
{
	struct pollfd fds[] = { { .fd = pidfd, .events = POLLIN }, { .fd = signals, .events = POLLIN } };

	while (poll(fds, ISLE_COUNT(fds), -1) < 0)
		if (errno != EINTR)
			return;
	shared->stop = fds[1].revents != 0;
}

int isle_visit_heeding(const struct isle_tree *tree, struct isle_shared *shared, int (*fn)(void *), void *arg, int signals)
{
	isle_auto(close) int pidfd = -1;
	pid_t parent = getpid(), pid = isle_ns_clone_deaf(0, signals >= 0 ? &pidfd : NULL, NULL);
	int status, r;

	if (pid < 0)
		return isle_shared_fail(shared, -pid, -1, "start a process for lab %s", tree->lab);
	if (!pid)
		child(tree, shared, parent, fn, arg);
	if (signals >= 0)
		heed(pidfd, signals, shared);
	r = isle_ns_reap(pid, &status);
	if (r)
		return isle_shared_fail(shared, -r, -1, "wait for the process in lab %s", tree->lab);
	if (shared->finished)
		return 0;
	isle_shared_fail(shared, ECANCELED, -1, "the process in lab %s was ended", tree->lab);
	return isle_shared_gone(shared, tree);
}

int isle_visit(const struct isle_tree *tree, struct isle_shared *shared, int (*fn)(void *), void *arg)
{
	return isle_visit_heeding(tree, shared, fn, arg, -1);
}
