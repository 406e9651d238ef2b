/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: Linux bridges by hand: what brctl does, by netlink. */
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <net/if.h>
#include "nl/nl.h"
#include "schema/schema.h"

struct row {
	struct isle_bridge_info info;
	int index;
	const char **ports;
	size_t n_ports, cap;
};
struct port { int master; const char *name; };
struct look {
	struct isle_arena *arena;
	struct row *rows;
	size_t n, cap;
	struct port *ports;
	size_t n_ports, cap_ports;
	bool bad;
};

static const char *no_bridge(const char *bridge, unsigned *ret_index)
{
	*ret_index = if_nametoindex(bridge);
	return *ret_index ? NULL : "does not exist";
}

/* One request about the link INDEX (0: a new one); FILL adds what it is. */
static int request(uint16_t type, uint16_t flags, unsigned index, void (*fill)(struct isle_nlmsg *, const void *), const void *arg,
		   struct isle_diag *d, const char *what, const char *name)
{
	_Alignas(8) uint8_t buf[512];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(d, -r, NULL, "cannot %s %s", what, name);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	struct ifinfomsg *ifi = isle_nlmsg_begin(&m, type, flags, sizeof(*ifi));
	if (ifi)
		ifi->ifi_index = (int)index;
	if (fill)
		fill(&m, arg);
	isle_nlmsg_end(&m);
	r = m.bad ? -ENOBUFS : isle_nl_talk(&nl, &m, NULL);
	if (r < 0) {
		isle_fail(d, -r, NULL, "cannot %s %s", what, name);
		if (nl.extack[0])
			isle_diag_kernel(d, nl.extack);
		if (r == -EPERM)
			isle_hint(d, "run it as root; or all of it in a user namespace of your own: `unshare -Urn`");
	}
	isle_nl_close(&nl);
	return r;
}

static void fill_new(struct isle_nlmsg *m, const void *name)
{
	isle_nlmsg_put_str(m, IFLA_IFNAME, name);
	size_t info = isle_nlmsg_nest(m, IFLA_LINKINFO);
	isle_nlmsg_put_str(m, IFLA_INFO_KIND, "bridge");
	isle_nlmsg_unnest(m, info);
}

static void fill_master(struct isle_nlmsg *m, const void *index)
{
	isle_nlmsg_put_u32(m, IFLA_MASTER, *(const uint32_t *)index);
}

static void fill_stp(struct isle_nlmsg *m, const void *on)
{
	size_t info = isle_nlmsg_nest(m, IFLA_LINKINFO);
	isle_nlmsg_put_str(m, IFLA_INFO_KIND, "bridge");
	size_t data = isle_nlmsg_nest(m, IFLA_INFO_DATA);
	isle_nlmsg_put_u32(m, IFLA_BR_STP_STATE, *(const uint32_t *)on);
	isle_nlmsg_unnest(m, data);
	isle_nlmsg_unnest(m, info);
}

/* ---- reading */

static void see_bridge(struct look *l, const struct ifinfomsg *ifi, const char *name, const struct nlattr *data)
{
	const struct ifla_bridge_id *id;
	struct isle_nlattrs t;

	if (!isle_arena_grow(l->arena, &l->rows, l->n, &l->cap, sizeof(*l->rows))) {
		l->bad = true;
		return;
	}
	struct row *row = &l->rows[l->n++];
	*row = (struct row){ .index = ifi->ifi_index, .info.name = isle_arena_strdup(l->arena, name) };
	l->bad |= !row->info.name;
	if (!data)
		return;
	isle_nl_nested(data, &t);
	row->info.stp = isle_nla_u32(t.a[IFLA_BR_STP_STATE], 0) != 0;
	id = t.a[IFLA_BR_BRIDGE_ID] && isle_nla_len(t.a[IFLA_BR_BRIDGE_ID]) == sizeof(*id) ? isle_nla_data(t.a[IFLA_BR_BRIDGE_ID]) : NULL;
	if (id)
		memcpy(row->info.id, id, sizeof(row->info.id));
}

static int see_link(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *ifi = h ? NLMSG_DATA(h) : NULL;
	struct isle_nlattrs t, info = { 0 };
	struct look *l = arg;
	const char *name, *kind;

	if (!h)
		l->n = l->n_ports = 0;
	if (!h || h->nlmsg_type != RTM_NEWLINK)
		return 0;
	isle_nl_attrs_of(h, sizeof(*ifi), &t);
	name = isle_nla_str(t.a[IFLA_IFNAME]);
	if (t.a[IFLA_LINKINFO])
		isle_nl_nested(t.a[IFLA_LINKINFO], &info);
	kind = info.a[IFLA_INFO_KIND] ? isle_nla_str(info.a[IFLA_INFO_KIND]) : NULL;
	if (name && kind && !strcmp(kind, "bridge"))
		see_bridge(l, ifi, name, info.a[IFLA_INFO_DATA]);
	if (name && t.a[IFLA_MASTER]) {
		if (!isle_arena_grow(l->arena, &l->ports, l->n_ports, &l->cap_ports, sizeof(*l->ports)))
			return -ENOMEM;
		l->ports[l->n_ports++] = (struct port){ (int)isle_nla_u32(t.a[IFLA_MASTER], 0), isle_arena_strdup(l->arena, name) };
		l->bad |= !l->ports[l->n_ports - 1].name;
	}
	return l->bad ? -ENOMEM : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->info.name, ((const struct row *)b)->info.name);
}

static int by_port(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int gather_ports(struct look *l, struct row *row)
{
	for (size_t i = 0; i < l->n_ports; i++) {
		if (l->ports[i].master != row->index)
			continue;
		if (!isle_arena_grow(l->arena, &row->ports, row->n_ports, &row->cap, sizeof(*row->ports)))
			return -ENOMEM;
		row->ports[row->n_ports++] = l->ports[i].name;
	}
	if (row->n_ports)
		qsort(row->ports, row->n_ports, sizeof(*row->ports), by_port);
	row->info.ports = row->ports;
	row->info.n_ports = row->n_ports;
	return 0;
}

static int look(struct look *l)
{
	uint8_t buf[64];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&nl, &m, see_link, l);
	isle_nl_close(&nl);
	if (r >= 0 && l->n)
		qsort(l->rows, l->n, sizeof(*l->rows), by_name);
	for (size_t i = 0; r >= 0 && i < l->n; i++)
		r = gather_ports(l, &l->rows[i]);
	return r < 0 ? r : 0;
}

int isle_each_bridge(void (*fn)(const struct isle_bridge_info *, void *), void *arg, struct isle_diag *d)
{
	struct look l = { .arena = isle_arena_new() };
	int r = l.arena ? look(&l) : -ENOMEM;

	if (r < 0)
		isle_fail(d, -r, NULL, "cannot look for bridges");
	for (size_t i = 0; !r && i < l.n; i++)
		fn(&l.rows[i].info, arg);
	isle_arena_free(l.arena);
	return r;
}

/* What is to be known of one bridge. */
struct wanted { const char *bridge, *port; bool is_bridge, has_port, port_is_taken; };

static void find(const struct isle_bridge_info *b, void *arg)
{
	struct wanted *w = arg;
	const bool this = !strcmp(b->name, w->bridge);

	w->is_bridge |= this;
	for (size_t i = 0; w->port && i < b->n_ports; i++)
		if (!strcmp(b->ports[i], w->port)) {
			w->port_is_taken = true;
			w->has_port |= this;
		}
}

/* ---- changing */

int isle_bridge_add(const char *bridge, struct isle_diag *d)
{
	const char *why;
	int r;

	if (if_nametoindex(bridge)) {
		isle_reject(d, NULL, "device %s already exists; can't create bridge with the same name", bridge);
		return -EEXIST;
	}
	if (!isle_name_is_ifname(bridge, strlen(bridge), &why))
		return isle_reject(d, NULL, "'%s' cannot be a bridge: %s", bridge, why);
	r = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, fill_new, bridge, d, "make the bridge", bridge);
	if (r == -EOPNOTSUPP)
		isle_hint(d, "this kernel has no bridges (module bridge, CONFIG_BRIDGE)");
	return r;
}

static int look_for(struct wanted *w, unsigned *ret_index, struct isle_diag *d)
{
	int r = isle_each_bridge(find, w, d);

	if (r)
		return r;
	if (no_bridge(w->bridge, ret_index) || !w->is_bridge) {
		isle_reject(d, NULL, *ret_index ? "device %s is not a bridge!" : "bridge %s does not exist!", w->bridge);
		return -ENODEV;
	}
	return 0;
}

static int is_up(unsigned index, bool *ret)
{
	_Alignas(8) uint8_t request_buf[128], answer[16384];
	const struct nlmsghdr *h;
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	isle_nlmsg_init(&m, request_buf, sizeof(request_buf));
	struct ifinfomsg *ifi = isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(*ifi));
	if (ifi)
		ifi->ifi_index = (int)index;
	isle_nlmsg_end(&m);
	r = isle_nl_get(&nl, &m, answer, sizeof(answer), &h);
	if (!r)
		*ret = ((const struct ifinfomsg *)NLMSG_DATA(h))->ifi_flags & IFF_UP;
	isle_nl_close(&nl);
	return r;
}

int isle_bridge_delete(const char *bridge, struct isle_diag *d)
{
	struct wanted w = { .bridge = bridge };
	bool up = false;
	unsigned index;
	int r = isle_each_bridge(find, &w, d);

	if (r)
		return r;
	index = if_nametoindex(bridge);
	if (!index || !w.is_bridge) {
		isle_reject(d, NULL, index ? "%s is no bridge" : "bridge %s doesn't exist; can't delete it", bridge);
		return -ENODEV;
	}
	r = is_up(index, &up);
	if (r)
		return isle_fail(d, -r, NULL, "cannot look at %s", bridge);
	if (up) {
		isle_reject(d, NULL, "bridge %s is still up; can't delete it", bridge);
		isle_hint(d, "ip link set %s down", bridge);
		return -EBUSY;
	}
	return request(RTM_DELLINK, 0, index, NULL, NULL, d, "remove the bridge", bridge);
}

int isle_bridge_add_port(const char *bridge, const char *port, struct isle_diag *d)
{
	struct wanted w = { .bridge = bridge, .port = port };
	const unsigned index = if_nametoindex(port);
	char what[IFNAMSIZ + 32];
	uint32_t master = 0;
	int r = look_for(&w, &master, d);

	if (r)
		return r;
	if (!index) {
		isle_reject(d, NULL, "interface %s does not exist!", port);
		return -ENODEV;
	}
	if (w.port_is_taken) {
		isle_reject(d, NULL, "device %s is already a member of a bridge; can't add it to bridge %s.", port, bridge);
		return -EBUSY;
	}
	snprintf(what, sizeof(what), "add %.*s to bridge", IFNAMSIZ, port);
	return request(RTM_SETLINK, 0, index, fill_master, &master, d, what, bridge);
}

int isle_bridge_delete_port(const char *bridge, const char *port, struct isle_diag *d)
{
	struct wanted w = { .bridge = bridge, .port = port };
	const uint32_t none = 0;
	char what[IFNAMSIZ + 32];
	unsigned index;
	int r = look_for(&w, &index, d);

	if (r)
		return r;
	index = if_nametoindex(port);
	if (!index || !w.has_port) {
		isle_reject(d, NULL, index ? "device %s is not a port of %s" : "interface %s does not exist!", port, bridge);
		return index ? -EINVAL : -ENODEV;
	}
	snprintf(what, sizeof(what), "take %.*s out of bridge", IFNAMSIZ, port);
	return request(RTM_SETLINK, 0, index, fill_master, &none, d, what, bridge);
}

int isle_bridge_set_stp(const char *bridge, bool on, struct isle_diag *d)
{
	struct wanted w = { .bridge = bridge };
	const uint32_t value = on;
	unsigned index;
	int r = look_for(&w, &index, d);

	return r ? r : request(RTM_NEWLINK, 0, index, fill_stp, &value, d, "set the spanning tree of", bridge);
}
