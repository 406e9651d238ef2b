/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a dump says of a wireguard: port, mark, peers. Peers that are hosts
 * here are told by their public keys, and called by their names; the lab makes
 * new keys, so those who are not here would have to be told of the new one. No
 * secret is ever shown.
 */
#include "links/links.h"
#include "dump/write.h"

/* Where several have one key, that which listens at the port. */
static const struct isle_dump_iface *owner_of(const struct isle_dump *d, const struct isle_snap_wireguard_peer *p)
{
	const struct isle_dump_iface *found = NULL;

	for (size_t i = 0; i < d->n_hosts; i++)
		for (size_t k = 0; k < d->hosts[i].n_kinds; k++) {
			const struct isle_dump_iface *f = d->hosts[i].kinds[k];
			const struct isle_snap_wireguard *w = f->link->wireguard;

			if (!w || f->kind.refused || memcmp(w->key, p->key, sizeof(w->key)) != 0)
				continue;
			if (!found || w->port == p->port)
				found = f;
		}
	return found;
}

/* Of its host: then that is enough to say. */
static bool is_only_one(const struct isle_dump_iface *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->host->n_kinds; i++)
		n += f->host->kinds[i]->link->wireguard != NULL;
	return n == 1;
}

/* All addresses of that interface, and no others: so it is if nothing is said. */
static bool is_usual(const struct isle_dump_iface *f, const struct isle_snap_wireguard_peer *p)
{
	size_t i = 0;

	while (i < p->n_allowed && i < f->n_addresses && p->allowed[i].len == isle_ip_bits(&p->allowed[i]) &&
	       isle_ip_equal(&p->allowed[i], &f->addresses[i]))
		i++;
	return i == p->n_allowed && i == f->n_addresses;
}

static void put_peer(struct isle_dump *d, struct isle_texts *t, struct isle_text *at, const struct isle_dump_iface *f,
		     const struct isle_snap_wireguard_peer *p)
{
	const struct isle_dump_iface *other = owner_of(d, p);
	char text[ISLE_IP_TEXT + 8], key[ISLE_LINK_KEY_TEXT];
	struct isle_text *list;

	if (other && is_only_one(other))
		isle_text_value(t, isle_text_key(t, at, "host"), "%s", other->host->name);
	else if (other)
		isle_text_value(t, isle_text_key(t, at, "host"), "%s:%s", other->host->name, other->link->name);
	else
		isle_text_value(t, isle_text_key(t, at, "public-key"), "%s", isle_link_key_text(p->key, key));
	if ((!other || f->peers.level > 1) && (other || p->endpoint.family))
		isle_text_value(t, isle_text_key(t, at, "endpoint"), "%s",
				p->endpoint.family ? isle_lab_endpoint_text(&p->endpoint, p->port, text, sizeof(text)) : "none");
	list = other && is_usual(other, p) ? NULL : isle_text_key(t, at, "allowed-ips");
	for (size_t i = 0; list && i < p->n_allowed; i++)
		isle_text_item(t, list, "%s", isle_ip_text(&p->allowed[i], true, text));
	if (p->keepalive)
		isle_text_value(t, isle_text_key(t, at, "persistent-keepalive"), "%u", p->keepalive);
}

/* Those of its peers that are here: until then the file could not speak of them. */
static bool are_said(const struct isle_dump *d, const struct isle_snap_wireguard *w)
{
	for (size_t i = 0; i < w->n_peers; i++) {
		const struct isle_dump_iface *other = owner_of(d, &w->peers[i]);

		if (other && !other->kind.level)
			return false;
	}
	return true;
}

void isle_dump_write_wireguard(struct isle_dump *d, struct isle_texts *t, struct isle_text *at, struct isle_dump_iface *f)
{
	const struct isle_link_kind *kind = isle_link_kind_find("wireguard");
	const struct isle_snap_wireguard *w = f->link->wireguard;
	struct isle_text *list;

	if (w->port && w->port != isle_link_option(kind, "listen-port")->dflt_n)
		isle_text_value(t, isle_text_key(t, at, "listen-port"), "%u", w->port);
	if (w->fwmark)
		isle_text_value(t, isle_text_key(t, at, "fwmark"), "%u", w->fwmark);
	for (size_t i = 0; i < w->n_peers; i++) {
		if (w->peers[i].has_secret)
			isle_text_note(t, at, "it has preshared keys, which are not shown");
		if (!owner_of(d, &w->peers[i]))
			isle_text_note(t, at, "its private key is not shown: a peer that is not here has to be told of the new one");
	}
	if (!w->n_peers || f->peers.refused || !are_said(d, w))
		return;
	list = isle_text_key(t, at, "peers");
	list->owner = &f->peers;
	for (size_t i = 0; i < w->n_peers; i++)
		put_peer(d, t, w->n_peers == 1 ? list : isle_text_map(t, list), f, &w->peers[i]);
}

static bool is_same_peer(const struct isle_dump *d, const struct isle_snap_wireguard_peer *p, const struct isle_peer *m)
{
	const struct isle_dump_iface *other = owner_of(d, p);

	if (!other || !m->iface)
		return !other && !m->iface && !memcmp(p->key, m->key, sizeof(p->key));
	return !strcmp(other->link->name, m->iface->name) && !strcmp(other->host->name, m->iface->host->name);
}

bool isle_dump_is_wireguard_same(const struct isle_dump *d, const struct isle_dump_iface *f, const struct isle_iface *m)
{
	const struct isle_snap_wireguard *w = f->link->wireguard;

	for (size_t i = 0; w && i < w->n_peers; i++)
		for (size_t k = 0; k < m->n_peers; k++)
			if (is_same_peer(d, &w->peers[i], &m->peers[k]) &&
			    (w->peers[i].endpoint.family != m->peers[k].endpoint.family ||
			     (m->peers[k].endpoint.family && (!isle_ip_equal(&w->peers[i].endpoint, &m->peers[k].endpoint) ||
							      w->peers[i].port != m->peers[k].port))))
				return false;
	return true;
}
