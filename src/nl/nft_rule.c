/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: rules of nf_tables are lists of expressions: what is loaded into a
 * register, what it is compared with, what is done then.
 */
#include "nl/nft_rule.h"

struct isle_nft_expr isle_nft_expr_begin(struct isle_nlmsg *m, const char *name)
{
	struct isle_nft_expr e = { .elem = isle_nlmsg_nest(m, NFTA_LIST_ELEM) };

	isle_nlmsg_put_str(m, NFTA_EXPR_NAME, name);
	e.data = isle_nlmsg_nest(m, NFTA_EXPR_DATA);
	return e;
}

void isle_nft_expr_end(struct isle_nlmsg *m, struct isle_nft_expr e)
{
	isle_nlmsg_unnest(m, e.data);
	isle_nlmsg_unnest(m, e.elem);
}

void isle_nft_value(struct isle_nlmsg *m, uint16_t attr, const void *p, size_t n)
{
	size_t nest = isle_nlmsg_nest(m, attr);

	isle_nlmsg_put(m, NFTA_DATA_VALUE, p, n);
	isle_nlmsg_unnest(m, nest);
}

void isle_nft_meta(struct isle_nlmsg *m, uint32_t key)
{
	struct isle_nft_expr e = isle_nft_expr_begin(m, "meta");

	isle_nlmsg_put_be32(m, NFTA_META_DREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_META_KEY, key);
	isle_nft_expr_end(m, e);
}

void isle_nft_payload(struct isle_nlmsg *m, uint32_t base, uint32_t offset, uint32_t len)
{
	struct isle_nft_expr e = isle_nft_expr_begin(m, "payload");

	isle_nlmsg_put_be32(m, NFTA_PAYLOAD_DREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_PAYLOAD_BASE, base);
	isle_nlmsg_put_be32(m, NFTA_PAYLOAD_OFFSET, offset);
	isle_nlmsg_put_be32(m, NFTA_PAYLOAD_LEN, len);
	isle_nft_expr_end(m, e);
}

void isle_nft_cmp(struct isle_nlmsg *m, uint32_t op, const void *p, size_t n)
{
	struct isle_nft_expr e = isle_nft_expr_begin(m, "cmp");

	isle_nlmsg_put_be32(m, NFTA_CMP_SREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_CMP_OP, op);
	isle_nft_value(m, NFTA_CMP_DATA, p, n);
	isle_nft_expr_end(m, e);
}

/* The packet's source address, masked, equals the prefix. */
void isle_nft_match_source(struct isle_nlmsg *m, const struct isle_ip *net)
{
	bool v4 = net->family == AF_INET;
	uint32_t n = v4 ? 4 : 16;
	uint8_t proto = v4 ? NFPROTO_IPV4 : NFPROTO_IPV6, mask[16] = { 0 }, zero[16] = { 0 };
	struct isle_nft_expr e;

	for (unsigned i = 0; i < net->len; i++)
		mask[i / 8] |= 0x80 >> i % 8;
	isle_nft_meta(m, NFT_META_NFPROTO);
	isle_nft_cmp(m, NFT_CMP_EQ, &proto, 1);
	isle_nft_payload(m, NFT_PAYLOAD_NETWORK_HEADER, v4 ? 12 : 8, n);
	e = isle_nft_expr_begin(m, "bitwise");
	isle_nlmsg_put_be32(m, NFTA_BITWISE_SREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_BITWISE_DREG, NFT_REG_1);
	isle_nlmsg_put_be32(m, NFTA_BITWISE_LEN, n);
	isle_nft_value(m, NFTA_BITWISE_MASK, mask, n);
	isle_nft_value(m, NFTA_BITWISE_XOR, zero, n);
	isle_nft_expr_end(m, e);
	isle_nft_cmp(m, NFT_CMP_EQ, net->b, n);
}

void isle_nft_match_dev(struct isle_nlmsg *m, uint32_t key, uint32_t op, const char *name)
{
	char dev[16] = { 0 };

	memcpy(dev, name, strnlen(name, sizeof(dev) - 1));
	isle_nft_meta(m, key);
	isle_nft_cmp(m, op, dev, sizeof(dev));
}

size_t isle_nft_rule_begin(struct isle_nlmsg *m, const char *table, const char *chain)
{
	isle_nft_begin(m, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, NFPROTO_INET);
	isle_nlmsg_put_str(m, NFTA_RULE_TABLE, table);
	isle_nlmsg_put_str(m, NFTA_RULE_CHAIN, chain);
	return isle_nlmsg_nest(m, NFTA_RULE_EXPRESSIONS);
}

void isle_nft_rule_end(struct isle_nlmsg *m, size_t list)
{
	isle_nlmsg_unnest(m, list);
	isle_nlmsg_end(m);
}
