/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: tap and tun: frames or packets for a program that opens /dev/net/tun,
 * as a virtual machine does. They are made by ioctl and stay without it; the
 * kernel tells their options by netlink, and calls both kinds "tun".
 */
#include "links/rows.h"

static const struct isle_option options[] = {
	{ NUMBER("user", U32, IFLA_TUN_OWNER, 0, UINT32_MAX - 1), .dflt = "root's", .help = "user id that may open it" },
	{ NUMBER("group", U32, IFLA_TUN_GROUP, 0, UINT32_MAX - 1), .dflt = "root's", .help = "group id that may open it" },
	{ BOOLEAN("multi_queue", U8, IFLA_TUN_MULTI_QUEUE, BARE), .dflt = "false", .help = "several openers at once" },
	{ BOOLEAN("vnet_hdr", U8, IFLA_TUN_VNET_HDR, BARE), .dflt = "false", .help = "a header about checksums before each" },
};

IS_ISLE_LINK(tap) = {
	.name = "tap", .what = "a tap", .config = "CONFIG_TUN", .module = "tun", .help = "frames for a program, by /dev/net/tun", ROWS(options),
	.is_tun = true, .in_file = true,
};
IS_ISLE_LINK(tun) = {
	.name = "tun", .what = "a tun", .config = "CONFIG_TUN", .module = "tun", .help = "packets for a program, by /dev/net/tun", ROWS(options),
	.mac = ISLE_MAC_NONE, .is_tun = true, .in_file = true,
};
