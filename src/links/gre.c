/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: GRE over IPv4 and IPv6, of IP (gre) and of Ethernet (gretap). A key,
 * sequence numbers and checksums are bits of the header, announced for each
 * direction; here both directions are the same.
 */
#include <linux/if_tunnel.h>
#include "links/rows.h"

/* Bits of the header, as RFC 2890 has them. */
enum { CHECKSUM = 0x8000, KEY = 0x2000, SEQUENCE = 0x1000 };

#define COMMON										\
	{ NUMBER("key", GRE, IFLA_GRE_IKEY, 0, UINT32_MAX), .attr6 = IFLA_GRE_OKEY, .bit = KEY, .flags = LIVE,	\
	  .dflt = "none", .help = "key that both ends must have" },			\
	{ BOOLEAN("seq", GRE, 0, BARE), .bit = SEQUENCE, .dflt = "false", .help = "number the packets" },	\
	{ BOOLEAN("csum", GRE, 0, BARE), .bit = CHECKSUM, .dflt = "false", .help = "checksums over the packets" },	\
	{ DEVICE("dev", IFLA_GRE_LINK), .flags = LIVE, .help = "interface that its packets leave by" }

static const struct isle_option options4[] = {
	{ ADDRESS("local", IFLA_GRE_LOCAL, 0), .flags = LIVE | ISLE_OPTION_UNICAST, .help = "own address outside" },
	{ ADDRESS("remote", IFLA_GRE_REMOTE, 0), .flags = NEEDED | LIVE | ISLE_OPTION_UNICAST, .help = "address of the other end" },
	COMMON,
	{ NUMBER("ttl", U8, IFLA_GRE_TTL, 0, 255), .words = isle_link_ttl_words, .flags = LIVE, .dflt = "inherit",
	  .help = "TTL of its packets" },
	{ NUMBER("tos", U8, IFLA_GRE_TOS, 0, 255), .words = isle_link_tos_words, .say = ISLE_SAY_HEX, .flags = LIVE, .dflt = "0",
	  .help = "TOS of its packets" },
	{ BOOLEAN("pmtudisc", U8, IFLA_GRE_PMTUDISC, NO), .flags = LIVE, .dflt = "true", .dflt_n = 1,
	  .help = "find the largest packet of the way" },
};
/* Its flow info holds the traffic class, and its hop limit is no TTL of 0. */
static const struct isle_option options6[] = {
	{ ADDRESS("local", 0, IFLA_GRE_LOCAL), .flags = LIVE | ISLE_OPTION_UNICAST, .help = "own address outside" },
	{ ADDRESS("remote", 0, IFLA_GRE_REMOTE), .flags = NEEDED | LIVE | ISLE_OPTION_UNICAST, .help = "address of the other end" },
	COMMON,
	{ NUMBER("hoplimit", U8, IFLA_GRE_TTL, 0, 255), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "64", .dflt_n = 64,
	  .help = "hop limit of its packets" },
	{ NUMBER("encaplimit", U8, IFLA_GRE_ENCAP_LIMIT, 0, 255), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "4", .dflt_n = 4,
	  .help = "tunnels that a packet may be in at most" },
};

IS_ISLE_LINK(gre) = {
	.name = "gre", .what = "a gre", .config = "CONFIG_NET_IPGRE", .module = "ip_gre", .help = "IP in GRE over IPv4", ROWS(options4),
	.mac = ISLE_MAC_NONE, .overhead = 24, .is_tunnel = true, .takes_all = true, .in_file = true,
};
IS_ISLE_LINK(gretap) = {
	.name = "gretap", .what = "a gretap", .config = "CONFIG_NET_IPGRE", .module = "ip_gre", .help = "Ethernet in GRE over IPv4", ROWS(options4),
	.overhead = 38, .is_tunnel = true, .takes_all = true, .in_file = true,
};
IS_ISLE_LINK(ip6gre) = {
	.name = "ip6gre", .what = "an ip6gre", .config = "CONFIG_IPV6_GRE", .module = "ip6_gre", .help = "IP in GRE over IPv6", ROWS(options6),
	.mac = ISLE_MAC_NONE, .overhead = 32, .is_tunnel = true, .takes_all = true, .in_file = true,
};
IS_ISLE_LINK(ip6gretap) = {
	.name = "ip6gretap", .what = "an ip6gretap", .config = "CONFIG_IPV6_GRE", .module = "ip6_gre", .help = "Ethernet in GRE over IPv6", ROWS(options6),
	.overhead = 46, .is_tunnel = true, .takes_all = true, .in_file = true,
};
