/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: one host in words: interfaces, where each leads, routes. */
#include "cli/show.h"

static void kind(const struct isle_iface *i)
{
	const struct isle_iface *lower = isle_iface_lower(i);
	isle_auto(free) char *value = NULL;
	const char *name;

	printf(" %s", isle_iface_kind(i));
	if (lower && isle_iface_host(lower) != isle_iface_host(i))
		printf(" on %s:%s", isle_host_name(isle_iface_host(lower)), isle_iface_name(lower));
	else if (lower)
		printf(" on %s", isle_iface_name(lower));
	else if (isle_iface_machine_lower(i))
		printf(" on %s of the machine", isle_iface_machine_lower(i));
	for (size_t k = 0; isle_iface_option(i, k, &name, &value) >= 0; k++) {
		printf(" %s %s", name, value);
		free(value);
		value = NULL;
	}
}

static void iface(const struct show *s, const struct isle_iface *i)
{
	const struct isle_iface *peer = isle_iface_peer(i);
	const char *bad = show_trouble(s, i);
	char mac[ISLE_MAC_MAX], buf[ISLE_ADDRESS_MAX];

	cli_title(isle_iface_name(i), s->cli);
	if (isle_iface_network(i))
		printf(" on network %s", isle_network_name(isle_iface_network(i)));
	if (peer)
		printf(" to %s:%s", isle_host_name(isle_iface_host(peer)), isle_iface_name(peer));
	if (isle_iface_kind(i))
		kind(i);
	if (isle_iface_master(i))
		printf(" port of %s", isle_iface_name(isle_iface_master(i)));
	if (isle_iface_is_uplink(i))
		fputs(" to the machine (nat)", stdout);
	if (*isle_iface_mac(i, mac))
		printf(", %s", mac);
	if (isle_iface_mtu(i))
		printf(", mtu %u", isle_iface_mtu(i));
	printf(", %s\n", bad ? bad : "up");
	for (size_t k = 0; isle_iface_address(i, k, buf); k++)
		printf("  %s\n", buf);
}

static void routes(const struct show *s)
{
	isle_auto(free) char *text = NULL;

	if (isle_host_n_routes(s->host))
		cli_title("routes\n", s->cli);
	for (size_t i = 0; isle_host_route(s->host, i, &text) >= 0; i++) {
		printf("  %s\n", text);
		free(text);
		text = NULL;
	}
}

const char *show_whose(const struct isle_host *host)
{
	const char *attach = isle_host_attach(host);

	return attach && !strcmp(attach, ISLE_ATTACH_HOST) ? "the machine" : attach;
}

void show_host(const struct show *s)
{
	const char *attach = show_whose(s->host);
	cli_title(isle_host_name(s->host), s->cli);
	printf(" of lab %s%s%s%s%s\n", isle_lab_name(s->lab), isle_host_forwards(s->host) ? ", a router" : "",
	       isle_host_has_uplink(s->host) ? ", with a way out" : "", attach ? ", with the network of " : "", attach ? attach : "");
	for (size_t i = 0; i < isle_host_n_ifaces(s->host); i++) {
		const struct isle_iface *one = isle_host_iface_at(s->host, i);

		if (!s->iface || !strcmp(s->iface, isle_iface_name(one)))
			iface(s, one);
	}
	if (!s->iface)
		routes(s);
}
