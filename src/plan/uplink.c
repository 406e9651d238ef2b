/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the steps of uplinks, apart from the plan: they touch the machine, so
 * they come after everything else, and only `up` as root takes all of them; a
 * tap of pasta's or slirp4netns' stands in for the pair elsewhere, and there
 * only the host's own steps are taken. For people the firewall's lines and the
 * machine's sysctls are printed too.
 */
#include "kinds/kinds.h"
#include "plan/draft.h"

/* ALTIFNAMSIZ is 128 with the NUL: two names of 63 bytes do not fit, so long ones end in a hash */
static void shorten(const char *text, char ret[ISLE_ALTNAME_MAX])
{
	if (strlen(text) < ISLE_ALTNAME_MAX)
		memcpy(ret, text, strlen(text) + 1);
	else
		snprintf(ret, ISLE_ALTNAME_MAX, "%.100s:%016llx", text, (unsigned long long)isle_fnv1a(text));
}

void isle_plan_uplink_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *lab, const struct isle_host *host)
{
	char text[ISLE_ALTNAME_MAX * 2];

	snprintf(text, sizeof(text), "isle:%s:%s", lab->name, host->name);
	shorten(text, ret);
}

void isle_plan_port_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *lab, const char *owner, const char *ifname)
{
	char text[ISLE_ALTNAME_MAX * 2];

	snprintf(text, sizeof(text), "isle:%s:%s:%s", lab->name, owner, ifname);
	shorten(text, ret);
}

static void add_pair(struct isle_draft *d, const struct isle_host *host)
{
	const struct isle_uplink *u = &host->uplink;
	const uint8_t *mac = isle_draft_mac(d, "%s/%s/uplink", d->lab->name, host->name);
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_VETH, ISLE_NS_HOST(host->index), &u->loc);

	step->veth.name = u->iface->name;
	step->veth.mac = u->iface->mac;
	step->veth.ifindex = isle_plan_ifindex(u->iface);
	step->veth.mtu = step->veth.that_mtu = u->iface->mtu;
	step->veth.that_name = u->port;
	step->veth.that_mac = mac;
	step->veth.that_ns = ISLE_NS_MACHINE;
	step->veth.that_up = true;
}

static void add_machine(struct isle_draft *d, const struct isle_host *host)
{
	const struct isle_uplink *u = &host->uplink;
	char *altname = isle_draft_alloc(d, ISLE_ALTNAME_MAX);
	struct isle_step *step;

	if (!altname)
		return;
	isle_plan_uplink_altname(altname, d->lab, host);
	step = isle_draft_add(d, ISLE_STEP_ALTNAME, ISLE_NS_MACHINE, &u->loc);
	step->altname.name = u->port;
	step->altname.altname = altname;
	for (size_t i = 0; i < u->n_subnets; i++) {
		step = isle_draft_add(d, ISLE_STEP_ADDRESS, ISLE_NS_MACHINE, &u->loc);
		step->address.dev = u->port;
		isle_ip_host(&u->subnets[i], 1, &step->address.ip);
	}
}

static void draft(struct isle_draft *d)
{
	for (size_t i = 0; i < d->lab->n_hosts && !d->no_memory; i++) {
		const struct isle_host *host = d->lab->hosts[i];

		if (host->uplink.kind == ISLE_UPLINK_NONE)
			continue;
		add_pair(d, host);
		isle_draft_uplink_end(d, host);
		add_machine(d, host);
	}
}

int isle_plan_uplinks(const struct isle_lab *lab, struct isle_plan **ret_plan, struct isle_diag *diag)
{
	return isle_draft_make(lab, draft, ret_plan, diag);
}

/* That of a namespace without a lab is called after what it is. */
static const char *table_of(const struct isle_lab *lab)
{
	return *lab->name ? lab->name : "nat";
}

void isle_plan_gateway_commands(const struct isle_lab *lab, const struct isle_host *host, bool is, struct isle_buf *out)
{
	isle_buf_printf(out, "ip netns exec %s.%s nft ", host->name, lab->name);
	if (!is)
		isle_buf_puts(out, "delete table inet isle\n");
	else
		isle_buf_printf(out, "'add table inet isle; add chain inet isle postrouting { type nat hook postrouting priority srcnat; }; "
				     "add rule inet isle postrouting oifname %s masquerade'\n", host->uplink.iface->name);
}

/* Forward on the device and on those of the default routes, masquerade in a table of our own. */
static void print_machine(const struct isle_lab *lab, const struct isle_host *host, struct isle_buf *out)
{
	const struct isle_uplink *u = &host->uplink;
	char net[ISLE_IP_TEXT];

	for (size_t i = 0; i < u->n_subnets; i++) {
		const char *v = u->subnets[i].family == AF_INET ? "4" : "6", *ip = *v == '4' ? "ip" : "ip6";

		isle_ip_text(&u->subnets[i], true, net);
		isle_buf_printf(out, "sysctl -qw net/ipv%s/conf/%s/forwarding=1\n", v, u->port);
		isle_buf_printf(out, "for dev in $(ip -%s -o route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'); do ", v);
		if (*v == '6')
			isle_buf_puts(out, "sysctl -qw net/ipv6/conf/$dev/accept_ra=2; ");
		isle_buf_printf(out, "sysctl -qw net/ipv%s/conf/$dev/forwarding=1; done\n", v);
		isle_buf_printf(out, "nft add rule inet isle-%s postrouting %s saddr %s oifname != %s masquerade\n", table_of(lab), ip, net,
				u->port);
	}
}

static void print_ports(const struct isle_lab *lab, const struct isle_host *host, struct isle_buf *out)
{
	const struct isle_uplink *u = &host->uplink;
	static const char *const chains[] = { "prerouting", "output" };
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < host->n_ports; i++)
		for (size_t k = 0; k < 2 * u->n_subnets; k++) {
			const bool v4 = u->subnets[k / 2].family == AF_INET;
			const struct isle_published *p = &host->ports[i];

			isle_ip_text(&u->iface->addresses[k / 2], false, text);
			isle_buf_printf(out, v4 ? "nft add rule inet isle-%s %s meta nfproto %s %s dport %u fib daddr type local dnat %s to %s:%u\n" :
					"nft add rule inet isle-%s %s meta nfproto %s %s dport %u fib daddr type local dnat %s to '[%s]:%u'\n",
					table_of(lab), chains[k % 2], v4 ? "ipv4" : "ipv6", p->udp ? "udp" : "tcp", p->from, v4 ? "ip" : "ip6", text, p->to);
		}
	for (size_t i = 0; host->n_ports && i < u->n_subnets; i++)
		isle_buf_printf(out, "nft add rule inet isle-%s postrouting %s saddr %s oifname %s masquerade\n", table_of(lab),
				u->subnets[i].family == AF_INET ? "ip" : "ip6", isle_ip_text(&u->subnets[i], true, text), u->port);
	if (!host->n_ports || !u->n_subnets || u->subnets[0].family != AF_INET)
		return;
	isle_buf_printf(out, "nft add rule inet isle-%s postrouting ip saddr 127.0.0.0/8 oifname %s masquerade\n", table_of(lab), u->port);
	isle_buf_printf(out, "nft add rule inet isle-%s guard iifname %s ip saddr 127.0.0.0/8 drop\n", table_of(lab), u->port);
	isle_buf_printf(out, "nft add rule inet isle-%s guard iifname %s ip daddr 127.0.0.0/8 drop\n", table_of(lab), u->port);
	isle_buf_printf(out, "sysctl -qw net/ipv4/conf/%s/route_localnet=1\n", u->port);
}

static void print_port_chains(const struct isle_lab *lab, struct isle_buf *out)
{
	bool wanted = false;

	for (size_t i = 0; i < lab->n_hosts; i++)
		wanted |= lab->hosts[i]->n_ports > 0;
	if (!wanted)
		return;
	isle_buf_printf(out, "nft add chain inet isle-%s prerouting '{ type nat hook prerouting priority dstnat; }'\n", table_of(lab));
	isle_buf_printf(out, "nft add chain inet isle-%s output '{ type nat hook output priority -100; }'\n", table_of(lab));
	isle_buf_printf(out, "nft add chain inet isle-%s guard '{ type filter hook prerouting priority raw; }'\n", table_of(lab));
}

/* The lab's table, and others in gateways that come. */
static void print_table(const struct isle_lab *lab, const bool *makes, struct isle_buf *out)
{
	isle_buf_printf(out, "nft add table inet isle-%s\n", table_of(lab));
	isle_buf_printf(out, "nft add chain inet isle-%s postrouting '{ type nat hook postrouting priority srcnat; }'\n", table_of(lab));
	print_port_chains(lab, out);
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE) {
			if ((!makes || makes[i]) && lab->hosts[i]->forward && lab->hosts[i]->n_ifaces > 1)
				isle_plan_gateway_commands(lab, lab->hosts[i], true, out);
			print_machine(lab, lab->hosts[i], out);
			print_ports(lab, lab->hosts[i], out);
		}
}

/* MAKES NULL: all. */
static int print_pairs(const struct isle_lab *lab, const bool *makes, struct isle_buf *out)
{
	struct isle_plan *plan;
	int r = isle_plan_uplinks(lab, &plan, NULL);

	if (r)
		return r;
	for (size_t k = 0; k < lab->n_hosts; k++)
		for (size_t i = 0; i < plan->n_steps && (!makes || makes[k]); i++)
			if (plan->steps[i].ns == ISLE_NS_HOST(k) || plan->steps[i].loc == &lab->hosts[k]->uplink.loc)
				isle_kind_command(&plan->steps[i], lab, out);
	isle_plan_free(plan);
	return 0;
}

int isle_plan_uplink_commands(const struct isle_lab *lab, struct isle_buf *out)
{
	int r;

	if (!lab->has_uplink)
		return 0;
	r = print_pairs(lab, NULL, out);
	if (r)
		return r;
	print_table(lab, NULL, out);
	return out->bad ? -ENOMEM : 0;
}

int isle_plan_uplink_changes(const struct isle_lab *from, const struct isle_lab *to, const bool *makes, struct isle_buf *out)
{
	int r = to->has_uplink ? print_pairs(to, makes, out) : 0;

	if (r)
		return r;
	if (from->has_uplink)
		isle_buf_printf(out, "nft delete table inet isle-%s\n", table_of(from));
	if (to->has_uplink)
		print_table(to, makes, out);
	return out->bad ? -ENOMEM : 0;
}
