/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an address. IPv6 without duplicate detection: the file was checked, and
 * a tentative address would make the first second of a lab fail. IPv4 with its
 * broadcast address, as distributions configure it; /31 and /32 have none. One
 * that somebody else had given is given back with all that it had (.form).
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

static struct ifaddrmsg *begin(const struct isle_step *step, uint16_t type, uint16_t flags, struct isle_nlmsg *m)
{
	const struct isle_ip *ip = &step->address.ip;
	const struct isle_address_form *form = step->address.form;
	const size_t size = isle_ip_bits(ip) / 8;
	struct ifaddrmsg *ifa = isle_nlmsg_begin(m, type, flags, sizeof(*ifa));

	if (!ifa)
		return NULL;
	ifa->ifa_family = ip->family;
	ifa->ifa_prefixlen = ip->len;
	ifa->ifa_index = step->address.ifindex;
	isle_nlmsg_put(m, IFA_LOCAL, ip->b, size);
	isle_nlmsg_put(m, IFA_ADDRESS, form && form->peer.family ? form->peer.b : ip->b, size);
	return ifa;
}

/* The kernel's own flags say what has become of an address, and are not asked for. */
static void put_form(const struct isle_step *step, struct ifaddrmsg *ifa, struct isle_nlmsg *m)
{
	const struct isle_address_form *form = step->address.form;
	const uint32_t asked = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

	ifa->ifa_scope = form->scope;
	isle_nlmsg_put_u32(m, IFA_FLAGS, (form->flags & asked) | (step->address.ip.family == AF_INET6 ? IFA_F_NODAD : 0));
	if (form->broadcast.family)
		isle_nlmsg_put(m, IFA_BROADCAST, form->broadcast.b, isle_ip_bits(&form->broadcast) / 8);
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	const struct isle_ip *ip = &step->address.ip;
	const size_t size = isle_ip_bits(ip) / 8;
	struct ifaddrmsg *ifa = begin(step, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, m);

	(void)ctx;
	if (!ifa)
		return -ENOBUFS;
	ifa->ifa_flags = ip->family == AF_INET6 ? IFA_F_NODAD : 0;
	ifa->ifa_scope = is_linklocal(ip) ? RT_SCOPE_LINK : is_loopback(ip) ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	if (step->address.form) {
		put_form(step, ifa, m);
	} else if (has_broadcast(step)) {
		struct isle_ip broadcast = isle_ip_broadcast(ip);

		isle_nlmsg_put(m, IFA_BROADCAST, broadcast.b, size);
	}
	isle_nlmsg_end(m);
	return 0;
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	if (!begin(step, RTM_DELADDR, 0, m))
		return -ENOBUFS;
	isle_nlmsg_end(m);
	return 0;
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	fn(step->ns, &step->address.ifindex, arg);
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, " address %s %s", step->removes ? "delete" : "add", isle_ip_text(&step->address.ip, true, text));
	if (step->address.form && step->address.form->peer.family)
		isle_buf_printf(out, " peer %s", isle_ip_text(&step->address.form->peer, false, text));
	isle_buf_puts(out, " dev ");
	isle_kind_quote(out, step->address.dev);
	if (step->removes) {
		isle_buf_puts(out, "\n");
		return;
	}
	if (has_broadcast(step))
		isle_buf_puts(out, " broadcast +");
	isle_buf_puts(out, step->address.ip.family == AF_INET6 ? " nodad\n" : "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "%s address %s %s %s of %s", step->removes ? "removing" : "adding",
		       isle_ip_text(&step->address.ip, true, text), step->removes ? "from" : "to", step->address.dev,
		       isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_address = {
	.name = "address", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
};
