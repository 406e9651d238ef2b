/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the order in which a dump writes things. It follows from what they are,
 * not from how they were asked for: networks as their switches were made,
 * members and links by address, hosts as the file meets them. So what was
 * brought up from a dump is dumped in the same order, and hosts that were given
 * addresses one after the other stand where they get them by themselves.
 */
#include "dump/inner.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

int isle_dump_natural(const char *a, const char *b)
{
	const char *x = a, *y = b;

	while (*x && *y) {
		if (is_digit(*x) && is_digit(*y)) {
			unsigned long long i = strtoull(x, (char **)&x, 10), k = strtoull(y, (char **)&y, 10);

			if (i != k)
				return i < k ? -1 : 1;
		} else if (*x != *y) {
			return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
		} else {
			x++;
			y++;
		}
	}
	return *x || *y ? (*x ? 1 : -1) : strcmp(a, b);
}

/* The lowest address; NULL: none. */
static const struct isle_ip *lowest(const struct isle_dump_iface *f)
{
	const struct isle_ip *low = NULL;

	for (size_t i = 0; i < f->n_addresses; i++)
		if (!low || isle_ip_cmp(&f->addresses[i], low) < 0)
			low = &f->addresses[i];
	return low;
}

static int by_address(const struct isle_dump_iface *a, const struct isle_dump_iface *b)
{
	const struct isle_ip *x = lowest(a), *y = lowest(b);
	int d = x && y ? isle_ip_cmp(x, y) : !x - !y;

	if (!d)
		d = isle_dump_natural(a->host->name, b->host->name);
	return d ? d : isle_dump_natural(a->link->name, b->link->name);
}

static int members(const void *a, const void *b)
{
	return by_address(*(struct isle_dump_iface *const *)a, *(struct isle_dump_iface *const *)b);
}

/* Of its switch, which comes before its VLANs. */
static int switches(const struct isle_dump_net *x, const struct isle_dump_net *y)
{
	const struct isle_snap_link *v = x->bridge ? x->bridge : x->wire, *w = y->bridge ? y->bridge : y->wire;
	int d = v->is_ovs_bridge - w->is_ovs_bridge;

	if (!d && !v->is_ovs_bridge)
		return (v->ifindex > w->ifindex) - (v->ifindex < w->ifindex);
	/* Open vSwitch makes them all at once, in no order */
	if (!d)
		d = x->lowest && y->lowest ? isle_ip_cmp(x->lowest, y->lowest) : !x->lowest - !y->lowest;
	return d ? d : isle_dump_natural(v->name, w->name);
}

/* As switches were made: in one namespace their indexes say so. */
static int nets(const void *a, const void *b)
{
	const struct isle_dump_net *x = *(struct isle_dump_net *const *)a, *y = *(struct isle_dump_net *const *)b;
	size_t i = x->ns ? x->ns->index : SIZE_MAX, k = y->ns ? y->ns->index : SIZE_MAX;
	const struct isle_snap_link *v = x->bridge ? x->bridge : x->wire, *w = y->bridge ? y->bridge : y->wire;

	if (!v->ns != !w->ns || i != k)
		return i < k ? -1 : 1;
	return v == w ? (x->vlan > y->vlan) - (x->vlan < y->vlan) : switches(x, y);
}

/* Of two networks, by its first port. */
static const char *name_of(const struct isle_dump_wire *w)
{
	return w->end[0] ? w->end[0]->name : w->patch[0]->port;
}

static int wires(const void *a, const void *b)
{
	const struct isle_dump_wire *x = *(struct isle_dump_wire *const *)a, *y = *(struct isle_dump_wire *const *)b;

	if (!x->iface[0] || !y->iface[0]) {
		if (x->iface[0] || y->iface[0])
			return x->iface[0] ? 1 : -1;
		return isle_dump_natural(name_of(x), name_of(y));
	}
	return by_address(x->iface[0], y->iface[0]);
}

static size_t index_of(const struct isle_dump *d, const struct isle_dump_net *n)
{
	size_t i = 0;

	while (i < d->n_nets && d->nets[i] != n)
		i++;
	return i;
}

/* Left is the lower address, or the earlier network. */
static void turn(const struct isle_dump *d, struct isle_dump_wire *w)
{
	struct isle_dump_wire was = *w;
	bool turned = w->iface[0] ? by_address(w->iface[0], w->iface[1]) > 0 : index_of(d, w->net[0]) > index_of(d, w->net[1]);

	for (int k = 0; turned && k < 2; k++) {
		w->iface[k] = was.iface[!k];
		w->net[k] = was.net[!k];
		w->end[k] = was.end[!k];
		w->patch[k] = was.patch[!k];
	}
}

static void add_subnets(struct isle_dump *d, struct isle_dump_net *n)
{
	for (size_t i = 0; i < n->n_members; i++)
		for (size_t k = 0; k < n->members[i]->n_addresses; k++) {
			struct isle_ip net = isle_ip_network(&n->members[i]->addresses[k]);
			struct isle_dump_net *s = n->segment;
			size_t at = 0;

			while (at < s->n_subnets && isle_ip_cmp(&s->subnets[at], &net))
				at++;
			if (at < s->n_subnets)
				continue;
			if (!isle_arena_grow(d->arena, &s->subnets, s->n_subnets, &s->cap_subnets, sizeof(net))) {
				d->no_memory = true;
				return;
			}
			/* IPv4 first */
			for (at = s->n_subnets++; at && net.family == AF_INET && s->subnets[at - 1].family != AF_INET; at--)
				s->subnets[at] = s->subnets[at - 1];
			s->subnets[at] = net;
		}
}

void isle_dump_segments(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_nets; i++)
		d->nets[i]->segment = d->nets[i];
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < d->n_wires; i++) {
			struct isle_dump_net **n = d->wires[i]->net;

			if (!n[0] || n[0]->segment == n[1]->segment)
				continue;
			again = true;
			if (index_of(d, n[0]->segment) < index_of(d, n[1]->segment))
				n[1]->segment = n[0]->segment;
			else
				n[0]->segment = n[1]->segment;
		}
	}
}

static void add_host(struct isle_dump *d, size_t *n, struct isle_dump_host *h)
{
	for (size_t i = 0; i < *n; i++)
		if (d->order[i] == h)
			return;
	d->order[(*n)++] = h;
}

static int hosts(const void *a, const void *b)
{
	return isle_dump_natural((*(struct isle_dump_host *const *)a)->name, (*(struct isle_dump_host *const *)b)->name);
}

static void find_lowest(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; k < d->n_nets; k++)
			for (size_t m = 0; d->nets[i]->bridge && d->nets[k]->bridge == d->nets[i]->bridge && m < d->nets[k]->n_members; m++) {
				const struct isle_ip *ip = lowest(d->nets[k]->members[m]), **low = &d->nets[i]->lowest;

				if (ip && (!*low || isle_ip_cmp(ip, *low) < 0))
					*low = ip;
			}
}

static void order_hosts(struct isle_dump *d)
{
	size_t n = 0, met;

	d->order = isle_dump_alloc(d, d->n_hosts * sizeof(struct isle_dump_host *));
	if (!d->order)
		return;
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; k < d->nets[i]->n_members; k++)
			add_host(d, &n, d->nets[i]->members[k]->host);
	met = n;
	for (size_t i = 0; i < d->n_hosts; i++)
		add_host(d, &n, &d->hosts[i]);
	qsort(d->order + met, n - met, sizeof(struct isle_dump_host *), hosts);
}

/* As the file attaches them: networks that list the host, links, the uplink; lo is last. */
static void order_ifaces(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_hosts; i++)
		d->hosts[i].n_ifaces = 0;
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; k < d->nets[i]->n_members; k++) {
			struct isle_dump_iface *f = d->nets[i]->members[k];

			f->host->ifaces[f->host->n_ifaces++] = f;
		}
	for (size_t i = 0; i < d->n_wires; i++)
		for (int k = 0; k < 2 && d->wires[i]->iface[0]; k++) {
			struct isle_dump_iface *f = d->wires[i]->iface[k];

			f->host->ifaces[f->host->n_ifaces++] = f;
		}
	for (size_t i = 0; i < d->n_hosts; i++) {
		struct isle_dump_host *h = &d->hosts[i];

		for (size_t k = 0; k < h->n_kinds; k++)
			h->ifaces[h->n_ifaces++] = h->kinds[k];
		if (h->uplink)
			h->ifaces[h->n_ifaces++] = h->uplink;
		if (h->lo)
			h->ifaces[h->n_ifaces++] = h->lo;
	}
}

/* Two interfaces of one host on one network: the file wants a name for the second. */
static void name_doubles(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; k < d->nets[i]->n_members; k++)
			for (size_t m = 0; m < k; m++)
				if (d->nets[i]->members[k]->host == d->nets[i]->members[m]->host)
					d->nets[i]->members[k]->name.level = 1;
	for (size_t i = 0; i < d->n_wires; i++)
		if (d->wires[i]->iface[0] && d->wires[i]->iface[0]->host == d->wires[i]->iface[1]->host)
			d->wires[i]->iface[0]->name.level = d->wires[i]->iface[1]->name.level = 1;
}

void isle_dump_order(struct isle_dump *d)
{
	find_lowest(d);
	if (d->n_nets)
		qsort(d->nets, d->n_nets, sizeof(struct isle_dump_net *), nets);
	for (size_t i = 0; i < d->n_nets; i++)
		if (d->nets[i]->n_members)
			qsort(d->nets[i]->members, d->nets[i]->n_members, sizeof(struct isle_dump_iface *), members);
	for (size_t i = 0; i < d->n_wires; i++)
		turn(d, d->wires[i]);
	if (d->n_wires)
		qsort(d->wires, d->n_wires, sizeof(struct isle_dump_wire *), wires);
	isle_dump_segments(d);
	for (size_t i = 0; i < d->n_nets && !d->no_memory; i++)
		add_subnets(d, d->nets[i]);
	order_hosts(d);
	order_ifaces(d);
	name_doubles(d);
}
