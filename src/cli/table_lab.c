/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: commands for labs, and for what is on the machine. */
#include "cli/table.h"

const struct cli_command cli_lab_commands[] = {
	{
		.name = "run", .args = "[HOST] -- CMD [ARG…]", .run = cmd_run, .max = 1,
		.help = "a network for one command",
		.more = "The network is seen by nobody else, and nothing of it is left when CMD ends, even by SIGKILL. "
			"With HOST, CMD runs inside that host; without, beside the lab: in the machine's own network, where "
			"`isle exec` and `isle ping` see the lab. Without a file, and no ./lab.yaml either, it is one fresh host, "
			"and CMD runs inside it. The exit status is CMD's; 125 is isle's own failure.",
		.options = OPTIONS(
			{ OPT_FILE, 'f', "file", "FILE", "the lab file; default ./lab.yaml", CLI_FILES, false },
			{ OPT_LINK, 0, "link", "'A -- B'", "no file: a lab of this link; may be repeated", 0, true }),
		.program = true, .dashes = true, .words = { CLI_NOTHING, CLI_PROGRAMS },
	},
	{
		.name = "up", .args = "[FILE]", .run = cmd_up, .max = 1,
		.help = "bring up the lab of FILE, default ./lab.yaml",
		.more = "All of it comes up, or nothing. It returns when every carrier is up. If the lab is up from the same file, "
			"nothing changes; else what differs from the file is changed, told, and nothing else is touched: hosts, interfaces, addresses, "
			"routes, parameters and names, also what somebody changed by hand. A change that fails is undone; one that was killed is "
			"ended by the next up. In a user's lab, other ports or another subnet of an uplink break what is open through it.",
		.words = { CLI_FILES },
	},
	{
		.name = "down", .args = "[LAB|FILE]", .run = cmd_down, .max = 1,
		.help = "take a lab down, with the processes inside",
		.more = "Processes inside get TERM and, after the grace time, KILL; they are listed. Default: the lab of ./lab.yaml.",
		.options = OPTIONS(
			{ OPT_GRACE, 0, "grace", "TIME", "between TERM and KILL; default 2s", 0, false },
			{ OPT_NO_KILL, 0, "no-kill", NULL, "refuse if processes are inside", 0, false }),
		.words = { CLI_LABS_FILES },
	},
	{
		.name = "check", .args = "[FILE]", .run = cmd_check, .max = 1,
		.help = "find every mistake of a lab file, touch nothing",
		.options = OPTIONS({ OPT_STRICT, 0, "strict", NULL, "warnings fail too", 0, false }),
		.words = { CLI_FILES },
	},
	{
		.name = "plan", .args = "[FILE]", .run = cmd_plan, .max = 1,
		.help = "what `up` would change on this machine",
		.options = OPTIONS(
			{ OPT_FULL, 0, "full", NULL, "the long form: everything assigned, written out", 0, false },
			{ OPT_COMMANDS, 0, "commands", NULL, "`ip` lines for a root shell that make the same network", 0, false },
			{ OPT_EXIT_CODE, 0, "exit-code", NULL, "exit with 3 when changes are pending", 0, false }),
		.words = { CLI_FILES },
	},
	{
		.name = "ls", .args = "", .run = cmd_ls,
		.help = "the labs that are up",
	},
	{
		.name = "show", .args = "[LAB|FILE|HOST[:IF]|NS:IF]", .run = cmd_show, .max = 1,
		.help = "hosts, addresses, links and their state",
		.more = "Default: the lab that is up, if there is only one. What was changed by hand since it came up is told. "
			"A file is shown as it would come up. IF is shown with all that the kernel has of it: kind and options, wire, master, "
			"addresses, and whether it can be moved to another namespace; NS is what `isle map` calls a namespace.",
		.words = { CLI_LABS_HOSTS },
	},
	{
		.name = "exec", .args = "WHERE [--] CMD [ARG…]", .run = cmd_exec, .min = 1, .max = -1,
		.help = "run a command inside a host or any other namespace",
		.more = "WHERE is a host of a lab: HOST, or HOST.LAB where several labs have it; or a name of `isle netns list`, a bundle "
			"of `isle ns add`, pid:N, docker:NAME, podman:NAME, lxc:NAME, machine:NAME, k8s:NAMESPACE/POD, or a path, which has a '/'. A host has "
			"a name, /sys and /etc of its own; of anything else the network namespace is joined and nothing more, but that the "
			"files of /etc/netns/NAME are laid over /etc. The exit status is CMD's; 125 is isle's own failure, "
			"126 not executable, 127 not found.",
		.options = OPTIONS({ OPT_SYS, 0, "sys", NULL, "no host: a /sys that shows the interfaces there, too", 0, false }),
		.program = true, .words = { CLI_REFS, CLI_PROGRAMS },
	},
	{
		.name = "shell", .args = "WHERE", .run = cmd_shell, .min = 1, .max = 1,
		.help = "a shell inside a host or any other namespace",
		.more = "WHERE is as for `isle exec`.",
		.options = OPTIONS({ OPT_SYS, 0, "sys", NULL, "no host: a /sys that shows the interfaces there, too", 0, false }),
		.program = true, .words = { CLI_REFS },
	},
	{
		.name = "wait", .args = "WHERE WHAT", .run = cmd_wait, .min = 2, .max = 2,
		.help = "until a port, a socket or a file is there inside",
		.more = "WHERE is as for `isle exec`; WHAT is tcp/PORT or udp/PORT, on which something listens, unix:PATH, at which something "
			"listens, or file:PATH. Nothing is connected to. When the time is over, the status is 1, and what is there "
			"instead is said.",
		.options = OPTIONS({ OPT_TIMEOUT, 't', "timeout", "TIME", "wait no longer; default 10s", 0, CLI_ONCE }),
		.words = { CLI_REFS },
	},
	{
		.name = "ping", .args = "[A B|A ADDRESS]", .run = cmd_ping, .max = 2,
		.help = "who reaches whom; without arguments, all pairs",
		.more = "Both families are asked where both ends have them. A may be anything that `isle exec` takes: what is no host of a "
			"lab asks an ADDRESS. The status is 0 only if every one answered.",
		.options = OPTIONS(
			{ OPT_LAB, 'l', "lab", "LAB", "of this lab; default: the only one that is up", CLI_LABS, false },
			{ OPT_TIMEOUT, 't', "timeout", "TIME", "wait this long for an answer; default 1s", 0, false }),
		.words = { CLI_REFS, CLI_HOSTS },
	},
	{
		.name = "map", .args = "[LAB|NS…]", .run = cmd_map, .max = -1,
		.help = "every network namespace on the machine, and how they are wired",
		.more = "A tree for each namespace and each lab: interfaces with their addresses, ports beneath their switch, and after "
			"the stroke what is at the other end of the wire. Hosts that count up are one line, from the first to the last. "
			"Names choose: a lab, or what a namespace is called. See isle-map(1).",
		.options = OPTIONS(
			{ OPT_OF_LAB, 'l', "lab", "LAB", "only this lab", CLI_LABS, CLI_ONCE },
			{ OPT_OF_NS, 'n', "ns", "NS", "only this namespace; may be repeated", CLI_REFS, CLI_MANY },
			{ OPT_AROUND, 'a', "around", "IFACE", "only this interface, and what it is wired to, through one switch", 0, CLI_ONCE },
			{ OPT_NO_ADDRESSES, 0, "no-addresses", NULL, "without addresses", 0, CLI_ONCE },
			{ OPT_ASCII, 0, "ascii", NULL, "draw with -, | and ` whatever the locale", 0, CLI_ONCE },
			{ OPT_DOT, 0, "dot", NULL, "for graphviz", 0, CLI_ONCE },
			{ OPT_SVG, 0, "svg", NULL, "a picture, laid out by graphviz", 0, CLI_ONCE },
			{ OPT_WATCH, 'w', "watch", NULL, "draw again whenever something changes", 0, CLI_ONCE },
			{ OPT_COUNT_OF, 0, "count", "COUNT", "end after so many drawings", 0, CLI_ONCE }),
		.words = { CLI_REFS, CLI_REFS },
	},
	{
		.name = "who", .args = "IFACE|IP|MAC|nsid:N", .run = cmd_who, .min = 1, .max = 1,
		.help = "whose interface that is, and what is at the other end",
		.more = "IFACE is an interface's name in any namespace, or NS:NAME; nsid:N is what `ip link` shows as link-netnsid N. For each "
			"match: where it is, what it is wired to and a port of, its addresses, and its way to the outside.",
		.options = OPTIONS({ OPT_ASCII, 0, "ascii", NULL, "no letters but ASCII, whatever the locale", 0, CLI_ONCE }),
	},
	{
		.name = "monitor", .args = "", .run = cmd_monitor,
		.help = "what comes and goes in every network namespace",
		.more = "A line for each link, address, route and namespace that comes (+), goes (-) or changes (~), with the time and what "
			"`isle map` calls the namespace. No namespace is kept from ending. One with nobody else in it and no wire to another "
			"is noticed with the next event that tells of namespaces. It ends on SIGINT, SIGTERM, and when nobody reads "
			"its output any more.",
		.options = OPTIONS(
			{ OPT_NEIGHBOURS, 0, "neighbours", NULL, "neighbours, too", 0, CLI_ONCE },
			{ OPT_COUNT_OF, 'n', "count", "COUNT", "end after so many events", 0, CLI_ONCE }),
	},
	{
		.name = "holders", .args = "NAME|PATH|ID", .run = cmd_holders, .min = 1, .max = 1,
		.help = "what keeps a namespace alive, and what frees it",
		.more = "Processes, threads, open descriptors, bind mounts in whichever mount namespace, sockets, and the namespaces below "
			"it. NAME is a host of a lab, a name of `ip netns`, a bundle, pid:N, docker:NAME and so on; ID is as `isle ns list` "
			"shows it, or \"net:[ID]\". Of a process or a container its network namespace is meant, if --type says nothing else.",
		.options = OPTIONS({ OPT_TYPE, 't', "type", "TYPE", "only of this type: cgroup ipc mnt net pid time user uts", CLI_TYPES, CLI_ONCE }),
		.words = { CLI_REFS },
	},
	{
		.name = "dump", .args = "[LAB|WHERE…]", .run = cmd_dump, .max = -1,
		.help = "what is live as a lab file that makes the same network",
		.more = "It reads the kernel, not the file that a lab came from. WHERE is as for `isle exec`; several make one lab file, in "
			"which a bridge that they are wired to, whoever's it is, is a network. What a lab file cannot say is a comment; a secret key is not even that. "
			"Default: the lab that is up, if there is only one.",
		.options = OPTIONS(
			{ OPT_LAB, 'l', "lab", "NAME", "what the lab of the file is called", 0, CLI_ONCE },
			{ OPT_OUTPUT, 'o', "output", "FILE", "write this file, which is not there yet", CLI_FILES, CLI_ONCE }),
		.words = { CLI_REFS, CLI_REFS },
	},
	{ .name = NULL },
};
