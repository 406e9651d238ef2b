/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: wireguard, in the words of wg(8). What it is made with goes by generic
 * netlink once it exists: .attr are WGDEVICE_A_…, not data of the link. A key
 * that nobody gave is made when the interface is and is known to the kernel
 * alone. Its peers are a table of the lab file (lab/doc_peer.c).
 */
#include <linux/wireguard.h>
#include "links/rows.h"

#define KEY(n, a) .name = n, .type = ISLE_OPTION_KEY, .wire = ISLE_WIRE_BYTES, .attr = a

static const struct isle_option options[] = {
	{ KEY("private-key", WGDEVICE_A_PRIVATE_KEY), .flags = LIVE | ISLE_OPTION_SECRET, .dflt = "a new one",
	  .help = "its secret; never shown" },
	{ NUMBER("listen-port", U16, WGDEVICE_A_LISTEN_PORT, 1, 65535), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "51820",
	  .dflt_n = 51820, .help = "UDP port that it listens on" },
	{ NUMBER("fwmark", U32, WGDEVICE_A_FWMARK, 0, UINT32_MAX), .flags = LIVE | ISLE_OPTION_SEND, .dflt = "0", .help = "firewall mark of its packets" },
};

const struct isle_option isle_link_preshared_key = {
	KEY("preshared-key", WGPEER_A_PRESHARED_KEY), .flags = LIVE | ISLE_OPTION_SECRET, .dflt = "none",
	.help = "a secret that both have besides; never shown",
};

IS_ISLE_LINK(wireguard) = {
	.name = "wireguard", .what = "a wireguard", .config = "CONFIG_WIREGUARD", .module = "wireguard", .help = "IP in UDP, encrypted", ROWS(options),
	.mac = ISLE_MAC_NONE, .overhead = 60, .is_tunnel = true, .by_genl = true, .in_file = true,
};
