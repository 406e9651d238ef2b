/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: doing changes, in a forked process: one request after the other, each
 * from within its namespace. What the kernel refused may have been done all the
 * same (or half of it), so undoing begins with the step that failed, and finds
 * it fine that there is nothing to undo; but what was there already, or came
 * meanwhile, is somebody else's. What went along with something else
 * (the routes of an interface that was down for a moment) is given back at the
 * end, from the live state before.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include "build/build.h"
#include "change/change.h"
#include "ns/ns.h"

struct doer {
	const struct isle_apply *a;
	struct isle_kind_ctx ctx;
	struct isle_nl nl;		/* of the namespace where we are */
	uint32_t ns;
	bool is_anywhere;		/* .ns and .nl are true */
	int other;			/* namespace that the request being sent points to, or -1 */
	const char *what;		/* that failed, if it was not the request itself */
};

static int ns_fd(const struct isle_kind_ctx *ctx, uint32_t ns)
{
	struct doer *d = ctx->arg;

	isle_auto_close(&d->other);
	d->other = d->a->open_ns(d->a, ns);
	return d->other;
}

static int ifindex(const struct isle_kind_ctx *ctx, const char *name)
{
	unsigned i = if_nametoindex(name);

	(void)ctx;
	return i ? (int)i : -ENODEV;
}

static void leave(struct doer *d)
{
	if (d->is_anywhere)
		isle_nl_close(&d->nl);
	d->is_anywhere = false;
}

static int go(struct doer *d, uint32_t ns)
{
	isle_auto(close) int fd = -1;
	int r;

	if (d->is_anywhere && d->ns == ns)
		return 0;
	leave(d);
	d->what = "cannot enter the namespace";
	fd = d->a->open_ns(d->a, ns);
	if (fd < 0)
		return fd;
	if (setns(fd, CLONE_NEWNET) < 0)
		return -errno;
	d->what = "cannot open a netlink socket";
	r = isle_nl_open(&d->nl, NETLINK_ROUTE);
	if (r)
		return r;
	d->is_anywhere = true;
	d->ns = ns;
	d->what = NULL;
	return 0;
}

static int request(struct doer *d, const struct isle_step *step)
{
	struct isle_nlmsg m;
	int r;

	isle_nlmsg_init(&m, d->a->msg, d->a->msg_size);
	d->what = "cannot prepare the request";
	r = isle_kind_encode(step, &d->ctx, &m);
	if (r == -ENODEV && step->kind == ISLE_STEP_WIRE)
		d->what = "what it is on is not there";
	if (!r) {
		d->what = NULL;
		r = isle_nl_talk(&d->nl, &m, NULL);
	}
	isle_auto_close(&d->other);
	d->other = -1;
	return r;
}

static int write_sysctl(struct doer *d, const struct isle_step *step)
{
	const size_t len = strlen(step->sysctl.value);
	isle_auto(close) int fd = -1;
	char path[320];

	snprintf(path, sizeof(path), "/proc/sys/%s", step->sysctl.path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && step->sysctl.optional)
		return 0;
	d->what = "cannot write it";
	if (fd < 0 || write(fd, step->sysctl.value, len) != (ssize_t)len)
		return -errno;
	return 0;
}

static int take(struct doer *d, const struct isle_step *step)
{
	int r;

	d->what = NULL;
	d->nl.extack[0] = '\0';
	if (step->kind == ISLE_STEP_NETNS) {
		leave(d);
		return d->a->take_ns ? d->a->take_ns(d->a, step) : -ENOSYS;
	}
	r = go(d, step->ns);
	if (r)
		return r;
	if (isle_kind_has_request(step))
		return request(d, step);
	if (step->kind == ISLE_STEP_SYSCTL)
		return write_sysctl(d, step);
	if (step->kind == ISLE_STEP_OFFLOAD)
		return isle_offload_off(step->link.name);
	if (step->kind == ISLE_STEP_TUN)
		return isle_tun_make(step, &d->what);
	if (step->kind == ISLE_STEP_WIREGUARD || step->kind == ISLE_STEP_PEER)
		return isle_wireguard_take(step, d->a->msg, d->a->msg_size, d->a->shared, &d->what);
	if (step->kind != ISLE_STEP_SETTLED && step->kind != ISLE_STEP_CARRIER)
		return -ENOSYS;
	d->what = "it has not come";
	return step->kind == ISLE_STEP_SETTLED ? isle_settle_wait(&d->nl, step) : isle_carrier_wait(step->link.ifindex, step->link.patience);
}

/* What one finds where there is nothing to take away, or where it is there already. */
static bool is_fine(int r)
{
	return r == 0 || r == -ENOENT || r == -ENODEV || r == -ESRCH || r == -EADDRNOTAVAIL || r == -EEXIST || r == -EADDRINUSE;
}

/* A route that was never there, or leaves by what is down, is none that could be given back. */
static bool is_fine_repair(int r)
{
	return is_fine(r) || r == -ENETUNREACH || r == -ENETDOWN || r == -EHOSTUNREACH || r == -EINVAL;
}

static void undo_all(struct doer *d, size_t failed, int why)
{
	const struct isle_changes *c = d->a->changes;
	/* a namespace has a place of its own: who makes it cleared that before */
	const bool is_others = (why == -EEXIST || why == -EBUSY) && c->list[failed].step.kind != ISLE_STEP_NETNS;
	char words[256];

	for (size_t i = is_others ? failed : failed + 1; i-- > 0;) {
		int r = c->list[i].has_undo ? take(d, &c->list[i].undo) : 0;

		if (r && !(i == failed || is_fine(r)))
			isle_shared_left(d->a->shared, "and not everything could be undone (%s: %s): `isle up` again mends what is left",
					 isle_kind_describe(&c->list[i].undo, c->names, words, sizeof(words)), strerror(-r));
	}
	for (size_t i = 0; i < c->n_repairs; i++) {
		int r = take(d, &c->repairs[i]);

		if (!is_fine_repair(r))
			isle_shared_left(d->a->shared, "and not everything could be undone (%s: %s): `isle up` again mends what is left",
					 isle_kind_describe(&c->repairs[i], c->names, words, sizeof(words)), strerror(-r));
	}
}

/* All before the N-th. */
static void undo_before(struct doer *d, size_t n)
{
	if (n)
		undo_all(d, n - 1, 0);
}

static int fail(struct doer *d, size_t i, int r)
{
	struct isle_shared *s = d->a->shared;

	if (s->errnum)
		return r;
	if (d->nl.extack[0])
		snprintf(s->kernel, sizeof(s->kernel), "%s", d->nl.extack);
	return isle_shared_fail(s, -r, (int64_t)i, "%s", d->what ? d->what : "refused by the kernel");
}

static struct doer doer_of(const struct isle_apply *a, struct doer *self)
{
	return (struct doer) {
		.a = a, .nl.fd = -1, .other = -1,
		.ctx = { .ns_fd = ns_fd, .ifindex = ifindex, .arg = self, .no_ipv6 = access("/proc/sys/net/ipv6", F_OK) < 0 },
	};
}

/* A visitor heeds it (engine/visit.c), but not in the middle. */
static void hold_term(void)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
}

/* Somebody ends us, or the caller: what was done is undone first. */
static bool is_stopped(const struct isle_apply *a)
{
	sigset_t pending;

	return a->shared->stop || (sigpending(&pending) == 0 && sigismember(&pending, SIGTERM));
}

int isle_apply(const struct isle_apply *a)
{
	const struct isle_changes *c = a->changes;
	struct doer d = doer_of(a, &d);
	int r = 0;

	hold_term();
	for (size_t i = 0; i < c->n && !r; i++) {
		if (is_stopped(a)) {
			r = isle_shared_fail(a->shared, ECANCELED, -1, "interrupted, and what was done so far is undone");
			undo_before(&d, i);
			break;
		}
		r = take(&d, &c->list[i].step);
		if (r == -ENODEV && c->list[i].ends_anyway)
			r = 0;
		if (r) {
			fail(&d, i, r);
			undo_all(&d, i, r);
			isle_shared_lacks(a->shared, &c->list[i].step, r);
		}
		a->shared->done = (uint32_t)i;
	}
	leave(&d);
	return r;
}

void isle_apply_undo(const struct isle_apply *a)
{
	struct doer d = doer_of(a, &d);

	undo_before(&d, a->changes->n);
	leave(&d);
}

int isle_apply_ends(const struct isle_apply *a)
{
	const struct isle_changes *c = a->changes;
	struct doer d = doer_of(a, &d);
	int all = 0;

	hold_term();
	for (size_t i = 0; i < c->n_ends; i++) {
		int r = take(&d, &c->ends[i].step);

		/* a refusal of what was done all the same */
		if (r && !is_fine(r))
			r = take(&d, &c->ends[i].step);
		if (is_fine(r))
			continue;
		fail(&d, c->n + i, r);
		all = all ? all : r;
	}
	leave(&d);
	return all;
}

int isle_apply_report(const struct isle_apply *a, struct isle_diag *diag)
{
	const struct isle_changes *c = a->changes;
	struct isle_shared s = *a->shared;
	struct isle_plan one = { .lab = c->names };

	if (s.step >= 0) {
		const size_t i = (size_t)s.step;
		struct isle_change *change = i < c->n ? &c->list[i] : &c->ends[i - c->n];

		one.steps = &change->step;
		one.n_steps = 1;
		s.step = 0;
	}
	return isle_shared_report(&s, &one, diag);
}
