/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a look into a network that a host is to be attached to, before anything
 * is touched: are the names of its interfaces free there, and does it forward if
 * the host is a router? Neither is the lab's to change.
 */
#include <linux/netconf.h>
#include <net/if.h>
#include "build/attach.h"
#include "nl/nl.h"
#include "ns/ns.h"

struct survey {
	const struct isle_host *h;
	struct isle_diag *d;
	int r;
};

static int see_link(const struct nlmsghdr *m, void *arg)
{
	struct survey *s = arg;
	struct isle_nlattrs t;
	const char *name;

	if (!m) {
		s->r = 0;
		return 0;
	}
	if (m->nlmsg_type != RTM_NEWLINK)
		return 0;
	isle_nl_attrs_of(m, sizeof(struct ifinfomsg), &t);
	name = isle_nla_str(t.a[IFLA_IFNAME]);
	for (size_t i = 0; name && i < s->h->n_ifaces; i++) {
		const struct isle_iface *iface = s->h->ifaces[i];

		if (strcmp(iface->name, name))
			continue;
		s->r = isle_reject(s->d, &iface->loc, "'%s': %s has an interface %s already", s->h->name, isle_host_whose(s->h), name);
		isle_hint(s->d, "name another in the link: `%s:lab9 -- …`", s->h->name);
	}
	return 0;
}

static int check_names(struct survey *s, struct isle_nl *nl)
{
	struct isle_nlmsg m;
	uint8_t buf[128];
	int r;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	isle_nlmsg_end(&m);
	r = isle_nl_dump(nl, &m, see_link, s);
	return r ? isle_fail(s->d, -r, &s->h->attach_loc, "'%s': cannot list the interfaces of %s", s->h->name, isle_host_whose(s->h)) : s->r;
}

/* Does it forward between any two interfaces? A kernel without the family does not. */
static bool forwards(struct isle_nl *nl, uint8_t family)
{
	const struct nlmsghdr *answer = NULL;
	struct netconfmsg *head;
	uint8_t buf[64], got[1024];
	struct isle_nlattrs t;
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	head = isle_nlmsg_begin(&m, RTM_GETNETCONF, 0, sizeof(*head));
	head->ncm_family = family;
	isle_nlmsg_put_u32(&m, NETCONFA_IFINDEX, (uint32_t)NETCONFA_IFINDEX_ALL);
	isle_nlmsg_end(&m);
	if (isle_nl_get(nl, &m, got, sizeof(got), &answer) || answer->nlmsg_type != RTM_NEWNETCONF)
		return false;
	isle_nl_attrs_of(answer, sizeof(*head), &t);
	return isle_nla_u32(t.a[NETCONFA_FORWARDING], 0);
}

/* A router of somebody else is one because he made it one. */
static int check_forward(const struct survey *s, struct isle_nl *nl)
{
	static const struct { uint8_t family; const char *sysctl; } families[] = {
		{ AF_INET, "net.ipv4.ip_forward" }, { AF_INET6, "net.ipv6.conf.all.forwarding" },
	};
	const struct isle_host *h = s->h;
	int r;

	for (size_t i = 0; h->forward && i < ISLE_COUNT(families); i++) {
		if (!isle_host_has_family(h, families[i].family) || forwards(nl, families[i].family))
			continue;
		r = isle_reject(s->d, &h->attach_loc, "'%s' is a router of the lab, but %s does not forward: its %s is 0", h->name,
				isle_host_whose(h), families[i].sysctl);
		if (isle_host_is_machine(h))
			isle_hint(s->d, "`sysctl -w %s=1` makes it a router, which no lab does; or write `forward: false`", families[i].sysctl);
		else
			isle_hint(s->d, "only who made it sets that, as `docker run --sysctl %s=1`; or write `forward: false`",
				  families[i].sysctl);
		return r;
	}
	return 0;
}

int isle_attach_look(const struct isle_host *h, int net, bool up, struct isle_diag *d)
{
	static const int protocol = NETLINK_ROUTE;
	struct isle_ns_sockets s = { .netns = net, .fd = { -1, -1, -1 } };
	struct survey survey = { .h = h, .d = d };
	struct isle_nl nl;
	int r = isle_ns_sockets(-1, &s, 1, &protocol, 1);

	if (!r && s.errnum)
		r = -s.errnum;
	if (!r)
		r = isle_nl_adopt(&nl, s.fd[0], NETLINK_ROUTE);
	if (r)
		return isle_fail(d, -r, &h->attach_loc, "'%s': cannot look into the network of %s", h->name, isle_host_whose(h));
	if (!up)
		r = check_names(&survey, &nl);
	if (!r)
		r = check_forward(&survey, &nl);
	isle_nl_close(&nl);
	return r;
}
