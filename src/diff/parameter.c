/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: kernel parameters that the file wrote once and no longer writes: they
 * become what they would be, had it never written them. That is what a new
 * namespace has, and of an interface what the namespace has for new ones.
 */
#include "diff/diff.h"

static int compare(const void *a, const void *b)
{
	const struct isle_parameter *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return strcmp(x->path, y->path);
}

const char *isle_differ_parameter(const struct isle_differ *d, uint32_t ns, const char *path)
{
	const struct isle_parameter key = { .ns = ns, .path = path ? path : "" };
	const struct isle_view *view = d->in->view;
	const struct isle_parameter *p;

	p = view->n_parameters ? bsearch(&key, view->parameters, view->n_parameters, sizeof(key), compare) : NULL;
	return p ? p->value : NULL;
}

void isle_parameters_sort(struct isle_parameter *list, size_t *n)
{
	size_t to = 0;

	if (*n)
		qsort(list, *n, sizeof(*list), compare);
	for (size_t i = 0; i < *n; i++)
		if (!to || compare(&list[to - 1], &list[i]))
			list[to++] = list[i];
	*n = to;
}

const char *isle_parameter_default(struct isle_arena *a, const char *path)
{
	static const char *const groups[] = { "net/ipv4/conf/", "net/ipv6/conf/", "net/ipv4/neigh/", "net/ipv6/neigh/" };

	for (size_t i = 0; i < ISLE_COUNT(groups); i++) {
		const char *name, *end;

		if (strncmp(path, groups[i], strlen(groups[i])))
			continue;
		name = path + strlen(groups[i]);
		end = strrchr(name, '/');
		if (!end || !strncmp(name, "all/", 4) || !strncmp(name, "default/", 8))
			return path;
		return isle_arena_printf(a, "%sdefault%s", groups[i], end);
	}
	return path;
}

static bool is_wanted(const struct isle_differ *d, uint32_t ns, const char *path)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (d->steps[i].kind == ISLE_STEP_SYSCTL && d->steps[i].ns == ns && !strcmp(d->steps[i].sysctl.path, path))
			return true;
	return false;
}

static void reset(struct isle_differ *d, uint32_t ns, const struct isle_step *was)
{
	const char *path = was->sysctl.path, *usual = isle_parameter_default(d->out->arena, path);
	const char *now = isle_differ_parameter(d, ns, path), *value;
	struct isle_step to = { .kind = ISLE_STEP_SYSCTL, .ns = ns }, back;
	struct isle_change *change;

	if (!usual) {
		d->out->no_memory = true;
		return;
	}
	value = isle_differ_parameter(d, usual == path ? ISLE_NS_FRESH : ns, usual);
	if (!now || !value || !strcmp(now, value))
		return;
	to.sysctl.path = path;
	to.sysctl.value = value;
	back = to;
	back.sysctl.value = now;
	change = isle_changes_add(d->out, &to, &back);
	if (change)
		change->was = now;
	d->rooms[ns].tuned = true;
}

void isle_differ_reset_parameters(struct isle_differ *d)
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t i = 0; i < plan->n_steps; i++) {
			const struct isle_step *s = &plan->steps[i];
			const uint32_t ns = isle_differ_ns(d, plan->lab, s->ns);

			if (s->kind == ISLE_STEP_SYSCTL && ns < d->n_rooms && d->rooms[ns].live && !d->rooms[ns].goes &&
			    !is_wanted(d, ns, s->sysctl.path))
				reset(d, ns, s);
		}
	}
}
