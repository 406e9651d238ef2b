/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses and subnets: what the specification's examples say, and the
 * rules behind them one by one.
 */
#include "lab_help.h"

#define IS(host, iface, want) assert_string_equal(lab_addresses(lab, host, iface), want)

static void test_cities(void **state)
{
	struct isle_lab *lab = lab_load("lab: cities\n"
					"networks:\n"
					"  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}\n");

	(void)state;
	assert_string_equal(lab->name, "cities");
	IS("beijing", "eth0", "10.0.0.1/24");
	IS("shanghai", "eth0", "10.0.0.2/24");
	assert_string_equal(lab_routes(lab, "beijing"), "-");
	assert_false(lab_host(lab, "beijing")->forward);
	isle_lab_free(lab);
}

static void test_uplink(void **state)
{
	struct isle_lab *lab = lab_load("lab: t000\n"
					"hosts:\n"
					"  container001: {uplink: {kind: nat, subnet: 10.0.1.0/24}}\n");

	(void)state;
	IS("container001", "uplink", "10.0.1.2/24");
	assert_string_equal(lab_routes(lab, "container001"), "0.0.0.0/0 via 10.0.1.1 dev uplink");
	assert_true(lab_host(lab, "container001")->forward);
	assert_true(lab_host(lab, "container001")->uplink.written);
	assert_true(lab_host(lab, "container001")->dns_from_machine);
	isle_lab_free(lab);
}

static void test_joined(void **state)
{
	struct isle_lab *lab = lab_load("lab: t001\n"
					"networks:\n"
					"  br0: {subnet: 10.0.0.0/24, hosts: [red]}\n"
					"  br1: {hosts: [blue]}\n"
					"links:\n"
					"  - br0 -- br1: {state: down}\n");

	(void)state;
	IS("red", "eth0", "10.0.0.1/24");
	IS("blue", "eth0", "10.0.0.2/24");
	assert_int_equal(lab->n_segments, 1);
	assert_false(lab->links[0]->up);
	assert_string_not_equal(lab->links[0]->port[0], lab->links[0]->port[1]);
	isle_lab_free(lab);
}

static void test_gateway(void **state)
{
	struct isle_lab *lab = lab_load("lab: t004\n"
					"networks:\n"
					"  br0: {subnet: 10.1.1.0/24, gateway: gw, hosts: [ns0, gw, ns1]}\n"
					"hosts:\n"
					"  gw: {uplink: nat}\n"
					"  ns1: {dns: 8.8.8.8}\n");

	(void)state;
	IS("gw", "eth0", "10.1.1.1/24");	/* first, wherever it stands in the list */
	IS("ns0", "eth0", "10.1.1.2/24");
	IS("ns1", "eth0", "10.1.1.3/24");
	assert_string_equal(lab_routes(lab, "ns1"), "0.0.0.0/0 via 10.1.1.1 dev eth0");
	assert_int_equal(lab_host(lab, "ns1")->n_dns, 1);
	assert_false(lab_host(lab, "ns1")->dns_from_machine);
	assert_true(lab_host(lab, "ns0")->dns_from_machine);
	assert_string_equal(lab_ifaces(lab, "gw"), "eth0 uplink");
	assert_int_equal(lab_host(lab, "ns0")->index, 0);
	isle_lab_free(lab);
}

static void test_office(void **state)
{
	struct isle_lab *lab = lab_load(
		"lab: office\n"
		"networks:\n"
		"  lan: {subnet: [10.0.10.0/24, fd00:10::/64], gateway: gw, hosts: [gw, pc1..12]}\n"
		"  dmz: {subnet: [10.0.20.0/24, fd00:20::/64], gateway: gw, hosts: [gw, web .80, mail .25]}\n"
		"hosts:\n"
		"  gw: {uplink: nat}\n"
		"  web: {aliases: [www.office.test, office.test]}\n"
		"  pc12: {interfaces: {eth0: {mac: \"02:00:00:00:00:12\"}}}\n");
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x12 };

	(void)state;
	IS("gw", "eth0", "10.0.10.1/24 fd00:10::1/64");
	IS("gw", "eth1", "10.0.20.1/24 fd00:20::1/64");
	IS("pc1", "eth0", "10.0.10.2/24 fd00:10::2/64");
	IS("pc12", "eth0", "10.0.10.13/24 fd00:10::13/64");	/* the same digits */
	IS("web", "eth0", "10.0.20.80/24 fd00:20::80/64");
	IS("mail", "eth0", "10.0.20.25/24 fd00:20::25/64");
	assert_memory_equal(lab_iface(lab, "pc12", "eth0")->mac, mac, 6);
	assert_string_equal(lab_routes(lab, "web"), "0.0.0.0/0 via 10.0.20.1 dev eth0; ::/0 via fd00:20::1 dev eth0");
	assert_true(lab_iface(lab, "web", "eth0")->has_ipv6);
	isle_lab_free(lab);
}

static void test_star(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  lan: {subnet: 10.0.0.0/24, gateway: gw, hosts: [gw, h1..20]}\n");

	(void)state;
	IS("gw", "eth0", "10.0.0.1/24");
	IS("h1", "eth0", "10.0.0.2/24");
	IS("h20", "eth0", "10.0.0.21/24");
	assert_string_equal(lab->name, "t");
	isle_lab_free(lab);
}

/* Nothing that the file writes is given out. */
static void test_pool_keeps_clear(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  a: {hosts: [x]}\n"
					"  b: {subnet: 198.18.1.0/24, hosts: [y]}\n"
					"  c: {hosts: [z]}\n"
					"links: [x -- y, y -- z]\n"
					"hosts:\n"
					"  q: {interfaces: {lo: {addresses: 198.18.0.77/32}}}\n"
					"  x: {routes: {198.18.128.0/29: y, 198.18.0.0/15: y}, dns: 198.18.3.1}\n");

	(void)state;
	IS("x", "eth0", "198.18.2.1/24");	/* 0 has an address of q, 1 is written */
	IS("y", "eth0", "198.18.1.1/24");
	IS("z", "eth0", "198.18.4.1/24");	/* 3 has a nameserver */
	IS("x", "eth1", "198.18.128.9/30");	/* two /30 in the route */
	IS("y", "eth1", "198.18.128.10/30");
	IS("y", "eth2", "198.18.128.13/30");
	isle_lab_free(lab);
}

static void test_dual_pool(void **state)
{
	struct isle_lab *lab = lab_load("pool: [10.8.0.0/16, fd00::/48]\n"
					"networks: {a: {hosts: [x]}, b: {hosts: [x]}}\n"
					"links: [x -- y, x -- z]\n");

	(void)state;
	IS("x", "eth0", "10.8.0.1/24 fd00::1/64");
	IS("x", "eth1", "10.8.1.1/24 fd00:0:0:1::1/64");
	IS("x", "eth2", "10.8.128.1/30 fd00:0:0:8000::1/64");
	IS("z", "eth0", "10.8.128.6/30 fd00:0:0:8001::2/64");
	isle_lab_free(lab);
}

/* When one pool prefix is used up the next of its family follows. */
static void test_pools_in_turn(void **state)
{
	struct isle_lab *lab = lab_load("pool: [10.8.0.0/23, 10.9.0.0/22]\n"
					"networks: {a: {hosts: [x]}, b: {hosts: [y]}, c: {hosts: [z]}}\n");

	(void)state;
	IS("x", "eth0", "10.8.0.1/24");
	IS("y", "eth0", "10.9.0.1/24");
	IS("z", "eth0", "10.9.1.1/24");
	isle_lab_free(lab);
}

static void test_written_first(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  lan: {subnet: [10.0.0.0/24, fd00::/64], hosts: [a, b .2, c, d 10.0.0.3, e]}\n"
					"hosts:\n"
					"  f: {net: lan ::4}\n"
					"  g: {interfaces: {wan0: {net: lan, addresses: [10.0.0.7/24]}}}\n");

	(void)state;
	IS("a", "eth0", "10.0.0.1/24 fd00::1/64");
	IS("b", "eth0", "10.0.0.2/24 fd00::2/64");
	IS("c", "eth0", "10.0.0.5/24 fd00::5/64");	/* free in both: 3 is d's, 4 is f's */
	IS("d", "eth0", "10.0.0.3/24 fd00::3/64");	/* lacks IPv6 only: the lowest there */
	IS("e", "eth0", "10.0.0.6/24 fd00::6/64");
	IS("f", "eth0", "fd00::4/64 10.0.0.4/24");
	IS("g", "wan0", "10.0.0.7/24 fd00::7/64");
	isle_lab_free(lab);
}

static void test_host_parts(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  lan: {subnet: [10.1.0.0/16, fd00:1::/64], hosts: [a .80, b .3.80, \"c ::8080\",\n"
					"        \"d .9 ::9090\", h8..12 .101, k1..2 .3.255, e .7 .8, \"m1..2 ::f\", n none]}\n"
					"  net2: {subnet: [10.2.0.0/24, 10.3.0.0/24], hosts: [x .5, y]}\n");

	(void)state;
	IS("a", "eth0", "10.1.0.80/16 fd00:1::80/64");
	IS("b", "eth0", "10.1.3.80/16 fd00:1::3:80/64");
	IS("c", "eth0", "fd00:1::8080/64 10.1.0.1/16");
	IS("d", "eth0", "10.1.0.9/16 fd00:1::9090/64");
	IS("h8", "eth0", "10.1.0.101/16 fd00:1::101/64");
	IS("h12", "eth0", "10.1.0.105/16 fd00:1::105/64");
	IS("k2", "eth0", "10.1.4.0/16 fd00:1::4:0/64");		/* counts on into the next octet */
	IS("e", "eth0", "10.1.0.7/16 fd00:1::7/64 10.1.0.8/16 fd00:1::8/64");
	IS("m2", "eth0", "fd00:1::10/64 10.1.0.3/16");
	IS("n", "eth0", "-");
	IS("x", "eth0", "10.2.0.5/24 10.3.0.5/24");
	IS("y", "eth0", "10.2.0.1/24 10.3.0.1/24");
	isle_lab_free(lab);
}

/* Digits, also where they run over an octet: .9, .10; .255, .1.0 */
static void test_digits(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  lan: {subnet: [10.1.0.0/16, fd00::/64], hosts: [h1..300]}\n"
					"  six: {subnet: \"fd01::/64\", hosts: [s1..10]}\n");

	(void)state;
	IS("h9", "eth0", "10.1.0.9/16 fd00::9/64");
	IS("h10", "eth0", "10.1.0.10/16 fd00::10/64");
	IS("h255", "eth0", "10.1.0.255/16 fd00::255/64");
	IS("h256", "eth0", "10.1.1.0/16 fd00::1:0/64");
	IS("s10", "eth0", "fd01::10/64");
	isle_lab_free(lab);
}

static void test_small_subnets(void **state)
{
	struct isle_lab *lab = lab_load("links:\n"
					"  - a -- b: {subnet: [10.0.0.0/31, \"fd00::/127\"]}\n"
					"  - c -- d: {subnet: [10.0.1.0/31, \"fd01::/64\"]}\n"
					"  - e -- f: {subnet: [10.0.2.0/30]}\n"
					"  - g none -- h: {subnet: 10.0.3.1/32}\n"
					"networks:\n"
					"  tiny: {subnet: [10.9.0.0/24, \"fd09::/120\"], hosts: [t1..254]}\n");

	(void)state;
	IS("a", "eth0", "10.0.0.0/31 fd00::/127");
	IS("b", "eth0", "10.0.0.1/31 fd00::1/127");
	IS("c", "eth0", "10.0.1.1/31 fd01::1/64");	/* the one number that is a host in both */
	IS("d", "eth0", "10.0.1.0/31 fd01::2/64");	/* no such number is left: each by itself */
	IS("e", "eth0", "10.0.2.1/30");
	IS("f", "eth0", "10.0.2.2/30");
	IS("g", "eth0", "-");
	IS("h", "eth0", "10.0.3.1/32");
	/* .100 would be ::100, which /120 does not hold: full only when it is full */
	IS("t99", "eth0", "10.9.0.99/24 fd09::99/120");
	IS("t100", "eth0", "10.9.0.100/24 fd09::a/120");
	IS("t254", "eth0", "10.9.0.254/24 fd09::fe/120");
	isle_lab_free(lab);
}

static void test_links(void **state)
{
	struct isle_lab *lab = lab_load("links:\n"
					"  - red 10.0.0.1/24 -- blue 10.0.0.2/24\n"
					"  - red 10.0.1.7/24 -- blue\n"
					"  - red -- blue: {subnet: 10.0.2.0/24}\n"
					"  - red -- blue: {subnet: none}\n"
					"  - red .9 -- blue: {subnet: 10.0.3.0/24, mtu: 1400, state: down}\n"
					"  - red -- blue\n"
					"hosts:\n"
					"  red: {interfaces: {eth5: {addresses: 10.0.5.5/24, state: up, mtu: 1400}}}\n"
					"  blue: {interfaces: {eth5: {mtu: 1400}}}\n");

	(void)state;
	IS("red", "eth0", "10.0.0.1/24");
	IS("blue", "eth0", "10.0.0.2/24");
	IS("blue", "eth1", "10.0.1.1/24");
	IS("red", "eth2", "10.0.2.1/24");
	IS("blue", "eth2", "10.0.2.2/24");
	IS("blue", "eth3", "-");
	IS("red", "eth4", "10.0.3.9/24");
	IS("blue", "eth4", "10.0.3.1/24");
	assert_int_equal(lab_iface(lab, "red", "eth4")->mtu, 1400);
	assert_false(lab_iface(lab, "red", "eth4")->up);
	IS("red", "eth5", "10.0.5.5/24");
	IS("blue", "eth5", "10.0.5.1/24");
	assert_int_equal(lab_iface(lab, "red", "eth5")->mtu, 1400);
	isle_lab_free(lab);
}

static void test_interface_names(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  a: {hosts: [\"h:eth1\"]}\n"
					"  b: {hosts: [h]}\n"
					"  c: {}\n"
					"  d: {}\n"
					"links:\n"
					"  - h -- other\n"
					"  - h:eth3 -- c\n"
					"  - h:eth9 -- other\n"
					"hosts:\n"
					"  h:\n"
					"    uplink: nat\n"
					"    interfaces: {lo: {addresses: 10.255.0.1/32}, eth4: {mtu: 1500}, wan0: {net: d}}\n"
					"    net: c\n");

	(void)state;
	/* lists, net, interfaces, links; then uplink and lo */
	assert_string_equal(lab_ifaces(lab, "h"), "eth1 eth0 eth2 wan0 eth4 eth3 eth9 uplink lo");
	assert_string_equal(lab_ifaces(lab, "other"), "eth0 eth1");
	assert_string_equal(lab_iface(lab, "h", "eth4")->peer->name, "eth0");
	assert_string_equal(lab_iface(lab, "h", "eth3")->network->name, "c");
	IS("h", "lo", "10.255.0.1/32");
	assert_int_equal(lab_iface(lab, "h", "lo")->mtu, 0);
	isle_lab_free(lab);
}

/* Hosts: networks, hosts, links, wherever these stand. Members: gateways, lists, net, links. */
static void test_order(void **state)
{
	struct isle_lab *lab = lab_load("links: [l -- n, g -- n]\n"
					"hosts: {b: {net: n}, a: {net: n}}\n"
					"networks:\n"
					"  n: {subnet: 10.0.0.0/24, gateway: g, hosts: [z]}\n"
					"  m: {subnet: 10.1.0.0/24, hosts: [a]}\n");
	static const char *const order[] = { "z", "a", "b", "l", "g" };

	(void)state;
	assert_int_equal(lab->n_hosts, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(lab->hosts[i]->name, order[i]);
	IS("g", "eth0", "10.0.0.1/24");
	IS("z", "eth0", "10.0.0.2/24");
	IS("a", "eth1", "10.0.0.3/24");
	IS("b", "eth0", "10.0.0.4/24");
	IS("l", "eth0", "10.0.0.5/24");
	isle_lab_free(lab);
}

UNIT_MAIN(T(test_cities), T(test_uplink), T(test_joined), T(test_gateway), T(test_office), T(test_star),
	  T(test_pool_keeps_clear), T(test_dual_pool), T(test_pools_in_turn),
	  T(test_written_first), T(test_host_parts), T(test_digits), T(test_small_subnets), T(test_links),
	  T(test_interface_names), T(test_order))
