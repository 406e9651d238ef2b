/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: is the lab's table of the machine as the lab has made it? Whoever loads
 * his firewall anew takes it along, as a rule, or changes what is in it. What it
 * said when it was made is kept as one number in the lab's tree, with the number
 * of the network namespace that is the machine's: from another one nothing is seen.
 */
#include <fcntl.h>
#include "ns/ns.h"
#include "outside/uplink.h"
#include "tree/file.h"

#define SUM_FILE "uplink.sum"

struct sum { uint64_t table, net; };

static bool is_table(uint8_t family, const char *table, void *arg)
{
	return !strcmp(isle_nft_family(family), "inet") && !strcmp(table, arg);
}

/* Of the network where we are. */
static int read_machine(const char *table, struct sum *ret)
{
	char name[80];
	isle_auto(close) int net = isle_ns_self("net");
	struct isle_nl nl;
	dev_t dev;
	ino_t ino;
	int r = net < 0 ? net : isle_ns_id(net, &dev, &ino);

	if (!r)
		r = isle_nl_open(&nl, NETLINK_NETFILTER);
	if (r)
		return r;
	snprintf(name, sizeof(name), "%s", table);
	ret->net = ino;
	r = isle_nft_sum(&nl, is_table, name, &ret->table);
	isle_nl_close(&nl);
	return r;
}

void isle_uplink_note_table(const char *table, int tree_dir)
{
	struct sum sum;
	char text[48];

	/* without it nothing will be said of changes by hand, and nothing else is lost */
	unlinkat(tree_dir, SUM_FILE, 0);
	if (!table || read_machine(table, &sum))
		return;
	snprintf(text, sizeof(text), "%016llx %llu\n", (unsigned long long)sum.table, (unsigned long long)sum.net);
	isle_file_write(tree_dir, SUM_FILE, text, strlen(text), 0600);
}

bool isle_uplink_table_is_changed(const struct isle_lab *lab, int tree_dir)
{
	char text[48] = "", table[80], *end;
	isle_auto(close) int fd = lab->has_uplink ? openat(tree_dir, SUM_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
	struct sum noted, is;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return false;
	noted.table = strtoull(text, &end, 16);
	noted.net = strtoull(end, NULL, 10);
	isle_uplink_table_name(table, lab->name);
	return !read_machine(table, &is) && is.net == noted.net && is.table != noted.table;
}
