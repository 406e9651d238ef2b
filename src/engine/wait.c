/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting until something in a namespace is there. A child goes in, with
 * the host's mounts where a path is meant, and looks; then it waits for what
 * the kernel tells of files (inotify on the deepest directory that is there)
 * and looks again. Of sockets that begin to listen the kernel tells nothing,
 * so it looks now and then, too: soon at first, then four times a second.
 */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include "engine/wait.h"
#include "enter/enter.h"
#include "ns/ns.h"
#include "where/where.h"

enum { TIMEOUT_MS = 10000, SOONEST_MS = 2, LATEST_MS = 250 };

struct waiting {
	struct isle_where where;
	struct isle_wish wish;
	struct isle_shared *shared;
	const char *what;		/* the wish as it was said */
	unsigned timeout_ms;
};

static int wrong(const char *text, const char *why, struct isle_diag *d)
{
	isle_reject(d, NULL, "'%.80s' is nothing to wait for: %s", text, why);
	isle_hint(d, "tcp/80, udp/53, unix:/run/x.sock, file:/run/x.pid");
	return -EINVAL;
}

int isle_wish_parse(const char *text, struct isle_wish *ret, struct isle_diag *d)
{
	static const struct { const char *prefix; enum isle_wish_kind kind; } kinds[] = {
		{ "tcp/", ISLE_WISH_TCP }, { "udp/", ISLE_WISH_UDP }, { "unix:", ISLE_WISH_UNIX }, { "file:", ISLE_WISH_FILE },
	};
	const char *rest = NULL;
	uint64_t port;

	for (size_t i = 0; i < ISLE_COUNT(kinds) && !rest; i++)
		if (!strncmp(text, kinds[i].prefix, strlen(kinds[i].prefix))) {
			ret->kind = kinds[i].kind;
			rest = text + strlen(kinds[i].prefix);
		}
	if (!rest)
		return wrong(text, "it begins with tcp/, udp/, unix: or file:", d);
	if (ret->kind == ISLE_WISH_TCP || ret->kind == ISLE_WISH_UDP) {
		if (!isle_str_u64(rest, strlen(rest), &port) || !port || port > 65535)
			return wrong(text, "a port is a number from 1 to 65535", d);
		ret->port = (uint16_t)port;
		return 0;
	}
	if (rest[0] != '/')
		return wrong(text, "a path begins with '/'", d);
	if (strlen(rest) >= sizeof(ret->path))
		return wrong(text, "the path is too long", d);
	strcpy(ret->path, rest);
	return 0;
}

/* ---- in the child */

static bool has_path(const struct isle_wish *w)
{
	return w->kind == ISLE_WISH_UNIX || w->kind == ISLE_WISH_FILE;
}

/* The deepest directory above the path that is there: what is missing begins in it. */
static void watch(int events, const char *path)
{
	char dir[PATH_MAX];
	size_t n = strlen(path);

	memcpy(dir, path, n + 1);
	do {
		while (n > 1 && dir[n - 1] != '/')
			n--;
		dir[n > 1 ? n - 1 : 1] = 0;
		if (inotify_add_watch(events, dir, IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR) >= 0)
			return;
		n = strlen(dir);
	} while (n > 1);
}

static void pause_for(int events, int64_t ms)
{
	struct pollfd p = { .fd = events, .events = POLLIN };
	char buf[4096];

	if (poll(&p, 1, (int)ms) > 0)
		while (read(events, buf, sizeof(buf)) > 0)
			;
}

static int wait_for(const struct waiting *w)
{
	isle_auto(close) int events = has_path(&w->wish) ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	const int64_t end = isle_now_ms() + w->timeout_ms;
	char seen[256] = "";

	for (int64_t pause = SOONEST_MS;; pause = pause * 2 < LATEST_MS ? pause * 2 : LATEST_MS) {
		int64_t left;
		int r;

		if (events >= 0)
			watch(events, w->wish.path);
		r = isle_wish_look(&w->wish, seen, sizeof(seen));
		if (r < 0)
			return isle_shared_fail(w->shared, -r, -1, "cannot look for %s in %s", w->what, w->where.name);
		if (r > 0)
			return 0;
		left = end - isle_now_ms();
		if (left <= 0)
			break;
		pause_for(events, pause < left ? pause : left);
	}
	w->shared->ours = true;
	return isle_shared_fail(w->shared, ETIMEDOUT, -1, "%s is not there in %s after %u.%03u s: %s", w->what, w->where.name,
				w->timeout_ms / 1000, w->timeout_ms % 1000, seen);
}

static int enter_plain(const struct waiting *w)
{
	const struct isle_ns_set *set = &w->where.set;
	int net = set->fd[ISLE_NS_NET], mnt = has_path(&w->wish) ? set->fd[ISLE_NS_MNT] : -1;
	isle_auto(close) int owner = -1;

	if (net >= 0 && setns(net, CLONE_NEWNET) < 0) {
		owner = errno == EPERM ? ioctl(net, NS_GET_USERNS) : -1;
		if (owner < 0 || setns(owner, CLONE_NEWUSER) < 0 || setns(net, CLONE_NEWNET) < 0)
			return isle_shared_fail(w->shared, EPERM, -1, "cannot enter the network namespace of %s", w->where.name);
	}
	if (mnt >= 0 && setns(mnt, CLONE_NEWNS) < 0)
		return isle_shared_fail(w->shared, errno, -1, "cannot enter the mount namespace of %s", w->where.name);
	return 0;
}

static _Noreturn void child(struct waiting *w, pid_t parent)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int r;

	sigaction(SIGTERM, &dfl, NULL);	/* `isle down` ends us like everybody inside */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	r = w->where.kind == ISLE_WHERE_HOST ? isle_enter(&w->where.host, w->shared) : enter_plain(w);
	if (!r)
		r = wait_for(w);
	w->shared->finished = r == 0;
	_exit(0);
}

/* ---- in the caller */

static int attend(struct waiting *w, struct isle_diag *d)
{
	pid_t parent = getpid(), pid = isle_ns_clone_deaf(0, NULL, NULL);
	int status, r;

	if (pid == 0)
		child(w, parent);
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r)
		return isle_fail(d, -r, NULL, "cannot wait for %s in %s", w->what, w->where.name);
	if (w->shared->finished)
		return 0;
	if (!w->shared->errnum) {
		isle_shared_fail(w->shared, ECANCELED, -1, "the process that waited in %s was ended", w->where.name);
		isle_shared_hint(w->shared, "`isle down` does that");
	}
	if (w->where.kind == ISLE_WHERE_HOST)
		isle_shared_gone(w->shared, &w->where.host.tree);
	return isle_shared_report(w->shared, NULL, d);
}

static int open_where(struct waiting *w, const char *ref, struct isle_diag *d)
{
	int r = isle_where_open(ref, ISLE_NS_ALL, &w->where, d);

	if (r || w->where.kind == ISLE_WHERE_HOST || w->where.set.fd[ISLE_NS_NET] >= 0 || w->wish.kind == ISLE_WISH_FILE)
		return r;
	isle_reject(d, NULL, "%s is no network namespace", w->where.name);
	isle_where_close(&w->where);
	return -EINVAL;
}

int isle_wait(const char *ref, const char *what, unsigned timeout_ms, struct isle_diag *diag)
{
	struct waiting *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return isle_fail(diag, ENOMEM, NULL, "cannot wait for %s", what);
	w->what = what;
	w->timeout_ms = timeout_ms ? timeout_ms : TIMEOUT_MS;
	r = isle_wish_parse(what, &w->wish, diag);
	if (!r)
		r = open_where(w, ref, diag);
	if (!r) {
		w->shared = isle_shared_new();
		r = w->shared ? attend(w, diag) : isle_fail(diag, ENOMEM, NULL, "cannot wait for %s", what);
		isle_shared_free(w->shared);
		isle_where_close(&w->where);
	}
	free(w);
	return r;
}
