/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the linker's --wrap turns malloc() into __wrap_malloc(), which is here.
 */
#include "fault.h"

#include <stddef.h>

static unsigned long fail_at, count;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);

void fault_at(unsigned long n)
{
	fail_at = n;
	count = 0;
}

unsigned long fault_count(void)
{
	return count;
}

bool fault_hit(void)
{
	return fail_at && count >= fail_at;
}

static bool fails(void)
{
	count++;
	return fault_hit();
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}
