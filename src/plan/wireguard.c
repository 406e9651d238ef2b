/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: wireguards get their keys when they are made, and their peers when all of
 * them have theirs. What the kernel says of a key goes from step to step in
 * memory that belongs to the plan; whoever takes the steps writes it there.
 */
#include "plan/draft.h"

static struct isle_wireguard_keys *keys_of(struct isle_draft *d, const struct isle_iface *iface)
{
	struct isle_wireguard_keys **all = &d->keys[iface->host->index];

	if (!*all)
		*all = isle_draft_alloc(d, iface->host->n_ifaces * sizeof(**all));
	return *all ? &(*all)[iface->index] : NULL;
}

void isle_draft_keys(struct isle_draft *d, const struct isle_iface *iface)
{
	struct isle_wireguard_keys *keys = iface->kind->by_genl ? keys_of(d, iface) : NULL;

	if (!keys)
		return;
	for (size_t i = 0; i < iface->n_options; i++) {
		if (!(iface->options[i].option->flags & ISLE_OPTION_SECRET))
			continue;
		keys->given = true;
		memcpy(keys->private_key, iface->options[i].b, sizeof(keys->private_key));
	}
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_WIREGUARD, ISLE_NS_HOST(iface->host->index), &iface->loc);
	step->wireguard.name = iface->name;
	step->wireguard.options = iface->options;
	step->wireguard.n_options = iface->n_options;
	step->wireguard.keys = keys;
}

static void add_peers(struct isle_draft *d, const struct isle_iface *iface)
{
	for (size_t i = 0; i < iface->n_peers; i++) {
		const struct isle_peer *p = &iface->peers[i];
		const struct isle_wireguard_keys *keys = p->iface ? keys_of(d, p->iface) : NULL;
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_PEER, ISLE_NS_HOST(iface->host->index), &p->loc);

		step->peer.name = iface->name;
		step->peer.peer = p;
		step->peer.keys = keys;
	}
}

void isle_draft_peers(struct isle_draft *d)
{
	for (size_t i = 0; i < d->lab->n_hosts && !d->no_memory; i++)
		for (size_t k = 0; k < d->lab->hosts[i]->n_ifaces; k++)
			add_peers(d, d->lab->hosts[i]->ifaces[k]);
}
