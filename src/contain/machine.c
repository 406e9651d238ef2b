/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: machines of systemd-machined (systemd-nspawn, and what else registers):
 * its state files /run/systemd/machines/NAME, lines of KEY=VALUE of which
 * LEADER is the first process. Written by root only, so read as they are.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include "contain/parts.h"

enum { PIDFS = 0x50494446 };	/* f_type of pidfds since Linux 6.9: their inode numbers are never used again */

static int open_machines(const struct isle_contain_paths *p)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	int fd;

	isle_buf_printf(&b, "%s/run/systemd/machines", p->root);
	if (b.bad)
		return -ENOMEM;
	fd = open(b.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* The number behind "KEY="; 0: there is none. */
static uint64_t number(const char *text, const char *key)
{
	const size_t n = strlen(key);
	uint64_t v;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, "\n");
		if (!strncmp(line, key, n) && line[n] == '=')
			return isle_str_u64(line + n + 1, strcspn(line + n + 1, "\n"), &v) ? v : 0;
	}
	return 0;
}

/* Not a later process with the same number? ID 0: unknown. */
static bool is_same(pid_t pid, uint64_t id)
{
	isle_auto(close) int fd = id ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != PIDFS || fstat(fd, &st) < 0)
		return true;
	return st.st_ino == id;
}

/* -ENOENT: no file of that name; -ESRCH: its leader has ended. */
static int read_leader(int dir, const char *name, pid_t *ret)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	uint64_t pid;
	int r = isle_contain_read(dir, name, 1 << 16, &b);

	if (r < 0)
		return r;
	pid = number(b.s ? b.s : "", "LEADER");
	if (!pid || pid > INT32_MAX)
		return -EBADMSG;
	if (!isle_contain_is_alive((pid_t)pid) || !is_same((pid_t)pid, number(b.s, "LEADER_PIDFDID")))
		return -ESRCH;
	*ret = (pid_t)pid;
	return 0;
}

/* "unit:…" are links from the units' names; files that are being written begin with a dot. */
static bool is_machine(const char *file)
{
	return *file != '.' && !strchr(file, ':');
}

/* Takes DIR over. */
static int each_in(int dir, void (*fn)(int dir, const char *name, void *arg), void *arg)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;

	if (!d) {
		int r = -errno;

		close(dir);
		return r;
	}
	while ((e = readdir(d)))
		if (is_machine(e->d_name))
			fn(dirfd(d), e->d_name, arg);
	closedir(d);
	return 0;
}

static void add_name(int dir, const char *name, void *names)
{
	(void)dir;
	isle_contain_names_add(names, name);
}

int isle_machine_pid(const struct isle_contain_paths *p, const char *name, pid_t *ret, struct isle_diag *diag)
{
	struct isle_contain_names names = { 0 };
	int dir = open_machines(p), r;

	if (dir < 0 && dir != -ENOENT)
		return isle_fail(diag, -dir, NULL, "machine: open /run/systemd/machines");
	if (dir < 0) {
		isle_reject(diag, NULL, "machine: there is no /run/systemd/machines: systemd-machined has not run here");
		isle_hint(diag, "a container that is registered nowhere is named by a process of it: pid:N");
		return -ENOENT;
	}
	r = is_machine(name) ? read_leader(dir, name, ret) : -ENOENT;
	if (r == -ENOENT) {
		if (each_in(dir, add_name, &names) < 0)
			names.n = 0;
		r = isle_contain_missing("machine", name, "/run/systemd/machines", &names, "machinectl", diag);
		isle_arena_free(names.arena);
		return r;
	}
	close(dir);
	if (r == -ESRCH)
		return isle_contain_stopped("machine", name, "its leader has ended", "machinectl start", diag);
	return r < 0 ? isle_fail(diag, -r, NULL, "machine: read /run/systemd/machines/%s", name) : 0;
}

struct seen { isle_contain_fn *fn; void *arg; };

static void add_machine(int dir, const char *name, void *arg)
{
	const struct seen *s = arg;
	pid_t pid;

	if (read_leader(dir, name, &pid) == 0)
		s->fn(name, pid, s->arg);
}

int isle_machine_each(const struct isle_contain_paths *p, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	struct seen s = { fn, arg };
	int dir = open_machines(p), r;

	if (dir == -ENOENT || dir == -EACCES)
		return 0;
	r = dir < 0 ? dir : each_in(dir, add_machine, &s);
	return r < 0 ? isle_fail(diag, -r, NULL, "machine: read /run/systemd/machines") : 0;
}
