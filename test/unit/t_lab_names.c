/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: which address a name means, hosts files and their classes; MACs and
 * ports; the name of the lab.
 */
#include "lab_help.h"

static const char *use(const struct isle_lab *lab, const char *from, const char *target)
{
	static char all[512];
	struct isle_ip ips[8];
	size_t n = isle_lab_addresses(lab_host(lab, from), lab_host(lab, target), ips, ISLE_COUNT(ips)), at = 0;
	char text[ISLE_IP_TEXT];

	all[0] = '\0';
	assert_true(n <= ISLE_COUNT(ips));
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s", i ? " " : "", isle_ip_text(&ips[i], false, text));
	return all;
}

#define ROUTER \
	"networks:\n" \
	"  lan: {subnet: [10.1.0.0/24, \"fd01::/64\"], gateway: gw, hosts: [gw, a, b]}\n" \
	"  dmz: {subnet: 10.2.0.0/24, gateway: gw, hosts: [gw, web]}\n" \
	"hosts:\n" \
	"  gw: {uplink: nat, interfaces: {lo: {addresses: 10.255.0.1/32}}}\n" \
	"  web: {aliases: [www.office.test, www]}\n"

static void test_addresses(void **state)
{
	struct isle_lab *lab = lab_load(ROUTER);
	struct isle_ip one;

	(void)state;
	assert_string_equal(use(lab, "a", "gw"), "10.1.0.1 fd01::1 10.2.0.1 10.255.0.1");
	assert_string_equal(use(lab, "web", "gw"), "10.2.0.1 10.1.0.1 fd01::1 10.255.0.1");
	assert_string_equal(use(lab, "gw", "gw"), "10.1.0.1 fd01::1 10.2.0.1 10.255.0.1");
	/* it says how many there are, and writes no more than it may */
	assert_int_equal(isle_lab_addresses(lab_host(lab, "a"), lab_host(lab, "gw"), &one, 1), 4);
	assert_int_equal(isle_lab_addresses(lab_host(lab, "a"), lab_host(lab, "gw"), NULL, 0), 4);
	isle_lab_free(lab);
}

static void test_many_addresses(void **state)
{
	struct isle_lab *lab = lab_load("links: [c -- h1..40]\n");
	struct isle_ip ips[40];

	(void)state;
	assert_int_equal(isle_lab_addresses(lab_host(lab, "h40"), lab_host(lab, "c"), ips, 40), 40);
	assert_true(isle_ip_equal(&ips[0], &lab_iface(lab, "c", "eth39")->addresses[0]));
	assert_true(isle_ip_equal(&ips[39], &lab_iface(lab, "c", "eth38")->addresses[0]));
	isle_lab_free(lab);
}

static void test_hosts_file(void **state)
{
	struct isle_lab *lab = lab_load(ROUTER);
	struct isle_buf out = { 0 };

	(void)state;
	assert_int_equal(isle_lab_hosts_file(lab, lab_host(lab, "web"), &out), 0);
	assert_string_equal(out.s, "127.0.0.1\tlocalhost\n"
				   "::1\tlocalhost ip6-localhost ip6-loopback\n"
				   "10.2.0.1\tgw gw.dmz\n"
				   "10.1.0.1\tgw gw.lan\n"
				   "fd01::1\tgw gw.lan\n"
				   "10.255.0.1\tgw\n"
				   "10.1.0.2\ta a.lan\n"
				   "fd01::2\ta a.lan\n"
				   "10.1.0.3\tb b.lan\n"
				   "fd01::3\tb b.lan\n"
				   "10.2.0.2\tweb web.dmz www.office.test www\n");
	isle_buf_done(&out);
	isle_lab_free(lab);
}

/* Equal numbers if and only if the files are equal, except that numbers may differ without need. */
static void check_classes(const char *text, size_t most)
{
	struct isle_lab *lab = lab_load(text);
	uint32_t classes[64];
	struct isle_buf files[64] = { 0 };
	size_t n = isle_lab_hosts_classes(lab, classes), seen = 0;

	assert_true(lab->n_hosts <= 64 && n <= most);
	for (size_t i = 0; i < lab->n_hosts; i++) {
		assert_int_equal(isle_lab_hosts_file(lab, lab->hosts[i], &files[i]), 0);
		assert_true(classes[i] <= seen && classes[i] < n);
		seen += classes[i] == seen;
		for (size_t k = 0; k < i; k++)
			if (classes[k] == classes[i])
				assert_string_equal(files[k].s, files[i].s);
	}
	assert_int_equal(seen, n);
	for (size_t i = 0; i < lab->n_hosts; i++)
		isle_buf_done(&files[i]);
	isle_lab_free(lab);
}

static void test_classes(void **state)
{
	(void)state;
	check_classes("networks: {lan: {subnet: [10.0.0.0/24, \"fd00::/64\"], gateway: gw, hosts: [gw, h1..40]}}\n"
		      "hosts: {gw: {uplink: nat}}\n", 1);
	check_classes(ROUTER, 3);
	check_classes("links: [c -- h1..20]\n", 21);
	check_classes("networks: {x: {subnet: [10.0.0.0/24, 10.0.1.0/24], hosts: [a, b 10.0.0.7, c none, d]}}\n"
		      "links: [a -- d, e -- f]\nhosts: {g: , h: {uplink: nat}}\n", 8);
}

static void check_mac(const struct isle_lab *lab, const char *host, const char *name, const char *text)
{
	uint64_t h = isle_fnv1a(text);
	uint8_t want[6] = { 2, (uint8_t)(h >> 32), (uint8_t)(h >> 24), (uint8_t)(h >> 16), (uint8_t)(h >> 8), (uint8_t)h };

	assert_memory_equal(lab_iface(lab, host, name)->mac, want, 6);
}

static void test_idents(void **state)
{
	struct isle_lab *lab = lab_load("lab: cities\n"
					"networks:\n"
					"  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai, lima]}\n"
					"hosts:\n"
					/* what beijing would have had */
					"  shanghai: {interfaces: {eth0: {mac: \"02:a1:0e:12:77:a5\"}}}\n"
					"  lima: {interfaces: {lo: {addresses: 10.1.1.1/32}}}\n");
	static const uint8_t none[6], computed_elsewhere[6] = { 0x02, 0xa1, 0x0e, 0x12, 0x77, 0xa5 };
	uint64_t h = isle_fnv1a("cities/beijing/eth0");
	char port[16];

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal((h >> (32 - 8 * i)) & 0xff, computed_elsewhere[1 + i]);
	check_mac(lab, "beijing", "eth0", "cities/beijing/eth0#2");
	check_mac(lab, "lima", "eth0", "cities/lima/eth0");
	assert_memory_equal(lab_iface(lab, "lima", "lo")->mac, none, 6);
	snprintf(port, sizeof(port), "p%06x", (unsigned)(isle_fnv1a("beijing/eth0") & 0xffffff));
	assert_string_equal(lab_iface(lab, "beijing", "eth0")->port, port);
	isle_lab_free(lab);
}

/* These two meet in 24 bits; and a network is a device of the fabric, too. */
static void test_ports(void **state)
{
	struct isle_lab *lab = lab_load("networks: {lan: {hosts: [oeiavyp, sncoevo]}, pcac04f: {hosts: [beijing]}}\n");

	(void)state;
	assert_string_equal(lab_iface(lab, "oeiavyp", "eth0")->port, "p14e7aa");
	assert_string_equal(lab_iface(lab, "sncoevo", "eth0")->port, "pb9de1b");
	assert_string_equal(lab_iface(lab, "beijing", "eth0")->port, "pf0ea42");
	isle_lab_free(lab);
}

static void test_lab_name(void **state)
{
	static const struct { const char *text, *file, *want; } cases[] = {
		{ "links: [a -- b]", "/x.y/lab.yaml", "" },
		{ "links: [a -- b]", "lab", "" },
		{ "lab: good\nlinks: [a -- b]", "-", "" },
		{ "lab: good\nlinks: [a -- b]", "5.yaml", "" },
		{ "links: [a -- b]", "-", "1:1 the lab has no name: standard input has none to lend\n" },
		{ "links: [a -- b]", "d/my.lab.yaml",
		  "1:1 the lab is called like its file, and 'my.lab' is no name: "
		  "only letters, digits, '-' and '_' make names\n" },
		{ "links: [a -- b]", "none.yaml",
		  "1:1 the lab is called like its file, and 'none' is no name: it is a reserved word\n" },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		char *said = lab_said(cases[i].text, cases[i].file);

		assert_string_equal(said, cases[i].want);
		free(said);
	}
}

static void test_uplinks(void **state)
{
	struct isle_lab *lab = lab_load("networks: {n: {subnet: 198.19.0.0/17, hosts: [x]}}\n"
					"hosts: {h1..300: {uplink: nat}, k: {uplink: {kind: nat, subnet: 198.19.128.0/18}},\n"
					"        m: {uplink: {kind: nat, subnet: [10.0.0.0/31, \"fd00::/64\"]}}}\n");

	(void)state;
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_uplink *u = &lab->hosts[i]->uplink;

		if (!u->kind || u->written)
			continue;
		assert_int_equal(u->n_subnets, 1);
		assert_int_equal(u->subnets[0].len, 30);
		/* what is written is passed over */
		assert_in_range(u->subnets[0].b[2], 192, 255);
		for (size_t k = 0; k < i; k++)
			if (lab->hosts[k]->uplink.kind)
				assert_false(isle_ip_overlaps(&u->subnets[0], &lab->hosts[k]->uplink.subnets[0]));
	}
	assert_string_equal(lab_addresses(lab, "m", "uplink"), "10.0.0.1/31 fd00::2/64");
	assert_string_equal(lab_routes(lab, "m"), "0.0.0.0/0 via 10.0.0.0 dev uplink; ::/0 via fd00::1 dev uplink");
	isle_lab_free(lab);
}

UNIT_MAIN(T(test_addresses), T(test_many_addresses), T(test_hosts_file), T(test_classes), T(test_idents),
	  T(test_ports), T(test_lab_name), T(test_uplinks))
