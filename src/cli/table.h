/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the rows of all commands, in a file for each group of them. Usage,
 * --help, completion and the manual show them in the order of table.c.
 */
#ifndef ISLE_CLI_TABLE_H
#define ISLE_CLI_TABLE_H

#include "cli/cli.h"

#define OPTIONS(...) (const struct cli_option[]) { __VA_ARGS__, { .name = NULL } }

/* Each ends with a row without a name. */
extern const struct cli_command cli_lab_commands[], cli_change_commands[], cli_ns_commands[], cli_switch_commands[];

#endif
