/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: geneve: Ethernet in UDP to one other end.
 */
#include "links/rows.h"

static const struct isle_option options[] = {
	{ NUMBER("id", U32, IFLA_GENEVE_ID, 0, 16777215), .flags = NEEDED, .help = "number of the network, its VNI" },
	{ ADDRESS("remote", IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6), .flags = NEEDED | LIVE | ISLE_OPTION_UNICAST,
	  .help = "address of the other end" },
	{ NUMBER("dstport", BE16, IFLA_GENEVE_PORT, 1, 65535), .dflt = "6081", .dflt_n = 6081, .help = "UDP port of both ends" },
	{ NUMBER("ttl", U8, IFLA_GENEVE_TTL, 0, 255), .words = isle_link_auto_words, .flags = LIVE, .dflt = "auto",
	  .help = "TTL of its packets" },
	{ NUMBER("tos", U8, IFLA_GENEVE_TOS, 0, 255), .words = isle_link_tos_words, .say = ISLE_SAY_HEX, .flags = LIVE, .dflt = "0",
	  .help = "TOS of its packets" },
	{ WORD("df", U8, IFLA_GENEVE_DF, isle_link_df_words), .flags = LIVE, .dflt = "unset", .help = "whether they may be fragmented" },
	{ NUMBER("flowlabel", BE32, IFLA_GENEVE_LABEL, 0, 0xfffff), .flags = LIVE, .dflt = "0", .help = "flow label of IPv6 packets" },
	{ BOOLEAN("udpcsum", U8, IFLA_GENEVE_UDP_CSUM, NO), .dflt = "false", .help = "UDP checksums with IPv4 outside" },
	{ BOOLEAN("udp6zerocsumtx", U8, IFLA_GENEVE_UDP_ZERO_CSUM6_TX, NO), .dflt = "false",
	  .help = "send without checksums over IPv6" },
	{ BOOLEAN("udp6zerocsumrx", U8, IFLA_GENEVE_UDP_ZERO_CSUM6_RX, NO), .dflt = "false",
	  .help = "accept IPv6 without checksums" },
};

IS_ISLE_LINK(geneve) = {
	.name = "geneve", .what = "a geneve", .config = "CONFIG_GENEVE", .module = "geneve", .help = "Ethernet in UDP, to one other", ROWS(options),
	.overhead = 50, .is_tunnel = true, .in_file = true,
};
