/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: does a namespace forward, and from which links: sysctls, which netlink tells too (RTM_GETNETCONF), without going there. */
#include <linux/netconf.h>
#include "live/snap_read.h"

static int on_netconf(const struct nlmsghdr *h, void *arg)
{
	const struct netconfmsg *ncm = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_ns *ns = arg;
	struct isle_snap_link *l;
	struct isle_nlattrs a;
	int ifindex;
	bool on;

	if (!h || h->nlmsg_type != RTM_NEWNETCONF || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ncm)))
		return 0;
	isle_nl_attrs_of(h, sizeof(*ncm), &a);
	ifindex = (int)isle_nla_u32(a.a[NETCONFA_IFINDEX], 0);
	on = isle_nla_u32(a.a[NETCONFA_FORWARDING], 0);
	l = ifindex > 0 ? isle_snap_link_at(ns, ifindex) : NULL;
	if (ncm->ncm_family == AF_INET && ifindex == NETCONFA_IFINDEX_ALL)
		ns->forwards4 = on;
	else if (ncm->ncm_family == AF_INET6 && ifindex == NETCONFA_IFINDEX_ALL)
		ns->forwards6 = on;
	else if (l && ncm->ncm_family == AF_INET)
		l->forwards4 = on;
	else if (l && ncm->ncm_family == AF_INET6)
		l->forwards6 = on;
	return 0;
}

int isle_snap_read_forwarding(struct isle_snapping *s)
{
	return isle_snap_dump(&s->route, RTM_GETNETCONF, sizeof(struct netconfmsg), AF_UNSPEC, on_netconf, s->ns);
}
