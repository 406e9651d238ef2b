/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: sysctls of many namespaces. Each namespace has directories of its own
 * below /proc/sys/net, but the kernel remembers those of all namespaces under
 * the same names, and a look-up walks past the ones before: 20 µs in the first
 * namespace, 700 in the thousandth. Another instance of procfs starts with an
 * empty memory. So a lab with many such hosts takes a new one now and then; it
 * is mounted nowhere and goes with its descriptor. Where that is not allowed
 * (a container that hides parts of its /proc) /proc serves, slower.
 */
#include <fcntl.h>
#include "build/build.h"
#include "ns/ns.h"

#define NAMESPACES_PER_PROC 128		/* dropping one costs up to a millisecond */

static void refresh_proc(struct isle_builder *b)
{
	if (b->n_sysctl_ns && b->sysctl_ns == b->ns)
		return;
	b->sysctl_ns = b->ns;
	if (++b->n_sysctl_ns % NAMESPACES_PER_PROC != NAMESPACES_PER_PROC / 4)
		return;
	isle_auto_close(&b->proc);
	b->proc = isle_mount_proc();
}

int isle_builder_sysctl(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	size_t len = strlen(step->sysctl.value);
	isle_auto(close) int fd = -1;
	char path[320];

	refresh_proc(b);
	snprintf(path, sizeof(path), "/proc/sys/%s", step->sysctl.path);
	if (b->proc >= 0)
		fd = openat(b->proc, path + strlen("/proc/"), O_WRONLY | O_CLOEXEC);
	else
		fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && step->sysctl.optional)
		return 0;
	if (fd < 0 && errno == ENOENT) {
		isle_shared_hint(b->job->shared, "a network namespace of this kernel has no such sysctl");
		return isle_shared_fail(b->job->shared, ENOENT, (int64_t)i, "no %s", path);
	}
	if (fd < 0 || write(fd, step->sysctl.value, len) != (ssize_t)len)
		return isle_shared_fail(b->job->shared, errno, (int64_t)i, "cannot write %s", path);
	return 0;
}
