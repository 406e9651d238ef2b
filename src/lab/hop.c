/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: which address of a hop is meant. A hop written as a host is its address
 * on the one subnet that both share: on the same wire, and in a prefix that the
 * sender's interface there has.
 */
#include "lab/build.h"

struct isle_iface *isle_lab_iface_to(const struct isle_host *h, const struct isle_ip *address)
{
	struct isle_iface *found = NULL;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		struct isle_iface *f = h->ifaces[i];

		if (f->is_lo || (found && !f->up))
			continue;
		for (size_t k = 0; k < f->n_addresses; k++)
			if (isle_ip_contains(&f->addresses[k], address)) {
				if (f->up)
					return f;
				found = f;
				break;
			}
	}
	return found;
}

/* The subnet of F that has ADDRESS. */
static const struct isle_ip *subnet_of(const struct isle_iface *f, const struct isle_ip *address)
{
	for (size_t i = 0; i < f->n_addresses; i++)
		if (isle_ip_contains(&f->addresses[i], address))
			return &f->addresses[i];
	return NULL;
}

static void match(struct isle_iface *mine, const struct isle_iface *theirs, uint8_t family, struct isle_shared_hop *ret)
{
	for (size_t i = 0; i < theirs->n_addresses; i++) {
		const struct isle_ip *a = &theirs->addresses[i], *in;
		struct isle_ip net;

		in = a->family == family ? subnet_of(mine, a) : NULL;
		if (!in)
			continue;
		net = isle_ip_network(in);
		if (ret->n && isle_ip_cmp(&net, &ret->subnet) == 0) {
			/* the same subnet once more: an interface that is up is the better one */
			if (!ret->dev->up && mine->up)
				ret->dev = mine;
			continue;
		}
		if (ret->n == 1)
			ret->other = net;
		if (ret->n++)
			continue;
		ret->via = *a;
		ret->via.len = (uint8_t)isle_ip_bits(a);
		ret->dev = mine;
		ret->subnet = net;
	}
}

void isle_lab_shared(const struct isle_host *from, const struct isle_host *to, const char *ifname,
		     const struct isle_iface *dev, uint8_t family, struct isle_shared_hop *ret)
{
	*ret = (struct isle_shared_hop){ 0 };
	for (size_t i = 0; i < from->n_ifaces; i++) {
		struct isle_iface *mine = from->ifaces[i];
		const struct isle_wire *w = isle_biface(mine)->wire;

		if ((!w && !mine->kind) || (dev && dev != mine))
			continue;
		if (w && w->link && mine->peer->host != to)
			continue;
		for (size_t k = 0; k < to->n_ifaces; k++) {
			const struct isle_iface *theirs = to->ifaces[k];

			if (isle_biface(theirs)->wire != w || (!w && !theirs->kind) || theirs == mine || (ifname && strcmp(ifname, theirs->name)))
				continue;
			ret->met = true;
			match(mine, theirs, family, ret);
		}
	}
}

struct isle_iface *isle_lab_iface(const struct isle_host *h, const char *name)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		if (strcmp(h->ifaces[i]->name, name) == 0)
			return h->ifaces[i];
	return NULL;
}

struct isle_iface *isle_lab_need_iface(struct isle_build *b, const struct isle_host *h, const char *name,
				       const struct isle_loc *loc)
{
	struct isle_iface *f = isle_lab_iface(h, name);
	const char *near = NULL;

	if (f || !isle_lab_once(b, loc, "no interface"))
		return f;
	isle_reject(b->diag, loc, "'%s' has no interface '%s'", h->name, name);
	for (size_t i = 0; !near && i < h->n_ifaces; i++)
		near = isle_near_best(name, &h->ifaces[i]->name, 1);
	if (near)
		isle_hint(b->diag, "did you mean '%s'?", near);
	return NULL;
}

static void reject_ambiguous(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_hop *d,
			     const char *to, const struct isle_shared_hop *s)
{
	char one[ISLE_IP_TEXT], other[ISLE_IP_TEXT];

	if (!isle_lab_once(b, &d->via.loc, "ambiguous"))
		return;
	isle_reject(b->diag, &d->via.loc, "'%s' and '%s' share more than one subnet: %s and %s", h->pub.name, to,
		    isle_ip_text(&s->subnet, true, one), isle_ip_text(&s->other, true, other));
	isle_hint(b->diag, "say which: `%s:IF`, or its address", to);
}

/* HOST or HOST:IF. */
static int hop_host(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_hop *d,
		    const struct isle_iface *dev, uint8_t family, struct isle_hop *ret)
{
	const char *colon = strchr(d->via.s, ':');
	struct isle_word name = d->via;
	struct isle_shared_hop s;
	struct isle_bhost *to;

	if (colon)
		name.s = isle_arena_strndup(b->arena, d->via.s, (size_t)(colon - d->via.s));
	if (!name.s)
		return -ENOMEM;
	to = isle_lab_find_host(b, name.s);
	if (!to) {
		isle_lab_unknown(b, &name, "host");
		return -EINVAL;
	}
	if (to == h) {
		if (isle_lab_once(b, &d->via.loc, "self"))
			isle_reject(b->diag, &d->via.loc, "a route of '%s' leads to itself", h->pub.name);
		return -EINVAL;
	}
	if (colon && !isle_lab_need_iface(b, &to->pub, colon + 1, &d->via.loc))
		return -EINVAL;
	isle_lab_shared(&h->pub, &to->pub, colon ? colon + 1 : NULL, dev, family, &s);
	if (s.n > 1) {
		reject_ambiguous(b, h, d, to->pub.name, &s);
		return -EINVAL;
	}
	/* side by side, but an address is missing: that has been said already */
	if (!s.n && s.met && isle_diag_errors(b->diag))
		return -EINVAL;
	ret->via = s.via;
	ret->dev = s.dev;
	return s.n == 1;
}

static bool is_no_host(struct isle_build *b, const struct isle_doc_hop *d, const struct isle_ip *own,
		       const struct isle_ip *via)
{
	const char *why = isle_lab_not_a_host(own, via);
	struct isle_ip net = isle_ip_network(own);
	char text[ISLE_IP_TEXT];

	if (why && isle_lab_once(b, &d->via.loc, "not a host"))
		isle_reject(b->diag, &d->via.loc, "%s cannot be a hop: it is %s of %s", d->via.s, why,
			    isle_ip_text(&net, true, text));
	return why;
}

static int hop_address(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_hop *d,
		       struct isle_iface *dev, const struct isle_ip *via, struct isle_hop *ret)
{
	bool link_local = via->family == AF_INET6 && via->b[0] == 0xfe && (via->b[1] & 0xc0) == 0x80;
	struct isle_iface *f = dev ? dev : isle_lab_iface_to(&h->pub, via);
	bool inside = false;

	for (size_t i = 0; f && i < f->n_addresses; i++) {
		if (isle_ip_contains(&f->addresses[i], via) && is_no_host(b, d, &f->addresses[i], via))
			return -EINVAL;
		inside |= isle_ip_contains(&f->addresses[i], via);
		if (isle_ip_equal(&f->addresses[i], via)) {
			if (isle_lab_once(b, &d->via.loc, "self"))
				isle_reject(b->diag, &d->via.loc, "%s is '%s' itself", d->via.s, h->pub.name);
			return -EINVAL;
		}
	}
	if (!f && (link_local || d->onlink.v)) {
		if (!isle_lab_once(b, &d->via.loc, "any"))
			return -EINVAL;
		isle_reject(b->diag, &d->via.loc, "%s could be on any interface", d->via.s);
		isle_hint(b->diag, "say which: `{via: %s, dev: IF}`", d->via.s);
		return -EINVAL;
	}
	if (!inside && !link_local && !d->onlink.v) {
		if (!isle_lab_once(b, &d->via.loc, "hop outside"))
			return -EINVAL;
		isle_reject(b->diag, &d->via.loc, "%s is on no subnet of '%s'%s%s", d->via.s, h->pub.name,
			    dev ? " on " : "", dev ? dev->name : "");
		isle_hint(b->diag, "a hop is the next router, on a network or link that both are on");
		return -EINVAL;
	}
	ret->via = *via;
	ret->dev = f;
	return 1;
}

int isle_lab_hop(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_hop *d, uint8_t family,
		 struct isle_hop *ret)
{
	struct isle_iface *dev = NULL;
	struct isle_ip via;
	int r = 0;

	*ret = (struct isle_hop){ .onlink = d->onlink.set && d->onlink.v };
	if (d->dev.s) {
		dev = isle_lab_need_iface(b, &h->pub, d->dev.s, &d->dev.loc);
		if (!dev)
			return -EINVAL;
	}
	if (d->via.s && isle_ip_parse(d->via.s, strlen(d->via.s), &via, NULL)) {
		r = via.family == family ? hop_address(b, h, d, dev, &via, ret) : 0;
	} else if (d->via.s) {
		r = hop_host(b, h, d, dev, family, ret);
	} else {
		ret->dev = dev;
		for (size_t i = 0; r == 0 && i < dev->n_addresses; i++)
			r = dev->addresses[i].family == family;
	}
	if (r <= 0 || !ret->dev || ret->dev->up)
		return r;
	if (isle_lab_once(b, &d->loc, "down")) {
		isle_reject(b->diag, &d->loc, "a route over interface '%s' of '%s', which is down", ret->dev->name, h->pub.name);
		isle_hint(b->diag, "the kernel refuses it: leave the route out, or `state: down`");
	}
	return -EINVAL;
}
