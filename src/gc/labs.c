/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changes of labs that were broken off: their intent is there and nobody
 * holds the lab. The lab becomes what its record says, by what changes labs:
 * as it was, if the change was not complete; as it was to be, if only ends of
 * things were missing.
 */
#include "converge/converge.h"
#include "gc/inner.h"
#include "tree/state.h"

static int end_change(struct isle_sweep *s, const struct isle_leaving *f)
{
	const size_t before = isle_diag_errors(s->d);
	int r = isle_change_end(s->site, f->key, s->d);

	/* it was taken down meanwhile, which needs no words */
	return r == -ENOENT && isle_diag_errors(s->d) == before ? 1 : r;
}

static int look(struct isle_sweep *s, const char *lab)
{
	const struct isle_leaving f = {
		.item = { .kind = "change", .name = lab, .owner = "isle", .ours = true, .why = "a change of the lab was broken off",
			  .then = "ends it: the lab becomes what its record says, all of the change or nothing" },
		.remove = end_change, .key = lab,
	};
	struct isle_tree tree;
	bool half;

	if (isle_tree_find(s->site, lab, &tree, NULL))
		return 0;
	half = isle_tree_is_half_changed(&tree);
	isle_tree_close(&tree);
	return half ? isle_sweep_found(s, &f) : 0;
}

int isle_sweep_labs(struct isle_sweep *s)
{
	char **names = NULL;
	size_t n = 0;
	int r = isle_tree_list(s->site, s->arena, &names, &n, s->d);

	for (size_t i = 0; i < n && !r; i++)
		r = look(s, names[i]);
	return r;
}
