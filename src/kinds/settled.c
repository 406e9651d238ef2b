/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting until an IPv6 address is answered for. The kernel takes the
 * address at once and makes it the host's own a little later, in a queue of
 * its own that a busy machine is slow to get to. A person at a shell is slower.
 */
#include "kinds/kinds.h"

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "waiting for address %s of %s", isle_ip_text(&step->address.ip, false, text), isle_kind_ns(step, lab));
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->address.ifindex, arg);
}

const struct isle_kind isle_kind_settled = { .name = "settled", .describe = describe, .indexes = indexes };
