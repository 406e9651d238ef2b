/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: kinds that have no options: dummy, ifb, and veth, whose other end is no
 * option but an interface. phys is none of the kernel's: a NIC of the machine
 * is not made, but moved in.
 */
#include "links/rows.h"

IS_ISLE_LINK(dummy) = {
	.name = "dummy", .what = "a dummy", .config = "CONFIG_DUMMY", .module = "dummy", .help = "an interface that loses everything", .in_file = true,
};
IS_ISLE_LINK(ifb) = {
	.name = "ifb", .what = "an ifb", .config = "CONFIG_IFB", .module = "ifb", .help = "where incoming packets can be queued", .in_file = true,
};
IS_ISLE_LINK(veth) = {
	.name = "veth", .what = "a veth", .config = "CONFIG_VETH", .module = "veth", .help = "one end of a pair; written as a link",
};
IS_ISLE_LINK(phys) = {
	.name = "phys", .what = "a NIC", .help = "a NIC of the machine; written as a link", .lower = ISLE_LOWER_REQUIRED, .mac = ISLE_MAC_LOWER,
	.is_nic = true,
};
