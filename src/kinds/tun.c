/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a tap or tun that stays when nobody has it open. It comes by ioctl, so
 * the engine makes it; the step is that of a wire (kinds/wire.c), and in all else
 * it is an interface like others. `ip` has no word for its index.
 */
#include "kinds/kinds.h"

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->removes) {
		isle_kind_command_dellink(step, lab, step->wire.name, out);
		return;
	}
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " tuntap add dev ");
	isle_kind_quote(out, step->wire.name);
	isle_buf_printf(out, " mode %s", step->wire.kind->name);
	for (uint32_t i = 0; i < step->wire.n_options; i++)
		isle_link_print_ip(&step->wire.options[i], out);
	isle_buf_puts(out, "\n");
	if (!step->wire.mtu && !step->wire.mac)
		return;
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link set dev ");
	isle_kind_quote(out, step->wire.name);
	if (step->wire.mtu)
		isle_buf_printf(out, " mtu %u", step->wire.mtu);
	isle_kind_put_mac(out, "address", step->wire.mac);
	isle_buf_puts(out, "\n");
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return isle_kind_put_dellink(m, step->wire.ifindex);
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	if (step->removes)
		isle_words_add(w, "removing %s of %s", step->wire.name, isle_kind_ns(step, lab));
	else
		isle_words_add(w, "making the %s %s of %s", step->wire.kind->name, step->wire.name, isle_kind_ns(step, lab));
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->wire.ifindex, arg);
}

static size_t makes(const struct isle_step *step, struct isle_made ret[2])
{
	ret[0] = (struct isle_made) {
		.ns = step->ns, .name = step->wire.name, .type = "tun", .ifindex = step->wire.ifindex, .mtu = step->wire.mtu,
		.mac = step->wire.mac,
	};
	return 1;
}

static void settings(const struct isle_step *step, struct isle_settings *ret)
{
	*ret = (struct isle_settings) { .kind = step->wire.kind, .v = step->wire.options, .n = step->wire.n_options };
}

const struct isle_kind isle_kind_tun = {
	.name = "tun", .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes, .makes = makes,
	.settings = settings,
};
