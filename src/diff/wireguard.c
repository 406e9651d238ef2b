/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: keys, ports and peers of wireguards that are there, by what the record
 * has of them: what hands did to one is not looked for, for whoever asks the
 * kernel for it is told the secrets too. A key that isle made stays unless the
 * file gives one. Public keys are known to the kernel alone, so a peer that
 * comes or goes is asked for its own first; keys that go are asked for while
 * they are replaced, and kept by the process that may have to put them back.
 * After a change that was broken off all peers are said anew.
 */
#include "diff/diff.h"

static const struct isle_port *port_of(const struct isle_differ *d, uint32_t ns, const char *name)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].made.ns == ns && !strcmp(d->ports[i].made.name, name))
			return &d->ports[i];
	return NULL;
}

static bool is_kept(const struct isle_differ *d, uint32_t ns, const char *name)
{
	const struct isle_port *p = port_of(d, ns, name);

	return p && p->live;
}

/* The step of PLAN about the wireguard; NS by the numbers of the wanted lab. */
static const struct isle_step *find(const struct isle_differ *d, const struct isle_plan *plan, uint32_t ns, const char *name)
{
	for (size_t i = 0; plan && i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_WIREGUARD && !strcmp(plan->steps[i].wireguard.name, name) &&
		    isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns)
			return &plan->steps[i];
	return NULL;
}

static const struct isle_step *wanted(const struct isle_differ *d, uint32_t ns, const char *name)
{
	return find(d, d->in->plan, ns, name);
}

/* NULL: none, or it is not known which. */
static const struct isle_step *recorded(const struct isle_differ *d, uint32_t ns, const char *name)
{
	return d->in->n_owned == 1 ? find(d, d->in->owned[0], ns, name) : NULL;
}

static const struct isle_link_value *option(const struct isle_step *s, const char *name)
{
	for (size_t i = 0; i < s->wireguard.n_options; i++)
		if (!strcmp(s->wireguard.options[i].option->name, name))
			return &s->wireguard.options[i];
	return NULL;
}

/* Secrets as they are written: those of the record's files are not read. */
static bool same_secret(const struct isle_link_value *a, const struct isle_link_value *b)
{
	if (!a || !b || !a->option || !b->option)
		return (a && a->option) == (b && b->option);
	return a->text || b->text ? isle_str_eq(a->text, b->text) : !memcmp(a->b, b->b, sizeof(a->b));
}

static bool same_number(const struct isle_step *a, const struct isle_step *b, const char *name)
{
	const struct isle_link_value *x = option(a, name), *y = option(b, name);

	return (x ? x->n : 0) == (y ? y->n : 0);
}

static bool gets_key(const struct isle_step *s, const struct isle_step *was)
{
	return !same_secret(option(s, "private-key"), option(was, "private-key"));
}

/* Has it the public key that it had? */
static bool stays(const struct isle_differ *d, uint32_t ns, const char *name)
{
	const struct isle_step *s = wanted(d, ns, name), *was = recorded(d, ns, name);

	return s && was && is_kept(d, ns, name) && !gets_key(s, was);
}

static struct isle_wireguard_keys *new_keys(struct isle_differ *d)
{
	struct isle_wireguard_keys *keys = isle_arena_alloc(d->out->arena, sizeof(*keys));

	if (!keys)
		d->out->no_memory = true;
	return keys;
}

void isle_differ_wireguard_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i], *was = recorded(d, s->ns, s->wireguard.name);
	struct isle_step to = *s, back = *s;
	bool new_key;

	if (!is_kept(d, s->ns, s->wireguard.name)) {
		isle_differ_emit(d, s, NULL);
		return;
	}
	new_key = !was || gets_key(s, was);
	if (was && !new_key && same_number(s, was, "listen-port") && same_number(s, was, "fwmark"))
		return;
	to.wireguard.keeps_key = back.wireguard.keeps_key = !new_key || (!was && !s->wireguard.keys->given);
	to.wireguard.replaces_peers = !was;
	if (was) {
		back.wireguard.options = was->wireguard.options;
		back.wireguard.n_options = was->wireguard.n_options;
	}
	if (!to.wireguard.keeps_key)
		back.wireguard.keys = to.wireguard.before = new_keys(d);
	isle_changes_add(d->out, &to, &back);
}

/* The public key of one that is there, into KEYS, once. */
static void ask(struct isle_differ *d, uint32_t ns, const char *name, struct isle_wireguard_keys *keys)
{
	struct isle_step step = { .kind = ISLE_STEP_WIREGUARD, .ns = ns };
	struct isle_change *change;

	for (size_t i = 0; i < d->out->n; i++)
		if (d->out->list[i].step.kind == ISLE_STEP_WIREGUARD && d->out->list[i].step.wireguard.keys == keys)
			return;
	step.wireguard.name = name;
	step.wireguard.keys = keys;
	step.wireguard.asks = true;
	change = isle_changes_add(d->out, &step, NULL);
	if (change)
		change->silent = true;
}

/* ---- peers */

static bool is_same_peer(const struct isle_peer *a, const struct isle_peer *b)
{
	if (!a->iface || !b->iface)
		return !a->iface && !b->iface && !memcmp(a->key, b->key, sizeof(a->key));
	return !strcmp(a->iface->name, b->iface->name) && !strcmp(a->iface->host->name, b->iface->host->name);
}

static bool is_alike(const struct isle_peer *a, const struct isle_peer *b)
{
	if (a->n_allowed != b->n_allowed || a->keepalive != b->keepalive || a->endpoint.family != b->endpoint.family ||
	    !same_secret(&a->secret, &b->secret))
		return false;
	if (a->endpoint.family && (!isle_ip_equal(&a->endpoint, &b->endpoint) || a->port != b->port))
		return false;
	for (size_t i = 0; i < a->n_allowed; i++)
		if (isle_ip_cmp(&a->allowed[i], &b->allowed[i]))
			return false;
	return true;
}

static uint32_t ns_of(const struct isle_differ *d, const struct isle_plan *plan, const struct isle_peer *p)
{
	return isle_differ_ns(d, plan->lab, ISLE_NS_HOST(p->iface->host->index));
}

/* The step of PLAN about the peer P of a wireguard of NS. */
static const struct isle_step *find_peer(const struct isle_differ *d, const struct isle_plan *plan, uint32_t ns, const char *name,
					 const struct isle_peer *p)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_PEER && !strcmp(plan->steps[i].peer.name, name) &&
		    is_same_peer(plan->steps[i].peer.peer, p) && isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns)
			return &plan->steps[i];
	return NULL;
}

/* Of the peer that the record has: can it become what is wanted, or must it go? An endpoint cannot be taken away. */
static bool can_stay(const struct isle_differ *d, uint32_t ns, const struct isle_step *was)
{
	const struct isle_peer *p = was->peer.peer;
	const struct isle_step *s = find_peer(d, d->in->plan, ns, was->peer.name, p);

	if (!s || (p->endpoint.family && !s->peer.peer->endpoint.family))
		return false;
	return !p->iface || stays(d, ns_of(d, d->in->owned[0], p), p->iface->name);
}

void isle_differ_remove_peers(struct isle_differ *d)
{
	const struct isle_plan *plan = d->in->owned[0];

	for (size_t i = 0; d->in->n_owned == 1 && i < plan->n_steps; i++) {
		const struct isle_step *was = &plan->steps[i];
		const uint32_t ns = was->kind == ISLE_STEP_PEER ? isle_differ_ns(d, plan->lab, was->ns) : UINT32_MAX;
		struct isle_step away, back;
		struct isle_wireguard_keys *keys = NULL;

		if (ns >= d->n_rooms || !is_kept(d, ns, was->peer.name) || can_stay(d, ns, was))
			continue;
		if (was->peer.peer->iface) {
			const uint32_t that = ns_of(d, plan, was->peer.peer);
			const struct isle_snap_ns *live = that < d->n_rooms ? d->rooms[that].live : NULL;

			/* nobody knows the key of one that is gone; what was behind it goes to whoever gets it */
			if (!live || !isle_snap_link_named(live, was->peer.peer->iface->name))
				continue;
			keys = new_keys(d);
			ask(d, that, was->peer.peer->iface->name, keys);
		}
		back = *was;
		back.ns = ns;
		back.loc = NULL;
		back.peer.keys = keys;
		away = isle_step_removal(&back);
		isle_changes_add(d->out, &away, &back);
	}
}

void isle_differ_peer_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i], *was;
	const struct isle_peer *p = s->peer.peer;
	struct isle_step back = isle_step_removal(s);

	if (!is_kept(d, s->ns, s->peer.name)) {
		if (p->iface && is_kept(d, ns_of(d, d->in->plan, p), p->iface->name))
			ask(d, ns_of(d, d->in->plan, p), p->iface->name, (struct isle_wireguard_keys *)s->peer.keys);
		isle_differ_emit(d, s, NULL);
		return;
	}
	was = d->in->n_owned == 1 ? find_peer(d, d->in->owned[0], s->ns, s->peer.name, p) : NULL;
	if (was && can_stay(d, s->ns, was)) {
		if (is_alike(was->peer.peer, p))
			return;
		back.removes = false;
		back.peer.peer = was->peer.peer;
	}
	if (p->iface && is_kept(d, ns_of(d, d->in->plan, p), p->iface->name))
		ask(d, ns_of(d, d->in->plan, p), p->iface->name, (struct isle_wireguard_keys *)s->peer.keys);
	isle_changes_add(d->out, s, &back);
}
