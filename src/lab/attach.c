/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is plugged in where. A host's attachments are made in the order that
 * numbers its interfaces: networks that list it, its `net` and `interfaces`,
 * links; the same order, taken over all hosts, is that of a segment's members.
 * Being on one network twice is a mistake unless the second names its interface.
 */
#include "lab/build.h"

static int join_network(struct isle_build *b, struct isle_bnet *n, struct isle_biface *f)
{
	struct isle_ip key = { .family = 1 };
	uint32_t host = (uint32_t)f->pub.host->index;

	memcpy(key.b, &host, sizeof(host));
	if (isle_iset_get(&b->on_network, (uint32_t)n->pub.index, &key) && !f->named &&
	    isle_lab_once(b, &f->pub.loc, "twice")) {
		isle_reject(b->diag, &f->pub.loc, "'%s' is on network '%s' twice", f->pub.host->name, n->pub.name);
		isle_hint(b->diag, "if both are meant, name the interface of the second: `%s:IF`", f->pub.host->name);
	}
	if (isle_iset_put(&b->on_network, (uint32_t)n->pub.index, &key, f) < 0 ||
	    !isle_arena_grow(b->arena, &b->attached, b->n_attached, &b->cap_attached, sizeof(*b->attached)))
		return -ENOMEM;
	f->pub.network = &n->pub;
	b->attached[b->n_attached++] = f;
	return 0;
}

/* MTU and state, from the interface or what it is on. */
static void set_options(struct isle_biface *f)
{
	const struct isle_doc_network *n = f->pub.network ? isle_bnet(f->pub.network)->doc : NULL;
	const struct isle_doc_u32 none = { .v = 1500 };
	const struct isle_doc_u32 *mtu = f->doc && f->doc->mtu.set ? &f->doc->mtu :
					 f->doc_link && f->doc_link->mtu.set ? &f->doc_link->mtu :
					 n && n->mtu.set ? &n->mtu : &none;

	f->pub.mtu = (f->pub.is_lo || f->pub.kind) && !mtu->set ? 0 : mtu->v;
	f->mtu_loc = mtu->loc;
	f->pub.up = f->doc && f->doc->up.set ? f->doc->up.v :
		    f->doc_link && f->doc_link->up.set ? f->doc_link->up.v : true;
}

static struct isle_biface *attach_ref(struct isle_build *b, struct isle_bhost *h, enum isle_how how,
				      const struct isle_doc_ref *ref, const struct isle_word *ifname)
{
	struct isle_biface *f = isle_lab_new_iface(b, h, how, &ref->loc, ifname ? ifname->s : NULL);

	if (f)
		f->ref = ref;
	return f;
}

static int attach_lists(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_networks; i++) {
		struct isle_bnet *n = isle_bnet(b->lab->networks[i]);

		n->listed = isle_arena_alloc(b->arena, n->doc->n_refs * sizeof(*n->listed));
		if (!n->listed)
			return -ENOMEM;
		for (size_t j = 0; j < n->doc->n_refs; j++) {
			const struct isle_doc_ref *ref = &n->doc->refs[j];
			struct isle_bhost *h = isle_lab_find_host(b, ref->name.s);
			struct isle_biface *f;

			if (!h)
				continue;
			f = attach_ref(b, h, ISLE_HOW_LIST, ref, &ref->ifname);
			if (!f || join_network(b, n, f) < 0)
				return -ENOMEM;
			n->listed[n->n_listed++] = f;
		}
	}
	return 0;
}

/* One of `net`, or an entry of `interfaces` that has a `net`. */
static int attach_net(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_ref *ref,
		      const struct isle_doc_iface *doc)
{
	struct isle_bnet *n = isle_lab_find_network(b, ref->name.s);
	struct isle_biface *f;

	if (!n) {
		isle_lab_unknown(b, &ref->name, "network");
		return 0;
	}
	f = attach_ref(b, h, ISLE_HOW_NET, ref, doc ? &doc->name : NULL);
	if (!f)
		return -ENOMEM;
	f->doc = doc;
	if (doc)
		f->pub.loc = doc->name.loc;
	return join_network(b, n, f);
}

static int attach_host(struct isle_build *b, struct isle_bhost *h)
{
	for (size_t i = 0; i < h->doc->n_nets; i++)
		if (attach_net(b, h, &h->doc->nets[i], NULL) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < h->doc->n_ifaces; i++)
		if (h->doc->ifaces[i].net.name.s && attach_net(b, h, &h->doc->ifaces[i].net, &h->doc->ifaces[i]) < 0)
			return -ENOMEM;
	return 0;
}

static struct isle_blink *new_link(struct isle_build *b, const struct isle_doc_link *d)
{
	struct isle_lab *lab = b->lab;
	struct isle_blink *l = isle_arena_alloc(b->arena, sizeof(*l));

	if (!l || !isle_arena_grow(b->arena, &lab->links, lab->n_links, &b->cap_links, sizeof(*lab->links)))
		return NULL;
	l->doc = d;
	l->pub.loc = d->loc;
	l->pub.index = lab->n_links;
	l->pub.mtu = d->mtu.set ? d->mtu.v : 1500;
	l->pub.up = d->up.set ? d->up.v : true;
	lab->links[lab->n_links++] = &l->pub;
	return l;
}

/* Two hosts. */
static int link_hosts(struct isle_build *b, const struct isle_doc_link *d, struct isle_end end[2])
{
	struct isle_blink *l = new_link(b, d);

	if (!l)
		return -ENOMEM;
	for (int k = 0; k < 2; k++) {
		struct isle_biface *f = d->kind.kind ? isle_lab_stack_tunnel(b, end[k].host, d, k)
						     : attach_ref(b, end[k].host, ISLE_HOW_LINK, &d->end[k], &d->end[k].ifname);

		if (!f)
			return -ENOMEM;
		f->doc_link = d;
		f->pub.link = &l->pub;
		l->pub.iface[k] = &f->pub;
	}
	l->pub.iface[0]->peer = l->pub.iface[1];
	l->pub.iface[1]->peer = l->pub.iface[0];
	return 0;
}

static void check_network_end(struct isle_build *b, const struct isle_doc_link *d, int k)
{
	const struct isle_doc_ref *r = &d->end[k];

	if (r->ifname.s && isle_lab_once(b, &r->loc, "net-end-if")) {
		isle_reject(b->diag, &r->loc, "'%s' is a network: the ports of a switch are not named", r->name.s);
		isle_hint(b->diag, "an interface is named at the host's end: `HOST:IF -- %s`", r->name.s);
	}
	if (r->n_addrs && isle_lab_once(b, &r->loc, "net-end-address")) {
		isle_reject(b->diag, &r->loc, "'%s' is a network: a switch has no address", r->name.s);
		isle_hint(b->diag, "addresses belong to the host's end");
	}
	if (d->subnet.mode == ISLE_SUBNET_LIST && isle_lab_once(b, &d->subnet.loc, "net-end-subnet")) {
		isle_reject(b->diag, &d->subnet.loc, "a link to network '%s' has no subnet of its own", r->name.s);
		isle_hint(b->diag, "subnets belong to the network: `networks: {%s: {subnet: …}}`", r->name.s);
	}
}

static int link_network(struct isle_build *b, const struct isle_doc_link *d, struct isle_end end[2])
{
	int host = end[0].host ? 0 : 1;
	struct isle_biface *f = attach_ref(b, end[host].host, ISLE_HOW_LINK, &d->end[host], &d->end[host].ifname);

	check_network_end(b, d, !host);
	if (!f)
		return -ENOMEM;
	f->doc_link = d;
	return join_network(b, end[!host].net, f);
}

static struct isle_bnet *first_of(struct isle_bnet *n)
{
	while (n->joined) {
		if (n->joined->joined)
			n->joined = n->joined->joined;
		n = n->joined;
	}
	return n;
}

/* Two switches: one segment from now on. Its first network stands for it. */
static int link_switches(struct isle_build *b, const struct isle_doc_link *d, struct isle_end end[2])
{
	struct isle_bnet *x = first_of(end[0].net), *y = first_of(end[1].net);
	struct isle_blink *l = new_link(b, d);

	if (!l)
		return -ENOMEM;
	check_network_end(b, d, 0);
	check_network_end(b, d, 1);
	l->pub.network[0] = &end[0].net->pub;
	l->pub.network[1] = &end[1].net->pub;
	if (end[0].net == end[1].net)
		isle_reject(b->diag, &d->loc, "a link of network '%s' with itself", end[0].net->pub.name);
	else if (x->pub.index < y->pub.index)
		y->joined = x;
	else if (y->pub.index < x->pub.index)
		x->joined = y;
	return 0;
}

/* A host and somewhere out of the lab. */
static int link_out(struct isle_build *b, const struct isle_doc_link *d, struct isle_end end)
{
	if (end.host)
		return isle_lab_stack_wire(b, end.host, d) ? 0 : -ENOMEM;
	if (end.net && isle_lab_once(b, &d->loc, "net-wire")) {
		isle_reject(b->diag, &d->loc, "a link to %s is of a host, and '%s' is a network", d->kind.kind->what, end.net->pub.name);
		isle_hint(b->diag, "a host on the network can have it");
	}
	return 0;
}

static void reject_network(struct isle_build *b, const struct isle_doc_link *d, const struct isle_bnet *n)
{
	if (!isle_lab_once(b, &d->loc, "net-tunnel"))
		return;
	isle_reject(b->diag, &d->loc, "%s is between two hosts, and '%s' is a network", d->kind.kind->what, n->pub.name);
	isle_hint(b->diag, "a host with a bridge can have the end as its port: `master`");
}

static int attach_links(struct isle_build *b)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->doc->n_links; i++) {
		const struct isle_doc_link *d = &b->doc->links[i];
		struct isle_end *end = b->ends[i];

		if (d->kind.kind && !d->end[1].name.s)
			r = link_out(b, d, end[0]);
		else if (d->kind.kind && (end[0].net || end[1].net))
			reject_network(b, d, end[0].net ? end[0].net : end[1].net);
		else if (end[0].host && end[1].host)
			r = link_hosts(b, d, end);
		else if (end[0].net && end[1].net)
			r = link_switches(b, d, end);
		else if ((end[0].host || end[0].net) && (end[1].host || end[1].net))
			r = link_network(b, d, end);
	}
	return r;
}

static int attach_uplink(struct isle_build *b, struct isle_bhost *h)
{
	if (h->doc->uplink != ISLE_DOC_UPLINK_NAT)
		return 0;
	h->pub.uplink.kind = ISLE_UPLINK_NAT;
	h->pub.uplink.loc = h->doc->uplink_loc;
	b->lab->has_uplink = true;
	h->uplink = isle_lab_new_iface(b, h, ISLE_HOW_UPLINK, &h->doc->uplink_loc, "uplink");
	if (!h->uplink)
		return -ENOMEM;
	h->uplink->pub.is_uplink = true;
	h->pub.uplink.iface = &h->uplink->pub;
	return 0;
}

int isle_lab_attach(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;

	if (attach_lists(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (attach_host(b, isle_bhost(lab->hosts[i])) < 0)
			return -ENOMEM;
	if (attach_links(b) < 0 || isle_lab_stack(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (attach_uplink(b, isle_bhost(lab->hosts[i])) < 0)
			return -ENOMEM;
	if (isle_lab_name_ifaces(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			set_options(isle_biface(lab->hosts[i]->ifaces[k]));
	return isle_lab_stack_resolve(b);
}
