/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: writing what files.c found, in a forked process that is in the lab's
 * tree: system calls only. What cannot be done to its end is undone.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include "converge/files_parts.h"
#include "ns/ns.h"

/* Where it is, so that who has it open or mounted sees the new text; the end last, so that no moment has too little. */
static int overwrite(int dir, const char *path, const char *text)
{
	isle_auto(close) int fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	const size_t n = strlen(text);
	size_t at = 0;

	if (fd < 0)
		return -errno;
	while (at < n) {
		ssize_t some = pwrite(fd, text + at, n - at, (off_t)at);

		if (some < 0 && errno != EINTR)
			return -errno;
		at += some > 0 ? (size_t)some : 0;
	}
	return ftruncate(fd, (off_t)n) < 0 || fchmod(fd, 0644) < 0 ? -errno : 0;
}

static int overwrite_inside(int tree, const char *host, const char *path, const char *text)
{
	char pin[ISLE_NAME_MAX + 8];
	isle_auto(close) int home = isle_ns_self("mnt"), mnt = -1;
	int r;

	snprintf(pin, sizeof(pin), "mnt/%s", host);
	mnt = openat(tree, pin, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (home < 0 || mnt < 0)
		return home < 0 ? home : -errno;
	if (setns(mnt, CLONE_NEWNS) < 0)
		return -errno;
	r = overwrite(AT_FDCWD, path, text);
	/* entering a mount namespace is leaving the directory */
	if ((setns(home, CLONE_NEWNS) < 0 || fchdir(tree) < 0) && !r)
		r = -errno;
	return r;
}

static int put_text(int tree, const struct rewrite *w, const char *text)
{
	if (w->host)
		return overwrite_inside(tree, w->host, w->path, text);
	return text ? overwrite(tree, w->path, text) : unlinkat(tree, w->path, 0) < 0 ? -errno : 0;
}

static int put_link(int tree, const char *host, const char *target)
{
	char path[ISLE_NAME_MAX + 16], fresh[ISLE_NAME_MAX + 16];

	snprintf(path, sizeof(path), "etc/host/%s", host);
	snprintf(fresh, sizeof(fresh), "etc/host/.%s", host);
	if (!target)
		return unlinkat(tree, path, 0) < 0 && errno != ENOENT ? -errno : 0;
	unlinkat(tree, fresh, 0);
	if (symlinkat(target, tree, fresh) < 0 || renameat(tree, fresh, tree, path) < 0)
		return -errno;
	return 0;
}

void isle_files_undo(const struct isle_files *f, int tree)
{
	isle_files_undo_fresh(f, tree);
	isle_files_undo_inside(f, tree);
	isle_files_undo_own(f, tree);
	for (size_t i = f->n_relinks; i-- > 0;)
		put_link(tree, f->relinks[i].host, f->relinks[i].was);
	for (size_t i = f->n_rewrites; i-- > 0;)
		put_text(tree, &f->rewrites[i], f->rewrites[i].was);
	for (size_t i = f->n_dirs; i-- > 0;)
		unlinkat(tree, f->dirs[i], AT_REMOVEDIR);
}

int isle_files_write(const struct isle_files *f, int tree, struct isle_shared *sh, const char **ret_what)
{
	int r = 0;

	for (size_t i = 0; i < f->n_dirs && !r; i++) {
		*ret_what = f->dirs[i];
		r = mkdirat(tree, f->dirs[i], 0755) < 0 ? -errno : 0;
	}
	for (size_t i = 0; i < f->n_rewrites && !r; i++) {
		*ret_what = f->rewrites[i].path;
		r = put_text(tree, &f->rewrites[i], f->rewrites[i].text);
	}
	for (size_t i = 0; i < f->n_relinks && !r; i++) {
		*ret_what = f->relinks[i].host;
		r = put_link(tree, f->relinks[i].host, f->relinks[i].target);
	}
	if (!r)
		r = isle_files_write_own(f, tree, ret_what);
	if (!r)
		r = isle_files_write_inside(f, tree, sh, ret_what);
	if (!r)
		r = isle_files_write_fresh(f, tree, ret_what);
	if (r)
		isle_files_undo(f, tree);
	return r;
}

void isle_files_end(const struct isle_files *f, int tree)
{
	isle_files_end_inside(f, tree);
	isle_files_end_fresh(f, tree);
}
