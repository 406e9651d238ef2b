/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what else a host has. A nameserver written as a host is the address that
 * the asking host uses for it; who writes none is answered by the machine's own
 * upstreams, if the lab has a way out. A sysctl that names an interface must name
 * one of the host's.
 */
#include "lab/build.h"

static void add(struct isle_build *b, struct isle_host *h, const struct isle_word *w)
{
	struct isle_ip *ret = &h->dns[h->n_dns];
	const struct isle_bhost *to;

	if (isle_ip_parse(w->s, strlen(w->s), ret, NULL)) {
		h->n_dns++;
		return;
	}
	to = isle_lab_find_host(b, w->s);
	if (!to) {
		isle_lab_unknown(b, w, "host");
	} else if (isle_lab_addresses(h, &to->pub, ret, 1)) {
		ret->len = (uint8_t)isle_ip_bits(ret);
		h->n_dns++;
	} else if (isle_lab_once(b, &w->loc, "dns")) {
		isle_reject(b->diag, &w->loc, "nameserver '%s' has no address", w->s);
	}
}

static bool has_iface(const struct isle_host *h, const char *s)
{
	static const char *const always[] = { "all", "default", "lo" };

	for (size_t i = 0; i < ISLE_COUNT(always) + h->n_ifaces; i++) {
		const char *name = i < ISLE_COUNT(always) ? always[i] : h->ifaces[i - ISLE_COUNT(always)]->name;
		size_t n = strlen(name);

		if (strncmp(s, name, n) == 0 && (s[n] == '.' || s[n] == '/'))
			return true;
	}
	return false;
}

static void check_sysctl(struct isle_build *b, const struct isle_host *h, const struct isle_word *w)
{
	static const char *const per_iface[] = { "net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh." };

	for (size_t i = 0; i < ISLE_COUNT(per_iface); i++) {
		size_t n = strlen(per_iface[i]);

		if (strncmp(w->s, per_iface[i], n) || has_iface(h, w->s + n) || !isle_lab_once(b, &w->loc, "sysctl"))
			continue;
		isle_reject(b->diag, &w->loc, "'%s' has no interface '%.*s'", h->name, (int)strcspn(w->s + n, "./"), w->s + n);
		isle_hint(b->diag, "it has %s%s", h->n_ifaces ? h->ifaces[0]->name : "lo", h->n_ifaces > 1 ? ", …" : "");
	}
}

int isle_lab_extras(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		struct isle_host *h = b->lab->hosts[i];
		const struct isle_doc_host *d = isle_bhost(h)->doc;

		h->dns = isle_arena_alloc(b->arena, d->n_dns * sizeof(*h->dns));
		h->sysctls = isle_arena_alloc(b->arena, d->n_sysctls * sizeof(*h->sysctls));
		if (!h->dns || !h->sysctls)
			return -ENOMEM;
		for (size_t k = 0; k < d->n_dns; k++)
			add(b, h, &d->dns[k]);
		h->dns_from_machine = !d->n_dns && b->lab->has_uplink;
		for (size_t k = 0; k < d->n_sysctls; k++) {
			check_sysctl(b, h, &d->sysctl_names[k]);
			h->sysctls[h->n_sysctls++] = (struct isle_sysctl){ d->sysctl_names[k].s, d->sysctl_values[k].s,
									   d->sysctl_names[k].loc };
		}
	}
	return 0;
}
