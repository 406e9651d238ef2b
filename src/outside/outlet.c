/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: outlet/HOST in a lab's tree: "PID START PURPOSE". The number and the start
 * time are written by the process itself before it becomes the program, the
 * purpose, a hash of what it is told, when its device carries. A file without
 * it is of one that was killed half-way. Numbers are those of the lab's /proc.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "ns/ns.h"
#include "outside/outlet.h"
#include "tree/file.h"

#define OUTLETS "outlet"
#define END_MS 5000	/* a killed process that is still there after this is stuck in the kernel */

enum { PATH_TEXT = sizeof(OUTLETS) + ISLE_NAME_MAX, FILE_TEXT = 96 };

struct outlet {
	pid_t pid;
	uint64_t start, purpose;
	bool ready;
};

static const char *path_of(const char *host, char buf[PATH_TEXT])
{
	snprintf(buf, PATH_TEXT, OUTLETS "/%s", host);
	return buf;
}

/* In no order, for the order of ports means nothing. */
static uint64_t purpose(const struct isle_host *h)
{
	char text[96], ip[ISLE_IP_TEXT];
	uint64_t sum = h->n_ports ? isle_fnv1a_n(h->uplink.iface->mac, sizeof(h->uplink.iface->mac)) : 0;

	for (size_t i = 0; i < h->uplink.n_subnets; i++)
		sum += isle_fnv1a(isle_ip_text(&h->uplink.subnets[i], true, ip));
	for (size_t i = 0; i < h->n_ports; i++) {
		snprintf(text, sizeof(text), "%d %u %u", h->ports[i].udp, h->ports[i].from, h->ports[i].to);
		sum += isle_fnv1a(text);
	}
	return sum;
}

static bool read_outlet(int tree, const char *host, struct outlet *ret)
{
	char path[PATH_TEXT], text[FILE_TEXT], *s = text, *end;
	isle_auto(close) int fd = openat(tree, path_of(host, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return false;
	text[n] = 0;
	ret->pid = (pid_t)strtol(s, &s, 10);
	ret->start = strtoull(s, &s, 10);
	ret->purpose = strtoull(s, &end, 16);
	ret->ready = end > s;
	return ret->pid > 0;
}

/* A pidfd of it; -ESRCH: it has ended. */
static int open_outlet(const struct outlet *o)
{
	isle_auto(close) int fd = syscall(SYS_pidfd_open, o->pid, 0);
	uint64_t start;

	if (fd < 0)
		return -errno;
	if (isle_proc_start(o->pid, &start) || start != o->start || poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) > 0)
		return -ESRCH;
	return isle_steal_fd(&fd);
}

int isle_outlet_note(int tree, const char *host)
{
	char self[16] = "", path[PATH_TEXT], text[FILE_TEXT];
	uint64_t start;
	pid_t pid;
	int r;

	if (readlink("/proc/self", self, sizeof(self) - 1) < 0)
		return -errno;
	pid = (pid_t)strtol(self, NULL, 10);
	r = isle_proc_start(pid, &start);
	if (r)
		return r;
	if (mkdirat(tree, OUTLETS, 0700) < 0 && errno != EEXIST)
		return -errno;
	unlinkat(tree, path_of(host, path), 0);
	snprintf(text, sizeof(text), "%d %llu", pid, (unsigned long long)start);
	return isle_file_write(tree, path, text, strlen(text), 0600);
}

int isle_outlet_ready(int tree, const struct isle_host *h)
{
	char path[PATH_TEXT], text[FILE_TEXT];
	isle_auto(close) int fd = openat(tree, path_of(h->name, path), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	size_t n;

	if (fd < 0)
		return -errno;
	n = (size_t)snprintf(text, sizeof(text), " %016llx\n", (unsigned long long)purpose(h));
	return write(fd, text, n) == (ssize_t)n ? 0 : -EIO;
}

pid_t isle_outlet_runs(int tree, const char *host)
{
	struct outlet o;
	isle_auto(close) int fd = read_outlet(tree, host, &o) ? open_outlet(&o) : -ESRCH;

	return fd < 0 ? 0 : o.pid;
}

bool isle_outlet_serves(int tree, const struct isle_host *h)
{
	struct outlet o;
	isle_auto(close) int fd = read_outlet(tree, h->name, &o) ? open_outlet(&o) : -ESRCH;

	return fd >= 0 && o.ready && o.purpose == purpose(h);
}

int isle_outlet_end(int tree, const char *host)
{
	struct outlet o;
	isle_auto(close) int fd = read_outlet(tree, host, &o) ? open_outlet(&o) : -ESRCH;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char path[PATH_TEXT];
	int r;

	if (fd < 0 && fd != -ESRCH)
		return fd;
	if (fd >= 0) {
		/* it has nothing to put in order, and its device and ports are gone when it is */
		if (syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
			return -errno;
		do
			r = poll(&p, 1, END_MS);
		while (r < 0 && errno == EINTR);
		if (r <= 0)
			return r ? -errno : -ETIMEDOUT;
	}
	unlinkat(tree, path_of(host, path), 0);
	return 0;
}
