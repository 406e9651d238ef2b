/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: commands for namespaces alone, in the words of ip, unshare, nsenter and lsns. */
#include "cli/table.h"

/* The types as unshare(1) and nsenter(1) call them; --mnt is the kernel's word. */
#define NS_TYPES(FILE, FORM, WORDS, VERB) \
	{ OPT_NS + ISLE_NS_MNT, 'm', "mount", FILE, VERB " mount namespace", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_MNT, 0, "mnt", FILE, "the same", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_UTS, 'u', "uts", FILE, VERB " uts namespace: hostname", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_IPC, 'i', "ipc", FILE, VERB " ipc namespace: System V IPC, message queues", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_NET, 'n', "net", FILE, VERB " network namespace", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_PID, 'p', "pid", FILE, VERB " pid namespace", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_USER, 'U', "user", FILE, VERB " user namespace", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_CGROUP, 'C', "cgroup", FILE, VERB " cgroup namespace", WORDS, FORM }, \
	{ OPT_NS + ISLE_NS_TIME, 'T', "time", FILE, VERB " time namespace", WORDS, FORM }

const struct cli_command cli_ns_commands[] = {
	{
		.name = "netns", .args = "[VERB [ARG…]]", .run = cmd_netns, .max = -1,
		.help = "named network namespaces: all that `ip netns` does",
		.more = "Its options, verbs, words and exit statuses are ip's, and so are the names, in /run/netns: list, add, attach, "
			"delete, set, identify, pids, exec, monitor, list-id. `isle netns help` lists them.",
		.program = true,
	},
	{
		.name = "ns run", .args = "[--] [CMD [ARG…]]", .run = cmd_ns_run, .max = -1,
		.help = "run a command in new namespaces, as unshare does",
		.more = "The options are those of unshare(1). With FILE, the namespace is kept there when CMD has ended, until umount; "
			"FILE is made if it is not there. Default CMD: $SHELL. The exit status is CMD's; 125 is isle's own failure.",
		.options = OPTIONS(
			NS_TYPES("FILE", CLI_MAYBE, CLI_FILES, "a new"),
			{ OPT_FORK, 'f', "fork", NULL, "CMD is a child: process 1 of the pid namespace", 0, CLI_ONCE },
			{ OPT_MAP_USER, 0, "map-user", "USER", "the caller is USER inside; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_GROUP, 0, "map-group", "GROUP", "and the caller's group is GROUP; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_ROOT, 'r', "map-root-user", NULL, "the caller is root inside; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_CURRENT, 'c', "map-current-user", NULL, "the caller's ids are the same inside; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_AUTO, 0, "map-auto", NULL, "map the ids of /etc/subuid and /etc/subgid; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_USERS, 0, "map-users", "OUTER,INNER,COUNT", "map these users, or auto; implies --user", 0, CLI_ONCE },
			{ OPT_MAP_GROUPS, 0, "map-groups", "OUTER,INNER,COUNT", "map these groups, or auto; implies --user", 0, CLI_ONCE },
			{ OPT_KILL_CHILD, 0, "kill-child", "SIGNAL", "CMD gets SIGNAL (default KILL) when isle ends; implies --fork", 0,
			  CLI_MAYBE },
			{ OPT_MOUNT_PROC, 0, "mount-proc", "DIR", "a new proc on DIR (default /proc); implies --mount", CLI_FILES, CLI_MAYBE },
			{ OPT_PROPAGATION, 0, "propagation", "HOW", "of mounts: private (default), slave, shared, unchanged", CLI_PROPAGATION, CLI_ONCE },
			{ OPT_SETGROUPS, 0, "setgroups", "RULE", "allow or deny setgroups(2) in the user namespace", CLI_SETGROUPS, CLI_ONCE },
			{ OPT_KEEP_CAPS, 0, "keep-caps", NULL, "CMD keeps the capabilities of the user namespace", 0, CLI_ONCE },
			{ OPT_ROOT, 'R', "root", "DIR", "CMD's root directory", CLI_FILES, CLI_ONCE },
			{ OPT_WD, 'w', "wd", "DIR", "CMD's working directory", CLI_FILES, CLI_ONCE },
			{ OPT_SETUID, 'S', "setuid", "USER", "CMD runs as USER", 0, CLI_ONCE },
			{ OPT_SETGID, 'G', "setgid", "GROUP", "and as GROUP, without other groups", 0, CLI_ONCE },
			{ OPT_MONOTONIC, 0, "monotonic", "SECONDS", "the monotonic clock is so far ahead inside --time", 0, CLI_ONCE },
			{ OPT_BOOTTIME, 0, "boottime", "SECONDS", "and the boot time clock", 0, CLI_ONCE }),
		.program = true, .last_wins = true, .words = { CLI_PROGRAMS, CLI_PROGRAMS },
	},
	{
		.name = "ns add", .args = "NAME", .run = cmd_ns_add, .min = 1, .max = 1,
		.help = "namespaces of several types under one name",
		.more = "They stay until `isle ns delete`, with nobody inside; `isle ns enter NAME` joins all of them. With --target, those "
			"of a process that is there, which then may end. lo of a new network namespace is down.",
		.options = OPTIONS(
			NS_TYPES(NULL, CLI_ONCE, 0, "a new"),
			{ OPT_TARGET, 't', "target", "PID", "no new ones: those of this process", CLI_PIDS, CLI_ONCE },
			{ OPT_HOSTNAME, 0, "hostname", "NAME", "hostname in the uts namespace", 0, CLI_ONCE }),
	},
	{
		.name = "ns delete", .args = "NAME…", .run = cmd_ns_delete, .min = 1, .max = -1,
		.help = "let go of what `isle ns add` keeps",
		.more = "Processes inside go on, and keep their namespaces; `isle holders NAME` tells before who they are.",
		.words = { CLI_BUNDLES, CLI_BUNDLES },
	},
	{
		.name = "ns enter", .args = "[NAME] [--] [CMD [ARG…]]", .run = cmd_ns_enter, .max = -1,
		.help = "run a command in namespaces that are there, as nsenter does",
		.more = "NAME is a bundle of `isle ns add`, a host, a name of `ip netns`, pid:N, docker:NAME, or a path; all of its "
			"namespaces are entered, or those that options name. With --target or a FILE, there is no NAME, and the "
			"options are those of nsenter(1). Default CMD: $SHELL. The exit status is CMD's; 125 is isle's own failure.",
		.options = OPTIONS(
			{ OPT_ALL, 'a', "all", NULL, "all namespaces of the target", 0, CLI_ONCE },
			{ OPT_TARGET, 't', "target", "PID", "those of this process", CLI_PIDS, CLI_ONCE },
			NS_TYPES("FILE", CLI_MAYBE_GLUED, CLI_FILES, "the"),
			{ OPT_SETUID, 'S', "setuid", "USER", "CMD runs as USER; default in a user namespace: 0", 0, CLI_ONCE },
			{ OPT_SETGID, 'G', "setgid", "GROUP", "and as GROUP, without other groups", 0, CLI_ONCE },
			{ OPT_PRESERVE, 0, "preserve-credentials", NULL, "leave users and groups alone", 0, CLI_ONCE },
			{ OPT_ROOT, 'r', "root", "DIR", "root directory; default: the target's", CLI_FILES, CLI_MAYBE_GLUED },
			{ OPT_WD, 'w', "wd", "DIR", "working directory; default: the target's", CLI_FILES, CLI_MAYBE_GLUED },
			{ OPT_WDNS, 'W', "wdns", "DIR", "working directory, as it is called inside", CLI_FILES, CLI_ONCE },
			{ OPT_NO_FORK, 'F', "no-fork", NULL, "no child for a pid namespace: CMD itself stays outside of it", 0, CLI_ONCE }),
		.program = true, .last_wins = true, .words = { CLI_REFS, CLI_PROGRAMS },
	},
	{
		.name = "ns list", .args = "[NAME|ID…]", .run = cmd_ns_list, .max = -1,
		.help = "every namespace on the machine, and how many use it",
		.more = "PROCS are processes, THR threads that are elsewhere than their process, FDS open descriptors, MNT bind mounts, SOCK "
			"sockets whose process is in another network namespace; PID is the lowest process in it. `isle holders ID` tells "
			"them one by one.",
		.options = OPTIONS(
			{ OPT_TYPE, 't', "type", "TYPE", "only of these types, e.g. net,uts; may be repeated", CLI_TYPES, CLI_MANY },
			{ OPT_TASK, 'p', "task", "PID", "only those that this process is in", CLI_PIDS, CLI_ONCE },
			{ OPT_TREE, 'T', "tree", "REL", "as a tree, by owner (default) or by parent", CLI_RELATIONS, CLI_MAYBE },
			{ OPT_QUICK, 'q', "quick", NULL, "only processes: what nobody is in is not found", 0, CLI_ONCE },
			{ OPT_NO_HEADINGS, 'n', "noheadings", NULL, "without the first line", 0, CLI_ONCE }),
		.words = { CLI_REFS, CLI_REFS },
	},
	{ .name = NULL },
};
