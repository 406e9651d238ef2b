/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the parts of an nf_tables rule. Private to nl/.
 */
#ifndef ISLE_NL_NFT_RULE_H
#define ISLE_NL_NFT_RULE_H

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include "nl/nl.h"

struct isle_nft_expr { size_t elem, data; };

struct nfgenmsg *isle_nft_begin(struct isle_nlmsg *, uint16_t msg, uint16_t flags, uint8_t family);	/* nft.c */
struct isle_nft_expr isle_nft_expr_begin(struct isle_nlmsg *, const char *name);
void isle_nft_expr_end(struct isle_nlmsg *, struct isle_nft_expr);
void isle_nft_value(struct isle_nlmsg *, uint16_t attr, const void *, size_t);
/* Into register 1, and what is in it compared. */
void isle_nft_meta(struct isle_nlmsg *, uint32_t key);
void isle_nft_payload(struct isle_nlmsg *, uint32_t base, uint32_t offset, uint32_t len);
void isle_nft_cmp(struct isle_nlmsg *, uint32_t op, const void *, size_t);
/* Conditions: the source address; NFT_META_IIFNAME or OIFNAME. */
void isle_nft_match_source(struct isle_nlmsg *, const struct isle_ip *net);
void isle_nft_match_dev(struct isle_nlmsg *, uint32_t key, uint32_t op, const char *dev);

/* A rule at the end of a chain; what is between the two is its expressions. */
size_t isle_nft_rule_begin(struct isle_nlmsg *, const char *table, const char *chain);
void isle_nft_rule_end(struct isle_nlmsg *, size_t list);

#endif
