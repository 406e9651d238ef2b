/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a file of nftables rules, loaded inside a host by nft(8), whose language
 * it is in. It can be taken away again by nobody but who wrote it.
 */
#include "kinds/kinds.h"

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_kind_exec(step, lab, out);
	isle_buf_puts(out, "nft -f ");
	isle_kind_quote(out, step->nft.path);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "loading %s into %s", step->nft.path, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_nft = { .name = "nft", .command = command, .describe = describe };
