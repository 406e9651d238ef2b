/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the key and the port of a wireguard that exists. The engine sends it by
 * generic netlink and asks the kernel for the public key, which its peers need:
 * so nothing here knows how one follows from the other. At a shell wg(8) does it;
 * a key is never printed, one of the file's text is asked for.
 */
#include <linux/wireguard.h>
#include "kinds/kinds.h"

void isle_kind_encode_wireguard(const struct isle_step *step, uint16_t family, struct isle_nlmsg *m)
{
	const struct isle_link_kind *kind = isle_link_kind_find("wireguard");
	struct isle_link_value v[ISLE_LINK_OPTIONS];
	size_t n = 0;

	for (size_t i = 0; i < step->wireguard.n_options && n + 1 < ISLE_COUNT(v); i++)
		if (!(step->wireguard.options[i].option->flags & ISLE_OPTION_SECRET))
			v[n++] = step->wireguard.options[i];
	v[n] = (struct isle_link_value){ .option = isle_link_option(kind, "private-key") };
	memcpy(v[n].b, step->wireguard.keys->private_key, sizeof(v->b));
	n += !step->wireguard.keeps_key;
	isle_genl_begin(m, family, 0, WG_CMD_SET_DEVICE);
	isle_nlmsg_put_str(m, WGDEVICE_A_IFNAME, step->wireguard.name);
	isle_link_put(m, kind->options, kind->n, v, n);
	if (step->wireguard.replaces_peers)
		isle_nlmsg_put_u32(m, WGDEVICE_A_FLAGS, WGDEVICE_F_REPLACE_PEERS);
	isle_nlmsg_end(m);
}

/* Without an option of its own a shell reads the key that is typed. */
static const char *key_source(const struct isle_step *step)
{
	for (size_t i = 0; i < step->wireguard.n_options; i++) {
		const struct isle_link_value *v = &step->wireguard.options[i];

		if (v->option->flags & ISLE_OPTION_SECRET)
			return v->text ? v->text : "/dev/stdin";
	}
	return NULL;
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const struct isle_link_kind *kind = isle_link_kind_find("wireguard");
	const struct isle_option *port = isle_link_option(kind, "listen-port");
	const char *source = key_source(step);
	bool has_port = false;

	if (step->wireguard.asks)
		return;
	isle_kind_exec(step, lab, out);
	isle_buf_puts(out, "wg set ");
	isle_kind_quote(out, step->wireguard.name);
	isle_buf_puts(out, step->wireguard.keeps_key ? "" : " private-key ");
	if (step->wireguard.keeps_key)
		source = NULL;
	else if (source)
		isle_kind_quote(out, source);
	else
		isle_buf_puts(out, "<(wg genkey)");
	for (size_t i = 0; i < step->wireguard.n_options; i++) {
		has_port |= step->wireguard.options[i].option == port;
		isle_link_print_ip(&step->wireguard.options[i], out);
	}
	if (!has_port)
		isle_buf_printf(out, " listen-port %llu", (unsigned long long)port->dflt_n);
	isle_buf_puts(out, source && !strcmp(source, "/dev/stdin") ? "  # its private key is in the lab file\n" : "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "%s the key and port of %s of %s", step->wireguard.asks ? "asking for" : "setting", step->wireguard.name, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_wireguard = { .name = "wireguard", .command = command, .describe = describe };
