/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: arena, growing text, maps: growth, alignment, and every allocation failing in turn.
 */
#include "unit.h"

static void test_arena(void **state)
{
	struct isle_arena *a = isle_arena_new();
	unsigned char *p[2000];
	size_t sum = 0;

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < ISLE_COUNT(p); i++) {
		/* now and then larger than a block */
		size_t n = i % 500 == 499 ? 100000 : i % 97;

		p[i] = isle_arena_alloc(a, n);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < n; j++)
			assert_int_equal(p[i][j], 0);
		memset(p[i], (int)(i % 251) + 1, n);
		sum += n;
	}
	/* nobody wrote into another's bytes */
	for (size_t i = 0; i < ISLE_COUNT(p); i++)
		for (size_t j = 0; j < (i % 500 == 499 ? 100000 : i % 97); j++)
			assert_int_equal(p[i][j], (int)(i % 251) + 1);
	assert_true(isle_arena_size(a) >= sum);
	assert_null(isle_arena_alloc(a, SIZE_MAX));
	assert_null(isle_arena_alloc(a, PTRDIFF_MAX));
	isle_arena_free(a);
	isle_arena_free(NULL);
}

static void test_arena_text(void **state)
{
	struct isle_arena *a = isle_arena_new();
	const char *s;

	(void)state;
	assert_string_equal(isle_arena_strdup(a, "abc"), "abc");
	assert_string_equal(isle_arena_strndup(a, "abcdef", 3), "abc");
	assert_string_equal(isle_arena_strndup(a, "abc", 10), "abc");
	s = isle_arena_printf(a, "%s-%d-%5000s", "x", 7, "y");
	assert_int_equal(strlen(s), 5004);
	assert_memory_equal(s, "x-7- ", 5);
	isle_arena_free(a);
}

static void test_arena_grow(void **state)
{
	struct isle_arena *a = isle_arena_new();
	struct { uint64_t x; char c; } *v = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	while (n < 1000) {
		assert_true(isle_arena_grow(a, &v, n, &cap, sizeof(*v)));
		assert_true(cap > n);
		v[n].x = n + 1;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i].x, i + 1);
	fault_at(1);
	while (isle_arena_grow(a, &v, n, &cap, sizeof(*v)))
		n = cap;
	fault_at(0);
	/* what was there is still there */
	assert_int_equal(v[999].x, 1000);
	assert_false(isle_arena_grow(a, &v, cap, &cap, PTRDIFF_MAX));
	isle_arena_free(a);
}

static void test_buf(void **state)
{
	struct isle_buf b = { 0 };
	char *s;

	(void)state;
	for (int i = 0; i < 1000; i++)
		isle_buf_printf(&b, "%d,", i);
	isle_buf_puts(&b, "end");
	isle_buf_put(&b, "\0x", 2);
	assert_int_equal(b.n, 10 + 90 * 2 + 900 * 3 + 1000 + 3 + 2);
	assert_int_equal(b.s[b.n], '\0');
	assert_memory_equal(b.s, "0,1,2,", 6);
	s = isle_buf_steal(&b);
	assert_non_null(s);
	free(s);
	assert_null(b.s);
	s = isle_buf_steal(&b);
	assert_string_equal(s, "");
	free(s);
	/* exactly as long as a first block, and one less */
	isle_buf_printf(&b, "%64s", "");
	assert_int_equal(strlen(b.s), 64);
	isle_buf_done(&b);
	isle_buf_printf(&b, "%63s", "");
	assert_int_equal(strlen(b.s), 63);
	isle_buf_put(&b, "", SIZE_MAX);
	assert_true(b.bad);
	assert_null(isle_buf_steal(&b));
	assert_false(b.bad);
	isle_buf_done(&b);
}

static void test_buf_fault(void **state)
{
	struct isle_buf b = { 0 };

	(void)state;
	fault_at(2);
	isle_buf_puts(&b, "first");
	assert_false(b.bad);
	isle_buf_printf(&b, "%500s", "x");
	isle_buf_puts(&b, "more");
	fault_at(0);
	isle_buf_puts(&b, "still nothing");
	assert_true(b.bad);
	assert_string_equal(b.s, "first");
	assert_null(isle_buf_steal(&b));
}

static void test_map(void **state)
{
	static char keys[3000][8];
	struct isle_map m = { 0 };

	(void)state;
	assert_null(isle_map_get(&m, "x"));
	for (size_t i = 0; i < ISLE_COUNT(keys); i++) {
		snprintf(keys[i], sizeof(keys[i]), "h%zu", i);
		assert_int_equal(isle_map_put(&m, keys[i], keys[i]), 0);
	}
	assert_int_equal(m.n, ISLE_COUNT(keys));
	for (size_t i = 0; i < ISLE_COUNT(keys); i++)
		assert_ptr_equal(isle_map_get(&m, keys[i]), keys[i]);
	assert_null(isle_map_get(&m, "h3000"));
	assert_int_equal(isle_map_put(&m, "h7", &m), 0);
	assert_ptr_equal(isle_map_get(&m, keys[7]), &m);
	assert_int_equal(m.n, ISLE_COUNT(keys));
	isle_map_done(&m);
	assert_null(isle_map_get(&m, "h7"));
	isle_map_done(&m);
}

static void test_map_fault(void **state)
{
	static char keys[3000][8];
	struct isle_map m = { 0 };
	size_t n = 0;

	(void)state;
	for (unsigned long at = 1; at < 6; at++) {
		fault_at(at);
		for (n = 0; n < ISLE_COUNT(keys); n++) {
			snprintf(keys[n], sizeof(keys[n]), "h%zu", n);
			if (isle_map_put(&m, keys[n], keys[n]) < 0)
				break;
		}
		fault_at(0);
		assert_true(n < ISLE_COUNT(keys));
		for (size_t i = 0; i < n; i++)
			assert_ptr_equal(isle_map_get(&m, keys[i]), keys[i]);
		assert_null(isle_map_get(&m, keys[n]));
		isle_map_done(&m);
	}
}

UNIT_MAIN(T(test_arena), T(test_arena_text), T(test_arena_grow), T(test_buf), T(test_buf_fault), T(test_map),
	  T(test_map_fault))
