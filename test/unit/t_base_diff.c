/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the difference of two texts, as people read it. */
#include "unit.h"

static void check(const char *a, const char *b, size_t max, const char *want)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	assert_int_equal(isle_diff(a, b, max, &out), 0);
	assert_string_equal(out.s ? out.s : "", want);
}

static void test_equal(void **state)
{
	(void)state;
	check("", "", 0, "");
	check("a\nb\n", "a\nb\n", 0, "");
	check("a\nb", "a\nb\n", 0, "");		/* the last line's end is no difference */
}

static void test_changes(void **state)
{
	(void)state;
	check("a\n", "", 0, "- a\n");
	check("", "a\n", 0, "+ a\n");
	check("a\nb\nc\n", "a\nc\n", 0, "- b\n");
	check("a\nc\n", "a\nb\nc\n", 0, "+ b\n");
	check("a\nb\nc\n", "a\nx\nc\n", 0, "- b\n+ x\n");
	/* what stands twice is not taken for moved */
	check("a\na\nb\n", "a\nb\nb\n", 0, "- a\n+ b\n");
}

static void test_parents(void **state)
{
	(void)state;
	check("top:\n  x:\n    k: 1\n  y:\n    k: 1\n", "top:\n  x:\n    k: 2\n  y:\n    k: 3\n", 0,
	      "  top:\n    x:\n-     k: 1\n+     k: 2\n    y:\n-     k: 1\n+     k: 3\n");
	/* a key that is itself new is no parent to be repeated */
	check("top:\n  x:\n    k: 1\n", "top:\n  y:\n    k: 2\n", 0,
	      "  top:\n-   x:\n-     k: 1\n+   y:\n+     k: 2\n");
}

static void test_max(void **state)
{
	(void)state;
	check("a\nb\nc\n", "", 2, "- a\n- b\n  … and 1 more\n");
	check("a\nb\n", "", 2, "- a\n- b\n");
}

static void test_memory(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 32; n++) {
		isle_auto(buf) struct isle_buf out = { 0 };
		int r;

		fault_at(n);
		r = isle_diff("top:\n  a\n", "top:\n  b\n", 0, &out);
		fault_at(0);
		if (!r)
			return;
		assert_int_equal(r, -ENOMEM);
	}
	fail_msg("never without a fault");
}

UNIT_MAIN(cmocka_unit_test(test_equal), cmocka_unit_test(test_changes), cmocka_unit_test(test_parents),
	  cmocka_unit_test(test_max), cmocka_unit_test(test_memory))
