/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the kernel's neighbour tables. They are the machine's, not a
 * namespace's, and netlink tells their limits and how often they were full in
 * any namespace, where the files of /proc are in the first one only.
 */
#include <linux/neighbour.h>
#include "ping/inner.h"

enum { SHARE = 3 };		/* a third of a table is ours: others have neighbours too */

static int table(const struct nlmsghdr *h, void *arg)
{
	struct isle_ping_job *j = arg;
	struct isle_nlattrs t;
	struct ndt_stats stats;
	uint32_t most;

	if (!h) {
		j->fulls = 0;
		return 0;
	}
	isle_nl_attrs_of(h, sizeof(struct ndtmsg), &t);
	/* a table is followed by messages about its devices, which have neither */
	most = isle_nla_u32(t.a[NDTA_THRESH3], 0);
	if (most && most / SHARE < j->limit)
		j->limit = most / SHARE > 4 ? most / SHARE : 4;
	if (isle_nla_len(t.a[NDTA_STATS]) >= sizeof(stats)) {
		memcpy(&stats, isle_nla_data(t.a[NDTA_STATS]), sizeof(stats));
		j->fulls += stats.ndts_table_fulls;
	}
	return 0;
}

int isle_neigh_tables(struct isle_ping_job *j)
{
	uint8_t buf[64];
	struct isle_nlmsg m;
	int r;

	j->limit = j->limit ? j->limit : UINT32_MAX;
	j->fulls = 0;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETNEIGHTBL, 0, sizeof(struct ndtmsg));
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&j->tables, &m, table, j);
	return r < 0 ? isle_shared_fail(j->shared, -r, -1, "ask for the size of the neighbour tables") : 0;
}
