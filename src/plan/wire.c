/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: interfaces with a kind. The model has them behind what they are on, so
 * in one host the order is given. One on another host's is made by a request
 * sent there, which needs that host and wants it finished (a VLAN cannot be up
 * on what is down): these wait for all the others, and their hosts with them.
 */
#include "plan/draft.h"

bool isle_draft_is_late(const struct isle_iface *iface)
{
	if (iface->lower && (iface->lower->host != iface->host || isle_draft_is_late(iface->lower)))
		return true;
	return iface->dev && iface->dev != iface && isle_draft_is_late(iface->dev);
}

static struct isle_link_value *fill_in(struct isle_draft *d, const struct isle_iface *iface)
{
	struct isle_link_value *v = isle_draft_alloc(d, (iface->n_options + 1) * sizeof(*v));

	for (size_t i = 0; v && i < iface->n_options; i++) {
		v[i] = iface->options[i];
		if (v[i].option->type == ISLE_OPTION_LINK)
			v[i].n = isle_plan_ifindex(iface->dev);
	}
	return v;
}

/* Several other ends of one tunnel: the link itself has none then. */
static void add_ends(struct isle_draft *d, const struct isle_iface *iface)
{
	for (size_t i = 0; i < iface->n_options; i++) {
		const struct isle_link_value *v = &iface->options[i];
		const bool alone = (i == 0 || v[-1].option != v->option) && (i + 1 == iface->n_options || v[1].option != v->option);

		if (v->option->type != ISLE_OPTION_IP || alone)
			continue;
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_FDB, ISLE_NS_HOST(iface->host->index), &iface->loc);
		step->fdb.ifindex = isle_plan_ifindex(iface);
		step->fdb.dev = iface->name;
		step->fdb.ip = v->ip;
	}
}

static void add_wire(struct isle_draft *d, const struct isle_iface *iface)
{
	static const uint8_t none[6];
	const uint32_t that_ns = ISLE_NS_HOST(iface->host->index);
	const uint32_t ns = iface->machine_lower ? ISLE_NS_MACHINE : iface->lower ? ISLE_NS_HOST(iface->lower->host->index) : that_ns;
	struct isle_link_value *options = fill_in(d, iface);
	struct isle_step *step = isle_draft_add(d, iface->kind->is_tun ? ISLE_STEP_TUN : ISLE_STEP_WIRE, ns, &iface->loc);

	step->wire.kind = iface->kind;
	step->wire.name = iface->name;
	step->wire.ifindex = isle_plan_ifindex(iface);
	step->wire.mtu = iface->mtu;
	step->wire.that_ns = that_ns;
	step->wire.options = options;
	step->wire.n_options = (uint32_t)iface->n_options;
	if (iface->kind->mac != ISLE_MAC_SHARED && memcmp(iface->mac, none, sizeof(none)) != 0)
		step->wire.mac = iface->mac;
	if (iface->lower) {
		step->wire.lower = isle_plan_ifindex(iface->lower);
		step->wire.lower_name = iface->lower->name;
	} else if (iface->machine_lower) {
		step->wire.lower_name = iface->machine_lower;
	}
	isle_draft_keys(d, iface);
	add_ends(d, iface);
}

void isle_draft_wires(struct isle_draft *d, const struct isle_host *host)
{
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (host->ifaces[i]->kind && !isle_iface_is_nic(host->ifaces[i]) && !isle_draft_is_late(host->ifaces[i]))
			add_wire(d, host->ifaces[i]);
}

/* How many others it is on, one on the other. */
static unsigned depth_of(const struct isle_iface *iface)
{
	unsigned lower = iface->lower ? 1 + depth_of(iface->lower) : 0;
	unsigned dev = iface->dev && iface->dev != iface ? 1 + depth_of(iface->dev) : 0;

	return lower > dev ? lower : dev;
}

/* The late ones of that depth; whether there are any deeper ones. */
static bool add_late(struct isle_draft *d, unsigned depth)
{
	bool deeper = false;

	for (size_t i = 0; i < d->lab->n_hosts; i++)
		for (size_t k = 0; k < d->lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *iface = d->lab->hosts[i]->ifaces[k];

			if (!iface->kind || !isle_draft_is_late(iface))
				continue;
			if (depth_of(iface) == depth)
				add_wire(d, iface);
			deeper |= depth_of(iface) > depth;
		}
	return deeper;
}

void isle_draft_late(struct isle_draft *d)
{
	for (size_t i = 0; i < d->lab->n_hosts; i++)
		if (d->waiting[i])
			isle_draft_wires(d, d->lab->hosts[i]);
	for (unsigned depth = 0; add_late(d, depth);)
		depth++;
	for (size_t i = 0; i < d->lab->n_hosts && !d->no_memory; i++)
		if (d->waiting[i])
			isle_draft_host_end(d, d->lab->hosts[i]);
}

void isle_plan_show_kind(const struct isle_iface *iface, struct isle_buf *out)
{
	isle_buf_printf(out, " %s", iface->kind->name);
	if (iface->lower && iface->lower->host != iface->host)
		isle_buf_printf(out, " on %s:%s", iface->lower->host->name, iface->lower->name);
	else if (iface->lower)
		isle_buf_printf(out, " on %s", iface->lower->name);
	else if (iface->machine_lower)
		isle_buf_printf(out, "%s %s of the machine", iface->kind->is_nic ? "" : " on", iface->machine_lower);
	for (size_t i = 0; i < iface->n_options; i++) {
		const struct isle_option *o = iface->options[i].option;

		if (o->flags & ISLE_OPTION_SECRET)
			continue;
		isle_buf_printf(out, i && iface->options[i - 1].option == o ? "," : " %s ", o->name);
		isle_link_print(&iface->options[i], out);
	}
	for (size_t i = 0; i < iface->n_peers; i++) {
		const struct isle_iface *peer = iface->peers[i].iface;
		char key[ISLE_LINK_KEY_TEXT];

		isle_buf_puts(out, i ? "," : " peers ");
		if (peer)
			isle_buf_printf(out, "%s:%s", peer->host->name, peer->name);
		else
			isle_buf_puts(out, isle_link_key_text(iface->peers[i].key, key));
	}
}
