/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a bond: several interfaces as one. Its ports name it as their `master`.
 */
#include <linux/if_bonding.h>
#include "links/rows.h"

static const struct isle_option_word modes[] = {
	{ "balance-rr", BOND_MODE_ROUNDROBIN }, { "active-backup", BOND_MODE_ACTIVEBACKUP }, { "balance-xor", BOND_MODE_XOR },
	{ "broadcast", BOND_MODE_BROADCAST }, { "802.3ad", BOND_MODE_8023AD }, { "balance-tlb", BOND_MODE_TLB },
	{ "balance-alb", BOND_MODE_ALB }, { 0 },
};
static const struct isle_option_word reselects[] = { { "always", 0 }, { "better", 1 }, { "failure", 2 }, { 0 } };
static const struct isle_option_word macs[] = { { "none", 0 }, { "active", 1 }, { "follow", 2 }, { 0 } };
static const struct isle_option_word policies[] = {
	{ "layer2", 0 }, { "layer3+4", 1 }, { "layer2+3", 2 }, { "encap2+3", 3 }, { "encap3+4", 4 }, { "vlan+srcmac", 5 }, { 0 },
};
static const struct isle_option_word rates[] = { { "slow", 0 }, { "fast", 1 }, { 0 } };
static const struct isle_option_word selects[] = { { "stable", 0 }, { "bandwidth", 1 }, { "count", 2 }, { 0 } };

static const struct isle_option options[] = {
	{ WORD("mode", U8, IFLA_BOND_MODE, modes), .dflt = "balance-rr", .help = "who sends when" },
	{ NUMBER("miimon", U32, IFLA_BOND_MIIMON, 0, INT32_MAX), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "100", .dflt_n = 100,
	  .help = "milliseconds between looks at the carrier" },
	{ NUMBER("updelay", U32, IFLA_BOND_UPDELAY, 0, INT32_MAX), .flags = LIVE, .dflt = "0",
	  .help = "milliseconds until a port with carrier is used" },
	{ NUMBER("downdelay", U32, IFLA_BOND_DOWNDELAY, 0, INT32_MAX), .flags = LIVE, .dflt = "0",
	  .help = "milliseconds until one without it is not" },
	{ DEVICE("primary", IFLA_BOND_PRIMARY), .flags = LIVE, .help = "port that is used whenever it can be" },
	{ WORD("primary_reselect", U8, IFLA_BOND_PRIMARY_RESELECT, reselects), .flags = LIVE, .dflt = "always",
	  .help = "when the primary is taken again" },
	{ WORD("fail_over_mac", U8, IFLA_BOND_FAIL_OVER_MAC, macs), .dflt = "none", .help = "whether ports keep their MAC addresses" },
	{ WORD("xmit_hash_policy", U8, IFLA_BOND_XMIT_HASH_POLICY, policies), .flags = LIVE, .dflt = "layer2",
	  .help = "what decides by which port a packet leaves" },
	{ NUMBER("num_grat_arp", U8, IFLA_BOND_NUM_PEER_NOTIF, 0, 255), .flags = LIVE, .dflt = "1", .dflt_n = 1,
	  .help = "announcements after a change of ports" },
	{ NUMBER("min_links", U32, IFLA_BOND_MIN_LINKS, 0, INT32_MAX), .flags = LIVE, .dflt = "0",
	  .help = "ports with carrier that it needs to have one" },
	{ WORD("lacp_rate", U8, IFLA_BOND_AD_LACP_RATE, rates), .dflt = "slow", .help = "how often LACP is spoken" },
	{ WORD("ad_select", U8, IFLA_BOND_AD_SELECT, selects), .dflt = "stable", .help = "how 802.3ad chooses among aggregates" },
};

IS_ISLE_LINK(bond) = {
	.name = "bond", .what = "a bond", .config = "CONFIG_BONDING", .module = "bonding", .help = "several interfaces as one", ROWS(options),
	.is_master = true, .in_file = true,
};
