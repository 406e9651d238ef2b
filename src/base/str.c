/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: small things about text. Nothing here looks at the locale: a lab file
 * means the same on every machine.
 */
#include "base/base.h"

bool isle_str_u64(const char *s, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	if (n == 0 || (n > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (unsigned)(s[i] - '0'), &v))
			return false;
	}
	*ret = v;
	return true;
}

bool isle_str_eq(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

uint64_t isle_fnv1a_more(uint64_t sum, const void *p, size_t n)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ c[i]) * 0x100000001b3u;
	return sum;
}

uint64_t isle_fnv1a_n(const void *p, size_t n)
{
	return isle_fnv1a_more(0xcbf29ce484222325u, p, n);
}

uint64_t isle_fnv1a(const char *s)
{
	return isle_fnv1a_n(s, strlen(s));
}

size_t isle_str_digits(const char *s)
{
	size_t len = strlen(s), n = 0;

	while (n < len && s[len - n - 1] >= '0' && s[len - n - 1] <= '9')
		n++;
	return n;
}
