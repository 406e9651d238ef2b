/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: macvlan and macvtap: one more MAC address on an interface; macvtap gives
 * its frames to a program through /dev/tapN.
 */
#include "links/rows.h"

static const struct isle_option_word modes[] = {
	{ "bridge", MACVLAN_MODE_BRIDGE }, { "private", MACVLAN_MODE_PRIVATE }, { "vepa", MACVLAN_MODE_VEPA },
	{ "passthru", MACVLAN_MODE_PASSTHRU }, { 0 },
};

static const struct isle_option options[] = {
	{ WORD("mode", U32, IFLA_MACVLAN_MODE, modes), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "bridge",
	  .dflt_n = MACVLAN_MODE_BRIDGE, .help = "who of those on one interface reaches whom" },
	{ BOOLEAN("nopromisc", BITS, IFLA_MACVLAN_FLAGS, BARE), .bit = MACVLAN_FLAG_NOPROMISC, .dflt = "false",
	  .help = "do not switch the interface beneath to promiscuous" },
	{ NUMBER("bcqueuelen", U32, IFLA_MACVLAN_BC_QUEUE_LEN, 0, UINT32_MAX), .flags = LIVE, .dflt = "1000", .dflt_n = 1000,
	  .help = "broadcasts that may wait" },
};

IS_ISLE_LINK(macvlan) = {
	.name = "macvlan", .what = "a macvlan", .config = "CONFIG_MACVLAN", .module = "macvlan", .help = "one more MAC address on an interface",
	ROWS(options), .lower = ISLE_LOWER_REQUIRED, .in_file = true,
};
IS_ISLE_LINK(macvtap) = {
	.name = "macvtap", .what = "a macvtap", .config = "CONFIG_MACVTAP", .module = "macvtap", .help = "a macvlan for a program, by /dev/tapN",
	ROWS(options), .lower = ISLE_LOWER_REQUIRED, .in_file = true,
};
