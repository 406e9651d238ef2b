/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: single requests about one interface, for those who have no plan of
 * steps (kinds/ has the requests of plans): to find it, set it, name it, move
 * it to another namespace, delete it. Each is acknowledged before it returns.
 */
#include <linux/if.h>
#include "nl/nl.h"

int isle_nl_get_link(struct isle_nl *nl, int by, const char *name, void *answer, size_t cap, const struct nlmsghdr **ret)
{
	uint8_t buf[NLMSG_SPACE(sizeof(struct ifinfomsg)) + RTA_SPACE(ALTIFNAMSIZ)];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	isle_nlmsg_put_str(&m, (uint16_t)by, name);
	isle_nlmsg_end(&m);
	return isle_nl_get(nl, &m, answer, cap, ret);
}

static struct ifinfomsg *begin(struct isle_nlmsg *m, void *buf, size_t size, uint16_t type, uint16_t flags, uint32_t ifindex)
{
	struct ifinfomsg *ifi;

	isle_nlmsg_init(m, buf, size);
	ifi = isle_nlmsg_begin(m, type, flags, sizeof(*ifi));
	if (ifi)
		ifi->ifi_index = (int)ifindex;
	return ifi;
}

int isle_nl_set_link(struct isle_nl *nl, uint32_t ifindex, unsigned flags, unsigned change, uint16_t type, const void *value, size_t n)
{
	uint8_t buf[256];
	struct isle_nlmsg m;
	struct ifinfomsg *ifi = begin(&m, buf, sizeof(buf), RTM_SETLINK, 0, ifindex);

	if (ifi) {
		ifi->ifi_flags = flags;
		ifi->ifi_change = change;
	}
	if (value)
		isle_nlmsg_put(&m, type, value, n);
	isle_nlmsg_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}

int isle_nl_move_link(struct isle_nl *nl, uint32_t ifindex, int netns, const char *name)
{
	uint8_t buf[128];
	struct isle_nlmsg m;

	begin(&m, buf, sizeof(buf), RTM_SETLINK, 0, ifindex);
	isle_nlmsg_put_u32(&m, IFLA_NET_NS_FD, (uint32_t)netns);
	if (name)
		isle_nlmsg_put_str(&m, IFLA_IFNAME, name);
	isle_nlmsg_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}

int isle_nl_set_altname(struct isle_nl *nl, uint32_t ifindex, bool there, const char *altname)
{
	uint8_t buf[256];
	struct isle_nlmsg m;
	size_t list;

	begin(&m, buf, sizeof(buf), there ? RTM_NEWLINKPROP : RTM_DELLINKPROP, there ? NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND : 0, ifindex);
	list = isle_nlmsg_nest(&m, IFLA_PROP_LIST);
	isle_nlmsg_put_str(&m, IFLA_ALT_IFNAME, altname);
	isle_nlmsg_unnest(&m, list);
	isle_nlmsg_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}

int isle_nl_delete_link(struct isle_nl *nl, uint32_t ifindex)
{
	uint8_t buf[64];
	struct isle_nlmsg m;

	begin(&m, buf, sizeof(buf), RTM_DELLINK, 0, ifindex);
	isle_nlmsg_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}
