/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: sockets that wait for others (sock_diag(7)): TCP that listens, UDP that
 * is bound and has no partner. The kernel knows a socket by its inode number;
 * who has it open was seen when the census looked at descriptors. A kernel
 * without the module for it has none to tell of.
 */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
	uint8_t protocol;
	size_t before;			/* rows of dumps that are done */
};

static int on_socket(const struct nlmsghdr *h, void *arg)
{
	const struct inet_diag_msg *d = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_socket *row;
	struct walk *w = arg;
	uint64_t pid = 0;

	if (!h) {
		w->rows->n = w->before;
		return 0;
	}
	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(*d)) || !d->id.idiag_sport)
		return 0;
	row = isle_snap_list_add(w->rows);
	if (!row)
		return -ENOMEM;
	row->protocol = w->protocol;
	row->ip = (struct isle_ip){ .family = d->idiag_family, .len = d->idiag_family == AF_INET ? 32 : 128 };
	memcpy(row->ip.b, d->id.idiag_src, row->ip.len / 8);
	row->port = ntohs(d->id.idiag_sport);
	row->inode = d->idiag_inode;
	if (w->s->snap->census && row->inode && isle_idmap_get(&w->s->snap->census->openers, row->inode, &pid))
		row->pid = (pid_t)pid;
	return 0;
}

static int dump(struct walk *w, uint8_t family, uint8_t protocol, unsigned states)
{
	_Alignas(8) uint8_t buf[128];
	struct inet_diag_req_v2 *req;
	struct isle_nlmsg m;
	int r;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	req = isle_nlmsg_begin(&m, SOCK_DIAG_BY_FAMILY, 0, sizeof(*req));
	if (req)
		*req = (struct inet_diag_req_v2){ .sdiag_family = family, .sdiag_protocol = protocol, .idiag_states = states };
	isle_nlmsg_end(&m);
	w->protocol = protocol;
	w->before = w->rows->n;
	r = isle_nl_dump(&w->s->diag, &m, on_socket, w);
	return r == -ENOENT || r == -EOPNOTSUPP ? 0 : r;
}

static int by_port(const void *a, const void *b)
{
	const struct isle_snap_socket *x = a, *y = b;

	if (x->protocol != y->protocol)
		return x->protocol < y->protocol ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return isle_ip_cmp(&x->ip, &y->ip);
}

int isle_snap_read_sockets(struct isle_snapping *s)
{
	static const struct { uint8_t protocol; unsigned states; } rows[] = {
		{ IPPROTO_TCP, 1u << TCP_LISTEN }, { IPPROTO_UDP, 1u << TCP_CLOSE },
	};
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_socket)) };
	int r = 0;

	for (size_t i = 0; i < 2 * ISLE_COUNT(rows) && !r && s->diag.fd >= 0; i++)
		r = dump(&w, i % 2 ? AF_INET6 : AF_INET, rows[i / 2].protocol, rows[i / 2].states);
	if (!r && w.rows->n)
		qsort(w.rows->v, w.rows->n, w.rows->size, by_port);
	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->sockets, &s->ns->n_sockets);
	return r;
}
