/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle show --json`: the model with the state of the interfaces. */
#include "cli/show.h"

static json_t *text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *place(const struct isle_iface *i)
{
	return i ? json_sprintf("%s:%s", isle_host_name(isle_iface_host(i)), isle_iface_name(i)) : json_null();
}

/* Each is a list: some have several values. */
static json_t *options(const struct isle_iface *i)
{
	isle_auto(free) char *value = NULL;
	json_t *o = json_object();
	const char *name;

	for (size_t k = 0; isle_iface_option(i, k, &name, &value) >= 0; k++) {
		if (!json_object_get(o, name))
			json_object_set_new(o, name, json_array());
		json_array_append_new(json_object_get(o, name), json_string(value));
		free(value);
		value = NULL;
	}
	return o;
}

static json_t *iface(const struct show *s, const struct isle_iface *i)
{
	static const char *const states[] = { "missing", "down", "no carrier", "up" };
	enum isle_link_state state;
	char buf[ISLE_ADDRESS_MAX], mac[ISLE_MAC_MAX];
	json_t *list = json_array();
	json_t *o = json_pack("{s:s, s:s, s:I, s:b, s:b}", "name", isle_iface_name(i), "mac", isle_iface_mac(i, mac),
			      "mtu", (json_int_t)isle_iface_mtu(i), "wanted_up", isle_iface_is_up(i),
			      "uplink", isle_iface_is_uplink(i));

	for (size_t k = 0; isle_iface_address(i, k, buf); k++)
		json_array_append_new(list, json_string(buf));
	json_object_set_new(o, "addresses", list);
	json_object_set_new(o, "network", text(isle_iface_network(i) ? isle_network_name(isle_iface_network(i)) : NULL));
	json_object_set_new(o, "peer", place(isle_iface_peer(i)));
	json_object_set_new(o, "kind", text(isle_iface_kind(i)));
	json_object_set_new(o, "link", place(isle_iface_lower(i)));
	json_object_set_new(o, "machine_link", text(isle_iface_machine_lower(i)));
	json_object_set_new(o, "master", place(isle_iface_master(i)));
	json_object_set_new(o, "options", options(i));
	json_object_set_new(o, "state", text(show_state_of(s, i, &state) ? states[state] : NULL));
	return o;
}

static json_t *host(const struct show *s, const struct isle_host *h)
{
	json_t *ifaces = json_array(), *routes = json_array();
	isle_auto(free) char *route = NULL;

	for (size_t i = 0; i < isle_host_n_ifaces(h); i++) {
		const struct isle_iface *one = isle_host_iface_at(h, i);

		if (!s->iface || !strcmp(s->iface, isle_iface_name(one)))
			json_array_append_new(ifaces, iface(s, one));
	}
	for (size_t i = 0; isle_host_route(h, i, &route) >= 0; i++) {
		json_array_append_new(routes, json_string(route));
		free(route);
		route = NULL;
	}
	return json_pack("{s:s, s:s?, s:b, s:b, s:o, s:o}", "name", isle_host_name(h), "attach", isle_host_attach(h), "forwards",
			 isle_host_forwards(h), "uplink", isle_host_has_uplink(h), "interfaces", ifaces, "routes", routes);
}

static json_t *network(const struct isle_network *n)
{
	json_t *subnets = json_array(), *members = json_array();
	char buf[ISLE_ADDRESS_MAX];

	for (size_t i = 0; isle_network_subnet(n, i, buf); i++)
		json_array_append_new(subnets, json_string(buf));
	for (size_t i = 0; i < isle_network_n_ports(n); i++)
		json_array_append_new(members, place(isle_network_port_at(n, i)));
	return json_pack("{s:s, s:o, s:o, s:s?}", "name", isle_network_name(n), "subnets", subnets, "members", members,
			 "gateway", isle_network_gateway(n) ? isle_host_name(isle_network_gateway(n)) : NULL);
}

static json_t *link_of(const struct isle_link *l)
{
	json_t *ends = json_array();

	for (unsigned i = 0; i < 2; i++)
		json_array_append_new(ends, isle_link_iface(l, i) ? place(isle_link_iface(l, i))
								  : text(isle_network_name(isle_link_network(l, i))));
	return json_pack("{s:o, s:b}", "ends", ends, "wanted_up", isle_link_is_up(l));
}

/* The interface as isle-map-json(5) has it. */
static json_t *now(const struct show *s)
{
	json_t *all = json_loads(s->now, 0, NULL);
	json_t *one = json_incref(json_object_get(json_array_get(json_object_get(all, "matches"), 0), "interface"));

	json_decref(all);
	return one;
}

json_t *show_json(const struct show *s)
{
	json_t *hosts = json_array(), *networks = json_array(), *links = json_array();
	json_t *o = json_pack("{s:s, s:b, s:o}", "lab", isle_lab_name(s->lab), "up", s->live != NULL, "hosts", hosts);
	char since[CLI_WHEN_MAX];

	for (size_t i = 0; i < isle_lab_n_hosts(s->lab); i++)
		if (!s->host || s->host == isle_lab_host_at(s->lab, i))
			json_array_append_new(hosts, host(s, isle_lab_host_at(s->lab, i)));
	for (size_t i = 0; !s->host && i < isle_lab_n_networks(s->lab); i++)
		json_array_append_new(networks, network(isle_lab_network_at(s->lab, i)));
	for (size_t i = 0; !s->host && i < isle_lab_n_links(s->lab); i++)
		json_array_append_new(links, link_of(isle_lab_link_at(s->lab, i)));
	if (s->now)
		json_object_set_new(o, "live", now(s));
	json_object_set_new(o, "networks", networks);
	json_object_set_new(o, "links", links);
	if (s->live) {
		json_object_set_new(o, "file", text(isle_live_file(s->live)));
		cli_when(isle_live_since(s->live), s->cli, since);
		json_object_set_new(o, "since", json_string(since));
		json_object_set_new(o, "drift", show_drift_json(s));
		json_object_set_new(o, "rootless", json_boolean(isle_live_rootless(s->live)));
		json_object_set_new(o, "half_changed", json_boolean(isle_live_half_changed(s->live)));
	}
	return o;
}
