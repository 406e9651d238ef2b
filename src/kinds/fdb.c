/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one of several other ends of a vxlan: an entry of its forwarding table
 * for every MAC that is not known yet. What is sent to all goes to each of them.
 */
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include "kinds/kinds.h"

static int put(const struct isle_step *step, uint16_t type, uint16_t flags, struct isle_nlmsg *m)
{
	static const uint8_t any[6];
	struct ndmsg *nd = isle_nlmsg_begin(m, type, flags, sizeof(*nd));

	if (!nd)
		return -ENOBUFS;
	nd->ndm_family = AF_BRIDGE;
	nd->ndm_ifindex = (int)step->fdb.ifindex;
	nd->ndm_state = NUD_NOARP | NUD_PERMANENT;
	nd->ndm_flags = NTF_SELF;
	isle_nlmsg_put(m, NDA_LLADDR, any, sizeof(any));
	isle_nlmsg_put(m, NDA_DST, step->fdb.ip.b, isle_ip_bits(&step->fdb.ip) / 8);
	isle_nlmsg_end(m);
	return 0;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	return put(step, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_APPEND, m);
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return put(step, RTM_DELNEIGH, 0, m);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->fdb.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_buf_puts(out, "bridge -n ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_printf(out, " fdb %s 00:00:00:00:00:00 dst %s dev ", step->removes ? "delete" : "append",
			isle_ip_text(&step->fdb.ip, false, text));
	isle_kind_quote(out, step->fdb.dev);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "%s the other end %s %s %s of %s", step->removes ? "removing" : "adding",
		       isle_ip_text(&step->fdb.ip, false, text), step->removes ? "from" : "to", step->fdb.dev, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_fdb = {
	.name = "fdb", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
};
