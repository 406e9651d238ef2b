/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: files that hosts have a copy of, where the file that it was made from has
 * another text by now: `up` brings it into the host, where the copy is as it was
 * made, or gone. What somebody in the host has written stays. Who has not been
 * entered gets all of his own anew (files_own.c); else the copy in his mounts is
 * overwritten, so that who has it open sees the new text. While that is done a
 * mark stands beside it, so that half of it is not taken for somebody's work.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "converge/conversion.h"
#include "converge/files_parts.h"
#include "enter/enter.h"
#include "enter/own.h"
#include "ns/ns.h"
#include "tree/file.h"
#include "tree/visit.h"

/* ---- in the parent */

/* The source as it is now; what cannot be read was not changed. */
static bool is_changed(int dir, const struct isle_own *own, struct fresh *ret)
{
	isle_auto(close) int fd = own->source ? open(own->source, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
	char name[ISLE_OWN_NAME];
	size_t nth;

	if (fd < 0 || isle_own_find(dir, own->path, own->source, &nth) || isle_sum_read(dir, nth, &ret->was) || isle_sum_fd(fd, &ret->sum))
		return false;
	ret->own = own;
	ret->nth = nth;
	ret->is_half = faccessat(dir, isle_own_name(name, nth, ".going"), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	return ret->was != ret->sum || ret->is_half;
}

void isle_files_each_older(const struct isle_tree *tree, const struct isle_lab *lab,
			   void (*fn)(const struct isle_host *, const struct isle_own *, void *), void *arg)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		isle_auto(close) int dir = h->n_owns ? isle_files_own_dir(tree->dir, h->name) : -1;
		struct fresh one;

		for (size_t k = 0; dir >= 0 && k < h->n_owns; k++)
			if (is_changed(dir, &h->owns[k], &one))
				fn(h, &h->owns[k], arg);
	}
}

static int find(struct isle_files *f, const struct isle_tree *tree, const struct isle_host *h)
{
	isle_auto(close) int dir = isle_files_own_dir(tree->dir, h->name);
	const bool entered = isle_files_was_entered(tree->dir, h->name);
	struct fresh one;

	for (size_t k = 0; dir >= 0 && k < h->n_owns; k++) {
		one = (struct fresh){ .host = h };
		if (!is_changed(dir, &h->owns[k], &one))
			continue;
		if (!entered)
			return isle_files_reown(f, h, false);
		if (!isle_arena_grow(f->arena, &f->fresh, f->n_fresh, &f->cap_fresh, sizeof(*f->fresh)))
			return -ENOMEM;
		f->fresh[f->n_fresh++] = one;
	}
	return 0;
}

struct probe { const struct isle_files *f; int tree; struct isle_shared *shared; bool *stays; };

/* In a child: which have another text than they were made with? */
static int probe(void *arg)
{
	const struct probe *p = arg;

	for (size_t i = 0; i < p->f->n_fresh; i++) {
		const struct fresh *x = &p->f->fresh[i];
		isle_auto(close) int fd = -1;
		uint64_t sum;
		int r = isle_files_go_inside(p->tree, x->host->name);

		if (r)
			return isle_shared_fail(p->shared, -r, -1, "cannot enter the mounts of %s", x->host->name);
		fd = isle_own_open(x->own->path, !isle_is_initial_user(), false);
		r = fd < 0 ? fd : isle_sum_fd(fd, &sum);
		p->stays[i] = !x->is_half && r != -ENOENT && (r || (sum != x->was && sum != x->sum));
	}
	return 0;
}

static void leave_out(struct isle_files *f, const bool *stays, const struct isle_lab *lab, struct isle_diag *d)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_fresh; i++) {
		const struct fresh *x = &f->fresh[i];

		if (!stays[i]) {
			f->fresh[n++] = *x;
			continue;
		}
		isle_warn(d, &x->own->loc, "%s of %s was changed inside and stays as it is, though %s has another text by now", x->own->path,
			  x->host->name, x->own->source);
		isle_hint(d, "`isle exec %s.%s -- rm %s`, and the next `isle up` brings the new one", x->host->name, lab->name, x->own->path);
	}
	f->n_fresh = n;
}

static int look_inside(struct isle_files *f, const struct isle_tree *tree, const struct isle_lab *lab, struct isle_diag *d)
{
	const size_t size = f->n_fresh * sizeof(bool);
	struct isle_shared *shared = isle_shared_new();
	bool *stays = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct probe p = { .f = f, .tree = tree->dir, .shared = shared, .stays = stays };
	int r = -ENOMEM;

	if (!shared || stays == MAP_FAILED)
		isle_fail(d, ENOMEM, NULL, "looking at the files of lab %s", lab->name);
	else
		r = isle_visit(tree, shared, probe, &p) < 0 ? isle_shared_report(shared, NULL, d) : 0;
	if (!r)
		leave_out(f, stays, lab, d);
	if (stays != MAP_FAILED)
		munmap(stays, size);
	isle_shared_free(shared);
	return r;
}

int isle_files_plan_fresh(struct isle_files *f, const struct isle_tree *tree, const struct isle_view *view, const struct isle_lab *lab,
			  struct isle_diag *d)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		bool anew = !h->n_owns || !view->nss[ISLE_NS_HOST(i)];

		for (size_t k = 0; k < f->n_reowns; k++)
			anew |= f->reowns[k].host == h;
		if (!anew && find(f, tree, h))
			return isle_fail(d, ENOMEM, NULL, "cannot prepare the files of %s", h->name);
	}
	return f->n_fresh ? look_inside(f, tree, lab, d) : 0;
}

void isle_files_show_fresh(const struct isle_files *f, struct isle_buf *out)
{
	for (size_t i = 0; f && i < f->n_fresh; i++) {
		const struct fresh *x = &f->fresh[i];
		isle_auto(buf) struct isle_buf text = { 0 };

		isle_buf_printf(&text, "~ %s of %s: %s has another text", x->own->path, x->host->name, x->own->source);
		isle_conversion_line(out, text.s ? text.s : "", ISLE_WHY_FILE, &x->own->loc);
	}
}

/* ---- in a forked process that is in the lab's tree: system calls only */

/* The copy as the host has it; made if it is gone. Home again. */
static int open_inside(int tree, const struct fresh *x)
{
	isle_auto(close) int home = isle_ns_self("mnt");
	isle_auto(close) int fd = -1;
	int r = home < 0 ? home : isle_files_go_inside(tree, x->host->name);

	if (r)
		return r;
	fd = isle_own_open(x->own->path, !isle_is_initial_user(), true);
	if (setns(home, CLONE_NEWNS) < 0 || fchdir(tree) < 0)
		return -errno;
	return isle_steal_fd(&fd);
}

/* FROM over TO where it is; the end last, so that no moment has too little. */
static int pour(int from, int to)
{
	char buf[8192];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, buf, sizeof(buf), at)) != 0) {
		ssize_t w = n < 0 ? n : pwrite(to, buf, (size_t)n, at);

		if (w < 0 && errno != EINTR)
			return -errno;
		at += w > 0 ? w : 0;
	}
	return ftruncate(to, at) < 0 ? -errno : 0;
}

static bool is_same(int fd, int dir, const char *name)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && fstatat(dir, name, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* SUFFIX's file of DIR into the host's, and into what was given to it, if that is another. */
static int put(int tree, int dir, const struct fresh *x, const char *suffix)
{
	char name[ISLE_OWN_NAME], from[ISLE_OWN_NAME];
	isle_auto(close) int in = openat(dir, isle_own_name(from, x->nth, suffix), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	isle_auto(close) int out = in < 0 ? -1 : open_inside(tree, x);
	int r;

	if (in < 0)
		return -errno;
	r = out < 0 ? out : pour(in, out);
	if (!r && !is_same(out, dir, isle_own_name(name, x->nth, "")) && renameat(dir, from, dir, name) < 0)
		r = -errno;
	return r;
}

/* What there is to go back to, and the mark. */
static int begin(int dir, const struct fresh *x)
{
	static const char *const scrap[] = { ".new", ".old" };
	isle_auto(close) int source = open(x->own->source, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char name[ISLE_OWN_NAME], to[ISLE_OWN_NAME];
	int r;

	for (size_t i = 0; i < ISLE_COUNT(scrap); i++)
		unlinkat(dir, isle_own_name(name, x->nth, scrap[i]), 0);
	if (source < 0)
		return -errno;
	r = isle_copy_fd(source, dir, isle_own_name(to, x->nth, ".new"));
	if (!r)
		r = isle_copy_file(dir, isle_own_name(name, x->nth, ""), dir, isle_own_name(to, x->nth, ".old"));
	if (!r)
		r = isle_file_write(dir, isle_own_name(to, x->nth, ".going"), "", 0, 0600);
	return r == -EEXIST ? 0 : r;
}

static void end(int dir, const struct fresh *x)
{
	static const char *const scrap[] = { ".new", ".old", ".going" };
	char name[ISLE_OWN_NAME];

	for (size_t i = 0; i < ISLE_COUNT(scrap); i++)
		unlinkat(dir, isle_own_name(name, x->nth, scrap[i]), 0);
}

int isle_files_write_fresh(const struct isle_files *f, int tree, const char **ret_what)
{
	int r = 0;

	for (size_t i = 0; i < f->n_fresh && !r; i++) {
		const struct fresh *x = &f->fresh[i];
		isle_auto(close) int dir = isle_files_own_dir(tree, x->host->name);

		*ret_what = x->own->path;
		r = dir < 0 ? dir : begin(dir, x);
		if (!r)
			r = put(tree, dir, x, ".new");
		if (!r)
			r = isle_sum_write(dir, x->nth, x->sum);
	}
	return r;
}

void isle_files_end_fresh(const struct isle_files *f, int tree)
{
	for (size_t i = 0; i < f->n_fresh; i++) {
		isle_auto(close) int dir = isle_files_own_dir(tree, f->fresh[i].host->name);

		if (dir >= 0)
			end(dir, &f->fresh[i]);
	}
}

void isle_files_undo_fresh(const struct isle_files *f, int tree)
{
	for (size_t i = f->n_fresh; i-- > 0;) {
		const struct fresh *x = &f->fresh[i];
		isle_auto(close) int dir = isle_files_own_dir(tree, x->host->name);
		char name[ISLE_OWN_NAME];

		/* one that was not begun */
		if (dir < 0 || faccessat(dir, isle_own_name(name, x->nth, ".going"), F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		/* else the mark stays, and the next `up` brings it to an end */
		if (!put(tree, dir, x, ".old") && !isle_sum_write(dir, x->nth, x->was))
			end(dir, x);
	}
}
