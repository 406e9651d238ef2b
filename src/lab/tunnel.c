/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: links with a kind: an interface of it at each of two hosts, with
 * addresses as a pair would have them, and the way outside by which they reach
 * one another: a wire that both are on, or whatever addresses they have, which
 * routes may lead to. `local` and `remote` may be written, as the left end has
 * them. Who is a wireguard's peer follows in peer.c.
 */
#include "lab/build.h"

/* No way for a tunnel. */
static bool is_no_way(const struct isle_iface *f)
{
	return f->is_lo || f->is_uplink || !f->up || (f->link && !f->link->up) || (f->kind && f->kind->is_tunnel);
}

static const struct isle_ip *address_of(const struct isle_iface *f, uint8_t family)
{
	for (size_t i = 0; i < f->n_addresses && !is_no_way(f); i++)
		if (!family || f->addresses[i].family == family)
			return &f->addresses[i];
	return NULL;
}

/* On one wire: one of each family will do, the first. */
static bool meet(const struct isle_iface *x, const struct isle_iface *y, uint8_t family, struct isle_ip ret[2])
{
	const struct isle_ip *a = address_of(x, family), *b = a ? address_of(y, a->family) : NULL;

	if (!b)
		return false;
	ret[0] = *a;
	ret[1] = *b;
	return true;
}

bool isle_lab_way(const struct isle_host *a, const struct isle_host *b, uint8_t family, struct isle_ip ret[2])
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < a->n_ifaces; i++)
			for (size_t k = 0; k < b->n_ifaces; k++) {
				const struct isle_wire *wire = isle_biface(a->ifaces[i])->wire;

				if ((pass || (wire && wire == isle_biface(b->ifaces[k])->wire)) &&
				    meet(a->ifaces[i], b->ifaces[k], family, ret))
					return true;
			}
	return false;
}

static const struct isle_link_value *written(const struct isle_iface *f, const char *name)
{
	const struct isle_doc_kind *d = isle_biface(f)->doc_kind;

	for (size_t i = 0; i < d->n_options; i++)
		if (!strcmp(d->options[i].option->name, name))
			return &d->options[i];
	return NULL;
}

/* The family that a tunnel of this kind is bound to; 0: either. */
static uint8_t family_of(const struct isle_link_kind *kind)
{
	const struct isle_option *remote = isle_link_option(kind, "remote");

	return !remote || (remote->attr && remote->attr6) ? 0 : remote->attr ? AF_INET : AF_INET6;
}

static int set_option(struct isle_build *b, struct isle_iface *f, const char *name, const struct isle_ip *ip)
{
	const struct isle_option *o = isle_link_option(f->kind, name);
	struct isle_link_value *all;

	if (!o)
		return 0;
	for (size_t i = 0; i < f->n_options; i++)
		if (f->options[i].option == o) {
			f->options[i].ip = *ip;
			return 0;
		}
	all = isle_arena_alloc(b->arena, (f->n_options + 1) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (f->n_options)
		memcpy(all, f->options, f->n_options * sizeof(*all));
	all[f->n_options++] = (struct isle_link_value){ .option = o, .ip = *ip, .loc = f->loc };
	f->options = all;
	return 0;
}

static int settle(struct isle_build *b, const struct isle_link *l)
{
	const struct isle_link_kind *kind = l->iface[0]->kind;
	const struct isle_link_value *given[2] = { written(l->iface[0], "local"), written(l->iface[0], "remote") };
	struct isle_ip way[2] = { 0 };
	const bool found = isle_lab_way(l->iface[0]->host, l->iface[1]->host, given[0] ? given[0]->ip.family : given[1] ? given[1]->ip.family :
					family_of(kind), way);

	for (int i = 0; i < 2; i++)
		way[i] = given[i] ? given[i]->ip : way[i];
	/* what wireguards lack is said where they are peers */
	if (kind->by_genl)
		return 0;
	if ((!found && !(given[0] && given[1])) || way[0].family != way[1].family) {
		if (isle_lab_once(b, &l->loc, "way")) {
			isle_reject(b->diag, &l->loc, "'%s' and '%s' have no addresses that %s could go by", l->iface[0]->host->name,
				    l->iface[1]->host->name, kind->what);
			isle_hint(b->diag, "it goes by another link, or a network, of both");
		}
		return 0;
	}
	way[0].len = way[1].len = (uint8_t)isle_ip_bits(&way[0]);
	for (int i = 0; i < 2; i++)
		if (set_option(b, l->iface[i], "local", &way[i]) < 0 || set_option(b, l->iface[i], "remote", &way[!i]) < 0)
			return -ENOMEM;
	return 0;
}

int isle_lab_tunnels(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_links; i++)
		if (b->lab->links[i]->iface[0] && b->lab->links[i]->iface[0]->kind && settle(b, b->lab->links[i]) < 0)
			return -ENOMEM;
	return 0;
}
