/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a range of ids and a single one in one map: whatever meets, no id stands
 * twice on either side, and the single one has its place.
 */
#include "unit.h"
#include "ns/run.h"

static void is_map(struct isle_ns_map range, uint32_t outer, uint32_t inner, const char *want)
{
	struct isle_ns_lines l;
	char text[256] = "";
	size_t n = 0;

	isle_ns_lines_make(&range, &outer, &inner, &l);
	for (size_t i = 0; i < l.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u %u %u;", l.line[i].inner, l.line[i].outer, l.line[i].count);
	assert_string_equal(text, want);
}

static void test_known(void **state)
{
	const struct isle_ns_map r = { .inner = 0, .outer = 100000, .count = 65536 };
	struct isle_ns_lines l;

	(void)state;
	isle_ns_lines_make(&r, NULL, NULL, &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.line[0].count, 65536);
	/* root in front: the rest moves up by one */
	is_map(r, 1000, 0, "0 1000 1;1 100000 65535;");
	/* the caller as himself, in the middle of what is inside */
	is_map(r, 1000, 1000, "1000 1000 1;0 100000 1000;1001 101000 64535;");
	/* nothing meets */
	is_map(r, 1000, 70000, "70000 1000 1;0 100000 65536;");
	/* outside it is one of the range */
	is_map(r, 100002, 70000, "70000 100002 1;0 100000 2;2 100003 65533;");
	/* both, at different places */
	is_map((struct isle_ns_map){ 0, 100, 10 }, 105, 2, "2 105 1;0 100 2;3 102 3;6 106 4;");
	is_map((struct isle_ns_map){ 0, 100, 1 }, 100, 0, "0 100 1;");
}

static bool is_twice(const struct isle_ns_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct isle_ns_map *a = &l->line[i], *b = &l->line[k];

			if ((a->inner < b->inner + b->count && b->inner < a->inner + a->count) ||
			    (a->outer < b->outer + b->count && b->outer < a->outer + a->count))
				return true;
		}
	return false;
}

/* Every way in which a short range and an id can lie to each other. */
static void test_all(void **state)
{
	(void)state;
	for (uint32_t count = 1; count < 6; count++)
		for (uint32_t outer = 8; outer < 18; outer++)
			for (uint32_t inner = 8; inner < 18; inner++) {
				const struct isle_ns_map r = { .inner = 10, .outer = 10, .count = count };
				const bool meets = outer - 10 < count || inner - 10 < count;
				struct isle_ns_lines l;
				uint32_t n = 0;

				isle_ns_lines_make(&r, &outer, &inner, &l);
				assert_false(is_twice(&l));
				assert_true(l.line[0].inner == inner && l.line[0].outer == outer && l.line[0].count == 1);
				for (size_t i = 0; i < l.n; i++)
					n += l.line[i].count;
				assert_int_equal(n, count + !meets);
			}
}

UNIT_MAIN(T(test_known), T(test_all))
