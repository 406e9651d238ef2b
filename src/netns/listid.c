/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns list-id`: the ids that a namespace has given, with names. ip
 * reads all names with their ids first, takes out of that table each one that it
 * prints, and looks an id that is not in it up again, name by name, which is
 * heard when a file there is no namespace. So does this, without asking again.
 */
#include "netns/netns.h"

struct ids {
	const struct netns *n;
	struct netns_names names;
	struct netns_json json;
};

/* Of several names with one id, ip's table has the first. */
static void fill_table(struct netns_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		bool listed = names->v[i].id >= 0;

		for (size_t k = 0; k < i && listed; k++)
			listed = names->v[k].id != names->v[i].id;
		names->v[i].listed = listed;
	}
}

/* The name that ip would print, or NULL. */
static const char *name_of(struct ids *all, const struct isle_nsid_item *it)
{
	int known = it->has_current ? it->current : it->id;
	struct netns_name *name;

	for (size_t i = 0; i < all->names.n && known >= 0; i++) {
		name = &all->names.v[i];
		if (!name->listed || name->id != known)
			continue;
		name->listed = false;
		return name->name;
	}
	for (size_t i = 0; i < all->names.n && it->id >= 0; i++) {
		name = &all->names.v[i];
		netns_name_complain(name);
		if (name->id != it->id)
			continue;
		name->listed = true;
		return name->name;
	}
	return NULL;
}

static void print_json(struct ids *all, const struct isle_nsid_item *it)
{
	const char *name;

	netns_json_open(&all->json);
	if (it->id >= 0)
		netns_json_int(&all->json, "nsid", it->id);
	if (it->has_current && it->current >= 0)
		netns_json_int(&all->json, "current-nsid", it->current);
	name = name_of(all, it);
	if (name)
		netns_json_string(&all->json, "name", name);
	netns_json_close(&all->json);
}

static void print(const struct isle_nsid_item *it, void *arg)
{
	struct ids *all = arg;
	const char *name;

	if (all->n->json) {
		print_json(all, it);
		return;
	}
	printf(it->id < 0 ? "nsid unassigned " : "nsid %d ", it->id);
	if (it->has_current)
		printf(it->current < 0 ? "current-nsid unassigned " : "current-nsid %d ", it->current);
	name = name_of(all, it);
	if (name)
		printf("(iproute2 netns name: %s)", name);
	putchar('\n');
	fflush(stdout);
}

/* The value after a key. -1, or the status; ip blames the word after it for a negative one. */
static int value(struct netns *n, char ***argv, int *ret)
{
	const char *key = **argv;

	if (*ret >= 0)
		return netns_wrong(n, "Error: duplicate \"%s\": \"%s\" is the second value.", key, key);
	if (!*++*argv)
		return netns_wrong(n, "Command line is not complete. Try option \"help\"");
	if (!netns_integer(**argv, ret))
		return netns_wrong(n, "Error: argument \"%s\" is wrong: \"%s\" value is invalid", **argv, key);
	if (*ret < 0)
		return netns_wrong(n, "Error: argument \"%s\" is wrong: \"%s\" value should be >= 0",
				   (*argv)[1] ? (*argv)[1] : "(null)", key);
	return -1;
}

static int one(struct netns *n, struct ids *all, int id, int target)
{
	struct isle_nsid_item item;

	if (isle_nsid_get(id, target, &item, n->diag) < 0)
		return netns_refused(n);
	if (n->json)
		netns_json_begin(&all->json, n->pretty);
	print(&item, all);
	if (n->json)
		netns_json_end(&all->json);
	return NETNS_OK;
}

static int every(struct netns *n, struct ids *all, int target)
{
	int r;

	if (n->json)
		netns_json_begin(&all->json, n->pretty);
	r = isle_each_nsid(target, print, all, n->diag);
	if (n->json)
		netns_json_end(&all->json);
	if (r == 0)
		return NETNS_OK;
	netns_refused(n);
	netns_say("Dump terminated");
	return netns_quit(n, NETNS_FAILED);
}

int netns_listid(struct netns *n, char **argv)
{
	int id = -1, target = -1, status;
	struct ids all = { .n = n };

	status = netns_names_read(n, true, &all.names);
	fill_table(&all.names);
	if (!status)
		status = -1;
	for (; status < 0 && *argv; argv++) {
		if (!strcmp(*argv, "target-nsid"))
			status = value(n, &argv, &target);
		else if (!strcmp(*argv, "nsid"))
			status = value(n, &argv, &id);
		else
			status = netns_usage(n);
	}
	if (status < 0)
		status = id >= 0 ? one(n, &all, id, target) : every(n, &all, target);
	netns_names_done(&all.names);
	return status;
}
