/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: numbers, hashes, digits; distances between words.
 */
#include "unit.h"

static bool is_number(const char *s, uint64_t want)
{
	uint64_t v = 42;

	return isle_str_u64(s, strlen(s), &v) && v == want;
}

static void test_u64(void **state)
{
	static const char *const bad[] = { "", "00", "01", "-1", "+1", " 1", "1 ", "0x10", "1e3", "18446744073709551616",
					   "99999999999999999999" };
	uint64_t v = 42;

	(void)state;
	assert_true(is_number("0", 0));
	assert_true(is_number("10", 10));
	assert_true(is_number("18446744073709551615", UINT64_MAX));
	for (size_t i = 0; i < ISLE_COUNT(bad); i++)
		assert_false(isle_str_u64(bad[i], strlen(bad[i]), &v));
	assert_int_equal(v, 42);
	/* no further than n */
	assert_true(isle_str_u64("12345", 2, &v));
	assert_int_equal(v, 12);
}

static void test_small(void **state)
{
	(void)state;
	assert_true(isle_str_eq(NULL, NULL));
	assert_false(isle_str_eq(NULL, ""));
	assert_false(isle_str_eq("a", "b"));
	assert_true(isle_str_eq("ab", "ab"));
	/* published vectors of FNV-1a, 64 bits */
	assert_true(isle_fnv1a("") == UINT64_C(0xcbf29ce484222325));
	assert_true(isle_fnv1a_more(isle_fnv1a("ab"), "c", 1) == isle_fnv1a("abc"));
	assert_true(isle_fnv1a("a") == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(isle_fnv1a("foobar") == UINT64_C(0x85944171f73967e8));
	assert_int_equal(isle_str_digits("h12"), 2);
	assert_int_equal(isle_str_digits("h"), 0);
	assert_int_equal(isle_str_digits("1h"), 0);
	assert_int_equal(isle_str_digits("123"), 3);
	assert_int_equal(isle_str_digits(""), 0);
}

static void test_distance(void **state)
{
	static const struct { const char *a, *b; unsigned d; } cases[] = {
		{ "", "", 0 }, { "", "abc", 3 }, { "peer", "peer", 0 }, { "peeer", "peer", 1 }, { "per", "peer", 1 },
		{ "pear", "peer", 1 }, { "epre", "peer", 2 }, { "ab", "ba", 1 },
		/* what tells optimal string alignment from the unrestricted distance, which is 2 */
		{ "ca", "abc", 3 },
		{ "subnet", "sbunet", 1 }, { "kitten", "sitting", 3 },
	};
	char longer[101] = { 0 };

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		assert_int_equal(isle_near_distance(cases[i].a, cases[i].b), cases[i].d);
		assert_int_equal(isle_near_distance(cases[i].b, cases[i].a), cases[i].d);
	}
	memset(longer, 'x', 100);
	assert_int_equal(isle_near_distance(longer, longer), 0);
	assert_int_equal(isle_near_distance(longer, "x"), 100);
	longer[64] = '\0';
	assert_int_equal(isle_near_distance(longer, longer + 1), 1);
}

static void test_best(void **state)
{
	static const char *const keys[] = { "subnet", "hosts", "gateway", "mtu", "switch", NULL };
	static const char *const gaps[] = { NULL, "mtu", NULL };

	(void)state;
	assert_string_equal(isle_near_best("sbnet", keys, SIZE_MAX), "subnet");
	assert_string_equal(isle_near_best("host", keys, 5), "hosts");
	assert_string_equal(isle_near_best("gatway", keys, SIZE_MAX), "gateway");
	assert_string_equal(isle_near_best("MTU", keys, SIZE_MAX), "mtu");
	assert_string_equal(isle_near_best("mut", keys, SIZE_MAX), "mtu");
	/* two letters of three are no likeness */
	assert_null(isle_near_best("mxx", keys, SIZE_MAX));
	assert_null(isle_near_best("gateXYZ", keys, SIZE_MAX));
	assert_null(isle_near_best("gatway", keys, 2));
	assert_string_equal(isle_near_best("mtuu", gaps, 3), "mtu");
	assert_null(isle_near_best("mtuu", gaps, SIZE_MAX));
	assert_null(isle_near_best("", keys, SIZE_MAX));
}

UNIT_MAIN(T(test_u64), T(test_small), T(test_distance), T(test_best))
