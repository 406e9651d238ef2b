/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a list of changes while it is being made. Running out of memory is
 * noted in the list, so that whoever is handed it looks once.
 */
#include "change/change.h"

struct isle_changes *isle_changes_new(const struct isle_lab *names)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_changes *c = a ? isle_arena_alloc(a, sizeof(*c)) : NULL;

	if (!c) {
		isle_arena_free(a);
		return NULL;
	}
	c->arena = a;
	c->names = names;
	return c;
}

void isle_changes_free(struct isle_changes *c)
{
	if (c)
		isle_arena_free(c->arena);
}

static void *one_more(struct isle_changes *c, void *list, size_t *n, size_t *cap, size_t size)
{
	void **base = list;

	if (!isle_arena_grow(c->arena, list, *n, cap, size)) {
		c->no_memory = true;
		return NULL;
	}
	void *item = (char *)*base + *n * size;
	memset(item, 0, size);
	++*n;
	return item;
}

struct isle_change *isle_changes_add(struct isle_changes *c, const struct isle_step *step, const struct isle_step *undo)
{
	struct isle_change *change = one_more(c, &c->list, &c->n, &c->cap, sizeof(*change));

	if (!change)
		return NULL;
	change->step = *step;
	change->has_undo = undo;
	if (undo)
		change->undo = *undo;
	return change;
}

struct isle_change *isle_changes_end(struct isle_changes *c, const struct isle_step *step)
{
	struct isle_change *change = one_more(c, &c->ends, &c->n_ends, &c->cap_ends, sizeof(*change));

	if (change)
		change->step = *step;
	return change;
}

void isle_changes_repair(struct isle_changes *c, const struct isle_step *step)
{
	struct isle_step *repair = one_more(c, &c->repairs, &c->n_repairs, &c->cap_repairs, sizeof(*repair));

	if (repair)
		*repair = *step;
}

void isle_changes_leave(struct isle_changes *c, uint32_t ns, const char *fmt, ...)
{
	struct isle_left *left = one_more(c, &c->lefts, &c->n_lefts, &c->cap_lefts, sizeof(*left));
	char words[256];
	va_list ap;

	if (!left)
		return;
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	left->ns = ns;
	left->words = isle_arena_strdup(c->arena, words);
	if (!left->words)
		c->no_memory = true;
}

struct isle_step isle_step_removal(const struct isle_step *step)
{
	struct isle_step removal = *step;

	removal.removes = true;
	/* asked for where the interface is, not where the request for it was sent */
	if (step->kind == ISLE_STEP_WIRE)
		removal.ns = step->wire.that_ns;
	return removal;
}
