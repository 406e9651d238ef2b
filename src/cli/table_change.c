/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: commands that change what is live, one thing at a time. */
#include "cli/table.h"

/* Of what changes live networks. */
#define REWIRE \
	{ OPT_LAB, 'l', "lab", "LAB", "names are looked for in this lab first", CLI_LABS, CLI_ONCE }, \
	{ OPT_COMMANDS, 0, "commands", NULL, "do nothing: print the `ip` lines that do the same", 0, CLI_ONCE }

const struct cli_command cli_change_commands[] = {
	{
		.name = "connect", .args = "A B [KIND] [KEY=VALUE…]", .run = cmd_connect, .min = 2, .max = -1,
		.help = "a wire between two hosts, namespaces or bridges, now",
		.more = "A and B are hosts or a network of a lab that is up, namespaces (all that `isle exec` takes), or a bridge of this "
			"machine; HOST:IF says what the interface is to be called. Of a lab it is a change to the lab, KEYs being those of "
			"a link of the lab file; namespaces without a lab get a veth pair that has isle's mark. KIND: macvlan, macvtap, "
			"ipvlan or vlan, an interface at A on the one that B names; or vxlan, geneve, gre, gretap, ip6gre, ip6gretap or "
			"wireguard, a tunnel between the two. `isle explain KIND` lists its KEYs.",
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
		.name = "link add", .args = "A[:IF] KIND [KEY=VALUE…]", .run = cmd_link_add, .min = 2, .max = -1,
		.help = "an interface by itself",
		.more = "A dummy, ifb, bridge, bond, vrf, tap or tun; one on another (link=IF); or one end of a tunnel. `isle explain KIND` "
			"lists the KEYs, which are those of `ip link add`; in a host of a lab also what any interface of the lab file has.",
		.options = OPTIONS(
			{ OPT_ADDRESSES, 'a', "addresses", "ADDR,…", "of the new interface", 0, CLI_ONCE }, REWIRE),
		.words = { CLI_REFS },
	},
	{
		.name = "link del", .args = "A:IF", .run = cmd_link_del, .min = 1, .max = 1,
		.help = "take an interface away: `isle disconnect A:IF`",
		.options = OPTIONS(
			{ OPT_ANY, 0, "any", NULL, "one end of a tunnel alone, too", 0, CLI_ONCE }, REWIRE),
		.words = { CLI_REFS },
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
			"metric, table, src, mtu, onlink; a further via is one more next router.",
		.options = OPTIONS(REWIRE), .words = { CLI_REFS },
	},
	{
		.name = "route del", .args = "A DESTINATION [metric N] [table N]", .run = cmd_route_del, .min = 2, .max = 6,
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
	{ .name = NULL },
};
