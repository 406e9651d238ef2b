/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: every key of the lab file, one row each. Reserved rows are specified
 * and not built: the file is refused with "not in this version", and the key
 * will mean what is specified, not something else, when it comes.
 */
#include "labfile/rule.h"
#include "labfile/tables.h"

#define RESERVED(key, words) { .name = key, .flags = ISLE_FIELD_RESERVED, .help = words }
#define COUNTED(rows) .fields = rows, .n = ISLE_COUNT(rows)

#define IMPAIRMENTS								\
	RESERVED("delay", "time that each packet waits"),			\
	RESERVED("jitter", "by how much the delay varies"),			\
	RESERVED("loss", "share of packets that are lost"),			\
	RESERVED("duplicate", "share of packets that come twice"),		\
	RESERVED("corrupt", "share of packets with a flipped bit"),		\
	RESERVED("reorder", "share of packets that overtake others"),		\
	RESERVED("rate", "bits per second"),					\
	RESERVED("limit", "packets that may wait"),				\
	RESERVED("seed", "start of the random numbers")

#define VLAN_ID .min = 1, .max = 4094, .dflt = "none"
#define SWITCH_PORT(type)							\
	{ "access", &isle_t_u32, offsetof(struct type, vlans.access), VLAN_ID,	\
	  .help = "the VLAN of this switch port" },				\
	{ "trunk", &isle_t_u32, offsetof(struct type, vlans.trunk), offsetof(struct type, vlans.n_trunk), ISLE_FIELD_LIST, VLAN_ID, \
	  .help = "the VLANs that this switch port carries tagged" },		\
	{ "native", &isle_t_u32, offsetof(struct type, vlans.native), VLAN_ID,	\
	  .help = "the VLAN of untagged frames on a trunk" },			\
	{ "port", .off = offsetof(struct type, vlans.port), .sub = &isle_table_port, .help = "what else its switch port has" }

#define MTU(type) { "mtu", &isle_t_u32, offsetof(struct type, mtu), .min = 68, .max = 65535,

static const struct isle_enum states[] = { { "up", true, false }, { "down", false, false }, { 0 } };
static const struct isle_enum routings[] = { { "static", true, false }, { "none", false, false }, { 0 } };
static const struct isle_enum switches[] = { { "bridge", 0, false }, { "ovs", 1, false }, { 0 } };
static const struct isle_enum datapaths[] = { { "auto", 0, false }, { "system", 1, false }, { "netdev", 2, false }, { 0 } };
static const struct isle_enum uplink_kinds[] = { { "nat", ISLE_DOC_UPLINK_NAT, false }, { 0 } };
static const struct isle_enum uplinks[] = { { "nat", ISLE_DOC_UPLINK_NAT, false },
					    { "none", ISLE_DOC_UPLINK_NONE, false }, { 0 } };

/* The rows are those of links/bridge.c. */
#define BRIDGE(key, without, words) { key, &isle_t_bridge_option, .dflt = without, .help = words }
static const struct isle_field switch_fields[] = {
	{ "kind", &isle_t_choice, offsetof(struct isle_doc_switch, kind), .enums = switches, .flags = ISLE_FIELD_REQUIRED,
	  .help = "what makes the switch" },
	{ "datapath", &isle_t_choice, offsetof(struct isle_doc_switch, datapath), .enums = datapaths, .dflt = "auto",
	  .help = "of ovs: system (the kernel's), netdev (userspace)" },
	{ "shared", &isle_t_bool, offsetof(struct isle_doc_switch, shared), .dflt = "false",
	  .help = "of ovs: the machine's Open vSwitch, not one of its own" },
	BRIDGE("stp", "false", "spanning tree"),
	BRIDGE("priority", "32768", "lower ones become root of the spanning tree"),
	BRIDGE("forward_delay", "0; 200 with stp", "until a port forwards, in hundredths of a second"),
	BRIDGE("hello_time", "200", "between hellos, in hundredths of a second"),
	BRIDGE("max_age", "2000", "until a hello is too old, in hundredths of a second"),
	BRIDGE("ageing", "30000", "until a MAC is forgotten, in hundredths of a second"),
	BRIDGE("group_fwd_mask", "0", "which link-local groups are passed on"),
	BRIDGE("vlan_filtering", "true if a port has VLANs", "ports belong to VLANs"),
	BRIDGE("vlan_protocol", "802.1q", "form of the tags: 802.1q or 802.1ad"),
	BRIDGE("mcast_snooping", "false", "send multicast only where it is wanted"),
	BRIDGE("mcast_querier", "false", "ask who wants multicast"),
};
static const struct isle_field switch_brief = { "switch", &isle_t_choice, offsetof(struct isle_doc_switch, kind), .enums = switches };
const struct isle_table isle_table_switch = {
	.name = "switch", .what = "a switch", .help = "what connects the hosts of a network",
	.size = sizeof(struct isle_doc_switch), COUNTED(switch_fields), .brief = &switch_brief,
};

/* The rows are those of isle_link_bridge_port. */
#define PORT(key, without, words) { key, &isle_t_port_option, .dflt = without, .help = words }
static const struct isle_field port_fields[] = {
	PORT("cost", "that of its speed", "of the way by it, to the spanning tree"),
	PORT("priority", "32", "of ports alike the lower one forwards"),
	PORT("guard", "false", "whoever sends BPDUs here is switched off"),
	PORT("root_block", "false", "the root of the spanning tree is never behind it"),
	PORT("hairpin", "false", "frames may leave where they came in"),
	PORT("learning", "true", "who sends here is remembered"),
	PORT("flood", "true", "it gets frames for nobody that is known"),
	PORT("mcast_flood", "true", "it gets multicast that nobody asked for"),
	PORT("bcast_flood", "true", "it gets broadcasts"),
	PORT("fastleave", "false", "one leave ends a multicast group here"),
	PORT("isolated", "false", "it reaches only ports that are not isolated"),
	PORT("neigh_suppress", "false", "the bridge answers ARP in its place"),
};
const struct isle_table isle_table_port = {
	.name = "port", .what = "a switch port", .help = "one port of a Linux bridge",
	.size = sizeof(struct isle_doc_port), COUNTED(port_fields),
};

static const struct isle_field network_key = { "NAME", &isle_t_name, offsetof(struct isle_doc_network, name),
					       .max = ISLE_NAME_MAX_NETWORK };
static const struct isle_field network_fields[] = {
	{ "subnet", &isle_t_subnet, offsetof(struct isle_doc_network, subnet),
	  .dflt = "that of linked networks, else auto", .help = "prefixes of the network, auto or none" },
	{ "hosts", &isle_t_ref, offsetof(struct isle_doc_network, refs), offsetof(struct isle_doc_network, n_refs),
	  ISLE_FIELD_LIST, .help = "who is on it, with which addresses" },
	{ "gateway", &isle_t_host_or_addr, offsetof(struct isle_doc_network, gateway), .dflt = "none",
	  .help = "default route of the members: one of them, or an address" },
	MTU(isle_doc_network) .dflt = "1500", .help = "largest packet, also for its members' interfaces" },
	{ "switch", .off = offsetof(struct isle_doc_network, sw), .sub = &isle_table_switch,
	  .dflt = "bridge", .help = "what makes the switch" },
	{ "vlan", &isle_t_text, offsetof(struct isle_doc_network, vlan), .dflt = "a switch of its own",
	  .help = "be a VLAN of another network's switch: SWITCH/ID" },
	IMPAIRMENTS,
};
const struct isle_table isle_table_network = {
	.name = "network", .what = "a network", .help = "one switch with its subnets and members",
	.size = sizeof(struct isle_doc_network), COUNTED(network_fields), .key = &network_key, .ext = true,
};

static const struct isle_field neighbour_key = { "ADDRESS", &isle_t_bare, .off = offsetof(struct isle_doc_neighbour, address) };
static const struct isle_field neighbour_value = { "neighbours", &isle_t_mac, .off = offsetof(struct isle_doc_neighbour, mac) };
const struct isle_table isle_table_neighbour = {
	.name = "neighbour", .what = "a neighbour", .help = "the MAC address of an address",
	.size = sizeof(struct isle_doc_neighbour), .key = &neighbour_key, .value = &neighbour_value,
};

static const struct isle_field peer_brief = { .name = "peers", .type = &isle_t_peer_host, .off = offsetof(struct isle_doc_peer, host) };
static const struct isle_field peer_fields[] = {
	{ "host", &isle_t_peer_host, offsetof(struct isle_doc_peer, host), .help = "a host of the lab, and which of its wireguards" },
	{ "public-key", &isle_t_key, offsetof(struct isle_doc_peer, key), .help = "who it is, if it is not of this lab" },
	{ "preshared-key", &isle_t_secret, offsetof(struct isle_doc_peer, secret), .dflt = "none",
	  .help = "a secret that both have besides; never shown" },
	{ "endpoint", &isle_t_endpoint, offsetof(struct isle_doc_peer, endpoint), .dflt = "an address of the host, and its port",
	  .help = "where it is found" },
	{ "allowed-ips", &isle_t_selector, offsetof(struct isle_doc_peer, allowed), offsetof(struct isle_doc_peer, n_allowed),
	  ISLE_FIELD_LIST, .dflt = "the addresses of its interface", .help = "the prefixes that are behind it" },
	{ "persistent-keepalive", &isle_t_u32, offsetof(struct isle_doc_peer, keepalive), .max = 65535, .dflt = "0: never",
	  .help = "seconds after which it is sent something" },
};
const struct isle_table isle_table_peer = {
	.name = "peer", .what = "a peer", .help = "the other end of a wireguard",
	.size = sizeof(struct isle_doc_peer), COUNTED(peer_fields), .brief = &peer_brief, .after = isle_peer_after,
};

static const struct isle_field iface_key = { "IF", &isle_t_ifname, .off = offsetof(struct isle_doc_iface, name) };
static const struct isle_field iface_fields[] = {
	{ "net", &isle_t_netref, offsetof(struct isle_doc_iface, net),
	  .help = "attach it to this network, with these addresses" },
	{ "addresses", &isle_t_iface_addr, offsetof(struct isle_doc_iface, addresses),
	  offsetof(struct isle_doc_iface, n_addresses), ISLE_FIELD_LIST, .help = "more addresses for it" },
	{ "mac", &isle_t_iface_mac, .dflt = "from the names of lab, host, interface", .help = "its hardware address" },
	MTU(isle_doc_iface) .dflt = "its network's or link's", .help = "largest packet" },
	{ "state", &isle_t_flag, offsetof(struct isle_doc_iface, up), .enums = states, .dflt = "up",
	  .help = "whether it is switched on" },
	{ "kind", &isle_t_kind, offsetof(struct isle_doc_iface, kind), .form = isle_kind_form,
	  .dflt = "an end of a link, or on a network", .help = "kind of a virtual interface" },
	{ "link", &isle_t_lower, offsetof(struct isle_doc_iface, kind.lower), .help = "the interface that this one is on" },
	{ "master", &isle_t_ifname, offsetof(struct isle_doc_iface, master), .dflt = "none",
	  .help = "the bridge, bond or VRF that it is a port of" },
	{ "neighbours", NULL, offsetof(struct isle_doc_iface, neighbours), offsetof(struct isle_doc_iface, n_neighbours),
	  ISLE_FIELD_MAP, .sub = &isle_table_neighbour, .help = "MAC addresses that are known without asking" },
	{ "peers", NULL, offsetof(struct isle_doc_iface, peers), offsetof(struct isle_doc_iface, n_peers),
	  ISLE_FIELD_LIST, .sub = &isle_table_peer, .help = "of a wireguard: the other ends" },
	IMPAIRMENTS, SWITCH_PORT(isle_doc_iface),
};
const struct isle_table isle_table_iface = {
	.name = "interface", .what = "an interface", .help = "one interface of a host",
	.size = sizeof(struct isle_doc_iface), COUNTED(iface_fields), .key = &iface_key, .ext = true,
	.more = isle_kind_rows, .after = isle_iface_after,
};

static const struct isle_field hop_brief = { .name = "hop", .type = &isle_t_hop };
static const struct isle_field hop_fields[] = {
	{ "via", &isle_t_via, offsetof(struct isle_doc_hop, via), .help = "the next router: a host or an address" },
	{ "dev", &isle_t_ifname, offsetof(struct isle_doc_hop, dev), .help = "out of this interface" },
	{ "metric", &isle_t_u32, offsetof(struct isle_doc_hop, metric), .dflt = "the kernel's",
	  .help = "of two routes the lower one is taken" },
	{ "table", &isle_t_u32, offsetof(struct isle_doc_hop, table), .min = 1, .dflt = "main",
	  .help = "number of the routing table" },
	{ "src", &isle_t_address, offsetof(struct isle_doc_hop, src), .help = "preferred source address" },
	MTU(isle_doc_hop) .help = "largest packet on this route" },
	{ "onlink", &isle_t_bool, offsetof(struct isle_doc_hop, onlink), .dflt = "false",
	  .help = "the next router is on the link, whatever the subnets say" },
};
const struct isle_table isle_table_hop = {
	.name = "hop", .what = "a hop", .help = "where a route leads",
	.size = sizeof(struct isle_doc_hop), COUNTED(hop_fields), .brief = &hop_brief, .after = isle_hop_after,
};
static const struct isle_field route_key = { "DESTINATION", &isle_t_dest, .off = offsetof(struct isle_doc_route, dst) };
static const struct isle_field route_value = { "routes", .off = offsetof(struct isle_doc_route, hops),
					       .n_off = offsetof(struct isle_doc_route, n_hops),
					       .flags = ISLE_FIELD_LIST, .sub = &isle_table_hop };
const struct isle_table isle_table_route = {
	.name = "route", .what = "a route", .help = "a hop, or several of them (multipath)",
	.size = sizeof(struct isle_doc_route), .key = &route_key, .value = &route_value, .after = isle_route_after,
};

static const struct isle_field uplink_fields[] = {
	{ "kind", &isle_t_uplink, .enums = uplink_kinds, .flags = ISLE_FIELD_REQUIRED, .help = "how it leaves" },
	{ "subnet", &isle_t_prefixes, offsetof(struct isle_doc_host, uplink_subnet),
	  .dflt = "one from 198.19.0.0/16", .help = "first address the machine's, second the host's" },
};
static const struct isle_field uplink_brief = { "uplink", &isle_t_uplink, .enums = uplinks };
const struct isle_table isle_table_uplink = {
	.name = "uplink", .what = "an uplink", .help = "a host's way out of the lab",
	.size = sizeof(struct isle_doc_host), COUNTED(uplink_fields), .brief = &uplink_brief,
};

static const struct isle_enum rule_actions[] = {
	{ "lookup", ISLE_RULE_LOOKUP, false }, { "blackhole", ISLE_RULE_BLACKHOLE, false },
	{ "unreachable", ISLE_RULE_UNREACHABLE, false }, { "prohibit", ISLE_RULE_PROHIBIT, false }, { 0 },
};
static const struct isle_field rule_fields[] = {
	{ "from", &isle_t_selector, offsetof(struct isle_doc_rule, from), .dflt = "any", .help = "source prefix or address" },
	{ "to", &isle_t_selector, offsetof(struct isle_doc_rule, to), .dflt = "any", .help = "destination prefix or address" },
	{ "iif", &isle_t_ifname, offsetof(struct isle_doc_rule, iif), .dflt = "any",
	  .help = "interface it comes in by; lo: from the host itself" },
	{ "oif", &isle_t_ifname, offsetof(struct isle_doc_rule, oif), .dflt = "any",
	  .help = "interface that the sending socket is bound to" },
	{ "fwmark", &isle_t_u32, offsetof(struct isle_doc_rule, fwmark), .dflt = "any", .help = "mark of the packet" },
	{ "not", &isle_t_bool, offsetof(struct isle_doc_rule, inverted), .dflt = "false",
	  .help = "for packets that do not match instead" },
	{ "priority", &isle_t_u32, offsetof(struct isle_doc_rule, priority), .min = 1, .dflt = "from 32000 up, as written",
	  .help = "rules are tried from the lowest up" },
	{ "table", &isle_t_u32, offsetof(struct isle_doc_rule, table), .min = 1, .help = "number of the routing table to look in" },
	{ "action", &isle_t_enum, offsetof(struct isle_doc_rule, action), .enums = rule_actions, .dflt = "lookup",
	  .help = "what is done with such packets" },
};
const struct isle_table isle_table_rule = {
	.name = "rule", .what = "a rule", .help = "which packets are routed by which table",
	.size = sizeof(struct isle_doc_rule), COUNTED(rule_fields), .after = isle_rule_after,
};

static const struct isle_field file_key = { "PATH", &isle_t_host_path, .off = offsetof(struct isle_doc_file, path) };
static const struct isle_field file_value = { "files", &isle_t_text, .off = offsetof(struct isle_doc_file, source) };
const struct isle_table isle_table_file = {
	.name = "file", .what = "a file", .help = "what is seen at a path of a host",
	.size = sizeof(struct isle_doc_file), .key = &file_key, .value = &file_value,
};

static const struct isle_field host_key = { "NAME", &isle_t_range, .off = offsetof(struct isle_doc_host, name) };
static const struct isle_field host_fields[] = {
	{ "net", &isle_t_netref, offsetof(struct isle_doc_host, nets), offsetof(struct isle_doc_host, n_nets),
	  ISLE_FIELD_LIST, .help = "networks it is on, with which addresses" },
	{ "interfaces", NULL, offsetof(struct isle_doc_host, ifaces), offsetof(struct isle_doc_host, n_ifaces),
	  ISLE_FIELD_MAP, .sub = &isle_table_iface, .help = "more about its interfaces" },
	{ "routes", NULL, offsetof(struct isle_doc_host, routes), offsetof(struct isle_doc_host, n_routes),
	  ISLE_FIELD_MAP, .sub = &isle_table_route, .help = "destinations and the next router for each" },
	{ "forward", &isle_t_bool, offsetof(struct isle_doc_host, forward),
	  .dflt = "true for a gateway or with an uplink", .help = "whether it is a router" },
	{ "uplink", .sub = &isle_table_uplink, .dflt = "none", .help = "its way out of the lab" },
	{ "dns", &isle_t_host_or_addr, offsetof(struct isle_doc_host, dns), offsetof(struct isle_doc_host, n_dns),
	  ISLE_FIELD_LIST, .dflt = "the machine's, if the lab has an uplink", .help = "its name servers" },
	{ "aliases", &isle_t_alias, offsetof(struct isle_doc_host, aliases),
	  offsetof(struct isle_doc_host, n_aliases), ISLE_FIELD_LIST, .help = "more names for it in all hosts files" },
	{ "sysctl", &isle_t_sysctls, .help = "settings of its network: net.* names" },
	{ "rules", NULL, offsetof(struct isle_doc_host, rules), offsetof(struct isle_doc_host, n_rules),
	  ISLE_FIELD_LIST, .sub = &isle_table_rule, .help = "policy routing: which packets use which table" },
	{ "files", NULL, offsetof(struct isle_doc_host, files), offsetof(struct isle_doc_host, n_files),
	  ISLE_FIELD_MAP, .sub = &isle_table_file, .help = "files and directories of its own, from beside the lab file" },
	{ "private", &isle_t_host_path, offsetof(struct isle_doc_host, privates), offsetof(struct isle_doc_host, n_privates),
	  ISLE_FIELD_LIST, .help = "directories of its own, empty at first" },
	{ "attach", &isle_t_attach, offsetof(struct isle_doc_host, attach), .dflt = "a network of its own",
	  .help = "the network of a container or process, or the machine's" },
	RESERVED("run", "commands that run in it"),
	RESERVED("ready", "what `up` waits for: tcp/80, file:PATH, a command"),
	{ "publish", &isle_t_port, offsetof(struct isle_doc_host, ports), offsetof(struct isle_doc_host, n_ports),
	  ISLE_FIELD_LIST, .help = "ports of the machine that lead to it; needs an uplink" },
	{ "nft", &isle_t_source, offsetof(struct isle_doc_host, nft), .dflt = "none",
	  .help = "a file of nftables rules, loaded in it" },
	RESERVED("machine", "the machine that it runs on"),
};
const struct isle_table isle_table_host = {
	.name = "host", .what = "a host", .help = "a network and UTS namespace with its own names",
	.size = sizeof(struct isle_doc_host), COUNTED(host_fields), .key = &host_key, .ext = true,
};

static const struct isle_field link_fields[] = {
	{ "subnet", &isle_t_subnet, offsetof(struct isle_doc_link, subnet),
	  .dflt = "those of written addresses, else auto", .help = "prefixes of the link, auto or none" },
	MTU(isle_doc_link) .dflt = "1500", .help = "largest packet" },
	{ "state", &isle_t_flag, offsetof(struct isle_doc_link, up), .enums = states, .dflt = "up",
	  .help = "whether it is switched on" },
	{ "kind", &isle_t_link_kind, offsetof(struct isle_doc_link, kind), .form = isle_link_kind_form, .dflt = "veth",
	  .help = "of two hosts: a tunnel, by another way of both" },
	{ "public-key", &isle_t_key, offsetof(struct isle_doc_link, peer.key), .help = "of a wireguard outside: who it is" },
	{ "allowed-ips", &isle_t_selector, offsetof(struct isle_doc_link, peer.allowed), offsetof(struct isle_doc_link, peer.n_allowed),
	  ISLE_FIELD_LIST, .help = "of a wireguard outside: prefixes that are behind it" },
	{ "preshared-key", &isle_t_secret, offsetof(struct isle_doc_link, peer.secret), .dflt = "none",
	  .help = "of a wireguard outside: a secret of both" },
	{ "persistent-keepalive", &isle_t_u32, offsetof(struct isle_doc_link, peer.keepalive), .max = 65535, .dflt = "0: never",
	  .help = "of a wireguard outside: seconds between signs of life" },
	IMPAIRMENTS,
	RESERVED("there", "impairments from left to right only"),
	RESERVED("back", "impairments from right to left only"),
	SWITCH_PORT(isle_doc_link),
};
const struct isle_table isle_table_link = {
	.name = "link", .what = "a link", .help = "a wire between two hosts, networks, or one of each",
	.size = sizeof(struct isle_doc_link), COUNTED(link_fields), .ext = true, .more = isle_kind_rows,
};

static const struct isle_field defaults_fields[] = {
	{ "networks", .off = offsetof(struct isle_sections, networks), .flags = ISLE_FIELD_STASH,
	  .sub = &isle_table_network, .help = "keys for all networks" },
	{ "hosts", .off = offsetof(struct isle_sections, hosts), .flags = ISLE_FIELD_STASH,
	  .sub = &isle_table_host, .help = "keys for all hosts" },
	{ "links", .off = offsetof(struct isle_sections, links), .flags = ISLE_FIELD_STASH,
	  .sub = &isle_table_link, .help = "keys for all links" },
};
const struct isle_table isle_table_defaults = {
	.name = "defaults", .what = "'defaults'", .help = "keys for all of a section",
	.size = sizeof(struct isle_sections), COUNTED(defaults_fields),
};

static const struct isle_field top_fields[] = {
	{ "lab", &isle_t_name, offsetof(struct isle_top, lab), .dflt = "the file's name", .help = "name of the lab" },
	{ "networks", .off = offsetof(struct isle_top, written.networks), .flags = ISLE_FIELD_MAP | ISLE_FIELD_STASH,
	  .sub = &isle_table_network, .help = "the switches, by name" },
	{ "hosts", .off = offsetof(struct isle_top, written.hosts), .flags = ISLE_FIELD_MAP | ISLE_FIELD_STASH,
	  .sub = &isle_table_host, .help = "the hosts that have keys of their own" },
	{ "links", &isle_t_link, .off = offsetof(struct isle_top, written.links),
	  .flags = ISLE_FIELD_LIST | ISLE_FIELD_STASH, .sub = &isle_table_link,
	  .help = "wires: REF -- REF, options as its value" },
	{ "defaults", .off = offsetof(struct isle_top, defaults), .sub = &isle_table_defaults,
	  .help = "keys for all networks, hosts or links" },
	{ "pool", &isle_t_prefix, offsetof(struct isle_top, pool), offsetof(struct isle_top, n_pool),
	  ISLE_FIELD_LIST, .dflt = "198.18.0.0/16", .help = "prefixes that automatic subnets come from" },
	{ "routing", &isle_t_enum, offsetof(struct isle_top, routing), .enums = routings, .dflt = "none",
	  .help = "static: every router gets the shortest routes" },
	RESERVED("test", "what reaches what, and what does not"),
	RESERVED("schedule", "commands at times"),
	RESERVED("dns", "a domain and who serves it"),
	RESERVED("machines", "machines that the lab is spread over"),
	RESERVED("include", "other files"),
	RESERVED("profiles", "named variants of the file"),
};
const struct isle_table isle_table_top = {
	.name = "lab file", .what = "a lab file", .help = "everything",
	.size = sizeof(struct isle_top), COUNTED(top_fields), .ext = true, .word = isle_kind_explain,
};
