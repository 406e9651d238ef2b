/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the nf_tables of a namespace, as far as a picture needs them: which
 * tables there are, whose they are by their comment, and whether they translate
 * addresses. iptables of the newer kind is a table here like any other, those
 * of the older kind are added (snap_iptables.c). Only tables that have a chain
 * for NAT are read rule by rule. Who may not administer the namespace is told
 * nothing, and the namespace has none then.
 */
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
};

static int on_table(const struct isle_nft_table *t, void *arg)
{
	struct walk *w = arg;
	struct isle_snap_nft *row;

	if (!t) {
		w->rows->n = 0;
		return 0;
	}
	row = isle_snap_list_add(w->rows);
	if (!row)
		return -ENOMEM;
	row->family = t->family;
	row->table = isle_arena_strdup(w->s->arena, t->name);
	row->comment = t->comment ? isle_arena_strdup(w->s->arena, t->comment) : NULL;
	return row->table && (row->comment || !t->comment) ? 0 : -ENOMEM;
}

static int on_chain(const struct isle_nft_chain *c, void *arg)
{
	struct walk *w = arg;
	struct isle_snap_nft *rows = w->rows->v;

	for (size_t i = 0; i < w->rows->n; i++) {
		if (!c) {
			rows[i].n_chains = 0;
			rows[i].nat = false;
		} else if (rows[i].family == c->family && !strcmp(rows[i].table, c->table)) {
			rows[i].n_chains++;
			rows[i].nat |= c->is_nat;
		}
	}
	return 0;
}

struct ports {
	struct isle_snapping *s;
	struct isle_nft_port *list;
	size_t n, cap;
};

static int on_port(const struct isle_nft_port *port, void *arg)
{
	struct ports *p = arg;

	if (!port) {
		p->n = 0;
		return 0;
	}
	if (!isle_arena_grow(p->s->arena, &p->list, p->n, &p->cap, sizeof(*p->list)))
		return -ENOMEM;
	p->list[p->n++] = *port;
	return 0;
}

static int read_ports(struct walk *w, struct isle_snap_nft *row)
{
	struct ports p = { .s = w->s };
	int r = isle_nft_ports(&w->s->nft, row->table, on_port, &p);

	row->ports = p.list;
	row->n_ports = p.n;
	return r;
}

static bool is_ours(const struct isle_snap_nft *row)
{
	return !strcmp(isle_nft_family(row->family), "inet") && !strncmp(row->table, "isle-", 5) && row->comment;
}

static int read_tables(struct walk *w)
{
	struct isle_snap_nft *rows;
	int r = isle_nft_tables(&w->s->nft, on_table, w);

	if (!r && w->rows->n)
		r = isle_nft_chains(&w->s->nft, on_chain, w);
	rows = w->rows->v;
	for (size_t i = 0; i < w->rows->n && !r; i++)
		if (rows[i].nat)
			r = isle_nft_table_masquerades(&w->s->nft, rows[i].family, rows[i].table, &rows[i].masquerades);
	for (size_t i = 0; i < w->rows->n && !r; i++)
		if (rows[i].nat && is_ours(&rows[i]))
			r = read_ports(w, &rows[i]);
	/* a table that has ended meanwhile does not masquerade */
	return r == -ENOENT ? 0 : r;
}

int isle_snap_read_nft(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_nft)) };
	int r = s->nft.fd < 0 ? 0 : read_tables(&w);

	if (r == -EPERM || r == -EOPNOTSUPP || r == -EINVAL || r == -EPROTONOSUPPORT) {
		s->ns->nft_unseen = r == -EPERM;
		w.rows->n = 0;
		r = 0;
	}
	if (!r)
		r = isle_snap_add_iptables(s, w.rows);
	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->nfts, &s->ns->n_nfts);
	return r;
}
