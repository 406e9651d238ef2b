/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names of network namespaces: files in /run/netns on which the namespace
 * is mounted. All programs that make names there keep to the same rules, which
 * are iproute2's: the directory is a shared mount of its own (so that a name
 * deleted here goes everywhere), made so under a lock on it, because several
 * first ones at once would stack mounts without end. The words are ip's.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/named.h"

bool isle_netns_name_is_ok(const char *name)
{
	return *name && strlen(name) <= NAME_MAX && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

int isle_netns_path(const char *name, char path[ISLE_NETNS_PATH], struct isle_diag *diag)
{
	if (!isle_netns_name_is_ok(name))
		return isle_reject(diag, NULL, "Invalid netns name \"%s\"", name);
	snprintf(path, ISLE_NETNS_PATH, ISLE_NETNS_DIR "/%s", name);
	return 0;
}

int isle_netns_dir(struct isle_diag *diag)
{
	if (mkdir(ISLE_NETNS_DIR, 0755) < 0 && errno != EEXIST)
		return isle_fail(diag, errno, NULL, "mkdir " ISLE_NETNS_DIR " failed");
	return 0;
}

static int make_mount(struct isle_diag *diag)
{
	if (mount("", ISLE_NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	/* EINVAL: no mount point yet */
	if (errno != EINVAL)
		return isle_fail(diag, errno, NULL, "mount --make-shared " ISLE_NETNS_DIR " failed");
	if (mount(ISLE_NETNS_DIR, ISLE_NETNS_DIR, "none", MS_BIND | MS_REC, NULL) < 0)
		return isle_fail(diag, errno, NULL, "mount --bind " ISLE_NETNS_DIR " " ISLE_NETNS_DIR " failed");
	if (mount("", ISLE_NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) < 0)
		return isle_fail(diag, errno, NULL, "mount --make-shared " ISLE_NETNS_DIR " failed");
	return 0;
}

static int prepare(struct isle_diag *diag)
{
	int r = isle_netns_dir(diag);

	if (r < 0)
		return r;
	isle_auto(unlock) int lock = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0)
		return isle_fail(diag, errno, NULL, "Cannot open netns runtime directory \"" ISLE_NETNS_DIR "\"");
	do
		r = flock(lock, LOCK_EX);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		isle_warn(diag, NULL, "could not flock netns runtime directory \"" ISLE_NETNS_DIR "\": %s", strerror(errno));
	return make_mount(diag);
}

/* The file for a new name; its descriptor. */
static int create_file(const char *path, struct isle_diag *diag)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	return fd < 0 ? isle_fail(diag, errno, NULL, "Cannot create namespace file \"%s\"", path) : fd;
}

/* Take the file away again, if it is still ours. */
static void remove_file(int file, const char *path, struct isle_diag *diag)
{
	struct stat st;

	if (fstat(file, &st) == 0 && !st.st_nlink)
		errno = ENOENT;
	else if (unlink(path) == 0)
		return;
	isle_fail(diag, errno, NULL, "Cannot remove namespace file \"%s\"", path);
}

/*
 * Mount the namespace of FROM on FILE, which is at PATH, or take it away.
 * By the descriptor: when somebody deleted the name meanwhile and made it
 * again, this is not laid over his. SHOWN is what FROM is called in words.
 */
static int pin_on(const char *from, const char *shown, int file, const char *path, struct isle_diag *diag)
{
	char target[40];
	int r;

	snprintf(target, sizeof(target), "/proc/self/fd/%d", file);
	if (mount(from, target, "none", MS_BIND, NULL) == 0)
		return 0;
	r = isle_fail(diag, errno, NULL, "Bind %s -> %s failed", shown, path);
	remove_file(file, path, diag);
	return r;
}

static int make(const char *name, int file, const char *path, struct isle_diag *diag)
{
	isle_auto(close) int fd = isle_ns_fresh_net();
	char from[40];
	int r;

	if (fd >= 0) {
		snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
		return pin_on(from, "/proc/self/ns/net", file, path, diag);
	}
	r = isle_fail(diag, -fd, NULL, "Failed to create a new network namespace \"%s\"", name);
	remove_file(file, path, diag);
	return r;
}

/* All up to the empty file; its descriptor. */
static int begin(const char *name, char path[ISLE_NETNS_PATH], struct isle_diag *diag)
{
	int r = isle_netns_path(name, path, diag);

	if (!r)
		r = prepare(diag);
	return r ? r : create_file(path, diag);
}

int isle_netns_add(const char *name, struct isle_diag *diag)
{
	char path[ISLE_NETNS_PATH];
	isle_auto(close) int file = begin(name, path, diag);

	return file < 0 ? file : make(name, file, path, diag);
}

int isle_netns_attach(const char *name, const char *from, struct isle_diag *diag)
{
	char path[ISLE_NETNS_PATH];
	isle_auto(close) int file = begin(name, path, diag);

	return file < 0 ? file : pin_on(from, from, file, path, diag);
}

int isle_netns_delete(const char *name, struct isle_diag *diag)
{
	char path[ISLE_NETNS_PATH];
	int r = isle_netns_path(name, path, diag);

	if (r)
		return r;
	/* What is no mount is only unlinked. Through a symlink, another name or another program's pin would be unmounted. */
	umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	if (unlink(path) < 0)
		return isle_fail(diag, errno, NULL, "Cannot remove namespace file \"%s\"", path);
	return 0;
}

int isle_netns_open(const char *name, int *ret_fd, struct isle_diag *diag)
{
	char path[ISLE_NETNS_PATH];
	int r = isle_netns_path(name, path, diag);
	int fd;

	if (r)
		return r;
	/* O_NONBLOCK: a FIFO that lies there would wait for its writer */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return isle_fail(diag, errno, NULL, "Cannot open network namespace \"%s\"", name);
	*ret_fd = fd;
	return 0;
}
