/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: routes: written, by gateways and uplinks, and `routing: static`.
 */
#include "lab_help.h"

#define ROUTES(host, want) assert_string_equal(lab_routes(lab, host), want)

#define TRIANGLE \
	"networks:\n" \
	"  lan1: {subnet: 10.1.0.0/24, gateway: r1, hosts: [r1, a]}\n" \
	"  lan2: {subnet: 10.2.0.0/24, gateway: r2, hosts: [r2, b]}\n" \
	"  lan3: {subnet: 10.3.0.0/24, gateway: r3, hosts: [r3, c]}\n" \
	"links:\n" \
	"  - r1 -- r2: {subnet: 10.9.12.0/30}\n" \
	"  - r2 -- r3: {subnet: 10.9.23.0/30}\n" \
	"  - r3 -- r1: {subnet: 10.9.31.0/30}\n"

static void test_triangle(void **state)
{
	struct isle_lab *lab = lab_load(TRIANGLE "hosts:\n"
						 "  r1: {routes: {lan2: r2, lan3: r3}}\n"
						 "  r2: {routes: {lan1: r1, lan3: r3}}\n"
						 "  r3: {routes: {lan1: r1, lan2: r2}}\n");

	(void)state;
	assert_string_equal(lab_addresses(lab, "r1", "eth0"), "10.1.0.1/24");
	assert_string_equal(lab_iface(lab, "r1", "eth1")->peer->host->name, "r2");
	assert_string_equal(lab_iface(lab, "r1", "eth2")->peer->host->name, "r3");
	ROUTES("r1", "10.2.0.0/24 via 10.9.12.2 dev eth1; 10.3.0.0/24 via 10.9.31.1 dev eth2");
	ROUTES("a", "0.0.0.0/0 via 10.1.0.1 dev eth0");
	assert_true(lab_host(lab, "r2")->forward);
	assert_false(lab_host(lab, "b")->forward);
	isle_lab_free(lab);
}

static void test_triangle_static(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n" TRIANGLE);

	(void)state;
	ROUTES("r1", "10.2.0.0/24 via 10.9.12.2 dev eth1; 10.9.23.0/30 via 10.9.12.2 dev eth1; "
		     "10.3.0.0/24 via 10.9.31.1 dev eth2");
	ROUTES("a", "0.0.0.0/0 via 10.1.0.1 dev eth0");
	isle_lab_free(lab);
}

static void test_line(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n"
					"links: [r1..19 -- r2..20]\n"
					"defaults: {hosts: {forward: true}}\n");

	(void)state;
	assert_int_equal(lab->n_hosts, 20);
	assert_int_equal(lab->n_links, 19);
	assert_string_equal(lab_addresses(lab, "r1", "eth0"), "198.18.128.1/30");
	assert_string_equal(lab_addresses(lab, "r20", "eth0"), "198.18.128.74/30");
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		/* to every link that it is not on, towards it; first met, first in order */
		assert_int_equal(h->n_routes, 19 - h->n_ifaces);
		for (size_t k = 0; k < h->n_routes; k++) {
			const struct isle_route *r = &h->routes[k];
			const struct isle_iface *low = NULL, *high = NULL;
			unsigned net = r->dst.b[3] / 4u;	/* link r(net+1) -- r(net+2) */
			unsigned me = (unsigned)atoi(h->name + 1);

			for (size_t f = 0; f < h->n_ifaces; f++)
				if ((unsigned)atoi(h->ifaces[f]->peer->host->name + 1) < me)
					low = h->ifaces[f];
				else
					high = h->ifaces[f];
			assert_true(r->assigned);
			assert_ptr_equal(r->hops[0].dev, net + 1 < me ? low : high);
			assert_true(isle_ip_equal(&r->hops[0].via, &r->hops[0].dev->peer->addresses[0]));
		}
	}
	isle_lab_free(lab);
}

/* Nearest uplink by hops, then by host order; written routes and `none` win; down links lead nowhere. */
static void test_static_defaults(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n"
					"links: [u1 -- m1, m1 -- m2, m2 -- u2, m2 -- m3, m3 -- m4, u2 -- m4, u1 -- m4,\n"
					"        n -- m1, {k -- m1: {state: down}}]\n"
					"defaults: {hosts: {forward: true}, links: {}}\n"
					"hosts: {u1: {uplink: nat}, u2: {uplink: nat}, n: {routes: {default: none}},\n"
					"        m3: {routes: {0.0.0.0/0: m2}}}\n");

	(void)state;
	assert_non_null(strstr(lab_routes(lab, "m1"), "0.0.0.0/0 via 198.18.128.1 dev eth0"));
	assert_non_null(strstr(lab_routes(lab, "m2"), "0.0.0.0/0 via 198.18.128.10 dev eth1"));
	/* both uplinks are one hop away from m4: u1 comes first */
	assert_non_null(strstr(lab_routes(lab, "m4"), "0.0.0.0/0 via 198.18.128.25 dev eth2"));
	assert_null(strstr(lab_routes(lab, "n"), "0.0.0.0/0"));
	assert_non_null(strstr(lab_routes(lab, "m3"), "0.0.0.0/0 via 198.18.128.13 dev eth0"));
	assert_string_equal(lab_routes(lab, "k"), "-");
	isle_lab_free(lab);
}

/* Of equally short ways the one over the first host, also further on. */
static void test_static_tie(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n"
					"links: [a -- c, a -- b, b -- d, c -- d, d -- e]\n"
					"hosts: {a: , b: , c: , d: , e: }\n"
					"defaults: {hosts: {forward: true}}\n");

	(void)state;
	/* 198.18.128.16/30 is d -- e; b is .6 on eth1 */
	assert_non_null(strstr(lab_routes(lab, "a"), "198.18.128.16/30 via 198.18.128.6 dev eth1"));
	assert_null(strstr(lab_routes(lab, "a"), "198.18.128.4/30"));
	isle_lab_free(lab);
}

/* A forwarding host between two gateways asks the map for the way out, not the gateways. */
static void test_static_between(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n"
					"networks:\n"
					"  x: {subnet: 10.1.0.0/24, gateway: g1, hosts: [g1, r]}\n"
					"  y: {subnet: 10.2.0.0/24, gateway: g2, hosts: [g2, r]}\n"
					"hosts: {r: {forward: true}, g2: {uplink: nat}}\n");

	(void)state;
	ROUTES("r", "0.0.0.0/0 via 10.2.0.1 dev eth1");
	ROUTES("g1", "10.2.0.0/24 via 10.1.0.2 dev eth0; 0.0.0.0/0 via 10.1.0.2 dev eth0");
	isle_lab_free(lab);
}

static void test_static_dual(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\n"
					"networks:\n"
					"  x: {subnet: [10.1.0.0/24, \"fd01::/64\"], hosts: [a, b]}\n"
					"  y: {subnet: [10.2.0.0/24, \"fd02::/64\"], hosts: [b]}\n"
					"  z: {subnet: \"fd03::/64\", hosts: [b, c]}\n"
					"hosts: {c: {interfaces: {lo: {addresses: [10.255.0.3/32, \"fd0f::3/128\"]}}}}\n"
					"defaults: {hosts: {forward: true}}\n");

	(void)state;
	ROUTES("a", "10.2.0.0/24 via 10.1.0.2 dev eth0; fd02::/64 via fd01::2 dev eth0; "
		    "fd03::/64 via fd01::2 dev eth0; fd0f::3/128 via fd01::2 dev eth0");
	isle_lab_free(lab);
}

static void test_hops(void **state)
{
	struct isle_lab *lab = lab_load(
		"networks:\n"
		"  lan: {subnet: [10.0.0.0/24, \"fd00::/64\"], hosts: [a, r, s]}\n"
		"  far: {subnet: [10.5.0.0/24, \"fd05::/64\"], hosts: [r]}\n"
		"links:\n"
		"  - a -- r: {subnet: 10.9.0.0/30}\n"
		"hosts:\n"
		"  r: {forward: true}\n"
		"  s: {forward: true}\n"
		"  a:\n"
		"    routes:\n"
		"      default: r:eth0\n"
		"      far: {via: s, metric: 50, mtu: 1400, src: 10.0.0.1}\n"
		"      10.6.0.0/16: [r:eth2, s]\n"
		"      10.7.0.7: {via: 10.9.0.2, table: 100}\n"
		"      10.8.0.0/16: {dev: eth1}\n"
		"      10.10.0.0/16: {via: 192.0.2.1, dev: eth1, onlink: true}\n"
		"      10.11.0.0/16: blackhole\n"
		"      fd11::/64: unreachable\n"
		"      fd12::/64: {via: \"fe80::1\", dev: eth0}\n"
		"      10.12.0.0/16: {via: r, dev: eth1}\n"
		"      10.13.0.0/16: [{via: s}, {via: s, table: 7}]\n");

	(void)state;
	ROUTES("a", "0.0.0.0/0 via 10.0.0.2 dev eth0; ::/0 via fd00::2 dev eth0; "
		    "10.5.0.0/24 via 10.0.0.3 dev eth0 metric 50 mtu 1400 src 10.0.0.1; "
		    "fd05::/64 via fd00::3 dev eth0 metric 50 mtu 1400; "
		    "10.6.0.0/16 via 10.9.0.2 dev eth1 via 10.0.0.3 dev eth0; "
		    "10.7.0.7/32 via 10.9.0.2 dev eth1 table 100; "
		    "10.8.0.0/16 dev eth1; "
		    "10.10.0.0/16 via 192.0.2.1 dev eth1 onlink; "
		    "10.11.0.0/16 blackhole; fd11::/64 unreachable; fd12::/64 via fe80::1 dev eth0; "
		    "10.12.0.0/16 via 10.9.0.2 dev eth1; "
		    "10.13.0.0/16 via 10.0.0.3 dev eth0; 10.13.0.0/16 via 10.0.0.3 dev eth0 table 7");
	isle_lab_free(lab);
}

static void test_which_default(void **state)
{
	struct isle_lab *lab = lab_load(
		"networks:\n"
		"  x: {subnet: [10.1.0.0/24, \"fd01::/64\"], gateway: g, hosts: [g, a, b, c, d]}\n"
		"  y: {subnet: 10.2.0.0/24, gateway: g, hosts: [g, a]}\n"
		"  z: {subnet: [10.3.0.0/24, \"fd03::/64\"], gateway: h, hosts: [h, b, d]}\n"
		"hosts:\n"
		"  b: {routes: {default: h}}\n"
		"  c: {uplink: nat}\n"
		"  d: {routes: {default: none}}\n"
		"  g: {routes: {default: blackhole}}\n");

	(void)state;
	/* the same gateway twice: the first network */
	ROUTES("a", "0.0.0.0/0 via 10.1.0.1 dev eth0; ::/0 via fd01::1 dev eth0");
	ROUTES("b", "0.0.0.0/0 via 10.3.0.1 dev eth1; ::/0 via fd03::1 dev eth1");
	/* an uplink has IPv4 only unless it says more */
	assert_non_null(strstr(lab_routes(lab, "c"), "::/0 via fd01::1 dev eth0; 0.0.0.0/0 via 198.19."));
	ROUTES("d", "-");
	ROUTES("g", "0.0.0.0/0 blackhole; ::/0 blackhole");
	isle_lab_free(lab);
}

static void test_gateway_address(void **state)
{
	struct isle_lab *lab = lab_load("networks:\n"
					"  x: {subnet: [10.1.0.0/24, \"fd01::/64\"], gateway: 10.1.0.1, hosts: [a, b]}\n"
					"  y: {subnet: 10.2.0.0/24, gateway: 10.2.0.9, hosts: [r .9, c]}\n");

	(void)state;
	assert_string_equal(lab_addresses(lab, "a", "eth0"), "10.1.0.2/24 fd01::2/64");
	ROUTES("b", "0.0.0.0/0 via 10.1.0.1 dev eth0");
	ROUTES("c", "0.0.0.0/0 via 10.2.0.9 dev eth0");
	ROUTES("r", "-");
	assert_true(lab_host(lab, "r")->forward);
	isle_lab_free(lab);
}

/* The hub of a thousand and a line of 300: the work is that of the routes. */
static void test_many(void **state)
{
	struct isle_lab *lab = lab_load("routing: static\nlinks: [c -- h1..1000]\nhosts: {c: {forward: true}}\n");

	(void)state;
	assert_int_equal(lab_host(lab, "c")->n_ifaces, 1000);
	assert_int_equal(lab_host(lab, "c")->n_routes, 0);
	isle_lab_free(lab);
	lab = lab_load("routing: static\nlinks: [r1..299 -- r2..300]\ndefaults: {hosts: {forward: true}}\n");
	assert_int_equal(lab_host(lab, "r150")->n_routes, 297);
	isle_lab_free(lab);
}

UNIT_MAIN(T(test_triangle), T(test_triangle_static), T(test_line), T(test_static_defaults), T(test_static_tie),
	  T(test_static_between), T(test_static_dual), T(test_hops), T(test_which_default), T(test_gateway_address),
	  T(test_many))
