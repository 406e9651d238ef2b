/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns exec` and -n. The process itself becomes the command; only in
 * a batch, and with -all, is it a child, whose end is waited for. A child that
 * was killed ends all of it with 1, and the statuses of -all are not looked at,
 * as with ip. But a child that cannot get there ends: ip's goes on as a second
 * ip with the rest of the list or the batch.
 */
#include <sys/wait.h>
#include "netns/netns.h"

/* Words of the library, warnings without more. */
static void show_new(struct netns *n)
{
	const struct isle_diag_rec *rec = n->shown ? isle_diag_next(n->shown) : isle_diag_first(n->diag);

	for (; rec; rec = isle_diag_next(rec)) {
		struct isle_problem p;

		isle_diag_read(rec, &p);
		if (p.warning)
			netns_say("%s", p.message);
		else
			netns_say("%s: %s", p.message, strerror(p.errnum));
		n->shown = rec;
	}
}

/* Returns only on failure. */
static int become(struct netns *n, const char *name, char **argv)
{
	int r = isle_netns_enter(name, n->diag);

	show_new(n);
	if (r)
		return NETNS_WRONG;
	execvp(argv[0], argv);
	return netns_say("exec of \"%s\" failed: %s", argv[0], strerror(errno));
}

static int in_child(struct netns *n, const char *name, char **argv)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return netns_quit(n, netns_say("fork: %s", strerror(errno)));
	if (pid == 0) {
		become(n, name, argv);
		/* not exit(): it would move the batch file to where we have read it */
		_exit(NETNS_FAILED);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return netns_quit(n, netns_say("waitpid: %s", strerror(errno)));
	return WIFEXITED(status) ? WEXITSTATUS(status) : netns_quit(n, NETNS_FAILED);
}

struct all {
	struct netns *n;
	char **argv;
};

static void in_one(const struct isle_netns_item *item, void *arg)
{
	struct all *a = arg;

	if (a->n->quit)
		return;
	printf("\nnetns: %s\n", item->name);
	in_child(a->n, item->name, a->argv);
}

static int in_all(struct netns *n, char **argv)
{
	struct all a = { .n = n, .argv = argv };
	int r = isle_each_netns(false, in_one, &a, n->diag);

	if (n->quit)
		return NETNS_FAILED;
	return r && r != -ENOENT ? netns_failed(n) : NETNS_OK;
}

int netns_exec(struct netns *n, char **argv)
{
	if (!n->all && !argv[0])
		return netns_say("No netns name specified");
	if (n->all ? !argv[0] : !argv[1])
		return netns_say("No command specified");
	if (n->all)
		return in_all(n, argv);
	if (n->batch)
		return in_child(n, argv[0], argv + 1);
	fflush(stdout);
	return netns_quit(n, become(n, argv[0], argv + 1));
}

int netns_switch(struct netns *n, const char *name)
{
	int r = isle_netns_switch(name, n->diag);

	show_new(n);
	return r ? netns_quit(n, NETNS_WRONG) : NETNS_OK;
}
