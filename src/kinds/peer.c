/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a peer of a wireguard: who it is, where it is, what is behind it. By then
 * all wireguards of the lab have their keys.
 */
#include <arpa/inet.h>
#include <linux/wireguard.h>
#include "kinds/kinds.h"

static void put_endpoint(struct isle_nlmsg *m, const struct isle_peer *p)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(p->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(p->port) };

	if (p->endpoint.family == AF_INET) {
		memcpy(&in.sin_addr, p->endpoint.b, 4);
		isle_nlmsg_put(m, WGPEER_A_ENDPOINT, &in, sizeof(in));
	} else if (p->endpoint.family == AF_INET6) {
		memcpy(&in6.sin6_addr, p->endpoint.b, 16);
		isle_nlmsg_put(m, WGPEER_A_ENDPOINT, &in6, sizeof(in6));
	}
}

static void put_allowed(struct isle_nlmsg *m, const struct isle_peer *p)
{
	size_t list = isle_nlmsg_nest(m, WGPEER_A_ALLOWEDIPS);

	for (size_t i = 0; i < p->n_allowed; i++) {
		size_t one = isle_nlmsg_nest(m, 0);

		isle_nlmsg_put_u16(m, WGALLOWEDIP_A_FAMILY, p->allowed[i].family);
		isle_nlmsg_put(m, WGALLOWEDIP_A_IPADDR, p->allowed[i].b, isle_ip_bits(&p->allowed[i]) / 8);
		isle_nlmsg_put_u8(m, WGALLOWEDIP_A_CIDR_MASK, p->allowed[i].len);
		isle_nlmsg_unnest(m, one);
	}
	isle_nlmsg_unnest(m, list);
}

void isle_kind_encode_peer(const struct isle_step *step, uint16_t family, struct isle_nlmsg *m)
{
	const struct isle_peer *p = step->peer.peer;

	isle_genl_begin(m, family, 0, WG_CMD_SET_DEVICE);
	isle_nlmsg_put_str(m, WGDEVICE_A_IFNAME, step->peer.name);
	size_t list = isle_nlmsg_nest(m, WGDEVICE_A_PEERS), one = isle_nlmsg_nest(m, 0);
	isle_nlmsg_put(m, WGPEER_A_PUBLIC_KEY, step->peer.keys ? step->peer.keys->public_key : p->key, 32);
	if (step->removes) {
		isle_nlmsg_put_u32(m, WGPEER_A_FLAGS, WGPEER_F_REMOVE_ME);
	} else {
		/* none are zeros */
		isle_nlmsg_put(m, WGPEER_A_PRESHARED_KEY, p->secret.b, sizeof(p->secret.b));
		put_endpoint(m, p);
		isle_nlmsg_put_u16(m, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, p->keepalive);
		isle_nlmsg_put_u32(m, WGPEER_A_FLAGS, WGPEER_F_REPLACE_ALLOWEDIPS);
		put_allowed(m, p);
	}
	isle_nlmsg_unnest(m, one);
	isle_nlmsg_unnest(m, list);
	isle_nlmsg_end(m);
}

static void print_secret(const struct isle_link_value *secret, struct isle_buf *out)
{
	if (!secret->option)
		return;
	isle_buf_puts(out, " preshared-key ");
	isle_kind_quote(out, secret->text ? secret->text : "/dev/stdin");
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const struct isle_peer *p = step->peer.peer;
	char text[ISLE_IP_TEXT + 8];

	isle_kind_exec(step, lab, out);
	isle_buf_puts(out, "wg set ");
	isle_kind_quote(out, step->peer.name);
	if (p->iface) {
		isle_buf_puts(out, " peer \"$(ip netns exec ");
		isle_kind_ns_name(ISLE_NS_HOST(p->iface->host->index), lab, out);
		isle_buf_puts(out, " wg show ");
		isle_kind_quote(out, p->iface->name);
		isle_buf_puts(out, " public-key)\"");
	} else {
		isle_buf_printf(out, " peer %s", isle_link_key_text(p->key, text));
	}
	if (step->removes) {
		isle_buf_puts(out, " remove\n");
		return;
	}
	print_secret(&p->secret, out);
	if (p->endpoint.family)
		isle_buf_printf(out, " endpoint %s", isle_lab_endpoint_text(&p->endpoint, p->port, text, sizeof(text)));
	if (p->keepalive)
		isle_buf_printf(out, " persistent-keepalive %u", p->keepalive);
	for (size_t i = 0; i < p->n_allowed; i++)
		isle_buf_printf(out, "%s%s", i ? "," : " allowed-ips ", isle_ip_text(&p->allowed[i], true, text));
	isle_buf_puts(out, p->secret.option && !p->secret.text ? "  # its preshared key is in the lab file\n" : "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	const struct isle_peer *p = step->peer.peer;
	char key[ISLE_LINK_KEY_TEXT];

	isle_words_add(w, "%s the peer ", step->removes ? "removing" : "adding");
	if (p->iface)
		isle_words_add(w, "%s of %s", p->iface->name, p->iface->host->name);
	else
		isle_words_add(w, "%s", isle_link_key_text(p->key, key));
	isle_words_add(w, " %s %s of %s", step->removes ? "from" : "to", step->peer.name, isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_peer = { .name = "peer", .command = command, .describe = describe };
