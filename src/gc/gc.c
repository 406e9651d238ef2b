/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the sweep. Without names, what isle made goes and what others made is
 * shown; with names, just those things, and each name must mean one of them.
 * What cannot be looked at is no reason to let isle's own leavings be.
 */
#include "gc/inner.h"

int isle_sweep_no_memory(struct isle_sweep *s)
{
	return isle_fail(s->d, ENOMEM, NULL, "cannot look for what nobody uses");
}

int isle_sweep_found(struct isle_sweep *s, const struct isle_leaving *f)
{
	if (!f->item.name || !f->item.why || !f->item.then || !isle_arena_grow(s->arena, &s->found, s->n, &s->cap, sizeof(*s->found)))
		return isle_sweep_no_memory(s);
	s->found[s->n] = *f;
	s->found[s->n++].wanted = true;
	return 0;
}

static bool is_named(const struct isle_gc_item *i, const char *asked)
{
	const char *slash = strrchr(i->name, '/');

	return !strcmp(i->name, asked) || (slash && !strcmp(slash + 1, asked));
}

/* Several things of one name: which one is meant? */
static int refuse_several(struct isle_sweep *s, const char *asked)
{
	isle_auto(buf) struct isle_buf list = { 0 };

	for (size_t i = 0; i < s->n; i++)
		if (is_named(&s->found[i].item, asked))
			isle_buf_printf(&list, "%s%s %s", list.n ? ", " : "", s->found[i].item.kind, s->found[i].item.name);
	isle_reject(s->d, NULL, "'%s' is left behind more than once: %s", asked, list.s ? list.s : "");
	isle_hint(s->d, "name it as it is listed, with its whole path");
	return -ENOTUNIQ;
}

/* What ASKED means, alone: the whole name first. */
static int choose(struct isle_sweep *s, const char *asked)
{
	struct isle_leaving *whole = NULL, *last = NULL;
	size_t n_whole = 0, n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (!is_named(&s->found[i].item, asked))
			continue;
		last = &s->found[i];
		n++;
		if (!strcmp(last->item.name, asked)) {
			whole = last;
			n_whole++;
		}
	}
	if (n_whole > 1 || (!n_whole && n > 1))
		return refuse_several(s, asked);
	if (!last) {
		isle_reject(s->d, NULL, "nothing that is called '%s' is left behind", asked);
		isle_hint(s->d, "`isle gc` lists what is; `isle holders %s` tells who uses a namespace", asked);
		return -ENOENT;
	}
	(whole ? whole : last)->wanted = true;
	return 0;
}

static int choose_all(struct isle_sweep *s, const struct isle_gc_options *o)
{
	int all = 0;

	for (size_t i = 0; i < s->n && o->n_names; i++)
		s->found[i].wanted = false;
	for (size_t i = 0; i < o->n_names; i++) {
		int r = choose(s, o->names[i]);

		all = all ? all : r;
	}
	return all;
}

static int find(struct isle_sweep *s)
{
	int r = isle_sweep_labs(s);

	/* before the directory that its journals are in */
	if (!r && !s->site->rootless)
		r = isle_sweep_ovs(s);
	if (!r)
		r = isle_sweep_own(s);
	if (!r && !s->site->rootless)
		r = isle_sweep_nft(s);
	return r ? r : isle_sweep_others(s);
}

/* Goes on after a failure. */
static int remove_all(struct isle_sweep *s, const struct isle_gc_options *o)
{
	bool ours = !o->n_names;
	int all = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct isle_leaving *f = &s->found[i];
		int r;

		if (!f->wanted || (!f->item.ours && !o->n_names))
			continue;
		r = f->remove(s, f);
		f->removed = r == 0;
		ours |= f->removed && f->item.ours;
		all = all || r > 0 ? all : r;
	}
	if (ours)
		isle_sweep_own_end(s);
	return all;
}

static int hand_out(struct isle_sweep *s, struct isle_gc_item **ret, size_t *ret_n)
{
	struct isle_gc_item *items = isle_arena_alloc(s->arena, (s->n + 1) * sizeof(*items));
	size_t n = 0;

	if (!items)
		return isle_sweep_no_memory(s);
	for (size_t i = 0; i < s->n; i++)
		if (s->found[i].wanted) {
			items[n] = s->found[i].item;
			items[n++].removed = s->found[i].removed;
		}
	*ret = items;
	*ret_n = n;
	return 0;
}

int isle_gc(const struct isle_site *site, const struct isle_gc_options *o, struct isle_arena *a, struct isle_gc_item **ret, size_t *ret_n,
	    struct isle_diag *d)
{
	struct isle_sweep s = { .site = site, .arena = a, .d = d };
	int r = isle_snap_take(0, &s.snap, NULL), told;

	if (r == -ENOMEM)
		return isle_sweep_no_memory(&s);
	if (r)
		isle_warn(d, NULL, "the namespaces of this machine cannot be looked at (%s), only what isle left", strerror(-r));
	if (o->ret_unseen)
		*o->ret_unseen = s.snap ? s.snap->unseen : (struct isle_unseen){ 0 };
	r = find(&s);
	if (!r)
		r = choose_all(&s, o);
	if (!r && o->act)
		r = remove_all(&s, o);
	told = r == -ENOENT || r == -ENOTUNIQ ? 0 : hand_out(&s, ret, ret_n);
	isle_snap_free(s.snap);
	return r ? r : told;
}
