/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: nf_tables as they are: the tables of a namespace with their comments,
 * and whether a table has a rule that masquerades. iptables over nf_tables
 * writes that as a target of the old kind. Chains are read in nft.c.
 */
#include "nl/nl.h"
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

const char *isle_nft_family(uint8_t f)
{
	switch (f) {
	case NFPROTO_IPV4: return "ip";
	case NFPROTO_IPV6: return "ip6";
	case NFPROTO_INET: return "inet";
	case NFPROTO_ARP: return "arp";
	case NFPROTO_BRIDGE: return "bridge";
	case NFPROTO_NETDEV: return "netdev";
	}
	return "other";
}

static void dump_request(struct isle_nlmsg *m, void *buf, size_t cap, uint16_t msg, uint8_t family)
{
	struct nfgenmsg *g;

	isle_nlmsg_init(m, buf, cap);
	g = isle_nlmsg_begin(m, NFNL_SUBSYS_NFTABLES << 8 | msg, NLM_F_DUMP, sizeof(*g));
	if (g)
		*g = (struct nfgenmsg){ .nfgen_family = family, .version = NFNETLINK_V0 };
}

struct table_walk { int (*fn)(const struct isle_nft_table *, void *); void *arg; };

/* nft(8) writes user data as (type, length, value): type 0 is the comment, with its NUL. */
static const char *comment_of(const struct nlattr *udata)
{
	const uint8_t *p = isle_nla_data(udata);

	for (size_t left = isle_nla_len(udata); left >= 2 && p[1] <= left - 2; left -= p[1] + 2u, p += p[1] + 2u)
		if (!p[0] && p[1] && !p[p[1] + 1])
			return (const char *)p + 2;
	return NULL;
}

static int on_table(const struct nlmsghdr *h, void *arg)
{
	struct table_walk *w = arg;
	const struct nfgenmsg *g;
	struct isle_nft_table t;
	struct isle_nlattrs a;

	if (!h)
		return w->fn(NULL, w->arg);
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE) || h->nlmsg_len < NLMSG_LENGTH(sizeof(*g)))
		return 0;
	g = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*g), &a);
	t = (struct isle_nft_table){ .family = g->nfgen_family, .name = isle_nla_str(a.a[NFTA_TABLE_NAME]),
				     .comment = comment_of(a.a[NFTA_TABLE_USERDATA]) };
	return t.name ? w->fn(&t, w->arg) : 0;
}

int isle_nft_tables(struct isle_nl *nl, int (*fn)(const struct isle_nft_table *, void *), void *arg)
{
	struct table_walk w = { fn, arg };
	struct isle_nlmsg m;
	uint8_t buf[256];

	dump_request(&m, buf, sizeof(buf), NFT_MSG_GETTABLE, NFPROTO_UNSPEC);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_table, &w);
}

static bool masquerades(const struct nlattr *expr)
{
	struct isle_nlattrs e, data;
	const char *name;

	isle_nl_nested(expr, &e);
	name = isle_nla_str(e.a[NFTA_EXPR_NAME]);
	if (isle_str_eq(name, "masq"))
		return true;
	if (!isle_str_eq(name, "target"))
		return false;
	isle_nl_nested(e.a[NFTA_EXPR_DATA], &data);
	return isle_str_eq(isle_nla_str(data.a[NFTA_TARGET_NAME]), "MASQUERADE");
}

struct rule_walk { const char *table; bool masquerades; };

static int on_rule(const struct nlmsghdr *h, void *arg)
{
	struct rule_walk *w = arg;
	struct isle_nlattrs a;
	const struct nlattr *list;

	if (!h) {
		w->masquerades = false;
		return 0;
	}
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))
		return 0;
	isle_nl_attrs_of(h, sizeof(struct nfgenmsg), &a);
	list = a.a[NFTA_RULE_EXPRESSIONS];
	/* older kernels tell of all tables */
	if (!list || !isle_str_eq(isle_nla_str(a.a[NFTA_RULE_TABLE]), w->table))
		return 0;
	for (const struct nlattr *expr = NULL; !w->masquerades && (expr = isle_nla_next(list, expr));)
		w->masquerades = masquerades(expr);
	return 0;
}

int isle_nft_table_masquerades(struct isle_nl *nl, uint8_t family, const char *table, bool *ret)
{
	struct rule_walk w = { table, false };
	struct isle_nlmsg m;
	uint8_t buf[512];
	int r;

	dump_request(&m, buf, sizeof(buf), NFT_MSG_GETRULE, family);
	isle_nlmsg_put_str(&m, NFTA_RULE_TABLE, table);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(nl, &m, on_rule, &w);
	if (r == 0)
		*ret = w.masquerades;
	return r;
}
