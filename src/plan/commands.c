/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the plan for a person with a root shell. The same steps in the same
 * order, so the same network. An uplink's subnet is the one that `up` tries
 * first; `up` takes the next if the machine uses it already.
 */
#include "kinds/kinds.h"
#include "plan/draft.h"

int isle_plan_commands(const struct isle_plan *plan, struct isle_buf *out)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		isle_kind_command(&plan->steps[i], plan->lab, out);
	if (isle_plan_ovs_commands(plan->lab, out) < 0)
		return -ENOMEM;
	if (isle_plan_uplink_commands(plan->lab, out) < 0)
		return -ENOMEM;
	return isle_plan_nic_commands(plan->lab, out);
}
