/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: VLANs of a bridge's port, one after the other, all alike. Only of
 * changes: port.c gives a new port all that it has. Saying it again of a VLAN
 * that is there sets how it is there; one that becomes that of untagged frames
 * takes it from the other.
 */
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include "kinds/kinds.h"

static void put(const struct isle_step *step, uint16_t vid, uint16_t flags, struct isle_nlmsg *m)
{
	const struct bridge_vlan_info info = { .flags = step->vlan.flags | flags, .vid = vid };

	isle_nlmsg_put(m, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
}

static int put_all(const struct isle_step *step, uint16_t type, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, type, 0, sizeof(*ifi));

	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_family = AF_BRIDGE;
	ifi->ifi_index = (int)step->vlan.ifindex;
	size_t spec = isle_nlmsg_nest(m, IFLA_AF_SPEC);
	if (step->vlan.first == step->vlan.last) {
		put(step, step->vlan.first, 0, m);
	} else {
		put(step, step->vlan.first, BRIDGE_VLAN_INFO_RANGE_BEGIN, m);
		put(step, step->vlan.last, BRIDGE_VLAN_INFO_RANGE_END, m);
	}
	isle_nlmsg_unnest(m, spec);
	isle_nlmsg_end(m);
	return 0;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	return put_all(step, RTM_SETLINK, m);
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return put_all(step, RTM_DELLINK, m);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->vlan.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "bridge -n ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_printf(out, " vlan %s dev %s vid %u", step->removes ? "delete" : "add", step->vlan.name, step->vlan.first);
	if (step->vlan.last != step->vlan.first)
		isle_buf_printf(out, "-%u", step->vlan.last);
	if (!step->removes && step->vlan.flags & BRIDGE_VLAN_INFO_PVID)
		isle_buf_puts(out, " pvid");
	if (!step->removes && step->vlan.flags & BRIDGE_VLAN_INFO_UNTAGGED)
		isle_buf_puts(out, " untagged");
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "%s VLAN %u", step->removes ? "removing" : "setting", step->vlan.first);
	if (step->vlan.last != step->vlan.first)
		isle_words_add(w, "-%u", step->vlan.last);
	isle_words_add(w, " of port %s of %s", step->vlan.name, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_vlan = {
	.name = "vlan", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
	.lacks = "VLANs of bridges (CONFIG_BRIDGE_VLAN_FILTERING)",
};
