/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: user namespaces: who is who inside, and why one cannot be made.
 *
 * Maps, the first that works: (1) a privileged id 0 without CAP_SYS_ADMIN, as
 * in a container: everything it has itself; (2) an entry in /etc/subuid and
 * newuidmap: 0 is the caller, 1… the subordinate ids; (3) 0 is the caller and
 * there is nobody else: the kernel then wants setgroups(2) denied, and chown
 * to anybody else fails. uid and gid are decided separately.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include "ns/ns.h"

static int write_file(pid_t pid, const char *name, const char *text)
{
	char path[48];
	size_t n = strlen(text);
	ssize_t w;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	isle_auto(close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	w = write(fd, text, n);
	return w < 0 ? -errno : (size_t)w == n ? 0 : -EIO;
}

static ssize_t read_file(const char *path, char *buf, size_t size)
{
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		return -errno;
	buf[n] = 0;
	return n;
}

/* Own ids, one to one. */
static int map_all(pid_t pid, const char *file)
{
	char path[48], own[4096], text[4096];
	size_t n = 0;
	ssize_t got;
	char *s = own;

	snprintf(path, sizeof(path), "/proc/self/%s", file);
	got = read_file(path, own, sizeof(own));
	if (got < 0)
		return (int)got;
	while (*s) {
		char *end;
		unsigned long first = strtoul(s, &end, 10);

		strtoul(end, &end, 10);
		n += snprintf(text + n, sizeof(text) - n, "%lu %lu %lu\n", first, first, strtoul(end, &end, 10));
		if (n >= sizeof(text))
			return -E2BIG;
		s = end + strspn(end, " \n");
	}
	return write_file(pid, file, text);
}

/* The fields of a line NAME:A:B, if its NAME is the caller's name or number. */
static bool subid_line(const char *line, const char *name, uid_t uid, unsigned long *ret_first, unsigned long *ret_n)
{
	size_t len = strcspn(line, ":");
	char number[16], *end;

	snprintf(number, sizeof(number), "%u", uid);
	if (!(len == strlen(name) && !memcmp(line, name, len)) &&
	    !(len == strlen(number) && !memcmp(line, number, len)))
		return false;
	if (line[len] != ':')
		return false;
	*ret_first = strtoul(line + len + 1, &end, 10);
	if (*end != ':')
		return false;
	*ret_n = strtoul(end + 1, NULL, 10);
	return *ret_n > 0;
}

/* Read directly: the name service may be a network away, and static programs have none. */
static void own_name(char *ret, size_t size)
{
	FILE *f = fopen("/etc/passwd", "re");
	const char *env = getenv("USER");
	char line[512], *id;
	uid_t uid = geteuid();

	snprintf(ret, size, "%s", env ? env : "");
	while (f && fgets(line, sizeof(line), f)) {
		id = strchr(line, ':');
		id = id ? strchr(id + 1, ':') : NULL;
		if (!id || (uid_t)strtoul(id + 1, NULL, 10) != uid)
			continue;
		snprintf(ret, size, "%.*s", (int)strcspn(line, ":"), line);
		break;
	}
	if (f)
		fclose(f);
}

static bool find_subids(const char *path, unsigned long *ret_first, unsigned long *ret_n)
{
	FILE *f = fopen(path, "re");
	char line[512], name[64];
	bool found = false;

	if (!f)
		return false;
	own_name(name, sizeof(name));
	while (!found && fgets(line, sizeof(line), f))
		found = subid_line(line, name, geteuid(), ret_first, ret_n);
	fclose(f);
	return found;
}

int isle_ns_subids(const char *file, struct isle_ns_map *ret_map, struct isle_diag *diag)
{
	unsigned long first, n;

	if (!find_subids(file, &first, &n)) {
		char name[64], number[16];

		own_name(name, sizeof(name));
		snprintf(number, sizeof(number), "%u", geteuid());
		isle_reject(diag, NULL, "%s has no ids for user %s", file, name[0] ? name : number);
		isle_hint(diag, "as root: usermod --add-sub%cids 100000-165535 %s", strstr(file, "gid") ? 'g' : 'u',
			  name[0] ? name : "NAME");
		return -ENOENT;
	}
	*ret_map = (struct isle_ns_map){ .outer = (uint32_t)first, .count = (uint32_t)n };
	return 0;
}

static bool has_map(pid_t pid, const char *file)
{
	char path[48], buf[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return read_file(path, buf, sizeof(buf)) > 0;
}

static int map_subids(pid_t pid, const char *file, const char *program, const char *list, unsigned id)
{
	unsigned long first, n;
	char words[5][24];
	int r;

	if (!find_subids(list, &first, &n))
		return -ENOENT;
	snprintf(words[0], sizeof(words[0]), "%d", pid);
	snprintf(words[1], sizeof(words[1]), "%u", id);
	snprintf(words[2], sizeof(words[2]), "%lu", first);
	snprintf(words[3], sizeof(words[3]), "%lu", n);
	char *argv[] = { (char *)program, words[0], "0", words[1], "1", "1", words[2], words[3], NULL };
	r = isle_ns_run(argv);
	return r < 0 ? r : r == 0 && has_map(pid, file) ? 0 : -EPERM;
}

static int map_one(pid_t pid, const char *file, unsigned id)
{
	char text[32];

	snprintf(text, sizeof(text), "0 %u 1\n", id);
	return write_file(pid, file, text);
}

static int map_failed(struct isle_diag *diag, int r, const char *file, pid_t pid)
{
	char self[16] = "", me[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	snprintf(me, sizeof(me), "%d", getpid());
	isle_fail(diag, -r, NULL, "cannot write /proc/%d/%s", pid, file);
	if (n <= 0 || strcmp(self, me))
		isle_hint(diag, "/proc belongs to another pid namespace; mount one that fits: mount -t proc proc /proc");
	return r;
}

int isle_userns_map(pid_t pid, struct isle_diag *diag)
{
	bool root = geteuid() == 0;
	int r = -EPERM;

	if (root && isle_cap_has(CAP_SETUID))
		r = map_all(pid, "uid_map");
	if (r)
		r = map_subids(pid, "uid_map", "newuidmap", "/etc/subuid", geteuid());
	if (r)
		r = map_one(pid, "uid_map", geteuid());
	if (r)
		return map_failed(diag, r, "uid_map", pid);
	r = -EPERM;
	if (root && isle_cap_has(CAP_SETGID))
		r = map_all(pid, "gid_map");
	if (r)
		r = map_subids(pid, "gid_map", "newgidmap", "/etc/subgid", getegid());
	if (r) {
		write_file(pid, "setgroups", "deny");
		r = map_one(pid, "gid_map", getegid());
	}
	return r ? map_failed(diag, r, "gid_map", pid) : 0;
}

static bool sysctl_is(const char *path, const char *value)
{
	char buf[32];
	ssize_t n = read_file(path, buf, sizeof(buf));

	return n > 0 && !strncmp(buf, value, strlen(value)) && buf[strlen(value)] == '\n';
}

static bool is_filtered(void)
{
	char buf[4096], *s;

	if (read_file("/proc/self/status", buf, sizeof(buf)) < 0)
		return false;
	s = strstr(buf, "\nSeccomp:");
	return s && strtol(s + 9, NULL, 10) == 2;
}

static const struct limit { const char *path, *name; } limits[] = {
	{ "/proc/sys/user/max_user_namespaces", "user.max_user_namespaces" },
	{ "/proc/sys/user/max_pid_namespaces", "user.max_pid_namespaces" },
	{ "/proc/sys/user/max_mnt_namespaces", "user.max_mnt_namespaces" },
	{ "/proc/sys/user/max_net_namespaces", "user.max_net_namespaces" },
	{ "/proc/sys/user/max_uts_namespaces", "user.max_uts_namespaces" },
};

int isle_userns_blame(int errnum, struct isle_diag *diag)
{
	int r = isle_fail(diag, errnum, NULL, "cannot make a user namespace");

	for (size_t i = 0; i < ISLE_COUNT(limits); i++)
		if (sysctl_is(limits[i].path, "0")) {
			isle_hint(diag, "%s is 0; as root: sysctl -w %s=65536", limits[i].name, limits[i].name);
			return r;
		}
	if (sysctl_is("/proc/sys/kernel/unprivileged_userns_clone", "0"))
		isle_hint(diag, "kernel.unprivileged_userns_clone is 0; as root: sysctl -w kernel.unprivileged_userns_clone=1");
	else if (sysctl_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
		isle_hint(diag, "AppArmor restricts user namespaces; as root: "
			  "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or a profile for isle that allows `userns`");
	else if (errnum == ENOSPC)
		isle_hint(diag, "as many namespaces as user.max_*_namespaces allow exist already, or they are nested 32 deep");
	else if (is_filtered())
		isle_hint(diag, "a seccomp filter (of a container, a sandbox) forbids it; "
			  "docker run --security-opt seccomp=unconfined, or run isle outside");
	else if (errnum == EINVAL || errnum == ENOSYS)
		isle_hint(diag, "this kernel has no user namespaces (CONFIG_USER_NS)");
	else
		isle_hint(diag, "the kernel allows none inside a chroot; else a security module (AppArmor, SELinux) forbids it");
	return r;
}
