/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: tables of the older iptables, which nf_tables know nothing of. Which
 * there are in a namespace /proc tells; only those are asked for, since the
 * kernel makes a table that is asked for. Of a table with the name "nat" the
 * rules are read as far as to see whether one masquerades.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>	/* after that */
#include <linux/netfilter/x_tables.h>
#include <sys/socket.h>
#include "live/snap_read.h"
#include "ns/ns.h"

enum {
	TRIES = 4,			/* of a table that is being changed */
	GET_INFO = 64, GET_ENTRIES = 65,
};

/*
 * As in linux/netfilter_ipv4/ip_tables.h and linux/netfilter_ipv6/ip6_tables.h, which do not go together with the net/if.h of
 * every C library. Both have the same questions; entries differ.
 */
struct info {
	char name[XT_TABLE_MAXNAMELEN];
	unsigned valid_hooks, hook_entry[NF_INET_NUMHOOKS], underflow[NF_INET_NUMHOOKS], n_entries, size;
};
struct entries {
	char name[XT_TABLE_MAXNAMELEN];
	unsigned size;
	_Alignas(8) uint8_t at[];
};
static const struct family {
	uint8_t nfproto;
	int domain, level;
	size_t size;			/* of an entry, without what matches and the target */
	size_t offsets;			/* where it says where the target begins, and the next entry: two bytes each */
} families[ISLE_SNAP_IPTABLES] = {
	{ NFPROTO_IPV4, AF_INET, IPPROTO_IP, 112, 88 }, { NFPROTO_IPV6, AF_INET6, IPPROTO_IPV6, 168, 140 },
};

static bool has_target(const struct family *f, const uint8_t *entries, size_t n, const char *name)
{
	for (size_t at = 0; n - at >= f->size;) {
		struct { uint16_t target, next; } o;
		struct xt_entry_target t;

		memcpy(&o, entries + at + f->offsets, sizeof(o));
		if (o.next < f->size || o.next > n - at || o.target > o.next || o.next - o.target < (int)sizeof(t))
			return false;
		memcpy(&t, entries + at + o.target, sizeof(t));
		at += o.next;
		if (!strncmp(t.u.user.name, name, sizeof(t.u.user.name)))
			return true;
	}
	return false;
}

static int read_entries(const struct family *f, int fd, const char *table, bool *ret_masquerades)
{
	struct info info = { 0 };
	socklen_t size = sizeof(info);

	snprintf(info.name, sizeof(info.name), "%s", table);
	if (getsockopt(fd, f->level, GET_INFO, &info, &size) < 0)
		return -errno;
	size = (socklen_t)(sizeof(struct entries) + info.size);
	isle_auto(free) struct entries *got = calloc(1, size);
	if (!got)
		return -ENOMEM;
	memcpy(got->name, info.name, sizeof(got->name));
	got->size = info.size;
	if (getsockopt(fd, f->level, GET_ENTRIES, got, &size) < 0)
		return -errno;
	*ret_masquerades = has_target(f, got->at, info.size, "MASQUERADE");
	return 0;
}

/* What the caller may not read masquerades nothing. */
static int masquerades(struct isle_snapping *s, const struct family *f, const char *table, bool *ret)
{
	isle_auto(close) int fd = -1;
	int r = isle_ns_socket(s->netns, f->domain, SOCK_DGRAM, 0, &fd, NULL);

	for (int i = 0; i < TRIES && !r; i++) {
		r = read_entries(f, fd, table, ret);
		if (r != -EAGAIN)
			break;
		r = 0;
	}
	return r == -ENOMEM ? r : 0;
}

static int add(struct isle_snapping *s, struct isle_snap_list *rows, const struct family *f, const char *table)
{
	struct isle_snap_nft *row = isle_snap_list_add(rows);

	if (!row)
		return -ENOMEM;
	row->family = f->nfproto;
	row->is_legacy = true;
	row->table = isle_arena_strdup(s->arena, table);
	row->nat = !strcmp(table, "nat");
	if (!row->table)
		return -ENOMEM;
	return row->nat ? masquerades(s, f, table, &row->masquerades) : 0;
}

int isle_snap_add_iptables(struct isle_snapping *s, struct isle_snap_list *rows)
{
	char text[512], *rest, *table;
	int r = 0;

	for (size_t i = 0; i < ISLE_SNAP_IPTABLES && !r; i++) {
		/* from its beginning: it may be read more than once */
		const ssize_t n = s->iptables[i] < 0 ? 0 : pread(s->iptables[i], text, sizeof(text) - 1, 0);

		text[n < 0 ? 0 : n] = '\0';
		for (table = strtok_r(text, "\n", &rest); table && !r; table = strtok_r(NULL, "\n", &rest))
			r = add(s, rows, &families[i], table);
	}
	return r;
}

void isle_snap_find_iptables(struct isle_snapping *s)
{
	static const char *const files[ISLE_SNAP_IPTABLES] = { "/proc/thread-self/net/ip_tables_names",
							       "/proc/thread-self/net/ip6_tables_names" };

	for (size_t i = 0; i < ISLE_SNAP_IPTABLES; i++)
		s->iptables_files[i] = access(files[i], F_OK) < 0 ? NULL : files[i];
}
