/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a tree of lines as a drawing of letters: name, interface, addresses,
 * wire and notes in columns; what does not fit the width goes on beneath its
 * addresses. A run is written "first … last". Texts are clean already.
 */
#include "see/inner.h"

enum { NAME_MAX_WIDTH = 28, ADDRESSES_MAX_WIDTH = 24, DEPTH_MAX = 32 };

struct pen {
	struct isle_buf *out;
	const struct isle_map_options *options;
	const char *member, *last, *wire, *bar, *dots;
	unsigned width;			/* of the page */
	unsigned name, port;		/* of the block's columns */
	unsigned addresses;		/* of these siblings; 0: no column */
	bool open[DEPTH_MAX];		/* more siblings come at this depth */
	unsigned at;			/* column of the next letter */
};

static void put(struct pen *p, const char *s)
{
	isle_buf_puts(p->out, s);
	p->at += isle_columns(s);
}

static void colored(struct pen *p, const char *sgr, const char *s)
{
	if (p->options->color)
		isle_buf_puts(p->out, sgr);
	put(p, s);
	if (p->options->color)
		isle_buf_puts(p->out, "\033[m");
}

static void pad_to(struct pen *p, unsigned column)
{
	if (p->at < column)
		isle_buf_printf(p->out, "%*s", (int)(column - p->at), "");
	p->at = p->at < column ? column : p->at;
}

/* A text, or "first … last" where they differ. */
static void range(const struct pen *p, const char *a, const char *b, struct isle_buf *out)
{
	isle_buf_puts(out, a);
	if (b && strcmp(a, b))
		isle_buf_printf(out, " %s %s", p->dots, b);
}

static void ip_range(const struct pen *p, const struct isle_ip *a, const struct isle_ip *b, struct isle_buf *out)
{
	char first[ISLE_IP_TEXT], last[ISLE_IP_TEXT];

	range(p, isle_ip_text(a, true, first), b ? isle_ip_text(b, true, last) : NULL, out);
}

static unsigned range_width(const struct pen *p, const char *a, const char *b)
{
	unsigned w = a ? isle_columns(a) : 0;

	if (a && b && strcmp(a, b))
		w += 2 + isle_columns(p->dots) + isle_columns(b);
	return w;
}

static void measure(struct pen *p, const struct isle_node *n, unsigned depth)
{
	for (; n; n = n->next) {
		const unsigned name = 3 * depth + range_width(p, n->name, n->to ? n->to->name : NULL);
		const unsigned port = range_width(p, n->port, n->to ? n->to->port : NULL);

		p->name = name > p->name && name <= NAME_MAX_WIDTH + 3 * depth ? name : p->name;
		p->port = port > p->port ? port : p->port;
		measure(p, n->child, depth + 1);
	}
}

static void measure_addresses(struct pen *p, const struct isle_node *n)
{
	p->addresses = 0;
	for (; n; n = n->next) {
		isle_auto(buf) struct isle_buf b = { 0 };
		unsigned w;

		for (size_t i = 0; i < n->n_addresses; i++) {
			isle_buf_puts(&b, i ? " " : "");
			ip_range(p, &n->addresses[i], n->to ? &n->to->addresses[i] : NULL, &b);
		}
		w = b.s ? isle_columns(b.s) : 0;
		if (w > p->addresses && w <= ADDRESSES_MAX_WIDTH)
			p->addresses = w;
		p->out->bad |= b.bad;
	}
}

/* The strokes before a line at DEPTH; FIRST: the line itself, else what follows it. */
static void strokes(struct pen *p, unsigned depth, bool first, bool has_children)
{
	p->at = 0;
	for (unsigned i = 1; i <= depth && i < DEPTH_MAX; i++) {
		if (i == depth && first)
			put(p, p->open[i] ? p->member : p->last);
		else
			put(p, p->open[i] ? p->bar : "   ");
	}
	if (!first && has_children)
		put(p, p->bar);
}

/* One unbreakable piece after GAP spaces, on a new line if it does not fit. */
static void piece(struct pen *p, const struct isle_node *n, unsigned depth, unsigned column, unsigned gap, const char *sgr, const char *s)
{
	const unsigned before = p->at > column ? gap : 0;

	if (p->at > column && p->at + before + isle_columns(s) > p->width) {
		isle_buf_puts(p->out, "\n");
		strokes(p, depth, false, n->child != NULL);
	} else {
		pad_to(p, p->at + before);
	}
	pad_to(p, column);
	if (sgr)
		colored(p, sgr, s);
	else
		put(p, s);
}

static void put_ips(struct pen *p, const struct isle_node *n, unsigned depth, unsigned column, bool far)
{
	const struct isle_ip *a = far ? n->far : n->addresses, *b = !n->to ? NULL : far ? n->to->far : n->to->addresses;

	for (size_t i = 0; i < (far ? n->n_far : n->n_addresses); i++) {
		isle_auto(buf) struct isle_buf s = { 0 };

		ip_range(p, &a[i], b ? &b[i] : NULL, &s);
		piece(p, n, depth, column, i || far ? 1 : 2, NULL, s.s ? s.s : "");
		p->out->bad |= s.bad;
	}
}

static void put_text(struct pen *p, const struct isle_node *n, unsigned depth, unsigned column, const char *before, const char *a,
		     const char *b, const char *after, const char *sgr)
{
	isle_auto(buf) struct isle_buf s = { 0 };

	if (!a)
		return;
	isle_buf_puts(&s, before);
	range(p, a, b, &s);
	isle_buf_puts(&s, after);
	piece(p, n, depth, column, 2, sgr, s.s ? s.s : "");
	p->out->bad |= s.bad;
}

/* All behind the name. */
static void rest(struct pen *p, const struct isle_node *n, unsigned depth, unsigned column)
{
	const struct isle_node *to = n->to;
	char wire[16], count[32];

	put_ips(p, n, depth, column, false);
	if (n->wire || n->notes || n->trouble)
		pad_to(p, p->addresses && p->at <= column + p->addresses ? column + p->addresses : 0);
	snprintf(wire, sizeof(wire), "%s ", p->wire);
	put_text(p, n, depth, column, wire, n->wire, to ? to->wire : NULL, "", NULL);
	put_ips(p, n, depth, column, true);
	put_text(p, n, depth, column, "", n->notes, to ? to->notes : NULL, "", NULL);
	put_text(p, n, depth, column, "[", n->trouble, to ? to->trouble : NULL, "]", "\033[31m");
	snprintf(count, sizeof(count), "(%zu)", n->run);
	if (n->run)
		put_text(p, n, depth, column, "", count, NULL, "", NULL);
	isle_buf_puts(p->out, "\n");
}

static void lines(struct pen *p, const struct isle_node *n, unsigned depth);

static void line(struct pen *p, const struct isle_node *n, unsigned depth)
{
	const unsigned column = p->name + (p->port ? 2 + p->port : 0) + 2;
	isle_auto(buf) struct isle_buf name = { 0 };

	strokes(p, depth, true, false);
	range(p, n->name, n->to ? n->to->name : NULL, &name);
	put(p, name.s ? name.s : "");
	p->out->bad |= name.bad;
	if (n->port) {
		isle_auto(buf) struct isle_buf port = { 0 };

		pad_to(p, p->name);
		put(p, "  ");
		range(p, n->port, n->to ? n->to->port : NULL, &port);
		put(p, port.s ? port.s : "");
		p->out->bad |= port.bad;
	}
	rest(p, n, depth, column);
	lines(p, n->child, depth + 1);
}

static void lines(struct pen *p, const struct isle_node *n, unsigned depth)
{
	const unsigned before = p->addresses;

	if (depth >= DEPTH_MAX)
		return;
	measure_addresses(p, n);
	for (; n; n = n->next) {
		const unsigned mine = p->addresses;

		p->open[depth] = n->next != NULL;
		line(p, n, depth);
		p->addresses = mine;
	}
	p->addresses = before;
}

/* Names side by side. */
static void flow(struct pen *p, const struct isle_node *n)
{
	p->at = 0;
	for (; n; n = n->next) {
		const unsigned w = range_width(p, n->name, n->to ? n->to->name : NULL);

		if (p->at && p->at + 2 + w > p->width) {
			isle_buf_puts(p->out, "\n");
			p->at = 0;
		}
		isle_auto(buf) struct isle_buf name = { 0 };

		range(p, n->name, n->to ? n->to->name : NULL, &name);
		put(p, p->at ? "  " : "");
		put(p, name.s ? name.s : "");
		p->out->bad |= name.bad;
	}
	isle_buf_puts(p->out, "\n");
}

static void block(struct pen *p, const struct isle_node *n)
{
	isle_auto(buf) struct isle_buf title = { 0 };
	struct isle_node head = *n;

	range(p, n->name, n->to ? n->to->name : NULL, &title);
	p->out->bad |= title.bad;
	p->at = p->name = p->port = p->addresses = 0;
	colored(p, "\033[1m", title.s ? title.s : "");
	head.child = NULL;
	rest(p, &head, 0, 4);
	if (n->flow) {
		flow(p, n->child);
		return;
	}
	measure(p, n->child, 1);
	lines(p, n->child, 1);
}

int isle_tree_text(const struct isle_node *first, const struct isle_map_options *o, struct isle_buf *out)
{
	struct pen p = { .out = out, .options = o, .member = "├─ ", .last = "└─ ", .wire = "───", .bar = "│  ", .dots = "…",
			 .width = o->width ? o->width : 80 };

	if (o->ascii) {
		p.member = "|- ";
		p.last = "`- ";
		p.wire = "---";
		p.bar = "|  ";
		p.dots = "...";
	}
	for (const struct isle_node *n = first; n; n = n->next) {
		isle_buf_puts(out, n == first ? "" : "\n");
		block(&p, n);
	}
	return out->bad ? -ENOMEM : 0;
}
