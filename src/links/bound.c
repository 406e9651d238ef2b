/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what stays in the namespace where it was made. The kernel says so since
 * Linux 6.15; before, its kind does.
 */
#include <linux/if_link.h>
#include <net/if.h>
#include "links/links.h"

enum { NETNS_IMMUTABLE = 67 };	/* IFLA_NETNS_IMMUTABLE */

/*
 * These are of the older kernels: loopback.c, bonding/bond_main.c, team/team.c, vrf.c, ppp/ppp_generic.c and amt.c in
 * drivers/net; bridge/br_device.c, hsr/hsr_device.c, batman-adv/soft-interface.c and ieee802154/6lowpan/core.c in net; and
 * of tunnels the one that each namespace has from the start (net/ipv4, net/ipv6).
 */
static bool is_of_bound_kind(unsigned flags, const char *kind, const char *name)
{
	static const char *const kinds[] = { "bridge", "bond", "team", "vrf", "ppp", "amt", "hsr", "batadv", "lowpan" };
	static const char *const devices[] = {
		"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "sit0", "ip6tnl0", "ip6gre0", "ip6_vti0",
	};

	if (!kind)
		return flags & IFF_LOOPBACK;
	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	for (size_t i = 0; i < ISLE_COUNT(devices); i++)
		if (!strcmp(name, devices[i]))
			return true;
	return false;
}

bool isle_link_is_bound(unsigned flags, const char *kind, const char *name, const struct isle_nlattrs *a)
{
	return a->a[NETNS_IMMUTABLE] ? isle_nla_u8(a->a[NETNS_IMMUTABLE], 0) : is_of_bound_kind(flags, kind, name);
}
