/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a neighbour whose MAC address is known without asking, for good.
 */
#include <linux/neighbour.h>
#include "kinds/kinds.h"

static struct ndmsg *begin(const struct isle_step *step, uint16_t type, uint16_t flags, struct isle_nlmsg *m)
{
	const struct isle_ip *ip = &step->neigh.ip;
	struct ndmsg *nd = isle_nlmsg_begin(m, type, flags, sizeof(*nd));

	if (!nd)
		return NULL;
	*nd = (struct ndmsg){ .ndm_family = ip->family, .ndm_ifindex = (int)step->neigh.ifindex, .ndm_state = NUD_PERMANENT };
	isle_nlmsg_put(m, NDA_DST, ip->b, isle_ip_bits(ip) / 8);
	return nd;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	if (!begin(step, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, m))
		return -ENOBUFS;
	isle_nlmsg_put(m, NDA_LLADDR, step->neigh.mac, sizeof(step->neigh.mac));
	isle_nlmsg_end(m);
	return 0;
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	if (!begin(step, RTM_DELNEIGH, 0, m))
		return -ENOBUFS;
	isle_nlmsg_end(m);
	return 0;
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->neigh.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " neighbour %s %s", step->removes ? "delete" : "replace", isle_ip_text(&step->neigh.ip, false, text));
	if (!step->removes)
		isle_kind_put_mac(out, "lladdr", step->neigh.mac);
	isle_buf_puts(out, " dev ");
	isle_kind_quote(out, step->neigh.dev);
	isle_buf_puts(out, step->removes ? "\n" : " nud permanent\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "%s neighbour %s %s %s of %s", step->removes ? "removing" : "adding", isle_ip_text(&step->neigh.ip, false, text),
		       step->removes ? "from" : "to", step->neigh.dev, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_neigh = { .name = "neigh", .encode = encode, .encode_removal = encode_removal, .command = command,
					   .describe = describe, .indexes = indexes };
