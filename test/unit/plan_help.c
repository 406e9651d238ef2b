/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: see plan_help.h.
 */
#include "plan_help.h"

struct isle_plan *plan_of(const char *text)
{
	struct isle_plan *plan = NULL;

	assert_int_equal(isle_plan_build(lab_load(text), &plan, NULL), 0);
	return plan;
}

void done(struct isle_plan *plan)
{
	struct isle_lab *lab = (struct isle_lab *)plan->lab;

	isle_plan_free(plan);
	isle_lab_free(lab);
}
