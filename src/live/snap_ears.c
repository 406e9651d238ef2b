/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: sockets in the namespaces of a snapshot that stay open, for whoever wants to hear what happens there. */
#include <sys/stat.h>
#include "live/snap_read.h"

struct keeping {
	struct isle_snap_ns *const *nss;
	struct isle_nl *ret;
	size_t at;			/* namespaces come in their order, but for those that nobody gets into */
};

static int keep(struct isle_snapping *s, void *arg)
{
	struct keeping *k = arg;

	while (k->nss[k->at] != s->ns)
		k->at++;
	k->ret[k->at] = s->route;
	s->route.fd = -1;
	return 0;
}

int isle_snap_ears(struct isle_snap *snap, struct isle_snap_ns *const *nss, size_t n, struct isle_nl *ret)
{
	struct isle_snapping s = { .snap = snap, .arena = snap->arena, .route.fd = -1, .nft.fd = -1, .diag.fd = -1 };
	struct keeping k = { nss, ret, 0 };
	struct stat st;
	int r;

	for (size_t i = 0; i < n; i++)
		ret[i].fd = -1;
	s.nsfs = stat("/proc/thread-self/ns/net", &st) < 0 ? 0 : st.st_dev;
	r = isle_snap_visit(&s, nss, n, false, keep, &k);
	if (s.root_of)
		close(s.root);
	return r;
}
