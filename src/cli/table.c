/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the one table of commands. A new command is a row in one of the files
 * table_*.c and a file with its function; usage, --help, completion and the
 * manual follow.
 */
#include "cli/table.h"

const struct cli_option cli_common[] = {
	{ OPT_JSON, 'j', "json", NULL, "print JSON, {\"version\": 1, …}", 0, false },
	{ OPT_COLOR, 0, "color", "WHEN", "always, never, or auto: on a terminal, without NO_COLOR", CLI_COLORS, false },
	{ OPT_HELP, 'h', "help", NULL, "print this", 0, false },
	{ .name = NULL },
};

/* About isle itself. */
static const struct cli_command own_commands[] = {
	{
		.name = "doctor", .args = "", .run = cmd_doctor,
		.help = "what this machine allows, and what is in the way",
	},
	{
		.name = "explain", .args = "[KEY]", .run = cmd_explain, .max = 1,
		.help = "what a key of the lab file means",
	},
	{
		.name = "schema", .args = "", .run = cmd_schema,
		.help = "JSON Schema of the lab file, for editors",
	},
	{
		.name = "init", .args = "[TUTORIAL]", .run = cmd_init, .max = 1,
		.help = "write a ./lab.yaml to start from",
		.more = "TUTORIAL is one of 000 001 002 003 004 office triangle: a lab of the tutorials or the manual. An existing file is never touched.",
		.words = { CLI_TUTORIALS },
	},
	{
		.name = "gc", .args = "[NAME…]", .run = cmd_gc, .max = -1,
		.help = "what nobody uses any more, and whose it is; --yes removes it",
		.more = "What isle left when it was killed: changes of labs that were broken off, uplinks, wires, names, nft tables and directories. "
			"And what others left: names in /run/netns and the like without a namespace behind them, namespaces that nothing but a "
			"mount keeps, veths into those. Without --yes it only shows. With it, isle's own goes, and a change that was broken off is ended: "
			"the lab becomes what its record says. What others left goes only if it is named, as it is listed or by the last "
			"part of a path. Who must not look at all processes is shown names only, for nobody may be in a namespace as far as he can see.",
		.options = OPTIONS({ OPT_YES, 'y', "yes", NULL, "remove isle's own, or what is named", 0, false }),
		.words = { CLI_LEAVINGS, CLI_LEAVINGS },
	},
	{
		.name = "completion", .args = "bash|zsh|fish", .run = cmd_completion, .min = 1, .max = 1,
		.help = "the completion script of a shell",
		.words = { CLI_SHELLS },
	},
	{
		.name = "help", .args = "[COMMAND]", .run = cmd_help, .max = 2,
		.help = "this list, or all about one command",
		.words = { CLI_COMMANDS },
	},
	{
		.name = "complete", .args = "-- WORD…", .run = cmd_complete, .max = -1, .hidden = true, .program = true,
		.help = "candidates for the last word, for the completion scripts",
	},
	{
		.name = "man", .args = "commands|keys|GROUP|COMMAND", .run = cmd_man, .min = 1, .max = 1, .hidden = true,
		.help = "generated rows of the manual pages",
	},
	{ .name = NULL },
};

static const struct cli_command *const groups[] = {
	cli_lab_commands, cli_change_commands, cli_ns_commands, cli_switch_commands, own_commands,
};

/* Commands of two words, by the first. */
static const struct { const char *name, *help; } families[] = {
	{ "link", "interfaces by themselves; switch a wire on or off" },
	{ "host", "hosts of a lab that is up come and go" },
	{ "addr", "addresses come and go" },
	{ "route", "routes come and go" },
	{ "uplink", "a way out through this machine" },
	{ "ns", "namespaces of every type" },
	{ "bridge", "Linux bridges, in brctl's words" },
	{ "ovs", "Open vSwitch, in ovs-vsctl's words" },
};

const char *cli_group_help(const char *group, size_t n)
{
	for (size_t i = 0; i < ISLE_COUNT(families); i++)
		if (strlen(families[i].name) == n && !strncmp(families[i].name, group, n))
			return families[i].help;
	return "";
}

const struct cli_command *cli_command_at(size_t i)
{
	for (size_t g = 0; g < ISLE_COUNT(groups); g++)
		for (const struct cli_command *c = groups[g]; c->name; c++)
			if (!i--)
				return c;
	return NULL;
}
