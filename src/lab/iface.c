/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names of interfaces. What the file does not name is eth0, eth1, … in the
 * order of attachment, passing over names that the file gives to that host's
 * attachments; lab0, lab1, … in a network of somebody else, where eth0 and those
 * to come are his. An entry of `interfaces` without `net` adds to an interface that
 * a list or a link made, by whatever name it got; `lo` is always there.
 */
#include "lab/build.h"

struct isle_biface *isle_lab_new_iface(struct isle_build *b, struct isle_bhost *h, enum isle_how how,
				       const struct isle_loc *loc, const char *name)
{
	struct isle_biface *f = isle_arena_alloc(b->arena, sizeof(*f));

	if (!f || !isle_arena_grow(b->arena, &h->pub.ifaces, h->pub.n_ifaces, &h->cap_ifaces, sizeof(*h->pub.ifaces)))
		return NULL;
	f->how = how;
	f->named = name != NULL;
	f->pub.name = name;
	f->pub.loc = *loc;
	f->pub.host = &h->pub;
	f->pub.index = h->pub.n_ifaces;
	h->pub.ifaces[h->pub.n_ifaces++] = &f->pub;
	return f;
}

static int by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

static const char *stem_of(const struct isle_bhost *h)
{
	return h->pub.attach ? "lab" : "eth";
}

/* The numbers N of interfaces that the file calls ethN. */
static size_t written_numbers(const struct isle_bhost *h, uint64_t *numbers)
{
	size_t n = 0;

	for (size_t i = 0; i < h->pub.n_ifaces; i++) {
		const char *s = h->pub.ifaces[i]->name;

		if (s && strncmp(s, stem_of(h), 3) == 0 && isle_str_u64(s + 3, strlen(s + 3), &numbers[n]))
			n++;
	}
	qsort(numbers, n, sizeof(*numbers), by_number);
	return n;
}

static int number(struct isle_build *b, struct isle_bhost *h)
{
	isle_auto(free) uint64_t *taken = calloc(h->pub.n_ifaces + 1, sizeof(*taken));
	uint64_t next = 0;
	size_t n, at = 0;

	if (!taken)
		return -ENOMEM;
	n = written_numbers(h, taken);
	for (size_t i = 0; i < h->pub.n_ifaces; i++) {
		if (h->pub.ifaces[i]->name)
			continue;
		for (; at < n && taken[at] <= next; at++)
			next += taken[at] == next;
		h->pub.ifaces[i]->name = isle_arena_printf(b->arena, "%s%llu", stem_of(h), (unsigned long long)next++);
		if (!h->pub.ifaces[i]->name)
			return -ENOMEM;
	}
	return 0;
}

static void reject_name(struct isle_build *b, const struct isle_biface *f, const struct isle_biface *old)
{
	const char *host = f->pub.host->name, *name = f->pub.name;

	if (strcmp(name, "lo") == 0 && isle_lab_once(b, &f->pub.loc, "lo")) {
		isle_reject(b->diag, &f->pub.loc, "'%s': lo is the loopback, it is connected to nothing", host);
		isle_hint(b->diag, "take another name, as eth0");
	}
	if (!old || !isle_lab_once(b, &f->pub.loc, "duplicate interface"))
		return;
	isle_reject(b->diag, &f->pub.loc, "'%s' has two interfaces called '%s'", host, name);
	if (old->how == ISLE_HOW_UPLINK || f->how == ISLE_HOW_UPLINK)
		isle_hint(b->diag, "the interface of an uplink is called 'uplink'");
	else if (old->pub.loc.line)
		isle_hint(b->diag, "the other one is on line %u", old->pub.loc.line);
}

static int map_names(struct isle_build *b, const struct isle_bhost *h, struct isle_map *map)
{
	for (size_t i = 0; i < h->pub.n_ifaces; i++) {
		struct isle_biface *f = isle_biface(h->pub.ifaces[i]);
		struct isle_biface *old = isle_map_get(map, f->pub.name);

		if (old || f->named)
			reject_name(b, f, old);
		if (!old && isle_map_put(map, f->pub.name, f) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void reject_unconnected(struct isle_build *b, const struct isle_bhost *h, const struct isle_doc_iface *d)
{
	const char *near = NULL;

	if (!isle_lab_once(b, &d->name.loc, "unconnected"))
		return;
	isle_reject(b->diag, &d->name.loc, "interface '%s' of '%s' is connected to nothing", d->name.s, h->pub.name);
	for (size_t i = 0; !near && i < h->pub.n_ifaces; i++)
		near = isle_near_best(d->name.s, &h->pub.ifaces[i]->name, 1);
	if (near)
		isle_hint(b->diag, "write `net: NETWORK`, or did you mean '%s'?", near);
	else
		isle_hint(b->diag, "write `net: NETWORK`, or name it in a link: `%s:%s -- …`", h->pub.name, d->name.s);
}

static int add_lo(struct isle_build *b, struct isle_bhost *h, const struct isle_doc_iface *d)
{
	if (d->net.name.s || d->kind.kind || h->lo)
		return 0;	/* refused by its name, or by the syntax */
	if (d->mac_set)
		isle_reject(b->diag, &d->mac_loc, "lo has no MAC");
	h->lo = isle_lab_new_iface(b, h, ISLE_HOW_LO, &d->name.loc, "lo");
	if (!h->lo)
		return -ENOMEM;
	h->lo->pub.is_lo = true;
	h->lo->doc = d;
	return 0;
}

/* What `interfaces` says without `net`. */
static int add_entries(struct isle_build *b, struct isle_bhost *h, const struct isle_map *map)
{
	const struct isle_doc_iface *lo = NULL;

	for (size_t i = 0; i < h->doc->n_ifaces; i++) {
		const struct isle_doc_iface *d = &h->doc->ifaces[i];
		struct isle_biface *f = isle_map_get(map, d->name.s);

		if (strcmp(d->name.s, "lo") == 0)
			lo = d;
		else if (!d->net.name.s && f && !f->doc)
			f->doc = d;
		else if (!d->net.name.s && !d->net.loc.line && !d->kind.loc.line && !f)
			reject_unconnected(b, h, d);
	}
	return lo ? add_lo(b, h, lo) : 0;
}

int isle_lab_name_ifaces(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		struct isle_bhost *h = isle_bhost(b->lab->hosts[i]);
		bool named = h->doc->n_ifaces > 0;
		struct isle_map map = { 0 };
		int r;

		r = number(b, h);
		for (size_t k = 0; k < h->pub.n_ifaces; k++)
			named |= isle_biface(h->pub.ifaces[k])->named;
		if (r == 0 && named)
			r = map_names(b, h, &map);
		if (r == 0 && named)
			r = add_entries(b, h, &map);
		isle_map_done(&map);
		if (r < 0)
			return r;
	}
	return 0;
}
