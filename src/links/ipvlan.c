/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ipvlan: more addresses behind the MAC of one interface. All on one
 * interface have the mode of the first.
 */
#include "links/rows.h"

static const struct isle_option_word modes[] = { { "l2", IPVLAN_MODE_L2 }, { "l3", IPVLAN_MODE_L3 }, { "l3s", IPVLAN_MODE_L3S }, { 0 } };
static const struct isle_option_word flags[] = { { "bridge", 0 }, { "private", IPVLAN_F_PRIVATE }, { "vepa", IPVLAN_F_VEPA }, { 0 } };

static const struct isle_option options[] = {
	{ WORD("mode", U16, IFLA_IPVLAN_MODE, modes), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "l3", .dflt_n = IPVLAN_MODE_L3,
	  .help = "whether it switches (l2) or routes (l3, l3s)" },
	{ WORD("flags", U16, IFLA_IPVLAN_FLAGS, flags), .flags = LIVE, .say = ISLE_SAY_BARE, .dflt = "bridge",
	  .help = "who of those on one interface reaches whom" },
};

IS_ISLE_LINK(ipvlan) = {
	.name = "ipvlan", .what = "an ipvlan", .config = "CONFIG_IPVLAN", .module = "ipvlan", .help = "more addresses behind one MAC", ROWS(options),
	.lower = ISLE_LOWER_REQUIRED, .mac = ISLE_MAC_SHARED, .in_file = true,
};
