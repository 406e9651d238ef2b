/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: nf_tables over netlink, as far as an uplink needs it: one table of ours
 * with a NAT chain and masquerade rules, made in one batch that the kernel
 * takes or refuses whole, and a look at the chains of others on a hook. The
 * message formats are those of include/uapi/linux/netfilter/nf_tables.h.
 */
#include "nl/nft_rule.h"

struct nfgenmsg *isle_nft_begin(struct isle_nlmsg *m, uint16_t msg, uint16_t flags, uint8_t family)
{
	struct nfgenmsg *g = isle_nlmsg_begin(m, NFNL_SUBSYS_NFTABLES << 8 | msg, flags, sizeof(*g));

	if (g)
		*g = (struct nfgenmsg){ .nfgen_family = family, .version = NFNETLINK_V0 };
	return g;
}

static void batch_edge(struct isle_nlmsg *m, uint16_t type)
{
	struct nfgenmsg *g = isle_nlmsg_begin(m, type, 0, sizeof(*g));

	if (g)
		*g = (struct nfgenmsg){ .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES) };
	isle_nlmsg_end(m);
}

void isle_nft_batch_begin(struct isle_nlmsg *m)
{
	batch_edge(m, NFNL_MSG_BATCH_BEGIN);
}

void isle_nft_batch_end(struct isle_nlmsg *m)
{
	batch_edge(m, NFNL_MSG_BATCH_END);
}

/* User data as nft(8) writes comments: type 0, length, text with its NUL. */
static size_t comment(uint8_t out[260], const char *text)
{
	size_t n = strlen(text) + 1;

	n = n > 201 ? 201 : n;
	out[0] = 0;
	out[1] = (uint8_t)n;
	memcpy(out + 2, text, n - 1);
	out[n + 1] = 0;
	return n + 2;
}

void isle_nft_table_add(struct isle_nlmsg *m, const char *table, const char *mark)
{
	uint8_t udata[260];

	isle_nft_begin(m, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, NFPROTO_INET);
	isle_nlmsg_put_str(m, NFTA_TABLE_NAME, table);
	isle_nlmsg_put(m, NFTA_TABLE_USERDATA, udata, comment(udata, mark));
	isle_nlmsg_end(m);
}

int isle_nft_table_is(struct isle_nl *nl, const char *table, const char *mark)
{
	uint8_t want[260], request[512], answer[4096];
	const struct nlmsghdr *h;
	struct isle_nlattrs a;
	struct isle_nlmsg m;
	size_t n;
	int r;

	isle_nlmsg_init(&m, request, sizeof(request));
	isle_nft_begin(&m, NFT_MSG_GETTABLE, 0, NFPROTO_INET);
	isle_nlmsg_put_str(&m, NFTA_TABLE_NAME, table);
	isle_nlmsg_end(&m);
	r = isle_nl_get(nl, &m, answer, sizeof(answer), &h);
	if (r < 0)
		return r;
	isle_nl_attrs_of(h, sizeof(struct nfgenmsg), &a);
	n = comment(want, mark);
	return a.a[NFTA_TABLE_USERDATA] && isle_nla_len(a.a[NFTA_TABLE_USERDATA]) == n &&
	       !memcmp(isle_nla_data(a.a[NFTA_TABLE_USERDATA]), want, n);
}

void isle_nft_table_del(struct isle_nlmsg *m, const char *table)
{
	isle_nft_begin(m, NFT_MSG_DELTABLE, NLM_F_ACK, NFPROTO_INET);
	isle_nlmsg_put_str(m, NFTA_TABLE_NAME, table);
	isle_nlmsg_end(m);
}

void isle_nft_nat_chain_add(struct isle_nlmsg *m, const char *table, const char *chain)
{
	size_t hook;

	isle_nft_begin(m, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK, NFPROTO_INET);
	isle_nlmsg_put_str(m, NFTA_CHAIN_TABLE, table);
	isle_nlmsg_put_str(m, NFTA_CHAIN_NAME, chain);
	hook = isle_nlmsg_nest(m, NFTA_CHAIN_HOOK);
	isle_nlmsg_put_be32(m, NFTA_HOOK_HOOKNUM, NF_INET_POST_ROUTING);
	isle_nlmsg_put_be32(m, NFTA_HOOK_PRIORITY, 100);	/* NF_IP_PRI_NAT_SRC */
	isle_nlmsg_unnest(m, hook);
	isle_nlmsg_put_str(m, NFTA_CHAIN_TYPE, "nat");
	isle_nlmsg_end(m);
}

static void masquerade_end(struct isle_nlmsg *m, size_t list)
{
	isle_nft_expr_end(m, isle_nft_expr_begin(m, "masq"));
	isle_nft_rule_end(m, list);
}

void isle_nft_masquerade_from(struct isle_nlmsg *m, const char *table, const char *chain, const struct isle_ip *source,
			      const char *not_out)
{
	size_t list = isle_nft_rule_begin(m, table, chain);

	isle_nft_match_source(m, source);
	isle_nft_match_dev(m, NFT_META_OIFNAME, NFT_CMP_NEQ, not_out);
	masquerade_end(m, list);
}

void isle_nft_masquerade_out(struct isle_nlmsg *m, const char *table, const char *chain, const char *out)
{
	size_t list = isle_nft_rule_begin(m, table, chain);

	isle_nft_match_dev(m, NFT_META_OIFNAME, NFT_CMP_EQ, out);
	masquerade_end(m, list);
}

/* A dump of chains, or of the rules of one chain. */
static void dump_request(struct isle_nlmsg *m, void *buf, size_t cap, uint16_t msg, uint8_t family)
{
	isle_nlmsg_init(m, buf, cap);
	isle_nft_begin(m, msg, NLM_F_DUMP, family);
}

struct chain_walk { int (*fn)(const struct isle_nft_chain *, void *); void *arg; };

static uint32_t be32(const struct nlattr *a, uint32_t dflt)
{
	return a ? ntohl(isle_nla_u32(a, 0)) : dflt;
}

static int on_chain(const struct nlmsghdr *h, void *arg)
{
	struct chain_walk *w = arg;
	struct isle_nft_chain c = { .hook = -1, .accepts = true };
	struct isle_nlattrs a, hook;
	const struct nfgenmsg *g;

	if (!h)
		return w->fn(NULL, w->arg);
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN))
		return 0;
	g = (const void *)(h + 1);
	isle_nl_attrs_of(h, sizeof(*g), &a);
	c.family = g->nfgen_family;
	c.table = isle_nla_str(a.a[NFTA_CHAIN_TABLE]);
	c.name = isle_nla_str(a.a[NFTA_CHAIN_NAME]);
	if (!c.table || !c.name)
		return 0;
	if (a.a[NFTA_CHAIN_HOOK]) {
		isle_nl_nested(a.a[NFTA_CHAIN_HOOK], &hook);
		c.hook = (int)be32(hook.a[NFTA_HOOK_HOOKNUM], 0);
		c.accepts = be32(a.a[NFTA_CHAIN_POLICY], NF_ACCEPT) == NF_ACCEPT;
		c.is_nat = isle_str_eq(isle_nla_str(a.a[NFTA_CHAIN_TYPE]), "nat");
	}
	return w->fn(&c, w->arg);
}

int isle_nft_chains(struct isle_nl *nl, int (*fn)(const struct isle_nft_chain *, void *), void *arg)
{
	struct chain_walk w = { fn, arg };
	struct isle_nlmsg m;
	uint8_t buf[256];

	dump_request(&m, buf, sizeof(buf), NFT_MSG_GETCHAIN, NFPROTO_UNSPEC);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_chain, &w);
}

/* Does one expression leave the packet's fate open? */
static bool is_terminal(const char *name, const struct nlattr *data)
{
	struct isle_nlattrs d, imm, verdict;

	if (!strcmp(name, "reject"))
		return true;
	if (strcmp(name, "immediate") || !data)
		return false;
	isle_nl_nested(data, &d);
	if (!d.a[NFTA_IMMEDIATE_DATA])
		return false;
	isle_nl_nested(d.a[NFTA_IMMEDIATE_DATA], &imm);
	if (!imm.a[NFTA_DATA_VERDICT])
		return false;
	isle_nl_nested(imm.a[NFTA_DATA_VERDICT], &verdict);
	return be32(verdict.a[NFTA_VERDICT_CODE], NF_ACCEPT) == NF_DROP;
}

struct rule_walk { const char *table, *chain; bool drops; };

static int on_rule(const struct nlmsghdr *h, void *arg)
{
	struct rule_walk *w = arg;
	bool conditional = false, terminal = false;
	struct isle_nlattrs a, e;
	const struct nlattr *list, *elem;
	const char *name;
	size_t left;

	if (!h) {
		w->drops = false;
		return 0;
	}
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))
		return 0;
	isle_nl_attrs_of(h, sizeof(struct nfgenmsg), &a);
	if (!isle_str_eq(isle_nla_str(a.a[NFTA_RULE_TABLE]), w->table) ||
	    !isle_str_eq(isle_nla_str(a.a[NFTA_RULE_CHAIN]), w->chain) || !(list = a.a[NFTA_RULE_EXPRESSIONS]))
		return 0;
	elem = isle_nla_data(list);
	for (left = isle_nla_len(list); left >= sizeof(*elem) && elem->nla_len >= sizeof(*elem) && elem->nla_len <= left;) {
		isle_nl_nested(elem, &e);
		name = isle_nla_str(e.a[NFTA_EXPR_NAME]);
		if (name && is_terminal(name, e.a[NFTA_EXPR_DATA]))
			terminal = true;
		else if (name && strcmp(name, "counter") && strcmp(name, "log"))
			conditional = true;
		if ((size_t)NLA_ALIGN(elem->nla_len) >= left)
			break;
		left -= NLA_ALIGN(elem->nla_len);
		elem = (const void *)((const char *)elem + NLA_ALIGN(elem->nla_len));
	}
	if (terminal && !conditional)
		w->drops = true;
	return 0;
}

int isle_nft_chain_drops_rest(struct isle_nl *nl, uint8_t family, const char *table, const char *chain, bool *ret)
{
	struct rule_walk w = { table, chain, false };
	struct isle_nlmsg m;
	uint8_t buf[512];
	int r;

	dump_request(&m, buf, sizeof(buf), NFT_MSG_GETRULE, family);
	isle_nlmsg_put_str(&m, NFTA_RULE_TABLE, table);
	isle_nlmsg_put_str(&m, NFTA_RULE_CHAIN, chain);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(nl, &m, on_rule, &w);
	if (r == 0)
		*ret = w.drops;
	return r;
}
