/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns list`: names, and ids where a namespace has one. ip asks the
 * kernel for each id twice, and so complains twice about a file that is no
 * namespace: all of them first, then each above its line. Here the kernel is
 * asked once and the complaints are repeated.
 */
#include <fcntl.h>
#include "netns/netns.h"

struct item {
	char *name, *refused;
	int id, errnum;
};

struct items {
	struct item *v;
	size_t n, cap;
	bool no_memory;
};

static void keep(const struct isle_netns_item *it, void *arg)
{
	struct items *all = arg;

	if (all->n == all->cap) {
		size_t cap = all->cap ? 2 * all->cap : 256;
		struct item *more = realloc(all->v, cap * sizeof(*more));

		if (!more) {
			all->no_memory = true;
			return;
		}
		all->v = more;
		all->cap = cap;
	}
	if (it->refused)
		netns_refusal(it->refused, it->errnum);
	all->v[all->n] = (struct item) {
		.name = strdup(it->name), .refused = it->refused ? strdup(it->refused) : NULL, .id = it->id, .errnum = it->errnum };
	all->no_memory |= !all->v[all->n].name || (it->refused && !all->v[all->n].refused);
	all->n++;
}

static void print_json(const struct netns *n, const struct items *all)
{
	struct netns_json j;

	netns_json_begin(&j, n->pretty);
	for (size_t i = 0; i < all->n; i++) {
		netns_json_open(&j);
		netns_json_string(&j, "name", all->v[i].name);
		if (all->v[i].refused)
			netns_refusal(all->v[i].refused, all->v[i].errnum);
		if (all->v[i].id >= 0)
			netns_json_int(&j, "id", all->v[i].id);
		netns_json_close(&j);
	}
	netns_json_end(&j);
}

static void print(const struct items *all)
{
	for (size_t i = 0; i < all->n; i++) {
		fputs(all->v[i].name, stdout);
		if (all->v[i].refused)
			netns_refusal(all->v[i].refused, all->v[i].errnum);
		if (all->v[i].id >= 0)
			printf(" (id: %d)", all->v[i].id);
		putchar('\n');
	}
}

static void print_name(const struct isle_netns_item *it, void *arg)
{
	(void)arg;
	puts(it->name);
}

bool netns_dir_is_readable(void)
{
	isle_auto(close) int fd = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0;
}

int netns_list(struct netns *n, char **argv)
{
	struct items all = { 0 };
	bool ids = !n->names && !(argv[0] && !strcmp(argv[0], "--names"));
	bool now = !ids && !n->json;
	int r;

	/* not even an empty list, and no failure */
	if (!netns_dir_is_readable())
		return NETNS_OK;
	r = isle_each_netns(ids, now ? print_name : keep, &all, n->diag);
	if (!now && !r && !all.no_memory) {
		if (n->json)
			print_json(n, &all);
		else
			print(&all);
	}
	for (size_t i = 0; i < all.n; i++) {
		free(all.v[i].name);
		free(all.v[i].refused);
	}
	free(all.v);
	if (all.no_memory)
		return netns_say("Out of memory");
	return r < 0 ? netns_failed(n) : NETNS_OK;
}
