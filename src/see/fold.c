/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a thousand hosts on a switch are one line: siblings that are alike but
 * for numbers become a run, from the first to the last of them. Nothing is lost
 * by it: in each place of the run the numbers either stay or go up by one from
 * line to line, so first and last say all. What does not fit stands for itself.
 */
#include "see/inner.h"

enum { RUN_MIN = 4, DIGITS_MAX = 9, STEPS_MAX = 512 };

/* Where numbers go up, place by place, between two neighbours: it must be the same all along a run. */
struct steps {
	bool up[STEPS_MAX];
	size_t n;
	bool any, unlike;
};

static void note(struct steps *s, bool up)
{
	if (s->n == STEPS_MAX)
		s->unlike = true;
	else
		s->up[s->n++] = up;
	s->any |= up;
}

/* Digits at *A and *B: equal, or one apart and as long but for a carry. */
static void number(struct steps *s, const char **a, const char **b)
{
	const size_t n = strspn(*a, "0123456789"), m = strspn(*b, "0123456789");
	const bool equal = n == m && !memcmp(*a, *b, n);
	const bool carries = m == n + 1 && **b == '1' && **a == '9';

	if (!equal && (n > DIGITS_MAX || (m != n && !carries) || strtoul(*b, NULL, 10) != strtoul(*a, NULL, 10) + 1))
		s->unlike = true;
	note(s, !equal);
	*a += n;
	*b += m;
}

static void text(struct steps *s, const char *a, const char *b)
{
	if (!a || !b) {
		s->unlike |= a != b;
		return;
	}
	while (*a && *b && !s->unlike) {
		const bool digit = *a >= '0' && *a <= '9';

		if (digit && *b >= '0' && *b <= '9')
			number(s, &a, &b);
		else if (*a++ != *b++)
			s->unlike = true;
	}
	s->unlike |= *a != *b;
}

static void ips(struct steps *s, const struct isle_ip *a, size_t n, const struct isle_ip *b, size_t m)
{
	s->unlike |= n != m;
	for (size_t i = 0; i < n && !s->unlike; i++) {
		struct isle_ip next = a[i];
		const bool equal = !isle_ip_cmp(&a[i], &b[i]);

		s->unlike = !equal && (!isle_ip_add(&next, 1) || isle_ip_cmp(&next, &b[i]));
		note(s, !equal);
	}
}

static void compare(struct steps *s, const struct isle_node *a, const struct isle_node *b)
{
	const struct isle_node *x = a->child, *y = b->child;

	/* cheapest first: most neighbours are not alike */
	s->unlike |= a->flow || b->flow;
	text(s, a->name, b->name);
	text(s, a->port, b->port);
	text(s, a->wire, b->wire);
	text(s, a->notes, b->notes);
	text(s, a->trouble, b->trouble);
	if (!s->unlike)
		ips(s, a->addresses, a->n_addresses, b->addresses, b->n_addresses);
	if (!s->unlike)
		ips(s, a->far, a->n_far, b->far, b->n_far);
	s->unlike |= a->run != b->run;
	for (; x && y && !s->unlike; x = x->next, y = y->next) {
		compare(s, x, y);
		if (x->to && y->to && !s->unlike)
			compare(s, x->to, y->to);
	}
	s->unlike |= x || y;
}

/* The last node of the run that begins at FIRST, and how long it is. */
static struct isle_node *run_from(struct isle_node *first, struct steps s[2], size_t *ret_n)
{
	struct isle_node *last = first;
	size_t n = 1;

	for (; last->next; last = last->next, n++) {
		struct steps *now = &s[n > 1];

		now->n = 0;
		now->any = now->unlike = false;
		compare(now, last, last->next);
		if (now->unlike || !now->any || (n > 1 && (now->n != s[0].n || memcmp(now->up, s[0].up, now->n))))
			break;
	}
	*ret_n = n;
	return last;
}

/* What is beneath the first and the last of a run goes from one to the other, too. */
static void pair(struct isle_node *a, const struct isle_node *b)
{
	for (; a && b; a = a->next, b = b->next) {
		a->to = b->to ? b->to : (struct isle_node *)b;
		pair(a->child, b->child);
	}
}

static void fold(struct isle_node *first, struct steps s[2])
{
	for (struct isle_node *n = first; n; n = n->next)
		fold(n->child, s);
	for (struct isle_node *n = first; n; n = n->next) {
		size_t run;
		struct isle_node *last = run_from(n, s, &run);

		if (run < RUN_MIN)
			continue;
		n->to = last;
		n->run = run;
		n->next = last->next;
		pair(n->child, last->child);
	}
}

int isle_tree_fold(struct isle_node *first)
{
	struct steps *s = calloc(2, sizeof(*s));

	if (!s)
		return -ENOMEM;
	fold(first, s);
	free(s);
	return 0;
}
