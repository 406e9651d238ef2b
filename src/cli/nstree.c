/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ns list --tree`: each namespace under the user namespace that owns
 * it, or pid and user namespaces under their parents. What is above a namespace
 * that is shown is shown too.
 */
#include "cli/nslist.h"

struct tree {
	struct ns_list *l;
	char prefix[256];
	int id_width;
	bool measure;		/* only find the width */
};

static size_t row_of(const struct ns_list *l, uint64_t id)
{
	for (size_t i = 0; id && i < l->n; i++)
		if (l->rows[i].info.id == id)
			return i;
	return SIZE_MAX;
}

static bool is_last(const struct ns_list *l, size_t i)
{
	for (size_t k = i + 1; k < l->n; k++)
		if (l->rows[k].shown && l->rows[k].above == l->rows[i].above)
			return false;
	return true;
}

static void below(struct tree *t, size_t above, unsigned depth)
{
	const bool utf8 = cli_utf8();
	const size_t n = strlen(t->prefix);

	for (size_t i = 0; i < t->l->n && depth < 40; i++) {
		const struct ns_row *row = &t->l->rows[i];
		bool last;

		if (!row->shown || row->above != above)
			continue;
		last = is_last(t->l, i);
		if (depth && n + 8 < sizeof(t->prefix))
			strcpy(t->prefix + n, last ? (utf8 ? "└─" : "`-") : (utf8 ? "├─" : "|-"));
		if (t->measure && 10 + 2 * (int)depth > t->id_width)
			t->id_width = 10 + 2 * (int)depth;
		if (!t->measure)
			ns_line(row, t->prefix, t->id_width);
		if (depth && n + 8 < sizeof(t->prefix))
			strcpy(t->prefix + n, last ? "  " : (utf8 ? "│ " : "| "));
		below(t, i, depth + 1);
		t->prefix[n] = 0;
	}
}

void ns_tree(struct ns_list *l, bool parent)
{
	struct tree t = { .l = l, .measure = true };

	for (size_t i = 0; i < l->n; i++) {
		const struct isle_ns_info *info = &l->rows[i].info;

		l->rows[i].above = row_of(l, parent ? info->parent : info->owner);
		if (parent && info->type != ISLE_NS_PID && info->type != ISLE_NS_USER)
			l->rows[i].shown = false;
	}
	for (size_t i = 0; i < l->n; i++) {
		size_t up = l->rows[i].shown ? l->rows[i].above : SIZE_MAX;

		for (; up != SIZE_MAX && !l->rows[up].shown; up = l->rows[up].above)
			l->rows[up].shown = true;
	}
	below(&t, SIZE_MAX, 0);
	t.measure = false;
	t.prefix[0] = 0;
	ns_head(l, t.id_width);
	below(&t, SIZE_MAX, 0);
}
