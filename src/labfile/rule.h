/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a policy rule does, as the file says it and as the model has it.
 */
#ifndef ISLE_LABFILE_RULE_H
#define ISLE_LABFILE_RULE_H

enum isle_rule_action { ISLE_RULE_LOOKUP, ISLE_RULE_BLACKHOLE, ISLE_RULE_UNREACHABLE, ISLE_RULE_PROHIBIT };

#endif
