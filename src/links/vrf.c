/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a VRF: a routing table of their own for the interfaces that name it as
 * their `master`.
 */
#include "links/rows.h"

static const struct isle_option options[] = {
	{ NUMBER("table", U32, IFLA_VRF_TABLE, 1, UINT32_MAX), .flags = NEEDED, .help = "number of its routing table" },
};

IS_ISLE_LINK(vrf) = {
	.name = "vrf", .what = "a vrf", .config = "CONFIG_NET_VRF", .module = "vrf", .help = "a routing table for some interfaces", ROWS(options),
	.is_master = true, .in_file = true, .keeps_mtu = true,
};
