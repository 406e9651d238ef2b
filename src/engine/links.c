/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what has become of a lab's interfaces: one link dump per host, matched
 * by name. Only read; nothing is marked, so it changes nothing that others see.
 */
#include <sys/mman.h>
#include "nl/nl.h"
#include "tree/visit.h"

struct look {
	const struct isle_tree *tree;
	const struct isle_lab *lab;
	struct isle_shared *shared;
	uint8_t *states;		/* enum isle_link_state, one per interface, hosts in order; shared memory */
	size_t n;
	const struct isle_host *host;	/* being looked at, and where its interfaces begin */
	uint8_t *at;
};

static int see(const struct nlmsghdr *h, void *arg)
{
	struct look *l = arg;
	const struct ifinfomsg *info;
	struct isle_nlattrs t;
	const char *name;

	if (!h || h->nlmsg_type != RTM_NEWLINK)
		return 0;
	info = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*info), &t);
	name = isle_nla_str(t.a[IFLA_IFNAME]);
	for (size_t i = 0; name && i < l->host->n_ifaces; i++)
		if (!strcmp(l->host->ifaces[i]->name, name))
			l->at[i] = !(info->ifi_flags & IFF_UP) ? ISLE_LINK_DOWN
				 : !(info->ifi_flags & IFF_RUNNING) ? ISLE_LINK_NO_CARRIER : ISLE_LINK_UP;
	return 0;
}

static int dump(struct look *l)
{
	uint8_t buf[256];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_visit_host(l->tree, l->shared, l->host->name);

	if (r < 0)
		return r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(l->shared, -r, -1, "open a netlink socket in %s", l->host->name);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&nl, &m, see, l);
	isle_nl_close(&nl);
	return r < 0 ? isle_shared_fail(l->shared, -r, -1, "list the interfaces of %s", l->host->name) : 0;
}

static int look(void *arg)
{
	struct look *l = arg;
	int r = 0;

	l->at = l->states;
	for (size_t i = 0; r >= 0 && i < l->lab->n_hosts; i++) {
		l->host = l->lab->hosts[i];
		r = dump(l);
		l->at += l->host->n_ifaces;
	}
	return r;
}

static void tell(const struct look *l, void (*fn)(const struct isle_iface *, enum isle_link_state, void *), void *arg)
{
	const uint8_t *at = l->states;

	for (size_t i = 0; i < l->lab->n_hosts; i++)
		for (size_t k = 0; k < l->lab->hosts[i]->n_ifaces; k++)
			fn(l->lab->hosts[i]->ifaces[k], *at++, arg);
}

int isle_links(const struct isle_tree *tree, const struct isle_lab *lab,
	       void (*fn)(const struct isle_iface *, enum isle_link_state, void *), void *arg, struct isle_diag *diag)
{
	struct look l = { .tree = tree, .lab = lab, .shared = isle_shared_new() };
	int r;

	for (size_t i = 0; i < lab->n_hosts; i++)
		l.n += lab->hosts[i]->n_ifaces;
	l.states = mmap(NULL, l.n + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!l.shared || l.states == MAP_FAILED) {
		isle_shared_free(l.shared);
		return isle_fail(diag, ENOMEM, NULL, "look at the links of lab %s", lab->name);
	}
	/* zero is ISLE_LINK_MISSING: what nobody saw */
	r = isle_visit(tree, l.shared, look, &l);
	if (r < 0)
		r = isle_shared_report(l.shared, NULL, diag);
	else
		tell(&l, fn, arg);
	munmap(l.states, l.n + 1);
	isle_shared_free(l.shared);
	return r;
}
