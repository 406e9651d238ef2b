/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: memory with one lifetime. A lab is thousands of small objects that all
 * die together, so they are carved from blocks and never freed singly. Blocks
 * come from calloc(), which is what makes every object zeroed at no cost.
 * An array that grows leaves its old self behind: with doubling that wastes at
 * most as much as is used.
 */
#include "base/base.h"

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 18 };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(max_align_t) unsigned char data[];
};

struct isle_arena {
	struct block *blocks;	/* the first one is being filled */
	size_t handed_out;
	size_t next_size;
};

struct isle_arena *isle_arena_new(void)
{
	struct isle_arena *a = calloc(1, sizeof(*a));

	if (a)
		a->next_size = BLOCK_MIN;
	return a;
}

void isle_arena_free(struct isle_arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *block_new(size_t size)
{
	struct block *b;

	if (size > PTRDIFF_MAX - sizeof(*b))
		return NULL;
	b = calloc(1, sizeof(*b) + size);
	if (b)
		b->size = size;
	return b;
}

/* A block with room for SIZE; an outsize one is hung behind the one being filled. */
static struct block *block_for(struct isle_arena *a, size_t size)
{
	struct block *b = a->blocks;

	if (b && b->size - b->used >= size)
		return b;
	if (size > a->next_size / 4 && b) {
		struct block *own = block_new(size);

		if (!own)
			return NULL;
		own->next = b->next;
		b->next = own;
		return own;
	}
	b = block_new(size > a->next_size ? size : a->next_size);
	if (!b)
		return NULL;
	b->next = a->blocks;
	a->blocks = b;
	if (a->next_size < BLOCK_MAX)
		a->next_size *= 2;
	return b;
}

void *isle_arena_alloc(struct isle_arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b;
	void *p;

	if (size > PTRDIFF_MAX - align)
		return NULL;
	/* an object of no bytes still gets an address of its own */
	size = ((size ? size : 1) + align - 1) / align * align;
	b = block_for(a, size);
	if (!b)
		return NULL;
	p = b->data + b->used;
	b->used += size;
	a->handed_out += size;
	return p;
}

char *isle_arena_strndup(struct isle_arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = isle_arena_alloc(a, len + 1);

	return p ? memcpy(p, s, len) : NULL;
}

char *isle_arena_strdup(struct isle_arena *a, const char *s)
{
	return isle_arena_strndup(a, s, strlen(s));
}

char *isle_arena_printf(struct isle_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = isle_arena_alloc(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t isle_arena_size(const struct isle_arena *a)
{
	return a->handed_out;
}

bool isle_arena_grow(struct isle_arena *a, void *v, size_t n, size_t *cap, size_t elem)
{
	size_t want = *cap ? *cap * 2 : 4;
	void *old, *p;

	if (n < *cap)
		return true;
	if (want <= n || want > PTRDIFF_MAX / elem)
		return false;
	p = isle_arena_alloc(a, want * elem);
	if (!p)
		return false;
	/* v points to a T *, whatever T is: read and written as bytes */
	memcpy(&old, v, sizeof(old));
	if (n)
		memcpy(p, old, n * elem);
	memcpy(v, &p, sizeof(p));
	*cap = want;
	return true;
}
