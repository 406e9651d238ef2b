/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the rules of a namespace by which routes are looked up, in their order; those it has from the start too. */
#include <linux/fib_rules.h>
#include "live/snap_read.h"

enum { DSCP = 28 };		/* FRA_DSCP, of Linux 6.14; what is beyond that is a condition as well */

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
};

static bool has_more(const struct isle_nlattrs *a, const struct fib_rule_hdr *frh)
{
	static const uint8_t known[] = { FRA_FLOW, FRA_TUN_ID, FRA_UID_RANGE, FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE };

	for (size_t i = 0; i < ISLE_COUNT(known); i++)
		if (a->a[known[i]])
			return true;
	for (size_t i = DSCP; i < ISLE_COUNT(a->a); i++)
		if (a->a[i])
			return true;
	/* these are always told: -1 is none */
	return frh->tos || isle_nla_u32(a->a[FRA_SUPPRESS_PREFIXLEN], UINT32_MAX) != UINT32_MAX ||
	       isle_nla_u32(a->a[FRA_SUPPRESS_IFGROUP], UINT32_MAX) != UINT32_MAX;
}

static int on_rule(const struct nlmsghdr *h, void *arg)
{
	const struct fib_rule_hdr *frh = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_rule *row;
	struct walk *w = arg;
	struct isle_nlattrs a;
	int r;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWRULE || h->nlmsg_len < NLMSG_LENGTH(sizeof(*frh)) ||
	    (frh->family != AF_INET && frh->family != AF_INET6))
		return 0;
	row = isle_snap_list_add(w->rows);
	if (!row)
		return -ENOMEM;
	isle_nl_attrs_of(h, sizeof(*frh), &a);
	row->family = frh->family;
	row->action = frh->action;
	row->inverted = frh->flags & FIB_RULE_INVERT;
	isle_snap_ip(a.a[FRA_SRC], frh->family, frh->src_len, &row->from);
	isle_snap_ip(a.a[FRA_DST], frh->family, frh->dst_len, &row->to);
	row->priority = isle_nla_u32(a.a[FRA_PRIORITY], 0);
	row->table = isle_nla_u32(a.a[FRA_TABLE], frh->table);
	row->mark = isle_nla_u32(a.a[FRA_FWMARK], 0);
	row->mask = isle_nla_u32(a.a[FRA_FWMASK], 0);
	row->target = isle_nla_u32(a.a[FRA_GOTO], 0);
	row->l3mdev = isle_nla_u8(a.a[FRA_L3MDEV], 0);
	row->proto = isle_nla_u8(a.a[FRA_PROTOCOL], 0);
	row->more = has_more(&a, frh);
	r = isle_snap_str(w->s, a.a[FRA_IIFNAME], &row->iif);
	return r ? r : isle_snap_str(w->s, a.a[FRA_OIFNAME], &row->oif);
}

int isle_snap_read_rules(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_rule)) };
	int r = isle_snap_dump(&s->route, RTM_GETRULE, sizeof(struct fib_rule_hdr), AF_UNSPEC, on_rule, &w);

	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->rules, &s->ns->n_rules);
	return r;
}
