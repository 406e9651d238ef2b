/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the ways out. An uplink without a written subnet takes the /30 of
 * 198.19.0.0/16 that LAB/HOST hashes to, or the next free one. That this is the
 * one thing that may yet move when the lab comes up is why it keeps a range of
 * its own, apart from the pool. First address the machine's, second the host's.
 */
#include "lab/build.h"

enum { SLOTS = 1 << 14 };	/* /30 subnets in a /16 */

struct slots { bool taken[SLOTS], full; };

static struct isle_ip slot(uint64_t n)
{
	return (struct isle_ip){ .family = AF_INET, .len = 30,
				 .b = { 198, 19, (uint8_t)(n >> 6 & 0xff), (uint8_t)(n << 2 & 0xff) } };
}

/* Slots that anything else in the lab touches. */
static void mark(struct slots *slots, const struct isle_ip *net)
{
	struct isle_ip first = isle_ip_network(net), all = { .family = AF_INET, .len = 16, .b = { 198, 19 } };
	size_t n = net->len >= 30 ? 1 : (size_t)1 << (30 - net->len);

	if (!isle_ip_overlaps(&all, net))
		return;
	if (net->len <= 16)
		n = SLOTS;
	for (size_t i = 0; i < n; i++)
		slots->taken[(((size_t)first.b[2] << 6 | first.b[3] >> 2) * (net->len > 16) + i) % SLOTS] = true;
}

static void mark_all(const struct isle_lab *lab, struct slots *slots)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		for (size_t k = 0; k < h->n_ifaces; k++)
			for (size_t a = 0; a < h->ifaces[k]->n_addresses; a++)
				mark(slots, &h->ifaces[k]->addresses[a]);
		for (size_t k = 0; k < isle_bhost(h)->doc->uplink_subnet.n_list; k++)
			mark(slots, &isle_bhost(h)->doc->uplink_subnet.list[k].ip);
	}
	for (size_t i = 0; i < lab->n_segments; i++)
		for (size_t k = 0; k < lab->segments[i]->n_subnets; k++)
			mark(slots, &lab->segments[i]->subnets[k]);
}

static void add_subnet(struct isle_uplink *u, const struct isle_ip *net)
{
	u->subnets[u->n_subnets++] = *net;
}

static void add_written(struct isle_build *b, struct isle_uplink *u, const struct isle_doc_subnet *s)
{
	char text[ISLE_IP_TEXT];

	u->written = true;
	for (size_t i = 0; i < s->n_list; i++) {
		struct isle_ip net = isle_ip_network(&s->list[i].ip);
		bool twice = u->n_subnets && u->subnets[0].family == net.family;

		if (!isle_lab_check_prefix(b, &s->list[i]))
			continue;
		if (net.len == isle_ip_bits(&net) && isle_lab_once(b, &s->list[i].loc, "uplink size")) {
			isle_reject(b->diag, &s->list[i].loc, "%s has no room for two addresses",
				    isle_ip_text(&net, true, text));
			isle_hint(b->diag, "an uplink takes the first for the machine and the second for the host: /%u",
				  net.len - 2);
		} else if ((twice || u->n_subnets == 2) && isle_lab_once(b, &s->list[i].loc, "uplink twice")) {
			isle_reject(b->diag, &s->list[i].loc, "an uplink has at most one subnet of each family");
		} else if (!twice && u->n_subnets < 2) {
			add_subnet(u, &net);
		}
	}
}

static void add_hashed(struct isle_build *b, struct isle_host *h, struct slots *slots)
{
	char text[160];
	uint64_t at;

	snprintf(text, sizeof(text), "%s/%s", b->lab->name, h->name);
	at = isle_fnv1a(text);
	for (size_t i = 0; i < SLOTS && !slots->full; i++, at++) {
		struct isle_ip net = slot(at % SLOTS);

		if (slots->taken[at % SLOTS])
			continue;
		slots->taken[at % SLOTS] = true;
		add_subnet(&h->uplink, &net);
		return;
	}
	if (slots->full)
		return;
	slots->full = true;
	isle_reject(b->diag, &h->uplink.loc, "no subnet is left in 198.19.0.0/16 for the uplink of '%s'", h->name);
	isle_hint(b->diag, "write it: `uplink: {kind: nat, subnet: …}`");
}

static int take_addresses(struct isle_build *b, struct isle_host *h)
{
	struct isle_biface *f = isle_bhost(h)->uplink;

	for (size_t i = 0; i < h->uplink.n_subnets; i++) {
		const struct isle_ip *net = &h->uplink.subnets[i];
		struct isle_ip ip;

		if (isle_ip_host(net, net->len + 1u == isle_ip_bits(net) ? 1 : 2, &ip) &&
		    isle_lab_add_address(b, f, &ip) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; f->doc && i < f->doc->n_addresses; i++)
		if (isle_lab_add_address(b, f, &f->doc->addresses[i].ip) < 0)
			return -ENOMEM;
	return 0;
}

static int uplink(struct isle_build *b, struct isle_host *h, struct slots *slots, struct isle_map *ports)
{
	const struct isle_doc_subnet *s = &isle_bhost(h)->doc->uplink_subnet;
	char text[160];
	unsigned i = 1;

	h->uplink.subnets = isle_arena_alloc(b->arena, 2 * sizeof(*h->uplink.subnets));
	if (!h->uplink.subnets)
		return -ENOMEM;
	if (s->n_list)
		add_written(b, &h->uplink, s);
	else
		add_hashed(b, h, slots);
	snprintf(text, sizeof(text), "%s/%s", b->lab->name, h->name);
	do {
		if (i > 1)
			snprintf(text, sizeof(text), "%s/%s#%u", b->lab->name, h->name, i);
		snprintf(h->uplink.port, IFNAMSIZ, "isle%08x", (unsigned)(isle_fnv1a(text) & 0xffffffff));
		i++;
	} while (isle_map_get(ports, h->uplink.port));
	if (isle_map_put(ports, h->uplink.port, h) < 0)
		return -ENOMEM;
	return take_addresses(b, h);
}

int isle_lab_uplinks(struct isle_build *b)
{
	struct slots *slots;
	struct isle_map names = { 0 };
	int r = 0;

	if (!b->lab->has_uplink)
		return 0;
	slots = isle_arena_alloc(b->arena, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	mark_all(b->lab, slots);
	for (size_t i = 0; r == 0 && i < b->lab->n_hosts; i++)
		if (b->lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE)
			r = uplink(b, b->lab->hosts[i], slots, &names);
	isle_map_done(&names);
	return r;
}
