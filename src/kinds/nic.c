/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a NIC of the machine, moved into a host. Name and index there come with
 * the move, in one request; the kernel takes it down and its addresses away.
 * Bringing it home is no removal of this step: that goes by what was recorded
 * (engine/nic_home.c).
 */
#include <linux/if_link.h>
#include "kinds/kinds.h"

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	int ns = ctx->ns_fd(ctx, step->nic.that_ns);
	struct ifinfomsg *ifi;

	if (ns < 0)
		return ns;
	ifi = isle_nlmsg_begin(m, RTM_SETLINK, 0, sizeof(*ifi));
	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->nic.ifindex;
	isle_nlmsg_put_u32(m, IFLA_NET_NS_FD, (uint32_t)ns);
	isle_nlmsg_put_str(m, IFLA_IFNAME, step->nic.new_name);
	isle_nlmsg_put_u32(m, IFLA_NEW_IFINDEX, step->nic.new_ifindex);
	isle_nlmsg_end(m);
	return 0;
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link set dev ");
	isle_kind_quote(out, step->nic.name);
	isle_buf_puts(out, " netns ");
	isle_kind_ns_name(step->nic.that_ns, lab, out);
	isle_buf_puts(out, " name ");
	isle_kind_quote(out, step->nic.new_name);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "moving %s of the machine to %s", step->nic.name, lab->hosts[step->nic.that_ns - 1]->name);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->nic.ifindex, arg);
	fn(step->nic.that_ns, &step->nic.new_ifindex, arg);
}

const struct isle_kind isle_kind_nic = { .name = "nic", .encode = encode, .command = command, .describe = describe, .indexes = indexes };
