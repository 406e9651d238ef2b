/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ports that lead to a host, read back from the rules that nft_port.c
 * writes. A rule of another shape is not one of these.
 */
#include "nl/nft_rule.h"

struct walk {
	const char *table;
	int (*fn)(const struct isle_nft_port *, void *);
	void *arg;
};

/* What a rule has said so far. */
struct reading {
	const char *last;		/* the expression before */
	uint32_t key;			/* of meta */
	struct isle_nft_port port;
	bool has_proto, has_from, has_to, is_dnat;
};

static uint32_t be32(const struct nlattr *a)
{
	return ntohl(isle_nla_u32(a, 0));
}

static uint16_t be16(const struct nlattr *value)
{
	const uint8_t *b = isle_nla_data(value);

	return (uint16_t)(b[0] << 8 | b[1]);
}

static const struct nlattr *value_of(const struct nlattr *data)
{
	struct isle_nlattrs a;

	isle_nl_nested(data, &a);
	return a.a[NFTA_DATA_VALUE];
}

static void read_cmp(struct reading *r, const struct isle_nlattrs *a)
{
	const struct nlattr *v = value_of(a->a[NFTA_CMP_DATA]);
	const size_t n = v ? isle_nla_len(v) : 0;

	if (be32(a->a[NFTA_CMP_OP]) != NFT_CMP_EQ)
		return;
	if (isle_str_eq(r->last, "meta") && r->key == NFT_META_L4PROTO && n == 1) {
		r->port.udp = *(const uint8_t *)isle_nla_data(v) == IPPROTO_UDP;
		r->has_proto = true;
	} else if (isle_str_eq(r->last, "payload") && n == 2) {
		r->port.from = be16(v);
		r->has_from = true;
	}
}

static void read_immediate(struct reading *r, const struct isle_nlattrs *a)
{
	const struct nlattr *v = value_of(a->a[NFTA_IMMEDIATE_DATA]);
	const size_t n = v ? isle_nla_len(v) : 0;
	struct isle_ip *ip = &r->port.host;

	if (be32(a->a[NFTA_IMMEDIATE_DREG]) == NFT_REG_1 && (n == 4 || n == 16)) {
		*ip = (struct isle_ip){ .family = n == 4 ? AF_INET : AF_INET6, .len = (uint8_t)(8 * n) };
		memcpy(ip->b, isle_nla_data(v), n);
	} else if (n == 2) {
		r->port.to = be16(v);
		r->has_to = true;
	}
}

static void read_expr(struct reading *r, const struct nlattr *expr)
{
	struct isle_nlattrs e, a;
	const char *name;

	isle_nl_nested(expr, &e);
	name = isle_nla_str(e.a[NFTA_EXPR_NAME]);
	isle_nl_nested(e.a[NFTA_EXPR_DATA], &a);
	if (isle_str_eq(name, "meta"))
		r->key = be32(a.a[NFTA_META_KEY]);
	else if (isle_str_eq(name, "cmp"))
		read_cmp(r, &a);
	else if (isle_str_eq(name, "immediate"))
		read_immediate(r, &a);
	else if (isle_str_eq(name, "nat"))
		r->is_dnat = be32(a.a[NFTA_NAT_TYPE]) == NFT_NAT_DNAT;
	r->last = name;
}

static int on_rule(const struct nlmsghdr *h, void *arg)
{
	const struct walk *w = arg;
	struct reading r = { .last = NULL };
	struct isle_nlattrs a;

	if (!h)
		return w->fn(NULL, w->arg);
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE) || h->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return 0;
	isle_nl_attrs_of(h, sizeof(struct nfgenmsg), &a);
	/* older kernels tell of all tables */
	if (!isle_str_eq(isle_nla_str(a.a[NFTA_RULE_TABLE]), w->table) || !isle_str_eq(isle_nla_str(a.a[NFTA_RULE_CHAIN]), "prerouting"))
		return 0;
	for (const struct nlattr *e = NULL; (e = isle_nla_next(a.a[NFTA_RULE_EXPRESSIONS], e));)
		read_expr(&r, e);
	return r.is_dnat && r.has_proto && r.has_from && r.has_to && r.port.host.family ? w->fn(&r.port, w->arg) : 0;
}

int isle_nft_ports(struct isle_nl *nl, const char *table, int (*fn)(const struct isle_nft_port *, void *), void *arg)
{
	struct walk w = { table, fn, arg };
	uint8_t buf[NFT_NAME_MAXLEN + 64];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nft_begin(&m, NFT_MSG_GETRULE, NLM_F_DUMP, NFPROTO_INET);
	isle_nlmsg_put_str(&m, NFTA_RULE_TABLE, table);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_rule, &w);
}
