/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a VLAN of another interface: its frames leave that one with a tag.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include "links/rows.h"

static const struct isle_option_word protocols[] = { { "802.1q", ETH_P_8021Q }, { "802.1ad", ETH_P_8021AD }, { 0 } };

#define BIT(n, b) BOOLEAN(n, MASKED, IFLA_VLAN_FLAGS, ONOFF), .bit = b, .flags = LIVE

static const struct isle_option options[] = {
	{ NUMBER("id", U16, IFLA_VLAN_ID, 0, 4094), .flags = NEEDED, .help = "number of the VLAN" },
	{ WORD("protocol", BE16, IFLA_VLAN_PROTOCOL, protocols), .dflt = "802.1q", .dflt_n = ETH_P_8021Q,
	  .help = "form of the tag: one, or that of a provider" },
	{ BIT("reorder_hdr", VLAN_FLAG_REORDER_HDR), .dflt = "true", .dflt_n = 1, .help = "take the tag off before others see the frame" },
	{ BIT("gvrp", VLAN_FLAG_GVRP), .dflt = "false", .help = "announce the VLAN by GVRP" },
	{ BIT("mvrp", VLAN_FLAG_MVRP), .dflt = "false", .help = "announce the VLAN by MVRP" },
	{ BIT("loose_binding", VLAN_FLAG_LOOSE_BINDING), .dflt = "false", .help = "be up though the interface beneath is down" },
	{ BIT("bridge_binding", VLAN_FLAG_BRIDGE_BINDING), .dflt = "false",
	  .help = "on a bridge: up while a port of this VLAN is" },
};

IS_ISLE_LINK(vlan) = {
	.name = "vlan", .what = "a vlan", .config = "CONFIG_VLAN_8021Q", .module = "8021q", .help = "a VLAN of another interface", ROWS(options),
	.lower = ISLE_LOWER_REQUIRED, .mac = ISLE_MAC_LOWER, .in_file = true,
};
