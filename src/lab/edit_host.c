/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is in a host of a lab: itself, addresses, routes, its uplink, and
 * any key by its name. Nothing is checked here that loading the text checks.
 */
#include "lab/edit_tree.h"

int isle_edit_host_add(struct isle_edit *e, const char *name, const struct isle_key_value *o, size_t n, struct isle_diag *d)
{
	struct isle_node *x = isle_node_get(e->root, "x-defaults"), *host, *hosts;
	const char *why = NULL;
	int r;

	if (isle_lab_host(e->lab, name) || isle_lab_network(e->lab, name)) {
		isle_reject(d, NULL, "lab %s has a %s '%s' already", e->lab->name, isle_lab_host(e->lab, name) ? "host" : "network",
			    name);
		return -EEXIST;
	}
	if (!isle_doc_is_name(name, ISLE_NAME_MAX, &why))
		return isle_reject(d, NULL, "'%.80s' cannot be a host: %s", name, why ? why : "letters, digits, - and _");
	host = isle_edit_node(e, ISLE_NODE_MAP);
	hosts = isle_edit_get(e, e->root, "hosts", ISLE_NODE_MAP);
	if (x && isle_node_get(x, "hosts"))
		host = isle_set_merge(&e->set, isle_node_get(x, "hosts"), host);
	r = host ? isle_edit_options(e, host, o, n, d) : isle_edit_no_memory(e, d);
	isle_edit_put(e, hosts, name, host);
	return r ? r : isle_edit_no_memory(e, d);
}

int isle_edit_host_remove(struct isle_edit *e, const char *name, struct isle_diag *d)
{
	const struct isle_host *h;
	int r = isle_edit_find_host(e, name, &h, d);

	if (!r)
		r = isle_edit_check_gateway(e, h, NULL, d);
	if (r)
		return r;
	for (size_t i = 0; i < h->n_ifaces; i++)
		isle_edit_drop_iface(e, h->ifaces[i]);
	isle_edit_drop(isle_node_get(e->root, "hosts"), name);
	return isle_edit_no_memory(e, d);
}

/* The interface that is meant by HOST alone. */
static int only_iface(const struct isle_host *h, const struct isle_iface **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf all = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		if (h->ifaces[i]->is_lo || h->ifaces[i]->is_uplink)
			continue;
		*ret = h->ifaces[i];
		isle_buf_printf(&all, "%s%s:%s", n++ ? ", " : "", h->name, h->ifaces[i]->name);
	}
	if (n == 1)
		return 0;
	isle_reject(d, NULL, n ? "host '%s' has %zu interfaces" : "host '%s' is connected to nothing", h->name, n);
	if (n)
		isle_hint(d, "name the one: %s", all.s);
	else
		isle_hint(d, "%s:lo is there always", h->name);
	return -ENOTUNIQ;
}

static int find_iface(struct isle_edit *e, const struct isle_edit_end *end, const struct isle_iface **ret,
		      const struct isle_host **ret_host, struct isle_diag *d)
{
	int r = isle_edit_find_host(e, end->name, ret_host, d);

	*ret = NULL;
	/* lo may have no entry yet */
	if (r || isle_str_eq(end->ifname, "lo"))
		return r;
	if (end->ifname)
		return isle_edit_find_iface(*ret_host, end->ifname, ret, d);
	return only_iface(*ret_host, ret, d);
}

static struct isle_node *entry(struct isle_edit *e, const struct isle_host *h, const char *ifname)
{
	return isle_edit_get(e, isle_edit_get(e, isle_edit_host(e, h->name), "interfaces", ISLE_NODE_MAP), ifname, ISLE_NODE_MAP);
}

static bool parse(const char *address, struct isle_ip *ret, bool *ret_has_len)
{
	return isle_ip_parse(address, strlen(address), ret, ret_has_len);
}

static int no_address(const char *address, struct isle_diag *d)
{
	isle_reject(d, NULL, "'%.64s' is no address", address);
	isle_hint(d, "10.0.0.1/24, fd00::1/64");
	return -EINVAL;
}

/* Who else is on the wire of F under that address; NULL: nobody. */
static const struct isle_iface *holder(const struct isle_iface *f, const struct isle_ip *ip)
{
	const struct isle_wire *w = isle_biface(f)->wire;

	for (size_t i = 0; w && i < w->n_members; i++)
		for (size_t k = 0; k < w->members[i]->pub.n_addresses; k++)
			if (isle_ip_equal(&w->members[i]->pub.addresses[k], ip))
				return &w->members[i]->pub;
	return NULL;
}

static int check_taken(const struct isle_iface *f, const struct isle_ip *ip, const char *address, struct isle_diag *d)
{
	const struct isle_iface *other = holder(f, ip);

	for (size_t i = 0; !other && i < f->n_addresses; i++)
		other = isle_ip_equal(&f->addresses[i], ip) ? f : NULL;
	if (!other)
		return 0;
	isle_reject(d, NULL, "%s is taken: %s:%s has it already", address, other->host->name, other->name);
	return -EEXIST;
}

int isle_edit_address_add(struct isle_edit *e, const struct isle_edit_end *end, const char *address, struct isle_diag *d)
{
	const struct isle_iface *f;
	const struct isle_host *h;
	struct isle_ip ip;
	bool has_len;
	int r = find_iface(e, end, &f, &h, d);

	if (r)
		return r;
	if (!parse(address, &ip, &has_len))
		return no_address(address, d);
	r = f ? check_taken(f, &ip, address, d) : 0;
	if (r)
		return r;
	isle_edit_push(e, isle_edit_get(e, entry(e, h, f ? f->name : "lo"), "addresses", ISLE_NODE_LIST),
		       isle_edit_scalar(e, "%s", address));
	return isle_edit_no_memory(e, d);
}

/* Of all interfaces, or the one that was said, that which has IP. */
static const struct isle_iface *owner(const struct isle_host *h, const char *ifname, const struct isle_ip *ip, bool has_len,
				      struct isle_ip *ret)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++) {
			*ret = h->ifaces[i]->addresses[k];
			if ((!ifname || isle_str_eq(h->ifaces[i]->name, ifname)) && isle_ip_equal(ret, ip) &&
			    (!has_len || ret->len == ip->len))
				return h->ifaces[i];
		}
	return NULL;
}

static int refuse_uplink(const struct isle_host *h, struct isle_diag *d)
{
	isle_reject(d, NULL, "the addresses of uplink of '%s' come with it", h->name);
	isle_hint(d, "`isle uplink del %s` takes it away", h->name);
	return -EINVAL;
}

int isle_edit_address_remove(struct isle_edit *e, const struct isle_edit_end *end, const char *address, struct isle_diag *d)
{
	const struct isle_iface *f;
	const struct isle_host *h;
	struct isle_node *list;
	struct isle_ip ip, has;
	char text[ISLE_IP_TEXT];
	bool has_len;
	int r = isle_edit_find_host(e, end->name, &h, d);

	if (!r && end->ifname && !isle_str_eq(end->ifname, "lo"))
		r = isle_edit_find_iface(h, end->ifname, &f, d);
	if (r)
		return r;
	if (!parse(address, &ip, &has_len))
		return no_address(address, d);
	f = owner(h, end->ifname, &ip, has_len, &has);
	if (!f) {
		isle_reject(d, NULL, "%s%s%s has no address %s", h->name, end->ifname ? ":" : "", end->ifname ? end->ifname : "",
			    address);
		isle_hint(d, "`isle show %s` tells which it has", h->name);
		return -ENOENT;
	}
	if (f->is_uplink)
		return refuse_uplink(h, d);
	list = isle_edit_get(e, isle_edit_iface(e, f), "addresses", ISLE_NODE_LIST);
	isle_ip_text(&has, true, text);
	for (size_t i = 0; list && i < list->n; i++)
		if (isle_str_eq(list->items[i]->text, text))
			isle_edit_drop_item(list, i);
	if (list && !list->n)
		isle_edit_drop(isle_edit_iface(e, f), "addresses");
	if (!f->is_lo)
		isle_edit_say_none(e, f);
	return isle_edit_no_memory(e, d);
}

/* Is it the destination that DST says? `default` is of both families. */
static bool is_dst(struct isle_edit *e, const struct isle_route *r, const char *dst)
{
	const struct isle_network *net = isle_lab_network(e->lab, dst);
	struct isle_ip ip;
	bool has_len;

	if (isle_str_eq(dst, "default"))
		return !r->dst.len;
	for (size_t i = 0; net && i < net->segment->n_subnets; i++)
		if (!isle_ip_cmp(&net->segment->subnets[i], &r->dst))
			return true;
	return !net && parse(dst, &ip, &has_len) && !isle_ip_cmp(&ip, &r->dst);
}

/* That there is no default route may have been written, in whatever way. */
static void drop_none(struct isle_node *routes, const char *dst)
{
	static const char *const keys[] = { "default", "0.0.0.0/0", "::/0" };

	for (size_t i = 0; routes && i < ISLE_COUNT(keys); i++) {
		const struct isle_node *n = isle_node_get(routes, keys[i]);

		if (n && isle_str_eq(n->text, "none") && (!strcmp(dst, keys[i]) || !strcmp(dst, keys[0])))
			isle_edit_drop(routes, keys[i]);
	}
}

/* More next routers than one are a list. KEYS: room for N. */
static int join_hops(struct isle_edit *e, const struct isle_key_value *hop, size_t n, struct isle_key_value *keys, size_t *ret_n,
		     struct isle_diag *d)
{
	struct isle_buf list = { 0 };
	size_t vias = 0;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (!hop[i].key || !strcmp(hop[i].key, "via"))
			isle_buf_printf(&list, "%s%s", vias++ ? ", " : "[", hop[i].value);
		else
			keys[(*ret_n)++] = hop[i];
	isle_buf_puts(&list, vias > 1 ? "]" : "");
	if (vias && list.s)
		keys[(*ret_n)++] = (struct isle_key_value){ "via", isle_arena_strdup(e->set.arena, list.s + (vias == 1)) };
	vias = vias && (list.bad || !keys[*ret_n - 1].value);
	isle_buf_done(&list);
	return vias ? isle_fail(d, ENOMEM, NULL, "reading a route") : 0;
}

int isle_edit_route_add(struct isle_edit *e, const char *host, const char *dst, const struct isle_key_value *hop, size_t n,
			struct isle_diag *d)
{
	struct isle_key_value *keys;
	const struct isle_host *h;
	struct isle_node *routes, *value;
	bool in_a_word;
	int r = isle_edit_find_host(e, host, &h, d);

	if (r)
		return r;
	for (size_t i = 0; i < h->n_routes; i++)
		if (is_dst(e, &h->routes[i], dst) && !h->routes[i].assigned && !h->routes[i].table) {
			isle_reject(d, NULL, "host '%s' has a route to %s already", host, dst);
			isle_hint(d, "`isle route del %s %s` takes it away", host, dst);
			return -EEXIST;
		}
	keys = isle_arena_alloc(e->set.arena, (n + 1) * sizeof(*keys));
	r = keys ? join_hops(e, hop, n, keys, &n, d) : isle_fail(d, ENOMEM, NULL, "reading a route");
	if (r)
		return r;
	in_a_word = n == 1 && !strcmp(keys[0].key, "via");
	value = in_a_word ? isle_edit_value(e, keys[0].value, d) : isle_edit_node(e, ISLE_NODE_MAP);
	if (value && !in_a_word)
		r = isle_edit_options(e, value, keys, n, d);
	if (!value)
		r = isle_edit_no_memory(e, d) ? -ENOMEM : -EINVAL;
	if (r)
		return r;
	routes = isle_edit_get(e, isle_edit_host(e, host), "routes", ISLE_NODE_MAP);
	drop_none(routes, dst);
	isle_edit_put(e, routes, dst, value);
	return isle_edit_no_memory(e, d);
}

int isle_edit_route_remove(struct isle_edit *e, const char *host, const char *dst, struct isle_diag *d)
{
	const struct isle_host *h;
	struct isle_node *routes;
	char text[ISLE_IP_TEXT];
	bool written = false, assigned = false;
	int r = isle_edit_find_host(e, host, &h, d);

	if (r)
		return r;
	routes = isle_edit_get(e, isle_edit_host(e, host), "routes", ISLE_NODE_MAP);
	for (size_t i = 0; i < h->n_routes; i++) {
		if (!is_dst(e, &h->routes[i], dst))
			continue;
		written |= !h->routes[i].assigned;
		assigned |= h->routes[i].assigned;
		isle_edit_drop(routes, isle_ip_text(&h->routes[i].dst, true, text));
	}
	if (!written && !assigned) {
		isle_reject(d, NULL, "host '%s' has no route to %s", host, dst);
		isle_hint(d, "`isle show %s` tells which it has", host);
		return -ENOENT;
	}
	/* or a gateway, an uplink, `routing` would give it again */
	if (assigned)
		isle_edit_put(e, routes, dst, isle_edit_scalar(e, "none"));
	return isle_edit_no_memory(e, d);
}

int isle_edit_uplink_add(struct isle_edit *e, const char *host, const char *const *subnets, size_t n, struct isle_diag *d)
{
	struct isle_node *uplink = isle_edit_node(e, ISLE_NODE_MAP), *list = isle_edit_node(e, ISLE_NODE_LIST);
	const struct isle_host *h;
	int r = isle_edit_find_host(e, host, &h, d);

	if (r)
		return r;
	if (h->uplink.kind != ISLE_UPLINK_NONE) {
		isle_reject(d, NULL, "host '%s' has an uplink already", host);
		return -EEXIST;
	}
	isle_edit_put(e, uplink, "kind", isle_edit_scalar(e, "nat"));
	for (size_t i = 0; i < n; i++)
		isle_edit_push(e, list, isle_edit_scalar(e, "%s", subnets[i]));
	if (n)
		isle_edit_put(e, uplink, "subnet", list);
	isle_edit_put(e, isle_edit_host(e, host), "uplink", uplink);
	return isle_edit_no_memory(e, d);
}

int isle_edit_uplink_remove(struct isle_edit *e, const char *host, struct isle_diag *d)
{
	const struct isle_host *h;
	int r = isle_edit_find_host(e, host, &h, d);

	if (r)
		return r;
	if (h->uplink.kind == ISLE_UPLINK_NONE) {
		isle_reject(d, NULL, "host '%s' has no uplink", host);
		return -ENOENT;
	}
	isle_edit_drop(isle_edit_host(e, host), "uplink");
	isle_edit_drop_iface(e, h->uplink.iface);
	return isle_edit_no_memory(e, d);
}

static int set_host(struct isle_edit *e, const struct isle_host *h, const struct isle_key_value *o, size_t n, struct isle_diag *d)
{
	struct isle_node *host = isle_edit_host(e, h->name);
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		const bool sysctl = !strncmp(o[i].key, "sysctl.", 7);
		const struct isle_key_value one = { o[i].key + (sysctl ? 7 : 0), o[i].value };

		r = isle_edit_options(e, sysctl ? isle_edit_get(e, host, "sysctl", ISLE_NODE_MAP) : host, &one, 1, d);
	}
	return r;
}

int isle_edit_set(struct isle_edit *e, const struct isle_edit_end *end, const struct isle_key_value *o, size_t n,
		  struct isle_diag *d)
{
	const struct isle_network *network;
	const struct isle_iface *f;
	const struct isle_host *h;
	int r = isle_edit_find(e, end->name, &h, &network, d);

	if (r)
		return r;
	if (network && end->ifname)
		return isle_reject(d, NULL, "'%s' is a network: its ports have no names", end->name);
	if (network)
		return isle_edit_options(e, isle_edit_network(e, end->name), o, n, d);
	if (!end->ifname)
		return set_host(e, h, o, n, d);
	r = find_iface(e, end, &f, &h, d);
	if (!r)
		r = isle_edit_options(e, entry(e, h, end->ifname), o, n, d);
	return r;
}
