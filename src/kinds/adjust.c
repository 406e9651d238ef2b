/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: options of an interface that exists, or of the port that it is; what is
 * not said stays as it is. Only of changes: what is made is made with its
 * options. The inverse is another step of the kind, with the values that were.
 */
#include <linux/if_link.h>
#include "kinds/kinds.h"

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_NEWLINK, 0, sizeof(*ifi));

	(void)ctx;
	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)step->adjust.ifindex;
	isle_link_put_change(m, step->adjust.kind, step->adjust.v, step->adjust.n);
	isle_nlmsg_end(m);
	return 0;
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->adjust.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const bool is_port = step->adjust.kind->is_port;

	if (is_port) {
		isle_buf_puts(out, "bridge -n ");
		isle_kind_ns_name(step->ns, lab, out);
	} else {
		isle_kind_ip(step, lab, out);
	}
	isle_buf_puts(out, " link set dev ");
	isle_kind_quote(out, step->adjust.name);
	if (!is_port)
		isle_buf_printf(out, " type %s", step->adjust.kind->name);
	for (size_t i = 0; i < step->adjust.n; i++)
		isle_link_print_ip(&step->adjust.v[i], out);
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "setting ");
	for (size_t i = 0; i < step->adjust.n; i++)
		isle_words_add(w, "%s%s", i ? ", " : "", step->adjust.v[i].option->name);
	isle_words_add(w, " of %s%s of %s", step->adjust.kind->is_port ? "port " : "", step->adjust.name, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_adjust = {
	.name = "adjust", .encode = encode, .command = command, .describe = describe, .indexes = indexes,
};
