/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the one table of commands. A new command is a row here and a file with
 * its function; usage, --help, completion and the manual follow.
 */
#include "cli/cli.h"

#define OPTIONS(...) (const struct cli_option[]) { __VA_ARGS__, { .name = NULL } }

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

/* Of what changes live networks. */
#define REWIRE \
	{ OPT_LAB, 'l', "lab", "LAB", "names are looked for in this lab first", CLI_LABS, CLI_ONCE }, \
	{ OPT_COMMANDS, 0, "commands", NULL, "do nothing: print the `ip` lines that do the same", 0, CLI_ONCE }

const struct cli_option cli_common[] = {
	{ OPT_JSON, 'j', "json", NULL, "print JSON, {\"version\": 1, …}", 0, false },
	{ OPT_COLOR, 0, "color", "WHEN", "always, never, or auto: on a terminal, without NO_COLOR", CLI_COLORS, false },
	{ OPT_HELP, 'h', "help", NULL, "print this", 0, false },
	{ .name = NULL },
};

#define OVS_DB										\
	{ OPT_DB, 0, "db", "unix:PATH", "this database; default: the machine's", 0, false },	\
	{ OPT_LAB, 'l', "lab", "LAB", "that of this lab's own Open vSwitch", CLI_LABS, false }

const struct cli_command cli_commands[] = {
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
			"ended by the next up. Uplinks cannot be changed while the lab is up.",
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
			"of `isle ns add`, pid:N, docker:NAME, podman:NAME, lxc:NAME, machine:NAME, or a path, which has a '/'. A host has "
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
		.name = "connect", .args = "A B [KIND] [KEY=VALUE…]", .run = cmd_connect, .min = 2, .max = -1,
		.help = "a wire between two hosts, namespaces or bridges, now",
		.more = "A and B are hosts or a network of a lab that is up, namespaces (all that `isle exec` takes), or a bridge of this "
			"machine; HOST:IF says what the interface is to be called. Of a lab it is a change to the lab, KEYs being those of "
			"a link of the lab file; namespaces without a lab get a veth pair that has isle's mark.",
		.options = OPTIONS(
			{ OPT_ADDRESSES, 'a', "addresses", "ADDR,…", "in turn A's and B's; all A's if B is a network or bridge", 0, CLI_ONCE },
			REWIRE),
		.words = { CLI_REFS, CLI_REFS },
	},
	{
		.name = "disconnect", .args = "A[:IF] [B]", .run = cmd_disconnect, .min = 1, .max = 2,
		.help = "take a wire away",
		.more = "The one between A and B, the one on A's interface, or all of A's. Between namespaces without a lab only what isle "
			"made is taken, if no interface is named.",
		.options = OPTIONS(
			{ OPT_ANY, 0, "any", NULL, "also what somebody else made", 0, CLI_ONCE }, REWIRE),
		.words = { CLI_REFS, CLI_REFS },
	},
	{
		.name = "link up", .args = "A[:IF] [B]", .run = cmd_link_up, .min = 1, .max = 2,
		.help = "switch a wire on",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS, CLI_REFS },
	},
	{
		.name = "link down", .args = "A[:IF] [B]", .run = cmd_link_down, .min = 1, .max = 2,
		.help = "switch a wire off, at both ends",
		.more = "Of a lab it is meant to be down then, and no drift.",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS, CLI_REFS },
	},
	{
		.name = "host add", .args = "NAME[.LAB] [KEY=VALUE…]", .run = cmd_host_add, .min = 1, .max = -1,
		.help = "one more host in a lab that is up",
		.more = "KEYs are those of a host of the lab file: net=lan, forward=true.",
		.options = OPTIONS(REWIRE),
	},
	{
		.name = "host rm", .args = "NAME[.LAB]", .run = cmd_host_rm, .min = 1, .max = 1,
		.help = "take a host out of its lab, with its wires",
		.options = OPTIONS(REWIRE), .words = { CLI_HOSTS },
	},
	{
		.name = "addr add", .args = "A[:IF] ADDRESS", .run = cmd_addr_add, .min = 2, .max = 2,
		.help = "one more address",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "addr del", .args = "A[:IF] ADDRESS", .run = cmd_addr_del, .min = 2, .max = 2,
		.help = "take an address away",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "route add", .args = "A DESTINATION HOP|KEY VALUE…", .run = cmd_route_add, .min = 3, .max = -1,
		.help = "one more route",
		.more = "HOP is an address, blackhole, unreachable or prohibit; in a lab also a host. Or the words of `ip route`: via, dev, "
			"metric, table, src, mtu, onlink.",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "route del", .args = "A DESTINATION", .run = cmd_route_del, .min = 2, .max = 2,
		.help = "take a route away",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "uplink add", .args = "A [SUBNET…]", .run = cmd_uplink_add, .min = 1, .max = 3,
		.help = "a way out through this machine, with address translation",
		.more = "Without a SUBNET a free one of 198.19.0.0/16 is taken. Its first address is the machine's, the second A's.",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "uplink del", .args = "A", .run = cmd_uplink_del, .min = 1, .max = 1,
		.help = "take the way out away again",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "set", .args = "A[:IF] KEY=VALUE…", .run = cmd_set, .min = 2, .max = -1,
		.help = "a key of a host, an interface or a network, now",
		.more = "KEYs are those of the lab file, and sysctl.NAME; 'KEY=' is the default again. Without a lab: mtu, mac and state of an "
			"interface, sysctl.NAME of a namespace.",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
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
			"which a bridge that they are wired to, whoever's it is, is a network. What a lab file cannot say is a comment. "
			"Default: the lab that is up, if there is only one.",
		.options = OPTIONS(
			{ OPT_LAB, 'l', "lab", "NAME", "what the lab of the file is called", 0, CLI_ONCE },
			{ OPT_OUTPUT, 'o', "output", "FILE", "write this file, which is not there yet", CLI_FILES, CLI_ONCE }),
		.words = { CLI_REFS, CLI_REFS },
	},
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
	{
		.name = "bridge addbr", .args = "BRIDGE", .run = cmd_bridge_addbr, .min = 1, .max = 1,
		.help = "make a Linux bridge, as brctl does",
	},
	{
		.name = "bridge delbr", .args = "BRIDGE", .run = cmd_bridge_delbr, .min = 1, .max = 1,
		.help = "remove one that is down",
	},
	{
		.name = "bridge addif", .args = "BRIDGE IF…", .run = cmd_bridge_addif, .min = 2, .max = -1,
		.help = "make interfaces its ports",
	},
	{
		.name = "bridge delif", .args = "BRIDGE IF…", .run = cmd_bridge_delif, .min = 2, .max = -1,
		.help = "take ports out of it",
	},
	{
		.name = "bridge show", .args = "[BRIDGE]", .run = cmd_bridge_show, .min = 0, .max = 1,
		.help = "bridges and their ports, in the columns of brctl",
	},
	{
		.name = "bridge stp", .args = "BRIDGE on|off", .run = cmd_bridge_stp, .min = 2, .max = 2,
		.help = "spanning tree",
	},
	{
		.name = "ovs add-br", .args = "BRIDGE", .run = cmd_ovs_add_br, .min = 1, .max = 1,
		.help = "make a switch of Open vSwitch, as ovs-vsctl does",
		.options = OPTIONS(OVS_DB, { OPT_DATAPATH, 0, "datapath", "TYPE", "netdev: forward in userspace", 0, false }),
	},
	{
		.name = "ovs del-br", .args = "BRIDGE", .run = cmd_ovs_del_br, .min = 1, .max = 1,
		.help = "remove it with its ports",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs add-port", .args = "BRIDGE PORT [COLUMN=VALUE…]", .run = cmd_ovs_add_port, .min = 2, .max = -1,
		.help = "make an interface its port",
		.more = "Columns are tag=ID, trunks=ID,…, type=internal or patch, options:peer=PORT; the last two also after "
			"`-- set interface PORT`, as the tutorials have it.",
		.options = OPTIONS(OVS_DB), .dashes = true,
	},
	{
		.name = "ovs del-port", .args = "[BRIDGE] PORT", .run = cmd_ovs_del_port, .min = 1, .max = 2,
		.help = "take a port out",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs list-br", .args = "", .run = cmd_ovs_list_br, .min = 0, .max = 0,
		.help = "names of the switches",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs list-ports", .args = "BRIDGE", .run = cmd_ovs_list_ports, .min = 1, .max = 1,
		.help = "names of a switch's ports",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs show", .args = "", .run = cmd_ovs_show, .min = 0, .max = 0,
		.help = "all that is configured, as ovs-vsctl shows it",
		.options = OPTIONS(OVS_DB),
	},
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
