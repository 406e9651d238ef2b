/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ports of the machine that lead to hosts, and the hosts' own firewalls. A
 * port of the machine leads to one host; nothing can lead to one that has no
 * uplink.
 */
#include "lab/build.h"

static const struct isle_published *find(const struct isle_lab *lab, const struct isle_doc_published *d, const struct isle_host **ret_host)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ports; k++)
			if (lab->hosts[i]->ports[k].udp == d->udp && lab->hosts[i]->ports[k].from == d->from) {
				*ret_host = lab->hosts[i];
				return &lab->hosts[i]->ports[k];
			}
	return NULL;
}

static int take(struct isle_build *b, struct isle_host *h, const struct isle_doc_host *d)
{
	const struct isle_host *other;

	h->ports = isle_arena_alloc(b->arena, d->n_ports * sizeof(*h->ports));
	if (!h->ports)
		return -ENOMEM;
	if (h->uplink.kind == ISLE_UPLINK_NONE && isle_lab_once(b, &d->ports[0].loc, "publish")) {
		isle_reject(b->diag, &d->ports[0].loc, "'%s' has no uplink, so no port of the machine can lead to it", h->name);
		isle_hint(b->diag, "`uplink: nat`");
	}
	for (size_t i = 0; i < d->n_ports; i++) {
		const struct isle_doc_published *p = &d->ports[i];

		if (!find(b->lab, p, &other))
			h->ports[h->n_ports++] = (struct isle_published){ p->udp, p->from, p->to, p->loc };
		else
			isle_reject(b->diag, &p->loc, "port %s/%u of the machine leads to '%s' already", p->udp ? "udp" : "tcp", p->from, other->name);
	}
	return 0;
}

int isle_lab_ports(struct isle_build *b)
{
	const char *dir = NULL;

	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		struct isle_host *h = b->lab->hosts[i];
		const struct isle_doc_host *d = isle_bhost(h)->doc;

		if (d->n_ports && take(b, h, d) < 0)
			return -ENOMEM;
		if (!d->nft.s)
			continue;
		h->nft_loc = d->nft.loc;
		h->nft = isle_lab_path(b, d->nft.s, &dir, &d->nft.loc);
		if (!h->nft)
			return -ENOMEM;
	}
	return 0;
}
