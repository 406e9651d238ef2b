/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: processes of a network namespace, by their main thread, as `ip netns
 * pids` counts them. Who is inside with another thread, a descriptor or a
 * mount is found elsewhere.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "ns/named.h"

static bool is_in(int proc, const char *pid, const struct stat *ns)
{
	char path[sizeof(((struct dirent *)0)->d_name) + sizeof("/ns/net")];
	struct stat st;

	snprintf(path, sizeof(path), "%s/ns/net", pid);
	return fstatat(proc, path, &st, 0) == 0 && st.st_ino == ns->st_ino && st.st_dev == ns->st_dev;
}

int isle_netns_pids(int fd, void (*fn)(pid_t, void *), void *arg, struct isle_diag *diag)
{
	const struct dirent *e;
	struct stat ns;
	uint64_t pid;
	DIR *dir;

	if (fstat(fd, &ns) < 0)
		return isle_fail(diag, errno, NULL, "Stat of netns failed");
	dir = opendir("/proc");
	if (!dir)
		return isle_fail(diag, errno, NULL, "Open of /proc failed");
	while ((e = readdir(dir)))
		if (isle_str_u64(e->d_name, strlen(e->d_name), &pid) && is_in(dirfd(dir), e->d_name, &ns))
			fn((pid_t)pid, arg);
	closedir(dir);
	return 0;
}
