/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: tables of nf_tables as one number, which is another one once somebody has
 * changed what they say: chains, rules, sets, what is in these, objects. What
 * they count does not matter, nor which numbers the kernel has given them; nor
 * elements that come and go by themselves. Each dump is summed by itself, as it
 * may begin again; no memory is taken.
 */
#include "nl/nft_rule.h"

enum { SETS = 256 };		/* whose elements are looked at */

struct walk {
	bool (*counts)(uint8_t family, const char *table, void *arg);
	void *arg;
	uint64_t sum;
	size_t nth, met;	/* which set is looked for; how many there were */
	uint8_t family;		/* it */
	char table[NFT_NAME_MAXLEN], set[NFT_NAME_MAXLEN];
};

#define BIT(attr) (1ull << (attr))

/* What of a message is told, in attributes, and whose table it is of. */
static const struct { uint16_t get, new; uint16_t table; uint64_t attrs; } dumps[] = {
	{ NFT_MSG_GETTABLE, NFT_MSG_NEWTABLE, NFTA_TABLE_NAME, BIT(NFTA_TABLE_NAME) | BIT(NFTA_TABLE_FLAGS) | BIT(NFTA_TABLE_USERDATA) },
	{ NFT_MSG_GETCHAIN, NFT_MSG_NEWCHAIN, NFTA_CHAIN_TABLE,
	  BIT(NFTA_CHAIN_TABLE) | BIT(NFTA_CHAIN_NAME) | BIT(NFTA_CHAIN_HOOK) | BIT(NFTA_CHAIN_POLICY) | BIT(NFTA_CHAIN_TYPE) },
	{ NFT_MSG_GETRULE, NFT_MSG_NEWRULE, NFTA_RULE_TABLE, BIT(NFTA_RULE_TABLE) | BIT(NFTA_RULE_CHAIN) },	/* and its expressions */
	{ NFT_MSG_GETSET, NFT_MSG_NEWSET, NFTA_SET_TABLE,
	  BIT(NFTA_SET_TABLE) | BIT(NFTA_SET_NAME) | BIT(NFTA_SET_FLAGS) | BIT(NFTA_SET_KEY_TYPE) | BIT(NFTA_SET_KEY_LEN) |
		  BIT(NFTA_SET_DATA_TYPE) | BIT(NFTA_SET_DATA_LEN) | BIT(NFTA_SET_TIMEOUT) },
	{ NFT_MSG_GETOBJ, NFT_MSG_NEWOBJ, NFTA_OBJ_TABLE, BIT(NFTA_OBJ_TABLE) | BIT(NFTA_OBJ_NAME) | BIT(NFTA_OBJ_TYPE) },
	{ NFT_MSG_GETFLOWTABLE, NFT_MSG_NEWFLOWTABLE, NFTA_FLOWTABLE_TABLE,
	  BIT(NFTA_FLOWTABLE_TABLE) | BIT(NFTA_FLOWTABLE_NAME) | BIT(NFTA_FLOWTABLE_HOOK) | BIT(NFTA_FLOWTABLE_FLAGS) },
};

#define ELEMENT_ATTRS (BIT(NFTA_SET_ELEM_KEY) | BIT(NFTA_SET_ELEM_KEY_END) | BIT(NFTA_SET_ELEM_DATA) | BIT(NFTA_SET_ELEM_FLAGS) | \
		       BIT(NFTA_SET_ELEM_USERDATA) | BIT(NFTA_SET_ELEM_OBJREF))

static uint64_t mix(uint64_t sum, uint64_t more)
{
	return isle_fnv1a_more(sum, &more, sizeof(more));
}

static uint64_t mix_attrs(uint64_t sum, const struct isle_nlattrs *a, uint64_t which)
{
	for (size_t i = 0; i < ISLE_COUNT(a->a) && i < 64; i++)
		if (which & BIT(i) && a->a[i])
			sum = isle_fnv1a_more(mix(mix(sum, i), isle_nla_len(a->a[i])), isle_nla_data(a->a[i]), isle_nla_len(a->a[i]));
	return sum;
}

/* Expressions of a rule; of those that count only that they are there. */
static uint64_t mix_exprs(uint64_t sum, const struct nlattr *list)
{
	for (const struct nlattr *e = NULL; (e = isle_nla_next(list, e));) {
		struct isle_nlattrs a;
		const char *name;

		isle_nl_nested(e, &a);
		name = isle_nla_str(a.a[NFTA_EXPR_NAME]);
		if (isle_str_eq(name, "counter") || isle_str_eq(name, "quota") || isle_str_eq(name, "last"))
			sum = mix_attrs(sum, &a, BIT(NFTA_EXPR_NAME));
		else
			sum = mix_attrs(sum, &a, BIT(NFTA_EXPR_NAME) | BIT(NFTA_EXPR_DATA));
	}
	return sum;
}

/* The attributes of a message that counts; NULL: it does not. */
static const char *read_message(const struct walk *w, const struct nlmsghdr *h, size_t which, struct isle_nlattrs *a)
{
	const struct nfgenmsg *g = NLMSG_DATA(h);
	const char *table;

	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | dumps[which].new) || h->nlmsg_len < NLMSG_LENGTH(sizeof(*g)))
		return NULL;
	isle_nl_attrs_of(h, sizeof(*g), a);
	table = isle_nla_str(a->a[dumps[which].table]);
	return table && w->counts(g->nfgen_family, table, w->arg) ? table : NULL;
}

static int on_message(const struct nlmsghdr *h, struct walk *w, size_t which)
{
	struct isle_nlattrs a;

	if (!h) {
		w->sum = 0;
		return 0;
	}
	if (!read_message(w, h, which, &a))
		return 0;
	w->sum = mix(w->sum, ((const struct nfgenmsg *)NLMSG_DATA(h))->nfgen_family);
	w->sum = mix_attrs(w->sum, &a, dumps[which].attrs);
	if (dumps[which].new == NFT_MSG_NEWRULE)
		w->sum = mix_exprs(w->sum, a.a[NFTA_RULE_EXPRESSIONS]);
	return 0;
}

static int on_table(const struct nlmsghdr *h, void *w) { return on_message(h, w, 0); }
static int on_chain(const struct nlmsghdr *h, void *w) { return on_message(h, w, 1); }
static int on_rule(const struct nlmsghdr *h, void *w) { return on_message(h, w, 2); }
static int on_set(const struct nlmsghdr *h, void *w) { return on_message(h, w, 3); }
static int on_object(const struct nlmsghdr *h, void *w) { return on_message(h, w, 4); }
static int on_flowtable(const struct nlmsghdr *h, void *w) { return on_message(h, w, 5); }

/* The NTH set, whose elements are not the packets'. */
static int on_nth_set(const struct nlmsghdr *h, void *arg)
{
	struct walk *w = arg;
	struct isle_nlattrs a;
	const char *table, *name;
	uint32_t flags;

	if (!h) {
		w->met = 0;
		*w->set = '\0';
		return 0;
	}
	table = read_message(w, h, 3, &a);
	name = table ? isle_nla_str(a.a[NFTA_SET_NAME]) : NULL;
	flags = ntohl(isle_nla_u32(a.a[NFTA_SET_FLAGS], 0));
	if (!name || flags & (NFT_SET_EVAL | NFT_SET_TIMEOUT) || w->met++ != w->nth)
		return 0;
	w->family = ((const struct nfgenmsg *)NLMSG_DATA(h))->nfgen_family;
	snprintf(w->table, sizeof(w->table), "%s", table);
	snprintf(w->set, sizeof(w->set), "%s", name);
	return 0;
}

/* In which order they are told is no matter. */
static int on_elements(const struct nlmsghdr *h, void *arg)
{
	struct walk *w = arg;
	struct isle_nlattrs a;

	if (!h) {
		w->sum = 0;
		return 0;
	}
	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM) || h->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return 0;
	isle_nl_attrs_of(h, sizeof(struct nfgenmsg), &a);
	for (const struct nlattr *e = NULL; (e = isle_nla_next(a.a[NFTA_SET_ELEM_LIST_ELEMENTS], e));) {
		struct isle_nlattrs element;

		isle_nl_nested(e, &element);
		w->sum += mix_attrs(1, &element, ELEMENT_ATTRS);
	}
	return 0;
}

static int dump(struct isle_nl *nl, uint16_t get, struct walk *w, int (*fn)(const struct nlmsghdr *, void *))
{
	_Alignas(8) uint8_t buf[3 * NFT_NAME_MAXLEN];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nft_begin(&m, get, NLM_F_DUMP, get == NFT_MSG_GETSETELEM ? w->family : NFPROTO_UNSPEC);
	if (get == NFT_MSG_GETSETELEM) {
		isle_nlmsg_put_str(&m, NFTA_SET_ELEM_LIST_TABLE, w->table);
		isle_nlmsg_put_str(&m, NFTA_SET_ELEM_LIST_SET, w->set);
	}
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, fn, w);
}

static int sum_elements(struct isle_nl *nl, struct walk *w, uint64_t *sum)
{
	int r = 0;

	for (w->nth = 0; w->nth < SETS && !r; w->nth++) {
		r = dump(nl, NFT_MSG_GETSET, w, on_nth_set);
		if (r || !*w->set)
			return r;
		r = dump(nl, NFT_MSG_GETSETELEM, w, on_elements);
		*sum = mix(*sum, w->sum);
	}
	return r;
}

int isle_nft_sum(struct isle_nl *nl, bool (*counts)(uint8_t family, const char *table, void *arg), void *arg, uint64_t *ret)
{
	static int (*const fns[])(const struct nlmsghdr *, void *) = { on_table, on_chain, on_rule, on_set, on_object, on_flowtable };
	struct walk w = { .counts = counts, .arg = arg };
	uint64_t sum = 0;
	int r = 0;

	for (size_t i = 0; i < ISLE_COUNT(dumps) && !r; i++) {
		r = dump(nl, dumps[i].get, &w, fns[i]);
		/* older kernels have no such thing */
		if (dumps[i].get >= NFT_MSG_GETOBJ && (r == -EOPNOTSUPP || r == -EINVAL))
			r = 0;
		sum = mix(sum, w.sum);
	}
	if (!r)
		r = sum_elements(nl, &w, &sum);
	if (!r)
		*ret = sum;
	return r;
}
