/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ports of this machine that lead to a host, as people know it from
 * containers: from outside, from the machine itself (its localhost too) and from
 * the host. Two chains send what is for an address of the machine on. What comes
 * back to 127/8 was never routed: the device gets route_localnet, so that a guard
 * drops what the host sends from or to such addresses by itself.
 */
#include "nl/nft_rule.h"

static void add_chain(struct isle_nlmsg *m, const char *table, const char *chain, const char *type, uint32_t hook, int priority)
{
	size_t nest;

	isle_nft_begin(m, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK, NFPROTO_INET);
	isle_nlmsg_put_str(m, NFTA_CHAIN_TABLE, table);
	isle_nlmsg_put_str(m, NFTA_CHAIN_NAME, chain);
	nest = isle_nlmsg_nest(m, NFTA_CHAIN_HOOK);
	isle_nlmsg_put_be32(m, NFTA_HOOK_HOOKNUM, hook);
	isle_nlmsg_put_be32(m, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	isle_nlmsg_unnest(m, nest);
	isle_nlmsg_put_str(m, NFTA_CHAIN_TYPE, type);
	isle_nlmsg_end(m);
}

void isle_nft_port_chains_add(struct isle_nlmsg *m, const char *table)
{
	add_chain(m, table, "prerouting", "nat", NF_INET_PRE_ROUTING, -100);	/* NF_IP_PRI_NAT_DST */
	add_chain(m, table, "output", "nat", NF_INET_LOCAL_OUT, -100);
	add_chain(m, table, "guard", "filter", NF_INET_PRE_ROUTING, -300);	/* before connections are tracked */
}

/* The destination is an address of this machine. */
static void match_local(struct isle_nlmsg *m)
{
	const uint32_t local = RTN_LOCAL;
	struct isle_nft_expr e = isle_nft_expr_begin(m, "fib");

	isle_nlmsg_put_be32(m, NFTA_FIB_DREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	isle_nlmsg_put_be32(m, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	isle_nft_expr_end(m, e);
	isle_nft_cmp(m, NFT_CMP_EQ, &local, sizeof(local));
}

static void immediate(struct isle_nlmsg *m, uint32_t reg, const void *p, size_t n)
{
	struct isle_nft_expr e = isle_nft_expr_begin(m, "immediate");

	isle_nlmsg_put_be32(m, NFTA_IMMEDIATE_DREG, reg);
	isle_nft_value(m, NFTA_IMMEDIATE_DATA, p, n);
	isle_nft_expr_end(m, e);
}

static void match_family(struct isle_nlmsg *m, uint8_t family)
{
	const uint8_t proto = family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6;

	isle_nft_meta(m, NFT_META_NFPROTO);
	isle_nft_cmp(m, NFT_CMP_EQ, &proto, 1);
}

static void forward(struct isle_nlmsg *m, const char *table, const char *chain, const struct isle_nft_port *port)
{
	const uint8_t proto = port->udp ? IPPROTO_UDP : IPPROTO_TCP;
	const uint16_t from = htons(port->from), to = htons(port->to);
	const bool v4 = port->host.family == AF_INET;
	size_t list = isle_nft_rule_begin(m, table, chain);
	struct isle_nft_expr e;

	match_family(m, port->host.family);
	isle_nft_meta(m, NFT_META_L4PROTO);
	isle_nft_cmp(m, NFT_CMP_EQ, &proto, 1);
	isle_nft_payload(m, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
	isle_nft_cmp(m, NFT_CMP_EQ, &from, 2);
	match_local(m);
	immediate(m, NFT_REG_1, port->host.b, v4 ? 4 : 16);
	immediate(m, NFT_REG_2, &to, 2);
	e = isle_nft_expr_begin(m, "nat");
	isle_nlmsg_put_be32(m, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	isle_nlmsg_put_be32(m, NFTA_NAT_FAMILY, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	isle_nlmsg_put_be32(m, NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	isle_nft_expr_end(m, e);
	isle_nft_rule_end(m, list);
}

void isle_nft_forward_port(struct isle_nlmsg *m, const char *table, const struct isle_nft_port *port)
{
	forward(m, table, "prerouting", port);
	forward(m, table, "output", port);
}

static void masquerade_end(struct isle_nlmsg *m, size_t list)
{
	isle_nft_expr_end(m, isle_nft_expr_begin(m, "masq"));
	isle_nft_rule_end(m, list);
}

static const struct isle_ip loopback = { .family = AF_INET, .len = 8, .b = { 127 } };

void isle_nft_hairpin(struct isle_nlmsg *m, const char *table, const char *chain, const struct isle_ip *net, const char *dev)
{
	size_t list = isle_nft_rule_begin(m, table, chain);

	isle_nft_match_source(m, net);
	isle_nft_match_dev(m, NFT_META_OIFNAME, NFT_CMP_EQ, dev);
	masquerade_end(m, list);
	if (net->family != AF_INET)
		return;
	list = isle_nft_rule_begin(m, table, chain);
	isle_nft_match_source(m, &loopback);
	isle_nft_match_dev(m, NFT_META_OIFNAME, NFT_CMP_EQ, dev);
	masquerade_end(m, list);
}

static void drop_end(struct isle_nlmsg *m, size_t list)
{
	struct isle_nft_expr e = isle_nft_expr_begin(m, "immediate");
	size_t data, verdict;

	isle_nlmsg_put_be32(m, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = isle_nlmsg_nest(m, NFTA_IMMEDIATE_DATA);
	verdict = isle_nlmsg_nest(m, NFTA_DATA_VERDICT);
	isle_nlmsg_put_be32(m, NFTA_VERDICT_CODE, NF_DROP);
	isle_nlmsg_unnest(m, verdict);
	isle_nlmsg_unnest(m, data);
	isle_nft_expr_end(m, e);
	isle_nft_rule_end(m, list);
}

void isle_nft_guard_loopback(struct isle_nlmsg *m, const char *table, const char *dev)
{
	static const uint32_t offsets[] = { 12, 16 };	/* source, destination */

	for (size_t i = 0; i < ISLE_COUNT(offsets); i++) {
		size_t list = isle_nft_rule_begin(m, table, "guard");

		isle_nft_match_dev(m, NFT_META_IIFNAME, NFT_CMP_EQ, dev);
		match_family(m, AF_INET);
		isle_nft_payload(m, NFT_PAYLOAD_NETWORK_HEADER, offsets[i], 1);
		isle_nft_cmp(m, NFT_CMP_EQ, loopback.b, 1);
		drop_end(m, list);
	}
}
