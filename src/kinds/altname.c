/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one more name for an interface. A switch port is called p and six hex
 * digits, for 15 bytes are all it can have; its other name says whose it is,
 * HOST:IF. It is also the mark by which isle knows the port as its own.
 */
#include <linux/if_link.h>
#include "kinds/kinds.h"

static int put(const struct isle_step *step, uint16_t type, uint16_t flags, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, type, flags, sizeof(*ifi));

	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->altname.ifindex;
	size_t list = isle_nlmsg_nest(m, IFLA_PROP_LIST);
	isle_nlmsg_put_str(m, IFLA_ALT_IFNAME, step->altname.altname);
	isle_nlmsg_unnest(m, list);
	isle_nlmsg_end(m);
	return 0;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	return put(step, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, m);
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return put(step, RTM_DELLINKPROP, 0, m);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->altname.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " link property %s dev ", step->removes ? "del" : "add");
	isle_kind_quote(out, step->altname.name);
	isle_buf_puts(out, " altname ");
	isle_kind_quote(out, step->altname.altname);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, step->removes ? "taking from %s of %s the name %s" : "giving %s of %s the name %s", step->altname.name,
		       isle_kind_ns(step, lab), step->altname.altname);
}

const struct isle_kind isle_kind_altname = {
	.name = "altname", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
};
