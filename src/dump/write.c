/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the lab file of a dump, as far as its facts are said: networks with their
 * members, hosts with what is special about them (host.c), links. Each
 * text is owned by the fact that it says, so that a mistake in it goes there.
 */
#include <net/if.h>
#include "dump/write.h"

#define USUAL_MTU 1500u

/* The host part that stands for all addresses of F in SUBNETS: ".80"; false: there is none. */
static bool put_part(struct isle_buf *out, const struct isle_dump_iface *f, const struct isle_ip *subnets, size_t n)
{
	const struct isle_ip *v4 = &f->addresses[0];

	for (size_t digits = 1; v4->family == AF_INET && f->n_addresses == n && digits < 4; digits++) {
		uint16_t parts[4];
		size_t same = 0;

		for (size_t i = 0; i < digits; i++)
			parts[i] = v4->b[4 - digits + i];
		for (size_t i = 0; i < n; i++) {
			struct isle_ip ip;

			same += isle_lab_host_part(&subnets[i], parts, digits, &ip) && isle_ip_equal(&ip, &f->addresses[i]) &&
				f->addresses[i].len == subnets[i].len;
		}
		if (same != n)
			continue;
		for (size_t i = 0; i < digits; i++)
			isle_buf_printf(out, "%s.%u", i ? "" : " ", parts[i]);
		return true;
	}
	return false;
}

/* In full; with its length where that does not go without saying. */
static void put_full(struct isle_buf *out, const struct isle_dump_iface *f, const struct isle_ip *subnets, size_t n)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < f->n_addresses; i++) {
		size_t in = 0;

		for (size_t k = 0; k < n; k++)
			in += isle_ip_contains(&subnets[k], &f->addresses[i]);
		isle_buf_printf(out, " %s", isle_ip_text(&f->addresses[i], in != 1, text));
	}
}

static void put_addresses(struct isle_buf *out, const struct isle_dump_iface *f)
{
	const struct isle_ip *subnets = f->net ? f->net->segment->subnets : NULL;
	const size_t n = f->net ? f->net->segment->n_subnets : 0;

	if (f->wire && (!f->n_addresses || f->wire->subnet.refused))
		isle_buf_puts(out, f->wire->subnet.level ? " none" : "");
	else if (f->wire)
		(void)(f->wire->subnet.level == 2 ? put_full(out, f, NULL, 0) : (void)0);
	else if (n && (!f->n_addresses || f->address.refused))
		isle_buf_puts(out, " none");
	else if (n && f->address.level && (f->address.level > 1 || !put_part(out, f, subnets, n)))
		put_full(out, f, subnets, n);
}

static void put_ref(struct isle_buf *out, const struct isle_dump_iface *f)
{
	isle_buf_puts(out, f->host->name);
	if (f->name.level)
		isle_buf_printf(out, ":%s", f->link->name);
	put_addresses(out, f);
}

/* Nothing but the host's name. */
static bool is_bare(const struct isle_dump_iface *f)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	put_addresses(&b, f);
	return !b.n && !f->name.level;
}

size_t isle_dump_run(const char *(*name)(const void *, size_t), const void *of, size_t from, size_t n)
{
	size_t to = from;

	for (; to + 1 < n; to++) {
		const char *a = name(of, to), *b = name(of, to + 1);
		size_t digits = a ? isle_str_digits(a) : 0, more = b ? isle_str_digits(b) : 0, stem;
		uint64_t i, k;

		if (!digits || !more || digits > 9 || more > 9)
			break;
		stem = strlen(a) - digits;
		i = strtoull(a + stem, NULL, 10);
		k = strtoull(b + strlen(b) - more, NULL, 10);
		/* a number without zeros in front may grow */
		if (stem != strlen(b) - more || strncmp(a, b, stem) || k != i + 1 ||
		    (digits != more && (a[stem] == '0' || more != digits + 1)))
			break;
	}
	return to - from + 1 >= 3 ? to - from + 1 : 1;
}

static const char *member_name(const void *of, size_t i)
{
	const struct isle_dump_net *n = of;

	return is_bare(n->members[i]) ? n->members[i]->host->name : NULL;
}

static const char *last_digits(const char *name)
{
	return name + strlen(name) - isle_str_digits(name);
}

static void write_members(struct isle_dump *d, struct isle_texts *t, struct isle_text *net, const struct isle_dump_net *n)
{
	struct isle_text *list = isle_text_key(t, net, "hosts");

	list->is_list = true;
	for (size_t i = 0, run; i < n->n_members; i += run) {
		isle_auto(buf) struct isle_buf b = { 0 };
		struct isle_dump_iface *f = n->members[i];

		run = d->ranges && is_bare(f) ? isle_dump_run(member_name, n, i, n->n_members) : 1;
		put_ref(&b, f);
		if (run > 1)
			isle_buf_printf(&b, "..%s", last_digits(n->members[i + run - 1]->host->name));
		d->no_memory |= b.bad;
		isle_text_item(t, list, "%s", b.s ? b.s : "")->owner = &f->address;
	}
}

void isle_dump_put_subnets(struct isle_texts *t, struct isle_text *at, const struct isle_ip *nets, size_t n)
{
	struct isle_text *key = isle_text_key(t, at, "subnet");
	char text[ISLE_IP_TEXT];

	if (!n)
		isle_text_value(t, key, "none");
	else if (n == 1)
		isle_text_value(t, key, "%s", isle_ip_text(&nets[0], true, text));
	for (size_t i = 0; n > 1 && i < n; i++)
		isle_text_item(t, key, "%s", isle_ip_text(&nets[i], true, text));
}

static void write_notes(struct isle_texts *t, struct isle_text *at, const char *const *notes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		isle_text_note(t, at, "%s", notes[i]);
}

static void write_net(struct isle_dump *d, struct isle_texts *t, struct isle_text *nets, struct isle_dump_net *n)
{
	struct isle_text *at = isle_text_key(t, nets, n->name);
	const uint32_t mtu = n->bridge ? n->bridge->mtu : n->wire->mtu;
	char text[ISLE_IP_TEXT];

	write_notes(t, at, n->notes, n->n_notes);
	at->owner = &n->subnet;
	if (n->segment == n && n->subnet.level)
		isle_dump_put_subnets(t, at, n->subnets, n->n_subnets);
	if (n->gateway_iface)
		isle_text_value(t, isle_text_key(t, at, "gateway"), "%s", n->gateway_iface->host->name);
	else if (n->gateway[0].family || n->gateway[1].family)
		isle_text_value(t, isle_text_key(t, at, "gateway"), "%s", isle_ip_text(&n->gateway[!n->gateway[0].family], false, text));
	if (mtu != USUAL_MTU)
		isle_text_value(t, isle_text_key(t, at, "mtu"), "%u", mtu);
	if (n->vlan_of)
		isle_text_value(t, isle_text_key(t, at, "vlan"), "%s/%u", n->vlan_of->name, n->vlan);
	else if (n->bridge)
		isle_dump_write_switch(d, t, at, n);
	if (n->n_members)
		write_members(d, t, at, n);
}

/* Is it said of both ends alike? Then the link says it. */
bool isle_dump_is_of_wire(const struct isle_dump_wire *w, size_t fact)
{
	const struct isle_fact *a, *b;

	if (!w || !w->iface[0])
		return false;
	a = (const struct isle_fact *)(const void *)((const char *)w->iface[0] + fact);
	b = (const struct isle_fact *)(const void *)((const char *)w->iface[1] + fact);
	return a->level && b->level && !a->refused && !b->refused && w->end[0]->mtu == w->end[1]->mtu;
}

static bool is_up(const struct isle_snap_link *l)
{
	return !l || l->flags & IFF_UP;
}

static void write_options(struct isle_texts *t, struct isle_text *at, struct isle_dump_wire *w)
{
	struct isle_ip nets[16];
	size_t n = 0;

	for (int k = 0; k < 2 && w->iface[0]; k++)
		for (size_t i = 0; i < w->iface[k]->n_addresses && n < ISLE_COUNT(nets); i++) {
			size_t m = 0;

			nets[n] = isle_ip_network(&w->iface[k]->addresses[i]);
			while (isle_ip_cmp(&nets[m], &nets[n]))
				m++;
			n += m == n;
		}
	if (w->iface[0] && w->subnet.level && (w->subnet.refused || w->subnet.level == 1 || !n))
		isle_dump_put_subnets(t, at, nets, w->subnet.refused ? 0 : n);
	if (w->iface[0] ? isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, mtu)) : w->end[0] && w->end[0]->mtu != USUAL_MTU)
		isle_text_value(t, isle_text_key(t, at, "mtu"), "%u", w->end[0]->mtu);
	if (w->iface[0] ? isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, state)) && !is_up(w->end[0]) && !is_up(w->end[1])
			: !is_up(w->end[0]) || !is_up(w->end[1]))
		isle_text_value(t, isle_text_key(t, at, "state"), "down");
	if (!w->iface[0])
		isle_dump_write_ports(t, at, w);
}

static bool is_bare_wire(const struct isle_dump_wire *w)
{
	return w->iface[0] && is_bare(w->iface[0]) && is_bare(w->iface[1]) && !w->subnet.level &&
	       !isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, mtu)) &&
	       !isle_dump_is_of_wire(w, offsetof(struct isle_dump_iface, state));
}

static const char *wire_name(const struct isle_dump *d, size_t i, int end)
{
	return is_bare_wire(d->wires[i]) ? d->wires[i]->iface[end]->host->name : NULL;
}
static const char *left_name(const void *of, size_t i) { return wire_name(of, i, 0); }
static const char *right_name(const void *of, size_t i) { return wire_name(of, i, 1); }

/* How many wires from the I-th on are pairs in step. */
static size_t wires_in_step(const struct isle_dump *d, size_t i)
{
	size_t left = isle_dump_run(left_name, d, i, d->n_wires), right = isle_dump_run(right_name, d, i, d->n_wires);

	return left < right ? left : right;
}

static void write_wires(struct isle_dump *d, struct isle_texts *t, struct isle_text *top)
{
	struct isle_text *list = d->n_wires ? isle_text_key(t, top, "links") : NULL;

	for (size_t i = 0, run; i < d->n_wires; i += run) {
		isle_auto(buf) struct isle_buf b = { 0 };
		struct isle_dump_wire *w = d->wires[i];
		struct isle_text *at;

		run = d->ranges && is_bare_wire(w) ? wires_in_step(d, i) : 1;
		for (int k = 0; k < 2; k++) {
			isle_buf_puts(&b, k ? " -- " : "");
			if (w->iface[0])
				put_ref(&b, w->iface[k]);
			else
				isle_buf_puts(&b, w->net[k]->name);
			if (run > 1)
				isle_buf_printf(&b, "..%s", last_digits(d->wires[i + run - 1]->iface[k]->host->name));
		}
		d->no_memory |= b.bad;
		at = isle_text_item(t, list, "%s", b.s ? b.s : "");
		at->owner = &w->subnet;
		if (w->subnet.refused)
			isle_text_note(t, at, "its addresses: %s", w->subnet.refused);
		if (run == 1)
			write_options(t, at, w);
	}
}

struct isle_text *isle_dump_write(struct isle_dump *d, struct isle_texts *t)
{
	struct isle_text *top = isle_text_top(t), *nets;

	write_notes(t, top, d->notes, d->n_notes);
	top->block = true;
	isle_text_value(t, isle_text_key(t, top, "lab"), "%s", d->lab);
	if (d->routing_static)
		isle_text_value(t, isle_text_key(t, top, "routing"), "static");
	nets = d->n_nets ? isle_text_key(t, top, "networks") : NULL;
	for (size_t i = 0; i < d->n_nets; i++) {
		nets->block = true;
		write_net(d, t, nets, d->nets[i]);
	}
	isle_dump_write_hosts(d, t, top);
	write_wires(d, t, top);
	return top;
}
