/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a bridge inside a host, for the interfaces that name it as their
 * `master`. Times are in hundredths of a second, as `ip` has them.
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
	{ SWITCH("vlan_filtering", IFLA_BR_VLAN_FILTERING), .dflt = "false", .help = "ports belong to VLANs" },
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
