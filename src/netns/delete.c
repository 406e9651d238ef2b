/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns delete NAME`, `isle -all netns delete`. With -all ip stops at
 * the first name that cannot be removed, and succeeds all the same.
 */
#include "netns/netns.h"

struct all {
	struct netns *n;
	bool failed;
};

static void delete(const struct isle_netns_item *it, void *arg)
{
	struct all *a = arg;

	if (!a->failed && isle_netns_delete(it->name, a->n->diag) < 0)
		a->failed = true;
}

int netns_delete(struct netns *n, char **argv)
{
	struct all a = { .n = n };
	int r;

	if (!argv[0] && !n->all)
		return netns_say("No netns name specified");
	if (!n->all)
		return isle_netns_delete(argv[0], n->diag) < 0 ? netns_failed(n) : NETNS_OK;
	r = isle_each_netns(false, delete, &a, n->diag);
	if (a.failed)
		netns_failed(n);
	return r < 0 && r != -ENOENT ? netns_failed(n) : NETNS_OK;
}
