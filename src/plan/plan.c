/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the order of things. The fabric first, with its bridges down. Then host
 * by host: the namespace, its interfaces (each pair is made when the later of
 * its two ends is), and at once all that is in it, because changing namespaces
 * back and forth costs more than anything that is done there; a host with a
 * link to a later one is finished right after the last of its links exists; one
 * with an interface on another host's, when all hosts are there (wire.c).
 * Bridges up and the waiting, for carriers and for IPv6 addresses, are last.
 */
#include "plan/draft.h"

struct isle_step *isle_draft_add(struct isle_draft *d, enum isle_step_kind kind, uint32_t ns, const struct isle_loc *loc)
{
	struct isle_plan *plan = d->plan;

	if (plan->n_steps == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 64;
		struct isle_step *steps = realloc(plan->steps, cap * sizeof(*steps));

		if (!steps) {
			d->no_memory = true;
			return &d->scratch;
		}
		plan->steps = steps;
		d->cap = cap;
	}
	struct isle_step *step = &plan->steps[plan->n_steps++];
	memset(step, 0, sizeof(*step));
	step->kind = kind;
	step->ns = ns;
	step->loc = loc;
	return step;
}

void isle_draft_sysctl(struct isle_draft *d, uint32_t ns, const char *path, const char *value, bool optional)
{
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_SYSCTL, ns, NULL);

	step->sysctl.path = path;
	step->sysctl.value = value;
	step->sysctl.optional = optional;
}

void *isle_draft_alloc(struct isle_draft *d, size_t size)
{
	void *p = isle_arena_alloc(d->plan->arena, size);

	if (!p)
		d->no_memory = true;
	return p;
}

const uint8_t *isle_draft_mac(struct isle_draft *d, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	uint8_t *mac = isle_draft_alloc(d, 6);

	if (!mac)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	uint64_t hash = isle_fnv1a(text);
	mac[0] = 0x06;
	for (int i = 5; i > 0; i--, hash >>= 8)
		mac[i] = (uint8_t)hash;
	return mac;
}

/* Several labs may have interfaces there: the number comes from the MAC, which comes from all names. */
static uint32_t attached_index(const struct isle_iface *iface)
{
	const uint8_t *m = iface->mac;
	const uint32_t hash = (uint32_t)m[3] << 16 | (uint32_t)m[4] << 8 | m[5];

	return ISLE_ATTACHED_INDEX + (hash << 4) + 2 * ((uint32_t)iface->index & 7) + (iface->link && iface->link->iface[1] == iface);
}

/* Is the peer made after IFACE? Then it makes the pair. The ends of a tunnel are none. */
static bool waits_for_peer(const struct isle_iface *iface)
{
	if (!iface->peer || iface->kind)
		return false;
	if (iface->peer->host == iface->host)
		return iface->peer->index > iface->index;
	return iface->peer->host->index > iface->host->index;
}

uint32_t isle_plan_ifindex(const struct isle_iface *iface)
{
	if (iface->is_lo)
		return 1;
	if (iface->host->attach)
		return attached_index(iface);
	if (iface->machine_lower || (iface->lower && iface->lower->host != iface->host))
		return ISLE_FAR_INDEX + (uint32_t)iface->index;
	if (iface->link && waits_for_peer(iface))
		return ISLE_PEER_INDEX + (uint32_t)iface->link->index;
	/* The two ends of a pair must differ, or the kernel takes a second to notice the carrier: one even, one odd. */
	return ISLE_FIRST_INDEX + 2 * (uint32_t)iface->index + (iface->link && iface->link->iface[1] == iface);
}

static void add_membership(struct isle_draft *d, const struct isle_iface *iface)
{
	const struct isle_host *host = iface->host;
	uint32_t ifindex;
	struct isle_bridge bridge = isle_draft_port(d, iface->network, &ifindex);
	const uint8_t *mac = isle_draft_mac(d, "%s/%s/%s", d->lab->name, host->name, iface->name);
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_VETH, ISLE_NS_HOST(host->index), &iface->loc);

	step->veth.name = iface->name;
	step->veth.mac = iface->mac;
	step->veth.ifindex = isle_plan_ifindex(iface);
	step->veth.mtu = iface->mtu;
	step->veth.that_name = iface->port;
	step->veth.that_mac = mac;
	step->veth.that_ifindex = ifindex;
	step->veth.that_master = bridge.ifindex;
	step->veth.that_master_name = bridge.name;
	step->veth.that_ns = ISLE_NS_FABRIC;
	step->veth.that_mtu = iface->network->mtu;
	step->veth.that_up = true;
	isle_draft_vlans(d, iface->network, iface->port, ifindex, &iface->vlans, false);
	if (isle_plan_wants_checksums(iface->network))
		isle_draft_offload(d, ISLE_NS_HOST(host->index), &iface->loc, iface->name, isle_plan_ifindex(iface));
}

static void add_pair(struct isle_draft *d, const struct isle_iface *iface)
{
	const struct isle_iface *peer = iface->peer;
	struct isle_step *step =
		isle_draft_add(d, ISLE_STEP_VETH, ISLE_NS_HOST(iface->host->index), iface->link ? &iface->link->loc : &iface->loc);

	step->veth.name = iface->name;
	step->veth.mac = iface->mac;
	step->veth.ifindex = isle_plan_ifindex(iface);
	step->veth.mtu = iface->mtu;
	step->veth.that_name = peer->name;
	step->veth.that_mac = peer->mac;
	step->veth.that_ifindex = isle_plan_ifindex(peer);
	step->veth.that_ns = ISLE_NS_HOST(peer->host->index);
	step->veth.that_mtu = peer->mtu;
}

/* All that its own interfaces with a kind may be on is there. */
static void end_host(struct isle_draft *d, const struct isle_host *host)
{
	isle_draft_wires(d, host);
	isle_draft_host_end(d, host);
}

static void add_host(struct isle_draft *d, const struct isle_host *host)
{
	bool late = false;

	isle_draft_host(d, host);
	for (size_t i = 0; i < host->n_ifaces; i++) {
		const struct isle_iface *iface = host->ifaces[i];

		if (iface->network)
			add_membership(d, iface);
		else if (iface->kind)
			late |= isle_draft_is_late(iface);
		else if (!iface->peer)
			continue;
		else if (!waits_for_peer(iface))
			add_pair(d, iface);
		else if (iface->peer->host != host)
			d->waiting[host->index]++;
	}
	d->waiting[host->index] += late;
	if (!d->waiting[host->index])
		end_host(d, host);
	for (size_t i = 0; i < host->n_ifaces; i++) {
		const struct isle_iface *peer = host->ifaces[i]->peer;

		if (peer && !peer->kind && peer->host->index < host->index && !--d->waiting[peer->host->index])
			end_host(d, peer->host);
	}
}

/* Of each host-host link the end that came up first: its carrier says that the other is up too. */
static void add_link_carriers(struct isle_draft *d)
{
	for (size_t i = 0; i < d->lab->n_hosts; i++) {
		const struct isle_host *host = d->lab->hosts[i];

		for (size_t k = 0; k < host->n_ifaces; k++) {
			const struct isle_iface *iface = host->ifaces[k];

			if (!waits_for_peer(iface) || !isle_iface_is_up(iface) || !isle_iface_is_up(iface->peer))
				continue;
			struct isle_step *step = isle_draft_add(d, ISLE_STEP_CARRIER, ISLE_NS_HOST(i), &iface->loc);
			step->link.name = iface->name;
			step->link.ifindex = isle_plan_ifindex(iface);
			step->link.up = true;
		}
	}
}

static void draft(struct isle_draft *d)
{
	const struct isle_lab *lab = d->lab;

	d->switches = isle_draft_alloc(d, (lab->n_networks + 1) * sizeof(*d->switches));
	d->waiting = isle_draft_alloc(d, (lab->n_hosts + 1) * sizeof(*d->waiting));
	d->keys = isle_draft_alloc(d, (lab->n_hosts + 1) * sizeof(*d->keys));
	if (d->no_memory)
		return;
	if (lab->n_networks)
		isle_draft_fabric(d);
	for (size_t i = 0; i < lab->n_hosts && !d->no_memory; i++)
		add_host(d, lab->hosts[i]);
	if (!d->no_memory)
		isle_draft_late(d);
	if (!d->no_memory)
		isle_draft_peers(d);
	if (lab->n_networks && !d->no_memory)
		isle_draft_fabric_end(d);
	add_link_carriers(d);
	for (size_t i = 0; i < lab->n_hosts && !d->no_memory; i++)
		isle_draft_host_settled(d, lab->hosts[i]);
}

int isle_draft_make(const struct isle_lab *lab, void (*draw)(struct isle_draft *), struct isle_plan **ret_plan,
		    struct isle_diag *diag)
{
	struct isle_plan *plan = calloc(1, sizeof(*plan));
	struct isle_draft d = { .lab = lab, .plan = plan };

	if (!plan)
		return isle_fail(diag, ENOMEM, NULL, "planning lab %s", lab->name);
	plan->lab = lab;
	plan->arena = isle_arena_new();
	if (plan->arena)
		draw(&d);
	if (plan->arena && !d.no_memory && !d.refused) {
		*ret_plan = plan;
		return 0;
	}
	isle_plan_free(plan);
	if (d.refused)
		return isle_reject(diag, &d.refused->loc, "%s is no parameter of the network", d.refused->name);
	return isle_fail(diag, ENOMEM, NULL, "planning lab %s", lab->name);
}

int isle_plan_build(const struct isle_lab *lab, struct isle_plan **ret_plan, struct isle_diag *diag)
{
	return isle_draft_make(lab, draft, ret_plan, diag);
}

void isle_plan_free(struct isle_plan *plan)
{
	if (!plan)
		return;
	free(plan->steps);
	isle_arena_free(plan->arena);
	free(plan);
}
