/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: bridges and ports of Open vSwitch, which only its database knows: to the
 * kernel all ports of all bridges are one's. Where a namespace has interfaces as
 * an ovs-vswitchd makes them, its processes are looked through for one, and the
 * database that its command line names is asked, by the file as that process
 * sees it: the machine's own, a lab's, a container's. A port's master is its
 * bridge from then on. Who does not answer in time holds up nobody further.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include "live/snap_read.h"
#include "ovsdb/ovsdb.h"

#define DEFAULT_SOCKET "/var/run/openvswitch/db.sock"

enum { PATIENCE_MS = 1000, COMMAND = 4096 };

static bool may_have_one(const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_links; i++)
		if (ns->links[i].kind && (!strcmp(ns->links[i].kind, "openvswitch") || !strcmp(ns->links[i].kind, "tun")))
			return true;
	return false;
}

/* What /proc/PID/NAME has, at most SIZE - 1 bytes; how many. */
static size_t read_proc(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[48];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* The database of an ovs-vswitchd, out of its command line in BUF; NULL: it is none, or has one elsewhere. */
static const char *socket_of(pid_t pid, char buf[COMMAND])
{
	const char *at, *end;

	read_proc(pid, "comm", buf, COMMAND);
	if (strcmp(buf, "ovs-vswitchd\n"))
		return NULL;
	end = buf + read_proc(pid, "cmdline", buf, COMMAND);
	/* the one that watches over it calls itself "ovs-vswitchd: monitoring…" */
	if (end == buf || strstr(buf, ": monitoring"))
		return NULL;
	for (at = buf + strlen(buf) + 1; at < end; at += strlen(at) + 1)
		if (*at && *at != '-')
			return strncmp(at, "unix:/", 6) ? NULL : at + 5;
	return DEFAULT_SOCKET;
}

/* As PID sees PATH, and no further than its root. */
static int open_database(pid_t pid, const char *path, int wait_ms, struct isle_ovsdb **ret)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	const char *slash = strrchr(path, '/');
	char text[COMMAND];

	snprintf(text, sizeof(text), "/proc/%d/root", pid);
	isle_auto(close) int root = open(text, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	snprintf(text, sizeof(text), "%.*s/", (int)(slash - path), path);
	isle_auto(close) int dir = (int)syscall(SYS_openat2, root, text, &how, sizeof(how));
	return dir < 0 ? -errno : isle_ovsdb_open(dir, slash + 1, wait_ms, ret, NULL);
}

static int copy(struct isle_snapping *s, const char *from, const char **to)
{
	*to = isle_arena_strdup(s->arena, from ? from : "");
	return *to ? 0 : -ENOMEM;
}

static int keep_interface(struct isle_snapping *s, struct isle_snap_ns *ns, struct isle_snap_link *bridge, struct isle_snap_ovs_port *row,
			  const struct isle_ovsdb_iface *i)
{
	int r = copy(s, i->name, &row->interface);

	if (!r)
		r = copy(s, i->type, &row->type);
	if (!r)
		r = copy(s, i->options, &row->options);
	if (!r && i->peer)
		r = copy(s, i->peer, &row->peer);
	/* a patch has no interface; of its name there may be another one */
	if (!r && strcmp(row->type, "patch"))
		row->link = isle_snap_link_named(ns, row->interface);
	if (row->link && row->link != bridge)
		row->link->master = bridge;
	return r;
}

/* What all interfaces of a port have. */
static int keep_port(struct isle_snapping *s, const struct isle_ovsdb_port *p, struct isle_snap_ovs_port *ret)
{
	uint16_t *trunks = isle_arena_alloc(s->arena, (p->n_trunks + 1) * sizeof(*trunks));
	int r = trunks ? copy(s, p->name, &ret->port) : -ENOMEM;

	if (!r && p->n_trunks)
		memcpy(trunks, p->trunks, p->n_trunks * sizeof(*trunks));
	ret->tag = p->tag > 0 ? (uint16_t)p->tag : 0;
	ret->trunks = trunks;
	ret->n_trunks = p->n_trunks;
	ret->vlan_mode = NULL;
	return r || !p->vlan_mode ? r : copy(s, p->vlan_mode, &ret->vlan_mode);
}

static int keep_bridge(struct isle_snapping *s, struct isle_snap_ns *ns, const struct isle_ovsdb_bridge *b)
{
	struct isle_snap_link *link = isle_snap_link_named(ns, b->name);
	struct isle_snap_ovs_port port = { 0 };
	int r = copy(s, b->name, &port.bridge);

	if (!r && b->marks.lab)
		r = copy(s, b->marks.lab, &port.lab);
	if (link)
		link->is_ovs_bridge = true;
	for (size_t i = 0; i < b->n_ports && !r; i++) {
		const struct isle_ovsdb_port *p = &b->ports[i];

		r = keep_port(s, p, &port);
		for (size_t k = 0; k < p->n_ifaces && !r; k++) {
			struct isle_snap_ovs_port *row = isle_snap_list_add(&s->rows);

			if (!row)
				return -ENOMEM;
			*row = port;
			r = keep_interface(s, ns, link, row, &p->ifaces[k]);
		}
	}
	return r;
}

/* By name: the database's own order is another each time. */
static int by_name(const void *a, const void *b)
{
	const struct isle_snap_ovs_port *x = a, *y = b;
	int r = strcmp(x->bridge, y->bridge);

	if (!r)
		r = strcmp(x->port, y->port);
	return r ? r : strcmp(x->interface, y->interface);
}

static int read_database(struct isle_snapping *s, struct isle_snap_ns *ns, struct isle_ovsdb *db)
{
	struct isle_ovsdb_conf *conf = NULL;
	int r = isle_ovsdb_conf_read(db, &conf, NULL);

	if (r)
		return r;
	isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_ovs_port));
	for (size_t i = 0; i < conf->n_bridges && !r; i++)
		r = keep_bridge(s, ns, &conf->bridges[i]);
	isle_ovsdb_conf_free(conf);
	if (s->rows.n)
		qsort(s->rows.v, s->rows.n, sizeof(struct isle_snap_ovs_port), by_name);
	return r ? r : isle_snap_list_keep(s, &s->rows, &ns->ovs, &ns->n_ovs);
}

static int read_ns(struct isle_snapping *s, struct isle_snap_ns *ns, int *wait_ms)
{
	const struct isle_census *c = s->snap->census;
	size_t n;
	const struct isle_census_hold *h = isle_census_holds(c, (size_t)(ns->census - c->nss), &n);
	char buf[COMMAND];
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		const char *path = h[i].kind == ISLE_HOLDER_PROCESS ? socket_of(h[i].pid, buf) : NULL;
		const int64_t begin = isle_now_ms();
		struct isle_ovsdb *db = NULL;

		if (!path)
			continue;
		r = open_database(h[i].pid, path, *wait_ms, &db);
		if (!r)
			r = read_database(s, ns, db);
		isle_ovsdb_close(db);
		*wait_ms -= (int)(isle_now_ms() - begin);
		*wait_ms = *wait_ms < 1 ? 1 : *wait_ms;
		ns->ovs_unseen = r != 0;
		if (r == -ENOMEM)
			return r;
		break;
	}
	return 0;
}

int isle_snap_read_ovs(struct isle_snapping *s)
{
	int wait_ms = PATIENCE_MS, r = 0;

	for (size_t i = 0; i < s->snap->n_nss && !r; i++)
		if (s->snap->nss[i].census && may_have_one(&s->snap->nss[i]))
			r = read_ns(s, &s->snap->nss[i], &wait_ms);
	return r;
}
