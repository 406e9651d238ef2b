/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: which hosts have tables of rules that somebody has changed by hand, or
 * removed: a child that is at home in the lab goes through those that have rules
 * and compares what their tables say with what was noted (build/rules.c).
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "build/build.h"
#include "converge/rules.h"
#include "tree/visit.h"

struct look {
	const struct isle_tree *tree;
	const struct isle_lab *lab;
	struct isle_shared *shared;
	bool *changed;			/* of each host; shared memory */
};

static bool has_rules(const struct isle_tree *tree, const struct isle_host *h)
{
	char path[ISLE_NAME_MAX + 16];

	snprintf(path, sizeof(path), ISLE_RULES_DIR "/%s.sum", h->name);
	return h->nft && faccessat(tree->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* In the child. */
static int look(void *arg)
{
	const struct look *l = arg;

	for (size_t i = 0; i < l->lab->n_hosts; i++) {
		int r = has_rules(l->tree, l->lab->hosts[i]) ? isle_visit_host(l->tree, l->shared, l->lab->hosts[i]->name) : -ENOENT;

		if (r && r != -ENOENT)
			return r;
		l->changed[i] = !r && !fchdir(l->tree->dir) && isle_rules_are_changed(l->lab->hosts[i]->name);
	}
	return 0;
}

static int visit(struct look *l, struct isle_arena *arena, const bool **ret, struct isle_diag *d)
{
	bool *copy;
	int r = isle_visit(l->tree, l->shared, look, l) < 0 ? isle_shared_report(l->shared, NULL, d) : 0;

	if (r)
		return r;
	copy = isle_arena_alloc(arena, l->lab->n_hosts * sizeof(*copy));
	if (!copy)
		return isle_fail(d, ENOMEM, NULL, "looking at the rules of lab %s", l->lab->name);
	memcpy(copy, l->changed, l->lab->n_hosts * sizeof(*copy));
	*ret = copy;
	return 0;
}

int isle_rules_find_changed(const struct isle_tree *tree, const struct isle_lab *lab, struct isle_arena *arena, const bool **ret,
			    struct isle_diag *d)
{
	struct look l = { .tree = tree, .lab = lab };
	bool any = false;
	int r;

	*ret = NULL;
	for (size_t i = 0; i < lab->n_hosts && !any; i++)
		any = has_rules(tree, lab->hosts[i]);
	if (!any)
		return 0;
	l.shared = isle_shared_new();
	l.changed = mmap(NULL, lab->n_hosts * sizeof(bool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	r = !l.shared || l.changed == MAP_FAILED ? isle_fail(d, ENOMEM, NULL, "looking at the rules of lab %s", lab->name) :
						   visit(&l, arena, ret, d);
	if (l.changed != MAP_FAILED)
		munmap(l.changed, lab->n_hosts * sizeof(bool));
	isle_shared_free(l.shared);
	return r;
}
