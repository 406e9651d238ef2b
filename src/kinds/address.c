/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an address. IPv6 without duplicate detection: the file was checked, and
 * a tentative address would make the first second of a lab fail. IPv4 with its
 * broadcast address, as distributions configure it; /31 and /32 have none.
 */
#include <linux/if_addr.h>
#include "kinds/kinds.h"

static bool has_broadcast(const struct isle_step *step)
{
	return step->address.ip.family == AF_INET && step->address.ip.len < 31 && step->address.ifindex != 1;
}

static bool is_linklocal(const struct isle_ip *ip)
{
	return ip->family == AF_INET6 && ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80;
}

static bool is_loopback(const struct isle_ip *ip)
{
	return ip->family == AF_INET && ip->b[0] == 127;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	const struct isle_ip *ip = &step->address.ip;
	const size_t size = isle_ip_bits(ip) / 8;
	struct ifaddrmsg *ifa = isle_nlmsg_begin(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifa));

	(void)ctx;
	if (!ifa)
		return -ENOBUFS;
	ifa->ifa_family = ip->family;
	ifa->ifa_prefixlen = ip->len;
	ifa->ifa_flags = ip->family == AF_INET6 ? IFA_F_NODAD : 0;
	ifa->ifa_scope = is_linklocal(ip) ? RT_SCOPE_LINK : is_loopback(ip) ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	ifa->ifa_index = step->address.ifindex;
	isle_nlmsg_put(m, IFA_LOCAL, ip->b, size);
	isle_nlmsg_put(m, IFA_ADDRESS, ip->b, size);
	if (has_broadcast(step)) {
		struct isle_ip broadcast = isle_ip_broadcast(ip);

		isle_nlmsg_put(m, IFA_BROADCAST, broadcast.b, size);
	}
	isle_nlmsg_end(m);
	return 0;
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " address add %s dev ", isle_ip_text(&step->address.ip, true, text));
	isle_kind_quote(out, step->address.dev);
	if (has_broadcast(step))
		isle_buf_puts(out, " broadcast +");
	isle_buf_puts(out, step->address.ip.family == AF_INET6 ? " nodad\n" : "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "adding address %s to %s of %s", isle_ip_text(&step->address.ip, true, text), step->address.dev,
		       isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_address = { .name = "address", .encode = encode, .command = command, .describe = describe };
