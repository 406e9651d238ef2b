/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the mounts of K, which the lab and its command live in. Labs are at
 * /run/isle everywhere, but an ordinary user cannot make that directory, and
 * root must leave no trace. So K has a /run of its own with everything bound
 * again that was in the old one (an overlay would break sockets: connecting
 * through its lower layer is refused). Of the labs and the named namespaces of
 * the machine K keeps no copy: it would hold them after they were removed.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "engine/init.h"
#include "ns/ns.h"

static int failed(const struct isle_init *in, int r, const char *what)
{
	isle_shared_fail(in->shared, -r, -1, "cannot %s in the lab's mount namespace", what);
	if (in->user && (r == -EPERM || r == -EACCES))
		isle_shared_hint(in->shared, "something on this machine (AppArmor, SELinux) takes the rights of a new user namespace away; "
				 "see isle doctor");
	return r;
}

/* A directory whose mode the caller's umask does not narrow. */
static int make_dir(const char *path)
{
	return mkdir(path, 0755) < 0 || chmod(path, 0755) < 0 ? -errno : 0;
}

int isle_mountns_make(const struct isle_init *in)
{
	static const char *const ours[] = { "isle", "netns", NULL };
	char target[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];
	int r;

	r = isle_mount_slave();
	if (r)
		return failed(in, r, "make mounts private");
	/* Refused where these mounts are locked; then they go when the machine removes the mount points. */
	umount2(ISLE_RUN_DIR, MNT_DETACH);
	umount2(ISLE_NETNS_DIR, MNT_DETACH);
	r = isle_mount_mirror("/run", ours);
	if (r)
		return failed(in, r, "make a /run");
	snprintf(target, sizeof(target), ISLE_RUN_DIR "/%s", in->lab);
	r = make_dir(ISLE_RUN_DIR);
	if (!r)
		r = make_dir(target);
	if (!r)
		r = make_dir(ISLE_NETNS_DIR);
	if (r)
		return failed(in, r, "make directories in /run");
	/* Not where parts of /proc are masked: then the old one stays, which shows more processes than there are. */
	if (in->own_proc)
		mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return 0;
}

int isle_mountns_name(const struct isle_init *in)
{
	const struct isle_lab *lab = in->job->lab;
	char to[sizeof(ISLE_RUN_DIR) + 2 * ISLE_NAME_MAX + 16], path[sizeof(ISLE_NETNS_DIR) + 2 * ISLE_NAME_MAX];

	for (size_t i = 0; i < lab->n_hosts; i++) {
		snprintf(to, sizeof(to), ISLE_RUN_DIR "/%s/shown/%s", in->lab, lab->hosts[i]->name);
		snprintf(path, sizeof(path), ISLE_NETNS_DIR "/%s.%s", lab->hosts[i]->name, in->lab);
		if (symlink(to, path) < 0)
			return failed(in, -errno, "name the hosts");
	}
	return 0;
}
