/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: text that grows. The failure is sticky, so that a page of output can be
 * written without a check a line and asked about once, at the end.
 */
#include "base/base.h"

static bool room(struct isle_buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;
	char *s;

	if (b->bad || more > PTRDIFF_MAX - b->n - 1)
		goto bad;
	if (b->s && b->n + more < b->cap)
		return true;
	while (cap <= b->n + more)
		cap *= 2;
	s = realloc(b->s, cap);
	if (!s)
		goto bad;
	b->s = s;
	b->cap = cap;
	return true;
bad:
	b->bad = true;
	return false;
}

void isle_buf_put(struct isle_buf *b, const char *s, size_t n)
{
	if (!room(b, n))
		return;
	if (n)
		memcpy(b->s + b->n, s, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void isle_buf_puts(struct isle_buf *b, const char *s)
{
	isle_buf_put(b, s, strlen(s));
}

void isle_buf_vprintf(struct isle_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		b->bad = true;
	else if (room(b, (size_t)n)) {
		vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
		b->n += (size_t)n;
	}
}

void isle_buf_printf(struct isle_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	isle_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void isle_buf_done(struct isle_buf *b)
{
	free(b->s);
	*b = (struct isle_buf){ 0 };
}

char *isle_buf_steal(struct isle_buf *b)
{
	char *s = NULL;

	if (!b->bad)
		s = b->s ? b->s : strdup("");
	if (b->bad)
		free(b->s);
	*b = (struct isle_buf){ 0 };
	return s;
}
