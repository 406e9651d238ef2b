/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: up, for everybody: a lab that is not up is brought up (engine/up.c), one
 * that is becomes what the file says. Whoever changes a lab holds a lock on its
 * tree. All that can fail is done by one process, which undoes it if it does;
 * then the record is the new one, and what is left is to end things: names,
 * processes in hosts that go, interfaces, namespaces. If we are killed there,
 * the next `up` does it, from the intent. A signal that asks us to end waits
 * until the change is undone, or if it came too late, done.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "converge/conversion.h"
#include "converge/worker.h"
#include "engine/inside.h"
#include "engine/signals.h"
#include "ns/ns.h"
#include "tree/names.h"
#include "tree/record.h"
#include "tree/state.h"

#define MESSAGE_BYTES (32 * 1024)

static int lock(const struct isle_tree *tree, int *ret, struct isle_diag *d)
{
	isle_auto(close) int fd = openat(tree->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return isle_fail(d, errno, NULL, "cannot open the tree of lab %s", tree->lab);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return isle_fail(d, errno, NULL, "cannot lock lab %s", tree->lab);
		isle_reject(d, NULL, "lab %s is being changed by another isle", tree->lab);
		isle_hint(d, "wait until that one is done");
		return -EBUSY;
	}
	*ret = isle_steal_fd(&fd);
	return 0;
}

/* Hosts that go, up to a NULL; in the arena. NULL: no memory. */
static const char **who_goes(const struct isle_conversion *c)
{
	const size_t n = c->names.n_hosts - c->lab->n_hosts;
	const char **names = isle_arena_alloc(c->arena, (n + 1) * sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = c->names.hosts[c->lab->n_hosts + i]->name;
	return names;
}

static int end_hosts(const struct isle_conversion *c, const struct isle_up_options *o, struct isle_diag *d)
{
	const struct isle_down_options down = { .killed = o ? o->killed : NULL, .arg = o ? o->arg : NULL };
	const char **going = who_goes(c);
	int r = 0;

	if (!going)
		return isle_fail(d, ENOMEM, NULL, "changing lab %s", c->lab->name);
	if (!going[0])
		return 0;
	for (size_t i = 0; going[i] && !r && !c->tree->rootless; i++)
		r = isle_names_drop(c->lab->name, going[i], d);
	return r ? r : isle_inside_end(c->tree, going, &down, d);
}

/* As the record has them. */
static int change_switches_back(const struct isle_conversion *c)
{
	struct isle_lab *const wanted[] = { c->lab };
	struct isle_ovs_diff *back = NULL;
	int r = isle_ovs_diff(c->tree, c->was[0], wanted, 1, &back, NULL);

	if (!r)
		r = isle_ovs_diff_do(back, NULL);
	isle_ovs_diff_free(back);
	return r;
}

/* Those of Open vSwitch come first: what follows is undone by itself if it fails. */
static int change_switches(const struct isle_conversion *c, const struct isle_work *w, struct isle_diag *d)
{
	int r = isle_work_intend(w, d);

	if (r)
		return r;
	r = isle_ovs_diff_do(c->ovs, d);
	if (r && change_switches_back(c) == 0)
		isle_work_forget(w);
	return r;
}

/* All that can fail. What is on the machine comes between what is in the switches' database and the commit. */
static int change_all(const struct isle_conversion *c, const struct isle_work *w, struct isle_diag *d)
{
	isle_auto(unlock) int run = -1;
	int r = isle_ovs_diff_n(c->ovs) ? change_switches(c, w, d) : 0;

	if (r)
		return r;
	if (c->outside)
		r = isle_work_intend(w, d);
	if (!r && c->outside) {
		r = isle_uplinks_begin(c, &run, d);
		if (r)
			isle_work_forget(w);
	}
	if (!r)
		r = isle_pairs_begin(c, &run, d);
	if (!r)
		r = isle_work_change(w, d);
	if (r && run >= 0 && c->outside)
		isle_uplinks_forget(c, run);
	if (r && run >= 0)
		isle_pairs_forget(c, run);
	if (r && isle_ovs_diff_n(c->ovs))
		change_switches_back(c);
	return r;
}

/* All that is not undone any more. */
static int end_all(const struct isle_conversion *c, const struct isle_work *w, const struct isle_up_options *o, struct isle_diag *d)
{
	int r = end_hosts(c, o, d);

	if (!r && c->outside)
		r = isle_uplinks_end(c, d);
	if (!r && (c->changes->n_ends || c->commits || c->n_was > 1))
		r = isle_work_end(w, d);
	if (!r)
		r = isle_pairs_end(c, d);
	return r ? r : isle_ovs_diff_settle(c->ovs, d);
}

static int change(const struct isle_conversion *c, const struct isle_up_options *o, struct isle_diag *d)
{
	isle_auto(close) int machine = isle_ns_self("net");
	struct isle_work w = {
		.tree = c->tree, .changes = c->changes, .files = c->files, .attached = c->attached, .rules = c->rules,
		.outside = c->outside, .machine = machine, .outlets = c->outlets, .intent = c->record, .intent_len = c->record_len, .commits = c->commits,
		.shared = isle_shared_new(), .msg = malloc(MESSAGE_BYTES), .msg_size = MESSAGE_BYTES,
	};
	sigset_t mask;
	int r = -ENOMEM;

	w.signals = isle_signals_hold(&mask);
	if (machine < 0) {
		r = isle_fail(d, -machine, NULL, "cannot open the machine's network");
	} else if (w.shared && w.msg) {
		w.shared->total = (uint32_t)c->changes->n;
		r = change_all(c, &w, d);
		if (!r)
			r = end_all(c, &w, o, d);
	} else {
		isle_fail(d, ENOMEM, NULL, "changing lab %s", c->lab->name);
	}
	isle_shared_free(w.shared);
	free(w.msg);
	isle_signals_release(w.signals, &mask);
	return r;
}

static int tell(const struct isle_conversion *c, const struct isle_up_options *o, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf text = { 0 };

	if (o && o->ret_already)
		*o->ret_already = isle_conversion_is_empty(c);
	if (!o || !o->ret_changes)
		return 0;
	if (isle_conversion_show(c, &text) || !(*o->ret_changes = isle_buf_steal(&text)))
		return isle_fail(d, ENOMEM, NULL, "changing lab %s", c->lab->name);
	return 0;
}

/* The tree is locked. */
static int converge(struct isle_lab *lab, struct isle_tree *tree, const struct isle_up_options *o, struct isle_diag *d)
{
	struct isle_conversion *c = NULL;
	int r = isle_conversion_new(tree, lab, &c, d);

	/* of a lab that stays as it is, a name that somebody took is a warning of those that are mended */
	if (!r && !tree->rootless && !isle_conversion_is_empty(c))
		r = isle_names_check(lab, d);
	if (!r)
		r = tell(c, o, d);
	if (!r && !isle_conversion_is_empty(c))
		r = change(c, o, d);
	isle_conversion_free(c);
	return r || tree->rootless ? r : isle_names_mend(lab, d);
}

int isle_up(struct isle_lab *lab, const struct isle_up_options *o, struct isle_diag *d)
{
	struct isle_tree tree;
	struct isle_site site;
	int fd = -1, r = isle_site_find(&site, d);

	if (o && o->ret_already)
		*o->ret_already = false;
	if (o && o->ret_changes)
		*o->ret_changes = NULL;
	if (r)
		return r;
	r = isle_tree_find(&site, lab->name, &tree, d);
	if (r == -ENOENT)
		return isle_bring_up(lab, &site, o, d);
	if (r)
		return r;
	r = lock(&tree, &fd, d);
	if (!r)
		r = converge(lab, &tree, o, d);
	isle_auto_unlock(&fd);
	/* whatever failed, it did because somebody took the lab down meanwhile */
	if (r && isle_tree_has_gone(&tree))
		r = isle_lab_is_busy(lab->name, d);
	isle_tree_close(&tree);
	return r;
}

int isle_change_end(const struct isle_site *site, const char *name, struct isle_diag *d)
{
	struct isle_lab *lab = NULL;
	struct isle_tree tree;
	int fd = -1, r = isle_tree_find(site, name, &tree, d);

	if (r)
		return r;
	r = lock(&tree, &fd, d);
	if (!r && isle_tree_has_intent(&tree)) {
		r = isle_tree_lab(&tree, &lab, d);
		if (!r)
			r = converge(lab, &tree, NULL, d);
	}
	isle_auto_unlock(&fd);
	if (r && isle_tree_has_gone(&tree))
		r = -ENOENT;
	isle_lab_free(lab);
	isle_tree_close(&tree);
	return r;
}

int isle_lab_changes(struct isle_lab *lab, enum isle_lab_form form, char **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	struct isle_conversion *c = NULL;
	struct isle_tree tree;
	struct isle_site site;
	int r = isle_site_find(&site, d);

	if (!r)
		r = isle_tree_find(&site, lab->name, &tree, d);
	if (r)
		return r;
	r = isle_conversion_new(&tree, lab, &c, d);
	if (!r) {
		r = form == ISLE_LAB_COMMANDS ? isle_conversion_commands(c, &text) : isle_conversion_show(c, &text);
		if (r || !(*ret = isle_buf_steal(&text)))
			r = isle_fail(d, ENOMEM, NULL, "comparing lab %s", lab->name);
	}
	isle_conversion_free(c);
	/* that it is not up has no problem, and this has one: the lab went, or lacks something else */
	if (r && isle_tree_has_gone(&tree))
		r = isle_lab_is_busy(lab->name, d);
	else if (r == -ENOENT)
		r = -EIO;
	isle_tree_close(&tree);
	return r;
}
