/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: another way out for a user's lab that is up. Its programs are started in
 * the machine's network, which a process that has gone into a host of the lab
 * cannot come back to; so one stays there, and does what it is told through a
 * socket. Programs are started below the lab's init, by a process that ends
 * then, which leaves them to it. All that change or go are ended first: their
 * ports may be wanted by another. Undoing starts again what ran before.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "ns/ns.h"
#include "outside/outlet.h"
#include "outside/uplink_user.h"

enum { DO = 'd', UNDO = 'u' };

static bool has_uplink(const struct isle_host *h)
{
	return h && h->uplink.kind != ISLE_UPLINK_NONE;
}

/* ---- in the parent */

static bool add_end(struct isle_outlet_change *c, const char *host)
{
	for (size_t i = 0; i < c->n_ends; i++)
		if (!strcmp(c->ends[i], host))
			return false;
	c->ends[c->n_ends++] = host;
	return true;
}

static bool look(struct isle_outlet_change *c, struct isle_lab *const *was, size_t n, bool (*stands)(const struct isle_host *, void *),
		 void *arg)
{
	bool any = false;

	for (size_t i = 0; i < c->to->n_hosts; i++) {
		const struct isle_host *h = c->to->hosts[i];
		const struct isle_host *before = isle_lab_host(c->from, h->name);

		c->starts[i] = has_uplink(h) && !(stands(h, arg) && isle_outlet_serves(c->tree->dir, h));
		c->breaks[i] = c->starts[i] && isle_outlet_runs(c->tree->dir, h->name);
		any |= c->starts[i] || (before && isle_uplink_is_gateway(before) != isle_uplink_is_gateway(h));
		if (c->breaks[i])
			add_end(c, h->name);
	}
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < was[k]->n_hosts; i++) {
			const char *name = was[k]->hosts[i]->name;

			if (!has_uplink(isle_lab_host(c->to, name)) && isle_outlet_runs(c->tree->dir, name))
				any |= add_end(c, name);
		}
	return any;
}

/* Programs are started from the caller's network, and must not lead elsewhere than those that run. */
static int check_network(const struct isle_outlet_change *c, struct isle_diag *d)
{
	char path[40];
	struct stat own, keeper;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", c->tree->keeper);
	if (stat("/proc/self/ns/net", &own) < 0 || stat(path, &keeper) < 0)
		return isle_fail(d, errno, NULL, "cannot look at the network of lab %s's keeper", c->to->name);
	if (own.st_ino == keeper.st_ino && own.st_dev == keeper.st_dev)
		return 0;
	isle_reject(d, NULL, "lab %s leads out into another network than the one this command is in", c->to->name);
	isle_hint(d, "call it from where the lab was brought up");
	return -EXDEV;
}

static bool starts_any(const struct isle_outlet_change *c)
{
	for (size_t i = 0; i < c->to->n_hosts; i++)
		if (c->starts[i])
			return true;
	return false;
}

static int prepare(struct isle_outlet_change *c, struct isle_diag *d)
{
	int r = isle_uplink_prepare(c->from, &c->was, d);

	if (!r)
		r = isle_uplink_prepare(c->to, &c->will, d);
	/* which may be other programs than those that run and stay */
	if (!r && starts_any(c))
		r = isle_uplink_user_check(c->to, c->starts, d);
	return r ? r : check_network(c, d);
}

static struct isle_outlet_change *make(const struct isle_tree *tree, struct isle_lab *const *was, size_t n, const struct isle_lab *to)
{
	struct isle_outlet_change *c = calloc(1, sizeof(*c));
	size_t hosts = to->n_hosts;

	for (size_t k = 0; k < n; k++)
		hosts += was[k]->n_hosts;
	if (!c)
		return NULL;
	c->tree = tree;
	c->from = was[0];
	c->to = to;
	c->starts = calloc(to->n_hosts + 1, sizeof(*c->starts));
	c->breaks = calloc(to->n_hosts + 1, sizeof(*c->breaks));
	c->ends = calloc(hosts + 1, sizeof(*c->ends));
	if (c->starts && c->breaks && c->ends)
		return c;
	isle_outlet_change_free(c);
	return NULL;
}

int isle_outlet_change_new(const struct isle_tree *tree, struct isle_lab *const *was, size_t n, const struct isle_lab *to,
			   bool (*stands)(const struct isle_host *, void *), void *arg, struct isle_outlet_change **ret, struct isle_diag *d)
{
	struct isle_outlet_change *c = make(tree, was, n, to);
	int r = 0;

	*ret = NULL;
	if (!c)
		return isle_fail(d, ENOMEM, NULL, "comparing the uplinks of lab %s", to->name);
	if (look(c, was, n, stands, arg)) {
		r = prepare(c, d);
		if (!r) {
			*ret = c;
			return 0;
		}
	}
	isle_outlet_change_free(c);
	return r;
}

void isle_outlet_change_free(struct isle_outlet_change *c)
{
	if (!c)
		return;
	isle_uplink_work_free(c->was);
	isle_uplink_work_free(c->will);
	free(c->starts);
	free(c->breaks);
	free(c->ends);
	free(c);
}

void isle_outlet_change_commands(const struct isle_outlet_change *c, struct isle_buf *out)
{
	for (size_t i = 0; i < c->n_ends; i++)
		isle_buf_printf(out, "kill %d\n", isle_outlet_runs(c->tree->dir, c->ends[i]));
	for (size_t i = 0; i < c->to->n_hosts; i++) {
		const struct isle_host *h = c->to->hosts[i], *before = isle_lab_host(c->from, h->name);
		const bool was = before && isle_uplink_is_gateway(before), is = isle_uplink_is_gateway(h);

		if (c->starts[i] && c->will)
			isle_uplink_user_commands(c->will->plan, h, out);
		if (was != is)
			isle_plan_gateway_commands(c->to, h, is, out);
	}
}

/* ---- in the process that stays in the machine's network */

struct side { const struct isle_outlet_change *c; struct isle_job from, to; };

/* FN in a child, for it may end in another network. */
static int apart(int (*fn)(const struct side *, const struct isle_host *), const struct side *s, const struct isle_host *h)
{
	pid_t pid = isle_ns_clone(SIGCHLD, NULL);
	int status, r;

	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
			_exit(1);
		_exit(fn(s, h) ? 1 : 0);
	}
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r)
		return isle_shared_fail(s->to.shared, -r, -1, "changing the way out of lab %s", s->c->to->name);
	if (status)
		return isle_shared_fail(s->to.shared, EIO, -1, "a process that changes the way out of lab %s was ended", s->c->to->name);
	return 0;
}

static int start_one(const struct side *s, const struct isle_host *h)
{
	return isle_uplink_user_start(&s->to, h, s->c->tree->dir);
}

static int start_again(const struct side *s, const struct isle_host *h)
{
	return isle_uplink_user_start(&s->from, h, s->c->tree->dir);
}

static int turn(const struct side *s, const struct isle_host *h)
{
	(void)h;
	return isle_uplink_turn_gateways(&s->from, &s->to, s->c->tree->dir);
}

static int turn_back(const struct side *s, const struct isle_host *h)
{
	(void)h;
	return isle_uplink_turn_gateways(&s->to, &s->from, s->c->tree->dir);
}

static int end_one(const struct side *s, const char *host)
{
	int r = isle_outlet_end(s->c->tree->dir, host);

	return r ? isle_shared_fail(s->to.shared, -r, -1, "ending what the uplink of %s was", host) : 0;
}

static int do_all(const struct side *s)
{
	int r = 0;

	for (size_t i = 0; i < s->c->n_ends && !r; i++)
		r = end_one(s, s->c->ends[i]);
	if (!r)
		r = apart(turn, s, NULL);
	for (size_t i = 0; i < s->c->to->n_hosts && !r; i++) {
		if (!s->c->starts[i])
			continue;
		if (s->to.shared->stop)
			return isle_shared_fail(s->to.shared, ECANCELED, -1, "interrupted, and what was done so far is undone");
		r = apart(start_one, s, s->c->to->hosts[i]);
	}
	if (!r)
		s->to.shared->loc = NULL;
	return r;
}

static void undo_all(const struct side *s)
{
	const struct isle_loc *loc = s->to.shared->loc;
	const struct isle_lab *to = s->c->to, *from = s->c->from;
	int r = 0;

	for (size_t i = 0; i < to->n_hosts && !r; i++)
		if (s->c->starts[i])
			r = end_one(s, to->hosts[i]->name);
	r = r ? r : apart(turn_back, s, NULL);
	if (r)
		isle_shared_left(s->to.shared, "and not everything of the way out could be undone (%s): `isle up` again mends what is left",
				 strerror(-r));
	for (size_t i = 0; i < from->n_hosts; i++)
		if (has_uplink(from->hosts[i]) && !isle_outlet_serves(s->c->tree->dir, from->hosts[i]) &&
		    apart(start_again, s, from->hosts[i]))
			isle_shared_left(s->to.shared, "and the uplink of %s could not be started again: `isle up` again mends what is left",
					 from->hosts[i]->name);
	s->to.shared->loc = loc;
}

static _Noreturn void serve(const struct side *s, int sock)
{
	sigset_t all;
	char path[40], what;
	int r;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", s->c->tree->keeper);
	isle_auto(close) int pid_ns = open(path, O_RDONLY | O_CLOEXEC);

	/* children only; we stay where the numbers of processes are the lab's /proc's */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || pid_ns < 0 || setns(pid_ns, CLONE_NEWPID) < 0) {
		isle_shared_fail(s->to.shared, errno, -1, "cannot enter the pid namespace of lab %s", s->c->to->name);
		_exit(1);
	}
	while (recv(sock, &what, 1, 0) == 1) {
		r = 0;
		if (what == DO)
			r = do_all(s);
		else
			undo_all(s);
		if (send(sock, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r))
			break;
	}
	_exit(0);
}

int isle_outlet_serve(const struct isle_outlet_change *c, struct isle_shared *shared, int *ret)
{
	const struct side s = { c, { .lab = c->from, .uplink = c->was, .shared = shared }, { .lab = c->to, .uplink = c->will, .shared = shared } };
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return isle_shared_fail(shared, errno, -1, "changing the way out of lab %s", c->to->name);
	pid = isle_ns_clone(SIGCHLD, NULL);
	if (!pid) {
		close(pair[0]);
		serve(&s, pair[1]);
	}
	close(pair[1]);
	*ret = pair[0];
	return pid < 0 ? isle_shared_fail(shared, -pid, -1, "changing the way out of lab %s", c->to->name) : 0;
}

/* ---- in who has it served */

static int ask(int sock, char what)
{
	int r;

	if (send(sock, &what, 1, MSG_NOSIGNAL) != 1 || recv(sock, &r, sizeof(r), MSG_WAITALL) != sizeof(r))
		return -ECHILD;
	return r;
}

int isle_outlet_change_do(int sock)
{
	return ask(sock, DO);
}

void isle_outlet_change_undo(int sock)
{
	ask(sock, UNDO);
}
