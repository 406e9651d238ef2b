/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one interface with all that its kind has: the options that the kernel
 * tells, by the rows of the link tables, and whether it can be moved to another
 * namespace. What `isle who` tells of it comes from there.
 */
#include "links/links.h"
#include "see/inner.h"

const char *isle_see_fixed(const struct isle_snap_link *l, struct isle_arena *arena)
{
	if (!l->is_immovable)
		return NULL;
	if (isle_see_is_lo(l))
		return "every namespace has a lo of its own";
	if (isle_see_is_quiet(l) && !isle_str_eq(l->kind, "openvswitch"))
		return "it comes with its module into every namespace, and stays in each";
	return isle_arena_printf(arena, "the kernel keeps %s%s in the namespace where it was made (netns-immutable, once netns-local)",
				 l->kind ? "each " : "it", l->kind ? l->kind : "");
}

size_t isle_see_each_option(const struct isle_snap_link *l, void (*fn)(const struct isle_link_value *, void *), void *arg)
{
	const struct isle_link_kind *kind = l->kind ? isle_link_kind_of(l->kind, l->data) : NULL;
	struct isle_link_value values[ISLE_LINK_OPTIONS];
	const size_t n = kind ? isle_link_get(kind, l->data, values, ISLE_COUNT(values)) : 0;

	for (size_t i = 0; i < n; i++) {
		struct isle_link_value *v = &values[i];
		const struct isle_snap_link *other = NULL;

		if (v->option->type == ISLE_OPTION_LINK)
			other = l->lower && l->lower->ifindex == (int)v->n ? l->lower : isle_snap_link_at(l->link_ns ? l->link_ns : l->ns, (int)v->n);
		v->text = other ? other->name : NULL;
		fn(v, arg);
	}
	return n;
}

static void put_text(const struct isle_link_value *v, void *arg)
{
	struct isle_buf *out = arg;

	isle_buf_printf(out, "%s%s ", out->n ? ", " : "", v->option->name);
	isle_link_print(v, out);
}

const char *isle_see_options(const struct isle_snap_link *l, struct isle_arena *arena)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	isle_see_each_option(l, put_text, &out);
	return out.bad ? NULL : isle_arena_strdup(arena, out.s ? out.s : "");
}

static void put_json(const struct isle_link_value *v, void *arg)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	const struct isle_option *o = v->option;
	struct isle_json *j = arg;

	if (o->type == ISLE_OPTION_BOOL) {
		isle_json_bool(j, o->name, v->n);
	} else if (o->type == ISLE_OPTION_NUMBER && !(o->flags & ISLE_OPTION_SECRET)) {
		isle_json_number(j, o->name, v->n);
	} else {
		isle_link_print(v, &out);
		j->out->bad |= out.bad;
		isle_json_text(j, o->name, out.s ? out.s : "");
	}
}

void isle_json_options(struct isle_json *j, const struct isle_snap_link *l)
{
	isle_json_open(j, "options", '{');
	isle_see_each_option(l, put_json, j);
	isle_json_close(j, '}');
}
