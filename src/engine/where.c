/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a word on the command line to namespaces: a lab's host, a name of
 * `ip netns`, a bundle, a process, a container, a path.
 */
#include <fcntl.h>
#include "engine/where.h"

int isle_where_open(const char *ref, unsigned types, struct isle_where *ret, struct isle_diag *diag)
{
	int r;

	memset(ret, 0, sizeof(*ret));
	isle_ns_set_init(&ret->set);
	r = isle_host_open(ref, &ret->host, diag);
	if (r)
		return r;
	ret->kind = ISLE_WHERE_HOST;
	if (types & ISLE_NS_BIT(ISLE_NS_NET))
		ret->set.fd[ISLE_NS_NET] = fcntl(ret->host.net, F_DUPFD_CLOEXEC, 0);
	return 0;
}

void isle_where_close(struct isle_where *w)
{
	if (w->kind == ISLE_WHERE_HOST)
		isle_host_close(&w->host);
	isle_ns_set_close(&w->set);
}

int isle_ns_open(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag)
{
	struct isle_where w;
	int r = isle_where_open(ref, types, &w, diag);

	if (r)
		return r;
	*ret_set = w.set;
	isle_ns_set_init(&w.set);
	isle_where_close(&w);
	return 0;
}
