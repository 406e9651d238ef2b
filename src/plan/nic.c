/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the steps about NICs of the machine, apart from the plan, for they take
 * something away from the machine: they come after everything else, uplinks
 * too, and only `up` as root takes them (engine/nic.c).
 */
#include "kinds/kinds.h"
#include "plan/draft.h"

void isle_plan_nic_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *lab, const struct isle_iface *iface)
{
	char text[ISLE_ALTNAME_MAX * 2];

	/* as with those of uplinks: two long names end in a hash */
	snprintf(text, sizeof(text), "isle:%s:%s:%s", lab->name, iface->host->name, iface->name);
	if (strlen(text) < ISLE_ALTNAME_MAX)
		memcpy(ret, text, strlen(text) + 1);
	else
		snprintf(ret, ISLE_ALTNAME_MAX, "%.100s:%016llx", text, (unsigned long long)isle_fnv1a(text));
}

static void add_move(struct isle_draft *d, const struct isle_iface *iface)
{
	char *altname = isle_draft_alloc(d, ISLE_ALTNAME_MAX);
	struct isle_step *step;

	if (!altname)
		return;
	isle_plan_nic_altname(altname, d->lab, iface);
	step = isle_draft_add(d, ISLE_STEP_ALTNAME, ISLE_NS_MACHINE, &iface->loc);
	step->altname.name = iface->machine_lower;
	step->altname.altname = altname;
	step = isle_draft_add(d, ISLE_STEP_NIC, ISLE_NS_MACHINE, &iface->loc);
	step->nic.name = iface->machine_lower;
	step->nic.new_name = iface->name;
	step->nic.new_ifindex = isle_plan_ifindex(iface);
	step->nic.that_ns = ISLE_NS_HOST(iface->host->index);
}

static void draft(struct isle_draft *d)
{
	for (size_t i = 0; i < d->lab->n_hosts && !d->no_memory; i++) {
		const struct isle_host *host = d->lab->hosts[i];

		for (size_t k = 0; k < host->n_ifaces; k++)
			if (isle_iface_is_nic(host->ifaces[k]))
				add_move(d, host->ifaces[k]);
		isle_draft_nic_end(d, host);
	}
}

int isle_plan_nics(const struct isle_lab *lab, struct isle_plan **ret_plan, struct isle_diag *diag)
{
	return isle_draft_make(lab, draft, ret_plan, diag);
}

int isle_plan_nic_commands(const struct isle_lab *lab, struct isle_buf *out)
{
	struct isle_plan *plan;
	int r;

	if (!lab->has_nic)
		return 0;
	r = isle_plan_nics(lab, &plan, NULL);
	if (r)
		return r;
	for (size_t i = 0; i < plan->n_steps; i++)
		isle_kind_command(&plan->steps[i], lab, out);
	isle_plan_free(plan);
	return out->bad ? -ENOMEM : 0;
}
