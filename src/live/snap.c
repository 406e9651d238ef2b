/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a snapshot is taken in this order: a census (or the given descriptors)
 * says what namespaces there are; each is read, one dump per kind (the files
 * snap_*.c of the parts); then links find their other ends across namespaces;
 * then namespaces get what people call them; then they are sorted. Until then
 * their order is that of the census. A namespace that could not be entered
 * stays in; one that is gone is left out.
 */
#include <sched.h>
#include <sys/stat.h>
#include "live/snap_read.h"
#include "ns/ns.h"

enum { TRIES = 4 };		/* of a namespace whose dumps are interrupted all the time; each has tries of its own */

static int read_parts(struct isle_snapping *s)
{
	static const struct { unsigned part; int (*fn)(struct isle_snapping *); } readers[] = {
		{ 0, isle_snap_read_links },
		{ ISLE_SNAP_ADDRESSES, isle_snap_read_addresses },
		{ ISLE_SNAP_ROUTES, isle_snap_read_routes },
		{ ISLE_SNAP_RULES, isle_snap_read_rules },
		{ ISLE_SNAP_NEIGHBOURS, isle_snap_read_neighbours },
		{ ISLE_SNAP_SYSCTLS, isle_snap_read_forwarding },
		{ ISLE_SNAP_NFT, isle_snap_read_nft },
		{ ISLE_SNAP_SOCKETS, isle_snap_read_sockets },
	};
	int r = 0;

	for (size_t i = 0; i < ISLE_COUNT(readers) && !r; i++)
		if (!readers[i].part || s->snap->parts & readers[i].part)
			r = readers[i].fn(s);
	return r;
}

static int read_ns(struct isle_snapping *s, void *arg)
{
	int r = -EAGAIN;

	(void)arg;
	for (int i = 0; i < TRIES && r == -EAGAIN; i++)
		r = read_parts(s);
	if (r == -ENOMEM)
		return r;
	s->ns->unseen = -r;
	if (r)
		*s->ns = (struct isle_snap_ns){ .id = s->ns->id, .index = s->ns->index, .census = s->ns->census, .own = s->ns->own, .unseen = -r };
	return 0;
}

/* Those that ended meanwhile go. */
static void drop_gone(struct isle_snap *snap)
{
	size_t n = 0;

	for (size_t i = 0; i < snap->n_nss; i++) {
		struct isle_snap_ns *to = &snap->nss[n];

		if (snap->nss[i].unseen == ESRCH || snap->nss[i].unseen == ENOENT)
			continue;
		if (n != i) {
			*to = snap->nss[i];
			to->index = n;
			for (size_t k = 0; k < to->n_links; k++)
				to->links[k].ns = to;
		}
		n++;
	}
	snap->n_nss = n;
}

static int read_all(struct isle_snapping *s)
{
	struct isle_snap *snap = s->snap;
	isle_auto(free) struct isle_snap_ns **all = calloc(snap->n_nss + 1, sizeof(struct isle_snap_ns *));
	int r;

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < snap->n_nss; i++)
		all[i] = &snap->nss[i];
	r = isle_snap_visit(s, all, snap->n_nss, true, read_ns, NULL);
	if (!r && !s->fds)
		drop_gone(snap);
	return r;
}

static int list_census(struct isle_snapping *s, struct isle_diag *diag)
{
	struct isle_snap *snap = s->snap;
	const unsigned kinds = ISLE_HOLDER_BIT(ISLE_HOLDER_THREAD) | ISLE_HOLDER_BIT(ISLE_HOLDER_DESCRIPTOR) |
			       ISLE_HOLDER_BIT(ISLE_HOLDER_MOUNT) | ISLE_HOLDER_BIT(ISLE_HOLDER_SOCKET) | ISLE_CENSUS_UNRELATED;
	int r = isle_census_take(ISLE_NS_BIT(ISLE_NS_NET), kinds, &snap->census, diag);

	if (r)
		return r;
	snap->unseen = snap->census->unseen;
	snap->nss = isle_arena_alloc(s->arena, (snap->census->n_nss + 1) * sizeof(*snap->nss));
	if (!snap->nss)
		return -ENOMEM;
	for (size_t i = 0; i < snap->census->n_nss; i++) {
		const struct isle_census_ns *c = &snap->census->nss[i];

		if (c->type == ISLE_NS_NET) {
			snap->nss[snap->n_nss] = (struct isle_snap_ns){ .id = c->id, .index = snap->n_nss, .census = c };
			snap->nss[snap->n_nss++].own = c->id == snap->census->own[ISLE_NS_NET];
		}
	}
	return 0;
}

static int list_given(struct isle_snapping *s, const char *const *labels, size_t n, struct isle_diag *diag)
{
	struct isle_snap *snap = s->snap;
	struct stat own, st;

	if (stat("/proc/thread-self/ns/net", &own) < 0)
		own.st_ino = 0;
	snap->nss = isle_arena_alloc(s->arena, (n + 1) * sizeof(*snap->nss));
	if (!snap->nss)
		return -ENOMEM;
	for (; snap->n_nss < n; snap->n_nss++) {
		struct isle_snap_ns *ns = &snap->nss[snap->n_nss];

		if (!isle_ns_is(s->fds[snap->n_nss], CLONE_NEWNET) || fstat(s->fds[snap->n_nss], &st) < 0)
			return isle_reject(diag, NULL, "%s: descriptor %d is no network namespace", labels[snap->n_nss],
					   s->fds[snap->n_nss]);
		*ns = (struct isle_snap_ns){ .id = st.st_ino, .index = snap->n_nss, .own = st.st_ino == own.st_ino,
					     .owner = ISLE_OWNER_NAMED };
		ns->label = isle_arena_strdup(s->arena, labels[snap->n_nss]);
		if (!ns->label)
			return -ENOMEM;
	}
	return 0;
}

static int take(unsigned parts, const int *fds, const char *const *labels, size_t n, struct isle_snap **ret,
		struct isle_diag *diag)
{
	struct isle_snap *snap = calloc(1, sizeof(*snap));
	struct isle_snapping s = { .snap = snap, .fds = fds, .route.fd = -1, .nft.fd = -1, .diag.fd = -1, .generic.fd = -1 };
	const size_t before = isle_diag_errors(diag);
	struct stat st;
	int r;

	if (snap)
		snap->arena = s.arena = isle_arena_new();
	r = s.arena ? 0 : -ENOMEM;
	if (!r) {
		snap->parts = parts;
		r = fds ? list_given(&s, labels, n, diag) : list_census(&s, diag);
	}
	s.nsfs = stat("/proc/thread-self/ns/net", &st) < 0 ? 0 : st.st_dev;
	if (!r && !(parts & ISLE_SNAP_NAMES))
		r = read_all(&s);
	if (!r && parts & ISLE_SNAP_WIREGUARD)
		r = isle_snap_read_wireguards(&s);
	if (!r && !(parts & ISLE_SNAP_NAMES))
		r = isle_snap_find_peers(&s);
	if (!r && !fds && parts & ISLE_SNAP_OVS && !(parts & ISLE_SNAP_NAMES))
		r = isle_snap_read_ovs(&s);
	if (!r && !fds)
		r = isle_snap_find_owners(&s);
	if (!r && !fds)
		r = isle_snap_sort(&s);
	free(s.rows.v);
	free(s.hops.v);
	if (s.root_of)
		close(s.root);
	if (r) {
		isle_snap_free(snap);
		return isle_diag_errors(diag) > before ? r : isle_fail(diag, -r, NULL, "cannot read the networks of this machine");
	}
	*ret = snap;
	return 0;
}

int isle_snap_take(unsigned parts, struct isle_snap **ret, struct isle_diag *diag)
{
	return take(parts, NULL, NULL, 0, ret, diag);
}

int isle_snap_take_of(const int *fds, const char *const *labels, size_t n, unsigned parts, struct isle_snap **ret,
		      struct isle_diag *diag)
{
	return take(parts, fds, labels, n, ret, diag);
}

void isle_snap_free(struct isle_snap *snap)
{
	if (!snap)
		return;
	isle_census_free(snap->census);
	isle_arena_free(snap->arena);
	free(snap);
}

struct isle_snap_ns *isle_snap_ns_of(const struct isle_snap *snap, uint64_t id)
{
	for (size_t i = 0; i < snap->n_nss; i++)
		if (snap->nss[i].id == id)
			return &snap->nss[i];
	return NULL;
}

struct isle_snap_link *isle_snap_link_at(const struct isle_snap_ns *ns, int ifindex)
{
	size_t lo = 0, hi = ns->n_links;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (ns->links[mid].ifindex < ifindex)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ns->n_links && ns->links[lo].ifindex == ifindex ? &ns->links[lo] : NULL;
}

struct isle_snap_link *isle_snap_link_named(const struct isle_snap_ns *ns, const char *name)
{
	for (size_t i = 0; i < ns->n_links; i++) {
		struct isle_snap_link *l = &ns->links[i];

		if (isle_str_eq(l->name, name))
			return l;
		for (size_t k = 0; k < l->n_altnames; k++)
			if (!strcmp(l->altnames[k], name))
				return l;
	}
	return NULL;
}
