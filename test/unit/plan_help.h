/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a lab's text to its plan, for the tests of plan/ and kinds/.
 */
#ifndef PLAN_HELP_H
#define PLAN_HELP_H

#include "lab_help.h"
#include "kinds/kinds.h"
#include "plan/draft.h"

struct isle_plan *plan_of(const char *text);
void done(struct isle_plan *);			/* frees the lab too */

#endif
