/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns list`: names, and ids where a namespace has one. ip asks the
 * kernel for each id twice, and so complains twice about a file that is no
 * namespace: all of them first, then each within its line. Here the kernel is
 * asked once and the complaints are repeated. Names only go out as they are read.
 */
#include "netns/netns.h"

static void print_json(const struct netns *n, const struct netns_names *names)
{
	struct netns_json j;

	netns_json_begin(&j, n->pretty);
	for (size_t i = 0; i < names->n; i++) {
		const struct netns_name *name = &names->v[i];

		netns_json_open(&j);
		netns_json_string(&j, "name", name->name);
		netns_name_complain(name);
		if (name->id >= 0)
			netns_json_int(&j, "id", name->id);
		netns_json_close(&j);
	}
	netns_json_end(&j);
}

static void print(const struct netns_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const struct netns_name *name = &names->v[i];

		fputs(name->name, stdout);
		netns_name_complain(name);
		if (name->id >= 0)
			printf(" (id: %d)", name->id);
		putchar('\n');
	}
}

static void print_name(const struct isle_netns_item *it, void *arg)
{
	(void)arg;
	puts(it->name);
}

int netns_list(struct netns *n, char **argv)
{
	const bool ids = !n->names && !(argv[0] && !strcmp(argv[0], "--names"));
	struct netns_names names;
	int status;

	/* not even an empty list, and no failure */
	if (!netns_dir_is_readable())
		return NETNS_OK;
	if (!ids && !n->json)
		return isle_each_netns(false, print_name, NULL, n->diag) < 0 ? netns_failed(n) : NETNS_OK;
	status = netns_names_read(n, ids, &names);
	if (!status && n->json)
		print_json(n, &names);
	else if (!status)
		print(&names);
	netns_names_done(&names);
	return status;
}
