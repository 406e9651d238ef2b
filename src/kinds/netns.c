/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a namespace. The engine makes and pins it; the commands for a shell make
 * one of the same name with `ip netns`. The host name and the files of a host
 * have no counterpart there: `ip netns exec` knows neither.
 */
#include "kinds/kinds.h"

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_printf(out, "ip netns %s ", step->removes ? "delete" : "add");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, "\n");
	if (step->removes)
		return;
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link set dev lo up\n");
	if (step->netns.host && step->netns.host->n_owns)
		isle_buf_printf(out, "# `files` and `private` of %s: `ip netns exec` has nothing like them\n", step->netns.host->name);
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	(void)lab;
	const char *verb = step->removes ? "removing" : "making";

	if (step->netns.host)
		isle_words_add(w, "%s the host %s", verb, step->netns.host->name);
	else
		isle_words_add(w, "%s the namespace of the switches", verb);
}

const struct isle_kind isle_kind_netns = { .name = "netns", .command = command, .describe = describe };
