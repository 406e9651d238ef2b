/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: finding the forward hook that would drop our packets, before anything is
 * made. An accepting table of ours changes nothing once another base chain
 * drops, so the only honest ways are a rule in the chain that Docker keeps for
 * others (DOCKER-USER), or to say which hook it is. Two worlds: nf_tables
 * (also iptables-nft), read over netlink, and the legacy iptables tables, read
 * with getsockopt(IPT_SO_GET_ENTRIES) and only if they are loaded already.
 */
#include "nl/nl.h"
#include "outside/firewall.h"
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <sys/socket.h>

#define MAX_HOOKS 32

struct base_chain { uint8_t family; char table[64], name[64]; bool accepts; };
struct look {
	struct isle_forward_view *view;
	struct base_chain chains[MAX_HOOKS];
	size_t n;
};

static bool is_filter(const char *table)
{
	return !strcmp(table, "filter");
}

static int on_chain(const struct isle_nft_chain *c, void *arg)
{
	struct look *l = arg;
	struct base_chain *b;

	if (!c) {
		l->n = 0;
		return 0;
	}
	if (!strcmp(c->name, "DOCKER-USER") && is_filter(c->table)) {
		l->view->docker_nft[0] |= c->family == NFPROTO_IPV4;
		l->view->docker_nft[1] |= c->family == NFPROTO_IPV6;
	}
	if (c->hook != NF_INET_FORWARD || l->n == MAX_HOOKS ||
	    (c->family != NFPROTO_IPV4 && c->family != NFPROTO_IPV6 && c->family != NFPROTO_INET))
		return 0;
	b = &l->chains[l->n++];
	b->family = c->family;
	b->accepts = c->accepts;
	snprintf(b->table, sizeof(b->table), "%s", c->table);
	snprintf(b->name, sizeof(b->name), "%s", c->name);
	return 0;
}

static const char *family_word(uint8_t family)
{
	return family == NFPROTO_IPV4 ? "ip" : family == NFPROTO_IPV6 ? "ip6" : "inet";
}

static void judge(struct look *l, const struct base_chain *b, bool drops_rest)
{
	bool v[2] = { b->family != NFPROTO_IPV6, b->family != NFPROTO_IPV4 };

	for (int i = 0; i < 2; i++) {
		if (!v[i])
			continue;
		if (!b->accepts && is_filter(b->table) && !strcmp(b->name, "FORWARD") && b->family != NFPROTO_INET)
			l->view->docker_drops[i] = true;
		else if (!l->view->other[i][0])
			snprintf(l->view->other[i], sizeof(l->view->other[i]), "chain %s of nft table %s %s (%s)", b->name,
				 family_word(b->family), b->table, drops_rest ? "its last rule rejects the rest" : "policy drop");
	}
}

static int look_nft(struct look *l, struct isle_diag *d)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r == -EPROTONOSUPPORT)
		return 0;	/* no nf_tables in this kernel: nothing of it can drop */
	if (r < 0)
		return isle_fail(d, -r, NULL, "opening a netfilter socket to look at the forward hook");
	r = isle_nft_chains(&nl, on_chain, l);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		bool rest = false;

		r = isle_nft_chain_drops_rest(&nl, l->chains[i].family, l->chains[i].table, l->chains[i].name, &rest);
		if (r == 0 && (rest || !l->chains[i].accepts))
			judge(l, &l->chains[i], rest);
		if (r == -ENOENT)
			r = 0;	/* gone meanwhile */
	}
	isle_nl_close(&nl);
	if (r == -EINVAL || r == -EOPNOTSUPP)	/* nfnetlink without nf_tables */
		r = 0;
	return r < 0 ? isle_fail(d, -r, NULL, "listing the nf_tables chains on the forward hook") : 0;
}

static bool legacy_filter_is_loaded(void)
{
	FILE *f = fopen("/proc/self/net/ip_tables_names", "re");
	char line[64];
	bool yes = false;

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		yes |= !strcmp(line, "filter\n");
	fclose(f);
	return yes;
}

static void read_legacy(struct isle_forward_view *v, const struct ipt_getinfo *info, const char *blob)
{
	const struct ipt_entry *e;
	size_t off;

	for (off = 0; off + sizeof(*e) <= info->size; off += e->next_offset) {
		const struct xt_entry_target *t;

		e = (const void *)(blob + off);
		if (e->next_offset < sizeof(*e) || off + e->next_offset > info->size || e->target_offset + sizeof(*t) > e->next_offset)
			return;
		t = (const void *)((const char *)e + e->target_offset);
		if (!strcmp(t->u.user.name, XT_ERROR_TARGET) && !strcmp((const char *)t->data, "DOCKER-USER"))
			v->docker_legacy = true;
		if (off == info->underflow[NF_INET_FORWARD] && !t->u.user.name[0])
			v->legacy_drops = ((const struct xt_standard_target *)t)->verdict == -NF_DROP - 1;
	}
}

static int look_legacy(struct isle_forward_view *v, struct isle_diag *d)
{
	struct ipt_getinfo info = { .name = "filter" };
	isle_auto(close) int fd = -1;
	isle_auto(free) struct ipt_get_entries *all = NULL;
	socklen_t len = sizeof(info);

	if (!legacy_filter_is_loaded())
		return 0;
	fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0 || getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len) < 0)
		return isle_fail(d, errno, NULL, "reading the legacy iptables filter table");
	len = (socklen_t)(sizeof(*all) + info.size);
	all = calloc(1, len);
	if (!all)
		return isle_fail(d, ENOMEM, NULL, "reading the legacy iptables filter table");
	strcpy(all->name, "filter");
	all->size = info.size;
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, all, &len) < 0)
		return isle_fail(d, errno, NULL, "reading the legacy iptables filter table");
	read_legacy(v, &info, (const char *)all->entrytable);
	return 0;
}

int isle_firewall_look(struct isle_forward_view *ret, struct isle_diag *d)
{
	struct isle_forward_view v = { 0 };
	struct look l = { .view = &v };
	int r = look_nft(&l, d);

	if (r == 0)
		r = look_legacy(&v, d);
	if (r == 0)
		*ret = v;
	return r;
}
