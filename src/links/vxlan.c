/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: vxlan: Ethernet in UDP. The port is the assigned one, 4789; the kernel's
 * own default is older. Several remotes are entries of its forwarding table,
 * made by a step of their own (kinds/fdb.c); a single one is an attribute.
 */
#include "links/rows.h"

#define SWITCH(n, a) BOOLEAN(n, U8, a, NO)

static const struct isle_option options[] = {
	{ NUMBER("id", U32, IFLA_VXLAN_ID, 0, 16777215), .flags = NEEDED, .help = "number of the network, its VNI" },
	{ ADDRESS("local", IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6), .flags = LIVE | ISLE_OPTION_UNICAST, .help = "own address outside" },
	{ ADDRESS("remote", IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6), .flags = LIVE | ISLE_OPTION_UNICAST | ISLE_OPTION_LIST,
	  .help = "address of the other end; several: all get what is for all" },
	{ ADDRESS("group", IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6), .flags = LIVE | ISLE_OPTION_MULTICAST,
	  .help = "multicast group of the other ends; needs dev" },
	{ DEVICE("dev", IFLA_VXLAN_LINK), .flags = LIVE, .help = "interface that its packets leave by" },
	{ NUMBER("dstport", BE16, IFLA_VXLAN_PORT, 1, 65535), .flags = ISLE_OPTION_SEND, .dflt = "4789", .dflt_n = 4789,
	  .help = "UDP port of all ends" },
	{ NUMBER("ttl", U8, IFLA_VXLAN_TTL, 0, 255), .words = isle_link_auto_words, .flags = LIVE, .dflt = "auto",
	  .help = "TTL of its packets" },
	{ NUMBER("tos", U8, IFLA_VXLAN_TOS, 0, 255), .words = isle_link_tos_words, .say = ISLE_SAY_HEX, .flags = LIVE, .dflt = "0",
	  .help = "TOS of its packets" },
	{ WORD("df", U8, IFLA_VXLAN_DF, isle_link_df_words), .flags = LIVE, .dflt = "unset", .help = "whether they may be fragmented" },
	{ NUMBER("flowlabel", BE32, IFLA_VXLAN_LABEL, 0, 0xfffff), .flags = LIVE, .dflt = "0", .help = "flow label of IPv6 packets" },
	{ SWITCH("learning", IFLA_VXLAN_LEARNING), .flags = LIVE, .dflt = "true", .dflt_n = 1,
	  .help = "learn from packets which MAC is behind which address" },
	{ SWITCH("proxy", IFLA_VXLAN_PROXY), .dflt = "false", .help = "answer ARP from the neighbour table" },
	{ SWITCH("rsc", IFLA_VXLAN_RSC), .dflt = "false", .help = "route short circuit" },
	{ SWITCH("l2miss", IFLA_VXLAN_L2MISS), .dflt = "false", .help = "announce unknown MAC addresses" },
	{ SWITCH("l3miss", IFLA_VXLAN_L3MISS), .dflt = "false", .help = "announce unknown IP addresses" },
	{ NUMBER("ageing", U32, IFLA_VXLAN_AGEING, 0, UINT32_MAX), .flags = LIVE, .dflt = "300", .dflt_n = 300,
	  .help = "seconds until what was learned is forgotten" },
	{ NUMBER("maxaddress", U32, IFLA_VXLAN_LIMIT, 0, UINT32_MAX), .dflt = "no limit", .help = "addresses that it learns at most" },
	{ SWITCH("udpcsum", IFLA_VXLAN_UDP_CSUM), .dflt = "true", .dflt_n = 1, .help = "UDP checksums with IPv4 outside" },
	{ SWITCH("udp6zerocsumtx", IFLA_VXLAN_UDP_ZERO_CSUM6_TX), .dflt = "false", .help = "send without checksums over IPv6" },
	{ SWITCH("udp6zerocsumrx", IFLA_VXLAN_UDP_ZERO_CSUM6_RX), .dflt = "false", .help = "accept IPv6 without checksums" },
	{ BOOLEAN("gbp", FLAG, IFLA_VXLAN_GBP, BARE), .dflt = "false", .help = "carry firewall marks (group policy)" },
};

IS_ISLE_LINK(vxlan) = {
	.name = "vxlan", .what = "a vxlan", .config = "CONFIG_VXLAN", .module = "vxlan", .help = "Ethernet in UDP, to one or many others", ROWS(options),
	.overhead = 50, .is_tunnel = true, .in_file = true,
};
