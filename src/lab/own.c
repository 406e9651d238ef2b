/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what of the file system is a host's own. Sources stand beside the lab
 * file, so the model has their absolute paths and means the same wherever it is
 * used. They are not looked at here: a lab is checked by its text alone. The
 * order is by path, so that what is inside another one comes after it.
 */
#include "lab/build.h"

/* The directory of the lab file; of standard input the caller's. NULL: no memory, or it has none (*ret_errno). */
static const char *base_dir(struct isle_build *b, int *ret_errno)
{
	const char *name = b->lab->source.name, *slash = strrchr(name, '/');
	isle_auto(free) char *cwd = NULL;

	if (slash && name[0] == '/')
		return isle_arena_strndup(b->arena, name, slash == name ? 1 : (size_t)(slash - name));
	cwd = getcwd(NULL, 0);
	if (!cwd) {
		*ret_errno = errno;
		return NULL;
	}
	if (!slash)
		return isle_arena_strdup(b->arena, cwd);
	return isle_arena_printf(b->arena, "%s/%.*s", strcmp(cwd, "/") ? cwd : "", (int)(slash - name), name);
}

/* DIR and PATH in it as one, without `.` and empty parts. A `..` stays: what is before it may be a link. */
static const char *join(struct isle_build *b, const char *dir, const char *path)
{
	const char *all = path[0] == '/' ? path : isle_arena_printf(b->arena, "%s/%s", dir, path);
	char *out = all ? isle_arena_alloc(b->arena, strlen(all) + 2) : NULL, *end = out;

	if (!out)
		return NULL;
	while (*all) {
		size_t n = strcspn(all, "/");

		if (n && !(n == 1 && all[0] == '.')) {
			*end++ = '/';
			memcpy(end, all, n);
			end += n;
		}
		all += n + (all[n] == '/');
	}
	if (end == out)
		*end = '/';
	return out;
}

const char *isle_lab_path(struct isle_build *b, const char *path, const char **dir, const struct isle_loc *loc)
{
	int e = ENOMEM;

	if (path[0] != '/' && !*dir)
		*dir = base_dir(b, &e);
	if (path[0] == '/' || *dir)
		return join(b, *dir, path);
	if (e != ENOMEM)
		isle_fail(b->diag, e, loc, "finding out where the lab file is");
	return e == ENOMEM ? NULL : "/";
}

static bool is_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* Places where a host has what isle or the kernel puts there. */
static const char *taken(const char *path, const char **ret_hint)
{
	*ret_hint = NULL;
	if (is_in(path, "/proc") || is_in(path, "/sys"))
		return "is the kernel's";
	if (!strcmp(path, "/dev"))
		return "is the kernel's";
	if (is_in(path, "/run/isle") || is_in(path, "/run/netns"))
		return "is isle's own";
	if (strcmp(path, "/etc"))
		return NULL;
	*ret_hint = "name what is in it, one by one: a host's /etc has its hosts and resolv.conf";
	return "is a host's own already";
}

static const char *taken_name(const char *path)
{
	static const char *const made[] = { "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/nsswitch.conf" };

	for (size_t i = 0; i < ISLE_COUNT(made); i++)
		if (!strcmp(path, made[i]))
			return made[i];
	return NULL;
}

static bool is_allowed(struct isle_build *b, const struct isle_host *h, const struct isle_word *path, bool is_private)
{
	const char *hint, *why = taken(path->s, &hint);

	if (!why && is_private && taken_name(path->s))
		why = "is a file";
	if (why && isle_lab_once(b, &path->loc, "own")) {
		isle_reject(b->diag, &path->loc, "%s of '%s' cannot be replaced: it %s", path->s, h->name, why);
		if (hint)
			isle_hint(b->diag, "%s", hint);
	}
	for (size_t i = 0; !why && i < h->n_owns; i++)
		if (!strcmp(h->owns[i].path, path->s)) {
			why = "twice";
			if (isle_lab_once(b, &path->loc, "own twice"))
				isle_reject(b->diag, &path->loc, "'%s' has %s twice, the other one is on line %u", h->name, path->s,
					    h->owns[i].loc.line);
		}
	return !why;
}

static int add(struct isle_build *b, struct isle_host *h, const struct isle_word *path, const struct isle_word *source, const char **dir)
{
	struct isle_own *own = &h->owns[h->n_owns];

	if (!is_allowed(b, h, path, !source))
		return 0;
	own->path = path->s;
	own->loc = path->loc;
	own->source = source ? isle_lab_path(b, source->s, dir, &source->loc) : NULL;
	h->n_owns++;
	return source && !own->source ? -ENOMEM : 0;
}

static int by_path(const void *x, const void *y)
{
	const struct isle_own *a = x, *b = y;

	return strcmp(a->path, b->path);
}

static int take(struct isle_build *b, struct isle_host *h, const char **dir)
{
	const struct isle_doc_host *d = isle_bhost(h)->doc;

	h->owns = isle_arena_alloc(b->arena, (d->n_files + d->n_privates) * sizeof(*h->owns));
	if (!h->owns)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_files; i++)
		if (add(b, h, &d->files[i].path, &d->files[i].source, dir) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < d->n_privates; i++)
		if (add(b, h, &d->privates[i], NULL, dir) < 0)
			return -ENOMEM;
	if (h->n_owns > ISLE_OWN_MAX && isle_lab_once(b, &h->owns[ISLE_OWN_MAX].loc, "own many"))
		isle_reject(b->diag, &h->owns[ISLE_OWN_MAX].loc, "'%s' has more than %u files and directories of its own", h->name,
			    ISLE_OWN_MAX);
	if (h->n_owns)
		qsort(h->owns, h->n_owns, sizeof(*h->owns), by_path);
	return 0;
}

int isle_lab_own(struct isle_build *b)
{
	const char *dir = NULL;

	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		struct isle_host *h = b->lab->hosts[i];
		const struct isle_doc_host *d = isle_bhost(h)->doc;

		if ((d->n_files || d->n_privates) && take(b, h, &dir) == -ENOMEM)
			return -ENOMEM;
	}
	return 0;
}
