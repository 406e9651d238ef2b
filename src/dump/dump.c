/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: live namespaces to a lab file. It begins with who is wired to whom and
 * nothing said, reads the file that this makes, and says what turns out to be
 * different, until nothing is (compare.c) or can be. `routing: static` before
 * routes are said and ranges in the end are tried, and kept if they fit.
 */
#include "schema/schema.h"
#include "dump/inner.h"
#include "dump/dump.h"

#define ROUNDS 64

void *isle_dump_alloc(struct isle_dump *d, size_t size)
{
	void *p = isle_arena_alloc(d->arena, size ? size : 1);

	d->no_memory |= !p;
	return p;
}

const char *isle_dump_words(struct isle_dump *d, const char *fmt, ...)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	isle_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	s = b.bad ? NULL : isle_arena_strdup(d->arena, b.s ? b.s : "");
	d->no_memory |= !s;
	return s ? s : "";
}

void isle_dump_add_note(struct isle_dump *d, const char ***notes, size_t *n, size_t *cap, const char *words)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*notes)[i], words))
			return;
	if (isle_arena_grow(d->arena, notes, *n, cap, sizeof(**notes)))
		(*notes)[(*n)++] = words;
	else
		d->no_memory = true;
}

/* What the file is refused for is said otherwise. How many things changed. */
static size_t blame(struct isle_dump *d, struct isle_text *top, const char *text, const struct isle_diag *said)
{
	size_t n = 0;

	for (const struct isle_diag_rec *r = isle_diag_first(said); r; r = r->next) {
		struct isle_text *at = r->warning || !r->loc.src ? NULL : isle_text_at(top, text, r->loc.line, r->loc.col);

		if (at && at->owner)
			n += isle_dump_say(d, at->owner, isle_dump_words(d, "%s", r->msg));
	}
	return n;
}

static int refused(const struct isle_diag *said, struct isle_diag *diag)
{
	const struct isle_diag_rec *r = isle_diag_first(said);

	while (r && r->warning)
		r = r->next;
	return isle_reject(diag, NULL, "what is live makes no lab file: %s", r ? r->msg : "it is refused");
}

/* One round: write, read, compare. *RET_N: how many things are said otherwise now. 0: TEXT means what is live, as far as it can be. */
static int try(struct isle_dump *d, struct isle_buf *text, size_t *ret_n, struct isle_diag *diag)
{
	struct isle_texts t = { .arena = d->arena };
	struct isle_diag *said = isle_diag_new();
	struct isle_lab *lab = NULL;
	struct isle_text *top = isle_dump_write(d, &t);
	int r;

	text->n = 0;
	d->round++;
	if (!said || d->no_memory || isle_text_print(&t, top, text) < 0) {
		isle_diag_free(said);
		return -ENOMEM;
	}
	r = isle_lab_load(text->s, text->n, "-", &lab, said);
	if (r == 0) {
		*ret_n = isle_dump_compare(d, lab);
	} else if (r == -EINVAL) {
		*ret_n = blame(d, top, text->s, said);
		r = *ret_n ? 0 : refused(said, diag);
	}
	isle_diag_free(said);
	isle_lab_free(lab);
	return d->no_memory ? -ENOMEM : r;
}

static int settle(struct isle_dump *d, struct isle_buf *text, struct isle_diag *diag)
{
	size_t n = 1;
	int r = 0;

	for (int i = 0; r == 0 && n && i < ROUNDS; i++)
		r = try(d, text, &n, diag);
	return r;
}

/* Would `routing: static` say several routes, and nothing that is not there? Then that is what somebody wrote. */
static int try_static(struct isle_dump *d, struct isle_buf *text, struct isle_diag *diag)
{
	size_t without = 0, with = 0;
	int r;

	d->with_routes = d->dry = true;
	r = try(d, text, &without, diag);
	if (r == 0 && without > 1) {
		d->routing_static = true;
		r = try(d, text, &with, NULL);
		d->routing_static = r == 0 && !with;
	}
	d->dry = false;
	return r == -ENOMEM ? r : 0;
}

/* h1..20, if the file means the same with it. */
static int try_ranges(struct isle_dump *d, struct isle_buf *text)
{
	isle_auto(buf) struct isle_buf other = { 0 };
	size_t n = 0;
	int r;

	d->ranges = d->dry = true;
	r = try(d, &other, &n, NULL);
	if (r == 0 && !n) {
		struct isle_buf swap = *text;

		*text = other;
		other = swap;
	}
	return r == -ENOMEM ? r : 0;
}

static bool has_ipv6(const struct isle_snap *snap)
{
	for (size_t i = 0; i < snap->n_nss; i++)
		for (size_t k = 0; k < snap->nss[i].n_addresses; k++)
			if (snap->nss[i].addresses[k].ip.family == AF_INET6)
				return true;
	return false;
}

static int dump(struct isle_dump *d, const struct isle_dump_of *of, struct isle_buf *text, struct isle_diag *diag)
{
	int r;

	d->hosts = isle_dump_alloc(d, d->n_hosts * sizeof(*d->hosts));
	if (!d->hosts)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_hosts; i++) {
		d->hosts[i].ns = of[i].ns;
		d->hosts[i].name = of[i].name;
		d->hosts[i].was = of[i].was;
		d->hosts[i].rules.level = d->hosts[i].rules.max = 1;
		d->hosts[i].forward.max = d->hosts[i].no_default[0].max = d->hosts[i].no_default[1].max = 1;
	}
	isle_dump_find(d);
	if (!d->no_memory)
		isle_dump_vlans(d);
	if (!d->no_memory)
		isle_dump_name(d);
	if (!d->no_memory)
		isle_dump_order(d);
	if (!d->no_memory)
		isle_dump_routes(d);
	if (!d->no_memory)
		isle_dump_notes(d);
	/* first without routes: a destination that is written keeps automatic subnets away from it */
	r = d->no_memory ? -ENOMEM : settle(d, text, diag);
	if (r == 0)
		r = try_static(d, text, diag);
	if (r == 0)
		r = settle(d, text, diag);
	if (r == 0)
		r = try_ranges(d, text);
	return d->no_memory ? -ENOMEM : r;
}

int isle_dump_text(const struct isle_snap *snap, const struct isle_dump_of *of, size_t n, const char *lab, const char *whole,
		   char **ret, struct isle_diag *diag)
{
	struct isle_dump d = { .arena = isle_arena_new(), .snap = snap, .lab = lab, .whole = whole, .n_hosts = n,
			       .has_ipv6 = has_ipv6(snap) };
	isle_auto(buf) struct isle_buf text = { 0 };
	const char *why;
	int r;

	if (!isle_name_is(lab, strlen(lab), ISLE_NAME_MAX, &why)) {
		isle_arena_free(d.arena);
		return isle_reject(diag, NULL, "'%s' cannot be the name of a lab: %s", lab, why);
	}
	r = d.arena ? dump(&d, of, &text, diag) : -ENOMEM;
	isle_arena_free(d.arena);
	if (r == -ENOMEM)
		return isle_fail(diag, ENOMEM, NULL, "dump %s", lab);
	if (r < 0)
		return r;
	*ret = isle_buf_steal(&text);
	return *ret ? 0 : isle_fail(diag, ENOMEM, NULL, "dump %s", lab);
}
