/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the plan for a person with a root shell. The same steps in the same
 * order, so the same network; an uplink is told in a comment, because its
 * addresses are chosen when it is made.
 */
#include "kinds/kinds.h"
#include "plan/plan.h"

int isle_plan_commands(const struct isle_plan *plan, struct isle_buf *out)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		isle_kind_command(&plan->steps[i], plan->lab, out);
	return out->bad ? -ENOMEM : 0;
}
