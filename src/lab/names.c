/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names inside the lab: which of a host's addresses another one uses, and
 * the hosts files that say so. The order depends on who asks only where a host
 * has addresses on several subnets: hosts that stand in the same ones of the
 * subnets where such a host is, have the same file. That is what a class is,
 * and why a star of thousands has one file and not thousands.
 */
#include "lab/build.h"

/*
 * Where F is among those that share subnets: its wire's number; 0 for all that have a kind, whose written subnets alone
 * say what they share; -1: nowhere.
 */
static int64_t place_of(const struct isle_iface *f)
{
	const struct isle_wire *w = isle_biface(f)->wire;

	return w ? (int64_t)w->id + 1 : f->kind ? 0 : -1;
}

/* Is this address of F on a subnet that FROM is on? */
static bool is_shared(const struct isle_host *from, const struct isle_iface *f, const struct isle_ip *a)
{
	const int64_t place = place_of(f);

	for (size_t i = 0; place >= 0 && i < from->n_ifaces; i++) {
		const struct isle_iface *mine = from->ifaces[i];

		if (place_of(mine) != place)
			continue;
		for (size_t k = 0; k < mine->n_addresses; k++)
			if (isle_ip_contains(&mine->addresses[k], a))
				return true;
	}
	return false;
}

struct pick { struct isle_ip ip; const struct isle_iface *iface; };

/* An uplink's address is used only where there is no other: nobody in the lab is on that subnet. */
static bool has_own(const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		if (!h->ifaces[i]->is_uplink && h->ifaces[i]->n_addresses)
			return true;
	return false;
}

static size_t pick(const struct isle_host *from, const struct isle_host *to, struct pick *ret, size_t max)
{
	bool own = has_own(to);
	size_t n = 0;

	for (int shared = 1; shared >= 0; shared--)
		for (size_t i = 0; i < to->n_ifaces; i++) {
			const struct isle_iface *f = to->ifaces[i];

			for (size_t k = 0; k < f->n_addresses && !(own && f->is_uplink); k++) {
				if ((from == to || is_shared(from, f, &f->addresses[k])) != shared)
					continue;
				if (n < max)
					ret[n] = (struct pick){ f->addresses[k], f };
				n++;
			}
		}
	return n;
}

bool isle_host_has_family(const struct isle_host *h, uint8_t family)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++)
			if (h->ifaces[i]->addresses[k].family == family)
				return true;
	return false;
}

size_t isle_lab_addresses(const struct isle_host *from, const struct isle_host *target, struct isle_ip *ret, size_t max)
{
	struct pick few[16];
	isle_auto(free) struct pick *many = NULL;
	size_t n = pick(from, target, few, ISLE_COUNT(few)), at_most = n < max ? n : max;
	struct pick *all = few;

	if (at_most > ISLE_COUNT(few)) {
		all = many = calloc(n, sizeof(*many));
		if (!many)
			at_most = ISLE_COUNT(few), all = few;
		else
			pick(from, target, many, n);
	}
	for (size_t i = 0; i < at_most; i++)
		ret[i] = all[i].ip;
	return n;
}

static void put_line(struct isle_buf *out, const struct isle_host *h, const struct pick *p)
{
	char text[ISLE_IP_TEXT];

	isle_buf_printf(out, "%s\t%s", isle_ip_text(&p->ip, false, text), h->name);
	if (p->iface->network)
		isle_buf_printf(out, " %s.%s", h->name, p->iface->network->name);
	for (size_t i = 0; i < h->n_aliases; i++)
		isle_buf_printf(out, " %s", h->aliases[i]);
	isle_buf_puts(out, "\n");
}

int isle_lab_hosts_file(const struct isle_lab *lab, const struct isle_host *from, struct isle_buf *out)
{
	isle_auto(free) struct pick *all = NULL;
	size_t cap = 0;

	isle_buf_puts(out, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *to = lab->hosts[i];
		size_t n = pick(from, to, all, cap);

		if (n > cap) {
			free(all);
			cap = 2 * n;
			all = calloc(cap, sizeof(*all));
			if (!all)
				return -ENOMEM;
			pick(from, to, all, cap);
		}
		for (size_t k = 0; k < n; k++)
			put_line(out, to, &all[k]);
	}
	return out->bad ? -ENOMEM : 0;
}

/* Does the order of this host's addresses depend on who asks? */
static bool is_many(const struct isle_host *h)
{
	struct isle_ip first[2] = { 0 };
	int64_t place = -1;

	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++) {
			struct isle_ip net = isle_ip_network(&h->ifaces[i]->addresses[k]);
			struct isle_ip *seen = &first[isle_family_index(&net)];

			if (h->ifaces[i]->is_uplink)
				continue;
			if ((place >= 0 && place_of(h->ifaces[i]) != place) || (seen->family && isle_ip_cmp(seen, &net)))
				return true;
			if (place_of(h->ifaces[i]) >= 0)
				place = place_of(h->ifaces[i]);
			*seen = net;
		}
	return false;
}

/* The wires, by place_of(), where the order of a member's addresses depends on who asks. */
static bool *mark_wires(const struct isle_lab *lab)
{
	bool *marks = calloc(lab->n_segments + lab->n_links + 2, sizeof(*marks));

	for (size_t i = 0; marks && i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (!is_many(h))
			continue;
		for (size_t k = 0; k < h->n_ifaces; k++)
			if (place_of(h->ifaces[k]) >= 0)
				marks[place_of(h->ifaces[k])] = true;
	}
	return marks;
}

static int by_id(const void *x, const void *y)
{
	return memcmp(x, y, 24);
}

/* What of H decides its class: its subnets on marked wires, each a wire's number and a prefix of 20 bytes. */
static bool signature(const struct isle_host *h, const bool *marks, struct isle_buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		const int64_t place = place_of(h->ifaces[i]);

		for (size_t k = 0; place >= 0 && marks[place] && k < h->ifaces[i]->n_addresses; k++) {
			struct isle_ip net = isle_ip_network(&h->ifaces[i]->addresses[k]);
			char part[24] = { 0 };

			for (int c = 0; c < 4; c++)
				part[c] = (char)(place >> (24 - 8 * c) & 0xff);
			part[4] = (char)net.family;
			part[5] = (char)net.len;
			memcpy(part + 6, net.b, sizeof(net.b));
			isle_buf_put(out, part, sizeof(part));
		}
	}
	if (out->bad)
		return false;
	if (out->n > from)
		qsort(out->s + from, (out->n - from) / 24, 24, by_id);
	return true;
}

size_t isle_lab_hosts_classes(const struct isle_lab *lab, uint32_t *classes)
{
	struct isle_iset seen = { 0 };
	isle_auto(buf) struct isle_buf sig = { 0 };
	bool *marks = mark_wires(lab);
	size_t n = 0;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		struct isle_ip key = { .family = 1 };
		uint32_t *first;
		uint64_t h;

		sig.n = 0;
		/* without memory everybody is a class: slower, not wrong */
		if (!marks || !signature(lab->hosts[i], marks, &sig)) {
			classes[i] = (uint32_t)n++;
			continue;
		}
		h = isle_fnv1a_n(sig.s, sig.n);
		memcpy(key.b, &h, sizeof(h));
		first = isle_iset_get(&seen, (uint32_t)sig.n, &key);
		classes[i] = first ? *first : (uint32_t)n++;
		if (!first)
			isle_iset_put(&seen, (uint32_t)sig.n, &key, &classes[i]);
	}
	isle_iset_done(&seen);
	free(marks);
	return n;
}
