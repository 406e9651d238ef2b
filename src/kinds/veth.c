/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a pair of interfaces, by one request that puts each end where it
 * belongs. Of the two the kernel enslaves and brings up only the one that the
 * request is about, never its peer; so "that" end (a switch port, or the end in
 * another host) is what the request is about, and the peer lands where the
 * request is sent. One queue each way: more cost time and nothing here uses them.
 */
#include <linux/if_link.h>
#include <linux/veth.h>
#include "kinds/kinds.h"

static void put_end(struct isle_nlmsg *m, const char *name, const uint8_t *mac, uint32_t mtu)
{
	isle_nlmsg_put_str(m, IFLA_IFNAME, name);
	if (mac)
		isle_nlmsg_put(m, IFLA_ADDRESS, mac, 6);
	if (!mtu)
		return;
	isle_nlmsg_put_u32(m, IFLA_MTU, mtu);
	isle_nlmsg_put_u32(m, IFLA_NUM_TX_QUEUES, 1);
	isle_nlmsg_put_u32(m, IFLA_NUM_RX_QUEUES, 1);
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *that = isle_nlmsg_begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*that));

	if (!that)
		return -ENOBUFS;
	that->ifi_index = (int)step->veth.that_ifindex;
	if (step->veth.that_up)
		that->ifi_flags = that->ifi_change = IFF_UP;
	put_end(m, step->veth.that_name, step->veth.that_mac, step->veth.that_mtu);
	if (step->veth.that_master)
		isle_nlmsg_put_u32(m, IFLA_MASTER, step->veth.that_master);
	if (step->veth.that_ns != step->ns) {
		int fd = ctx->ns_fd(ctx, step->veth.that_ns);

		if (fd < 0)
			return fd;
		isle_nlmsg_put_u32(m, IFLA_NET_NS_FD, (uint32_t)fd);
	}
	size_t info = isle_nlmsg_nest(m, IFLA_LINKINFO);
	isle_nlmsg_put_str(m, IFLA_INFO_KIND, "veth");
	size_t data = isle_nlmsg_nest(m, IFLA_INFO_DATA);
	size_t peer = isle_nlmsg_nest(m, VETH_INFO_PEER);
	struct ifinfomsg *this = isle_nlmsg_raw(m, sizeof(*this));
	if (this)
		this->ifi_index = (int)step->veth.ifindex;
	put_end(m, step->veth.name, step->veth.mac, step->veth.mtu);
	isle_nlmsg_unnest(m, peer);
	isle_nlmsg_unnest(m, data);
	isle_nlmsg_unnest(m, info);
	isle_nlmsg_end(m);
	return 0;
}

/* One end takes the other along. */
static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return isle_kind_put_dellink(m, step->veth.ifindex);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->veth.ifindex, arg);
	fn(step->veth.that_ns, &step->veth.that_ifindex, arg);
	fn(step->veth.that_ns, &step->veth.that_master, arg);
}

static size_t makes(const struct isle_step *step, struct isle_made ret[2])
{
	ret[0] = (struct isle_made) {
		.ns = step->ns, .name = step->veth.name, .type = "veth", .ifindex = step->veth.ifindex, .mtu = step->veth.mtu,
		.mac = step->veth.mac,
	};
	ret[1] = (struct isle_made) {
		.ns = step->veth.that_ns, .name = step->veth.that_name, .type = "veth", .ifindex = step->veth.that_ifindex,
		.mtu = step->veth.that_mtu, .mac = step->veth.that_mac, .master = step->veth.that_master,
		.master_name = step->veth.that_master_name, .up = step->veth.that_up,
	};
	return 2;
}

static void print_end(struct isle_buf *out, const char *name, uint32_t ifindex, const uint8_t *mac, uint32_t mtu)
{
	isle_buf_puts(out, " name ");
	isle_kind_quote(out, name);
	if (ifindex)
		isle_buf_printf(out, " index %u", ifindex);
	if (mtu)
		isle_buf_printf(out, " mtu %u numtxqueues 1 numrxqueues 1", mtu);
	isle_kind_put_mac(out, "address", mac);
}

/* Told from that end, because `ip` looks for a master where it is run. */
static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->removes) {
		isle_kind_command_dellink(step, lab, step->veth.name, out);
		return;
	}
	isle_kind_ip_in(step->veth.that_ns, lab, out);
	isle_buf_puts(out, " link add");
	print_end(out, step->veth.that_name, step->veth.that_ifindex, step->veth.that_mac, step->veth.that_mtu);
	if (step->veth.that_master)
		isle_buf_printf(out, " master %s", step->veth.that_master_name);
	isle_buf_printf(out, "%s type veth peer", step->veth.that_up ? " up" : "");
	print_end(out, step->veth.name, step->veth.ifindex, step->veth.mac, step->veth.mtu);
	if (step->veth.that_ns != step->ns) {
		isle_buf_puts(out, " netns ");
		isle_kind_ns_name(step->ns, lab, out);
	}
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	const bool switches = step->ns == ISLE_NS_FABRIC;

	if (step->removes)
		isle_words_add(w, "removing %s of %s", step->veth.name, isle_kind_ns(step, lab));
	else if (switches)
		isle_words_add(w, "linking switch ports %s and %s", step->veth.that_name, step->veth.name);
	else if (step->veth.that_master)
		isle_words_add(w, "linking %s of %s to the switch %s", step->veth.name, isle_kind_ns(step, lab),
			       step->veth.that_master_name);
	else if (step->veth.that_ns == ISLE_NS_FABRIC)
		isle_words_add(w, "linking %s of %s to the switch port %s", step->veth.name, isle_kind_ns(step, lab),
			       step->veth.that_name);
	else
		isle_words_add(w, "linking %s of %s to %s of %s", step->veth.name, isle_kind_ns(step, lab), step->veth.that_name,
			       isle_kind_ns_called(step->veth.that_ns, lab));
}

const struct isle_kind isle_kind_veth = {
	.name = "veth", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
	.makes = makes,
};
