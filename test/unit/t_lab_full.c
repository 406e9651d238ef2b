/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the long form builds the identical lab, and is its own long form. For
 * labs that show one thing each, for the example labs, and for hundreds made up
 * by a generator with a fixed seed.
 */
#include "lab_help.h"

#include <dirent.h>

static void check(const char *text)
{
	struct isle_lab *lab = lab_load(text), *again;
	char *full = lab_full(lab), *dump = lab_dump(lab), *full2, *dump2;

	again = lab_load(full);
	full2 = lab_full(again);
	dump2 = lab_dump(again);
	assert_string_equal(dump, dump2);
	assert_string_equal(full, full2);
	free(full);
	free(full2);
	free(dump);
	free(dump2);
	isle_lab_free(lab);
	isle_lab_free(again);
}

static void test_one_by_one(void **state)
{
	static const char *const labs[] = {
		"links: [a -- b]",
		"hosts: {a: }",
		"networks: {lan: }",
		"networks: {lan: {subnet: none, hosts: [a 10.0.0.1/24, b]}}",
		"networks: {lan: {subnet: [10.0.0.0/24, \"fd00::/64\"], hosts: [a none, b .7 ::9 fd00::8]}}",
		"links: [a none -- b 10.0.0.1/24, a 10.0.1.1/24 -- c, d -- e: {subnet: none}]",
		"links: [{a -- b: {subnet: [10.0.0.0/24, 10.0.1.0/24]}}, {c 10.1.0.1/24 -- d: {subnet: none}}]",
		/* attachments in an order that a list of interfaces alone would lose */
		"links: [a -- b, a -- lan, {a -- c: {state: down, mtu: 1400}}, br -- lan, a:x1 -- br, d -- lan]\n"
		"networks: {lan: {hosts: [c, b]}, br: {hosts: [b:y]}}\n"
		"hosts: {c: {net: br}, z: {interfaces: {w: {net: br .9, state: down}}}}",
		"networks: {lan: {gateway: g, hosts: [a, g, b]}, dmz: {gateway: h, hosts: [h, b]}}\n"
		"hosts: {b: {routes: {default: none}}, a: {routes: {default: {via: g, table: 100}}}}",
		"networks: {lan: {subnet: 10.0.0.0/24, gateway: 10.0.0.1, hosts: [a, b, c .9]}}\n"
		"hosts: {a: {routes: {default: {via: 10.0.0.9, metric: 7}, 10.5.0.0/16: [b, c]}}, c: {forward: true}}",
		"hosts: {a: {uplink: nat, dns: [\"::1\", 9.9.9.9]}, b: {uplink: {kind: nat, subnet: [10.0.0.0/24, \"fd00::/64\"]}},\n"
		"        c: {interfaces: {lo: {addresses: [10.1.1.1/32, \"::2/128\"], mtu: 1400}}},\n"
		"        d: {uplink: nat, interfaces: {uplink: {state: down, mtu: 1400, mac: \"02:00:00:00:00:09\"}}}}",
		"networks: {y: {hosts: [n]}}\nhosts: {n: {interfaces: {eth0: {mac: \"22:22:22:22:22:22\"}},\n"
		"  sysctl: {net.ipv4.conf.all.rp_filter: 0, net.ipv4.ip_local_port_range: \"010 0x20\", net.core.x: \"yes\",\n"
		"           net.core.y: \"\", net.core.z: \"a: b # \\\" \\\\\"}, aliases: [www.x, Y2]}}",
		"networks: {n1: {hosts: ['a:\"q', 'b:~', 'c:#', 'd:-', 'e:*x', 'f:{', 'g:1e3', 'h:\\', 'i:é']}}",
		"routing: static\nlinks: [r1..4 -- r2..5]\nnetworks: {l: {hosts: [r1, r5, c]}}\n"
		"defaults: {hosts: {forward: true}}\nhosts: {r5: {uplink: nat}, c: {forward: false}}\n",
		"networks: {p3f1c9d: {hosts: [a]}, b: {hosts: [a]}}\nlinks: [p3f1c9d -- b, {b -- p3f1c9d: {state: down}}]",
		"pool: [10.0.0.0/8, \"fd00::/32\"]\nnetworks: {a: {hosts: [x, y]}, b: {hosts: [x]}}\nlinks: [x -- y, a -- c]",
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(labs); i++)
		check(labs[i]);
}

static void test_examples(void **state)
{
	DIR *d = opendir("doc/labs");
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		static char text[1 << 16];
		char path[600];
		size_t len;
		FILE *f;

		if (!strstr(e->d_name, ".yaml"))
			continue;
		snprintf(path, sizeof(path), "doc/labs/%s", e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		len = fread(text, 1, sizeof(text) - 1, f);
		text[len] = '\0';
		fclose(f);
		check(text);
		n++;
	}
	closedir(d);
	assert_true(n >= 9);
}

static uint64_t seed;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

static void put_networks(struct isle_buf *out, unsigned n_nets, unsigned n_hosts, bool six)
{
	isle_buf_puts(out, "networks:\n");
	for (unsigned i = 0; i < n_nets; i++) {
		unsigned from = pick(n_hosts), count = 1 + pick(n_hosts - from);

		isle_buf_printf(out, "  n%u:\n", i);
		if (pick(2))
			isle_buf_printf(out, six ? "    subnet: [10.%u.0.0/24, \"fd00:%u::/64\"]\n" : "    subnet: 10.%u.0.0/24\n", i, i);
		else if (!pick(6))
			isle_buf_puts(out, "    subnet: none\n");
		isle_buf_printf(out, "    hosts: [h%u..%u", from, from + count - 1);
		if (!pick(3))
			isle_buf_printf(out, ", x%u%s", i, pick(2) ? " none" : ":e1");
		isle_buf_puts(out, "]\n");
		if (pick(2))
			isle_buf_printf(out, "    gateway: h%u\n", from + pick(count));
		if (!pick(4))
			isle_buf_puts(out, "    mtu: 1400\n");
	}
}

static void put_hosts(struct isle_buf *out, unsigned n_nets, unsigned n_hosts)
{
	isle_buf_puts(out, "hosts:\n");
	for (unsigned i = 0; i < n_hosts; i++) {
		if (pick(2))
			continue;
		isle_buf_printf(out, "  h%u:\n    forward: %s\n", i, pick(3) ? "true" : "false");
		if (!pick(5))
			isle_buf_puts(out, "    uplink: nat\n");
		if (!pick(3))
			isle_buf_printf(out, "    interfaces: {lo: {addresses: 10.255.0.%u/32}, w: {net: n%u}}\n", i + 1, pick(n_nets));
		if (!pick(3))
			isle_buf_printf(out, "    routes: {%s: %s, 10.200.0.0/16: h%u}\n", pick(2) ? "default" : "10.99.0.0/16",
					pick(2) ? "none" : "blackhole", pick(n_hosts));
	}
}

static void put_links(struct isle_buf *out, unsigned n_nets, unsigned n_hosts)
{
	isle_buf_puts(out, "links:\n  - q -- h0\n");
	for (unsigned i = pick(8); i > 0; i--) {
		unsigned kind = pick(4);

		if (kind == 0)
			isle_buf_printf(out, "  - h%u:l%u -- n%u", pick(n_hosts), i, pick(n_nets));
		else if (kind == 1 && n_nets > 1)
			isle_buf_printf(out, "  - n0 -- n%u", 1 + pick(n_nets - 1));
		else
			isle_buf_printf(out, "  - h%u -- y%u", pick(n_hosts), pick(3));
		isle_buf_printf(out, "%s\n", !pick(3) ? ": {state: down}" : !pick(3) ? ": {mtu: 1300}" : "");
	}
}

/* Labs with mistakes are refused, which is fine; warnings are, too. */
static bool check_made_up(const char *text)
{
	struct isle_lab *lab = NULL;
	struct isle_diag *diag = isle_diag_new();
	int r = isle_lab_load(text, strlen(text), "t.yaml", &lab, diag);
	char *full, *dump, *full2, *dump2;
	struct isle_lab *again = NULL;

	if (r == 0) {
		full = lab_full(lab);
		dump = lab_dump(lab);
		r = isle_lab_load(full, strlen(full), "t.yaml", &again, diag);
		if (r < 0)
			print_error("%s\n%s", text, full);
		assert_int_equal(r, 0);
		full2 = lab_full(again);
		dump2 = lab_dump(again);
		if (strcmp(dump, dump2) != 0)
			print_error("%s\n", text);
		assert_string_equal(dump, dump2);
		assert_string_equal(full, full2);
		free(full);
		free(full2);
		free(dump);
		free(dump2);
		isle_lab_free(again);
	}
	isle_lab_free(lab);
	isle_diag_free(diag);
	return r == 0;
}

static void test_made_up(void **state)
{
	unsigned good = 0;

	(void)state;
	seed = 88172645463325252u;
	for (unsigned i = 0; i < 1500; i++) {
		isle_auto(buf) struct isle_buf text = { 0 };
		unsigned n_nets = 1 + pick(4), n_hosts = 1 + pick(6);
		bool six = pick(2);

		isle_buf_puts(&text, pick(3) ? "" : "routing: static\n");
		isle_buf_puts(&text, six ? "pool: [198.18.0.0/16, \"fd99::/48\"]\n" : "");
		put_networks(&text, n_nets, n_hosts, six);
		put_hosts(&text, n_nets, n_hosts);
		put_links(&text, n_nets, n_hosts);
		good += check_made_up(text.s);
	}
	assert_true(good > 300);
}

UNIT_MAIN(T(test_one_by_one), T(test_examples), T(test_made_up))
