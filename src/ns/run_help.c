/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the process that `ns run` leaves behind in the caller's namespaces when
 * something is to be done from there: id maps are written from the parent user
 * namespace, and what keeps a namespace is mounted where everybody sees it.
 * It does one errand at a time and dies with its parent.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "ns/keep.h"
#include "ns/run.h"

enum { MAP = 1u << 30 };	/* else: types to keep */

static int map(const struct isle_ns_errand *e, struct isle_ns_fault *f)
{
	int r = e->users ? isle_ns_lines_write(e->users, e->proc, "uid_map", f) : 0;

	return !r && e->groups ? isle_ns_lines_write(e->groups, e->proc, "gid_map", f) : r;
}

static const char *suffix(int type)
{
	return type == ISLE_NS_PID || type == ISLE_NS_TIME ? "_for_children" : "";
}

static int keep(const struct isle_ns_errand *e, unsigned types, struct isle_ns_fault *f)
{
	char from[64];
	int r;

	for (int t = 0; t < ISLE_NS_TYPES; t++) {
		if (!(types & ISLE_NS_BIT(t)) || !e->keep[t])
			continue;
		snprintf(from, sizeof(from), "/proc/%d/ns/%s%s", e->proc, isle_ns_type_name(t), suffix(t));
		r = isle_ns_keep_at(from, e->keep[t]);
		if (r == -EINVAL && t == ISLE_NS_MNT && !isle_ns_is_shared(e->keep[t]))
			return -EAGAIN;
		if (r) {
			isle_ns_keep_failed(r, t, e->keep[t], f);
			return r;
		}
	}
	return 0;
}

static _Noreturn void serve(const struct isle_ns_errand *e, int sock, struct isle_ns_fault *f)
{
	unsigned what;
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == e->pid) {
		ssize_t n = recv(sock, &what, sizeof(what), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(what))
			break;
		r = what == MAP ? map(e, f) : keep(e, what, f);
		if (send(sock, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r))
			break;
	}
	_exit(0);
}

int isle_ns_helper_start(const struct isle_ns_errand *e, struct isle_ns_helper *ret, struct isle_ns_fault *f)
{
	int sock[2];

	if (e->proc < 0) {
		isle_ns_fault(f, -e->proc, "cannot find this process in /proc");
		isle_ns_fault_hint(f, "it is missing, or another pid namespace's; mount one that fits: mount -t proc proc /proc");
		return e->proc;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) < 0)
		return isle_ns_fault(f, errno, "cannot start a helper");
	ret->pid = isle_ns_clone_deaf(0, NULL, NULL);
	if (ret->pid == 0)
		serve(e, sock[1], f);
	close(sock[1]);
	ret->sock = sock[0];
	if (ret->pid > 0)
		return 0;
	close(sock[0]);
	return isle_ns_fault(f, -ret->pid, "cannot start a helper");
}

static int request(struct isle_ns_helper *h, unsigned what)
{
	ssize_t n;
	int r;

	if (send(h->sock, &what, sizeof(what), MSG_NOSIGNAL) != sizeof(what))
		return -errno;
	do
		n = recv(h->sock, &r, sizeof(r), 0);
	while (n < 0 && errno == EINTR);
	return n == sizeof(r) ? r : n < 0 ? -errno : -ECHILD;
}

int isle_ns_helper_map(struct isle_ns_helper *h)
{
	return request(h, MAP);
}

int isle_ns_helper_keep(struct isle_ns_helper *h, unsigned types)
{
	return request(h, types);
}

void isle_ns_helper_end(struct isle_ns_helper *h)
{
	int status;

	if (h->pid <= 0)
		return;
	kill(h->pid, SIGKILL);
	close(h->sock);
	isle_ns_reap(h->pid, &status);
	h->pid = 0;
}
