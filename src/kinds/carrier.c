/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting until an interface can carry traffic. The engine waits for the
 * event; a person at a shell is slower than the kernel, so there is no command.
 */
#include "kinds/kinds.h"

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "waiting for %s of %s to carry traffic", step->link.name, isle_kind_ns(step, lab));
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->link.ifindex, arg);
}

const struct isle_kind isle_kind_carrier = { .name = "carrier", .describe = describe, .indexes = indexes };
