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
#include <sys/stat.h>
#include "build/etc.h"
#include "diff/diff.h"
#include "converge/files_parts.h"
#include "tree/file.h"

#define TEXT_MAX (64u << 20)
enum { FILES = 3 };
static const char *const names[FILES] = { "hosts", "resolv.conf", "nsswitch.conf" };

struct class {			/* as it is */
	unsigned number;
	const char *text[FILES];	/* NULL: not there */
	const char *wanted[FILES];	/* by its first host */
	bool used, torn;	/* hosts want different things */
};

struct planning {
	const struct isle_tree *tree;
	const struct isle_lab *lab, *was;
	const struct isle_view *view;
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

/* One that the change makes anew loses what half of it was left before: its link too. */
static bool is_there(const struct planning *p, size_t i)
{
	return p->view->nss[ISLE_NS_HOST(i)];
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

		if (!is_there(p, i))
			continue;
		c = class_at(p, class_of(p, host, link));
		if (!c)
			return -ENOMEM;
		wanted_by(p, i, wanted);
		if (!c->used)
			memcpy(c->wanted, wanted, sizeof(wanted));
		c->torn |= !same(c->wanted, wanted);
		c->used = true;
		if (!same(c->text, wanted) && !isle_files_was_entered(p->tree->dir, host))
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
	if (is_there(p, i)) {
		c = class_at(p, class_of(p, host, link));
		if (!c || same(c->text, wanted))
			return c ? 0 : -ENOMEM;
		if (isle_files_was_entered(p->tree->dir, host))
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

int isle_files_plan(const struct isle_tree *tree, const struct isle_view *view, const struct isle_lab *lab, const struct isle_lab *was,
		    struct isle_files **ret, struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_files *f = a ? isle_arena_alloc(a, sizeof(*f)) : NULL;
	struct planning p = { .tree = tree, .view = view, .lab = lab, .was = was, .f = f };
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
	return f ? f->n : 0;
}

void isle_files_free(struct isle_files *f)
{
	if (!f)
		return;
	isle_etc_free(f->etc);
	isle_etc_free(f->was);
	isle_arena_free(f->arena);
}
