/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the machine that labs live on: what it allows, what isle left on it. */
#include "engine/engine.h"
#include "gc/gc.h"

int isle_each_finding(void (*fn)(const struct isle_finding *, void *), void *arg, struct isle_diag *diag)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_finding *list = NULL;
	size_t n = 0;
	int r = a ? isle_doctor(a, &list, &n, diag) : isle_fail(diag, ENOMEM, NULL, "examine the machine");

	for (size_t i = 0; r >= 0 && i < n; i++)
		fn(&list[i], arg);
	isle_arena_free(a);
	return r;
}

int isle_each_leaving(const struct isle_gc_options *o, void (*fn)(const struct isle_gc_item *, void *), void *arg, struct isle_diag *diag)
{
	static const struct isle_gc_options look = { .act = false };
	struct isle_arena *a = isle_arena_new();
	struct isle_gc_item *list = NULL;
	struct isle_site site;
	size_t n = 0;
	int r = a ? isle_site_find(&site, diag) : isle_fail(diag, ENOMEM, NULL, "look for leavings");

	if (r >= 0)
		r = isle_gc(&site, o ? o : &look, a, &list, &n, diag);
	/* What was removed before a failure is told too. */
	for (size_t i = 0; i < n; i++)
		fn(&list[i], arg);
	isle_arena_free(a);
	return r;
}
