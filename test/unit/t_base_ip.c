/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses: what is read, RFC 5952 text, prefixes, host parts, edges.
 */
#include "unit.h"

static struct isle_ip ip(const char *s)
{
	struct isle_ip r;

	if (!isle_ip_parse(s, strlen(s), &r, NULL))
		fail_msg("%s not read", s);
	return r;
}

static void assert_ip(const struct isle_ip *a, const char *want)
{
	char buf[ISLE_IP_TEXT];

	assert_string_equal(isle_ip_text(a, true, buf), want);
}

static void test_text(void **state)
{
	/* RFC 5952, 4.1 to 4.3 and 5; then families and lengths */
	static const char *const cases[][2] = {
		{ "2001:0db8::0001", "2001:db8::1/128" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1/128" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1/128" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1/128" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1/128" },
		{ "2001:DB8::A", "2001:db8::a/128" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1/128" },
		{ "::192.0.2.1", "::c000:201/128" },
		{ "0:0:0:0:0:0:0:0", "::/128" },
		{ "::1", "::1/128" },
		{ "1::", "1::/128" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128" },
		{ "fd00::1/64", "fd00::1/64" },
		{ "::/0", "::/0" },
		{ "10.0.0.1", "10.0.0.1/32" },
		{ "255.255.255.255/0", "255.255.255.255/0" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		struct isle_ip a = ip(cases[i][0]);

		assert_ip(&a, cases[i][1]);
	}
}

static void test_refused(void **state)
{
	static const char *const cases[] = {
		"", "10", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/08", "10.0.0.1/+8",
		"10.0.0.1/24/24", " 10.0.0.1", "10.0.0.1 ", "fd00::1/129", "fd00:::1", "fe80::1%eth0", ":", "/24", "1:2",
		"10.0.0.1/18446744073709551617", "1:2:3:4:5:6:7:8:9", "12345::",
	};
	struct isle_ip a = { .family = 99 };
	bool has_len = true;

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++)
		if (isle_ip_parse(cases[i], strlen(cases[i]), &a, &has_len))
			fail_msg("%s was read", cases[i]);
	assert_false(isle_ip_parse("10.0.0.1\0", 9, &a, &has_len));
	/* not written on failure */
	assert_int_equal(a.family, 99);
	assert_true(has_len);
}

static void test_has_len(void **state)
{
	struct isle_ip a;
	bool has_len;

	(void)state;
	assert_true(isle_ip_parse("10.0.0.1/32", 11, &a, &has_len) && has_len);
	assert_true(isle_ip_parse("10.0.0.1/32", 8, &a, &has_len) && !has_len);
	assert_int_equal(a.len, 32);
}

static void test_network(void **state)
{
	static const char *const cases[][3] = {
		{ "10.0.1.7/24", "10.0.1.0/24", "10.0.1.255/24" },
		{ "10.0.1.7/23", "10.0.0.0/23", "10.0.1.255/23" },
		{ "10.0.1.7/32", "10.0.1.7/32", "10.0.1.7/32" },
		{ "10.0.1.7/0", "0.0.0.0/0", "255.255.255.255/0" },
		{ "fd00::1:2:3:4/65", "fd00::/65", "fd00::7fff:ffff:ffff:ffff/65" },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		struct isle_ip a = ip(cases[i][0]), n = isle_ip_network(&a), b = isle_ip_broadcast(&a);

		assert_ip(&n, cases[i][1]);
		if (strcmp(cases[i][0], "fd00::1:2:3:4/65") != 0)
			assert_ip(&b, cases[i][2]);
	}
}

static void test_contains(void **state)
{
	struct isle_ip net = ip("10.0.0.0/23"), all4 = ip("0.0.0.0/0"), all6 = ip("::/0"), none = { 0 };
	struct isle_ip in = ip("10.0.1.255"), out = ip("10.0.2.0"), six = ip("::1");
	struct isle_ip inner = ip("10.0.1.0/25"), wide = ip("10.0.0.0/8"), beside = ip("10.0.2.0/23");

	(void)state;
	assert_true(isle_ip_contains(&net, &in));
	assert_false(isle_ip_contains(&net, &out));
	assert_false(isle_ip_contains(&all4, &six));
	assert_true(isle_ip_contains(&all6, &six));
	assert_false(isle_ip_contains(&none, &none));
	assert_true(isle_ip_overlaps(&net, &inner) && isle_ip_overlaps(&inner, &net));
	assert_true(isle_ip_overlaps(&net, &wide) && isle_ip_overlaps(&wide, &net));
	assert_false(isle_ip_overlaps(&net, &beside));
	assert_false(isle_ip_overlaps(&all4, &all6));
}

static void test_host(void **state)
{
	struct isle_ip net = ip("10.0.2.0/23"), one = ip("10.0.0.1/32"), six = ip("fd00::/64"), wide = ip("fd00::/32"), r;

	(void)state;
	assert_true(isle_ip_host(&net, 1, &r));
	assert_ip(&r, "10.0.2.1/23");
	assert_true(isle_ip_host(&net, 511, &r));
	assert_ip(&r, "10.0.3.255/23");
	assert_false(isle_ip_host(&net, 512, &r));
	assert_ip(&r, "10.0.3.255/23");
	assert_true(isle_ip_host(&one, 0, &r));
	assert_false(isle_ip_host(&one, 1, &r));
	assert_true(isle_ip_host(&six, UINT64_MAX, &r));
	assert_ip(&r, "fd00::ffff:ffff:ffff:ffff/64");
	assert_true(isle_ip_host(&wide, 0x1234, &r));
	assert_ip(&r, "fd00::1234/32");
	/* host bits of the given prefix do not count */
	net = ip("10.0.2.9/23");
	assert_true(isle_ip_host(&net, 2, &r));
	assert_ip(&r, "10.0.2.2/23");
}

static void test_size(void **state)
{
	static const struct { const char *net; uint64_t size; } cases[] = {
		{ "10.0.0.0/24", 256 }, { "10.0.0.0/32", 1 }, { "0.0.0.0/0", UINT64_C(1) << 32 }, { "fd00::/127", 2 },
		{ "fd00::/65", UINT64_C(1) << 63 }, { "fd00::/64", UINT64_MAX }, { "::/0", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		struct isle_ip a = ip(cases[i].net);

		assert_true(isle_ip_size(&a) == cases[i].size);
	}
}

static void test_add(void **state)
{
	static const struct { const char *from; int64_t n; const char *to; } cases[] = {
		{ "10.0.0.255", 1, "10.0.1.0/32" }, { "10.0.1.0", -1, "10.0.0.255/32" },
		{ "10.0.0.1", 0, "10.0.0.1/32" }, { "0.0.0.0", UINT32_MAX, "255.255.255.255/32" },
		{ "255.255.255.255", -(int64_t)UINT32_MAX, "0.0.0.0/32" }, { "255.255.255.255", 1, NULL },
		{ "0.0.0.0", -1, NULL }, { "0.0.0.1", UINT32_MAX, NULL }, { "10.0.0.0", INT64_MAX, NULL },
		{ "10.0.0.0", INT64_MIN, NULL }, { "fd00::ffff:ffff:ffff:ffff/64", 1, "fd00:0:0:1::/64" },
		{ "fd00:0:0:1::", -1, "fd00::ffff:ffff:ffff:ffff/128" }, { "::", -1, NULL }, { "::1", INT64_MIN, NULL },
		{ "::1:0:0:0:0", INT64_MIN, "::8000:0:0:0/128" }, { "::", INT64_MAX, "::7fff:ffff:ffff:ffff/128" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		struct isle_ip a = ip(cases[i].from), before = a;

		assert_int_equal(isle_ip_add(&a, cases[i].n), cases[i].to != NULL);
		if (cases[i].to)
			assert_ip(&a, cases[i].to);
		else
			assert_memory_equal(&a, &before, sizeof(a));
	}
}

static void test_order(void **state)
{
	/* ascending */
	static const char *const cases[] = { "10.0.0.1/24", "10.0.0.1/32", "10.0.0.2/8", "200.0.0.0/8", "::/0", "fd00::1/64" };

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++)
		for (size_t j = 0; j < ISLE_COUNT(cases); j++) {
			struct isle_ip a = ip(cases[i]), b = ip(cases[j]);
			int d = isle_ip_cmp(&a, &b);

			assert_int_equal((d > 0) - (d < 0), (i > j) - (i < j));
		}
	struct isle_ip a = ip("10.0.0.1/24"), b = ip("10.0.0.1/8"), c = ip("a00:1::");

	assert_true(isle_ip_equal(&a, &b));
	assert_false(isle_ip_equal(&a, &c));
}

UNIT_MAIN(T(test_text), T(test_refused), T(test_has_len), T(test_network), T(test_contains), T(test_host), T(test_size),
	  T(test_add), T(test_order))
