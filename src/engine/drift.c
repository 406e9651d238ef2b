/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: drift: where a lab that is up is no longer what it was brought up as,
 * changed by hand inside a host. Compared are each interface's MAC, MTU and
 * addresses, the lab's own routes, and each host's name in /run/netns. Whether
 * an interface is there and up is links.c's to tell, so what the kernel takes
 * from one that is down (IPv6 addresses, routes) is no drift. An uplink has
 * what its maker gave it, and is left out. A host with somebody else's network
 * has drifted when that is another one by now.
 */
#include <net/if.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "build/attach.h"
#include "engine/drift.h"
#include "nl/nl.h"
#include "tree/names.h"
#include "tree/visit.h"

enum { DRIFTS_MAX = 1024, WORDS_MAX = 128 };

struct drift {
	const struct isle_host *host;
	const struct isle_iface *iface;		/* NULL: the host's */
	char words[WORDS_MAX];
	struct isle_option_drift option;	/* put into words by the parent, which may allocate */
};
struct found {				/* in shared memory */
	size_t n;			/* more than DRIFTS_MAX are counted only */
	struct drift list[DRIFTS_MAX];
};
struct real {				/* an interface as the kernel has it */
	int index;			/* 0: not there */
	bool up;
};
struct look {
	const struct isle_tree *tree;
	const struct isle_lab *lab;
	struct isle_shared *shared;
	struct found *found;
	const struct isle_host *host;	/* being looked at */
	struct isle_nl *nl;
	size_t before;			/* found when this dump began */
	struct real *reals;		/* of the host's interfaces */
	bool *seen;			/* of the host's addresses, interface by interface; then of its routes */
};

static void note(struct look *l, const struct isle_iface *iface, const char *fmt, ...) ISLE_PRINTF(3, 4);
static void note(struct look *l, const struct isle_iface *iface, const char *fmt, ...)
{
	size_t i = l->found->n++;
	struct drift *d = &l->found->list[i < DRIFTS_MAX ? i : 0];
	va_list ap;

	if (i >= DRIFTS_MAX)
		return;
	d->host = l->host;
	d->iface = iface;
	d->option.got.option = NULL;
	va_start(ap, fmt);
	vsnprintf(d->words, sizeof(d->words), fmt, ap);
	va_end(ap);
}

static void note_options(struct look *l, const struct isle_iface *iface, const struct isle_nlattrs *t)
{
	struct isle_option_drift option;

	for (size_t at = 0; isle_drift_option(iface, t, &at, &option);) {
		note(l, iface, "has other options");
		if (l->found->n <= DRIFTS_MAX)
			l->found->list[l->found->n - 1].option = option;
	}
}

static int see_link(const struct nlmsghdr *h, void *arg)
{
	static const uint8_t none[6];
	struct look *l = arg;
	const struct ifinfomsg *info;
	struct isle_nlattrs t;
	const char *name;

	if (!h)
		l->found->n = l->before;
	if (!h || h->nlmsg_type != RTM_NEWLINK)
		return 0;
	info = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*info), &t);
	name = isle_nla_str(t.a[IFLA_IFNAME]);
	for (size_t i = 0; name && i < l->host->n_ifaces; i++) {
		const struct isle_iface *iface = l->host->ifaces[i];
		const uint8_t *mac = t.a[IFLA_ADDRESS] && isle_nla_len(t.a[IFLA_ADDRESS]) == 6 ? isle_nla_data(t.a[IFLA_ADDRESS]) : NULL;
		uint32_t mtu = isle_nla_u32(t.a[IFLA_MTU], 0);

		if (strcmp(iface->name, name))
			continue;
		l->reals[i] = (struct real) { info->ifi_index, info->ifi_flags & IFF_UP };
		if (iface->is_lo || iface->is_uplink)
			continue;
		if (mac && memcmp(iface->mac, none, 6) && memcmp(mac, iface->mac, 6))
			note(l, iface, "has MAC %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
		if (iface->mtu && mtu != iface->mtu)
			note(l, iface, "has mtu %u, not %u", mtu, iface->mtu);
		if (iface->kind)
			note_options(l, iface, &t);
	}
	return 0;
}

static struct isle_ip ip_of(uint8_t family, uint8_t len, const struct nlattr *a)
{
	struct isle_ip ip = { .family = family, .len = len };
	size_t n = family == AF_INET ? 4 : 16;

	if (a && isle_nla_len(a) == n)
		memcpy(ip.b, isle_nla_data(a), n);
	return ip;
}

static bool is_known(struct look *l, size_t nth, const struct isle_ip *ip)
{
	const struct isle_iface *iface = l->host->ifaces[nth];
	size_t at = 0;

	for (size_t i = 0; i < nth; i++)
		at += l->host->ifaces[i]->n_addresses;
	for (size_t i = 0; i < iface->n_addresses; i++)
		if (!isle_ip_cmp(&iface->addresses[i], ip))
			return l->seen[at + i] = true;
	return false;
}

static int see_address(const struct nlmsghdr *h, void *arg)
{
	struct look *l = arg;
	const struct ifaddrmsg *m;
	struct isle_nlattrs t;
	char text[ISLE_IP_TEXT];
	struct isle_ip ip;

	if (!h)
		l->found->n = l->before;
	if (!h || h->nlmsg_type != RTM_NEWADDR)
		return 0;
	m = NLMSG_DATA(h);
	if (m->ifa_family != AF_INET && m->ifa_family != AF_INET6)
		return 0;
	isle_nl_attrs_of(h, sizeof(*m), &t);
	ip = ip_of(m->ifa_family, m->ifa_prefixlen, t.a[IFA_LOCAL] ? t.a[IFA_LOCAL] : t.a[IFA_ADDRESS]);
	for (size_t i = 0; i < l->host->n_ifaces; i++)
		if (l->reals[i].index == (int)m->ifa_index && !l->host->ifaces[i]->is_uplink && !is_known(l, i, &ip) &&
		    m->ifa_scope == RT_SCOPE_UNIVERSE)
			note(l, l->host->ifaces[i], "has %s as well", isle_ip_text(&ip, true, text));
	return 0;
}

static void missing_addresses(struct look *l)
{
	const bool *seen = l->seen;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < l->host->n_ifaces; i++) {
		const struct isle_iface *iface = l->host->ifaces[i];

		for (size_t k = 0; k < iface->n_addresses; k++)
			if (!*seen++ && l->reals[i].up && !iface->is_uplink)
				note(l, iface, "lacks %s", isle_ip_text(&iface->addresses[k], true, text));
	}
}

static bool is_route(const struct isle_route *r, const struct rtmsg *m, const struct isle_nlattrs *t)
{
	static const uint8_t types[] = { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT };
	struct isle_ip dst = ip_of(m->rtm_family, m->rtm_dst_len, t->a[RTA_DST]), via;

	if (isle_nla_u32(t->a[RTA_TABLE], m->rtm_table) != (r->table ? r->table : RT_TABLE_MAIN) || m->rtm_type != types[r->type] ||
	    isle_ip_cmp(&dst, &r->dst))
		return false;
	if (r->n_hops != 1 || !r->hops[0].via.family || !t->a[RTA_GATEWAY])
		return true;
	via = ip_of(m->rtm_family, (uint8_t)isle_ip_bits(&dst), t->a[RTA_GATEWAY]);
	return isle_ip_equal(&via, &r->hops[0].via);
}

static int see_route(const struct nlmsghdr *h, void *arg)
{
	struct look *l = arg;
	const struct rtmsg *m;
	struct isle_nlattrs t;

	if (!h || h->nlmsg_type != RTM_NEWROUTE)
		return 0;
	m = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*m), &t);
	for (size_t i = 0; i < l->host->n_routes; i++)
		if (is_route(&l->host->routes[i], m, &t))
			l->seen[i] = true;
	return 0;
}

/* The kernel drops routes with the interface that they leave by. */
static bool could_be_there(const struct look *l, const struct isle_route *r)
{
	for (size_t i = 0; i < r->n_hops; i++)
		if (!r->hops[i].dev || r->hops[i].dev->is_uplink || !l->reals[r->hops[i].dev->index].up)
			return false;
	return true;
}

static void missing_routes(struct look *l)
{
	char dst[ISLE_IP_TEXT], via[ISLE_IP_TEXT];

	for (size_t i = 0; i < l->host->n_routes; i++) {
		const struct isle_route *r = &l->host->routes[i];
		bool has_via = r->n_hops == 1 && r->hops[0].via.family;

		if (!l->seen[i] && could_be_there(l, r))
			note(l, NULL, "lacks its route to %s%s%s", r->dst.len ? isle_ip_text(&r->dst, true, dst) : "default",
			     has_via ? " via " : "", has_via ? isle_ip_text(&r->hops[0].via, false, via) : "");
	}
}

static int dump(struct look *l, uint16_t type, size_t header, int (*fn)(const struct nlmsghdr *, void *))
{
	uint8_t buf[256];
	struct isle_nlmsg m;
	int r;

	l->before = l->found->n;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, type, 0, header);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(l->nl, &m, fn, l);
	return r < 0 ? isle_shared_fail(l->shared, -r, -1, "look into %s", l->host->name) : 0;
}

/* /run/netns/HOST.LAB shows a second pin: both are there, or it is not this namespace that one sees. */
static void look_at_name(struct look *l)
{
	char pin[ISLE_NAME_MAX + 8], name[sizeof(ISLE_NETNS_DIR) + 2 * ISLE_NAME_MAX];
	struct stat ours, shown;

	snprintf(pin, sizeof(pin), "net/%s", l->host->name);
	snprintf(name, sizeof(name), ISLE_NETNS_DIR "/%s.%s", l->host->name, l->lab->name);
	if (fstatat(l->tree->dir, pin, &ours, 0) == 0 &&
	    (stat(name, &shown) < 0 || shown.st_dev != ours.st_dev || shown.st_ino != ours.st_ino))
		note(l, NULL, "has lost its name %s", name);
}

static int look_into(struct look *l, size_t n_seen)
{
	struct isle_nl nl;
	int r = isle_visit_host(l->tree, l->shared, l->host->name);

	if (r >= 0)
		r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(l->shared, -r, -1, "look into %s", l->host->name);
	l->nl = &nl;
	memset(l->reals, 0, l->host->n_ifaces * sizeof(*l->reals));
	memset(l->seen, 0, n_seen);
	r = dump(l, RTM_GETLINK, sizeof(struct ifinfomsg), see_link);
	if (r >= 0)
		r = dump(l, RTM_GETADDR, sizeof(struct ifaddrmsg), see_address);
	if (r >= 0)
		missing_addresses(l);
	memset(l->seen, 0, n_seen);
	if (r >= 0 && l->host->n_routes)
		r = dump(l, RTM_GETROUTE, sizeof(struct rtmsg), see_route);
	if (r >= 0)
		missing_routes(l);
	isle_nl_close(&nl);
	return r;
}

/* Room for what is kept of one host, whichever it is. */
static size_t most(const struct isle_lab *lab, size_t *ret_ifaces)
{
	size_t most_seen = 1, most_ifaces = 1;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		size_t n = 0;

		for (size_t k = 0; k < h->n_ifaces; k++)
			n += h->ifaces[k]->n_addresses;
		n = n > h->n_routes ? n : h->n_routes;
		most_seen = n > most_seen ? n : most_seen;
		most_ifaces = h->n_ifaces > most_ifaces ? h->n_ifaces : most_ifaces;
	}
	*ret_ifaces = most_ifaces;
	return most_seen;
}

static int look(void *arg)
{
	struct look *l = arg;
	size_t n_ifaces, n_seen = most(l->lab, &n_ifaces);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < l->lab->n_hosts; i++) {
		l->host = l->lab->hosts[i];
		if (!l->tree->rootless)
			look_at_name(l);
		r = look_into(l, n_seen);
	}
	return r;
}

static void tell(const struct drift *d, void (*fn)(const struct isle_host *, const struct isle_iface *, const char *, void *), void *arg)
{
	isle_auto(buf) struct isle_buf words = { 0 };

	if (d->option.got.option)
		isle_drift_words(&d->option, &words);
	fn(d->host, d->iface, words.s && !words.bad ? words.s : d->words, arg);
}

int isle_drift(const struct isle_tree *tree, const struct isle_lab *lab,
	       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *, void *), void *arg, struct isle_diag *diag)
{
	struct look l = { .tree = tree, .lab = lab, .shared = isle_shared_new() };
	size_t n_ifaces, n_seen = most(lab, &n_ifaces);
	int r;

	l.reals = calloc(n_ifaces, sizeof(*l.reals));
	l.seen = calloc(n_seen, sizeof(*l.seen));
	l.found = mmap(NULL, sizeof(*l.found), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!l.shared || !l.reals || !l.seen || l.found == MAP_FAILED) {
		r = isle_fail(diag, ENOMEM, NULL, "look for drift in lab %s", lab->name);
	} else {
		r = isle_visit(tree, l.shared, look, &l);
		if (r < 0)
			r = isle_shared_report(l.shared, NULL, diag);
		for (size_t i = 0; r >= 0 && i < l.found->n && i < DRIFTS_MAX; i++)
			tell(&l.found->list[i], fn, arg);
		if (r >= 0)
			isle_attach_stale(tree, lab, fn, arg);
	}
	if (l.found != MAP_FAILED)
		munmap(l.found, sizeof(*l.found));
	free(l.reals);
	free(l.seen);
	isle_shared_free(l.shared);
	return r;
}
