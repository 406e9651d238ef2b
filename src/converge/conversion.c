/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: everything that is to be known before a lab that is up is changed: what
 * it was made from, what is live, what the file wants, and the difference. It
 * changes nothing, so `plan` ends here.
 */
#include "build/build.h"
#include "converge/conversion.h"
#include "outside/outlet.h"
#include "outside/outside.h"
#include "outside/uplink.h"
#include "tree/record.h"

static int no_memory(const struct isle_conversion *c, struct isle_diag *d)
{
	return isle_fail(d, ENOMEM, NULL, "comparing lab %s", c->lab->name);
}

static int read_record(struct isle_conversion *c, const char *file, struct isle_diag *d)
{
	const size_t i = c->n_was;
	int r = isle_record_read_as(c->tree, file, &c->records[i], d);

	if (!r)
		r = isle_record_lab(c->records[i], &c->was[i], d);
	if (!r)
		c->n_was++;
	return r;
}

static int read_records(struct isle_conversion *c, struct isle_diag *d)
{
	int r = read_record(c, ISLE_RECORD, d);

	if (r == -ENOENT)
		return isle_fail(d, ENOENT, NULL, "cannot read the record of lab %s", c->tree->lab);
	if (r)
		return r;
	r = read_record(c, ISLE_INTENT, d);
	return r == -ENOENT ? 0 : r;
}

static bool is_named(const struct isle_lab *lab, size_t n, const char *name)
{
	for (size_t i = lab->n_hosts; i < n; i++)
		if (!strcmp(lab->hosts[i]->name, name))
			return true;
	return false;
}

/* The hosts that go have numbers behind those that stay. */
static int name_hosts(struct isle_conversion *c)
{
	size_t n = c->lab->n_hosts;
	struct isle_host **hosts;

	for (size_t k = 0; k < c->n_was; k++)
		n += c->was[k]->n_hosts;
	hosts = isle_arena_alloc(c->arena, (n + 1) * sizeof(*hosts));
	if (!hosts)
		return -ENOMEM;
	if (c->lab->n_hosts)
		memcpy(hosts, c->lab->hosts, c->lab->n_hosts * sizeof(*hosts));
	c->names = *c->lab;
	c->names.hosts = hosts;
	for (size_t k = 0; k < c->n_was; k++)
		for (size_t i = 0; i < c->was[k]->n_hosts; i++) {
			struct isle_host *h = c->was[k]->hosts[i];
			const struct isle_lab so_far = { .hosts = hosts, .n_hosts = c->lab->n_hosts };

			if (!isle_lab_host(c->lab, h->name) && !is_named(&so_far, c->names.n_hosts, h->name))
				hosts[c->names.n_hosts++] = h;
		}
	return 0;
}

static int make_plans(struct isle_conversion *c, struct isle_diag *d)
{
	int r = isle_plan_build(c->lab, &c->plan, d);

	if (!r && c->lab->has_uplink)
		r = isle_plan_uplinks(c->lab, &c->uplinks, d);
	for (size_t k = 0; k < c->n_was && !r; k++) {
		r = isle_plan_build(c->was[k], &c->was_plans[k], d);
		if (!r && c->was[k]->has_uplink)
			r = isle_plan_uplinks(c->was[k], &c->was_uplinks[k], d);
	}
	return r;
}

static int look(struct isle_conversion *c, struct isle_diag *d)
{
	unsigned parts = isle_gather_parts(c->plan);
	int r;

	for (size_t k = 0; k < c->n_was; k++)
		parts |= isle_gather_parts(c->was_plans[k]);
	r = isle_gather_new(c->tree, &c->names, c->attached, parts, &c->live, d);

	if (r)
		return r;
	isle_gather_want(c->live, c->plan, false);
	isle_gather_want(c->live, c->uplinks, false);
	for (size_t k = 0; k < c->n_was; k++)
		isle_gather_want(c->live, c->was_plans[k], true);
	return isle_gather_read(c->live, d);
}

/* Ports of a shared switch are not in the lab, and would be missed there. */
static int leave(struct isle_conversion *c, struct isle_diag *d)
{
	isle_warn(d, NULL, "lab %s has a switch in the machine's Open vSwitch: what was changed in it by hand is not looked for",
		  c->lab->name);
	c->changes = isle_changes_new(&c->names);
	return c->changes ? 0 : no_memory(c, d);
}

static int compare(struct isle_conversion *c, struct isle_diag *d)
{
	struct isle_diff_input in = {
		.names = &c->names, .plan = c->plan, .uplinks = c->uplinks, .n_owned = c->n_was, .view = &c->live->view,
	};

	if (isle_ovs_has_shared(c->lab))
		return leave(c, d);
	for (size_t k = 0; k < c->n_was; k++) {
		in.owned[k] = c->was_plans[k];
		in.owned_uplinks[k] = c->was_uplinks[k];
	}
	return isle_diff_plan(&in, &c->changes, d);
}

static int compare_records(struct isle_conversion *c, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf full = { 0 };

	if (isle_lab_full(c->lab, &full) || full.bad)
		return no_memory(c, d);
	c->commits = strcmp(full.s ? full.s : "", c->records[0]->full);
	return isle_record_make(c->lab, c->records[0]->created, &c->record, &c->record_len, d);
}

static int attach(struct isle_conversion *c, struct isle_diag *d)
{
	int r = c->tree->rootless ? isle_lab_check_outside(c->lab, false, d) : isle_lab_check_machine(c->lab, c->was, c->n_was, d);

	if (!r)
		r = isle_attached_open(c->lab, true, &c->attached, d);
	return r ? r : isle_attached_compare(c->attached, c->lab, c->tree, d);
}

static int fill(struct isle_conversion *c, struct isle_diag *d)
{
	int r = read_records(c, d);

	if (!r)
		isle_datapath_choose(c->lab, c->was[0]->auto_datapath);
	if (!r)
		r = isle_uplinks_choose(c, d);
	if (!r)
		r = isle_nics_keep(c->lab, c->was[0], d);
	if (!r)
		r = attach(c, d);
	if (!r)
		r = compare_records(c, d);
	if (!r && name_hosts(c))
		r = no_memory(c, d);
	if (!r)
		r = isle_wireguard_read_keys(c->lab, d);
	if (!r)
		r = make_plans(c, d);
	if (!r && c->commits)
		r = isle_ovs_keep(c->lab, c->was[0], d);
	if (!r && c->commits)
		r = isle_kinds_keep(c->plan, true, d);
	if (!r && c->commits)
		r = isle_kinds_keep(c->was_plans[0], false, d);
	if (!r)
		r = look(c, d);
	if (!r)
		r = compare(c, d);
	if (!r)
		r = isle_uplinks_compare(c, d);
	if (!r)
		r = isle_pairs_compare(c, d);
	if (!r)
		r = isle_rule_changes_new(c->tree, c->lab, c->was[0], &c->live->view, c->n_was > 1, &c->rules, d);
	if (!r)
		r = isle_files_plan(c->tree, &c->live->view, c->lab, c->was[0], &c->files, d);
	if (!r)
		r = isle_files_plan_own(c->files, c->tree, &c->live->view, c->lab, c->was, c->n_was, d);
	if (!r)
		r = isle_files_plan_fresh(c->files, c->tree, &c->live->view, c->lab, d);
	if (!r)
		r = isle_ovs_diff(c->tree, c->lab, c->was, c->n_was, &c->ovs, d);
	return r;
}

int isle_conversion_new(struct isle_tree *tree, struct isle_lab *lab, struct isle_conversion **ret, struct isle_diag *d)
{
	struct isle_conversion *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return isle_fail(d, ENOMEM, NULL, "comparing lab %s", lab->name);
	c->tree = tree;
	c->lab = lab;
	c->arena = isle_arena_new();
	r = c->arena ? fill(c, d) : no_memory(c, d);
	if (r) {
		isle_conversion_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void isle_conversion_free(struct isle_conversion *c)
{
	if (!c)
		return;
	isle_changes_free(c->changes);
	isle_files_free(c->files);
	isle_ovs_diff_free(c->ovs);
	isle_uplink_change_free(c->outside);
	isle_outlet_change_free(c->outlets);
	isle_rule_changes_free(c->rules);
	isle_gather_free(c->live);
	isle_attached_free(c->attached);
	isle_plan_free(c->plan);
	isle_plan_free(c->uplinks);
	for (size_t k = 0; k < ISLE_COUNT(c->was); k++) {
		isle_plan_free(c->was_plans[k]);
		isle_plan_free(c->was_uplinks[k]);
		isle_lab_free(c->was[k]);
		isle_record_free(c->records[k]);
	}
	isle_arena_free(c->arena);
	free(c->pairs);
	free(c->pairs_before);
	free(c->record);
	free(c);
}

bool isle_conversion_is_empty(const struct isle_conversion *c)
{
	return !c->changes->n && !c->changes->n_ends && !isle_files_n(c->files) && !isle_files_have_own(c->files) &&
	       !isle_ovs_diff_n(c->ovs) && !c->outside && !c->outlets && !isle_rule_changes_n(c->rules) && !c->commits && c->n_was == 1;
}
