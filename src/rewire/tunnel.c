/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a tunnel between two plain namespaces: an end at each, whose packets go
 * by addresses outside, which are of one subnet or are said: `local` is A's,
 * `remote` B's, and for B's end it is the other way round. What else is said
 * holds for both ends. Wireguards get new keys and each other as peers; what is
 * sent to one is what the other has addresses of.
 */
#include "rewire/connect.h"
#include "rewire/lab.h"

enum { WIREGUARD_PORT = 51820 };

struct way {				/* outside of the tunnel */
	struct isle_ip ip[2];		/* A's and B's; family 0: not known */
	const struct isle_snap_link *link[2];	/* that have them; NULL: none known */
};

static const char *const way_words[] = { "local", "remote" };

static int way_of_key(const char *key)
{
	return !strcmp(key, way_words[0]) ? 0 : !strcmp(key, way_words[1]) ? 1 : -1;
}

static int take_keys(struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e, struct way *way, struct isle_diag *d)
{
	for (size_t i = 0; i < wish->n_keys; i++) {
		const struct isle_key_value *k = &wish->keys[i];
		const struct isle_option *o = isle_link_option(wish->kind, k->key);
		const int which = way_of_key(k->key);
		bool has_len;
		int r;

		if (which >= 0) {
			if (!isle_ip_parse(k->value, strlen(k->value), &way->ip[which], &has_len) || has_len)
				return isle_reject(d, NULL, "%s is an address, not '%.64s'", k->key, k->value);
			continue;
		}
		if (o && isle_link_is_of_one_end(o)) {
			isle_reject(d, NULL, "'%s' is of one end, and this is about two", k->key);
			isle_hint(d, "`isle link add A %s %s=…` for each", wish->kind->name, k->key);
			return -EINVAL;
		}
		r = isle_kind_end_key(w, wish, k, e, d);
		if (r)
			return r;
	}
	return 0;
}

/* May a tunnel of KIND go by this? */
static bool can_carry(const struct isle_link_kind *kind, const struct isle_snap_address *a, const struct isle_ip *wanted)
{
	const struct isle_link_kind *on = a->link->kind ? isle_link_kind_find(a->link->kind) : NULL;
	const struct isle_option *remote = isle_link_option(kind, "remote");

	if (a->scope != 0 /* RT_SCOPE_UNIVERSE */ || !(a->link->flags & IFF_UP) || (a->link->flags & IFF_LOOPBACK) || (on && on->is_tunnel))
		return false;
	if (remote && !(a->ip.family == AF_INET ? remote->attr : remote->attr6))
		return false;
	return !wanted->family || isle_ip_equal(wanted, &a->ip);
}

static void find_way(const struct isle_rewire *w, const struct isle_link_kind *kind, struct way *way)
{
	const struct isle_snap_ns *a = w->in[0], *b = w->in[1];

	for (size_t i = 0; i < a->n_addresses; i++)
		for (size_t k = 0; k < b->n_addresses; k++) {
			const struct isle_snap_address *x = &a->addresses[i], *y = &b->addresses[k];

			if (!isle_ip_contains(&x->ip, &y->ip) || !isle_ip_contains(&y->ip, &x->ip) || !can_carry(kind, x, &way->ip[0]) ||
			    !can_carry(kind, y, &way->ip[1]))
				continue;
			way->ip[0] = x->ip;
			way->ip[1] = y->ip;
			way->link[0] = x->link;
			way->link[1] = y->link;
			return;
		}
}

static int check_way(const struct isle_rewire *w, const struct isle_link_kind *kind, const struct way *way, struct isle_diag *d)
{
	const struct isle_option *remote = isle_link_option(kind, "remote");
	const char *a = isle_rewire_name(w, 0), *b = isle_rewire_name(w, 1);

	if (!way->ip[0].family || !way->ip[1].family) {
		isle_reject(d, NULL, "%s and %s have no subnet in common that %s could go by", a, b, kind->what);
		isle_hint(d, "connect them first, or say local=%s's ADDRESS remote=%s's ADDRESS outside of the tunnel", a, b);
		return -ENOENT;
	}
	if (way->ip[0].family != way->ip[1].family)
		return isle_reject(d, NULL, "'local' and 'remote' are addresses of two families");
	if (remote && !(way->ip[0].family == AF_INET ? remote->attr : remote->attr6))
		return isle_reject(d, NULL, "%s goes by IPv%d", kind->what, remote->attr ? 4 : 6);
	return 0;
}

/* What is left of the way's MTU. */
static uint32_t mtu_in(const struct isle_link_kind *kind, const struct isle_kind_end *e, const struct isle_snap_link *way, bool v6)
{
	/* of a wireguard whose packets may take another way later */
	const uint32_t less = isle_link_overhead(kind, e->options, e->n_options, v6 || kind->by_genl);

	return way && way->mtu > less + 68 ? way->mtu - less : 0;
}

static void set_option(const struct isle_wish *wish, struct isle_kind_end *e, const char *name, const struct isle_ip *ip)
{
	const struct isle_option *o = isle_link_option(wish->kind, name);

	if (o && e->n_options < ISLE_COUNT(e->options))
		e->options[e->n_options++] = (struct isle_link_value){ .option = o, .ip = *ip };
}

/* Two of one namespace cannot listen on one port. */
static void set_port(const struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e)
{
	const struct isle_snap_ns *ns = w->in[e->end];
	uint64_t port = WIREGUARD_PORT;

	if (!wish->kind->by_genl || isle_kind_end_option(e, "listen-port") || e->n_options == ISLE_COUNT(e->options))
		return;
	for (size_t i = 0; i < ns->n_links; i++)
		port += isle_str_eq(ns->links[i].kind, wish->kind->name);
	e->options[e->n_options++] = (struct isle_link_value){ .option = isle_link_option(wish->kind, "listen-port"), .n = port };
}

static int make_end(struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e, const struct way *way, struct isle_diag *d)
{
	set_option(wish, e, way_words[0], &way->ip[e->end]);
	set_option(wish, e, way_words[1], &way->ip[!e->end]);
	set_port(w, wish, e);
	if (!e->mtu)
		e->mtu = mtu_in(wish->kind, e, way->link[e->end], way->ip[0].family == AF_INET6);
	return isle_kind_end_make(w, wish, e, d);
}

static int add_keys(struct isle_rewire *w, const struct isle_kind_end *e, struct isle_wireguard_keys *keys)
{
	struct isle_change *c = isle_rewire_add(w, ISLE_STEP_WIREGUARD, e->end);

	if (!c)
		return -ENOMEM;
	c->step.wireguard.name = e->name;
	c->step.wireguard.options = e->options;
	c->step.wireguard.n_options = e->n_options;
	c->step.wireguard.keys = keys;
	return 0;
}

/* The one at OTHER as a peer of E. */
static int add_peer(struct isle_rewire *w, const struct isle_wish *wish, const struct isle_kind_end *e, const struct isle_kind_end *other,
		    const struct way *way, const struct isle_wireguard_keys *keys, struct isle_diag *d)
{
	struct isle_peer *p = isle_arena_alloc(w->changes->arena, sizeof(*p));
	struct isle_iface *iface = isle_arena_alloc(w->changes->arena, sizeof(*iface));
	struct isle_ip *allowed = isle_arena_alloc(w->changes->arena, (wish->n_addresses + 1) * sizeof(*allowed));
	struct isle_change *c = isle_rewire_add(w, ISLE_STEP_PEER, e->end);

	if (!p || !iface || !allowed || !c)
		return isle_fail(d, ENOMEM, NULL, "connecting %s", w->place[0]->word);
	iface->name = other->name;
	iface->host = &w->host[other->end];
	p->iface = iface;
	p->endpoint = way->ip[other->end];
	p->port = (uint16_t)isle_kind_end_option(other, "listen-port")->n;
	p->allowed = allowed;
	for (size_t i = (size_t)other->end; i < wish->n_addresses; i += 2) {
		if (isle_parse_address(wish->addresses[i], &allowed[p->n_allowed], d))
			return -EINVAL;
		allowed[p->n_allowed].len = (uint8_t)isle_ip_bits(&allowed[p->n_allowed]);
		p->n_allowed++;
	}
	c->step.peer.name = e->name;
	c->step.peer.peer = p;
	c->step.peer.keys = keys;
	return 0;
}

static int add_wireguard(struct isle_rewire *w, const struct isle_wish *wish, const struct isle_kind_end *e[2], const struct way *way,
			 struct isle_diag *d)
{
	struct isle_wireguard_keys *keys = isle_arena_alloc(w->changes->arena, 2 * sizeof(*keys));
	int r = 0;

	if (!wish->kind->by_genl)
		return 0;
	if (wish->n_addresses < 2) {
		isle_reject(d, NULL, "wireguards send only what is for addresses of the other one");
		isle_hint(d, "--addresses A's,B's: 10.9.0.1/24,10.9.0.2/24");
		return -EINVAL;
	}
	if (!keys || add_keys(w, e[0], &keys[0]) || add_keys(w, e[1], &keys[1]))
		return isle_fail(d, ENOMEM, NULL, "connecting %s", w->place[0]->word);
	for (int i = 0; !r && i < 2; i++)
		r = add_peer(w, wish, e[i], e[!i], way, &keys[!i], d);
	return r;
}

int isle_connect_tunnel(struct isle_rewire *w, const struct isle_wish *wish, struct isle_diag *d)
{
	struct isle_kind_end *a = isle_arena_alloc(w->changes->arena, 2 * sizeof(*a)), *b = a ? a + 1 : NULL;
	struct way way = { 0 };
	int r;

	if (!a)
		return isle_fail(d, ENOMEM, NULL, "connecting %s", w->place[0]->word);
	if (w->in[0] == w->in[1]) {
		isle_reject(d, NULL, "%s and %s are one namespace, and a tunnel is between two", w->place[0]->word, w->place[1]->word);
		isle_hint(d, "a veth pair can have both ends in one: without '%s'", wish->kind->name);
		return -EINVAL;
	}
	r = take_keys(w, wish, a, &way, d);
	if (r)
		return r;
	find_way(w, wish->kind, &way);
	r = check_way(w, wish->kind, &way, d);
	*b = *a;
	b->end = 1;
	if (!r)
		r = make_end(w, wish, a, &way, d);
	if (!r)
		r = make_end(w, wish, b, &way, d);
	if (!r)
		r = isle_kind_end_check(wish, a, d);
	if (!r)
		r = add_wireguard(w, wish, (const struct isle_kind_end *[]){ a, b }, &way, d);
	for (size_t i = 0; !r && i < wish->n_addresses; i++)
		r = isle_connect_address(w, (int)(i % 2), i % 2 ? b->name : a->name, wish->addresses[i], d);
	if (!r) {
		isle_connect_up(w, 1, b->name, ISLE_STEP_LINK);
		isle_connect_up(w, 0, a->name, ISLE_STEP_LINK);
	}
	return r;
}
