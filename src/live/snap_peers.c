/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: who is at the other end. A link says "number N in the namespace that I
 * call K"; which one K is has to be asked there, with a descriptor of a
 * candidate (RTM_GETNSID; asking makes no id). Candidates are found by what the
 * two ends of a veth say of each other, so that what is asked grows with the
 * number of pairs of namespaces, not with its square. An answer at one end
 * settles both. What was not confirmed stays unseen: nothing is guessed.
 *
 *   first      namespaces that have several ids (fabrics, machines): one answer each, and their hosts are settled
 *   then       those with an id that is still not known; snap_ask.c does the asking
 */
#include "live/snap_peers.h"

bool isle_snap_has_peer(const struct isle_snap_link *l)
{
	static const char *const kinds[] = { "veth", "netkit", "vxcan" };

	for (size_t i = 0; l->kind && i < ISLE_COUNT(kinds); i++)
		if (!strcmp(l->kind, kinds[i]))
			return true;
	return false;
}

/* The key of "what NS calls NSID". */
static uint64_t id_key(const struct isle_snap_ns *ns, int nsid)
{
	return (uint64_t)(ns->index + 1) << 32 | (uint32_t)nsid;
}

struct isle_snap_ns *isle_snap_known(const struct isle_snap_peers *p, const struct isle_snap_ns *ns, int nsid)
{
	uint64_t i;

	return nsid >= 0 && isle_idmap_get(&p->known, id_key(ns, nsid), &i) ? &p->s->snap->nss[i] : NULL;
}

int isle_snap_learn(struct isle_snap_peers *p, const struct isle_snap_ns *ns, int nsid, const struct isle_snap_ns *is)
{
	return nsid < 0 ? 0 : isle_idmap_put(&p->known, id_key(ns, nsid), is->index);
}

static int settle(struct isle_snap_link *l, struct isle_snap_link *to)
{
	l->peer_state = ISLE_PEER_SEEN;
	if (isle_snap_has_peer(l))
		l->peer = to;
	else
		l->lower = to;
	return 0;
}

/* L counts in namespace THERE. Two ends of one kind say so of each other; something else changed meanwhile. */
static int connect_in(struct isle_snap_peers *p, struct isle_snap_link *l, struct isle_snap_ns *there)
{
	struct isle_snap_link *to = isle_snap_link_at(there, l->link);
	struct isle_snap_ns *back;
	int r;

	l->link_ns = there;
	if (!to || to == l)
		return 0;
	if (!isle_snap_has_peer(l))
		return settle(l, to);
	back = to->link_nsid == -1 ? to->ns : isle_snap_known(p, there, to->link_nsid);
	if (!isle_str_eq(l->kind, to->kind) || to->link != l->ifindex || (back && back != l->ns))
		return 0;
	r = isle_snap_learn(p, there, to->link_nsid, l->ns);
	if (r)
		return r;
	to->link_ns = l->ns;
	settle(l, to);
	return settle(to, l);
}

static int connect_all(struct isle_snap_peers *p)
{
	const struct isle_snap *snap = p->s->snap;
	int r = 0;

	for (size_t i = 0; i < snap->n_nss; i++)
		for (size_t k = 0; k < snap->nss[i].n_links && !r; k++) {
			struct isle_snap_link *l = &snap->nss[i].links[k];
			struct isle_snap_ns *there = l->link_nsid == -1 ? l->ns : isle_snap_known(p, l->ns, l->link_nsid);

			if (l->peer_state == ISLE_PEER_SEEN)
				continue;
			l->link_ns = l->link_nsid >= 0 ? there : NULL;
			if (!l->link)
				continue;
			l->peer_state = ISLE_PEER_UNSEEN;
			if (there)
				r = connect_in(p, l, there);
		}
	return r;
}

static int by_ends(const void *a, const void *b)
{
	const struct isle_snap_link *x = *(struct isle_snap_link *const *)a, *y = *(struct isle_snap_link *const *)b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	if (x->link != y->link)
		return x->link < y->link ? -1 : 1;
	return x->ns->index < y->ns->index ? -1 : x->ns->index > y->ns->index;
}

static int by_face(const void *a, const void *b)
{
	const struct isle_snap_link *x = *(struct isle_snap_link *const *)a, *y = *(struct isle_snap_link *const *)b;
	int r;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	if (x->n_mac != y->n_mac)
		return x->n_mac < y->n_mac ? -1 : 1;
	r = memcmp(x->mac, y->mac, x->n_mac);
	return r ? r : by_ends(a, b);
}

static bool is_end(const struct isle_snap_link *l)
{
	return l->link_nsid != -1 && isle_snap_has_peer(l);
}

static bool is_any(const struct isle_snap_link *l)
{
	return l;
}

/* Those links that WANTED is true of, sorted; NULL: no memory. */
static struct isle_snap_link **gather(const struct isle_snap *snap, bool (*wanted)(const struct isle_snap_link *),
				      int (*cmp)(const void *, const void *), size_t *ret_n)
{
	struct isle_snap_link **all;
	size_t n = 0;

	for (size_t i = 0; i < snap->n_nss; i++)
		n += snap->nss[i].n_links;
	all = calloc(n + 1, sizeof(*all));
	if (!all)
		return NULL;
	n = 0;
	for (size_t i = 0; i < snap->n_nss; i++)
		for (size_t k = 0; k < snap->nss[i].n_links; k++)
			if (wanted(&snap->nss[i].links[k]))
				all[n++] = &snap->nss[i].links[k];
	qsort(all, n, sizeof(*all), cmp);
	*ret_n = n;
	return all;
}

/* The first of N sorted links that is not before KEY. */
static size_t lower_bound(struct isle_snap_link **all, size_t n, int (*cmp)(const struct isle_snap_link *, const void *), const void *key)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (cmp(all[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int answers(const struct isle_snap_link *x, const void *key)
{
	const struct isle_snap_link *l = key;

	if (x->ifindex != l->link)
		return x->ifindex < l->link ? -1 : 1;
	return x->link < l->ifindex ? -1 : x->link > l->ifindex;
}

struct isle_snap_link **isle_snap_answering(const struct isle_snap_peers *p, const struct isle_snap_link *l, size_t *ret_n)
{
	size_t at = lower_bound(p->ends, p->n_ends, answers, l), n = 0;

	while (at + n < p->n_ends && !answers(p->ends[at + n], l))
		n++;
	*ret_n = n;
	return p->ends + at;
}

struct face { int ifindex; const uint8_t *mac; size_t n_mac; };

static int has_face(const struct isle_snap_link *x, const void *key)
{
	const struct face *f = key;

	if (x->ifindex != f->ifindex)
		return x->ifindex < f->ifindex ? -1 : 1;
	if (x->n_mac != f->n_mac)
		return x->n_mac < f->n_mac ? -1 : 1;
	return memcmp(x->mac, f->mac, f->n_mac);
}

struct isle_snap_link **isle_snap_facing(struct isle_snap_peers *p, int ifindex, const uint8_t *mac, size_t n_mac, size_t *ret_n)
{
	const struct face f = { ifindex, mac, n_mac };
	size_t at, n = 0;

	if (!p->faces)
		p->faces = gather(p->s->snap, is_any, by_face, &p->n_faces);
	if (!p->faces)
		return NULL;
	at = lower_bound(p->faces, p->n_faces, has_face, &f);
	while (at + n < p->n_faces && !has_face(p->faces[at + n], &f))
		n++;
	*ret_n = n;
	return p->faces + at;
}

/* Has it ids that nobody knows, and at least MIN? */
static bool is_open(const struct isle_snap_peers *p, const struct isle_snap_ns *ns, size_t min)
{
	size_t n = 0;
	int last = -1;

	for (size_t i = 0; i < ns->n_links && n < min; i++) {
		const struct isle_snap_link *l = &ns->links[i];

		/* one and the same id counted twice does no harm */
		if (l->link_nsid >= 0 && l->link_nsid != last && !isle_snap_known(p, ns, l->link_nsid)) {
			n++;
			last = l->link_nsid;
		}
	}
	return n >= min;
}

static int round_of(struct isle_snap_peers *p, size_t min)
{
	const struct isle_snap *snap = p->s->snap;
	isle_auto(free) struct isle_snap_ns **some = calloc(snap->n_nss + 1, sizeof(struct isle_snap_ns *));
	size_t n = 0;
	int r;

	if (!some)
		return -ENOMEM;
	for (size_t i = 0; i < snap->n_nss; i++)
		if (is_open(p, &snap->nss[i], min))
			some[n++] = &snap->nss[i];
	r = isle_snap_visit(p->s, some, n, false, isle_snap_ask, p);
	return r ? r : connect_all(p);
}

int isle_snap_find_peers(struct isle_snapping *s)
{
	struct isle_snap_peers p = { .s = s };
	int r;

	p.ends = gather(s->snap, is_end, by_ends, &p.n_ends);
	p.asked = calloc(s->snap->n_nss + 1, sizeof(*p.asked));
	r = p.ends && p.asked ? round_of(&p, 2) : -ENOMEM;
	if (!r)
		r = round_of(&p, 1);
	isle_idmap_done(&p.known);
	free(p.ends);
	free(p.faces);
	free(p.asked);
	return r;
}
