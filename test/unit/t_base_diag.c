/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: failures: exact text, carets under the right letter, order, and memory running out at every allocation.
 */
#include "unit.h"

static struct isle_source source(const char *name, const char *text)
{
	return (struct isle_source){ name, text, strlen(text) };
}

static char *show(const struct isle_diag *d, bool color)
{
	struct isle_buf b = { 0 };

	for (const struct isle_diag_rec *r = isle_diag_first(d); r; r = r->next)
		isle_diag_show(r, color, &b);
	return isle_buf_steal(&b);
}

static void assert_shown(struct isle_diag *d, const char *want)
{
	char *s = show(d, false);

	assert_string_equal(s, want);
	free(s);
	isle_diag_free(d);
}

static void test_reject(void **state)
{
	struct isle_source s = source("lab.yaml", "networks:\n  br0: {hosts: [a 10.0.1.9]}\n");
	struct isle_loc loc = { &s, 2, 19, 8 };
	struct isle_diag *d = isle_diag_new();

	(void)state;
	assert_int_equal(isle_reject(d, &loc, "%s is not in 10.0.0.0/24", "10.0.1.9"), -EINVAL);
	isle_hint(d, "one");
	isle_hint(d, "two");
	assert_int_equal(isle_diag_errors(d), 1);
	assert_shown(d, "lab.yaml:2:19: error: 10.0.1.9 is not in 10.0.0.0/24\n"
			"    br0: {hosts: [a 10.0.1.9]}\n"
			"                    ^~~~~~~~\n"
			"  hint: one\n"
			"        two\n");
}

static void test_fail(void **state)
{
	struct isle_source s = source("-", "a\nb");
	struct isle_loc loc = { &s, 2, 1, 1 };
	struct isle_diag *d = isle_diag_new();

	(void)state;
	assert_int_equal(isle_fail(d, ERANGE, &loc, "vxlan vx1: refused"), -ERANGE);
	isle_diag_kernel(d, "VXLAN ID must be lower than 16777216");
	assert_int_equal(isle_wrap(d, -7, "lab %s", "x"), -7);
	assert_int_equal(isle_fail(d, ENOENT, NULL, "opening %s", "f"), -ENOENT);
	isle_diag_kernel(d, "");
	isle_diag_kernel(d, NULL);
	assert_shown(d, "<stdin>:2:1: error: lab x: vxlan vx1: refused: Numerical result out of range "
			"(kernel: VXLAN ID must be lower than 16777216)\n"
			"  b\n"
			"  ^\n"
			"isle: error: opening f: No such file or directory\n");
}

static void test_null(void **state)
{
	(void)state;
	assert_int_equal(isle_fail(NULL, ENOENT, NULL, "x"), -ENOENT);
	assert_int_equal(isle_reject(NULL, NULL, "x"), -EINVAL);
	assert_int_equal(isle_wrap(NULL, -3, "x"), -3);
	isle_warn(NULL, NULL, "x");
	isle_hint(NULL, "x");
	isle_diag_kernel(NULL, "x");
	isle_diag_sort(NULL);
	isle_diag_free(NULL);
	assert_null(isle_diag_first(NULL));
	assert_int_equal(isle_diag_errors(NULL) + isle_diag_warnings(NULL), 0);
}

static void test_caret(void **state)
{
	/* line, col, len, expected two lines */
	static const struct { uint32_t line, col, len; const char *want; } cases[] = {
		{ 1, 2, 1, "  \tx\ty: 1\n  \t^\n" },
		{ 1, 4, 4, "  \tx\ty: 1\n  \t \t^~~~\n" },
		/* a tab inside what is underlined is as wide as it is shown */
		{ 1, 2, 3, "  \tx\ty: 1\n  \t^~~~~~~~~\n" },
		/* no more than the line has */
		{ 1, 7, 99, "  \tx\ty: 1\n  \t \t   ^\n" },
		{ 1, 99, 1, "  \tx\ty: 1\n  \t \t    ^\n" },
		/* two columns a letter, three bytes each */
		{ 2, 7, 1, "  北京: 上\n      ^\n" },
		{ 2, 9, 3, "  北京: 上\n        ^~\n" },
		{ 2, 4, 3, "  北京: 上\n    ^~\n" },
		/* in the middle of a letter */
		{ 2, 5, 1, "  北京: 上\n    ^~\n" },
		/* nothing that steers a terminal; broken UTF-8 */
		{ 3, 3, 1, "  a?b?c?\n    ^\n" },
		/* CR of CRLF is not shown; an empty line; the line behind the last newline */
		{ 4, 1, 3, "  dos\n  ^~~\n" },
		{ 5, 1, 1, "  \n  ^\n" },
		{ 6, 1, 1, "  \n  ^\n" },
		/* places that are not there */
		{ 7, 1, 1, "" },
		{ 0, 0, 0, "" },
	};
	struct isle_source s = source("f", "\tx\ty: 1\n北京: 上\na\033b\302\233c\377\ndos\r\n\n");

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(cases); i++) {
		struct isle_loc loc = { &s, cases[i].line, cases[i].col, cases[i].len };
		struct isle_diag *d = isle_diag_new();
		char want[200];

		isle_reject(d, &loc, "m");
		snprintf(want, sizeof(want), "f:%u:%u: error: m\n%s", loc.line, loc.col, cases[i].want);
		assert_shown(d, want);
	}
}

/* The caret's letter must be the one it was meant for, wherever a long line is cut. */
static void test_long(void **state)
{
	char text[2000];
	struct isle_source s = { "f", text, sizeof(text) };

	(void)state;
	for (uint32_t col = 1; col <= sizeof(text); col += 13) {
		struct isle_loc loc = { &s, 1, col, 3 };
		struct isle_diag *d = isle_diag_new();
		char *shown, *line, *marks;
		size_t caret;

		memset(text, '.', sizeof(text));
		text[col - 1] = 'X';
		isle_reject(d, &loc, "m");
		shown = show(d, false);
		line = strchr(shown, '\n') + 1;
		marks = strchr(line, '\n') + 1;
		caret = strcspn(marks, "^");
		/* "…" is one column, three bytes */
		assert_int_equal(line[caret + (strncmp(line, "  …", 5) == 0 ? 2 : 0)], 'X');
		assert_true(marks - line <= 2 + 3 + 100 + 3 + 1);
		assert_true(strlen(marks) <= 2 + 1 + 100 + 1);
		free(shown);
		isle_diag_free(d);
	}
}

static void test_color(void **state)
{
	struct isle_source s = source("f", "abc");
	struct isle_loc loc = { &s, 1, 2, 2 };
	struct isle_diag *d = isle_diag_new();
	char *text;

	(void)state;
	isle_warn(d, &loc, "m");
	text = show(d, true);
	assert_string_equal(text, "\033[1mf:1:2:\033[m \033[1;35mwarning:\033[m m\n  abc\n\033[32m   ^~\033[m\n");
	free(text);
	isle_diag_free(d);
}

static void test_words(void **state)
{
	struct isle_diag *d = isle_diag_new();

	(void)state;
	isle_reject(d, NULL, "a\033[2J\nb");
	assert_shown(d, "isle: error: a?[2J\n  b\n");
}

static void test_sort(void **state)
{
	struct isle_source s = source("f", "1\n2\n3\n");
	struct isle_diag *d = isle_diag_new();
	struct isle_buf b = { 0 };

	(void)state;
	isle_reject(d, NULL, "n1");
	for (uint32_t i = 0; i < 20; i++) {
		struct isle_loc loc = { &s, 3 - i % 3, 1 + i % 2, 1 };

		isle_warn(d, &loc, "%c", 'a' + i);
	}
	isle_reject(d, NULL, "n2");
	isle_diag_sort(d);
	/* the end of the list is known still */
	isle_reject(d, NULL, "n3");
	isle_hint(d, "of n3");
	for (const struct isle_diag_rec *r = isle_diag_first(d); r; r = r->next) {
		isle_buf_printf(&b, "%s ", r->msg);
		assert_int_equal(r->hint != NULL, isle_str_eq(r->msg, "n3"));
	}
	assert_string_equal(b.s, "c i o f l r e k q b h n t a g m s d j p n1 n2 n3 ");
	assert_int_equal(isle_diag_errors(d), 3);
	assert_int_equal(isle_diag_warnings(d), 20);
	isle_buf_done(&b);
	isle_diag_free(d);
}

static void many(struct isle_diag *d, const struct isle_loc *loc)
{
	assert_int_equal(isle_reject(d, loc, "first"), -EINVAL);
	isle_hint(d, "hint of first");
	isle_hint(d, "second hint of first");
	isle_diag_kernel(d, "kernel of first");
	assert_int_equal(isle_fail(d, EPERM, loc, "second"), -EPERM);
	assert_int_equal(isle_wrap(d, -EPERM, "context of second"), -EPERM);
	isle_hint(d, "hint of second");
}

/* Whatever is lost, the counts are right and no words stick to the wrong record. */
static void test_fault(void **state)
{
	struct isle_source s = source("f", "abc");
	struct isle_loc loc = { &s, 1, 1, 1 };
	bool hit = true;

	(void)state;
	fault_at(1);
	assert_null(isle_diag_new());
	fault_at(0);
	for (unsigned long at = 1; hit; at++) {
		struct isle_diag *d = isle_diag_new();

		fault_at(at);
		many(d, &loc);
		hit = fault_hit();
		fault_at(0);
		assert_int_equal(isle_diag_errors(d), 2);
		for (const struct isle_diag_rec *r = isle_diag_first(d); r; r = r->next) {
			const char *who = strstr(r->msg, "second") ? "of second" : "of first";

			assert_true(!r->hint || strstr(r->hint, who));
			assert_true(!r->kernel || strstr(r->kernel, who));
		}
		isle_diag_free(d);
	}
}

UNIT_MAIN(T(test_reject), T(test_fail), T(test_null), T(test_caret), T(test_long), T(test_color), T(test_words),
	  T(test_sort), T(test_fault))
