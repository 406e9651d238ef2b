/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a kernel parameter of a namespace, written by the engine from inside
 * it. Paths are in the slash form, in which an interface name may have dots.
 */
#include "kinds/kinds.h"

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "ip netns exec ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_printf(out, " sysctl -%sqw ", step->sysctl.optional ? "e" : "");
	isle_kind_quote(out, step->sysctl.path);
	isle_buf_puts(out, "=");
	isle_kind_quote(out, step->sysctl.value);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "setting %s to %s in %s", step->sysctl.path, step->sysctl.value, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_sysctl = { .name = "sysctl", .command = command, .describe = describe };
