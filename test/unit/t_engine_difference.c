/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the line difference that `up` shows. */
#include "engine/difference.h"
#include "engine/names.h"
#include "unit.h"

static void expect(const char *a, const char *b, const char *want)
{
	struct isle_buf out = { 0 };

	isle_difference(a, b, &out);
	assert_string_equal(out.s ? out.s : "", want);
	isle_buf_done(&out);
}

static void equal_texts(void **state)
{
	(void)state;
	expect("", "", "");
	expect("a\nb\n", "a\nb\n", "");
	expect("a\nb", "a\nb\n", "");
}

static void changed_lines(void **state)
{
	(void)state;
	expect("", "a\n", "  + a\n");
	expect("a\n", "", "  - a\n");
	expect("a\nb\nc\n", "a\nc\n", "  - b\n");
	expect("a\nc\n", "a\nb\nc\n", "  + b\n");
	expect("a\nb\nc\n", "a\nx\nc\n", "  - b\n  + x\n");
	expect("a\nb\nc\nd\ne\n", "x\nb\nc\nd\ny\n", "  - a\n  + x\n  - e\n  + y\n");
}

/* No more than a screenful, and what is too large to be compared is still shown. */
static void long_texts(void **state)
{
	struct isle_buf a = { 0 }, b = { 0 }, out = { 0 };
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		isle_buf_printf(&a, "a%d\n", i);
		isle_buf_printf(&b, "b%d\n", i);
	}
	isle_difference(a.s, b.s, &out);
	for (const char *p = out.s; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 13);
	assert_non_null(strstr(out.s, "  - a0\n"));
	assert_non_null(strstr(out.s, "and 3988 more lines\n"));
	isle_buf_done(&a);
	isle_buf_done(&b);
	isle_buf_done(&out);
}

/* What may be made part of a path. */
static void names(void **state)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "/a", "a.b", "-a", "1a", ".uplink.a", "a b", "a\n", "é" };
	char longest[80];

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(bad); i++)
		assert_false(isle_name_is_valid(bad[i]));
	assert_true(isle_name_is_valid("a"));
	assert_true(isle_name_is_valid("Lab-1_x"));
	memset(longest, 'a', sizeof(longest));
	longest[63] = '\0';
	assert_true(isle_name_is_valid(longest));
	longest[63] = 'a';
	longest[64] = '\0';
	assert_false(isle_name_is_valid(longest));
}

UNIT_MAIN(T(equal_texts), T(changed_lines), T(long_texts), T(names))
