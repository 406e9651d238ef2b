/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: wires of a lab: made, taken away, switched on and off. Where a host
 * stands on a network is written in one of three places of the long form: the
 * network's list, the interface, or a link; what is taken away is taken from
 * there, with the interface and all that was said of it.
 */
#include "lab/edit_tree.h"

/* HOST:IF at the beginning of N bytes of S, where a REF may stand. */
static bool is_ref(const char *s, size_t n, const struct isle_iface *f)
{
	const size_t h = strlen(f->host->name), i = strlen(f->name);

	return n >= h + 1 + i && memcmp(s, f->host->name, h) == 0 && s[h] == ':' && memcmp(s + h + 1, f->name, i) == 0 &&
	       (n == h + 1 + i || s[h + 1 + i] == ' ');
}

static const char *item_text(const struct isle_node *item)
{
	return item->kind == ISLE_NODE_MAP ? item->n ? item->pairs[0].key->text : "" : item->text;
}

/* Which end of the link TEXT is F: 0, 1, or -1. */
static int end_of(const char *text, const struct isle_iface *f)
{
	const char *dash = strstr(text, " -- ");

	if (dash && is_ref(text, (size_t)(dash - text), f))
		return 0;
	return dash && is_ref(dash + 4, strlen(dash + 4), f) ? 1 : -1;
}

static bool joins(const char *text, const struct isle_link *l)
{
	const char *a = l->network[0]->name, *b = l->network[1]->name;
	const size_t n = strlen(a);

	return !strncmp(text, a, n) && !strncmp(text + n, " -- ", 4) && !strcmp(text + n + 4, b);
}

/* The item of `links` with F at an end, or that is like L between networks; NULL: none. */
static struct isle_node *link_item(struct isle_edit *e, const struct isle_iface *f, const struct isle_link *l, size_t *ret_i)
{
	struct isle_node *links = isle_node_get(e->root, "links");

	for (size_t i = 0; links && i < links->n; i++) {
		const char *text = item_text(links->items[i]);

		if (f ? end_of(text, f) < 0 : !joins(text, l))
			continue;
		*ret_i = i;
		return links->items[i];
	}
	return NULL;
}

/* The text of a REF of F, with `none` added; NULL: it says so already. */
static struct isle_node *with_none(struct isle_edit *e, const char *text, size_t end)
{
	if (end >= 5 && memcmp(text + end - 5, " none", 5) == 0)
		return NULL;
	return isle_edit_scalar(e, "%.*s none%s", (int)end, text, text + end);
}

static void say_none_in_link(struct isle_edit *e, const struct isle_iface *f)
{
	size_t i;
	struct isle_node *item = link_item(e, f, NULL, &i), *n;
	const char *text = item ? item_text(item) : "", *dash = strstr(text, " -- ");

	if (!dash)
		return;
	n = with_none(e, text, end_of(text, f) ? strlen(text) : (size_t)(dash - text));
	if (n && item->kind == ISLE_NODE_MAP)
		item->pairs[0].key = n;
	else if (n)
		isle_node_get(e->root, "links")->items[i] = n;
}

void isle_edit_say_none(struct isle_edit *e, const struct isle_iface *f)
{
	struct isle_node *list = f->network ? isle_node_get(isle_edit_network(e, f->network->name), "hosts") : NULL;
	struct isle_node *iface = isle_edit_iface(e, f), *net = isle_node_get(iface, "net"), *n;

	for (size_t i = 0; list && i < list->n; i++)
		if (is_ref(list->items[i]->text, list->items[i]->n_text, f)) {
			n = with_none(e, list->items[i]->text, list->items[i]->n_text);
			list->items[i] = n ? n : list->items[i];
			return;
		}
	n = net ? with_none(e, net->text, net->n_text) : NULL;
	if (n)
		isle_edit_put(e, iface, "net", n);
	else if (!net)
		say_none_in_link(e, f);
}

static bool leaves_by(const struct isle_host *h, const struct isle_route *r, const struct isle_iface *f)
{
	for (size_t i = 0; i < r->n_hops; i++)
		if (r->hops[i].dev == f || (!r->hops[i].dev && isle_lab_iface_to(h, &r->hops[i].via) == f))
			return true;
	return false;
}

static bool names_iface(const char *sysctl, const char *ifname)
{
	const size_t n = strlen(ifname);

	for (const char *p = strstr(sysctl, ifname); p; p = strstr(p + 1, ifname))
		if (p > sysctl && (p[-1] == '.' || p[-1] == '/') && (p[n] == '.' || p[n] == '/'))
			return true;
	return false;
}

/* The interface, and what cannot be without it. */
static void forget(struct isle_edit *e, const struct isle_iface *f)
{
	const struct isle_host *h = f->host;
	struct isle_node *host = isle_edit_host(e, h->name);
	struct isle_node *routes = isle_node_get(host, "routes"), *sysctls = isle_node_get(host, "sysctl");
	char text[ISLE_IP_TEXT];

	isle_edit_drop(isle_node_get(host, "interfaces"), f->name);
	for (size_t i = 0; routes && i < h->n_routes; i++)
		if (leaves_by(h, &h->routes[i], f))
			isle_edit_drop(routes, isle_ip_text(&h->routes[i].dst, true, text));
	for (size_t i = 0; sysctls && i < h->n_sysctls; i++)
		if (names_iface(h->sysctls[i].name, f->name))
			isle_edit_drop(sysctls, h->sysctls[i].name);
}

void isle_edit_drop_iface(struct isle_edit *e, const struct isle_iface *f)
{
	struct isle_node *list = f->network ? isle_node_get(isle_edit_network(e, f->network->name), "hosts") : NULL;
	size_t i;

	for (i = 0; list && i < list->n; i++)
		if (is_ref(list->items[i]->text, list->items[i]->n_text, f)) {
			isle_edit_drop_item(list, i);
			break;
		}
	if (link_item(e, f, NULL, &i))
		isle_edit_drop_item(isle_node_get(e->root, "links"), i);
	forget(e, f);
	if (f->peer)
		forget(e, f->peer);
}

/* A wire that the lab has: a membership, or a link. */
struct wire { const struct isle_iface *iface; const struct isle_link *link; };

static bool is_end(const struct isle_iface *f, const struct isle_edit_end *end)
{
	return isle_str_eq(f->host->name, end->name) && (!end->ifname || isle_str_eq(f->name, end->ifname));
}

static bool is_between(const struct isle_iface *f, const struct isle_edit_end *a, const struct isle_edit_end *b)
{
	const struct isle_network *net = f->network;

	if (!is_end(f, a))
		return false;
	/* what stands by itself goes only if it is named */
	if (!b)
		return net || f->peer || (f->kind && a->ifname);
	if (b->machine)
		return isle_str_eq(f->machine_lower, b->machine);
	if (f->lower && is_end(f->lower, b))
		return true;
	return net ? isle_str_eq(net->name, b->name) : f->peer && is_end(f->peer, b);
}

static bool is_link_between(const struct isle_link *l, const char *a, const char *b)
{
	return l->network[0] && ((isle_str_eq(l->network[0]->name, a) && (!b || isle_str_eq(l->network[1]->name, b))) ||
				 (isle_str_eq(l->network[1]->name, a) && (!b || isle_str_eq(l->network[0]->name, b))));
}

/* FN for each wire between A and B; of a link within one host once. */
static size_t each_wire(struct isle_edit *e, const struct isle_edit_end *a, const struct isle_edit_end *b,
			void (*fn)(struct isle_edit *, const struct wire *, void *), void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < e->lab->n_hosts; i++)
		for (size_t k = 0; k < e->lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *f = e->lab->hosts[i]->ifaces[k];
			const bool again = f->peer && f->peer->host == f->host && f->peer->index < f->index;

			if (again ? is_between(f, a, b) && !is_between(f->peer, a, b)
				  : is_between(f, a, b) || (f->network && b && !b->machine && is_between(f, b, a))) {
				fn(e, &(struct wire){ f, f->link }, arg);
				n++;
			}
		}
	for (size_t i = 0; i < e->lab->n_links && !(b && b->machine); i++)
		if (is_link_between(e->lab->links[i], a->name, b ? b->name : NULL)) {
			fn(e, &(struct wire){ NULL, e->lab->links[i] }, arg);
			n++;
		}
	return n;
}

struct list { struct isle_buf names; struct wire last; };

static void list_wire(struct isle_edit *e, const struct wire *w, void *arg)
{
	struct list *l = arg;

	(void)e;
	if (w->iface)
		isle_buf_printf(&l->names, "%s%s:%s", l->names.n ? ", " : "", w->iface->host->name, w->iface->name);
	l->last = *w;
}

static int check_ends(struct isle_edit *e, const struct isle_edit_end *a, const struct isle_edit_end *b, struct isle_diag *d)
{
	const struct isle_edit_end *ends[] = { a, b };

	for (int i = 0; i < 2 && ends[i] && !ends[i]->machine; i++) {
		const struct isle_network *network;
		const struct isle_host *host;
		const struct isle_iface *iface;
		int r = isle_edit_find(e, ends[i]->name, &host, &network, d);

		if (!r && network && ends[i]->ifname)
			r = isle_reject(d, NULL, "'%s' is a network: its ports have no names", ends[i]->name);
		if (!r && host && ends[i]->ifname)
			r = isle_edit_find_iface(host, ends[i]->ifname, &iface, d);
		if (!r && host && ends[i]->ifname && iface->is_uplink) {
			isle_reject(d, NULL, "interface '%s' of '%s' is its uplink", iface->name, host->name);
			isle_hint(d, "`isle uplink del %s` takes it away", host->name);
			r = -EINVAL;
		}
		if (r)
			return r;
	}
	return 0;
}

static const char *word_of(const struct isle_edit_end *end)
{
	return end->machine ? end->machine : end->name;
}

static int none_between(const struct isle_edit_end *a, const struct isle_edit_end *b, struct isle_diag *d)
{
	if (b)
		isle_reject(d, NULL, "%s and %s are not connected", a->name, word_of(b));
	else
		isle_reject(d, NULL, "%s%s%s is connected to nothing", a->name, a->ifname ? ":" : "", a->ifname ? a->ifname : "");
	isle_hint(d, "`isle show` tells what is");
	return -ENOENT;
}

static int find_one(struct isle_edit *e, const struct isle_edit_end *a, const struct isle_edit_end *b, struct wire *ret,
		    struct isle_diag *d)
{
	struct list l = { 0 };
	int r = check_ends(e, a, b, d);
	size_t n = r ? 0 : each_wire(e, a, b, list_wire, &l);

	if (!r && !n)
		r = none_between(a, b, d);
	if (n > 1) {
		isle_reject(d, NULL, "%zu links connect %s and %s", n, a->name, b ? word_of(b) : "others");
		isle_hint(d, l.names.n ? "name the interface: %s" : "they cannot be told apart here: change the file, and `isle up`",
			  l.names.s);
		r = -ENOTUNIQ;
	}
	isle_buf_done(&l.names);
	*ret = l.last;
	return r;
}

static void drop_wire(struct isle_edit *e, const struct wire *w, void *arg)
{
	size_t i;

	(void)arg;
	if (w->iface)
		isle_edit_drop_iface(e, w->iface);
	else if (link_item(e, NULL, w->link, &i))
		isle_edit_drop_item(isle_node_get(e->root, "links"), i);
}

int isle_edit_disconnect(struct isle_edit *e, const struct isle_edit_end *a, const struct isle_edit_end *b, struct isle_diag *d)
{
	struct wire one;
	int r;

	if (b || a->ifname) {
		r = find_one(e, a, b, &one, d);
		if (!r && one.iface && one.iface->network)
			r = isle_edit_check_gateway(e, one.iface->host, one.iface->network, d);
		if (r)
			return r;
		drop_wire(e, &one, NULL);
		return isle_edit_no_memory(e, d);
	}
	r = check_ends(e, a, NULL, d);
	if (!r && isle_lab_host(e->lab, a->name))
		r = isle_edit_check_gateway(e, isle_lab_host(e->lab, a->name), NULL, d);
	if (r)
		return r;
	return each_wire(e, a, NULL, drop_wire, NULL) ? isle_edit_no_memory(e, d) : none_between(a, NULL, d);
}

int isle_edit_link_state(struct isle_edit *e, const struct isle_edit_end *a, const struct isle_edit_end *b, bool up,
			 struct isle_diag *d)
{
	struct isle_node *item, *links, *map;
	struct wire one;
	size_t i;
	int r = find_one(e, a, b, &one, d);

	if (r)
		return r;
	/* a membership is as its interface is */
	if (one.iface && !one.link) {
		isle_edit_put(e, isle_edit_iface(e, one.iface), "state", isle_edit_scalar(e, up ? "up" : "down"));
		return isle_edit_no_memory(e, d);
	}
	item = link_item(e, one.iface, one.link, &i);
	if (!item)
		return none_between(a, b, d);
	links = isle_node_get(e->root, "links");
	if (item->kind == ISLE_NODE_SCALAR) {
		map = isle_edit_node(e, ISLE_NODE_MAP);
		isle_edit_put(e, map, item->text, isle_edit_node(e, ISLE_NODE_MAP));
		links->items[i] = map ? map : item;
	}
	if (links->items[i]->kind == ISLE_NODE_MAP && links->items[i]->pairs[0].value)
		isle_edit_put(e, links->items[i]->pairs[0].value, "state", isle_edit_scalar(e, up ? "up" : "down"));
	return isle_edit_no_memory(e, d);
}
