/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: maps of a user namespace that is to have more than one id. A range and a
 * single id may meet, inside or outside: then the single one has the place, and
 * the rest of the range closes up and is one shorter.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include "ns/run.h"

static bool is_in(uint32_t x, uint32_t first, uint32_t n)
{
	return x >= first && x - first < n;
}

static uint32_t until(uint32_t from, uint32_t stop, uint32_t n)
{
	return stop > from && stop - from < n ? stop - from : n;
}

void isle_ns_lines_make(const struct isle_ns_map *range, const uint32_t *outer, const uint32_t *inner, struct isle_ns_lines *ret)
{
	uint32_t o = range->outer, i = range->inner, n = range->count;

	ret->n = 0;
	if (!inner) {
		ret->line[ret->n++] = *range;
		return;
	}
	n -= is_in(*outer, o, n) || is_in(*inner, i, n);
	ret->line[ret->n++] = (struct isle_ns_map){ .inner = *inner, .outer = *outer, .count = 1 };
	while (n && ret->n < ISLE_COUNT(ret->line)) {
		o += o == *outer;
		i += i == *inner;
		const uint32_t run = until(i, *inner, until(o, *outer, n));

		ret->line[ret->n++] = (struct isle_ns_map){ .inner = i, .outer = o, .count = run };
		o += run;
		i += run;
		n -= run;
	}
}

static int write_lines(const struct isle_ns_lines *l, pid_t pid, const char *file)
{
	char path[48], text[256];
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	isle_auto(close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < l->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u %u %u\n", l->line[i].inner, l->line[i].outer, l->line[i].count);
	return write(fd, text, n) == (ssize_t)n ? 0 : -errno;
}

static int ask(const struct isle_ns_lines *l, pid_t pid, const char *program)
{
	char words[1 + 3 * 4][12];
	char *argv[ISLE_COUNT(words) + 2];
	size_t n = 0;

	argv[0] = (char *)program;
	snprintf(words[n++], sizeof(*words), "%d", pid);
	for (size_t i = 0; i < l->n; i++) {
		snprintf(words[n++], sizeof(*words), "%u", l->line[i].inner);
		snprintf(words[n++], sizeof(*words), "%u", l->line[i].outer);
		snprintf(words[n++], sizeof(*words), "%u", l->line[i].count);
	}
	for (size_t i = 0; i < n; i++)
		argv[i + 1] = words[i];
	argv[n + 1] = NULL;
	return isle_ns_run(argv);
}

int isle_ns_lines_write(const struct isle_ns_lines *l, pid_t pid, const char *file, struct isle_ns_fault *f)
{
	const bool users = file[0] == 'u';
	const char *program = users ? "newuidmap" : "newgidmap";
	int r = -EPERM;

	if (isle_cap_has(users ? CAP_SETUID : CAP_SETGID))
		r = write_lines(l, pid, file);
	if (r != -EPERM)
		return r ? isle_ns_fault(f, -r, "cannot write /proc/%d/%s", pid, file) : 0;
	r = ask(l, pid, program);
	if (r < 0) {
		isle_ns_fault(f, -r, "cannot run %s", program);
		isle_ns_fault_hint(f, "it maps ids for ordinary users, and comes with the package uidmap");
	} else if (r) {
		f->ours = true;
		isle_ns_fault(f, EPERM, "%s refuses these ids", program);
		isle_ns_fault_hint(f, "it allows what %s says", users ? "/etc/subuid" : "/etc/subgid");
	}
	return r < 0 ? r : r ? -EPERM : 0;
}
