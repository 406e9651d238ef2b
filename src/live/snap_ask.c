/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: asking a namespace who its ids are. A question names a candidate by a
 * descriptor, the answer is the id that it has there; many go out together.
 * Where many ends look alike (a thousand pairs of two namespaces, all numbered
 * the same) the link itself is looked at through the id first, and only ends
 * with its hardware address are candidates. Each candidate is asked for once.
 */
#include "live/snap_peers.h"
#include "ns/ns.h"

enum { MANY = 4 };		/* candidates that are asked for as they are */

struct questions {
	struct isle_snap_peers *p;
	struct isle_snap_ns *nss[ISLE_NSID_BITE];
	int fds[ISLE_NSID_BITE];
	size_t n;
};

static int flush(struct questions *q)
{
	struct isle_nsid_answer answers[ISLE_NSID_BITE];
	struct isle_snapping *s = q->p->s;
	int r = isle_nsid_ask(&s->route, q->fds, q->n, answers);

	for (size_t i = 0; i < q->n; i++) {
		if (!r && !answers[i].errnum)
			r = isle_snap_learn(q->p, s->ns, answers[i].id, q->nss[i]);
		close(q->fds[i]);
	}
	q->n = 0;
	return r;
}

/* Is CANDIDATE one of them? */
static int put(struct questions *q, struct isle_snap_ns *candidate)
{
	struct isle_snapping *s = q->p->s;
	size_t *asked = &q->p->asked[candidate->index];
	int fd, r = 0;

	if (*asked == s->ns->index + 1)
		return 0;
	if (q->n == ISLE_NSID_BITE)
		r = flush(q);
	if (r)
		return r;
	fd = isle_snap_open(s, candidate);
	if ((fd == -EMFILE || fd == -ENFILE) && q->n) {
		r = flush(q);
		fd = r ? r : isle_snap_open(s, candidate);
	}
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		return fd;
	*asked = s->ns->index + 1;
	if (fd < 0)
		return r;
	q->nss[q->n] = candidate;
	q->fds[q->n++] = fd;
	return r;
}

/* The link that L is connected to, seen through the id: is its hardware address told? */
static bool look_through(struct isle_snapping *s, const struct isle_snap_link *l, uint8_t mac[32], size_t *ret_n)
{
	_Alignas(8) uint8_t buf[128], space[8192];
	const struct nlmsghdr *h;
	struct ifinfomsg *ifi;
	struct isle_nlattrs a;
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	ifi = isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(*ifi));
	if (ifi)
		ifi->ifi_index = l->link;
	isle_nlmsg_put_u32(&m, IFLA_TARGET_NETNSID, (uint32_t)l->link_nsid);
	isle_nlmsg_put_u32(&m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	isle_nlmsg_end(&m);
	if (isle_nl_get(&s->route, &m, space, sizeof(space), &h) || h->nlmsg_type != RTM_NEWLINK)
		return false;
	isle_nl_attrs_of(h, sizeof(*ifi), &a);
	*ret_n = isle_nla_len(a.a[IFLA_ADDRESS]) > 32 ? 32 : isle_nla_len(a.a[IFLA_ADDRESS]);
	if (*ret_n)
		memcpy(mac, isle_nla_data(a.a[IFLA_ADDRESS]), *ret_n);
	return *ret_n;
}

/* Those that may be what L is connected to: which look as it does through the id. false: the caller may not look. */
static int ask_by_look(struct questions *q, const struct isle_snap_link *l, bool *ret_may)
{
	struct isle_snap_link **some;
	uint8_t mac[32];
	size_t n_mac, n;
	int r = 0;

	*ret_may = look_through(q->p->s, l, mac, &n_mac);
	if (!*ret_may)
		return 0;
	some = isle_snap_facing(q->p, l->link, mac, n_mac, &n);
	if (!some)
		return -ENOMEM;
	for (size_t i = 0; i < n && !r; i++)
		if (some[i]->ns != l->ns)
			r = put(q, some[i]->ns);
	return r;
}

static int ask_for_peer(struct questions *q, const struct isle_snap_link *l)
{
	struct isle_snap_link **ends;
	bool looked = false;
	size_t n;
	int r = 0;

	ends = isle_snap_answering(q->p, l, &n);
	if (n > MANY)
		r = ask_by_look(q, l, &looked);
	for (size_t i = 0; i < n && !looked && !r; i++)
		if (ends[i]->ns != l->ns && isle_str_eq(ends[i]->kind, l->kind))
			r = put(q, ends[i]->ns);
	return r;
}

/* Everybody, but first the one that most tunnels and the like were made in. */
static int ask_for_any(struct questions *q, const struct isle_snap_link *l)
{
	const struct isle_snap *snap = q->p->s->snap;
	int r = 0;

	for (size_t i = 0; i < snap->n_nss && !r; i++)
		if (snap->nss[i].own || (snap->nss[i].census && snap->nss[i].census->pid == 1))
			r = put(q, &snap->nss[i]);
	if (!r)
		r = flush(q);
	for (size_t i = 0; i < snap->n_nss && !r && !isle_snap_known(q->p, l->ns, l->link_nsid); i++)
		if (!l->link || isle_snap_link_at(&snap->nss[i], l->link))
			r = put(q, &snap->nss[i]);
	return r;
}

static int ask_for_lower(struct questions *q, const struct isle_snap_link *l)
{
	bool looked = false;
	int r = l->link ? ask_by_look(q, l, &looked) : 0;

	return r || looked ? r : ask_for_any(q, l);
}

/* Nothing is known of what is there, so any of them may be it. */
static int ask_for_unseen(struct questions *q)
{
	const struct isle_snap *snap = q->p->s->snap;
	int r = 0;

	for (size_t i = 0; i < snap->n_nss && !r; i++)
		if (snap->nss[i].unseen)
			r = put(q, &snap->nss[i]);
	return r ? r : flush(q);
}

static bool is_open(const struct isle_snap_peers *p, const struct isle_snap_link *l)
{
	return l->link_nsid >= 0 && !isle_snap_known(p, l->ns, l->link_nsid);
}

int isle_snap_ask(struct isle_snapping *s, void *arg)
{
	struct questions q = { .p = arg };
	bool left = false;
	int r = 0;

	for (size_t i = 0; i < s->ns->n_links && !r; i++) {
		const struct isle_snap_link *l = &s->ns->links[i];

		if (is_open(q.p, l))
			r = isle_snap_has_peer(l) ? ask_for_peer(&q, l) : ask_for_lower(&q, l);
	}
	if (!r)
		r = flush(&q);
	for (size_t i = 0; i < s->ns->n_links && !r; i++)
		left |= is_open(q.p, &s->ns->links[i]);
	if (!r && left)
		r = ask_for_unseen(&q);
	while (q.n)
		close(q.fds[--q.n]);
	return r;
}
