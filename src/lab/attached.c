/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: hosts whose network is somebody else's (`attach`). It has what the lab
 * gives it on the interfaces that it gets from the lab, because that goes with
 * them, and they go with the lab. What would stay behind, or would change what
 * the other one has made for himself, is refused here.
 */
#include "lab/build.h"

/* Each of an attached host says first what it is. */
static void refuse(struct isle_build *b, const struct isle_host *h, const struct isle_loc *loc, const char *why, const char *hint)
{
	if (!isle_lab_once(b, loc, "attached"))
		return;
	isle_reject(b->diag, loc, "'%s' has the network of %s: %s", h->name, isle_host_whose(h), why);
	isle_hint(b->diag, "%s", hint);
}

/* Names of interfaces may have dots, too. */
static bool is_of_lab_iface(const struct isle_host *h, const char *sysctl)
{
	for (const char *sep = strpbrk(sysctl, "./"); sep; sep = strpbrk(sep + 1, "./"))
		for (size_t i = 0; i < h->n_ifaces; i++) {
			const char *name = h->ifaces[i]->name;
			const size_t n = strlen(name);

			if (!h->ifaces[i]->is_lo && strncmp(sep + 1, name, n) == 0 && (sep[n + 1] == '.' || sep[n + 1] == '/'))
				return true;
		}
	return false;
}

static void check_sysctls(struct isle_build *b, const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_sysctls; i++)
		if (!is_of_lab_iface(h, h->sysctls[i].name))
			refuse(b, h, &h->sysctls[i].loc, "its parameters are not the lab's to set",
			       "those of an interface that it has of the lab are: net.ipv4.conf.lab0.…");
}

static void check_routes(struct isle_build *b, const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_routes; i++)
		if (!h->routes[i].n_hops)
			refuse(b, h, &h->routes[i].loc, "a route that leaves by no interface of the lab would outlive it",
			       "whoever made that network can give it one");
}

static void check_ifaces(struct isle_build *b, const struct isle_host *h)
{
	for (size_t i = 0; i < h->n_ifaces; i++) {
		const struct isle_iface *f = h->ifaces[i];

		if (f->is_lo)
			refuse(b, h, &f->loc, "its lo is not the lab's", "an address of its own can be on an interface of the lab");
		else if (f->kind && !(f->lower && f->lower->host == h))
			refuse(b, h, &f->loc, "an interface that is on none of the lab's would outlive it",
			       "on one of the lab's it may be: `link: IF`; or another host has it");
	}
}

static void check_host(struct isle_build *b, const struct isle_host *h)
{
	if (h->uplink.kind != ISLE_UPLINK_NONE)
		refuse(b, h, &h->uplink.loc, "its way out is not the lab's either", "let another host of the lab have the uplink");
	if (h->nft)
		refuse(b, h, &h->nft_loc, "its firewall is not the lab's", "`isle exec` and nft, by hand");
	for (size_t i = 0; i < h->n_rules; i++)
		refuse(b, h, &h->rules[i].loc, "a rule would outlive the lab", "whoever made that network can give it one");
	if (h->nft)
		refuse(b, h, &h->nft_loc, "its firewall is not the lab's", "whoever made that network can have such rules");
	check_sysctls(b, h);
	check_routes(b, h);
	check_ifaces(b, h);
}

static void check_twice(struct isle_build *b, const struct isle_host *h)
{
	for (size_t i = 0; i < h->index; i++) {
		const struct isle_host *other = b->lab->hosts[i];

		if (!isle_str_eq(other->attach, h->attach) || !isle_lab_once(b, &h->attach_loc, "attached twice"))
			continue;
		isle_reject(b->diag, &h->attach_loc, "'%s' and '%s' have the same network, of %s", other->name, h->name, isle_host_whose(h));
		isle_hint(b->diag, "one host can have all the links");
	}
}

int isle_lab_attached(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		if (!b->lab->hosts[i]->attach)
			continue;
		check_host(b, b->lab->hosts[i]);
		check_twice(b, b->lab->hosts[i]);
	}
	return 0;
}
