/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses that are no host's wherever they stand. The kernel refuses some
 * of them (IPv6) and takes others that then work for nobody (IPv4); neither is
 * for a lab to find out when it comes up.
 */
#include "lab/build.h"

static const struct { struct isle_ip net; const char *why; bool on_lo; } special[] = {
	{ { AF_INET, 8, { 127 } }, "it is for the loopback", true },
	{ { AF_INET, 4, { 224 } }, "it is for multicast", false },
	{ { AF_INET, 32, { 0 } }, "it means no address", false },
	{ { AF_INET, 32, { 255, 255, 255, 255 } }, "it means everybody", false },
	{ { AF_INET6, 128, { 0 } }, "it means no address", false },
	{ { AF_INET6, 128, { [15] = 1 } }, "it is for the loopback", false },
	{ { AF_INET6, 8, { 0xff } }, "it is for multicast", false },
};

const char *isle_lab_special(const struct isle_ip *prefix, bool on_lo)
{
	for (size_t i = 0; i < ISLE_COUNT(special); i++)
		if (isle_ip_overlaps(&special[i].net, prefix) && !(on_lo && special[i].on_lo))
			return special[i].why;
	return NULL;
}

bool isle_lab_check_prefix(struct isle_build *b, const struct isle_doc_prefix *p)
{
	const char *why = isle_lab_special(&p->ip, false);
	char text[ISLE_IP_TEXT];

	if (why && isle_lab_once(b, &p->loc, "special"))
		isle_reject(b->diag, &p->loc, "%s is not for hosts, or a part of it is not: %s",
			    isle_ip_text(&p->ip, true, text), why);
	return !why;
}
