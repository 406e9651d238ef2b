/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a bridge, of a network or inside a host for the interfaces that name it
 * as their `master`; and what its ports have. Times are in hundredths of a
 * second, as `ip` has them.
 */
#include <linux/if_ether.h>
#include "links/rows.h"

static const struct isle_option_word protocols[] = { { "802.1q", ETH_P_8021Q }, { "802.1ad", ETH_P_8021AD }, { 0 } };

#define SWITCH(n, a) BOOLEAN(n, U8, a, NUMBER), .flags = LIVE
#define TIME(n, a, lo, hi) NUMBER(n, U32, a, lo, hi), .flags = LIVE

static const struct isle_option options[] = {
	{ BOOLEAN("stp_state", U32, IFLA_BR_STP_STATE, NUMBER), .flags = LIVE, .dflt = "false", .help = "spanning tree" },
	{ NUMBER("priority", U16, IFLA_BR_PRIORITY, 0, 65535), .flags = LIVE, .dflt = "32768", .dflt_n = 32768,
	  .help = "lower ones become root of the spanning tree" },
	{ TIME("forward_delay", IFLA_BR_FORWARD_DELAY, 0, 3000), .dflt = "1500", .dflt_n = 1500,
	  .help = "until a port forwards, in hundredths of a second" },
	{ TIME("hello_time", IFLA_BR_HELLO_TIME, 100, 1000), .dflt = "200", .dflt_n = 200,
	  .help = "between hellos, in hundredths of a second" },
	{ TIME("max_age", IFLA_BR_MAX_AGE, 600, 4000), .dflt = "2000", .dflt_n = 2000,
	  .help = "until a hello is too old, in hundredths of a second" },
	{ TIME("ageing_time", IFLA_BR_AGEING_TIME, 0, UINT32_MAX), .dflt = "30000", .dflt_n = 30000,
	  .help = "until a MAC is forgotten, in hundredths of a second" },
	{ NUMBER("group_fwd_mask", U16, IFLA_BR_GROUP_FWD_MASK, 0, 65535), .flags = LIVE, .dflt = "0",
	  .help = "which link-local groups are passed on" },
	{ SWITCH("vlan_filtering", IFLA_BR_VLAN_FILTERING), .config = "CONFIG_BRIDGE_VLAN_FILTERING", .dflt = "false", .help = "ports belong to VLANs" },
	{ WORD("vlan_protocol", BE16, IFLA_BR_VLAN_PROTOCOL, protocols), .flags = LIVE, .dflt = "802.1q", .dflt_n = ETH_P_8021Q,
	  .help = "form of the tags" },
	{ NUMBER("vlan_default_pvid", U16, IFLA_BR_VLAN_DEFAULT_PVID, 0, 4094), .flags = LIVE, .dflt = "1", .dflt_n = 1,
	  .help = "VLAN of untagged frames" },
	{ SWITCH("mcast_snooping", IFLA_BR_MCAST_SNOOPING), .dflt = "true", .dflt_n = 1, .help = "send multicast only where it is wanted" },
	{ SWITCH("mcast_querier", IFLA_BR_MCAST_QUERIER), .dflt = "false", .help = "ask who wants multicast" },
	{ SWITCH("nf_call_iptables", IFLA_BR_NF_CALL_IPTABLES), .dflt = "false", .help = "show frames to iptables" },
	{ SWITCH("nf_call_ip6tables", IFLA_BR_NF_CALL_IP6TABLES), .dflt = "false", .help = "show frames to ip6tables" },
};

IS_ISLE_LINK(bridge) = {
	.name = "bridge", .what = "a bridge", .config = "CONFIG_BRIDGE", .module = "bridge", .help = "a switch inside a host", ROWS(options),
	.is_master = true, .in_file = true,
};

enum { VETH_COST = 2 };	/* what the kernel gives a port of 10 Gbit/s */

#define PORT(n, a) BOOLEAN(n, U8, a, ONOFF), .flags = LIVE

static const struct isle_option port_options[] = {
	{ NUMBER("cost", U32, IFLA_BRPORT_COST, 1, 65535), .flags = LIVE, .dflt = "that of its speed", .dflt_n = VETH_COST,
	  .help = "of the way by it, to the spanning tree" },
	{ NUMBER("priority", U16, IFLA_BRPORT_PRIORITY, 0, 63), .flags = LIVE, .dflt = "32", .dflt_n = 32,
	  .help = "of ports alike the lower one forwards" },
	{ PORT("guard", IFLA_BRPORT_GUARD), .dflt = "false", .help = "whoever sends BPDUs here is switched off" },
	{ PORT("root_block", IFLA_BRPORT_PROTECT), .dflt = "false", .help = "the root of the spanning tree is never behind it" },
	{ PORT("hairpin", IFLA_BRPORT_MODE), .dflt = "false", .help = "frames may leave where they came in" },
	{ PORT("learning", IFLA_BRPORT_LEARNING), .dflt = "true", .dflt_n = 1, .help = "who sends here is remembered" },
	{ PORT("flood", IFLA_BRPORT_UNICAST_FLOOD), .dflt = "true", .dflt_n = 1, .help = "it gets frames for nobody that is known" },
	{ PORT("mcast_flood", IFLA_BRPORT_MCAST_FLOOD), .dflt = "true", .dflt_n = 1, .help = "it gets multicast that nobody asked for" },
	{ PORT("bcast_flood", IFLA_BRPORT_BCAST_FLOOD), .dflt = "true", .dflt_n = 1, .help = "it gets broadcasts" },
	{ PORT("fastleave", IFLA_BRPORT_FAST_LEAVE), .dflt = "false", .help = "one leave ends a multicast group here" },
	{ PORT("isolated", IFLA_BRPORT_ISOLATED), .dflt = "false", .help = "it reaches only ports that are not isolated" },
	{ PORT("neigh_suppress", IFLA_BRPORT_NEIGH_SUPPRESS), .dflt = "false", .help = "the bridge answers ARP in its place" },
};

const struct isle_link_kind isle_link_bridge_port = {
	.name = "bridge", .is_port = true, .what = "a switch port", .config = "CONFIG_BRIDGE", .module = "bridge", .help = "a port of a bridge",
	ROWS(port_options),
};
