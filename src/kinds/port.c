/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a port of a bridge has: its options, and its VLANs where the bridge
 * filters them. Such a bridge is made without a default VLAN, so each of its
 * ports is told: what comes in untagged belongs to one (and leaves untagged),
 * all others are tagged both ways. A port of which the file says nothing is in
 * VLAN 1.
 */
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include "kinds/kinds.h"

enum { LAST_VLAN = 4094 };

static void put(struct isle_nlmsg *m, uint16_t vid, uint16_t flags)
{
	const struct bridge_vlan_info info = { .flags = flags, .vid = vid };

	isle_nlmsg_put(m, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
}

/* That are written; NULL: none. */
static const struct isle_vlans *written(const struct isle_step *step)
{
	return step->port.vlans && isle_vlans_are_set(step->port.vlans) ? step->port.vlans : NULL;
}

/* Of untagged frames; 0: they are not taken. */
static uint16_t untagged(const struct isle_step *step)
{
	const struct isle_vlans *v = written(step);

	return v ? v->access ? v->access : v->native : 1;
}

void isle_kind_port_vlans(const struct isle_step *step, uint16_t ret[ISLE_VLANS])
{
	const struct isle_vlans *v = written(step);

	memset(ret, 0, ISLE_VLANS * sizeof(*ret));
	if (!step->port.filters)
		return;
	if (untagged(step))
		ret[untagged(step)] = ISLE_VLAN_IS | BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED;
	for (size_t i = 0; v && i < v->n_trunk; i++)
		if (v->trunk[i] != v->native)
			ret[v->trunk[i]] = ISLE_VLAN_IS;
	for (unsigned vid = 2; step->port.all && vid <= LAST_VLAN; vid++)
		ret[vid] = ISLE_VLAN_IS;
}

static size_t n_options(const struct isle_step *step)
{
	return step->port.vlans ? step->port.vlans->n_options : 0;
}

static void put_options(const struct isle_step *step, struct isle_nlmsg *m)
{
	size_t info = isle_nlmsg_nest(m, IFLA_PROTINFO);

	isle_link_put(m, isle_link_bridge_port.options, isle_link_bridge_port.n, step->port.vlans->options, n_options(step));
	isle_nlmsg_unnest(m, info);
}

static void put_vlans(const struct isle_step *step, struct isle_nlmsg *m)
{
	const struct isle_vlans *v = written(step);
	size_t spec = isle_nlmsg_nest(m, IFLA_AF_SPEC);

	if (untagged(step))
		put(m, untagged(step), BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
	for (size_t i = 0; v && i < v->n_trunk; i++)
		if (v->trunk[i] != v->native)
			put(m, v->trunk[i], 0);
	if (step->port.all) {
		put(m, 2, BRIDGE_VLAN_INFO_RANGE_BEGIN);
		put(m, LAST_VLAN, BRIDGE_VLAN_INFO_RANGE_END);
	}
	isle_nlmsg_unnest(m, spec);
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_SETLINK, 0, sizeof(*ifi));

	(void)ctx;
	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_family = AF_BRIDGE;
	ifi->ifi_index = (int)step->port.ifindex;
	if (n_options(step))
		put_options(step, m);
	if (step->port.filters)
		put_vlans(step, m);
	isle_nlmsg_end(m);
	return 0;
}

static void print(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "bridge -n ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_printf(out, " vlan add dev %s vid ", step->port.name);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const struct isle_vlans *v = written(step);

	if (n_options(step)) {
		isle_buf_puts(out, "bridge -n ");
		isle_kind_ns_name(step->ns, lab, out);
		isle_buf_printf(out, " link set dev %s", step->port.name);
		for (size_t i = 0; i < n_options(step); i++)
			isle_link_print_ip(&step->port.vlans->options[i], out);
		isle_buf_puts(out, "\n");
	}
	if (!step->port.filters)
		return;
	if (untagged(step)) {
		print(step, lab, out);
		isle_buf_printf(out, "%u pvid untagged\n", untagged(step));
	}
	for (size_t i = 0; v && i < v->n_trunk; i++)
		if (v->trunk[i] != v->native) {
			print(step, lab, out);
			isle_buf_printf(out, "%u\n", v->trunk[i]);
		}
	if (step->port.all) {
		print(step, lab, out);
		isle_buf_printf(out, "2-%u\n", LAST_VLAN);
	}
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	(void)lab;
	isle_words_add(w, "setting the %s of port %s", !step->port.filters ? "options" : n_options(step) ? "options and VLANs" : "VLANs",
		       step->port.name);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->port.ifindex, arg);
}

const struct isle_kind isle_kind_port = {
	.name = "port", .encode = encode, .command = command, .describe = describe, .indexes = indexes,
	.lacks = "VLANs or such options of bridges (CONFIG_BRIDGE_VLAN_FILTERING)",
};
