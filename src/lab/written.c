/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses that the file writes, all of them before any is assigned. A
 * host part replaces the last octets of each subnet's network address; an IPv6
 * subnet takes the same digits, unless the same REF says something of its own
 * about IPv6. No address is on a wire twice; none is a subnet's own address.
 */
#include "lab/build.h"

const char *isle_lab_not_a_host(const struct isle_ip *net, const struct isle_ip *ip)
{
	struct isle_ip first = isle_ip_network(net), last = isle_ip_broadcast(net);

	if (net->len + 1u >= isle_ip_bits(net))
		return NULL;
	if (isle_ip_equal(ip, &first))
		return net->family == AF_INET ? "the network address" : "the subnet's anycast address";
	return net->family == AF_INET && isle_ip_equal(ip, &last) ? "the broadcast address" : NULL;
}

/* The digits of N, read as hexadecimal. */
static uint16_t as_digits(unsigned n)
{
	unsigned v = 0;

	for (unsigned shift = 0; n; n /= 10, shift += 4)
		v |= n % 10 << shift;
	return (uint16_t)v;
}

bool isle_lab_host_part(const struct isle_ip *net, const uint16_t *parts, size_t n, struct isle_ip *ret)
{
	struct isle_ip ip = isle_ip_network(net);

	for (size_t i = 0; i < n; i++) {
		unsigned v6 = as_digits(parts[i]);

		if (ip.family == AF_INET && (parts[i] > 255 || n > 4))
			return false;
		if (ip.family == AF_INET) {
			ip.b[4 - n + i] = (uint8_t)parts[i];
		} else {
			ip.b[16 - 2 * (n - i)] = (uint8_t)(v6 >> 8);
			ip.b[17 - 2 * (n - i)] = (uint8_t)v6;
		}
	}
	*ret = ip;
	return isle_ip_contains(net, &ip);
}

int isle_lab_add_address(struct isle_build *b, struct isle_biface *f, const struct isle_ip *ip)
{
	struct isle_ip key = *ip;

	if (!isle_arena_grow(b->arena, &f->pub.addresses, f->pub.n_addresses, &f->cap_addresses,
			     sizeof(*f->pub.addresses)))
		return -ENOMEM;
	f->pub.addresses[f->pub.n_addresses++] = *ip;
	if (ip->family == AF_INET6)
		f->pub.has_ipv6 = b->lab->has_ipv6 = true;
	key.len = 0;
	return f->wire ? isle_iset_put(&b->addresses, f->wire->id, &key, f) : 0;
}

/* Take IP for F, unless another has it. */
static int claim(struct isle_build *b, struct isle_biface *f, const struct isle_ip *ip, const struct isle_loc *loc)
{
	struct isle_ip key = *ip;
	const struct isle_biface *old;
	char text[ISLE_IP_TEXT];

	key.len = 0;
	old = f->wire ? isle_iset_get(&b->addresses, f->wire->id, &key) : NULL;
	for (size_t i = 0; !f->wire && i < f->pub.n_addresses; i++)
		if (isle_ip_equal(&f->pub.addresses[i], ip))
			old = f;
	if (!old)
		return isle_lab_add_address(b, f, ip);
	if (!isle_lab_once(b, loc, "taken"))
		return 0;
	isle_reject(b->diag, loc, "%s is taken: '%s' has it on '%s' already", isle_ip_text(ip, false, text),
		    old->pub.host->name,
		    f->wire ? f->wire->name : f->pub.name);
	isle_hint(b->diag, "the other one is on line %u", old->pub.loc.line);
	return 0;
}

static void reject_outside(struct isle_build *b, const struct isle_biface *f, const struct isle_ip *ip,
			   const struct isle_loc *loc)
{
	const struct isle_wire *w = f->wire;
	char text[ISLE_IP_TEXT], net[ISLE_IP_TEXT];
	const struct isle_ip *same = NULL;
	struct isle_ip wanted = *ip;
	size_t n = 0;

	if (!isle_lab_once(b, loc, "outside"))
		return;
	for (size_t i = 0; i < w->n_subnets; i++)
		if (w->subnets[i].family == ip->family && n++ == 0)
			same = &w->subnets[i];
	isle_ip_text(ip, false, text);
	if (n == 1)
		isle_reject(b->diag, loc, "%s is not in %s of '%s'", text, isle_ip_text(same, true, net), w->name);
	else
		isle_reject(b->diag, loc, "%s is in no %s subnet of '%s'", text, ip->family == AF_INET ? "IPv4" : "IPv6",
			    w->name);
	if (wanted.len == isle_ip_bits(&wanted))
		wanted.len = ip->family == AF_INET ? 24 : 64;
	wanted = isle_ip_network(&wanted);
	isle_hint(b->diag, "if it is meant, a `subnet` of the %s must have it: %s", w->segment ? "network" : "link",
		  isle_ip_text(&wanted, true, net));
}

static bool is_host(struct isle_build *b, const struct isle_biface *f, const struct isle_ip *ip,
		    const struct isle_loc *loc)
{
	const char *why = isle_lab_not_a_host(ip, ip), *special;
	struct isle_ip bare = *ip;
	char text[ISLE_IP_TEXT], in[ISLE_IP_TEXT];

	bare.len = (uint8_t)isle_ip_bits(ip);
	special = isle_lab_special(&bare, f->pub.is_lo);
	isle_ip_text(ip, false, text);
	if ((why || special) && isle_lab_once(b, loc, "not a host")) {
		struct isle_ip net = isle_ip_network(ip);

		if (why)
			isle_reject(b->diag, loc, "%s is not a host's address: it is %s of %s", text, why,
				    isle_ip_text(&net, true, in));
		else
			isle_reject(b->diag, loc, "%s is not a host's address: %s", text, special);
	}
	return !why && !special;
}

static void reject_bare(struct isle_build *b, const struct isle_wire *w, const struct isle_ip *ip,
			const struct isle_loc *loc)
{
	char text[ISLE_IP_TEXT];

	if (!isle_lab_once(b, loc, "bare"))
		return;
	isle_reject(b->diag, loc, "%s has no length, and '%s' has no subnet to take it from",
		    isle_ip_text(ip, false, text), w->name);
	isle_hint(b->diag, "write %s/%d", text, ip->family == AF_INET ? 24 : 64);
}

/* An address in full; HAS_LEN: its length was written. */
static int add_full(struct isle_build *b, struct isle_biface *f, struct isle_ip ip, bool has_len,
		    const struct isle_loc *loc)
{
	const struct isle_wire *w = f->wire;
	const struct isle_ip *in = NULL;
	char text[ISLE_IP_TEXT], net[ISLE_IP_TEXT];

	for (size_t i = 0; i < w->n_subnets; i++)
		if (isle_ip_contains(&w->subnets[i], &ip) && (!in || (has_len && w->subnets[i].len == ip.len)))
			in = &w->subnets[i];
	if (!in && w->n_subnets) {
		reject_outside(b, f, &ip, loc);
		return 0;
	}
	if (in && has_len && in->len != ip.len) {
		if (!isle_lab_once(b, loc, "length"))
			return 0;
		isle_reject(b->diag, loc, "%s: the subnet of '%s' is %s", isle_ip_text(&ip, true, text), w->name,
			    isle_ip_text(in, true, net));
		isle_hint(b->diag, "leave the length out");
		return 0;
	}
	if (!in && !has_len) {
		reject_bare(b, w, &ip, loc);
		return 0;
	}
	if (in)
		ip.len = in->len;
	return is_host(b, f, &ip, loc) ? claim(b, f, &ip, loc) : 0;
}

/* The octets of a host part moved on by ADD, as a range counts up. Returns how many there are. */
static size_t count_up(const struct isle_doc_addr *a, uint16_t octets[8])
{
	uint64_t v = a->add;
	size_t n = a->n_part;

	for (size_t i = 8; i-- > 0; v >>= 8) {
		if (i >= 8u - n)
			v += a->part[i - (8 - n)];
		octets[i] = (uint16_t)(v & 0xff);
	}
	while (n < 8 && octets[7 - n])
		n++;
	memmove(octets, octets + 8 - n, n * sizeof(*octets));
	return n;
}

/* Does REF say something of its own about IPv6? */
static bool has_v6(const struct isle_doc_ref *r)
{
	for (size_t i = 0; i < r->n_addrs; i++)
		if (r->addrs[i].form == ISLE_ADDR_PART ? r->addrs[i].v6_only :
							 r->addrs[i].ip.family == AF_INET6)
			return true;
	return false;
}

/* Host part A in NET; false: does not fit. */
static bool part_in(const struct isle_doc_addr *a, const struct isle_ip *net, struct isle_ip *ret)
{
	uint16_t octets[8];

	if (!a->v6_only)
		return isle_lab_host_part(net, octets, count_up(a, octets), ret);
	*ret = isle_ip_network(net);
	for (size_t i = 0; i < a->n_part; i++) {
		uint8_t *g = &ret->b[16 - 2 * (a->n_part - i)];

		g[0] = (uint8_t)(a->part6[i] >> 8);
		g[1] = (uint8_t)a->part6[i];
	}
	return isle_ip_add(ret, a->add) && isle_ip_contains(net, ret);
}

static int add_part(struct isle_build *b, struct isle_biface *f, const struct isle_doc_ref *r,
		    const struct isle_doc_addr *a)
{
	const struct isle_wire *w = f->wire;
	bool used = false, v4_only = !a->v6_only && has_v6(r);

	for (size_t i = 0; i < w->n_subnets; i++) {
		const struct isle_ip *net = &w->subnets[i];
		char text[ISLE_IP_TEXT];
		struct isle_ip ip;

		if (net->family == AF_INET ? a->v6_only : v4_only)
			continue;
		used = true;
		if (!part_in(a, net, &ip)) {
			if (isle_lab_once(b, &a->loc, "outside"))
				isle_reject(b->diag, &a->loc, "the host part of '%s' does not fit in %s of '%s'",
					    f->pub.host->name, isle_ip_text(net, true, text), w->name);
			continue;
		}
		ip.len = net->len;
		if (is_host(b, f, &ip, &a->loc) && claim(b, f, &ip, &a->loc) < 0)
			return -ENOMEM;
	}
	if (!used && isle_lab_once(b, &a->loc, "no subnet"))
		isle_reject(b->diag, &a->loc, "a host part, but '%s' has no %s subnet", w->name,
			    a->v6_only ? "IPv6" : v4_only ? "IPv4" : "such");
	return 0;
}

static int add_ref(struct isle_build *b, struct isle_biface *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->ref->n_addrs; i++) {
		const struct isle_doc_addr *a = &f->ref->addrs[i];
		struct isle_ip ip = a->ip;

		if (a->form == ISLE_ADDR_NONE)
			f->quiet = true;
		else if (a->form == ISLE_ADDR_PART)
			r = add_part(b, f, f->ref, a);
		else if (isle_ip_add(&ip, a->add))
			r = add_full(b, f, ip, a->has_len, &a->loc);
	}
	return r;
}

/* At the end of a link out of the lab: there is no subnet that a length could come from. */
static int add_out(struct isle_build *b, struct isle_biface *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->ref->n_addrs; i++) {
		const struct isle_doc_addr *a = &f->ref->addrs[i];
		struct isle_ip ip = a->ip;

		if (a->form == ISLE_ADDR_NONE)
			continue;
		if (a->form == ISLE_ADDR_IP && a->has_len) {
			if (isle_ip_add(&ip, a->add) && is_host(b, f, &ip, &a->loc))
				r = claim(b, f, &ip, &a->loc);
		} else if (isle_lab_once(b, &a->loc, "bare")) {
			isle_reject(b->diag, &a->loc, "an address on a link out of the lab needs its length: there is no subnet");
			isle_hint(b->diag, "as 10.0.0.1/24");
		}
	}
	return r;
}

/* The kernel gives these two to every lo that is up, and would refuse them. */
static bool is_there_already(struct isle_build *b, const struct isle_doc_prefix *p)
{
	static const struct isle_ip always[] = { { AF_INET, 8, { 127, 0, 0, 1 } }, { AF_INET6, 128, { [15] = 1 } } };
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < ISLE_COUNT(always); i++) {
		if (isle_ip_cmp(&p->ip, &always[i]))
			continue;
		if (isle_lab_once(b, &p->loc, "always"))
			isle_reject(b->diag, &p->loc, "lo has %s anyway", isle_ip_text(&p->ip, true, text));
		return true;
	}
	return false;
}

/* `addresses` of an interface. Those of lo and uplink are as they are. */
static int add_entry(struct isle_build *b, struct isle_biface *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->doc->n_addresses; i++) {
		const struct isle_doc_prefix *p = &f->doc->addresses[i];
		bool has_len = p->ip.len < isle_ip_bits(&p->ip) || (f->wire && !f->wire->n_subnets);

		if (f->wire)
			r = add_full(b, f, p->ip, has_len, &p->loc);
		else if (f->pub.is_uplink)
			is_host(b, f, &p->ip, &p->loc);	/* taken behind those of its subnets */
		else if (!is_there_already(b, p) && is_host(b, f, &p->ip, &p->loc))
			r = claim(b, f, &p->ip, &p->loc);
	}
	return r;
}

int isle_lab_written(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		const struct isle_host *h = b->lab->hosts[i];

		for (size_t k = 0; k < h->n_ifaces; k++) {
			struct isle_biface *f = isle_biface(h->ifaces[k]);

			if (f->ref && f->wire && add_ref(b, f) < 0)
				return -ENOMEM;
			if (f->how == ISLE_HOW_WIRE && add_out(b, f) < 0)
				return -ENOMEM;
			if (f->doc && (f->wire || !f->ref || f->how == ISLE_HOW_WIRE) && add_entry(b, f) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}
