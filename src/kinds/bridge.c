/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a switch: a Linux bridge, which forwards at once and floods what it does
 * not know if the file says nothing else. It is made down and comes up when all its ports are there, because
 * every port added to a running bridge is announced through all the others.
 * No VLAN of its own: a default one costs every port a table and an entry.
 */
#include <linux/if_link.h>
#include "kinds/kinds.h"

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));

	(void)ctx;
	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->bridge.ifindex;
	isle_nlmsg_put_str(m, IFLA_IFNAME, step->bridge.name);
	isle_nlmsg_put(m, IFLA_ADDRESS, step->bridge.mac, 6);
	isle_nlmsg_put_u32(m, IFLA_MTU, step->bridge.mtu);
	isle_link_put_info(m, isle_link_kind_find("bridge"), step->bridge.options, step->bridge.n_options);
	isle_nlmsg_end(m);
	return 0;
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return isle_kind_put_dellink(m, step->bridge.ifindex);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->bridge.ifindex, arg);
}

static size_t makes(const struct isle_step *step, struct isle_made ret[2])
{
	ret[0] = (struct isle_made) {
		.ns = step->ns, .name = step->bridge.name, .type = "bridge", .ifindex = step->bridge.ifindex,
		.mtu = step->bridge.mtu, .mac = step->bridge.mac,
	};
	return 1;
}

static void settings(const struct isle_step *step, struct isle_settings *ret)
{
	*ret = (struct isle_settings) { .kind = isle_link_kind_find("bridge"), .v = step->bridge.options, .n = step->bridge.n_options };
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->removes) {
		isle_kind_command_dellink(step, lab, step->bridge.name, out);
		return;
	}
	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " link add name %s index %u mtu %u", step->bridge.name, step->bridge.ifindex, step->bridge.mtu);
	isle_kind_put_mac(out, "address", step->bridge.mac);
	isle_buf_puts(out, " type bridge");
	for (size_t i = 0; i < step->bridge.n_options; i++)
		isle_link_print_ip(&step->bridge.options[i], out);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	(void)lab;
	isle_words_add(w, "%s the switch %s", step->removes ? "removing" : "making", step->bridge.name);
}

const struct isle_kind isle_kind_bridge = {
	.name = "bridge", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe,
	.indexes = indexes, .makes = makes, .settings = settings,
};
