/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: links between two networks of others in a lab that is up: their journal
 * (outside/pair.h) tells of both, those that were and those that are to be,
 * from before the first step until all that ends has ended.
 */
#include "converge/conversion.h"
#include "outside/pair.h"
#include "tree/record.h"
#include "tree/rundir.h"
#include "tree/state.h"

int isle_pairs_compare(struct isle_conversion *c, struct isle_diag *d)
{
	isle_auto(close) int run = -1;
	int r;

	if (c->tree->rootless)
		return 0;
	run = isle_rundir_open(false, d);
	r = run < 0 ? run : isle_pairs_read(run, c->lab->name, &c->pairs_before, d);
	return r ? r : isle_pairs_text(c->lab, c->attached, &c->pairs, d);
}

static bool differ(const struct isle_conversion *c)
{
	return !isle_str_eq(c->pairs, c->pairs_before);
}

static int lock(const struct isle_conversion *c, int *ret, struct isle_diag *d)
{
	if (*ret < 0)
		*ret = isle_rundir_lock(d);
	if (*ret < 0)
		return *ret;
	return isle_tree_has_gone(c->tree) ? isle_lab_is_busy(c->lab->name, d) : 0;
}

int isle_pairs_begin(const struct isle_conversion *c, int *run, struct isle_diag *d)
{
	isle_auto(free) char *both = NULL;
	int r;

	if (!differ(c))
		return 0;
	r = lock(c, run, d);
	if (!r)
		r = isle_pairs_join(c->pairs_before, c->pairs, &both, d);
	return r ? r : isle_pairs_write(*run, c->lab->name, both, d);
}

void isle_pairs_forget(const struct isle_conversion *c, int run)
{
	/* with the intent there, nobody knows how far it came */
	if (differ(c) && !isle_tree_has_intent(c->tree) && !isle_tree_has_gone(c->tree))
		isle_pairs_write(run, c->lab->name, c->pairs_before, NULL);
}

int isle_pairs_end(const struct isle_conversion *c, struct isle_diag *d)
{
	isle_auto(unlock) int run = -1;
	int r = differ(c) ? lock(c, &run, d) : 0;

	if (r || !differ(c) || isle_pairs_write(run, c->lab->name, c->pairs, NULL) == 0)
		return r;
	/* all is done, and what it tells of beyond that is looked for in vain */
	isle_warn(d, NULL, "the journal of lab %s still tells of links between networks of others that are gone", c->lab->name);
	isle_hint(d, "the next change writes it again, and `isle down` removes it");
	return 0;
}
