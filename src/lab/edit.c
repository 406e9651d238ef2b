/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the text that an edit is made on: the long form, so that names,
 * addresses and MACs of everything there stay what they are, but without what
 * follows from it: routes that nobody wrote, `forward` and MTUs likewise. So a
 * change does to them what it would do in the file. What the long form has not
 * is taken over from the lab's own text: pool, routing, and the defaults, as
 * `x-defaults`: they are for what is added, never again for what is there.
 */
#include "lab/edit_tree.h"
#include "labfile/read.h"

static const char defaults_key[] = "x-defaults";

int isle_edit_no_memory(const struct isle_edit *e, struct isle_diag *d)
{
	return e->set.nomem ? isle_fail(d, ENOMEM, NULL, "changing lab %s", e->lab->name) : 0;
}

static bool says_none(const struct isle_doc_route *r)
{
	return r->n_hops == 1 && r->hops[0].form == ISLE_HOP_NONE;
}

/* Of the N routes to one destination, in NODE each hop is an item: those that were assigned. True: none is left. */
static bool drop_assigned(const struct isle_route *r, size_t n, struct isle_node *node)
{
	size_t at = 0;

	if (node->kind != ISLE_NODE_LIST)
		return r->assigned;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < r[i].n_hops && at < node->n; k++) {
			if (r[i].assigned)
				isle_edit_drop_item(node, at);
			else
				at++;
		}
	return !node->n;
}

static void derive_routes(struct isle_edit *e, const struct isle_host *h, struct isle_node *host)
{
	static const char *const defaults[] = { "0.0.0.0/0", "::/0" };
	const struct isle_doc_host *doc = isle_bhost(h)->doc;
	struct isle_node *routes = isle_node_get(host, "routes"), *node;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0, n; routes && i < h->n_routes; i += n) {
		for (n = 1; i + n < h->n_routes && !isle_ip_cmp(&h->routes[i].dst, &h->routes[i + n].dst);)
			n++;
		node = isle_node_get(routes, isle_ip_text(&h->routes[i].dst, true, text));
		if (node && drop_assigned(&h->routes[i], n, node))
			isle_edit_drop(routes, text);
	}
	for (size_t i = 0; routes && i < ISLE_COUNT(defaults); i++) {
		node = isle_node_get(routes, defaults[i]);
		if (node && isle_str_eq(node->text, "none"))
			isle_edit_drop(routes, defaults[i]);
	}
	for (size_t i = 0; i < doc->n_routes; i++)
		if (doc->routes[i].dst.s && says_none(&doc->routes[i]))
			isle_edit_put(e, isle_edit_get(e, host, "routes", ISLE_NODE_MAP), doc->routes[i].dst.s,
				      isle_edit_scalar(e, "none"));
}

static void derive_mtu(const struct isle_iface *f, struct isle_node *iface)
{
	uint32_t wire = f->network ? f->network->mtu : f->link ? f->link->mtu : 1500;

	if (f->mtu == wire)
		isle_edit_drop(iface, "mtu");
}

static void derive_host(struct isle_edit *e, const struct isle_host *h)
{
	struct isle_node *host = isle_edit_host(e, h->name);

	derive_routes(e, h, host);
	if (!isle_bhost(h)->doc->forward.set)
		isle_edit_drop(host, "forward");
	for (size_t i = 0; i < h->n_ifaces; i++)
		derive_mtu(h->ifaces[i], isle_edit_iface(e, h->ifaces[i]));
}

/* From the text that the lab was loaded from. */
static void take_over(struct isle_edit *e)
{
	static const char *const keys[] = { "pool", "routing", "defaults", defaults_key };
	struct isle_node *root = isle_read(&e->set, &e->lab->source);

	for (size_t i = 0; root && i < ISLE_COUNT(keys); i++) {
		struct isle_node *n = isle_node_get(root, keys[i]);

		if (n)
			isle_edit_put(e, e->root, i < 2 ? keys[i] : defaults_key, n);
	}
}

static struct isle_node *read_full(struct isle_edit *e)
{
	struct isle_source *src = isle_arena_alloc(e->set.arena, sizeof(*src));
	isle_auto(buf) struct isle_buf full = { 0 };

	if (!src || isle_lab_full(e->lab, &full) < 0)
		return NULL;
	*src = (struct isle_source){ e->lab->source.name, isle_arena_strndup(e->set.arena, full.s, full.n), full.n };
	return src->text ? isle_read(&e->set, src) : NULL;
}

int isle_edit_new(const struct isle_lab *lab, struct isle_edit **ret, struct isle_diag *d)
{
	struct isle_arena *arena = isle_arena_new();
	struct isle_edit *e = arena ? isle_arena_alloc(arena, sizeof(*e)) : NULL;

	if (!e) {
		isle_arena_free(arena);
		return isle_fail(d, ENOMEM, NULL, "changing lab %s", lab->name);
	}
	e->lab = lab;
	e->set = (struct isle_set){ .arena = arena };
	e->root = read_full(e);
	e->set.nomem |= !e->root;
	for (size_t i = 0; e->root && i < lab->n_hosts; i++)
		derive_host(e, lab->hosts[i]);
	if (e->root)
		take_over(e);
	if (isle_edit_no_memory(e, d)) {
		isle_edit_free(e);
		return -ENOMEM;
	}
	*ret = e;
	return 0;
}

void isle_edit_free(struct isle_edit *e)
{
	if (e)
		isle_arena_free(e->set.arena);
}

struct isle_node *isle_edit_host(struct isle_edit *e, const char *host)
{
	return isle_edit_get(e, isle_edit_get(e, e->root, "hosts", ISLE_NODE_MAP), host, ISLE_NODE_MAP);
}

struct isle_node *isle_edit_network(struct isle_edit *e, const char *network)
{
	return isle_edit_get(e, isle_edit_get(e, e->root, "networks", ISLE_NODE_MAP), network, ISLE_NODE_MAP);
}

struct isle_node *isle_edit_iface(struct isle_edit *e, const struct isle_iface *f)
{
	struct isle_node *all = isle_edit_get(e, isle_edit_host(e, f->host->name), "interfaces", ISLE_NODE_MAP);

	return isle_edit_get(e, all, f->name, ISLE_NODE_MAP);
}

static const char *nearest(const struct isle_lab *lab, const char *word, bool networks)
{
	const char *best = NULL;
	unsigned least = UINT32_MAX;

	for (size_t i = 0; i < lab->n_hosts + (networks ? lab->n_networks : 0); i++) {
		const char *c = i < lab->n_hosts ? lab->hosts[i]->name : lab->networks[i - lab->n_hosts]->name;

		if (isle_near_best(word, &c, 1) && isle_near_distance(word, c) < least) {
			best = c;
			least = isle_near_distance(word, c);
		}
	}
	return best;
}

static int unknown(const struct isle_lab *lab, const char *name, bool networks, struct isle_diag *d)
{
	const char *near = nearest(lab, name, networks);

	isle_reject(d, NULL, "lab %s has no host%s '%.64s'", lab->name, networks ? " or network" : "", name);
	if (near)
		isle_hint(d, "did you mean '%s'?", near);
	else
		isle_hint(d, "`isle show %s` tells what there is%s", lab->name, networks ? ", `isle host add` makes a host" : "");
	return -ENOENT;
}

int isle_edit_find(struct isle_edit *e, const char *name, const struct isle_host **ret_host,
		   const struct isle_network **ret_network, struct isle_diag *d)
{
	*ret_host = isle_lab_host(e->lab, name);
	*ret_network = *ret_host ? NULL : isle_lab_network(e->lab, name);
	return *ret_host || *ret_network ? 0 : unknown(e->lab, name, true, d);
}

int isle_edit_find_host(struct isle_edit *e, const char *name, const struct isle_host **ret, struct isle_diag *d)
{
	*ret = isle_lab_host(e->lab, name);
	if (*ret)
		return 0;
	if (!isle_lab_network(e->lab, name))
		return unknown(e->lab, name, false, d);
	isle_reject(d, NULL, "'%s' is a network, not a host", name);
	return -EINVAL;
}

int isle_edit_find_iface(const struct isle_host *h, const char *ifname, const struct isle_iface **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf all = { 0 };

	*ret = isle_lab_iface(h, ifname);
	if (*ret)
		return 0;
	for (size_t i = 0; i < h->n_ifaces; i++)
		isle_buf_printf(&all, "%s%s", i ? ", " : "", h->ifaces[i]->name);
	isle_reject(d, NULL, "host '%s' has no interface '%.64s'", h->name, ifname);
	isle_hint(d, all.n ? "it has %s" : "it has none", all.s);
	return -ENOENT;
}

int isle_edit_check_gateway(struct isle_edit *e, const struct isle_host *h, const struct isle_network *only, struct isle_diag *d)
{
	for (size_t i = 0; i < e->lab->n_networks; i++) {
		const struct isle_network *n = e->lab->networks[i];

		if (n->gateway != h || (only && only != n))
			continue;
		isle_reject(d, NULL, "%s is the gateway of %s", h->name, n->name);
		isle_hint(d, "`isle set %s gateway=` takes that away first", n->name);
		return -EBUSY;
	}
	return 0;
}

int isle_edit_options(struct isle_edit *e, struct isle_node *map, const struct isle_key_value *o, size_t n, struct isle_diag *d)
{
	for (size_t i = 0; i < n; i++) {
		struct isle_node *v;

		if (!*o[i].value) {
			isle_edit_drop(map, o[i].key);
			continue;
		}
		v = isle_edit_value(e, o[i].value, d);
		if (!v)
			return isle_edit_no_memory(e, d) ? -ENOMEM : -EINVAL;
		isle_edit_put(e, map, o[i].key, v);
	}
	return isle_edit_no_memory(e, d);
}

bool isle_edit_is_ifname(const char *s, const char **ret_why)
{
	return isle_doc_is_ifname(s, ret_why);
}

int isle_edit_text(struct isle_edit *e, struct isle_buf *out)
{
	isle_edit_write(out, e->root);
	return e->set.nomem || out->bad ? -ENOMEM : 0;
}

static bool has_said(const struct isle_diag *before, const char *msg)
{
	const struct isle_diag_rec *r = before ? isle_diag_first(before) : NULL;

	while (r && strcmp(r->msg, msg))
		r = r->next;
	return r;
}

/* What FOUND says, as of a command: without places, and without hints that speak of some. */
static void pass_on(const char *what, const struct isle_diag *found, const struct isle_diag *before, struct isle_diag *d)
{
	const bool failed = isle_diag_errors(found) > 0;

	for (const struct isle_diag_rec *r = isle_diag_first(found); r; r = r->next) {
		if (r->warning && (failed || has_said(before, r->msg)))
			continue;
		isle_diag_repeat(d, r, what);
		if (r->hint && !strstr(r->hint, "line ") && !strchr(r->hint, '`'))
			isle_hint(d, "%s", r->hint);
	}
}

/* What the lab is warned of as it is. */
static struct isle_diag *warnings(const struct isle_lab *lab, struct isle_lab **ret_again)
{
	struct isle_diag *d = isle_diag_new();

	*ret_again = NULL;
	if (d)
		isle_lab_load(lab->source.text, lab->source.len, lab->source.name, ret_again, d);
	return d;
}

int isle_edit_finish(struct isle_edit *e, const char *what, struct isle_lab **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	struct isle_lab *lab = NULL, *again = NULL;
	struct isle_diag *found = isle_diag_new(), *before = NULL;
	int r = found ? isle_edit_text(e, &text) : -ENOMEM;

	if (!r)
		r = isle_lab_load(text.s, text.n, e->lab->source.name, &lab, found);
	if (!r && isle_diag_warnings(found))
		before = warnings(e->lab, &again);
	if (found)
		pass_on(what, found, before, d);
	if (r == -ENOMEM && !(found && isle_diag_errors(found)))
		isle_fail(d, ENOMEM, NULL, "%s", what);
	isle_diag_free(found);
	isle_diag_free(before);
	isle_lab_free(again);
	if (r)
		isle_lab_free(lab);
	else
		*ret = lab;
	return r;
}
