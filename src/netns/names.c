/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the names with their ids, read before anything is printed, as ip does.
 * A file that is no namespace is complained about here for the first time, and
 * again by whoever prints it.
 */
#include <fcntl.h>
#include "netns/netns.h"

bool netns_dir_is_readable(void)
{
	isle_auto(close) int fd = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0;
}

static void keep(const struct isle_netns_item *it, void *arg)
{
	struct netns_names *names = arg;
	struct netns_name *new;

	if (it->refused)
		netns_refusal(it->refused, it->errnum);
	if (names->n == names->cap) {
		size_t cap = names->cap ? 2 * names->cap : 256;
		struct netns_name *more = realloc(names->v, cap * sizeof(*more));

		if (!more) {
			names->no_memory = true;
			return;
		}
		names->v = more;
		names->cap = cap;
	}
	new = &names->v[names->n++];
	*new = (struct netns_name) { .name = strdup(it->name), .id = it->id, .errnum = it->errnum };
	if (it->refused)
		new->refused = strdup(it->refused);
	names->no_memory |= !new->name || (it->refused && !new->refused);
}

int netns_names_read(struct netns *n, bool ids, struct netns_names *ret)
{
	*ret = (struct netns_names) { 0 };
	/* no directory, or one that may not be read, is an empty one */
	if (!netns_dir_is_readable())
		return NETNS_OK;
	if (isle_each_netns(ids, keep, ret, n->diag) < 0)
		return netns_failed(n);
	return ret->no_memory ? netns_say("Out of memory") : NETNS_OK;
}

void netns_names_done(struct netns_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->v[i].name);
		free(names->v[i].refused);
	}
	free(names->v);
}

void netns_name_complain(const struct netns_name *name)
{
	if (name->refused)
		netns_refusal(name->refused, name->errnum);
}
