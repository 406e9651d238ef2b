/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one namespace's socket. Events and readings come in by the same socket
 * and therefore in their order: a reading marks what it meets, events go on
 * meanwhile, and at its end what has no mark has gone. The kernel is silent
 * about IPv4 routes that go with their link or address, so routes are read
 * again then; and everything is, when it had no room for our events.
 */
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <net/if_arp.h>
#include <sys/socket.h>
#include "watch/message.h"

enum { DATAGRAMS = 64, BYTES = 64 * 1024, ROOM = 1024 * 1024 };

struct hearing {
	struct isle_watch *w;
	struct isle_watched *ns;
};

static unsigned part_of(enum isle_watch_what what)
{
	switch (what) {
	case ISLE_WATCHED_LINK: return ISLE_READ_LINKS;
	case ISLE_WATCHED_ADDRESS: return ISLE_READ_ADDRESSES;
	case ISLE_WATCHED_ROUTE: return ISLE_READ_ROUTES;
	case ISLE_WATCHED_NEIGHBOUR: return ISLE_READ_NEIGHBOURS;
	default: return 0;
	}
}

/* lo, which every namespace has, and what is on it. */
static bool is_usual(const struct isle_watched *ns, const struct isle_thing *t)
{
	const struct isle_thing *l = t->what == ISLE_WATCHED_LINK ? t : t->n_hops ? isle_things_link(&ns->things, t->hops[0].ifindex) : NULL;
	const struct isle_snap_link as = { .name = l ? l->name : "", .flags = l ? l->flags : 0, .type = l ? l->arphrd : 0 };

	return l && (l->arphrd == ARPHRD_LOOPBACK || isle_see_is_quiet(&as));
}

/* What a first reading finds was there before; in a namespace that is new, it has come with it. */
static bool is_told(const struct hearing *h, const struct isle_thing *t)
{
	if (h->ns->was_read & part_of(t->what))
		return true;
	return h->ns->is_new && !is_usual(h->ns, t);
}

static bool is_changed(const struct isle_thing *was, const struct isle_thing *t)
{
	switch (t->what) {
	case ISLE_WATCHED_LINK:
		return strcmp(was->name, t->name) || (was->flags ^ t->flags) & (IFF_UP | IFF_RUNNING) || was->mtu != t->mtu ||
		       was->master != t->master || was->n_mac != t->n_mac || memcmp(was->mac, t->mac, t->n_mac);
	case ISLE_WATCHED_ADDRESS: return (was->flags ^ t->flags) & IFA_F_DADFAILED;
	case ISLE_WATCHED_NEIGHBOUR: return was->n_mac != t->n_mac || memcmp(was->mac, t->mac, t->n_mac);
	default: return false;
	}
}

static void rename_hops(struct isle_things *things, const struct isle_thing *link)
{
	for (size_t i = 0; i < things->cap; i++)
		for (struct isle_thing *t = things->slots[i]; t; t = t->next)
			for (size_t k = 0; k < t->n_hops; k++)
				if (t->hops[k].ifindex == link->ifindex)
					memcpy(t->hops[k].interface, link->name, IFNAMSIZ);
}

static int come(struct hearing *h, const struct isle_thing *from)
{
	struct isle_thing *t = isle_things_add(&h->ns->things, from);

	if (!t)
		return -ENOMEM;
	t->seen = true;
	if (is_told(h, t))
		isle_watch_tell(h->w, h->ns, ISLE_WATCH_CAME, t->what, t, NULL);
	return 0;
}

static void change(struct hearing *h, struct isle_thing *t, const struct isle_thing *to)
{
	struct isle_thing was = *t;

	*t = *to;
	t->next = was.next;
	t->hops = was.hops;
	t->seen = true;
	if (!is_changed(&was, to))
		return;
	if (t->what == ISLE_WATCHED_LINK) {
		if (was.flags & ~t->flags & IFF_UP)
			h->ns->to_read |= h->w->parts & ISLE_READ_ROUTES;
		if (strcmp(was.name, t->name))
			rename_hops(&h->ns->things, t);
	}
	isle_watch_tell(h->w, h->ns, ISLE_WATCH_CHANGED, t->what, t, &was);
}

static void go(struct hearing *h, const struct isle_thing *like)
{
	isle_auto(free) struct isle_thing *t = isle_things_take(&h->ns->things, like);

	if (!t) {
		/* it was called something else, or came and went */
		h->ns->to_read |= part_of(like->what) & h->ns->was_read;
		return;
	}
	if (t->what == ISLE_WATCHED_LINK || t->what == ISLE_WATCHED_ADDRESS)
		h->ns->to_read |= h->w->parts & ISLE_READ_ROUTES;
	isle_watch_tell(h->w, h->ns, ISLE_WATCH_WENT, t->what, t, NULL);
}

static int on_message(struct hearing *h, const struct nlmsghdr *m, bool is_event)
{
	struct isle_message got;
	struct isle_thing *t;

	if (!isle_message_read(m, &h->ns->things, &got) || !(part_of(got.thing.what) & h->w->parts))
		return 0;
	if (got.moved && is_event)
		h->w->stale = true;
	if (got.replaces && is_event)
		h->ns->to_read |= part_of(got.thing.what);
	t = isle_things_find(&h->ns->things, &got.thing);
	if (got.gone)
		go(h, &got.thing);
	else if (t)
		change(h, t, &got.thing);
	else
		return come(h, &got.thing);
	return 0;
}

/* What the reading has not met. */
static void sweep(struct hearing *h, enum isle_watch_what what)
{
	const struct isle_things *s = &h->ns->things;

	for (size_t i = 0; i < s->cap; i++)
		for (struct isle_thing *t = s->slots[i], *next; t; t = next) {
			next = t->next;
			if (t->what == what && !t->seen)
				go(h, t);
		}
}

static const struct { unsigned part; enum isle_watch_what what; uint16_t type; size_t header; } readings[] = {
	{ ISLE_READ_LINKS, ISLE_WATCHED_LINK, RTM_GETLINK, sizeof(struct ifinfomsg) },
	{ ISLE_READ_ADDRESSES, ISLE_WATCHED_ADDRESS, RTM_GETADDR, sizeof(struct ifaddrmsg) },
	{ ISLE_READ_ROUTES, ISLE_WATCHED_ROUTE, RTM_GETROUTE, sizeof(struct rtmsg) },
	{ ISLE_READ_NEIGHBOURS, ISLE_WATCHED_NEIGHBOUR, RTM_GETNEIGH, sizeof(struct ndmsg) },
};

static void read_ended(struct hearing *h, bool failed)
{
	struct isle_watched *ns = h->ns;

	for (size_t i = 0; i < ISLE_COUNT(readings) && !failed && !ns->again; i++)
		if (readings[i].part == ns->reading) {
			sweep(h, readings[i].what);
			ns->was_read |= ns->reading;
		}
	if (ns->again)
		ns->to_read |= ns->reading;
	ns->reading = 0;
	ns->again = false;
}

static void read_next(struct hearing *h)
{
	struct isle_watched *ns = h->ns;
	_Alignas(8) uint8_t buf[128];
	struct isle_nlmsg m;
	size_t i = 0;

	while (i < ISLE_COUNT(readings) && !(ns->to_read & readings[i].part))
		i++;
	if (ns->reading || i == ISLE_COUNT(readings))
		return;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, readings[i].type, NLM_F_DUMP, readings[i].header);
	if (readings[i].type == RTM_GETLINK)
		isle_nlmsg_put_u32(&m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	isle_nlmsg_end(&m);
	((struct nlmsghdr *)buf)->nlmsg_seq = ++ns->nl.seq;
	for (size_t k = 0; k < ns->things.cap; k++)
		for (struct isle_thing *t = ns->things.slots[k]; t; t = t->next)
			if (t->what == readings[i].what)
				t->seen = false;
	/* where it is refused, the namespace is all but gone */
	ns->to_read &= ~readings[i].part;
	if (send(ns->nl.fd, m.buf, m.n, 0) == (ssize_t)m.n)
		ns->reading = readings[i].part;
}

static int datagram(struct hearing *h, const uint8_t *buf, size_t n)
{
	int r = 0;

	for (size_t at = 0; n - at >= NLMSG_HDRLEN && !r;) {
		const struct nlmsghdr *m = (const struct nlmsghdr *)(buf + at);
		const bool is_answer = h->ns->reading && m->nlmsg_seq == h->ns->nl.seq && m->nlmsg_pid == h->ns->port &&
				       (m->nlmsg_flags & NLM_F_MULTI || m->nlmsg_type == NLMSG_ERROR);

		if (m->nlmsg_len < NLMSG_HDRLEN || m->nlmsg_len > n - at)
			break;
		if (is_answer && m->nlmsg_flags & NLM_F_DUMP_INTR)
			h->ns->again = true;
		if (is_answer && m->nlmsg_type <= NLMSG_DONE)
			read_ended(h, m->nlmsg_type == NLMSG_ERROR);
		else
			r = on_message(h, m, !is_answer);
		at += NLMSG_ALIGN(m->nlmsg_len);
		if (at > n)
			break;
	}
	return r;
}

int isle_watch_listen(struct isle_watched *ns, unsigned parts)
{
	static const struct { unsigned part, group; } groups[] = {
		{ ISLE_READ_LINKS, RTNLGRP_LINK }, { ISLE_READ_ADDRESSES, RTNLGRP_IPV4_IFADDR }, { ISLE_READ_ADDRESSES, RTNLGRP_IPV6_IFADDR },
		{ ISLE_READ_ROUTES, RTNLGRP_IPV4_ROUTE }, { ISLE_READ_ROUTES, RTNLGRP_IPV6_ROUTE }, { ISLE_READ_NEIGHBOURS, RTNLGRP_NEIGH },
	};
	struct sockaddr_nl own = { 0 };
	socklen_t size = sizeof(own);
	const int room = ROOM;
	int r = fcntl(ns->nl.fd, F_SETFL, O_NONBLOCK) < 0 || getsockname(ns->nl.fd, (struct sockaddr *)&own, &size) < 0 ? -errno : 0;

	/* beyond the limit of the machine only with privilege; without, events are lost earlier */
	if (setsockopt(ns->nl.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(ns->nl.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	for (size_t i = 0; i < ISLE_COUNT(groups) && !r; i++)
		if (parts & groups[i].part)
			r = isle_nl_join(&ns->nl, groups[i].group);
	ns->port = own.nl_pid;
	ns->to_read = parts;
	return r;
}

int isle_watch_hear(struct isle_watch *w, struct isle_watched *ns)
{
	_Alignas(8) uint8_t buf[BYTES];
	struct hearing h = { w, ns };
	int r = 0;

	for (int i = 0; i < DATAGRAMS && !r && !w->stopped; i++) {
		size_t n = 0;

		r = isle_nl_event(&ns->nl, buf, sizeof(buf), 0, &n);
		if (r == -ENOBUFS) {
			isle_watch_tell(w, ns, ISLE_WATCH_LOST, ISLE_WATCHED_NAMESPACE, NULL, NULL);
			ns->to_read = w->parts;
			ns->again = ns->reading;
			r = 0;
		} else if (!r) {
			r = datagram(&h, buf, n);
		}
	}
	read_next(&h);
	return r == -ENOMEM ? r : 0;
}
