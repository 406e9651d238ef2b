/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: hosts that nobody meant. A host that sprang from a single use and is
 * called nearly like something else is probably a slip. Names are near when
 * their digits are the same (h1 and h2 are no slip) and one letter of at least
 * three, or two of at least five, are different: `a -- b` is no slip either.
 * So only names with the same digits need comparing, which keeps a range of
 * thousands from being compared with itself.
 */
#include "lab/build.h"

struct shape {
	const struct isle_named *name;
	const char *digits;
	uint32_t letters;	/* how many */
	uint32_t mask;		/* which, five bits of each */
};

static char *digits_of(struct isle_arena *a, const char *s)
{
	char *d = isle_arena_alloc(a, strlen(s) + 1), *end = d;

	for (; d && *s; s++)
		if (*s >= '0' && *s <= '9')
			*end++ = *s;
	return d;
}

static uint32_t mask_of(const char *s)
{
	uint32_t m = 0;

	for (; *s; s++)
		if (*s < '0' || *s > '9')
			m |= 1u << (*s & 31);
	return m;
}

static int by_digits(const void *x, const void *y)
{
	const struct shape *a = x, *b = y;
	int d = strcmp(a->digits, b->digits);

	if (d)
		return d;
	/* then as written, so that the warnings do not depend on qsort() */
	if (a->name->loc.line != b->name->loc.line)
		return a->name->loc.line < b->name->loc.line ? -1 : 1;
	if (a->name->loc.col != b->name->loc.col)
		return a->name->loc.col < b->name->loc.col ? -1 : 1;
	return strcmp(a->name->name, b->name->name);
}

static bool is_lone(const struct isle_named *n)
{
	return n->host && n->host->sprung && n->host->uses == 1;
}

static bool is_near(const struct shape *a, const struct shape *b)
{
	uint32_t longer = a->letters > b->letters ? a->letters : b->letters;
	uint32_t shorter = a->letters + b->letters - longer;
	unsigned allowed = longer >= 5 ? 2 : longer >= 3 ? 1 : 0;

	if (longer - shorter > allowed || (unsigned)__builtin_popcount(a->mask ^ b->mask) > 2 * allowed)
		return false;
	return isle_near_distance(a->name->name, b->name->name) <= allowed;
}

static void warn_about(struct isle_build *b, const struct shape *s, size_t at, size_t n)
{
	const struct isle_named *me = s[at].name;

	for (size_t i = 0; i < n; i++) {
		const struct isle_named *other = s[i].name;

		/* of two that spring once each, the later one is suspect */
		if (i == at || (is_lone(other) && i > at) || !is_near(&s[at], &s[i]))
			continue;
		if (!isle_lab_once(b, &me->loc, "near"))
			return;
		isle_warn(b->diag, &me->loc, "host '%s' is used only here, and nearly called like '%s'", me->name,
			  other->name);
		isle_hint(b->diag, "did you mean '%s'? If not, write `%s: ` under `hosts`", other->name, me->name);
		return;
	}
}

static int compare(struct isle_build *b, struct shape *s, size_t n)
{
	qsort(s, n, sizeof(*s), by_digits);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && strcmp(s[end].digits, s[i].digits) == 0;)
			end++;
		for (size_t k = i; k < end; k++)
			if (is_lone(s[k].name))
				warn_about(b, s + i, k - i, end - i);
	}
	return 0;
}

static int shape(struct isle_build *b, const char *name, struct shape *ret)
{
	ret->name = isle_lab_find(b, name);
	ret->digits = digits_of(b->arena, name);
	if (!ret->digits)
		return -ENOMEM;
	ret->letters = (uint32_t)(strlen(name) - strlen(ret->digits));
	ret->mask = mask_of(name);
	return 0;
}

int isle_lab_near(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;
	struct shape *s = isle_arena_alloc(b->arena, (lab->n_hosts + lab->n_networks) * sizeof(*s));
	size_t n = 0, lone = 0;

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_networks; i++) {
		const char *gw = isle_bnet(lab->networks[i])->doc->gateway.s;
		struct isle_bhost *h = gw ? isle_lab_find_host(b, gw) : NULL;

		if (h)
			h->uses++;
		if (shape(b, lab->networks[i]->name, &s[n++]) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < lab->n_hosts; i++) {
		lone += isle_bhost(lab->hosts[i])->sprung && isle_bhost(lab->hosts[i])->uses == 1;
		if (shape(b, lab->hosts[i]->name, &s[n++]) < 0)
			return -ENOMEM;
	}
	return lone ? compare(b, s, n) : 0;
}
