/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: interfaces with a kind: on another interface, in a tunnel's way, a port
 * of another, or by themselves. In a host each stands behind what it is on, so
 * the order of interfaces is one in which they can be made. What they are on may
 * be another host's. Their MTU is that of the way less what the tunnel adds;
 * the MAC of a VLAN is that of its link, of a bond's ports that of the bond.
 */
#include "lab/build.h"

static struct isle_biface *make(struct isle_build *b, struct isle_bhost *h, enum isle_how how, const struct isle_doc_kind *d,
				const struct isle_loc *loc, const char *name)
{
	struct isle_biface *f = isle_lab_new_iface(b, h, how, loc, name);
	size_t size = d->n_options * sizeof(*d->options);

	if (!f)
		return NULL;
	f->doc_kind = d;
	f->pub.kind = d->kind;
	f->pub.n_options = d->n_options;
	f->pub.options = isle_arena_alloc(b->arena, size);
	if (size && f->pub.options)
		memcpy(f->pub.options, d->options, size);
	return f->pub.options ? f : NULL;
}

struct isle_biface *isle_lab_stack_wire(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_link *d)
{
	struct isle_biface *f = make(b, h, ISLE_HOW_WIRE, &d->kind, &d->end[0].loc, d->end[0].ifname.s);

	if (!f)
		return NULL;
	f->ref = &d->end[0];
	f->doc_link = d;
	f->pub.machine_lower = d->kind.kind->lower ? d->kind.lower.s : NULL;
	b->lab->has_nic |= d->kind.kind->is_nic;
	return f;
}

struct isle_biface *isle_lab_stack_tunnel(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_link *d, int end)
{
	struct isle_biface *f = make(b, h, ISLE_HOW_LINK, &d->kind, &d->end[end].loc, d->end[end].ifname.s);

	if (f)
		f->ref = &d->end[end];
	return f;
}

static const struct isle_link_value *link_option(const struct isle_doc_kind *d)
{
	for (size_t i = 0; i < d->n_options; i++)
		if (d->options[i].option->type == ISLE_OPTION_LINK)
			return &d->options[i];
	return NULL;
}

/* Is NAME one of this host's that have a kind and are not made yet? */
static bool is_waiting(const struct isle_bhost *h, const bool *made, const char *name)
{
	for (size_t i = 0; i < h->doc->n_ifaces; i++)
		if (!made[i] && h->doc->ifaces[i].kind.kind && isle_str_eq(h->doc->ifaces[i].name.s, name))
			return true;
	return false;
}

static bool can_be_made(const struct isle_bhost *h, const bool *made, const struct isle_doc_iface *d)
{
	const struct isle_link_value *dev = link_option(&d->kind);

	return !is_waiting(h, made, d->kind.lower.s) && !(dev && is_waiting(h, made, dev->text));
}

static int make_one(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_iface *d, bool in_circle)
{
	struct isle_biface *f = make(b, h, ISLE_HOW_KIND, &d->kind, &d->name.loc, d->name.s);

	if (!f)
		return -ENOMEM;
	f->doc = d;
	f->in_circle = in_circle;
	if (in_circle && isle_lab_once(b, &d->name.loc, "circle"))
		isle_reject(b->diag, &d->name.loc, "'%s' of '%s' is on itself, by way of others", d->name.s, h->pub.name);
	return 0;
}

/* All of one host, each when what it is on is there; what is left then goes round in a circle. */
static int make_all(struct isle_build *b, struct isle_bhost *h)
{
	isle_auto(free) bool *made = calloc(h->doc->n_ifaces + 1, sizeof(*made));
	bool again = true;

	if (!made)
		return -ENOMEM;
	while (again) {
		again = false;
		for (size_t i = 0; i < h->doc->n_ifaces; i++) {
			const struct isle_doc_iface *d = &h->doc->ifaces[i];

			if (made[i] || !d->kind.kind || !can_be_made(h, made, d))
				continue;
			if (make_one(b, h, d, false) < 0)
				return -ENOMEM;
			made[i] = again = true;
		}
	}
	for (size_t i = 0; i < h->doc->n_ifaces; i++)
		if (!made[i] && h->doc->ifaces[i].kind.kind && make_one(b, h, &h->doc->ifaces[i], true) < 0)
			return -ENOMEM;
	return 0;
}

int isle_lab_stack(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++)
		if (isle_bhost(b->lab->hosts[i])->doc->n_ifaces && make_all(b, isle_bhost(b->lab->hosts[i])) < 0)
			return -ENOMEM;
	return 0;
}

/* What cannot have anything on it, in words; NULL: it can. */
static const char *why_not_on(const struct isle_iface *lower)
{
	if (lower->is_lo)
		return "lo is the loopback";
	if (lower->is_uplink)
		return "an uplink is made last";
	if (isle_iface_is_nic(lower))
		return "a NIC is moved in last";
	if (lower->kind && lower->kind->mac == ISLE_MAC_NONE)
		return "it carries packets, not frames";
	return NULL;
}

/* `link`: IF, or HOST:IF. */
static struct isle_iface *lower_of(struct isle_build *b, const struct isle_biface *f)
{
	const struct isle_word *w = &f->doc_kind->lower;
	const char *colon = strchr(w->s, ':');
	const struct isle_host *h = f->pub.host;

	if (colon) {
		struct isle_word name = { isle_arena_strndup(b->arena, w->s, (size_t)(colon - w->s)), w->loc };
		struct isle_bhost *other = name.s ? isle_lab_find_host(b, name.s) : NULL;

		if (!other && name.s)
			isle_lab_unknown(b, &name, "host");
		if (!other)
			return NULL;
		h = &other->pub;
	}
	return isle_lab_need_iface(b, h, colon ? colon + 1 : w->s, &w->loc);
}

static void resolve_lower(struct isle_build *b, struct isle_biface *f)
{
	const struct isle_loc *loc = &f->doc_kind->lower.loc;
	struct isle_iface *lower = f->pub.kind->lower && f->how == ISLE_HOW_KIND && f->doc_kind->lower.s ? lower_of(b, f) : NULL;
	const char *why = lower ? why_not_on(lower) : NULL;

	if (why && isle_lab_once(b, loc, "not on"))
		isle_reject(b->diag, loc, "%s cannot be on '%s': %s", f->pub.kind->what, lower->name, why);
	if (!lower || why)
		return;
	f->pub.lower = lower;
	if (!lower->up && f->pub.up && isle_lab_once(b, loc, "down")) {
		isle_reject(b->diag, loc, "'%s' is down, so '%s' cannot be up", lower->name, f->pub.name);
		isle_hint(b->diag, "`state: down` here too");
	}
}

static void resolve_dev(struct isle_build *b, struct isle_biface *f)
{
	const struct isle_link_value *dev = link_option(f->doc_kind);

	if (dev)
		f->pub.dev = isle_lab_need_iface(b, f->pub.host, dev->text, &dev->loc);
	if (f->pub.dev && (f->pub.dev->is_uplink || isle_iface_is_nic(f->pub.dev)) && isle_lab_once(b, &dev->loc, "not on"))
		isle_reject(b->diag, &dev->loc, "'%s' cannot be '%s' of %s: %s", f->pub.dev->name, dev->option->name, f->pub.kind->what,
			    why_not_on(f->pub.dev));
}

static void resolve_master(struct isle_build *b, struct isle_biface *f)
{
	const struct isle_word *w = &f->doc->master;
	struct isle_iface *master = isle_lab_need_iface(b, f->pub.host, w->s, &w->loc);

	if (!master || !isle_lab_once(b, &w->loc, "master"))
		return;
	if (f->pub.is_lo || f->pub.is_uplink) {
		isle_reject(b->diag, &w->loc, "'%s' cannot be a port of '%s'", f->pub.name, master->name);
	} else if (!master->kind || !master->kind->is_master) {
		isle_reject(b->diag, &w->loc, "'%s' is no bridge, bond or VRF", master->name);
		isle_hint(b->diag, "`%s: {kind: bridge}` makes it one", master->name);
	} else if (master == &f->pub) {
		isle_reject(b->diag, &w->loc, "'%s' is a port of itself", master->name);
	} else {
		f->pub.master = master;
	}
}

/* Circles within a host were seen when they were made; those by way of other hosts are not. */
static void check_depth(struct isle_build *b, struct isle_biface *f)
{
	const struct isle_iface *at = &f->pub;

	for (int depth = 0; at; depth++, at = at->lower)
		if (depth == 8) {
			isle_reject(b->diag, &f->pub.loc, "'%s' of '%s' is on more than 8 others, or on itself", f->pub.name,
				    f->pub.host->name);
			f->pub.lower = NULL;
			return;
		}
}

/* Is F a NIC that another interface has been before it? */
static const struct isle_iface *same_nic(const struct isle_build *b, const struct isle_iface *f)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++)
		for (size_t k = 0; k < b->lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *other = b->lab->hosts[i]->ifaces[k];

			if (other == f)
				return NULL;
			if (isle_iface_is_nic(other) && isle_str_eq(other->machine_lower, f->machine_lower))
				return other;
		}
	return NULL;
}

static void check_nic(struct isle_build *b, const struct isle_biface *f)
{
	const struct isle_iface *other = f->pub.machine_lower ? same_nic(b, &f->pub) : NULL;	/* NULL: not said, and blamed */

	if (!other || !isle_lab_once(b, &f->doc_kind->loc, "nic"))
		return;
	isle_reject(b->diag, &f->doc_kind->loc, "%s is '%s' of '%s' already", f->pub.machine_lower, other->name, other->host->name);
	isle_hint(b->diag, "a NIC is in one place; several share it by `macvlan:%s`", f->pub.machine_lower);
}

int isle_lab_stack_resolve(struct isle_build *b)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < b->lab->n_hosts; i++) {
			const struct isle_host *h = b->lab->hosts[i];

			for (size_t k = 0; k < h->n_ifaces; k++) {
				struct isle_biface *f = isle_biface(h->ifaces[k]);

				if (f->pub.kind && !f->in_circle && pass == 0) {
					resolve_lower(b, f);
					resolve_dev(b, f);
				}
				if (f->doc && f->doc->master.s && pass == 0)
					resolve_master(b, f);
				if (f->pub.lower && pass == 1)
					check_depth(b, f);
				if (isle_iface_is_nic(&f->pub) && pass == 1)
					check_nic(b, f);
			}
		}
	return 0;
}

static const struct isle_link_value *value_of(const struct isle_iface *f, const char *name)
{
	for (size_t i = 0; i < f->n_options; i++)
		if (strcmp(f->options[i].option->name, name) == 0)
			return &f->options[i];
	return NULL;
}

/* The interface that a tunnel's packets leave by, as far as the file tells. */
static struct isle_iface *way_of(const struct isle_iface *f, bool *ret_v6)
{
	const struct isle_link_value *local = value_of(f, "local"), *remote = value_of(f, "remote");
	const struct isle_link_value *to = remote ? remote : value_of(f, "group");

	*ret_v6 = (to && to->ip.family == AF_INET6) || (local && local->ip.family == AF_INET6) || !isle_link_option(f->kind, "remote");
	if (f->dev)
		return f->dev;
	for (size_t i = 0; local && i < f->host->n_ifaces; i++)
		for (size_t k = 0; k < f->host->ifaces[i]->n_addresses; k++)
			if (isle_ip_equal(&f->host->ifaces[i]->addresses[k], &local->ip))
				return f->host->ifaces[i];
	return to ? isle_lab_iface_to(f->host, &to->ip) : NULL;
}

static uint32_t mtu_in_tunnel(const struct isle_iface *f)
{
	bool v6;
	struct isle_iface *way = way_of(f, &v6);
	const uint32_t mtu = way && way != f && way->mtu ? way->mtu : 1500;
	const uint32_t less = isle_link_overhead(f->kind, f->options, f->n_options, v6);

	return mtu > less + 68 ? mtu - less : 68;
}

static void settle_mtu(struct isle_biface *f)
{
	struct isle_iface *p = &f->pub;

	if (p->mtu || !p->kind || f->has_mtu)
		return;
	f->has_mtu = true;	/* also while what it is on is asked */
	if (p->lower) {
		settle_mtu(isle_biface(p->lower));
		p->mtu = p->lower->mtu;
	} else if (p->kind->is_tunnel) {
		if (p->dev)
			settle_mtu(isle_biface(p->dev));
		p->mtu = mtu_in_tunnel(p);
	} else if (!p->machine_lower && !p->kind->keeps_mtu) {
		p->mtu = 1500;
	}
}

static void settle_mac(struct isle_biface *f)
{
	struct isle_iface *p = &f->pub, *from = NULL;

	if (p->master && strcmp(p->master->kind->name, "bond") == 0)
		from = p->master;
	else if (p->kind && p->lower && (p->kind->mac == ISLE_MAC_SHARED || (p->kind->mac == ISLE_MAC_LOWER && !(f->doc && f->doc->mac_set))))
		from = p->lower;
	if (!from)
		return;
	settle_mac(isle_biface(from));
	memcpy(p->mac, from->mac, sizeof(p->mac));
}

int isle_lab_stack_settle(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++)
		for (size_t k = 0; k < b->lab->hosts[i]->n_ifaces; k++) {
			struct isle_biface *f = isle_biface(b->lab->hosts[i]->ifaces[k]);

			if (!f->pub.kind && !f->pub.master)
				continue;
			settle_mtu(f);
			settle_mac(f);
		}
	return 0;
}
