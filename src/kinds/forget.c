/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: forgetting whose an address was. It moved to another interface, and a
 * neighbour that goes on sending to the old one would need half a minute to
 * find out. Of changes only: who comes up knows no neighbours.
 */
#include <linux/neighbour.h>
#include "kinds/kinds.h"

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ndmsg *nd = isle_nlmsg_begin(m, RTM_DELNEIGH, 0, sizeof(*nd));

	(void)ctx;
	if (!nd)
		return -ENOBUFS;
	nd->ndm_family = step->address.ip.family;
	nd->ndm_ifindex = (int)step->address.ifindex;
	isle_nlmsg_put(m, NDA_DST, step->address.ip.b, isle_ip_bits(&step->address.ip) / 8);
	isle_nlmsg_end(m);
	return 0;
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->address.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " neighbour flush to %s dev ", isle_ip_text(&step->address.ip, false, text));
	isle_kind_quote(out, step->address.dev);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "forgetting the old neighbour %s of %s", isle_ip_text(&step->address.ip, false, text), isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_forget = { .name = "forget", .encode = encode, .command = command, .describe = describe, .indexes = indexes };
