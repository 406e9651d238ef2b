/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the lower layers of the hosts' /etc (engine/etc.c) while hosts are using
 * them. An overlay shows what is written into a file of its lower layer, but
 * cannot be given another layer: so if all hosts of a class are to see the same
 * new texts, the class's files are written where they are. Of a class that
 * falls apart, hosts that nobody has entered yet get another class, and those
 * that have mounts already get the text from inside, as if written there. What
 * somebody else has written there is his.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include "change/files.h"
#include "engine/etc.h"
#include "engine/file.h"
#include "ns/ns.h"

#define TEXT_MAX (64u << 20)
enum { FILES = 3 };
static const char *const names[FILES] = { "hosts", "resolv.conf", "nsswitch.conf" };

struct rewrite {		/* a file, by its path in the lab's tree; or in a host's mounts */
	const char *path, *was, *text;	/* was NULL: not there */
	const char *host;	/* not NULL: inside its mounts */
};
struct relink { const char *host, *was, *target; };	/* which class it has; NULL: the first */

struct isle_files {
	struct isle_arena *arena;
	struct isle_etc *etc, *was;
	const char **dirs;	/* to be made */
	size_t n_dirs, cap_dirs;
	struct rewrite *rewrites;
	size_t n_rewrites, cap_rewrites;
	struct relink *relinks;
	size_t n_relinks, cap_relinks;
	size_t n;
};

struct class {			/* as it is */
	unsigned number;
	const char *text[FILES];	/* NULL: not there */
	const char *wanted[FILES];	/* by its first host */
	bool used, torn;	/* hosts want different things */
};

struct planning {
	const struct isle_tree *tree;
	const struct isle_lab *lab, *was;
	struct isle_files *f;
	struct class *classes;
	size_t n_classes, cap_classes;
	unsigned next;		/* number of a new class */
};

static const char *read_text(struct planning *p, const char *path)
{
	isle_auto(free) char *text = NULL;

	if (isle_file_read(p->tree->dir, path, TEXT_MAX, &text, NULL))
		return NULL;
	return isle_arena_strdup(p->f->arena, text);
}

static struct class *class_at(struct planning *p, unsigned number)
{
	struct class *c;

	for (size_t i = 0; i < p->n_classes; i++)
		if (p->classes[i].number == number)
			return &p->classes[i];
	if (!isle_arena_grow(p->f->arena, &p->classes, p->n_classes, &p->cap_classes, sizeof(*p->classes)))
		return NULL;
	c = &p->classes[p->n_classes++];
	*c = (struct class) { .number = number };
	for (size_t k = 0; k < FILES; k++)
		c->text[k] = read_text(p, isle_arena_printf(p->f->arena, "etc/class/%u/%s", number, names[k]));
	if (number >= p->next)
		p->next = number + 1;
	return c;
}

static unsigned class_of(const struct planning *p, const char *host, char ret_link[32])
{
	char path[ISLE_NAME_MAX + 16];
	ssize_t n;

	snprintf(path, sizeof(path), "etc/host/%s", host);
	n = readlinkat(p->tree->dir, path, ret_link, 31);
	ret_link[n > 0 ? n : 0] = '\0';
	return n > 0 && strrchr(ret_link, '/') ? (unsigned)strtoul(strrchr(ret_link, '/') + 1, NULL, 10) : 0;
}

static bool is_there(const struct planning *p, const char *host)
{
	char path[ISLE_NAME_MAX + 8];

	snprintf(path, sizeof(path), "net/%s", host);
	return faccessat(p->tree->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool was_entered(const struct planning *p, const char *host)
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "mnt/%s", host);
	fd = openat(p->tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 && isle_ns_is(fd, CLONE_NEWNS);
}

static void texts_of(const struct isle_etc *etc, size_t i, const char *ret[FILES])
{
	const struct isle_etc_class *c = &etc->classes[etc->host_class[i]];

	ret[0] = c->text.s ? c->text.s : "";
	ret[1] = c->resolv;
	ret[2] = etc->nsswitch;
}

static void wanted_by(const struct planning *p, size_t i, const char *ret[FILES])
{
	texts_of(p->f->etc, i, ret);
}

static bool same(const char *const a[FILES], const char *const b[FILES])
{
	for (size_t k = 0; k < FILES; k++)
		if (!isle_str_eq(a[k], b[k]))
			return false;
	return true;
}

static int add_rewrite(struct planning *p, const char *path, const char *was, const char *text, const char *host)
{
	struct isle_files *f = p->f;

	if (!path || !isle_arena_grow(f->arena, &f->rewrites, f->n_rewrites, &f->cap_rewrites, sizeof(*f->rewrites)))
		return -ENOMEM;
	f->rewrites[f->n_rewrites++] = (struct rewrite) { .path = path, .was = was, .text = text, .host = host };
	return 0;
}

static int write_class(struct planning *p, struct class *c, const char *const wanted[FILES])
{
	int r = 0;

	for (size_t k = 0; k < FILES && !r; k++) {
		if (!isle_str_eq(c->text[k], wanted[k]))
			r = add_rewrite(p, isle_arena_printf(p->f->arena, "etc/class/%u/%s", c->number, names[k]), c->text[k], wanted[k],
					NULL);
		c->text[k] = wanted[k];
	}
	return r;
}

/* A class that has, or will have, these texts. */
static int find_class(struct planning *p, const char *const wanted[FILES], unsigned *ret)
{
	struct isle_files *f = p->f;
	struct class *c;

	for (size_t i = 0; i < p->n_classes; i++)
		if (same(p->classes[i].text, wanted)) {
			*ret = p->classes[i].number;
			return 0;
		}
	while (faccessat(p->tree->dir, isle_arena_printf(f->arena, "etc/class/%u", p->next), F_OK, 0) == 0)
		p->next++;
	if (!isle_arena_grow(f->arena, &f->dirs, f->n_dirs, &f->cap_dirs, sizeof(*f->dirs)))
		return -ENOMEM;
	*ret = p->next;
	f->dirs[f->n_dirs++] = isle_arena_printf(f->arena, "etc/class/%u", p->next);
	c = class_at(p, p->next);
	return c && f->dirs[f->n_dirs - 1] ? write_class(p, c, wanted) : -ENOMEM;
}

static int relink(struct planning *p, const char *host, const char *was, unsigned number)
{
	struct isle_files *f = p->f;
	struct relink *l;

	if (!isle_arena_grow(f->arena, &f->relinks, f->n_relinks, &f->cap_relinks, sizeof(*f->relinks)))
		return -ENOMEM;
	l = &f->relinks[f->n_relinks++];
	l->host = host;
	l->was = *was ? isle_arena_strdup(f->arena, was) : NULL;
	l->target = isle_arena_printf(f->arena, "../class/%u", number);
	return l->target ? 0 : -ENOMEM;
}

/* The host's mounts have the old class for good. What is in its own layer already may be somebody else's, or from last time. */
static int write_inside(struct planning *p, const char *host, const struct class *c, const char *const wanted[FILES])
{
	const struct isle_host *before = isle_lab_host(p->was, host);
	const char *old[FILES] = { NULL };
	int r = 0;

	if (before)
		texts_of(p->f->was, before->index, old);
	for (size_t k = 0; k < FILES && !r; k++) {
		const char *own = read_text(p, isle_arena_printf(p->f->arena, "etc/up/%s/%s", host, names[k]));
		const char *now = own ? own : c->text[k];

		if (isle_str_eq(now, wanted[k]) || (own && !isle_str_eq(own, old[k])))
			continue;
		p->f->n++;
		r = add_rewrite(p, isle_arena_printf(p->f->arena, "/etc/%s", names[k]), now, wanted[k], host);
	}
	return r;
}

static int look(struct planning *p)
{
	const char *wanted[FILES];
	char link[32];

	for (size_t i = 0; i < p->lab->n_hosts; i++) {
		const char *host = p->lab->hosts[i]->name;
		struct class *c;

		if (!is_there(p, host))
			continue;
		c = class_at(p, class_of(p, host, link));
		if (!c)
			return -ENOMEM;
		wanted_by(p, i, wanted);
		if (!c->used)
			memcpy(c->wanted, wanted, sizeof(wanted));
		c->torn |= !same(c->wanted, wanted);
		c->used = true;
		if (!same(c->text, wanted) && !was_entered(p, host))
			p->f->n++;
	}
	return 0;
}

static int plan_host(struct planning *p, size_t i)
{
	const char *host = p->lab->hosts[i]->name, *wanted[FILES];
	struct class *c = NULL;
	unsigned number;
	char link[32] = "";
	int r;

	wanted_by(p, i, wanted);
	if (is_there(p, host)) {
		c = class_at(p, class_of(p, host, link));
		if (!c || same(c->text, wanted))
			return c ? 0 : -ENOMEM;
		if (was_entered(p, host))
			return write_inside(p, host, c, wanted);
	}
	r = find_class(p, wanted, &number);
	return r ? r : c || number ? relink(p, host, link, number) : 0;
}

static int plan(struct planning *p)
{
	int r = look(p);

	/* A class that stays one is written where it is; only then it is known what is left to be done. */
	for (size_t i = 0; i < p->n_classes && !r; i++)
		if (p->classes[i].used && !p->classes[i].torn)
			r = write_class(p, &p->classes[i], p->classes[i].wanted);
	for (size_t i = 0; i < p->lab->n_hosts && !r; i++)
		r = plan_host(p, i);
	return r;
}

int isle_files_plan(const struct isle_tree *tree, const struct isle_lab *lab, const struct isle_lab *was, struct isle_files **ret,
		    struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_files *f = a ? isle_arena_alloc(a, sizeof(*f)) : NULL;
	struct planning p = { .tree = tree, .lab = lab, .was = was, .f = f };
	int r = -ENOMEM;

	if (f) {
		f->arena = a;
		r = isle_etc_new(lab, &f->etc, d);
		if (!r)
			r = isle_etc_new(was, &f->was, d);
		if (r)
			goto failed;
		r = plan(&p);
	}
	if (!r) {
		*ret = f;
		return 0;
	}
	isle_fail(d, -r, NULL, "cannot prepare the hosts files");
failed:
	if (f)
		isle_files_free(f);
	else
		isle_arena_free(a);
	return r;
}

size_t isle_files_n(const struct isle_files *f)
{
	return f->n;
}

void isle_files_free(struct isle_files *f)
{
	if (!f)
		return;
	isle_etc_free(f->etc);
	isle_etc_free(f->was);
	isle_arena_free(f->arena);
}

/* ---- in the child */

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
	for (size_t i = f->n_relinks; i-- > 0;)
		put_link(tree, f->relinks[i].host, f->relinks[i].was);
	for (size_t i = f->n_rewrites; i-- > 0;)
		put_text(tree, &f->rewrites[i], f->rewrites[i].was);
	for (size_t i = f->n_dirs; i-- > 0;)
		unlinkat(tree, f->dirs[i], AT_REMOVEDIR);
}

int isle_files_write(const struct isle_files *f, int tree, const char **ret_what)
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
	if (r)
		isle_files_undo(f, tree);
	return r;
}
