/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a link in words: its state, what it is, whose it is. Words come from the kernel and users: not clean yet. */
#include <linux/if_link.h>
#include <net/if.h>
#include "nl/nl.h"
#include "see/inner.h"

#ifndef IFLA_VLAN_ID
#define IFLA_VLAN_ID 1
#endif

/* IF_OPER_… of linux/if.h, which does not go together with net/if.h. */
enum { OPER_NOT_PRESENT = 1, OPER_DOWN = 2, OPER_LOWER_DOWN = 3, OPER_DORMANT = 5 };

static bool is_kind(const struct isle_snap_link *l, const char *kind)
{
	return l->kind && !strcmp(l->kind, kind);
}

static bool has_ports(const struct isle_snap_link *l)
{
	for (size_t i = 0; i < l->ns->n_links; i++)
		if (l->ns->links[i].master == l)
			return true;
	return false;
}

const char *isle_see_state(const struct isle_snap_link *l)
{
	/* the interface of an Open vSwitch's bridge may be down, its ports carry all the same */
	if (l->is_ovs_bridge)
		return NULL;
	if (!(l->flags & IFF_UP))
		return "down";
	/* a bridge says so for a second after its ports came up, and as long as it has none */
	if (is_kind(l, "bridge") && (l->operstate == OPER_DOWN || l->operstate == OPER_LOWER_DOWN) && !(l->flags & IFF_RUNNING))
		return has_ports(l) ? NULL : "no ports";
	switch (l->operstate) {
	case OPER_NOT_PRESENT: return "not present";
	case OPER_DOWN:
	case OPER_LOWER_DOWN: return "no carrier";
	case OPER_DORMANT: return "dormant";
	default: return NULL;
	}
}

/* A number in the kind's own data. */
static uint32_t number(const struct isle_snap_link *l, unsigned attr)
{
	struct isle_nlattrs t;

	if (!l->data)
		return 0;
	isle_nl_nested(l->data, &t);
	if (attr >= ISLE_COUNT(t.a) || !t.a[attr])
		return 0;
	if (isle_nla_len(t.a[attr]) == 2) {
		uint16_t n;

		memcpy(&n, isle_nla_data(t.a[attr]), sizeof(n));
		return n;
	}
	return isle_nla_u32(t.a[attr], 0);
}

static const char *what(const struct isle_snap_link *l, struct isle_arena *arena)
{
	static const struct { const char *kind, *word; unsigned attr; } numbered[] = {
		{ "vlan", "vlan", IFLA_VLAN_ID }, { "vxlan", "vxlan", IFLA_VXLAN_ID }, { "geneve", "geneve", IFLA_GENEVE_ID },
		{ "vrf", "vrf, table", IFLA_VRF_TABLE },
	};

	if (l->is_ovs_bridge)
		return "bridge of Open vSwitch";
	if (!l->kind)
		return isle_see_is_lo(l) ? NULL : l->parent_dev || l->n_perm_mac ? "hardware" : NULL;
	if (!strcmp(l->kind, "veth"))
		return l->peer_state == ISLE_PEER_NONE ? "veth" : NULL;
	for (size_t i = 0; i < ISLE_COUNT(numbered); i++)
		if (!strcmp(l->kind, numbered[i].kind) && number(l, numbered[i].attr))
			return isle_arena_printf(arena, "%s %u", numbered[i].word, number(l, numbered[i].attr));
	return l->kind;
}

const char *isle_see_kind(const struct isle_snap_link *l, struct isle_arena *arena)
{
	const char *s = what(l, arena);

	if (!l->lower)
		return s;
	if (l->lower->ns == l->ns)
		return isle_arena_printf(arena, "%s on %s", s ? s : "", l->lower->name);
	return isle_arena_printf(arena, "%s on %s", s ? s : "", isle_see_of(l->lower, arena));
}

const char *isle_see_of(const struct isle_snap_link *l, struct isle_arena *arena)
{
	return isle_arena_printf(arena, "%s of %s", l->name, l->ns->label);
}

const struct isle_snap_ovs_port *isle_see_patch(const struct isle_snap_ns *ns, const struct isle_snap_ovs_port *p)
{
	for (size_t i = 0; p->peer && i < ns->n_ovs; i++)
		if (!strcmp(ns->ovs[i].interface, p->peer))
			return &ns->ovs[i];
	return NULL;
}

unsigned isle_see_tag(const struct isle_snap_link *l)
{
	for (size_t i = 0; l->master && l->master->is_ovs_bridge && i < l->ns->n_ovs; i++)
		if (l->ns->ovs[i].link == l)
			return l->ns->ovs[i].tag;
	return 0;
}

unsigned isle_see_vlan(const struct isle_snap_link *l)
{
	return is_kind(l, "vlan") ? number(l, IFLA_VLAN_ID) : 0;
}

bool isle_see_is_outward(const struct isle_snap_link *l)
{
	static const char *const kinds[] = { "vxlan", "geneve", "wireguard", "tun", "gre", "gretap", "ip6gre", "ip6gretap", "sit", "ipip",
					     "ip6tnl", "vti", "vti6", "ppp", "l2tp", "openvpn", "ovpn" };

	if (!l->kind)
		return !isle_see_is_lo(l);
	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		if (!strcmp(l->kind, kinds[i]))
			return true;
	return false;
}

const char *isle_see_owner_name(enum isle_snap_owner owner)
{
	static const char *const names[] = {
		[ISLE_OWNER_MACHINE] = "machine", [ISLE_OWNER_HOST] = "host", [ISLE_OWNER_FABRIC] = "fabric",
		[ISLE_OWNER_CONTAINER] = "container", [ISLE_OWNER_NAMED] = "named", [ISLE_OWNER_UNIT] = "unit",
		[ISLE_OWNER_PROCESS] = "process", [ISLE_OWNER_HELD] = "held",
	};

	return names[owner];
}

char *isle_see_mac(const uint8_t *mac, size_t n, char buf[96])
{
	static const char hex[] = "0123456789abcdef";
	char *at = buf;

	for (size_t i = 0; i < n && i < 32; i++) {
		if (i)
			*at++ = ':';
		*at++ = hex[mac[i] >> 4];
		*at++ = hex[mac[i] & 15];
	}
	*at = '\0';
	return buf;
}

size_t isle_see_add_subnet(struct isle_ip list[ISLE_SUBNETS_MAX], size_t n, const struct isle_ip *ip)
{
	const struct isle_ip net = isle_ip_network(ip);

	for (size_t i = 0; i < n; i++)
		if (!isle_ip_cmp(&list[i], &net))
			return n;
	if (n < ISLE_SUBNETS_MAX)
		list[n++] = net;
	return n;
}
