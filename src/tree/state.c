/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is up. As root a lab is a mount in /run/isle, so being there and
 * being up are the same. A rootless lab lives in its keeper's mount namespace;
 * a state file tells who the keeper is: {"version":1,"pid":N,"start":N,"boot":"…"}.
 * Such a file is believed only if that very process (start time, boot id) is
 * there; then it is held by a pidfd and its tree reached through /proc/PID/root.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "ns/ns.h"
#include "tree/file.h"
#include "tree/names.h"
#include "tree/record.h"
#include "tree/rundir.h"
#include "tree/state.h"

#define STATE_MAX 4096
#define ENDING_MS 5000

static int read_state(int dir, const char *lab, pid_t *ret_pid, uint64_t *ret_start, char ret_boot[37])
{
	isle_auto(free) char *text = NULL;
	const char *boot;
	size_t n;
	json_t *json;
	int r = isle_file_read(dir, lab, STATE_MAX, &text, &n);

	if (r)
		return r;
	json = json_loadb(text, n, 0, NULL);
	boot = json_string_value(json_object_get(json, "boot"));
	*ret_pid = (pid_t)json_integer_value(json_object_get(json, "pid"));
	*ret_start = (uint64_t)json_integer_value(json_object_get(json, "start"));
	snprintf(ret_boot, 37, "%s", boot ? boot : "");
	r = json_integer_value(json_object_get(json, "version")) == 1 && *ret_pid > 0 ? 0 : -EBADMSG;
	json_decref(json);
	return r;
}

/* A pidfd of the keeper; -ESRCH: the file is stale. */
static int open_keeper(int dir, const char *lab, pid_t *ret_pid)
{
	char boot[37], now[37] = "";
	uint64_t start, started;
	isle_auto(close) int fd = -1;
	int r = read_state(dir, lab, ret_pid, &start, boot);

	if (r)
		return r == -EBADMSG ? -ESRCH : r;
	r = isle_boot_id(now);
	if (r)
		return r;
	if (strcmp(boot, now))
		return -ESRCH;
	/* Only an answer makes a file stale: without descriptors left a living keeper would lose its name. */
	fd = syscall(SYS_pidfd_open, *ret_pid, 0);
	if (fd < 0)
		return errno == EINVAL ? -ESRCH : -errno;
	r = isle_proc_start(*ret_pid, &started);
	if (r && r != -ENOENT && r != -ESRCH)
		return r;
	if (r || started != start)
		return -ESRCH;
	/* Ended, but nobody has waited for it: containers without an init keep such ones for ever. */
	if (poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) > 0)
		return -ESRCH;
	return isle_steal_fd(&fd);
}

static int open_root(const char *lab, struct isle_tree *ret, struct isle_diag *d)
{
	isle_auto(close) int run = isle_rundir_open(false, d);

	if (run < 0)
		return run;
	if (!isle_mount_is_point(run, lab))
		return -ENOENT;
	ret->dir = openat(run, lab, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (ret->dir < 0)
		return isle_fail(d, errno, NULL, "cannot open %s/%s", ISLE_RUN_DIR, lab);
	/* Without one, or when it has ended, the lab is there all the same. */
	ret->keeper_fd = open_keeper(ret->dir, ISLE_KEEPER_FILE, &ret->keeper);
	if (ret->keeper_fd < 0) {
		ret->keeper_fd = -1;
		ret->keeper = 0;
	}
	return 0;
}

bool isle_state_is_stale(int dir, const char *lab)
{
	pid_t pid;
	isle_auto(close) int fd = open_keeper(dir, lab, &pid);

	return fd == -ESRCH;
}

/*
 * Whoever removes a stale file holds its lock and has seen that the name still
 * leads to it, so that the file of a lab that came up meanwhile is not taken for it.
 */
int isle_state_clear(int dir, const char *lab)
{
	isle_auto(unlock) int fd = openat(dir, lab, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat opened, now;

	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	if (fstat(fd, &opened) < 0 || fstatat(dir, lab, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (opened.st_ino != now.st_ino || opened.st_dev != now.st_dev || !isle_state_is_stale(dir, lab))
		return -EEXIST;
	return unlinkat(dir, lab, 0) < 0 ? -errno : 0;
}

/* A process that was killed loses its root some time before it counts as ended. */
static bool is_ending(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	int saved = errno, r;

	do
		r = poll(&p, 1, ENDING_MS);
	while (r < 0 && errno == EINTR);
	errno = saved;
	return r > 0;
}

static int open_rootless(const struct isle_site *site, const char *lab, struct isle_tree *ret, struct isle_diag *d)
{
	isle_auto(close) int dir = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char path[64 + ISLE_NAME_MAX];

	if (dir < 0)
		return errno == ENOENT ? -ENOENT : isle_fail(d, errno, NULL, "cannot open %s", site->dir);
	ret->keeper_fd = open_keeper(dir, lab, &ret->keeper);
	if (ret->keeper_fd == -ENOENT || ret->keeper_fd == -ESRCH)
		return -ENOENT;
	if (ret->keeper_fd < 0)
		return isle_fail(d, -ret->keeper_fd, NULL, "cannot look for the keeper of lab %s", lab);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", ret->keeper);
	ret->user = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/root" ISLE_RUN_DIR "/%s", ret->keeper, lab);
	ret->dir = ret->user < 0 ? -1 : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->dir < 0 && errno == ENOENT && is_ending(ret->keeper_fd))
		return -ENOENT;
	if (ret->dir < 0)
		return isle_fail(d, errno, NULL, "cannot reach lab %s through its keeper, process %d", lab, ret->keeper);
	return 0;
}

static int not_up(const struct isle_site *site, const char *lab, struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	const char *near = NULL;
	char **names = NULL;
	size_t n = 0;

	isle_reject(d, NULL, "lab %s is not up", lab);
	if (a && isle_tree_list(site, a, &names, &n, NULL) == 0) {
		near = isle_near_best(lab, (const char *const *)names, n);
		if (near && strcmp(near, lab))
			isle_hint(d, "did you mean %s?", near);
		else
			isle_hint(d, n ? "`isle ls` shows what is up"
				       : getenv("ISLE_HOST") ? "from inside a host, no lab is in sight: call isle from outside"
							     : "no lab is up");
	}
	isle_arena_free(a);
	return -ENOENT;
}

int isle_lab_is_busy(const char *lab, struct isle_diag *d)
{
	isle_reject(d, NULL, "lab %s is being brought up by another isle", lab);
	isle_hint(d, "wait until that one is done");
	return -EBUSY;
}

int isle_tree_find(const struct isle_site *site, const char *lab, struct isle_tree *ret, struct isle_diag *d)
{
	struct isle_tree t = { .rootless = site->rootless, .keeper_fd = -1, .user = -1, .dir = -1 };
	int r;

	if (!isle_name_is_valid(lab))
		return -ENOENT;
	snprintf(t.lab, sizeof(t.lab), "%s", lab);
	r = site->rootless ? open_rootless(site, lab, &t, d) : open_root(lab, &t, d);
	if (r) {
		isle_tree_close(&t);
		return r;
	}
	*ret = t;
	return 0;
}

int isle_tree_open(const struct isle_site *site, const char *lab, struct isle_tree *ret, struct isle_diag *d)
{
	int r = isle_tree_find(site, lab, ret, d);

	return r == -ENOENT ? not_up(site, lab, d) : r;
}

void isle_tree_close(struct isle_tree *t)
{
	isle_auto_close(&t->keeper_fd);
	isle_auto_close(&t->user);
	isle_auto_close(&t->dir);
	t->keeper_fd = t->user = t->dir = -1;
}

/* A tree that was taken off, or whose keeper has ended, has lost the mounts in it. */
bool isle_tree_has_gone(const struct isle_tree *t)
{
	struct stat root, etc;

	return fstat(t->dir, &root) < 0 || fstatat(t->dir, "etc", &etc, AT_SYMLINK_NOFOLLOW) < 0 || etc.st_dev == root.st_dev;
}

bool isle_tree_has_intent(const struct isle_tree *t)
{
	return faccessat(t->dir, ISLE_INTENT, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whoever changes a lab has its tree locked, and takes the intent away before letting go. */
bool isle_tree_is_half_changed(const struct isle_tree *t)
{
	isle_auto(unlock) int fd = isle_tree_has_intent(t) ? openat(t->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0 && isle_tree_has_intent(t);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_up(const struct isle_site *site, int dir, const char *name)
{
	pid_t pid;

	if (!isle_name_is_valid(name))
		return false;
	if (!site->rootless)
		return isle_mount_is_point(dir, name);
	isle_auto(close) int fd = open_keeper(dir, name, &pid);
	return fd >= 0;
}

int isle_tree_list(const struct isle_site *site, struct isle_arena *a, char ***ret, size_t *ret_n, struct isle_diag *d)
{
	int fd = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char **names = NULL;
	size_t n = 0, cap = 0;
	bool bad = false;

	*ret = NULL;
	*ret_n = 0;
	if (!dir) {
		isle_auto_close(&fd);
		return errno == ENOENT ? 0 : isle_fail(d, errno, NULL, "cannot read %s", site->dir);
	}
	for (struct dirent *e; !bad && (e = readdir(dir));) {
		if (!is_up(site, fd, e->d_name))
			continue;
		bad = !isle_arena_grow(a, &names, n, &cap, sizeof(*names)) || !(names[n++] = isle_arena_strdup(a, e->d_name));
	}
	closedir(dir);
	if (bad)
		return isle_fail(d, ENOMEM, NULL, "cannot list the labs");
	if (n)
		qsort(names, n, sizeof(*names), compare);
	*ret = names;
	*ret_n = n;
	return 0;
}
