/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what can be known about the way out before anything is made: subnets
 * that nobody on this machine uses, a forward hook that would drop, a program
 * that is not installed, a /dev/net/tun that may not be opened. The subnets of
 * uplinks are the one thing that does not follow from the file alone: 198.19/16
 * hashed by lab/host, the next free one if taken.
 */
#include <fcntl.h>
#include "outside/firewall.h"
#include "outside/ports.h"
#include "outside/uplink.h"
#include "outside/uplink_user.h"

#define UPLINK_BLOCK 4u		/* addresses in a /30 */

static bool is_free(const struct isle_lab *lab, const struct isle_host *self, const struct isle_machine_routes *routes,
		    const struct isle_ip *net, const struct isle_ip **ret_taken_by)
{
	for (size_t i = 0; i < routes->n_dst; i++)
		if (isle_ip_overlaps(&routes->dst[i], net)) {
			if (ret_taken_by)
				*ret_taken_by = &routes->dst[i];
			return false;
		}
	if (ret_taken_by)
		return true;	/* a written one: the file has been checked against itself */
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; lab->hosts[i] != self && k < lab->hosts[i]->uplink.n_subnets; k++)
			if (isle_ip_overlaps(&lab->hosts[i]->uplink.subnets[k], net))
				return false;
	for (size_t i = 0; i < lab->n_segments; i++)
		for (size_t k = 0; k < lab->segments[i]->n_subnets; k++)
			if (isle_ip_overlaps(&lab->segments[i]->subnets[k], net))
				return false;
	return true;
}

static int choose_subnet(const struct isle_lab *lab, struct isle_host *host, const struct isle_machine_routes *routes, size_t k,
			 struct isle_diag *d)
{
	const struct isle_ip *taken_by = NULL;
	struct isle_ip net = host->uplink.subnets[k];
	char a[ISLE_IP_TEXT], b[ISLE_IP_TEXT];

	if (host->uplink.written) {
		if (is_free(lab, host, routes, &net, &taken_by))
			return 0;
		isle_reject(d, &host->uplink.loc, "uplink of %s: %s is in use on this machine (route to %s)", host->name,
			    isle_ip_text(&net, true, a), isle_ip_text(taken_by, true, b));
		isle_hint(d, "choose another `subnet`, or leave it out: a free one is taken");
		return -EADDRINUSE;
	}
	for (unsigned tries = 0; tries < 65536 / UPLINK_BLOCK; tries++) {
		if (is_free(lab, host, routes, &net, NULL)) {
			isle_uplink_move(host, k, &net);
			return 0;
		}
		if (!isle_ip_add(&net, UPLINK_BLOCK) || net.b[1] != 19)
			net.b[1] = 19, net.b[2] = net.b[3] = 0;
	}
	return isle_fail(d, EADDRINUSE, &host->uplink.loc, "uplink of %s: no free subnet in 198.19.0.0/16", host->name);
}

/* What a lab was made from that is up. */
struct before { struct isle_lab *const *labs; size_t n; };

/* Has the host that subnet already? */
static bool had(const struct before *b, const struct isle_host *host, size_t k)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct isle_host *h = isle_lab_host(b->labs[i], host->name);

		if (h && k < h->uplink.n_subnets && !isle_ip_cmp(&h->uplink.subnets[k], &host->uplink.subnets[k]))
			return true;
	}
	return false;
}

/* A user's uplink changes nothing on the machine, so there a written subnet may be one that the machine knows, too. */
static int choose_subnets(struct isle_lab *lab, const struct before *b, bool as_root_up, struct isle_diag *d)
{
	struct isle_machine_routes routes;
	int r = isle_machine_routes_read(&routes, d), all = r;

	for (size_t i = 0; r == 0 && i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->uplink.n_subnets; k++) {
			const bool free = !as_root_up && lab->hosts[i]->uplink.written;
			int one = free || had(b, lab->hosts[i], k) ? 0 : choose_subnet(lab, lab->hosts[i], &routes, k, d);

			all = all ? all : one;
		}
	if (r == 0)
		isle_machine_routes_done(&routes);
	return all;
}

int isle_uplink_recheck(const struct isle_lab *lab, struct isle_lab *const *was, size_t n, struct isle_diag *d)
{
	const struct before b = { was, n };
	struct isle_machine_routes routes;
	char text[ISLE_IP_TEXT];
	int r;

	if (!lab->has_uplink)
		return 0;
	r = isle_machine_routes_read(&routes, d);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < lab->n_hosts; i++)
		for (size_t k = 0; r == 0 && k < lab->hosts[i]->uplink.n_subnets; k++) {
			const struct isle_ip *net = &lab->hosts[i]->uplink.subnets[k], *taken_by;

			if (had(&b, lab->hosts[i], k) || is_free(lab, lab->hosts[i], &routes, net, &taken_by))
				continue;
			r = isle_fail(d, EADDRINUSE, &lab->hosts[i]->uplink.loc, "uplink of %s: %s was taken while the lab was built",
				      lab->hosts[i]->name, isle_ip_text(net, true, text));
			isle_hint(d, "try again: the next free one is taken");
		}
	isle_machine_routes_done(&routes);
	return r;
}

static const struct isle_loc *first_uplink(const struct isle_lab *lab, bool ret_family[2])
{
	const struct isle_loc *loc = NULL;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->uplink.n_subnets; k++) {
			ret_family[lab->hosts[i]->uplink.subnets[k].family == AF_INET6] = true;
			loc = loc ? loc : &lab->hosts[i]->uplink.loc;
		}
	return loc;
}

static int check_forward(const struct isle_lab *lab, struct isle_diag *d)
{
	static const char *const ip[] = { "IPv4", "IPv6" };
	struct isle_forward_view v;
	bool family[2] = { false, false };
	const struct isle_loc *loc = first_uplink(lab, family);
	int r = isle_firewall_look(&v, d);

	for (int i = 0; r == 0 && i < 2; i++) {
		const char *hook = NULL;

		if (!family[i])
			continue;
		if (v.other[i][0])
			hook = v.other[i];
		else if (v.docker_drops[i] && !v.docker_nft[i])
			hook = "chain FORWARD of table filter (policy DROP)";
		else if (i == 0 && v.legacy_drops && !v.docker_legacy)
			hook = "chain FORWARD of the legacy iptables table filter (policy DROP)";
		if (!hook)
			continue;
		isle_reject(d, loc, "the machine's firewall would drop what the uplink forwards (%s): %s", ip[i], hook);
		isle_hint(d, "let it accept forwarding from and to the lab, or use `isle run -f FILE -- CMD`, whose way out (pasta) "
			     "does not pass that hook");
		r = -EPERM;
	}
	return r;
}

int isle_uplink_check(struct isle_lab *lab, bool as_root_up, struct isle_diag *d)
{
	int r;

	if (!lab->has_uplink)
		return 0;
	r = as_root_up ? check_forward(lab, d) : isle_uplink_user_check(lab, NULL, d);
	if (!r)
		r = isle_ports_check(lab, NULL, 0, as_root_up, d);
	return r ? r : choose_subnets(lab, &(struct before){ .n = 0 }, as_root_up, d);
}

/* Of hosts that have no uplink yet. */
static bool has_new(const struct isle_lab *lab, const struct before *b)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->uplink.n_subnets; k++)
			if (!had(b, lab->hosts[i], k))
				return true;
	return false;
}

int isle_uplink_check_change(struct isle_lab *lab, struct isle_lab *const *was, size_t n, bool as_root_up, struct isle_diag *d)
{
	const struct before b = { was, n };
	int r;

	if (!lab->has_uplink)
		return 0;
	r = isle_ports_check(lab, was, n, as_root_up, d);
	if (r || !has_new(lab, &b))
		return r;
	r = as_root_up ? check_forward(lab, d) : 0;
	return r ? r : choose_subnets(lab, &b, as_root_up, d);
}

static void add_sysctl(struct isle_uplink_work *w, const char *family, const char *dev, const char *key, const char *set,
		       const char *only_if)
{
	struct isle_machine_sysctl s;

	snprintf(s.path, sizeof(s.path), "net/%s/conf/%s/%s", family, dev, key);
	snprintf(s.set, sizeof(s.set), "%s", set);
	if (isle_sysctl_read(s.path, s.before, sizeof(s.before)) < 0)
		return;
	if (!strcmp(s.before, set)) {
		if (w->n_relies < ISLE_COUNT(w->relies))
			w->relies[w->n_relies++] = s;
	} else if ((!only_if || !strcmp(s.before, only_if)) && w->n_sysctls < ISLE_COUNT(w->sysctls)) {
		w->sysctls[w->n_sysctls++] = s;
	}
}

/* Forwarding on the devices that lead out; accept_ra 2 first, or the machine would drop its own default route. */
static void plan_sysctls(struct isle_uplink_work *w, const struct isle_machine_routes *routes, const bool family[2])
{
	for (size_t i = 0; family[0] && i < routes->n_dev[0]; i++)
		add_sysctl(w, "ipv4", routes->dev[0][i], "forwarding", "1", NULL);
	for (size_t i = 0; family[1] && i < routes->n_dev[1]; i++) {
		add_sysctl(w, "ipv6", routes->dev[1][i], "accept_ra", "2", "1");
		add_sysctl(w, "ipv6", routes->dev[1][i], "forwarding", "1", NULL);
	}
}

int isle_uplink_prepare(const struct isle_lab *lab, struct isle_uplink_work **ret, struct isle_diag *d)
{
	struct isle_uplink_work *w;
	int r;

	*ret = NULL;
	if (!lab->has_uplink)
		return 0;
	w = calloc(1, sizeof(*w));
	if (!w)
		return isle_fail(d, ENOMEM, NULL, "preparing the uplink of %s", lab->name);
	isle_uplink_table_name(w->table, lab->name);
	snprintf(w->mark, sizeof(w->mark), "isle lab %s", lab->name);
	r = isle_plan_uplinks(lab, &w->plan, d);
	if (r < 0) {
		isle_uplink_work_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

int isle_uplink_plan_machine(struct isle_job *job, struct isle_diag *d)
{
	struct isle_uplink_work *w = job->uplink;
	struct isle_machine_routes routes;
	struct isle_forward_view v;
	bool family[2] = { false, false };
	int r;

	if (!w)
		return 0;
	first_uplink(job->lab, family);
	r = isle_firewall_look(&v, d);
	if (r == 0)
		r = isle_machine_routes_read(&routes, d);
	if (r < 0)
		return r;
	plan_sysctls(w, &routes, family);
	isle_machine_routes_done(&routes);
	if (family[0] && (v.docker_drops[0] || v.legacy_drops))
		w->docker[0] = v.docker_nft[0] ? "iptables-nft" : "iptables-legacy";
	if (family[1] && v.docker_drops[1])
		w->docker[1] = "ip6tables-nft";
	return isle_journal_text(job->lab, w, &w->journal, d);
}

void isle_uplink_work_free(struct isle_uplink_work *w)
{
	if (!w)
		return;
	isle_plan_free(w->plan);
	free(w->journal);
	free(w);
}
