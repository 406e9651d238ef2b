/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: prints a snapshot as lines that a test can compare, for snap*.sh:
 *
 *   snap [PART…]                  of everything; parts: addresses routes rules neighbours nft sockets sysctls ovs; all
 *   snap -n NAME… [-- PART…]      of these names in /run/netns only
 *   snap -t TIMES NAME…           again and again, without printing; what a snapshot says of itself is checked each time,
 *                                 and that it has the namespaces called NAME with the peer of each veth
 *
 * A namespace is a line, what is in it the lines below it; a link is called LABEL:NAME. Ids and hardware addresses, which
 * differ from run to run, are not printed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include "live/snap.h"

static const char *const parts[] = { "addresses", "routes", "rules", "neighbours", "nft", "sockets", "sysctls", "ovs" };

static const char *const owners[] = {
	[ISLE_OWNER_MACHINE] = "machine", [ISLE_OWNER_HOST] = "host", [ISLE_OWNER_FABRIC] = "fabric",
	[ISLE_OWNER_CONTAINER] = "container", [ISLE_OWNER_NAMED] = "named", [ISLE_OWNER_UNIT] = "unit",
	[ISLE_OWNER_PROCESS] = "process", [ISLE_OWNER_HELD] = "held",
};

static const char *ip_text(const struct isle_ip *ip)
{
	static char buf[4][ISLE_IP_TEXT];
	static unsigned i;

	return isle_ip_text(ip, true, buf[i++ % 4]);
}

static void put_end(const char *word, const struct isle_snap_link *l)
{
	if (l)
		printf(" %s %s:%s", word, l->ns->label, l->name);
}

static void show_link(const struct isle_snap_link *l)
{
	printf("  link %s", l->name);
	if (l->kind)
		printf(" kind %s", l->kind);
	if (l->master)
		printf(" master %s", l->master->name);
	put_end("peer", l->peer);
	put_end("lower", l->lower);
	if (l->peer_state == ISLE_PEER_UNSEEN)
		printf(" peer unseen%s%s", l->link_ns ? " in " : "", l->link_ns ? l->link_ns->label : "");
	if (l->alias)
		printf(" alias %s", l->alias);
	for (size_t i = 0; i < l->n_altnames; i++)
		printf(" altname %s", l->altnames[i]);
	printf(" mtu %u%s%s%s%s\n", l->mtu, l->flags & IFF_UP ? " up" : "", l->is_immovable ? " stays" : "",
	       l->addrgenmode == 1 ? " nolinklocal" : "", l->vlans ? " vlans" : "");
	if (l->forwards4 || l->forwards6)
		printf("    forwards%s%s\n", l->forwards4 ? " 4" : "", l->forwards6 ? " 6" : "");
	for (size_t i = 0; i < l->n_addresses; i++) {
		const struct isle_snap_address *a = &l->addresses[i];

		printf("    address %s", ip_text(&a->ip));
		if (a->peer.family)
			printf(" peer %s", ip_text(&a->peer));
		if (a->broadcast.family)
			printf(" broadcast %s", ip_text(&a->broadcast));
		printf("\n");
	}
}

static void show_route(const struct isle_snap_route *r)
{
	printf("  route %s type %u table %u proto %u metric %u", ip_text(&r->dst), r->type, r->table, r->proto, r->metric);
	if (r->src.family)
		printf(" src %s", ip_text(&r->src));
	if (r->from.family)
		printf(" from %s", ip_text(&r->from));
	if (r->mtu)
		printf(" mtu %u", r->mtu);
	for (size_t i = 0; i < r->n_hops; i++) {
		printf(" hop");
		if (r->hops[i].via.family)
			printf(" via %s", ip_text(&r->hops[i].via));
		printf(" dev %s weight %u%s", r->hops[i].dev ? r->hops[i].dev->name : "-", r->hops[i].weight,
		       r->hops[i].onlink ? " onlink" : "");
	}
	printf("\n");
}

static void show_rule(const struct isle_snap_rule *r)
{
	printf("  rule %s%u%s", r->family == AF_INET6 ? "6 " : "", r->priority, r->inverted ? " not" : "");
	if (r->from.family)
		printf(" from %s", ip_text(&r->from));
	if (r->to.family)
		printf(" to %s", ip_text(&r->to));
	if (r->iif)
		printf(" iif %s", r->iif);
	if (r->oif)
		printf(" oif %s", r->oif);
	if (r->mark)
		printf(" mark %u/%x", r->mark, r->mask);
	printf(" action %u table %u%s\n", r->action, r->table, r->more ? " more" : "");
}

static void show_others(const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_rules; i++)
		show_rule(&ns->rules[i]);
	for (size_t i = 0; i < ns->n_neighbours; i++)
		printf("  neighbour %s dev %s%s\n", ip_text(&ns->neighbours[i].ip), ns->neighbours[i].link->name,
		       ns->neighbours[i].n_mac ? " met" : "");
	for (size_t i = 0; i < ns->n_nfts; i++)
		printf("  %s %u %s chains %u%s%s %s\n", ns->nfts[i].is_legacy ? "iptables" : "nft", ns->nfts[i].family,
		       ns->nfts[i].table, ns->nfts[i].n_chains, ns->nfts[i].nat ? " nat" : "", ns->nfts[i].masquerades ? " masquerades" : "",
		       ns->nfts[i].comment ? ns->nfts[i].comment : "-");
	for (size_t i = 0; i < ns->n_sockets; i++)
		printf("  socket %s %s port %u pid %d\n", ns->sockets[i].protocol == IPPROTO_TCP ? "tcp" : "udp",
		       ip_text(&ns->sockets[i].ip), ns->sockets[i].port, ns->sockets[i].pid);
}

static void show_ns(const struct isle_snap_ns *ns)
{
	printf("%s %s", owners[ns->owner], ns->label);
	if (ns->lab)
		printf(" lab %s", ns->lab);
	if (ns->own)
		printf(" own");
	printf("%s%s%s", ns->forwards4 ? " forwards4" : "", ns->forwards6 ? " forwards6" : "", ns->nft_unseen ? " nft unseen" : "");
	if (ns->unseen)
		printf(" unseen: %s", strerror(ns->unseen));
	printf("\n");
	for (size_t i = 0; i < ns->n_links; i++)
		show_link(&ns->links[i]);
	for (size_t i = 0; i < ns->n_routes; i++)
		show_route(&ns->routes[i]);
	show_others(ns);
}

#define MUST(what) do { if (!(what)) errx(3, "line %d: not so: %s", __LINE__, #what); } while (0)

/* What is so of every snapshot, however much changes meanwhile. */
static void check(const struct isle_snap *snap)
{
	for (size_t i = 0; i < snap->n_nss; i++) {
		const struct isle_snap_ns *ns = &snap->nss[i];

		MUST(ns->index == i && ns->label && (!ns->unseen || !ns->n_links));
		MUST(isle_snap_ns_of(snap, ns->id) == ns);
		for (size_t k = 0; k < ns->n_links; k++) {
			const struct isle_snap_link *l = &ns->links[k];

			MUST(l->ns == ns && isle_snap_link_at(ns, l->ifindex) == l && l->name);
			MUST(!k || ns->links[k - 1].ifindex < l->ifindex);
			MUST((l->peer_state == ISLE_PEER_SEEN) == (l->peer || l->lower));
			MUST(!l->peer || (l->peer->peer == l && l->peer->ifindex == l->link && l->link_ns == l->peer->ns));
			MUST(!l->master || l->master->ns == ns);
			for (size_t a = 0; a < l->n_addresses; a++)
				MUST(l->addresses[a].link == l);
		}
		for (size_t k = 0; k < ns->n_routes; k++)
			for (size_t h = 0; h < ns->routes[k].n_hops; h++)
				MUST(!ns->routes[k].hops[h].dev || ns->routes[k].hops[h].dev->ns == ns);
	}
}

/* What does not change is there as it was. */
static void check_steady(const struct isle_snap *snap, char **names)
{
	for (; *names; names++) {
		const struct isle_snap_ns *ns = NULL;

		for (size_t i = 0; i < snap->n_nss && !ns; i++)
			if (!strcmp(snap->nss[i].label, *names))
				ns = &snap->nss[i];
		MUST(ns && !ns->unseen && ns->n_links);
		for (size_t i = 0; i < ns->n_links; i++)
			MUST(!isle_str_eq(ns->links[i].kind, "veth") || ns->links[i].peer);
	}
}

static unsigned part_of(const char *word)
{
	if (!strcmp(word, "all"))
		return ISLE_SNAP_ALL;
	for (size_t i = 0; i < ISLE_COUNT(parts); i++)
		if (!strcmp(word, parts[i]))
			return 1u << i;
	errx(2, "no part %s", word);
}

static void show_diag(const struct isle_diag *diag)
{
	for (const struct isle_diag_rec *r = isle_diag_first(diag); r; r = r->next)
		warnx("%s%s%s", r->msg, r->ours ? "" : ": ", r->ours ? "" : strerror(r->errnum));
}

static void open_names(char **names, int fds[], const char *labels[], size_t *n, int *argi)
{
	for (; names[*argi] && strcmp(names[*argi], "--"); ++*argi) {
		char path[300];

		if (*n == 64)
			errx(2, "too many names");
		snprintf(path, sizeof(path), "/run/netns/%s", names[*argi]);
		fds[*n] = open(path, O_RDONLY | O_CLOEXEC);
		if (fds[*n] < 0)
			err(2, "%s", path);
		labels[(*n)++] = names[*argi];
	}
	*argi += names[*argi] != NULL;
}

int main(int argc, char **argv)
{
	struct isle_diag *diag = isle_diag_new();
	const char *labels[64];
	struct isle_snap *snap;
	unsigned wanted = 0;
	int fds[64], i = 1;
	long times = 1;
	size_t n = 0;

	if (argc > 2 && !strcmp(argv[1], "-t")) {
		times = atol(argv[2]);
		i = 3;
		wanted = ISLE_SNAP_ALL;
	} else if (argc > 1 && !strcmp(argv[1], "-n")) {
		i = 2;
		open_names(argv, fds, labels, &n, &i);
	}
	for (; i < argc && times == 1; i++)
		wanted |= part_of(argv[i]);
	for (long k = 0; k < times; k++) {
		int r = n ? isle_snap_take_of(fds, labels, n, wanted, &snap, diag) : isle_snap_take(wanted, &snap, diag);

		if (r) {
			show_diag(diag);
			return 1;
		}
		check(snap);
		if (times > 1)
			check_steady(snap, argv + i);
		for (size_t at = 0; at < snap->n_nss && times == 1; at++)
			show_ns(&snap->nss[at]);
		isle_snap_free(snap);
	}
	isle_diag_free(diag);
	return 0;
}
