/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: reading a lab through the public header. One-line functions instead of
 * public structs: the model may grow without a new soname. What has the public
 * name and form already where it is at home (isle_iface_is_up() in plan/) is not here.
 */
#include "lab/lab.h"

#define AT(list, n) (i < (n) ? (list)[i] : NULL)

const char *isle_lab_name(const struct isle_lab *lab) { return lab->name; }
size_t isle_lab_n_hosts(const struct isle_lab *lab) { return lab->n_hosts; }
struct isle_host *isle_lab_host_at(const struct isle_lab *lab, size_t i) { return AT(lab->hosts, lab->n_hosts); }
size_t isle_lab_n_networks(const struct isle_lab *lab) { return lab->n_networks; }
struct isle_network *isle_lab_network_at(const struct isle_lab *lab, size_t i) { return AT(lab->networks, lab->n_networks); }
size_t isle_lab_n_links(const struct isle_lab *lab) { return lab->n_links; }
struct isle_link *isle_lab_link_at(const struct isle_lab *lab, size_t i) { return AT(lab->links, lab->n_links); }

const char *isle_host_name(const struct isle_host *h) { return h->name; }
size_t isle_host_n_ifaces(const struct isle_host *h) { return h->n_ifaces; }
struct isle_iface *isle_host_iface_at(const struct isle_host *h, size_t i) { return AT(h->ifaces, h->n_ifaces); }
bool isle_host_forwards(const struct isle_host *h) { return h->forward; }
const char *isle_host_attach(const struct isle_host *h) { return h->attach; }
bool isle_host_has_uplink(const struct isle_host *h) { return h->uplink.kind != ISLE_UPLINK_NONE; }
size_t isle_host_n_routes(const struct isle_host *h) { return h->n_routes; }

const char *isle_iface_name(const struct isle_iface *i) { return i->name; }
struct isle_host *isle_iface_host(const struct isle_iface *i) { return i->host; }
struct isle_network *isle_iface_network(const struct isle_iface *i) { return i->network; }
struct isle_iface *isle_iface_peer(const struct isle_iface *i) { return i->peer; }
const char *isle_iface_kind(const struct isle_iface *i) { return i->kind ? i->kind->name : NULL; }
struct isle_iface *isle_iface_lower(const struct isle_iface *i) { return i->lower; }
const char *isle_iface_machine_lower(const struct isle_iface *i) { return i->machine_lower; }
struct isle_iface *isle_iface_master(const struct isle_iface *i) { return i->master; }
unsigned isle_iface_mtu(const struct isle_iface *i) { return i->mtu; }
bool isle_iface_is_uplink(const struct isle_iface *i) { return i->is_uplink; }
size_t isle_iface_n_addresses(const struct isle_iface *i) { return i->n_addresses; }

int isle_iface_option(const struct isle_iface *iface, size_t i, const char **ret_name, char **ret_value)
{
	struct isle_buf out = { 0 };
	char *value;

	if (i >= iface->n_options)
		return -ENOENT;
	isle_link_print(&iface->options[i], &out);
	value = isle_buf_steal(&out);
	if (!value)
		return -ENOMEM;
	*ret_name = iface->options[i].option->name;
	*ret_value = value;
	return 0;
}

char *isle_iface_mac(const struct isle_iface *iface, char buf[ISLE_MAC_MAX])
{
	const uint8_t *m = iface->mac;

	static const uint8_t none[6];

	buf[0] = '\0';
	if (memcmp(m, none, sizeof(none)) != 0)
		snprintf(buf, ISLE_MAC_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	return buf;
}

char *isle_iface_address(const struct isle_iface *iface, size_t i, char buf[ISLE_ADDRESS_MAX])
{
	return i < iface->n_addresses ? isle_ip_text(&iface->addresses[i], true, buf) : NULL;
}

const char *isle_network_name(const struct isle_network *n) { return n->name; }
size_t isle_network_n_ports(const struct isle_network *n) { return n->n_ports; }
struct isle_iface *isle_network_port_at(const struct isle_network *n, size_t i) { return AT(n->ports, n->n_ports); }
struct isle_host *isle_network_gateway(const struct isle_network *n) { return n->gateway; }

size_t isle_network_n_subnets(const struct isle_network *n)
{
	return n->segment ? n->segment->n_subnets : 0;
}

char *isle_network_subnet(const struct isle_network *n, size_t i, char buf[ISLE_ADDRESS_MAX])
{
	return i < isle_network_n_subnets(n) ? isle_ip_text(&n->segment->subnets[i], true, buf) : NULL;
}

struct isle_iface *isle_link_iface(const struct isle_link *l, unsigned end) { return end < 2 ? l->iface[end] : NULL; }
struct isle_network *isle_link_network(const struct isle_link *l, unsigned end) { return end < 2 ? l->network[end] : NULL; }
bool isle_link_is_up(const struct isle_link *l) { return l->up; }

_Static_assert(ISLE_ADDRESS_MAX == ISLE_IP_TEXT, "isle_ip_text() writes into the public buffer");
