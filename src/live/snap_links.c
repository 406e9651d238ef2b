/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the links of a namespace. What belongs to a kind (IFLA_INFO_DATA) is
 * kept as it came. A dump of links lets the kernel give an id to a namespace at
 * the other end of a veth that has none; creating or moving such a veth has
 * already done that, and nothing else here asks for one.
 */
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include "links/links.h"
#include "live/snap_read.h"

struct raw {
	struct isle_snap_link link;
	int master;
};

/*
 * Where the ends are in two namespaces the kernel always tells of a link, and of kinds that have none it is the link itself:
 * a wireguard's namespace is that of its socket. These kinds mean it, also if both numbers happen to be the same.
 */
static int link_of(const struct isle_nlattrs *a, const struct isle_snap_link *l)
{
	static const char *const kinds[] = {
		"veth", "netkit", "vxcan", "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", "ipoib", "rmnet",
		"lowpan", "virt_wifi", "ipip", "gre", "gretap", "erspan", "sit", "ip6tnl", "ip6gre", "ip6gretap", "ip6erspan",
		"vti", "vti6", "xfrm",
	};
	const int link = (int)isle_nla_u32(a->a[IFLA_LINK], 0);

	if (link != l->ifindex)
		return link;
	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		if (isle_str_eq(l->kind, kinds[i]))
			return link;
	return 0;
}

static uint8_t mac_of(const struct nlattr *a, uint8_t mac[32])
{
	const size_t n = isle_nla_len(a) > 32 ? 32 : isle_nla_len(a);

	if (n)
		memcpy(mac, isle_nla_data(a), n);
	return (uint8_t)n;
}

/* A copy of the attribute as it is, or NULL. */
static int keep_attr(struct isle_snapping *s, const struct nlattr *a, const struct nlattr **ret)
{
	void *copy = a ? isle_arena_alloc(s->arena, a->nla_len) : NULL;

	*ret = copy ? memcpy(copy, a, a->nla_len) : NULL;
	return a && !copy ? -ENOMEM : 0;
}

static int read_altnames(struct isle_snapping *s, const struct nlattr *list, struct isle_snap_link *l)
{
	size_t cap = 0;

	for (const struct nlattr *a = NULL; (a = isle_nla_next(list, a));) {
		if ((a->nla_type & NLA_TYPE_MASK) != IFLA_ALT_IFNAME || !isle_nla_str(a))
			continue;
		if (!isle_arena_grow(s->arena, &l->altnames, l->n_altnames, &cap, sizeof(*l->altnames)) ||
		    isle_snap_str(s, a, &l->altnames[l->n_altnames]))
			return -ENOMEM;
		l->n_altnames++;
	}
	return 0;
}

/* What the kind says: its name, its own attributes, and those of a port. */
static int read_info(struct isle_snapping *s, const struct nlattr *info, struct isle_snap_link *l)
{
	struct isle_nlattrs a, data;
	int r;

	isle_nl_nested(info, &a);
	r = isle_snap_str(s, a.a[IFLA_INFO_KIND], &l->kind);
	if (!r)
		r = isle_snap_str(s, a.a[IFLA_INFO_SLAVE_KIND], &l->port_kind);
	if (!r)
		r = keep_attr(s, a.a[IFLA_INFO_DATA], &l->data);
	if (!r)
		r = keep_attr(s, a.a[IFLA_INFO_SLAVE_DATA], &l->port_data);
	if (r || !l->kind || strcmp(l->kind, "vxlan"))
		return r;
	isle_nl_nested(a.a[IFLA_INFO_DATA], &data);
	l->link = (int)isle_nla_u32(data.a[IFLA_VXLAN_LINK], 0);
	return 0;
}

static int read_texts(struct isle_snapping *s, const struct isle_nlattrs *a, struct isle_snap_link *l)
{
	int r = isle_snap_str(s, a->a[IFLA_IFNAME], &l->name);

	if (!r && !l->name)
		l->name = "";
	if (!r)
		r = isle_snap_str(s, a->a[IFLA_IFALIAS], &l->alias);
	if (!r)
		r = isle_snap_str(s, a->a[IFLA_PARENT_DEV_BUS_NAME], &l->parent_bus);
	if (!r)
		r = isle_snap_str(s, a->a[IFLA_PARENT_DEV_NAME], &l->parent_dev);
	if (!r && a->a[IFLA_PROP_LIST])
		r = read_altnames(s, a->a[IFLA_PROP_LIST], l);
	return r ? r : read_info(s, a->a[IFLA_LINKINFO], l);
}

static void read_values(const struct isle_nlattrs *a, struct isle_snap_link *l)
{
	struct isle_nlattrs families, inet6;

	l->operstate = isle_nla_u8(a->a[IFLA_OPERSTATE], 0);
	l->mtu = isle_nla_u32(a->a[IFLA_MTU], 0);
	l->txqueues = isle_nla_u32(a->a[IFLA_NUM_TX_QUEUES], 0);
	l->group = isle_nla_u32(a->a[IFLA_GROUP], 0);
	l->n_mac = mac_of(a->a[IFLA_ADDRESS], l->mac);
	l->n_perm_mac = mac_of(a->a[IFLA_PERM_ADDRESS], l->perm_mac);
	l->is_immovable = isle_link_is_bound(l->flags, l->kind, l->name, a);
	if (!l->link)
		l->link = link_of(a, l);
	l->link_nsid = -1;
	if (a->a[IFLA_LINK_NETNSID]) {
		l->link_nsid = (int)isle_nla_u32(a->a[IFLA_LINK_NETNSID], 0);
		l->link_nsid = l->link_nsid < 0 ? -2 : l->link_nsid;
	}
	isle_nl_nested(a->a[IFLA_AF_SPEC], &families);
	isle_nl_nested(families.a[AF_INET6], &inet6);
	l->addrgenmode = isle_nla_u8(inet6.a[IFLA_INET6_ADDR_GEN_MODE], 0);
}

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
	bool filters_vlans;		/* one of the bridges does */
};

static int on_link(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *ifi = h ? NLMSG_DATA(h) : NULL;
	struct walk *w = arg;
	struct isle_nlattrs a, data;
	struct raw *row;
	int r;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return 0;
	row = isle_snap_list_add(w->rows);
	if (!row)
		return -ENOMEM;
	isle_nl_attrs_of(h, sizeof(*ifi), &a);
	row->link = (struct isle_snap_link){ .ns = w->s->ns, .ifindex = ifi->ifi_index, .flags = ifi->ifi_flags, .type = ifi->ifi_type };
	row->master = (int)isle_nla_u32(a.a[IFLA_MASTER], 0);
	r = read_texts(w->s, &a, &row->link);
	if (r)
		return r;
	read_values(&a, &row->link);
	isle_nl_nested(row->link.data, &data);
	if (isle_str_eq(row->link.kind, "bridge") && isle_nla_u8(data.a[IFLA_BR_VLAN_FILTERING], 0))
		w->filters_vlans = true;
	return 0;
}

static int on_vlans(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *ifi = h ? NLMSG_DATA(h) : NULL;
	struct walk *w = arg;
	struct isle_snap_link *l;
	struct isle_nlattrs a;

	if (!h || h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return 0;
	l = isle_snap_link_at(w->s->ns, ifi->ifi_index);
	isle_nl_attrs_of(h, sizeof(*ifi), &a);
	return l ? keep_attr(w->s, a.a[IFLA_AF_SPEC], &l->vlans) : 0;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct raw *x = a, *y = b;

	return x->link.ifindex < y->link.ifindex ? -1 : x->link.ifindex > y->link.ifindex;
}

static int keep(struct walk *w)
{
	struct isle_snap_ns *ns = w->s->ns;
	struct raw *rows = w->rows->v;

	ns->links = isle_arena_alloc(w->s->arena, w->rows->n * sizeof(*ns->links));
	if (!ns->links)
		return -ENOMEM;
	if (w->rows->n)
		qsort(rows, w->rows->n, sizeof(*rows), by_ifindex);
	for (ns->n_links = 0; ns->n_links < w->rows->n; ns->n_links++)
		ns->links[ns->n_links] = rows[ns->n_links].link;
	for (size_t i = 0; i < ns->n_links; i++)
		if (rows[i].master)
			ns->links[i].master = isle_snap_link_at(ns, rows[i].master);
	return 0;
}

int isle_snap_read_links(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct raw)) };
	int r = isle_snap_dump(&s->route, RTM_GETLINK, sizeof(struct ifinfomsg), AF_UNSPEC, on_link, &w);

	if (!r)
		r = keep(&w);
	if (!r && (w.filters_vlans || s->snap->parts & ISLE_SNAP_VLANS))
		r = isle_snap_dump(&s->route, RTM_GETLINK, sizeof(struct ifinfomsg), AF_BRIDGE, on_vlans, &w);
	return r;
}

void isle_snap_each_vlans(const struct isle_snap_link *l, void (*fn)(uint16_t first, uint16_t last, uint16_t flags, void *arg), void *arg)
{
	uint16_t first = 0;

	for (const struct nlattr *a = NULL; l->vlans && (a = isle_nla_next(l->vlans, a));) {
		struct bridge_vlan_info info;

		if ((a->nla_type & NLA_TYPE_MASK) != IFLA_BRIDGE_VLAN_INFO || isle_nla_len(a) < sizeof(info))
			continue;
		memcpy(&info, isle_nla_data(a), sizeof(info));
		if (info.flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
			first = info.vid;
			continue;
		}
		if (!(info.flags & BRIDGE_VLAN_INFO_RANGE_END))
			first = info.vid;
		fn(first, info.vid, info.flags & (BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED), arg);
	}
}
