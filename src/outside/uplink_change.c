/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: another way out for a lab that is up: the machine's side of it, between
 * what is done inside the lab and the commit. Pairs that come are made as for a
 * lab that comes up; the table is replaced in one transaction, so ports and
 * masquerading are those of before or those of after. Undoing is the same the
 * other way round. Pairs that go are removed after the commit (uplink_live.c).
 */
#include <linux/if_link.h>
#include "outside/ports.h"
#include "outside/uplink.h"
#include "kinds/kinds.h"

/* JOB with the lab and the work of one side. */
static struct isle_job side(const struct isle_job *job, const struct isle_lab *lab, struct isle_uplink_work *work)
{
	struct isle_job s = *job;

	s.lab = lab;
	s.uplink = work;
	return s;
}

static const struct isle_host *in(const struct isle_lab *lab, const struct isle_host *host)
{
	const struct isle_host *h = isle_lab_host(lab, host->name);

	return h && h->uplink.kind != ISLE_UPLINK_NONE ? h : NULL;
}

/* Half of a pair, of somebody who was killed: its end in the host, where we are. It is ours by its MAC, which no one else makes. */
static int drop_half(const struct isle_iface *iface)
{
	uint8_t answer[16384];
	const struct nlmsghdr *h;
	struct isle_nlattrs a;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	r = isle_nl_get_link(&nl, IFLA_IFNAME, iface->name, answer, sizeof(answer), &h);
	if (r == 0) {
		isle_nl_attrs_of(h, sizeof(struct ifinfomsg), &a);
		if (isle_nla_len(a.a[IFLA_ADDRESS]) == 6 && !memcmp(isle_nla_data(a.a[IFLA_ADDRESS]), iface->mac, 6))
			r = isle_nl_delete_link(&nl, (uint32_t)((const struct ifinfomsg *)(h + 1))->ifi_index);
	}
	isle_nl_close(&nl);
	return r == -ENODEV ? 0 : r;
}

/* The whole of it, in the machine's network. */
static int drop_pair(const struct isle_job *job, const struct isle_host *host, int machine_net, int tree_dir)
{
	char altname[ISLE_ALTNAME_MAX];
	int r = isle_uplink_leave(job, machine_net);

	isle_plan_uplink_altname(altname, job->lab, host);
	if (!r)
		r = isle_uplink_drop_pair(host->uplink.port, altname, NULL);
	if (!r)
		r = isle_uplink_enter(job, host, tree_dir);
	return r ? r : drop_half(host->uplink.iface);
}

static int make_pairs(const struct isle_uplink_change *c, const struct isle_job *job, int machine_net, int tree_dir)
{
	int r = 0;

	for (size_t i = 0; i < c->to->n_hosts && !r; i++) {
		const struct isle_host *host = c->to->hosts[i];

		if (!c->makes[i])
			continue;
		r = drop_pair(job, host, machine_net, tree_dir);
		if (r)
			return isle_shared_fail(job->shared, -r, -1, "removing what is left of the uplink of %s", host->name);
		r = isle_uplink_make_pair(job, host, machine_net, tree_dir);
		if (!r)
			r = isle_uplink_open_docker(job, host);
	}
	return r;
}

static int set_localnet(const struct isle_host *h, const char *value)
{
	char path[96];
	int r;

	snprintf(path, sizeof(path), "net/ipv4/conf/%s/route_localnet", h->uplink.port);
	r = isle_sysctl_write(path, value);
	return r == -ENOENT ? 0 : r;
}

/* Before what guards the machine's localhost goes. */
static int close_localnet(const struct isle_job *from, const struct isle_job *to)
{
	int r = 0;

	for (size_t i = 0; i < from->lab->n_hosts && !r; i++) {
		const struct isle_host *h = from->lab->hosts[i], *then = in(to->lab, h);

		if (isle_ports_have_localnet(h) && !(then && isle_ports_have_localnet(then)))
			r = set_localnet(h, "0");
	}
	return r ? isle_shared_fail(to->shared, -r, -1, "closing ports of the machine") : 0;
}

static int turn_table(const struct isle_job *from, const struct isle_job *to, int tree_dir)
{
	struct isle_nl nl;
	int r;

	if (to->uplink) {
		r = isle_uplink_make_table(to);
		if (!r)
			isle_uplink_note_table(to->uplink->table, tree_dir);
		return r;
	}
	isle_uplink_note_table(NULL, tree_dir);
	if (!from->uplink)
		return 0;
	r = isle_nl_open(&nl, NETLINK_NETFILTER);
	if (r == 0) {
		r = isle_uplink_drop_table(&nl, from->uplink->table, from->uplink->mark);
		isle_nl_close(&nl);
	}
	return r < 0 ? isle_shared_fail(to->shared, -r, -1, "removing the nft table %s", from->uplink->table) : 0;
}

static bool has_address(const struct isle_host *h, const struct isle_ip *subnet)
{
	for (size_t i = 0; h && i < h->uplink.n_subnets; i++)
		if (!isle_ip_cmp(&h->uplink.subnets[i], subnet))
			return true;
	return false;
}

/* The machine's addresses of A's plan that B has not: they come, or go. */
static int turn_addresses(const struct isle_job *a, const struct isle_job *b, bool come, struct isle_nl *nl)
{
	const struct isle_plan *plan = a->uplink ? a->uplink->plan : NULL;
	uint32_t index;
	int r = 0;

	for (size_t i = 0; i < a->lab->n_hosts && !r; i++) {
		const struct isle_host *h = a->lab->hosts[i], *other = in(b->lab, h);

		if (h->uplink.kind == ISLE_UPLINK_NONE || !other || isle_uplink_index(nl, h->uplink.port, &index))
			continue;
		for (size_t k = 0; k < plan->n_steps && !r; k++) {
			const int failed = a->shared->errnum;
			struct isle_step s = plan->steps[k];
			struct isle_ip net;

			if (s.kind != ISLE_STEP_ADDRESS || s.ns != ISLE_NS_MACHINE || s.loc != &h->uplink.loc)
				continue;
			net = isle_ip_network(&s.address.ip);
			if (has_address(other, &net))
				continue;
			s.removes = !come;
			r = isle_uplink_take(a, nl, &s, index, -1);
			if (r != -EEXIST && r != -EADDRNOTAVAIL)
				continue;
			r = 0;
			a->shared->errnum = failed;
		}
	}
	return r;
}

/* What a gateway forwards for others, in hosts that stay. */
int isle_uplink_turn_gateways(const struct isle_job *from, const struct isle_job *to, int tree_dir)
{
	int r = 0;

	for (size_t i = 0; i < to->lab->n_hosts && !r; i++) {
		const struct isle_host *h = to->lab->hosts[i], *was = isle_lab_host(from->lab, h->name);
		const bool is = isle_uplink_is_gateway(h);

		if (!was || isle_uplink_is_gateway(was) == is)
			continue;
		r = isle_uplink_enter(to, h, tree_dir);
		if (!r)
			r = is ? isle_uplink_masquerade(to, h) : isle_uplink_unmasquerade(to, h);
	}
	return r;
}

static int turn(const struct isle_job *from, const struct isle_job *to, int machine_net, int tree_dir)
{
	struct isle_nl nl;
	int r = isle_uplink_turn_gateways(from, to, tree_dir);

	if (!r)
		r = isle_uplink_leave(to, machine_net);
	if (!r)
		r = close_localnet(from, to);
	if (!r)
		r = turn_table(from, to, tree_dir);
	if (r)
		return r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r)
		return isle_shared_fail(to->shared, -r, -1, "opening a netlink socket");
	r = turn_addresses(from, to, false, &nl);
	if (!r)
		r = turn_addresses(to, from, true, &nl);
	isle_nl_close(&nl);
	if (!r && to->uplink)
		r = isle_ports_localnet(to);
	return r || !to->uplink ? r : isle_uplink_forward(to);
}

int isle_uplink_change_do(const struct isle_uplink_change *c, const struct isle_job *job, int machine_net, int tree_dir)
{
	const struct isle_job from = side(job, c->from, c->was), to = side(job, c->to, c->will);
	int r = make_pairs(c, &to, machine_net, tree_dir);

	if (!r)
		r = turn(&from, &to, machine_net, tree_dir);
	if (!r)
		job->shared->loc = NULL;
	return r;
}

void isle_uplink_change_undo(const struct isle_uplink_change *c, const struct isle_job *job, int machine_net, int tree_dir)
{
	const struct isle_job from = side(job, c->from, c->was), to = side(job, c->to, c->will);
	const struct isle_uplink_work *w = c->will;
	int r = turn(&to, &from, machine_net, tree_dir), one;

	for (size_t i = 0; i < c->to->n_hosts; i++) {
		if (!c->makes[i])
			continue;
		for (int k = 0; k < 2; k++)
			if (w->docker[k])
				isle_docker_user(w->docker[k], false, c->to->hosts[i]->uplink.port, w->mark);
		one = drop_pair(&to, c->to->hosts[i], machine_net, tree_dir);
		r = r ? r : one;
	}
	if (isle_uplink_leave(job, machine_net))
		return;
	for (size_t i = w ? w->n_sysctls : 0; i-- > 0;)
		isle_sysctl_write(w->sysctls[i].path, w->sysctls[i].before);
	if (r)
		isle_shared_left(job->shared, "and not everything of the way out could be undone (%s): `isle up` again mends what is left",
				 strerror(-r));
}
