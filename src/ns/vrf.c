/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: out of a VRF. `ip vrf exec` puts a process into a cgroup .../vrf/NAME,
 * where every new socket is bound to a device; in another network namespace
 * that device is not there, so whoever goes there is put into .../vrf first.
 * The cgroup of a named namespace is NAME-ns/vrf. Nearly always there is
 * nothing to do, and reading one file of /proc tells.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <sys/stat.h>
#include "ns/ns.h"

/* The path in the cgroup2 hierarchy, and whether it is that of a VRF. */
static bool is_in_vrf(char *ret, size_t size)
{
	isle_auto(close) int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	char buf[8192], *line, *next, *vrf;
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		return false;
	buf[n] = '\0';
	for (line = buf; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line = strstr(line, "::/");
		if (!line)
			continue;
		vrf = strstr(line, "/vrf/");
		if (!vrf || !vrf[5])
			return false;
		*strstr(line, "/vrf") = '\0';
		snprintf(ret, size, "%s", line[3] ? line + 2 : "");
		return true;
	}
	return false;
}

static int find_cgroup2(char *ret, size_t size)
{
	FILE *f = setmntent("/proc/mounts", "re");
	int r = -ENOENT;

	for (struct mntent *m; f && r && (m = getmntent(f));)
		if (!strcmp(m->mnt_type, "cgroup2")) {
			snprintf(ret, size, "%s", m->mnt_dir);
			r = 0;
		}
	if (f)
		endmntent(f);
	return r;
}

/* The name that the current network namespace has in /run/netns, or "". */
static void find_name(char ret[NAME_MAX + 1])
{
	DIR *dir = opendir("/run/netns");
	struct stat own, st;

	*ret = '\0';
	if (!dir)
		return;
	for (struct dirent *e; stat("/proc/self/ns/net", &own) == 0 && (e = readdir(dir));)
		if (fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && st.st_dev == own.st_dev && st.st_ino == own.st_ino)
			strcpy(ret, e->d_name);
	closedir(dir);
}

static int make_all(char *path)
{
	for (char *s = path + 1; s; s++) {
		int r;

		s = strchr(s, '/');
		if (s)
			*s = '\0';
		r = mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
		if (s)
			*s = '/';
		if (r)
			return r;
		if (!s)
			break;
	}
	return 0;
}

static int move_to(const char *group)
{
	char path[3 * PATH_MAX];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
	return fd < 0 || write(fd, "0", 1) < 0 ? -errno : 0;
}

int isle_vrf_reset(void)
{
	char in[PATH_MAX], mnt[PATH_MAX], name[NAME_MAX + 8], group[2 * PATH_MAX + NAME_MAX + 32], *last;
	int r;

	if (!is_in_vrf(in, sizeof(in)))
		return 0;
	r = find_cgroup2(mnt, sizeof(mnt));
	if (r)
		return r;
	find_name(name);
	if (*name) {
		strcat(name, "-ns");
		last = strrchr(in, '/');
		last = last ? last + 1 : in;
		if (!strcmp(last, name))
			*last = '\0';
		strcat(name, "/");
	}
	snprintf(group, sizeof(group), "%s%s/%svrf", mnt, in, name);
	r = make_all(group);
	return r ? r : move_to(group);
}
