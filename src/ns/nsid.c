/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ids by which a network namespace knows others. There is one only after
 * something needed it (a veth between them) or somebody set it; asking makes
 * none. Messages about failed requests carry the kernel's words.
 */
#include <linux/net_namespace.h>
#include "nl/nl.h"
#include "ns/named.h"

static void put_question(struct isle_nlmsg *m, uint16_t type, uint16_t attr, uint32_t value)
{
	isle_nlmsg_begin(m, type, 0, sizeof(struct rtgenmsg));
	isle_nlmsg_put_u32(m, attr, value);
}

static void read_item(const struct nlmsghdr *h, struct isle_nsid_item *ret)
{
	struct isle_nlattrs t;

	isle_nl_attrs_of(h, sizeof(struct rtgenmsg), &t);
	*ret = (struct isle_nsid_item) {
		.id = (int)isle_nla_u32(t.a[NETNSA_NSID], (uint32_t)-1),
		.has_current = t.a[NETNSA_CURRENT_NSID],
		.current = (int)isle_nla_u32(t.a[NETNSA_CURRENT_NSID], (uint32_t)-1),
	};
}

static int answer(size_t nth, int error, const char *words, const struct nlmsghdr *h, void *arg)
{
	struct isle_nsid_answer *a = (struct isle_nsid_answer *)arg + nth;
	struct isle_nsid_item item = { .id = -1 };

	if (h)
		read_item(h, &item);
	a->id = item.id;
	a->errnum = -error;
	snprintf(a->words, sizeof(a->words), "%s", words);
	return 0;
}

int isle_nsid_ask(struct isle_nl *nl, const int *fds, size_t n, struct isle_nsid_answer *ret)
{
	_Alignas(8) uint8_t buf[ISLE_NSID_BITE * 32];
	struct isle_nlmsg m;

	if (!n)
		return 0;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	for (size_t i = 0; i < n; i++) {
		put_question(&m, RTM_GETNSID, NETNSA_FD, (uint32_t)fds[i]);
		isle_nlmsg_end(&m);
	}
	return isle_nl_ask(nl, &m, n, answer, ret);
}

static int refused(const struct isle_nl *nl, int r, struct isle_diag *diag, const char *what, int id)
{
	r = isle_fail(diag, -r, NULL, "Cannot %s id %d of a network namespace", what, id);
	isle_diag_kernel(diag, nl->extack);
	return r;
}

int isle_nsid_set(int fd, int id, struct isle_diag *diag)
{
	_Alignas(8) uint8_t buf[64];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(diag, -r, NULL, "Cannot open netlink socket");
	isle_nlmsg_init(&m, buf, sizeof(buf));
	put_question(&m, RTM_NEWNSID, NETNSA_FD, (uint32_t)fd);
	isle_nlmsg_put_u32(&m, NETNSA_NSID, (uint32_t)id);
	isle_nlmsg_end(&m);
	r = isle_nl_talk(&nl, &m, NULL);
	if (r < 0)
		r = refused(&nl, r, diag, "set", id);
	isle_nl_close(&nl);
	return r;
}

int isle_nsid_get(int id, int target, struct isle_nsid_item *ret, struct isle_diag *diag)
{
	_Alignas(8) uint8_t buf[64], space[1024];
	const struct nlmsghdr *h;
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(diag, -r, NULL, "Cannot open netlink socket");
	isle_nlmsg_init(&m, buf, sizeof(buf));
	put_question(&m, RTM_GETNSID, NETNSA_NSID, (uint32_t)id);
	if (target >= 0)
		isle_nlmsg_put_u32(&m, NETNSA_TARGET_NSID, (uint32_t)target);
	isle_nlmsg_end(&m);
	r = isle_nl_get(&nl, &m, space, sizeof(space), &h);
	if (r < 0)
		r = refused(&nl, r, diag, "ask for", id);
	else
		read_item(h, ret);
	isle_nl_close(&nl);
	return r;
}

struct items {
	struct isle_nsid_item *v;
	size_t n, cap;
};

static int collect(const struct nlmsghdr *h, void *arg)
{
	struct items *all = arg;

	if (!h) {
		all->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWNSID)
		return 0;
	if (all->n == all->cap) {
		size_t cap = all->cap ? 2 * all->cap : 64;
		struct isle_nsid_item *more = realloc(all->v, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		all->v = more;
		all->cap = cap;
	}
	read_item(h, &all->v[all->n++]);
	return 0;
}

int isle_each_nsid(int target, void (*fn)(const struct isle_nsid_item *, void *), void *arg, struct isle_diag *diag)
{
	_Alignas(8) uint8_t buf[64];
	struct items all = { 0 };
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(diag, -r, NULL, "Cannot open netlink socket");
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETNSID, 0, sizeof(struct rtgenmsg));
	if (target >= 0)
		isle_nlmsg_put_u32(&m, NETNSA_TARGET_NSID, (uint32_t)target);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&nl, &m, collect, &all);
	if (r < 0)
		r = refused(&nl, r, diag, "list the ids that are known to", target);
	for (size_t i = 0; r >= 0 && i < all.n; i++)
		fn(&all.v[i], arg);
	free(all.v);
	isle_nl_close(&nl);
	return r;
}
