/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an interface whose checksums are filled in before a frame leaves it,
 * not by a card that is not there: for what reads frames in userspace. There is
 * no netlink request for that which older kernels know; the engine calls ioctl.
 */
#include "kinds/kinds.h"

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "ip netns exec ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, " ethtool -K ");
	isle_kind_quote(out, step->link.name);
	isle_buf_puts(out, " tx off\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "switching off checksum offload of %s of %s", step->link.name, isle_kind_ns(step, lab));
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->link.ifindex, arg);
}

const struct isle_kind isle_kind_offload = { .name = "offload", .command = command, .describe = describe, .indexes = indexes };
