/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an interface that exists: brought up, put into a switch, and set so that
 * it behaves the same on every machine. A new namespace has the machine's
 * rp_filter and forwarding for IPv4 (Docker's machines forward), so each
 * interface says its own. The kernel's IPv6 link-local address is refused:
 * made with duplicate detection and solicitations, it would flood a large
 * switch. That must be a request of its own before the one that brings the
 * interface up, for in one request the kernel takes the state first. A step of
 * this kind has no removal: its inverse sets what was there before.
 */
#include <linux/if_link.h>
#include <linux/ip.h>
#include "kinds/kinds.h"

static void put_families(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	const bool ipv4 = step->link.no_rp_filter || step->link.no_forward;
	const bool ipv6 = (step->link.no_linklocal || step->link.addrgenmode) && !ctx->no_ipv6;
	const uint8_t mode = step->link.addrgenmode ? *step->link.addrgenmode : IN6_ADDR_GEN_MODE_NONE;

	if (!ipv4 && !ipv6)
		return;
	size_t spec = isle_nlmsg_nest(m, IFLA_AF_SPEC);
	if (ipv4) {
		size_t family = isle_nlmsg_nest(m, AF_INET);
		size_t conf = isle_nlmsg_nest(m, IFLA_INET_CONF);

		if (step->link.no_rp_filter)
			isle_nlmsg_put_u32(m, IPV4_DEVCONF_RP_FILTER, 0);
		if (step->link.no_forward)
			isle_nlmsg_put_u32(m, IPV4_DEVCONF_FORWARDING, 0);
		isle_nlmsg_unnest(m, conf);
		isle_nlmsg_unnest(m, family);
	}
	if (ipv6) {
		size_t family = isle_nlmsg_nest(m, AF_INET6);

		isle_nlmsg_put_u8(m, IFLA_INET6_ADDR_GEN_MODE, mode);
		isle_nlmsg_unnest(m, family);
	}
	isle_nlmsg_unnest(m, spec);
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_SETLINK, 0, sizeof(*ifi));

	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->link.ifindex;
	ifi->ifi_change = step->link.keep_state ? 0 : IFF_UP;
	ifi->ifi_flags = step->link.up ? IFF_UP : 0;
	if (step->link.master || step->link.no_master)
		isle_nlmsg_put_u32(m, IFLA_MASTER, step->link.master);
	if (step->link.mac)
		isle_nlmsg_put(m, IFLA_ADDRESS, step->link.mac, 6);
	if (step->link.mtu)
		isle_nlmsg_put_u32(m, IFLA_MTU, step->link.mtu);
	if (step->link.new_name)
		isle_nlmsg_put_str(m, IFLA_IFNAME, step->link.new_name);
	if (step->link.alias)
		isle_nlmsg_put(m, IFLA_IFALIAS, step->link.alias, strlen(step->link.alias));
	put_families(step, ctx, m);
	isle_nlmsg_end(m);
	return 0;
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->link.ifindex, arg);
	fn(step->ns, &step->link.master, arg);
}

static void print_conf(const struct isle_step *step, const struct isle_lab *lab, const char *what, struct isle_buf *out)
{
	isle_buf_puts(out, "ip netns exec ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, " sysctl -qw net/ipv4/conf/");
	isle_kind_quote(out, step->link.name);
	isle_buf_printf(out, "/%s=0\n", what);
}

static bool is_change(const struct isle_step *step)
{
	return step->link.no_master || step->link.mtu || step->link.mac || step->link.new_name || step->link.alias ||
	       step->link.addrgenmode;
}

static const char *genmode(const struct isle_step *step)
{
	static const char *const words[] = { "eui64", "none", "stable_secret", "random" };

	return step->link.addrgenmode && *step->link.addrgenmode < ISLE_COUNT(words) ? words[*step->link.addrgenmode] : "none";
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->link.no_rp_filter)
		print_conf(step, lab, "rp_filter", out);
	if (step->link.no_forward)
		print_conf(step, lab, "forwarding", out);
	if (step->link.keep_state && !step->link.master && !step->link.no_linklocal && !is_change(step))
		return;
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link set dev ");
	isle_kind_quote(out, step->link.name);
	if (step->link.master)
		isle_buf_printf(out, " master %s", step->link.master_name);
	if (step->link.no_master)
		isle_buf_puts(out, " nomaster");
	if (step->link.mtu)
		isle_buf_printf(out, " mtu %u", step->link.mtu);
	isle_kind_put_mac(out, "address", step->link.mac);
	if (step->link.alias) {
		isle_buf_puts(out, " alias ");
		isle_kind_quote(out, step->link.alias);
	}
	if (step->link.no_linklocal || step->link.addrgenmode)
		isle_buf_printf(out, " addrgenmode %s", genmode(step));
	if (step->link.new_name) {
		isle_buf_puts(out, " name ");
		isle_kind_quote(out, step->link.new_name);
	}
	if (!step->link.keep_state)
		isle_buf_puts(out, step->link.up ? " up" : " down");
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	if (step->link.no_master && !step->link.keep_state)
		isle_words_add(w, "taking %s of %s out of its switch", step->link.name, isle_kind_ns(step, lab));
	else if (step->link.mtu)
		isle_words_add(w, "setting the MTU of %s of %s to %u", step->link.name, isle_kind_ns(step, lab), step->link.mtu);
	else if (step->link.mac)
		isle_words_add(w, "setting the MAC of %s of %s", step->link.name, isle_kind_ns(step, lab));
	else if (step->link.new_name)
		isle_words_add(w, "renaming %s of %s to %s", step->link.name, isle_kind_ns(step, lab), step->link.new_name);
	else if (step->link.keep_state)
		isle_words_add(w, "configuring %s of %s", step->link.name, isle_kind_ns(step, lab));
	else if (step->ns != ISLE_NS_FABRIC)
		isle_words_add(w, "setting %s of %s %s", step->link.name, isle_kind_ns(step, lab), step->link.up ? "up" : "down");
	else if (step->link.master)
		isle_words_add(w, "adding port %s to the switch %s", step->link.name, step->link.master_name);
	else
		isle_words_add(w, "starting the switch %s", step->link.name);
}

const struct isle_kind isle_kind_link = { .name = "link", .encode = encode, .command = command, .describe = describe, .indexes = indexes };
