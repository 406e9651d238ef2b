/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: failures. A sink, not a slot: reading a file reports many mistakes,
 * everything else appends one. Nothing here can fail for the caller: without
 * memory the words are lost, but the number is still returned and counted, and
 * what is said next about "the newest" is not pinned on an older record.
 * How a record looks to people is show.c.
 */
#include "base/base.h"

struct isle_diag {
	struct isle_diag_rec *first, **end;
	struct isle_diag_rec *newest;	/* NULL: none, or it was lost */
	size_t n_errors, n_warnings;
};

struct isle_diag *isle_diag_new(void)
{
	struct isle_diag *d = calloc(1, sizeof(*d));

	if (d)
		d->end = &d->first;
	return d;
}

void isle_diag_free(struct isle_diag *d)
{
	if (!d)
		return;
	for (struct isle_diag_rec *r = d->first, *next; r; r = next) {
		next = r->next;
		free(r->msg);
		free(r->kernel);
		free(r->hint);
		free(r);
	}
	free(d);
}

static char *format(const char *fmt, va_list ap)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_vprintf(&b, fmt, ap);
	return isle_buf_steal(&b);
}

/* What the record says besides its words is in WHAT. */
static void add(struct isle_diag *d, struct isle_diag_rec what, const struct isle_loc *loc,
		const char *fmt, va_list ap)
{
	struct isle_diag_rec *r;

	if (!d)
		return;
	if (what.warning)
		d->n_warnings++;
	else
		d->n_errors++;
	d->newest = NULL;
	what.msg = format(fmt, ap);
	if (!what.msg)
		return;
	r = malloc(sizeof(*r));
	if (!r) {
		free(what.msg);
		return;
	}
	*r = what;
	if (loc)
		r->loc = *loc;
	*d->end = d->newest = r;
	d->end = &r->next;
}

int isle_fail(struct isle_diag *d, int errnum, const struct isle_loc *loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, (struct isle_diag_rec){ .errnum = errnum }, loc, fmt, ap);
	va_end(ap);
	return -errnum;
}

int isle_reject(struct isle_diag *d, const struct isle_loc *loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, (struct isle_diag_rec){ .errnum = EINVAL, .ours = true }, loc, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void isle_warn(struct isle_diag *d, const struct isle_loc *loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, (struct isle_diag_rec){ .ours = true, .warning = true }, loc, fmt, ap);
	va_end(ap);
}

/* *TEXT becomes A, BETWEEN, B if memory allows; else it stays. */
static void join(char **text, const char *a, const char *between, const char *b)
{
	isle_auto(buf) struct isle_buf buf = { 0 };
	char *s;

	isle_buf_printf(&buf, "%s%s%s", a, between, b);
	s = isle_buf_steal(&buf);
	if (!s)
		return;
	free(*text);
	*text = s;
}

int isle_wrap(struct isle_diag *d, int rc, const char *fmt, ...)
{
	isle_auto(free) char *context = NULL;
	va_list ap;

	if (!d || !d->newest)
		return rc;
	va_start(ap, fmt);
	context = format(fmt, ap);
	va_end(ap);
	if (context)
		join(&d->newest->msg, context, ": ", d->newest->msg);
	return rc;
}

void isle_hint(struct isle_diag *d, const char *fmt, ...)
{
	isle_auto(free) char *hint = NULL;
	va_list ap;

	if (!d || !d->newest)
		return;
	va_start(ap, fmt);
	hint = format(fmt, ap);
	va_end(ap);
	if (!hint)
		return;
	if (d->newest->hint)
		join(&d->newest->hint, d->newest->hint, "\n", hint);
	else
		join(&d->newest->hint, hint, "", "");
}

void isle_diag_kernel(struct isle_diag *d, const char *extack)
{
	if (d && d->newest && extack && *extack)
		join(&d->newest->kernel, extack, "", "");
}

void isle_diag_repeat(struct isle_diag *d, const struct isle_diag_rec *r, const char *what)
{
	if (r->warning)
		isle_warn(d, NULL, "%s", r->msg);
	else if (r->ours)
		isle_reject(d, NULL, "%s: %s", what, r->msg);
	else
		isle_fail(d, r->errnum, NULL, "%s: %s", what, r->msg);
	isle_diag_kernel(d, r->kernel);
}

size_t isle_diag_errors(const struct isle_diag *d)
{
	return d ? d->n_errors : 0;
}

size_t isle_diag_warnings(const struct isle_diag *d)
{
	return d ? d->n_warnings : 0;
}

const struct isle_diag_rec *isle_diag_first(const struct isle_diag *d)
{
	return d ? d->first : NULL;
}

/* Must A stand behind B? Texts in the order of their names. */
static bool is_after(const struct isle_diag_rec *a, const struct isle_diag_rec *b)
{
	int d;

	if (!a->loc.src || !b->loc.src)
		return !a->loc.src && b->loc.src;
	d = a->loc.src == b->loc.src ? 0 : strcmp(a->loc.src->name, b->loc.src->name);
	if (d)
		return d > 0;
	if (a->loc.line != b->loc.line)
		return a->loc.line > b->loc.line;
	return a->loc.col > b->loc.col;
}

static struct isle_diag_rec *merge(struct isle_diag_rec *a, struct isle_diag_rec *b)
{
	struct isle_diag_rec *first = NULL, **end = &first;

	while (a && b) {
		struct isle_diag_rec **from = is_after(a, b) ? &b : &a;

		*end = *from;
		end = &(*from)->next;
		*from = *end;
	}
	*end = a ? a : b;
	return first;
}

static struct isle_diag_rec *sort(struct isle_diag_rec *list)
{
	struct isle_diag_rec *middle = list, *half;

	if (!list || !list->next)
		return list;
	for (const struct isle_diag_rec *r = list->next; r && r->next; r = r->next->next)
		middle = middle->next;
	half = middle->next;
	middle->next = NULL;
	list = sort(list);
	return merge(list, sort(half));
}

void isle_diag_sort(struct isle_diag *d)
{
	if (!d)
		return;
	d->first = sort(d->first);
	d->end = &d->first;
	while (*d->end)
		d->end = &(*d->end)->next;
}
