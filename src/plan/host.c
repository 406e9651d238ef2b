/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is inside a host. Parameters that name no interface are written
 * before there is one, so that interfaces are born with what "default" says;
 * those that name one right after it came up, over what isle itself sets. Then
 * all addresses, then all routes.
 *
 * `state: down` keeps an interface down with its addresses. The kernel takes no
 * route over it: a written one was refused with the file, an assigned one (to a
 * gateway) is left out.
 */
#include "plan/draft.h"

/* What is made inside first; then what touches the machine, one after the other. */
enum part { INSIDE, UPLINK, NIC };

static enum part part_of(const struct isle_iface *iface)
{
	return iface->is_uplink ? UPLINK : isle_iface_is_nic(iface) ? NIC : INSIDE;
}

bool isle_iface_is_up(const struct isle_iface *iface)
{
	return iface->up && (!iface->link || iface->link->up);
}

int isle_plan_sysctl_path(struct isle_arena *arena, const char *name, const char **ret_path)
{
	const char separator = strncmp(name, "net", 3) == 0 ? name[3] : '\0';

	if (separator != '.' && separator != '/')
		return -EINVAL;
	char *path = isle_arena_strdup(arena, name);
	if (!path)
		return -ENOMEM;
	/* As sysctl(8) does: whichever comes first separates, the other is part of a name. */
	for (char *p = path; separator == '.' && *p; p++)
		*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
	if (strstr(path, "/../") || strstr(path, "/./") || strstr(path, "//") || path[strlen(path) - 1] == '/')
		return -EINVAL;
	*ret_path = path;
	return 0;
}

/* The interface of the host that the path names, as in net/ipv4/conf/eth0/…, or NULL. */
static const struct isle_iface *sysctl_iface(const struct isle_host *host, const char *path)
{
	for (const char *part = strchr(path, '/'); part; part = strchr(part + 1, '/')) {
		size_t n = strcspn(part + 1, "/");

		for (size_t i = 0; i < host->n_ifaces; i++) {
			const struct isle_iface *iface = host->ifaces[i];

			if (!iface->is_lo && strlen(iface->name) == n && strncmp(part + 1, iface->name, n) == 0)
				return iface;
		}
	}
	return NULL;
}

/* The host's own parameters that name IFACE, or none at all. */
static void add_sysctls(struct isle_draft *d, const struct isle_host *host, const struct isle_iface *iface)
{
	for (size_t i = 0; i < host->n_sysctls; i++) {
		const struct isle_sysctl *sysctl = &host->sysctls[i];
		const char *path;
		int r = isle_plan_sysctl_path(d->plan->arena, sysctl->name, &path);

		if (r == -ENOMEM)
			d->no_memory = true;
		else if (r < 0)
			d->refused = sysctl;
		if (r < 0 || sysctl_iface(host, path) != iface)
			continue;
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_SYSCTL, ISLE_NS_HOST(host->index), &sysctl->loc);
		step->sysctl.path = path;
		step->sysctl.value = sysctl->value;
	}
}

static bool has_ipv6(const struct isle_host *host)
{
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (host->ifaces[i]->has_ipv6)
			return true;
	return false;
}

void isle_draft_host(struct isle_draft *d, const struct isle_host *host)
{
	const uint32_t ns = ISLE_NS_HOST(host->index);
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_NETNS, ns, &host->loc);

	step->netns.host = host;
	if (host->attach)
		return;		/* its parameters are somebody else's */
	if (host->forward) {
		isle_draft_sysctl(d, ns, "net/ipv4/ip_forward", "1", false);
		isle_draft_sysctl(d, ns, "net/ipv6/conf/all/forwarding", "1", !has_ipv6(host));
	}
	/*
	 * No router is solicited by hosts whose addresses are written, and what they say about multicast groups is said
	 * before the switch is on: 1000 hosts would otherwise send a million frames in the first seconds.
	 */
	if (has_ipv6(host) && !host->forward)
		isle_draft_sysctl(d, ns, "net/ipv6/conf/default/router_solicitations", "0", true);
	if (has_ipv6(host))
		isle_draft_sysctl(d, ns, "net/ipv6/conf/default/mldv2_unsolicited_report_interval", "1", true);
	add_sysctls(d, host, NULL);
}

/* Does the file say what such a parameter is for all interfaces of this host? Then theirs is left to that. */
static bool says(const struct isle_host *host, const char *word)
{
	for (size_t i = 0; i < host->n_sysctls; i++) {
		const char *name = host->sysctls[i].name;

		if (strstr(name, word) && (strstr(name, "all") || strstr(name, "default") || strstr(name, "ip_forward")))
			return true;
	}
	return false;
}

static struct isle_step *add_link(struct isle_draft *d, const struct isle_iface *iface)
{
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_LINK, ISLE_NS_HOST(iface->host->index), &iface->loc);

	step->link.name = iface->name;
	step->link.ifindex = isle_plan_ifindex(iface);
	return step;
}

static bool has_mac(const struct isle_iface *iface)
{
	static const uint8_t none[6];

	return memcmp(iface->mac, none, sizeof(none)) != 0;
}

static void add_settings(struct isle_draft *d, const struct isle_iface *iface)
{
	struct isle_step *step = add_link(d, iface);

	step->link.keep_state = true;
	/* Below IPv6's least MTU the kernel has no IPv6 there that could be set. Of a NIC nobody else knows the MAC. */
	step->link.no_linklocal = (!iface->mtu || iface->mtu >= 1280) && (!isle_iface_is_nic(iface) || has_mac(iface));
	if (isle_iface_is_nic(iface)) {
		step->link.mtu = iface->mtu;
		step->link.mac = has_mac(iface) ? iface->mac : NULL;
	}
	if (iface->master) {
		step->link.master = isle_plan_ifindex(iface->master);
		step->link.master_name = iface->master->name;
	}
	step->link.no_rp_filter = !says(iface->host, "rp_filter");
	step->link.no_forward = !iface->host->forward && !says(iface->host, "forward");
}

static struct isle_ip linklocal(const uint8_t *mac)
{
	struct isle_ip ip = { .family = AF_INET6, .len = 64, .b = { 0xfe, 0x80 } };
	const uint8_t eui[8] = { mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5] };

	memcpy(ip.b + 8, eui, sizeof(eui));
	return ip;
}

static void add_address(struct isle_draft *d, enum isle_step_kind kind, const struct isle_iface *iface, const struct isle_ip *ip)
{
	struct isle_step *step = isle_draft_add(d, kind, ISLE_NS_HOST(iface->host->index), &iface->loc);

	step->address.ifindex = isle_plan_ifindex(iface);
	step->address.dev = iface->name;
	step->address.ip = *ip;
}

static void add_addresses(struct isle_draft *d, const struct isle_iface *iface)
{
	if (iface->has_ipv6 && has_mac(iface)) {
		const struct isle_ip ip = linklocal(iface->mac);

		add_address(d, ISLE_STEP_ADDRESS, iface, &ip);
	}
	for (size_t i = 0; i < iface->n_addresses; i++)
		add_address(d, ISLE_STEP_ADDRESS, iface, &iface->addresses[i]);
}

void isle_draft_host_settled(struct isle_draft *d, const struct isle_host *host)
{
	for (size_t i = 0; i < host->n_ifaces; i++) {
		const struct isle_iface *iface = host->ifaces[i];

		if (!iface->has_ipv6 || part_of(iface) != INSIDE || !isle_iface_is_up(iface))
			continue;
		if (has_mac(iface)) {
			const struct isle_ip ip = linklocal(iface->mac);

			add_address(d, ISLE_STEP_SETTLED, iface, &ip);
		}
		for (size_t k = 0; k < iface->n_addresses; k++)
			if (iface->addresses[k].family == AF_INET6)
				add_address(d, ISLE_STEP_SETTLED, iface, &iface->addresses[k]);
	}
}

const struct isle_iface *isle_plan_hop_iface(const struct isle_host *host, const struct isle_hop *hop)
{
	if (hop->dev || !hop->via.family)
		return hop->dev;
	for (size_t i = 0; i < host->n_ifaces; i++)
		for (size_t k = 0; k < host->ifaces[i]->n_addresses; k++) {
			struct isle_ip prefix = isle_ip_network(&host->ifaces[i]->addresses[k]);

			if (isle_ip_contains(&prefix, &hop->via))
				return host->ifaces[i];
		}
	return NULL;
}

/* The last that it needs. */
static enum part part_of_route(const struct isle_host *host, const struct isle_route *route)
{
	enum part part = INSIDE;

	for (size_t i = 0; i < route->n_hops; i++) {
		const struct isle_iface *iface = isle_plan_hop_iface(host, &route->hops[i]);

		if (iface && part_of(iface) > part)
			part = part_of(iface);
	}
	return part;
}

static bool is_possible(const struct isle_host *host, const struct isle_route *route)
{
	for (size_t i = 0; i < route->n_hops; i++) {
		const struct isle_iface *iface = isle_plan_hop_iface(host, &route->hops[i]);

		if (iface && !isle_iface_is_up(iface))
			return false;
	}
	return true;
}

static void add_route(struct isle_draft *d, const struct isle_host *host, const struct isle_route *route)
{
	uint32_t *ifindexes = isle_draft_alloc(d, (route->n_hops + 1) * sizeof(*ifindexes));

	if (!ifindexes)
		return;
	for (size_t i = 0; i < route->n_hops; i++)
		ifindexes[i] = route->hops[i].dev ? isle_plan_ifindex(route->hops[i].dev) : 0;
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_ROUTE, ISLE_NS_HOST(host->index), &route->loc);
	step->route.route = route;
	step->route.ifindexes = ifindexes;
}

static void add_neighbours(struct isle_draft *d, const struct isle_iface *iface)
{
	for (size_t i = 0; i < iface->n_neighbours; i++) {
		const struct isle_neighbour *n = &iface->neighbours[i];
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_NEIGH, ISLE_NS_HOST(iface->host->index), &n->loc);

		step->neigh.ifindex = isle_plan_ifindex(iface);
		step->neigh.dev = iface->name;
		step->neigh.ip = n->ip;
		memcpy(step->neigh.mac, n->mac, sizeof(n->mac));
	}
}

/* They name interfaces, which need not be there. */
static void add_rules(struct isle_draft *d, const struct isle_host *host)
{
	for (size_t i = 0; i < host->n_rules; i++)
		for (int family = 0; family < 2; family++) {
			if (!host->rules[i].family[family])
				continue;
			struct isle_step *step = isle_draft_add(d, ISLE_STEP_RULE, ISLE_NS_HOST(host->index), &host->rules[i].loc);

			step->rule.rule = &host->rules[i];
			step->rule.family = family ? AF_INET6 : AF_INET;
		}
}

/* Links up, addresses, routes of that part. */
static void finish(struct isle_draft *d, const struct isle_host *host, enum part part)
{
	/* An interface that comes up takes the VLANs on it along. */
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (host->ifaces[i]->kind && part_of(host->ifaces[i]) == part)
			add_settings(d, host->ifaces[i]);
	for (size_t i = 0; i < host->n_ifaces; i++) {
		const struct isle_iface *iface = host->ifaces[i];

		if (part_of(iface) != part)
			continue;
		if (!iface->is_lo && !iface->kind)
			add_settings(d, iface);
		/* Interfaces are born down; lo was brought up with its namespace. */
		if (isle_iface_is_up(iface) != iface->is_lo)
			add_link(d, iface)->link.up = !iface->is_lo;
		add_sysctls(d, host, iface);
	}
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (part_of(host->ifaces[i]) == part)
			add_addresses(d, host->ifaces[i]);
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (part_of(host->ifaces[i]) == part)
			add_neighbours(d, host->ifaces[i]);
	for (size_t i = 0; i < host->n_routes; i++)
		if (part_of_route(host, &host->routes[i]) == part && is_possible(host, &host->routes[i]))
			add_route(d, host, &host->routes[i]);
}

void isle_draft_host_end(struct isle_draft *d, const struct isle_host *host)
{
	finish(d, host, INSIDE);
	add_rules(d, host);
	if (host->nft)
		isle_draft_add(d, ISLE_STEP_NFT, ISLE_NS_HOST(host->index), &host->nft_loc)->nft.path = host->nft;
}

void isle_draft_uplink_end(struct isle_draft *d, const struct isle_host *host)
{
	finish(d, host, UPLINK);
}

void isle_draft_nic_end(struct isle_draft *d, const struct isle_host *host)
{
	finish(d, host, NIC);
}
