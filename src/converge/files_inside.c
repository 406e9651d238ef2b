/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `files` and `private` that come to or go from a host that has been entered:
 * its mounts are there, and are changed from inside (enter/later.c). What comes
 * is made beside what the host has and gets a number that nobody had; what goes
 * is unmounted, and its files stay with the lab as N.gone. What the host has is
 * what N.to says, so whoever was killed on the way is followed by one who compares
 * that with the file: anything of which the records differ is done again, which
 * for what is done already is nothing.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "build/build.h"
#include "converge/conversion.h"
#include "converge/files_parts.h"
#include "enter/enter.h"
#include "enter/own.h"
#include "ns/ns.h"

int isle_files_own_dir(int tree, const char *host)
{
	char path[ISLE_NAME_MAX + 16];
	int fd;

	snprintf(path, sizeof(path), "etc/own/%s", host);
	fd = openat(tree, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* ---- in the parent */

struct planning {
	struct isle_files *f;
	int dir;
	const struct isle_host *host;
	struct isle_lab *const *was;
	size_t n_was, next;
	bool found[ISLE_OWN_MAX];	/* of the host's: one of what it has is it */
};

static const struct isle_own *find(const struct isle_host *h, const char *path, const char *source)
{
	for (size_t i = 0; h && i < h->n_owns; i++)
		if (!strcmp(h->owns[i].path, path) && isle_str_eq(h->owns[i].source, source))
			return &h->owns[i];
	return NULL;
}

/* It was there all the time. */
static bool was_there(const struct planning *p, const char *path, const char *source)
{
	for (size_t k = 0; k < p->n_was; k++)
		if (!find(isle_lab_host(p->was[k], p->host->name), path, source))
			return false;
	return true;
}

static int add(struct planning *p, const struct inside *one)
{
	struct isle_files *f = p->f;
	struct inside *x;

	if (!isle_arena_grow(f->arena, &f->inside, f->n_inside, &f->cap_inside, sizeof(*f->inside)))
		return -ENOMEM;
	x = &f->inside[f->n_inside];
	*x = *one;
	x->host = p->host;
	x->mirrored = isle_arena_alloc(f->arena, ISLE_OWN_PATH);
	if (!x->path || !x->mirrored)
		return -ENOMEM;
	*x->mirrored = '\0';
	f->n_inside++;
	return 0;
}

static int look_at(size_t nth, void *arg)
{
	struct planning *p = arg;
	char path[ISLE_OWN_PATH], text[ISLE_OWN_PATH];
	const struct isle_own *own;
	const char *source = NULL;
	char name[ISLE_OWN_NAME];
	struct stat st;
	int r = isle_own_read(p->dir, nth, ".to", path, sizeof(path));

	if (!r)
		r = isle_own_read(p->dir, nth, ".from", text, sizeof(text));
	if (!r)
		source = text;
	if (r && r != -ENOENT)
		return r;
	if (fstatat(p->dir, isle_own_name(name, nth, ""), &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	own = find(p->host, path, source);
	if (own)
		p->found[own - p->host->owns] = true;
	if (own && was_there(p, path, source))
		return 0;
	return add(p, &(struct inside){ .own = own, .is_made = own, .is_dir = S_ISDIR(st.st_mode), .nth = nth,
					.path = isle_arena_strdup(p->f->arena, path),
					.source = source ? isle_arena_strdup(p->f->arena, source) : NULL });
}

/* What goes before what comes; of the one what lies deeper first, of the other last. */
static int by_order(const void *x, const void *y)
{
	const struct inside *a = x, *b = y;

	if (!a->own != !b->own)
		return a->own ? 1 : -1;
	return a->own ? strcmp(a->path, b->path) : strcmp(b->path, a->path);
}

static bool lies_in(const char *path, const char *dir)
{
	const size_t n = strlen(dir);

	return !strncmp(path, dir, n) && path[n] == '/';
}

/* A mount that stays goes with what it lies in, or would be hidden by it. */
static int check_order(const struct planning *p, size_t first, struct isle_diag *d)
{
	const struct isle_host *h = p->host;

	for (size_t k = 0; k < h->n_owns; k++)
		for (size_t i = first; i < p->f->n_inside; i++) {
			const struct inside *x = &p->f->inside[i];

			if (!was_there(p, h->owns[k].path, h->owns[k].source) || !lies_in(h->owns[k].path, x->path))
				continue;
			isle_reject(d, &h->owns[k].loc, "%s of %s, which has been entered, lies in %s, which %s, and cannot be moved there while %s",
				    h->owns[k].path, h->name, x->path, x->own ? "comes" : "goes", "the lab is up");
			isle_hint(d, "without both it can be changed, and then with them; nothing was changed");
			return -EBUSY;
		}
	return 0;
}

static int plan(struct planning *p, struct isle_diag *d)
{
	const struct isle_host *h = p->host;
	int all = 0, r = 0;

	if (p->dir >= 0)
		r = isle_own_each(p->dir, look_at, p, &p->next);
	for (size_t k = 0; k < h->n_owns && !r; k++) {
		const struct isle_own *own = &h->owns[k];

		if (p->found[k])
			continue;
		if (isle_own_check_one(h, own, d))
			all = -EINVAL;
		r = add(p, &(struct inside){ .own = own, .nth = p->next++, .path = own->path, .source = own->source });
	}
	if (r)
		return isle_fail(d, -r, NULL, "cannot look at the files of %s", h->name);
	return all;
}

int isle_files_plan_inside(struct isle_files *f, const struct isle_tree *tree, const struct isle_host *h, struct isle_lab *const *was, size_t n_was,
			   struct isle_diag *d)
{
	isle_auto(close) int dir = isle_files_own_dir(tree->dir, h->name);
	struct planning p = { .f = f, .dir = dir, .host = h, .was = was, .n_was = n_was };
	const size_t first = f->n_inside;
	int r = dir < 0 && dir != -ENOENT ? isle_fail(d, -dir, NULL, "cannot look at the files of %s", h->name) : plan(&p, d);

	if (f->n_inside > first)
		qsort(f->inside + first, f->n_inside - first, sizeof(*f->inside), by_order);
	return r ? r : check_order(&p, first, d);
}

void isle_files_show_inside(const struct isle_files *f, struct isle_buf *out)
{
	for (size_t i = 0; f && i < f->n_inside; i++) {
		const struct inside *x = &f->inside[i];
		isle_auto(buf) struct isle_buf text = { 0 };

		isle_buf_printf(&text, "%c %s of %s%s%s", x->own ? '+' : '-', x->path, x->host->name, x->source ? ": " : ", private",
				x->source ? x->source : "");
		if (!x->own && x->is_dir)
			isle_buf_puts(&text, "; what is in it is kept until the lab goes down");
		isle_conversion_line(out, text.s ? text.s : "", ISLE_WHY_FILE, x->own ? &x->own->loc : &x->host->loc);
	}
}

/* ---- in a forked process that is in the lab's tree: system calls only */

int isle_files_go_inside(int tree, const char *host)
{
	char pin[ISLE_NAME_MAX + 8];
	isle_auto(close) int mnt = -1;

	snprintf(pin, sizeof(pin), "mnt/%s", host);
	mnt = openat(tree, pin, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return mnt < 0 || setns(mnt, CLONE_NEWNS) < 0 ? -errno : 0;
}

/* And home again. */
static int move(int tree, const struct inside *x, bool comes)
{
	char name[ISLE_OWN_NAME];
	isle_auto(close) int home = isle_ns_self("mnt"), dir = isle_files_own_dir(tree, x->host->name), thing = -1;
	struct isle_own_move m = { .dir = dir, .nth = x->nth, .target = x->path, .trust = !isle_is_initial_user() };
	int r;

	if (home < 0 || dir < 0)
		return home < 0 ? home : dir;
	strcpy(m.mirrored, x->mirrored);
	thing = comes ? isle_mount_clone(dir, isle_own_name(name, x->nth, ""), false) : -1;
	if (comes && thing < 0)
		return thing;
	r = isle_files_go_inside(tree, x->host->name);
	if (!r)
		r = comes ? isle_own_put(&m, thing) : isle_own_take(&m);
	strcpy(x->mirrored, m.mirrored);
	if ((setns(home, CLONE_NEWNS) < 0 || fchdir(tree) < 0) && !r)
		r = -errno;
	return r;
}

static int fail(const struct inside *x, int r, struct isle_shared *sh)
{
	const char *host = x->host->name;

	sh->loc = x->own ? &x->own->loc : &x->host->loc;
	if (x->own)
		return isle_shared_fail(sh, -r, -1, "cannot put %s into the mounts of %s", x->path, host);
	if (r == -EBUSY)
		isle_shared_hint(sh, "`isle holders %s` tells who is in there; nothing was changed", host);
	if (r == -EADDRINUSE)
		isle_shared_hint(sh, "somebody has mounted something over it: `isle exec %s -- umount %s`; nothing was changed", host, x->path);
	return isle_shared_fail(sh, r == -EADDRINUSE ? EBUSY : -r, -1, "cannot take %s out of the mounts of %s", x->path, host);
}

static int make(int tree, const struct inside *x)
{
	isle_auto(close) int dir = -1;
	char path[ISLE_NAME_MAX + 16];
	int r;

	snprintf(path, sizeof(path), "etc/own/%s", x->host->name);
	if ((mkdirat(tree, "etc/own", 0755) < 0 && errno != EEXIST) || (mkdirat(tree, path, 0755) < 0 && errno != EEXIST))
		return -errno;
	dir = isle_files_own_dir(tree, x->host->name);
	if (dir < 0)
		return dir;
	r = fchdir(dir) < 0 ? -errno : isle_own_fill_one(x->own, dir, x->nth);
	return fchdir(tree) < 0 && !r ? -errno : r;
}

int isle_files_write_inside(const struct isle_files *f, int tree, struct isle_shared *sh, const char **ret_what)
{
	int r = 0;

	for (size_t i = 0; i < f->n_inside && !r; i++) {
		const struct inside *x = &f->inside[i];

		*ret_what = x->path;
		r = x->own && !x->is_made ? make(tree, x) : 0;
		if (r)
			sh->loc = &x->own->loc;
	}
	for (size_t i = 0; i < f->n_inside && !r; i++) {
		r = move(tree, &f->inside[i], f->inside[i].own);
		/* what was refused half-way is to be undone, but not what was not begun */
		f->inside[i].done = r != -EBUSY && r != -EADDRINUSE;
		if (r)
			fail(&f->inside[i], r, sh);
	}
	return r;
}

/* The host has it no more, and who looks at what it has is told so. */
static void forget(int tree, const struct inside *x)
{
	isle_auto(close) int dir = isle_files_own_dir(tree, x->host->name);
	char name[ISLE_OWN_NAME], gone[ISLE_OWN_NAME];

	if (dir < 0)
		return;
	renameat(dir, isle_own_name(name, x->nth, ".to"), dir, isle_own_name(gone, x->nth, ".gone"));
	/* an overlay here too; what was written there is in its upper layer */
	if (fchdir(dir) == 0)
		umount2(isle_own_name(name, x->nth, ""), MNT_DETACH | UMOUNT_NOFOLLOW);
	if (fchdir(tree) < 0)
		return;
}

void isle_files_undo_inside(const struct isle_files *f, int tree)
{
	for (size_t i = f->n_inside; i-- > 0;) {
		const struct inside *x = &f->inside[i];

		if (x->done)
			move(tree, x, !x->own);
		if (x->own && !x->is_made)
			forget(tree, x);
	}
}

void isle_files_end_inside(const struct isle_files *f, int tree)
{
	for (size_t i = 0; i < f->n_inside; i++)
		if (!f->inside[i].own)
			forget(tree, &f->inside[i]);
}
