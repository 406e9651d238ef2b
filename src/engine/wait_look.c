/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: is it there? Sockets are asked of the kernel (sock_diag), never connected
 * to: a service would see a client that says nothing. A socket's file may be
 * left by a daemon that has died, so there must be a socket of this network
 * namespace that is bound to it, listening if it is one to be connected to.
 */
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "engine/wait.h"
#include "nl/nl.h"

enum { PORTS_SHOWN = 8, STATE_UNCONNECTED = 7, STATE_LISTEN = 10 };

struct look {
	const struct isle_wish *wish;
	uint16_t ports[PORTS_SHOWN];
	size_t n_ports;			/* seen, also beyond those */
	struct stat file;
	bool found, bound;		/* bound: but it does not listen */
};

static void add_port(struct look *l, uint16_t port)
{
	for (size_t i = 0; i < l->n_ports && i < PORTS_SHOWN; i++)
		if (l->ports[i] == port)
			return;
	if (l->n_ports < PORTS_SHOWN)
		l->ports[l->n_ports] = port;
	l->n_ports++;
}

static int on_inet(const struct nlmsghdr *h, void *arg)
{
	const struct inet_diag_msg *m = h ? NLMSG_DATA(h) : NULL;
	struct look *l = arg;

	if (!m) {
		l->n_ports = 0;
		l->found = false;
	} else if (h->nlmsg_len >= NLMSG_LENGTH(sizeof(*m))) {
		add_port(l, ntohs(m->id.idiag_sport));
		l->found |= ntohs(m->id.idiag_sport) == l->wish->port;
	}
	return 0;
}

static int ask_inet(struct isle_nl *nl, struct look *l, uint8_t family)
{
	struct inet_diag_req_v2 *req;
	uint8_t buf[256];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	req = isle_nlmsg_begin(&m, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*req));
	if (!req)
		return -ENOBUFS;
	req->sdiag_family = family;
	req->sdiag_protocol = l->wish->kind == ISLE_WISH_TCP ? IPPROTO_TCP : IPPROTO_UDP;
	req->idiag_states = 1u << (l->wish->kind == ISLE_WISH_TCP ? STATE_LISTEN : STATE_UNCONNECTED);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_inet, l);
}

static int look_inet(struct isle_nl *nl, struct look *l)
{
	struct look other = { .wish = l->wish };
	int r = ask_inet(nl, l, AF_INET);

	if (r == 0 && !l->found)
		r = ask_inet(nl, &other, AF_INET6);
	/* a kernel without IPv6 */
	if (r == -ENOENT && l->n_ports)
		r = 0;
	for (size_t i = 0; i < other.n_ports && i < PORTS_SHOWN; i++)
		add_port(l, other.ports[i]);
	l->found |= other.found;
	return r;
}

static void say_ports(const struct look *l, char *seen, size_t size)
{
	const char *proto = l->wish->kind == ISLE_WISH_TCP ? "tcp" : "udp";
	size_t n = (size_t)snprintf(seen, size, "nothing listens there; %s", l->n_ports ? "what does:" : "no port is open at all");

	for (size_t i = 0; i < l->n_ports && i < PORTS_SHOWN && n < size; i++)
		n += (size_t)snprintf(seen + n, size - n, "%s %s/%u", i ? "," : "", proto, l->ports[i]);
	if (l->n_ports > PORTS_SHOWN && n < size)
		snprintf(seen + n, size - n, " and more");
}

/* The kernel numbers devices otherwise than stat(2) shows them. */
static bool is_file(const struct unix_diag_vfs *v, const struct stat *st)
{
	return v->udiag_vfs_ino == (uint32_t)st->st_ino && v->udiag_vfs_dev == (major(st->st_dev) << 20 | minor(st->st_dev));
}

static bool is_name(const struct nlattr *name, const char *path)
{
	size_t n = strnlen(isle_nla_data(name), isle_nla_len(name));

	return n == strlen(path) && !memcmp(isle_nla_data(name), path, n);
}

static int on_unix(const struct nlmsghdr *h, void *arg)
{
	const struct unix_diag_msg *m = h ? NLMSG_DATA(h) : NULL;
	struct look *l = arg;
	struct isle_nlattrs attrs;
	bool match = false;

	if (!m) {
		l->found = l->bound = false;
		return 0;
	}
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return 0;
	isle_nl_attrs_of(h, sizeof(*m), &attrs);
	if (attrs.a[UNIX_DIAG_VFS] && isle_nla_len(attrs.a[UNIX_DIAG_VFS]) >= sizeof(struct unix_diag_vfs))
		match = is_file(isle_nla_data(attrs.a[UNIX_DIAG_VFS]), &l->file);
	/* an overlay may number its files in another way */
	if (!match && attrs.a[UNIX_DIAG_NAME])
		match = is_name(attrs.a[UNIX_DIAG_NAME], l->wish->path);
	if (!match)
		return 0;
	if (m->udiag_state == STATE_LISTEN || m->udiag_type == SOCK_DGRAM)
		l->found = true;
	else if (m->udiag_state == STATE_UNCONNECTED)
		l->bound = true;
	return 0;
}

static int ask_unix(struct isle_nl *nl, struct look *l)
{
	struct unix_diag_req *req;
	uint8_t buf[256];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	req = isle_nlmsg_begin(&m, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*req));
	if (!req)
		return -ENOBUFS;
	req->sdiag_family = AF_UNIX;
	req->udiag_states = UINT32_MAX;
	req->udiag_show = UDIAG_SHOW_VFS | UDIAG_SHOW_NAME;
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_unix, l);
}

static int look_unix(struct isle_nl *nl, struct look *l, char *seen, size_t size)
{
	int r;

	if (stat(l->wish->path, &l->file) < 0) {
		snprintf(seen, size, "%s", errno == ENOENT ? "there is no such file" : strerror(errno));
		return 0;
	}
	if (!S_ISSOCK(l->file.st_mode)) {
		snprintf(seen, size, "it is there, but no socket");
		return 0;
	}
	r = ask_unix(nl, l);
	if (r == -ENOENT)		/* this kernel does not tell: the file has to do */
		return 1;
	if (r == 0 && !l->found)
		snprintf(seen, size, l->bound ? "a socket is bound to it that does not listen yet"
					      : "the file is there, but no socket of this network namespace is bound to it");
	return r ? r : l->found;
}

static int look_file(const struct isle_wish *w, char *seen, size_t size)
{
	struct stat st;

	if (stat(w->path, &st) == 0)
		return 1;
	snprintf(seen, size, "%s", errno == ENOENT ? "there is no such file" : strerror(errno));
	return 0;
}

int isle_wish_look(const struct isle_wish *w, char *seen, size_t size)
{
	struct look l = { .wish = w };
	struct isle_nl nl;
	int r;

	if (w->kind == ISLE_WISH_FILE)
		return look_file(w, seen, size);
	r = isle_nl_open(&nl, NETLINK_SOCK_DIAG);
	if (r)
		return r;
	if (w->kind == ISLE_WISH_UNIX) {
		r = look_unix(&nl, &l, seen, size);
	} else {
		r = look_inet(&nl, &l);
		if (r == 0 && !l.found)
			say_ports(&l, seen, size);
		r = r ? r : l.found;
	}
	isle_nl_close(&nl);
	return r;
}
