/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: memory that runs out while a lab is made of a document: every allocation
 * in turn. The load fails with -ENOMEM or succeeds as a whole; nothing leaks or
 * crashes (the sanitizers look on). Not while the text is read: libfyaml does
 * not look at what malloc() says.
 */
#include "lab_help.h"
#include "labfile/doc.h"

static const char text[] =
	"routing: static\n"
	"pool: [10.0.0.0/8, \"fd00::/32\"]\n"
	"networks:\n"
	"  lan: {gateway: r1, hosts: [r1, a, b .9, shangai]}\n"
	"  br: {hosts: [c]}\n"
	"links: [lan -- br, r1..3 -- r2..4, r4:w -- lan, {a -- c: {mtu: 1400}}, {\"a -- tap:vm1\": {user: 7}},\n"
	"  {\"b 10.9.0.1/24 -- wireguard:192.0.2.7\": {public-key: HVIZhr00Z0U1GTbaml9kFTETFadxjjqJF3AmxoFI3DY=, allowed-ips: 10.9.0.0/24}}]\n"
	"hosts:\n"
	"  shanghai: {}\n"
	"  r4: {uplink: nat, interfaces: {lo: {addresses: 10.255.0.1/32}}}\n"
	"  a: {routes: {default: r1, 10.200.0.0/16: [b:eth0, r1:eth0]}, dns: r1, aliases: [x, y.z], sysctl: {net.ipv4.ip_forward: 0}}\n"
	"defaults: {hosts: {forward: true}}\n";

/* How many allocations reading takes, and a few for what is around it. */
static unsigned long reading(void)
{
	struct isle_arena *a = isle_arena_new();
	const struct isle_source src = { "t.yaml", text, sizeof(text) - 1 };
	struct isle_doc doc;
	unsigned long n;

	fault_at(0);
	assert_int_equal(isle_doc_load(a, &src, &doc, NULL), 0);
	n = fault_count();
	isle_arena_free(a);
	return n + 8;
}

static void test_load(void **state)
{
	unsigned long first = reading(), n = first;
	bool hit;

	(void)state;
	do {
		struct isle_lab *lab = NULL;
		struct isle_diag *diag = isle_diag_new();
		int r;

		fault_at(++n);
		r = isle_lab_load(text, sizeof(text) - 1, "t.yaml", &lab, diag);
		hit = fault_hit();
		fault_at(0);
		/* words may be lost for want of memory, the lab may not be half */
		if (r == 0)
			assert_int_equal(lab->n_hosts, 9);
		else
			assert_true(hit);
		isle_lab_free(lab);
		isle_diag_free(diag);
	} while (hit && n < 5000);
	assert_false(hit);
	assert_true(n > first + 20);
}

static void test_out(void **state)
{
	struct isle_lab *lab = NULL;
	unsigned long n = 0;
	bool hit;

	(void)state;
	assert_int_equal(isle_lab_load(text, sizeof(text) - 1, "t.yaml", &lab, NULL), 0);
	do {
		struct isle_buf full = { 0 }, hosts = { 0 };
		uint32_t classes[16];
		int r;

		fault_at(++n);
		r = isle_lab_full(lab, &full) | isle_lab_hosts_file(lab, lab->hosts[0], &hosts);
		assert_in_range(isle_lab_hosts_classes(lab, classes), 1, lab->n_hosts);
		hit = fault_hit();
		fault_at(0);
		assert_true(r == 0 || hit);
		isle_buf_done(&full);
		isle_buf_done(&hosts);
	} while (hit && n < 5000);
	assert_false(hit);
	isle_lab_free(lab);
}

UNIT_MAIN(T(test_load), T(test_out))
