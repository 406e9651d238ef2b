/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a host has besides its network: where its files come from, in which
 * order, and that the long form says the same.
 */
#include "lab_help.h"

static void round_trip(const char *text)
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

static void own(const struct isle_host *h, size_t i, const char *path, const char *source)
{
	assert_true(i < h->n_owns);
	assert_string_equal(h->owns[i].path, path);
	if (source)
		assert_string_equal(h->owns[i].source, source);
	else
		assert_null(h->owns[i].source);
}

static void test_files(void **state)
{
	static const char text[] = "hosts: {a: {files: {/z/b: /abs//./x/, /z: ./r1, /y: ../r2/.}, private: [/z/a, /z.a]}}\n"
				   "defaults: {hosts: {private: /d}}\n";
	char *cwd = getcwd(NULL, 0), *r1, *r2;
	struct isle_lab *lab = lab_load(text);
	const struct isle_host *h = lab_host(lab, "a");

	(void)state;
	/* the file is dir/t.yaml */
	assert_true(asprintf(&r1, "%s/dir/r1", cwd) > 0);
	assert_true(asprintf(&r2, "%s/dir/../r2", cwd) > 0);
	assert_int_equal(h->n_owns, 5);
	own(h, 0, "/y", r2);
	own(h, 1, "/z", r1);
	own(h, 2, "/z.a", NULL);
	own(h, 3, "/z/a", NULL);
	own(h, 4, "/z/b", "/abs/x");
	free(cwd);
	free(r1);
	free(r2);
	isle_lab_free(lab);
	round_trip(text);
}

static void test_rules(void **state)
{
	static const char text[] = "links: [a 10.0.0.1/24 fd00::1/64 -- b]\n"
				   "hosts:\n"
				   "  a:\n"
				   "    rules: [{table: 5}, {fwmark: 0, action: prohibit}, {priority: 32002, table: 9}, {not: true, from: 10.1.1.1,\n"
				   "      iif: lo, oif: eth0, table: 300}, {to: \"fd01::/64\", priority: 7, action: blackhole}]\n"
				   "    interfaces: {eth0: {neighbours: {10.0.0.9: \"02:00:00:00:00:09\", \"fe80::9\": \"02:00:00:00:00:09\"}}}\n";
	static const uint32_t priorities[] = { 32000, 32001, 32002, 32003, 7 };
	struct isle_lab *lab = lab_load(text);
	const struct isle_host *h = lab_host(lab, "a");

	(void)state;
	assert_int_equal(h->n_rules, ISLE_COUNT(priorities));
	for (size_t i = 0; i < h->n_rules; i++)
		assert_int_equal(h->rules[i].priority, priorities[i]);
	/* a mark of 0 is a mark */
	assert_true(h->rules[1].has_mark && !h->rules[0].has_mark);
	assert_true(h->rules[0].family[0] && h->rules[0].family[1] && !h->rules[3].family[1] && !h->rules[4].family[0]);
	assert_int_equal(lab_iface(lab, "a", "eth0")->n_neighbours, 2);
	isle_lab_free(lab);
	round_trip(text);
}

UNIT_MAIN(cmocka_unit_test(test_files), cmocka_unit_test(test_rules))
