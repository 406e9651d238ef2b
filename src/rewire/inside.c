/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is inside one plain namespace: addresses, routes, settings of its
 * interfaces and of itself. Each is one request of the kernel's, or a few that
 * are undone by what was there before.
 */
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include "rewire/lab.h"
#include "rewire/rewire.h"
#include "ns/ns.h"
#include "plan/plan.h"

int isle_parse_address(const char *s, struct isle_ip *ret, struct isle_diag *d)
{
	bool has_len;

	if (isle_ip_parse(s, strlen(s), ret, &has_len))
		return 0;
	isle_reject(d, NULL, "'%.64s' is no address", s);
	isle_hint(d, "10.0.0.1/24, fd00::1/64");
	return -EINVAL;
}

int isle_parse_new_address(const char *s, struct isle_ip *ret, struct isle_diag *d)
{
	struct isle_ip alone;
	const char *why;

	if (isle_parse_address(s, ret, d))
		return -EINVAL;
	alone = *ret;
	alone.len = ret->family == AF_INET ? 32 : 128;
	why = isle_lab_special(&alone, true);
	return why ? isle_reject(d, NULL, "%s can be nobody's: %s", s, why) : 0;
}

static bool is_loopback(const struct isle_snap_link *l)
{
	return l->flags & IFF_LOOPBACK;
}

/* What the kernel puts into every new namespace once some modules are loaded (sit0, tunl0) is no choice. */
static bool is_candidate(const struct isle_snap_link *l)
{
	return !is_loopback(l) && (!l->kind || !strcmp(l->kind, "veth") || l->lower || l->peer_state != ISLE_PEER_NONE);
}

/* The interface that is meant: the one that was said, or the only one. */
static int find_link(struct isle_rewire *w, struct isle_snap_link **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf all = { 0 };
	struct isle_snap_ns *ns = w->in[0];
	size_t n = 0;

	if (*w->place[0]->ifname)
		return isle_rewire_link(w, 0, w->place[0]->ifname, ret, d);
	for (size_t i = 0; i < ns->n_links; i++)
		if (is_candidate(&ns->links[i])) {
			*ret = &ns->links[i];
			isle_buf_printf(&all, "%s%s:%s", n++ ? ", " : "", w->place[0]->word, ns->links[i].name);
		}
	if (n == 1)
		return 0;
	isle_reject(d, NULL, n ? "%s has %zu interfaces" : "%s has no interface but lo", w->place[0]->word, n);
	isle_hint(d, n ? "name the one: %s" : "`isle connect %s…` makes one", n ? all.s : w->place[0]->word);
	return n ? -ENOTUNIQ : -ENOENT;
}

static const struct isle_snap_address *find_address(const struct isle_rewire *w, const char *ifname, const struct isle_ip *ip)
{
	const struct isle_snap_ns *ns = w->in[0];

	for (size_t i = 0; i < ns->n_addresses; i++)
		if (isle_ip_equal(&ns->addresses[i].ip, ip) && (!ifname || isle_str_eq(ns->addresses[i].link->name, ifname)))
			return &ns->addresses[i];
	return NULL;
}

static void fill_address(struct isle_step *step, const struct isle_snap_link *l, const struct isle_ip *ip)
{
	step->address.ifindex = (uint32_t)l->ifindex;
	step->address.dev = l->name;
	step->address.ip = *ip;
}

static int addr_add_plain(const struct isle_place *p, const char *address, const struct isle_rewire_options *o, char **ret_said,
			  struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire w = { 0 };
	struct isle_snap_link *l = NULL;
	struct isle_change *c;
	struct isle_ip ip;
	int r = isle_rewire_begin(&w, p, NULL, ISLE_SNAP_ADDRESSES, o, d);

	if (!r)
		r = isle_parse_new_address(address, &ip, d);
	if (!r)
		r = find_link(&w, &l, d);
	if (!r && find_address(&w, NULL, &ip)) {
		isle_reject(d, NULL, "%s is taken: %s:%s has it already", address, isle_rewire_name(&w, 0),
			    find_address(&w, NULL, &ip)->link->name);
		r = -EEXIST;
	}
	if (r)
		return r;
	c = isle_rewire_add(&w, ISLE_STEP_ADDRESS, 0);
	if (c) {
		fill_address(&c->step, l, &ip);
		c->undo = isle_step_removal(&c->step);
		c->has_undo = true;
	}
	r = isle_rewire_do(&w, "add the address", ret_said, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s:%s has %s", isle_rewire_name(&w, 0), l->name, address);
}

int isle_addr_add(const char *end, const char *address, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_address(&pair, address, true, o, ret_said, d) :
			     addr_add_plain(&pair.a, address, o, ret_said, d);
}

static int addr_remove_plain(const struct isle_place *p, const char *address, const struct isle_rewire_options *o, char **ret_said,
			     struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire w = { 0 };
	const struct isle_snap_address *a = NULL;
	struct isle_snap_link *l;
	struct isle_address_form form;
	struct isle_change *c;
	struct isle_ip ip;
	int r = isle_rewire_begin(&w, p, NULL, ISLE_SNAP_ADDRESSES, o, d);

	if (!r)
		r = isle_parse_address(address, &ip, d);
	if (!r && *p->ifname)
		r = isle_rewire_link(&w, 0, p->ifname, &l, d);
	if (!r)
		a = find_address(&w, *p->ifname ? p->ifname : NULL, &ip);
	if (!r && !a) {
		isle_reject(d, NULL, "%s%s%s has no address %s", p->word, *p->ifname ? ":" : "", p->ifname, address);
		r = -ENOENT;
	}
	if (r)
		return r;
	form = (struct isle_address_form){ .peer = a->peer, .broadcast = a->broadcast, .flags = a->flags, .scope = a->scope };
	c = isle_rewire_add(&w, ISLE_STEP_ADDRESS, 0);
	if (c) {
		fill_address(&c->undo, a->link, &a->ip);
		c->undo.kind = ISLE_STEP_ADDRESS;
		c->undo.ns = c->step.ns;
		c->undo.address.form = &form;
		c->step = isle_step_removal(&c->undo);
		c->has_undo = true;
	}
	r = isle_rewire_do(&w, "remove the address", ret_said, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s:%s has no %s any more", isle_rewire_name(&w, 0), a->link->name, address);
}

int isle_addr_remove(const char *end, const char *address, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_address(&pair, address, false, o, ret_said, d) :
			     addr_remove_plain(&pair.a, address, o, ret_said, d);
}
