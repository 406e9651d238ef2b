/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an interface of any kind that links/ has a table of, by one request that
 * puts it where it belongs. The request is sent where the interface is that it
 * is on, for that is where the kernel looks for it.
 */
#include <linux/if_link.h>
#include "kinds/kinds.h"

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));

	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->wire.ifindex;
	isle_nlmsg_put_str(m, IFLA_IFNAME, step->wire.name);
	if (step->wire.mac)
		isle_nlmsg_put(m, IFLA_ADDRESS, step->wire.mac, 6);
	if (step->wire.mtu)
		isle_nlmsg_put_u32(m, IFLA_MTU, step->wire.mtu);
	if (step->wire.lower_name) {
		int lower = step->wire.lower ? (int)step->wire.lower : ctx->ifindex(ctx, step->wire.lower_name);

		if (lower < 0)
			return lower;
		isle_nlmsg_put_u32(m, IFLA_LINK, (uint32_t)lower);
	}
	if (step->wire.that_ns != step->ns) {
		int fd = ctx->ns_fd(ctx, step->wire.that_ns);

		if (fd < 0)
			return fd;
		isle_nlmsg_put_u32(m, IFLA_NET_NS_FD, (uint32_t)fd);
	}
	isle_link_put_info(m, step->wire.kind, step->wire.options, step->wire.n_options);
	isle_nlmsg_end(m);
	return 0;
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return isle_kind_put_dellink(m, step->wire.ifindex);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->wire.that_ns, &step->wire.ifindex, arg);
	if (step->wire.lower)
		fn(step->ns, &step->wire.lower, arg);
	for (uint32_t i = 0; i < step->wire.n_options; i++) {
		struct isle_link_value *v = &step->wire.options[i];
		uint32_t ifindex = (uint32_t)v->n;

		if (v->option->type != ISLE_OPTION_LINK)
			continue;
		fn(step->wire.that_ns, &ifindex, arg);
		v->n = ifindex;
	}
}

static size_t makes(const struct isle_step *step, struct isle_made ret[2])
{
	ret[0] = (struct isle_made) {
		.ns = step->wire.that_ns, .name = step->wire.name, .type = step->wire.kind->name, .ifindex = step->wire.ifindex,
		.mtu = step->wire.mtu, .mac = step->wire.mac,
	};
	return 1;
}

static void settings(const struct isle_step *step, struct isle_settings *ret)
{
	*ret = (struct isle_settings) { .kind = step->wire.kind, .v = step->wire.options, .n = step->wire.n_options };
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->removes) {
		isle_kind_command_dellink(step, lab, step->wire.name, out);
		return;
	}
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link add");
	if (step->wire.lower_name) {
		isle_buf_puts(out, " link ");
		isle_kind_quote(out, step->wire.lower_name);
	}
	isle_buf_puts(out, " name ");
	isle_kind_quote(out, step->wire.name);
	if (step->wire.ifindex)
		isle_buf_printf(out, " index %u", step->wire.ifindex);
	if (step->wire.mtu)
		isle_buf_printf(out, " mtu %u", step->wire.mtu);
	isle_kind_put_mac(out, "address", step->wire.mac);
	if (step->wire.that_ns != step->ns) {
		isle_buf_puts(out, " netns ");
		isle_kind_ns_name(step->wire.that_ns, lab, out);
	}
	isle_link_print_info(step->wire.kind, step->wire.options, step->wire.n_options, out);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	if (step->removes) {
		isle_words_add(w, "removing %s of %s", step->wire.name, isle_kind_ns_called(step->wire.that_ns, lab));
		return;
	}
	isle_words_add(w, "making the %s %s of %s", step->wire.kind->name, step->wire.called ? step->wire.called : step->wire.name,
		       isle_kind_ns_called(step->wire.that_ns, lab));
	if (step->wire.lower_name)
		isle_words_add(w, " on %s%s%s", step->wire.lower_name, step->ns == step->wire.that_ns ? "" : " of ",
			       step->ns == step->wire.that_ns ? "" : isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_wire = {
	.name = "wire", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
	.makes = makes, .settings = settings,
};
