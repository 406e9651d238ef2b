/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: drift: where a lab that is up is no longer what it was brought up as. It
 * is the difference that `up` of the record's own text would mend (diff/), in
 * words, and two things that are in no namespace: a host's name in /run/netns,
 * and whose network an attached host has. Nothing is locked and nothing changed:
 * a lab that is being changed is shown as it is at the moment.
 */
#include <sys/stat.h>
#include "converge/drift.h"
#include "converge/files.h"
#include "converge/gather.h"
#include "converge/rules.h"
#include "outside/uplink.h"

void isle_drift_note(struct isle_drifts *all, enum isle_drift_rank rank, const struct isle_host *host, const struct isle_iface *iface,
		     const char *fmt, ...)
{
	isle_auto(buf) struct isle_buf words = { 0 };
	struct isle_drift *d;
	va_list ap;

	va_start(ap, fmt);
	isle_buf_vprintf(&words, fmt, ap);
	va_end(ap);
	if (words.bad || !isle_arena_grow(all->arena, &all->list, all->n, &all->cap, sizeof(*all->list))) {
		all->no_memory = true;
		return;
	}
	d = &all->list[all->n];
	*d = (struct isle_drift) { .host = host, .iface = iface, .rank = rank, .n = all->n };
	all->n++;
	d->words = isle_arena_strdup(all->arena, words.s ? words.s : "");
	if (!d->words)
		all->no_memory = true;
}

/* /run/netns/HOST.LAB shows a second pin: both are there, or it is not this namespace that one sees. */
static void look_at_name(struct isle_drifts *all, const struct isle_tree *tree, const struct isle_host *h)
{
	char pin[ISLE_NAME_MAX + 8], name[sizeof(ISLE_NETNS_DIR) + 2 * ISLE_NAME_MAX];
	struct stat ours, shown;

	snprintf(pin, sizeof(pin), "net/%s", h->name);
	snprintf(name, sizeof(name), ISLE_NETNS_DIR "/%s.%s", h->name, all->lab->name);
	if (fstatat(tree->dir, pin, &ours, 0) == 0 &&
	    (stat(name, &shown) < 0 || shown.st_dev != ours.st_dev || shown.st_ino != ours.st_ino))
		isle_drift_note(all, ISLE_DRIFT_HOST, h, NULL, "has lost its name %s", name);
}

static void note_stale(const struct isle_host *host, const struct isle_iface *iface, const char *words, void *arg)
{
	isle_drift_note(arg, ISLE_DRIFT_HOST, host, iface, "%s", words);
}

static void note_older(const struct isle_host *host, const struct isle_own *own, void *arg)
{
	isle_drift_note(arg, ISLE_DRIFT_REST, host, NULL, "has an older %s than %s", own->path, own->source);
}

/* Rules of nftables: the hosts' own, and what the lab has on the machine. */
static int look_at_rules(struct isle_drifts *all, const struct isle_tree *tree, const struct isle_lab *lab, struct isle_diag *d)
{
	const bool table = !tree->rootless && isle_uplink_table_is_changed(lab, tree->dir);
	const bool *changed = NULL;
	bool said = false;
	int r = isle_rules_find_changed(tree, lab, all->arena, &changed, d);

	for (size_t i = 0; i < lab->n_hosts && !r; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (changed && changed[i])
			isle_drift_note(all, ISLE_DRIFT_REST, h, NULL, "has other rules of nftables than %s", h->nft);
		if (!table || said || h->uplink.kind == ISLE_UPLINK_NONE)
			continue;
		said = true;
		isle_drift_note(all, ISLE_DRIFT_REST, h, NULL, "has an uplink whose nft table isle-%s was changed", lab->name);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct isle_drift *x = a, *y = b;
	/* the switches come last, and what is the host's before its interfaces */
	const size_t hosts[] = { x->host ? x->host->index : SIZE_MAX, y->host ? y->host->index : SIZE_MAX };
	const size_t ifaces[] = { x->iface ? x->iface->index + 1 : 0, y->iface ? y->iface->index + 1 : 0 };

	if (hosts[0] != hosts[1])
		return hosts[0] < hosts[1] ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (ifaces[0] != ifaces[1])
		return ifaces[0] < ifaces[1] ? -1 : 1;
	return x->n < y->n ? -1 : 1;
}

/* What would have to be done, as `up` sees it. */
static int find_changes(struct isle_gathered *live, const struct isle_plan *plan, const struct isle_plan *uplinks,
			struct isle_changes **ret, struct isle_diag *d)
{
	struct isle_diff_input in = {
		.names = plan->lab, .plan = plan, .uplinks = uplinks, .owned = { plan }, .owned_uplinks = { uplinks }, .n_owned = 1,
		.view = &live->view, .looks = true,
	};
	int r;

	isle_gather_want(live, plan, true);
	isle_gather_want(live, uplinks, true);
	r = isle_gather_read(live, d);
	return r ? r : isle_diff_plan(&in, ret, d);
}

static int collect(struct isle_drifts *all, const struct isle_tree *tree, const struct isle_plan *plan, const struct isle_plan *uplinks,
		   struct isle_diag *d)
{
	const struct isle_lab *lab = all->lab;
	struct isle_gathered *live = NULL;
	struct isle_changes *changes = NULL;
	int r = isle_gather_new(tree, lab, NULL, isle_gather_parts(plan), &live, d);

	if (!r)
		r = find_changes(live, plan, uplinks, &changes, d);
	for (size_t i = 0; !r && !tree->rootless && i < lab->n_hosts; i++)
		look_at_name(all, tree, lab->hosts[i]);
	if (!r)
		all->view = &live->view;
	for (size_t i = 0; !r && i < changes->n; i++)
		isle_drift_say(all, &changes->list[i]);
	if (!r)
		r = look_at_rules(all, tree, lab, d);
	if (!r)
		isle_files_each_older(tree, lab, note_older, all);
	if (!r)
		isle_attach_stale(tree, lab, note_stale, all);
	isle_changes_free(changes);
	isle_gather_free(live);
	return r;
}

int isle_drift(const struct isle_tree *tree, struct isle_lab *lab,
	       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *), void *arg, struct isle_diag *d)
{
	struct isle_drifts all = { .arena = isle_arena_new(), .lab = lab };
	struct isle_plan *plan = NULL, *uplinks = NULL;
	int r = all.arena ? isle_plan_build(lab, &plan, d) : -ENOMEM;

	if (!r && lab->has_uplink)
		r = isle_plan_uplinks(lab, &uplinks, d);
	if (!r)
		r = collect(&all, tree, plan, uplinks, d);
	if (!all.arena || (!r && all.no_memory))
		r = isle_fail(d, ENOMEM, NULL, "look for drift in lab %s", lab->name);
	if (!r && all.n)
		qsort(all.list, all.n, sizeof(*all.list), compare);
	for (size_t i = 0; !r && i < all.n; i++)
		fn(all.list[i].host, all.list[i].iface, all.list[i].words, arg);
	isle_plan_free(plan);
	isle_plan_free(uplinks);
	isle_arena_free(all.arena);
	return r;
}
