/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the files of /etc/netns/NAME over those of /etc, in a mount namespace of
 * our own. Where /etc has a file or a directory of the name, it is a plain bind
 * mount, as `ip` makes it. Where /etc has a symlink, the mount goes onto the
 * link itself, not onto what it points to: so it does not matter whether the
 * target is there, and when its owner (systemd-resolved, NetworkManager)
 * replaces it, the command keeps its own. Where /etc has nothing, or the kernel
 * does not take the link, /etc becomes a read-only tmpfs with every old entry
 * bound again and the new ones added: the files themselves stay the machine's.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/ns.h"

#define ETC_NETNS "/etc/netns/"

struct etc {
	const char *name;		/* of the namespace */
	DIR *dir;			/* /etc/netns/NAME */
	struct isle_diag *diag;
};

static void say(const struct etc *e, const char *entry, int r)
{
	isle_warn(e->diag, NULL, "Bind " ETC_NETNS "%s/%s -> /etc/%s failed: %s", e->name, entry, entry, strerror(-r));
}

static int over_link(const struct etc *e, const char *entry, const char *to)
{
	isle_auto(close) int tree = isle_mount_clone(dirfd(e->dir), entry, false);

	return tree < 0 ? tree : isle_mount_attach(tree, AT_FDCWD, to);
}

static int over_file(const struct etc *e, const char *entry, const char *to)
{
	char from[PATH_MAX];

	snprintf(from, sizeof(from), ETC_NETNS "%s/%s", e->name, entry);
	return mount(from, to, "none", MS_BIND, NULL) < 0 ? -errno : 0;
}

/* /etc has no file to mount on, and there is something to be mounted. */
static bool has_no_place(const struct etc *e, const char *entry, const char *to)
{
	return access(to, F_OK) < 0 && errno == ENOENT && faccessat(dirfd(e->dir), entry, F_OK, 0) == 0;
}

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* 1: to be added to /etc first. */
static int over(const struct etc *e, const char *entry)
{
	char to[NAME_MAX + 8];
	int r;

	snprintf(to, sizeof(to), "/etc/%s", entry);
	if (is_link(to) && over_link(e, entry, to) == 0)
		return 0;
	r = over_file(e, entry, to);
	if (r == -ENOENT && has_no_place(e, entry, to))
		return 1;
	if (r)
		say(e, entry, r);
	return 0;
}

static struct dirent *next(DIR *dir)
{
	struct dirent *d;

	do
		d = readdir(dir);
	while (d && (!strcmp(d->d_name, ".") || !strcmp(d->d_name, "..")));
	return d;
}

/* /etc is a tmpfs of ours. */
static int add(const struct etc *e, const char *entry, int etc)
{
	isle_auto(close) int tree = isle_mount_clone(dirfd(e->dir), entry, false);
	struct stat st;
	int r;

	if (tree < 0)
		return tree;
	if (fstat(tree, &st) < 0 || (unlinkat(etc, entry, 0) < 0 && errno != ENOENT))
		return -errno;
	r = S_ISDIR(st.st_mode) ? mkdirat(etc, entry, 0755) : mknodat(etc, entry, S_IFREG, 0);
	return r < 0 ? -errno : isle_mount_attach(tree, etc, entry);
}

static int mirror(int *ret_etc)
{
	char cwd[PATH_MAX];
	bool back = getcwd(cwd, sizeof(cwd)) && !strncmp(cwd, "/etc", 4);
	int r = isle_mount_mirror("/etc", NULL);

	if (r)
		return r;
	*ret_etc = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_etc < 0)
		return -errno;
	return back && chdir(cwd) < 0 ? -errno : 0;
}

static void add_missing(const struct etc *e)
{
	isle_auto(close) int etc = -1;
	char to[NAME_MAX + 8];
	int made = mirror(&etc);

	rewinddir(e->dir);
	for (struct dirent *d; (d = next(e->dir));) {
		int r;

		snprintf(to, sizeof(to), "/etc/%s", d->d_name);
		if (!has_no_place(e, d->d_name, to))
			continue;
		r = made ? -ENOENT : add(e, d->d_name, etc);
		if (r)
			say(e, d->d_name, r);
	}
	/* What would be written there would be lost: better that it fails. */
	if (!made)
		mount(NULL, "/etc", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
}

void isle_netns_etc(const char *name, struct isle_diag *d)
{
	struct etc e = { .name = name, .diag = d };
	char path[sizeof(ETC_NETNS) + NAME_MAX];
	bool missing = false;

	if (strlen(name) >= NAME_MAX)
		return;
	snprintf(path, sizeof(path), ETC_NETNS "%s", name);
	e.dir = opendir(path);
	if (!e.dir)
		return;
	for (struct dirent *entry; (entry = next(e.dir));)
		missing |= over(&e, entry->d_name);
	if (missing)
		add_missing(&e);
	closedir(e.dir);
}
