/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: which part of a snapshot is shown. Without a filter all of it; with
 * labs and namespaces, these whole; around an interface, links one by one: what
 * it is wired to, what it stands on, and where there is a switch on the way,
 * that switch with all that is plugged into it, but nothing behind another one.
 */
#include <net/if_arp.h>
#include <net/if.h>
#include "see/inner.h"

size_t isle_view_nth(const struct isle_view *v, const struct isle_snap_link *l)
{
	return v->first[l->ns->index] + (size_t)(l - l->ns->links);
}

bool isle_view_shows(const struct isle_view *v, const struct isle_snap_link *l)
{
	return v->links[isle_view_nth(v, l)];
}

bool isle_see_is_lo(const struct isle_snap_link *l)
{
	return l->type == ARPHRD_LOOPBACK;
}

/* "lo" has these, and every interface that does IPv6 a link-local one. */
static bool is_usual(const struct isle_snap_link *l, const struct isle_ip *ip)
{
	if (ip->family == AF_INET6)
		return (ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80) || (isle_see_is_lo(l) && ip->len == 128 && !memcmp(ip->b, &in6addr_loopback, 16));
	return isle_see_is_lo(l) && ip->len == 8 && ip->b[0] == 127;
}

const struct isle_ip *isle_see_addresses(const struct isle_snap_link *l, struct isle_arena *arena, size_t *ret_n)
{
	struct isle_ip *ips = l->n_addresses ? isle_arena_alloc(arena, l->n_addresses * sizeof(*ips)) : NULL;
	size_t kept = 0;

	for (size_t i = 0; ips && i < l->n_addresses; i++)
		if (!is_usual(l, &l->addresses[i].ip))
			ips[kept++] = l->addresses[i].ip;
	*ret_n = kept;
	return ips;
}

static bool has_own_addresses(const struct isle_snap_link *l)
{
	for (size_t i = 0; i < l->n_addresses; i++)
		if (!is_usual(l, &l->addresses[i].ip))
			return true;
	return false;
}

/* "sit0", "gre0", "ip6_vti0"…, and what all bridges of an Open vSwitch have together */
static bool is_fallback(const struct isle_snap_link *l)
{
	static const char *const names[] = { "tunl0", "gre0", "gretap0", "erspan0", "sit0", "ip6tnl0", "ip6gre0", "ip_vti0", "ip6_vti0",
					     "ovs-system", "ovs-netdev" };

	for (size_t i = 0; i < ISLE_COUNT(names); i++)
		if (!strcmp(l->name, names[i]))
			return !(l->flags & IFF_UP);
	return false;
}

bool isle_see_is_quiet(const struct isle_snap_link *l)
{
	if (has_own_addresses(l) || l->master || l->alias)
		return false;
	return is_fallback(l) || (isle_see_is_lo(l) && l->flags & IFF_UP);
}

bool isle_see_is_called(const struct isle_snap_ns *ns, const char *name)
{
	const size_t host = ns->host ? strlen(ns->host) : 0;
	char id[32];

	if (isle_str_eq(ns->label, name) || isle_str_eq(ns->host, name))
		return true;
	if (host && !strncmp(name, ns->host, host) && name[host] == '.' && isle_str_eq(ns->lab, name + host + 1))
		return true;
	for (const struct isle_census_name *n = ns->census ? ns->census->names : NULL; n; n = n->next)
		if (!strcmp(n->name, name))
			return true;
	snprintf(id, sizeof(id), "net:[%llu]", (unsigned long long)ns->id);
	if (!strcmp(id, name))
		return true;
	snprintf(id, sizeof(id), "%llu", (unsigned long long)ns->id);
	return !strcmp(id, name);
}

static bool is_link_called(const struct isle_snap_link *l, const char *name)
{
	if (!strcmp(l->name, name))
		return true;
	for (size_t i = 0; i < l->n_altnames; i++)
		if (!strcmp(l->altnames[i], name))
			return true;
	return false;
}

static size_t each_link(const struct isle_snap_ns *ns, const char *name, void (*fn)(struct isle_snap_link *, void *), void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < ns->n_links; i++)
		if (is_link_called(&ns->links[i], name)) {
			fn(&ns->links[i], arg);
			n++;
		}
	return n;
}

size_t isle_see_each_named(const struct isle_snap *snap, const char *word, void (*fn)(struct isle_snap_link *, void *), void *arg)
{
	const char *colon = strrchr(word, ':');
	char where[256];
	size_t n = 0;

	for (size_t i = 0; i < snap->n_nss; i++)
		n += each_link(&snap->nss[i], word, fn, arg);
	if (n || !colon || (size_t)(colon - word) >= sizeof(where))
		return n;
	snprintf(where, sizeof(where), "%.*s", (int)(colon - word), word);
	for (size_t i = 0; i < snap->n_nss; i++)
		if (isle_see_is_called(&snap->nss[i], where))
			n += each_link(&snap->nss[i], colon + 1, fn, arg);
	return n;
}

static void show(struct isle_view *v, const struct isle_snap_link *l)
{
	v->links[isle_view_nth(v, l)] = true;
	v->nss[l->ns->index] = true;
}

static void show_ns(struct isle_view *v, const struct isle_snap_ns *ns)
{
	v->nss[ns->index] = true;
	for (size_t i = 0; i < ns->n_links; i++)
		v->links[v->first[ns->index] + i] = true;
}

/* L and what it is joined with directly. */
static void show_joined(struct isle_view *v, const struct isle_snap_link *l)
{
	show(v, l);
	if (l->peer)
		show(v, l->peer);
	if (l->lower)
		show(v, l->lower);
	if (l->master)
		show(v, l->master);
}

static void show_switch(struct isle_view *v, const struct isle_snap_link *bridge)
{
	const struct isle_snap_ns *ns = bridge->ns;

	show(v, bridge);
	for (size_t i = 0; i < ns->n_links; i++)
		if (ns->links[i].master == bridge)
			show_joined(v, &ns->links[i]);
}

/* The switch that L is, or is plugged into; NULL: none. */
static const struct isle_snap_link *switch_of(const struct isle_snap_link *l)
{
	return isle_tree_is_bridge(l) ? l : l->master && isle_tree_is_bridge(l->master) ? l->master : NULL;
}

static void show_around(struct isle_snap_link *l, void *arg)
{
	struct isle_view *v = arg;
	const struct isle_snap_link *near[] = { l, l->peer, l->lower, l->peer ? l->peer->lower : NULL };

	show_joined(v, l);
	for (size_t i = 0; i < ISLE_COUNT(near); i++)
		if (near[i] && switch_of(near[i])) {
			show_switch(v, switch_of(near[i]));
			break;
		}
	/* what stands on it: VLANs, macvlans, wherever they are; ports of a bond or VRF */
	for (size_t n = 0; n < v->snap->n_nss; n++)
		for (size_t i = 0; i < v->snap->nss[n].n_links; i++) {
			const struct isle_snap_link *other = &v->snap->nss[n].links[i];

			if (other->lower == l || other->master == l)
				show_joined(v, other);
		}
}

static size_t show_named(struct isle_view *v, const char *name, bool labs, bool nss)
{
	size_t n = 0;

	for (size_t i = 0; i < v->snap->n_nss; i++) {
		const struct isle_snap_ns *ns = &v->snap->nss[i];

		if ((labs && isle_str_eq(ns->lab, name)) || (nss && isle_see_is_called(ns, name))) {
			show_ns(v, ns);
			n++;
		}
	}
	return n;
}

/* What NAME was meant to be, perhaps. */
static const char *near_name(const struct isle_snap *snap, const char *name, bool labs)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < snap->n_nss; i++) {
		const struct isle_snap_ns *ns = &snap->nss[i];
		const char *words[] = { ns->lab, labs ? NULL : ns->host, labs || ns->lab ? NULL : ns->label };

		for (size_t k = 0; k < ISLE_COUNT(words); k++) {
			const unsigned far = words[k] ? isle_near_distance(name, words[k]) : least;

			if (far < least) {
				least = far;
				best = words[k];
			}
		}
	}
	return best;
}

static int refuse(const struct isle_snap *snap, const char *name, bool labs, struct isle_diag *diag)
{
	const char *near = near_name(snap, name, labs);

	isle_reject(diag, NULL, labs ? "no lab '%s' is up" : "there is no network namespace that is called '%s'", name);
	if (near)
		isle_hint(diag, "did you mean '%s'?", near);
	else
		isle_hint(diag, labs ? "'isle ls' lists the labs" : "'isle map' without arguments shows all, 'isle ns list -t net' lists them");
	return -ENOENT;
}

static int show_list(struct isle_view *v, const char *const *list, bool labs, bool nss, struct isle_diag *diag)
{
	int r = 0;

	for (; list && *list && !r; list++)
		if (!show_named(v, *list, labs, nss))
			r = refuse(v->snap, *list, !nss, diag);
	return r;
}

static int fill(struct isle_view *v, struct isle_diag *diag)
{
	const struct isle_map_options *o = v->options;
	int r = show_list(v, o->names, true, true, diag);

	if (!r)
		r = show_list(v, o->labs, true, false, diag);
	if (!r)
		r = show_list(v, o->nss, false, true, diag);
	if (!r && o->around && !isle_see_each_named(v->snap, o->around, show_around, v)) {
		isle_reject(diag, NULL, "there is no interface '%s' in any namespace that can be seen", o->around);
		isle_hint(diag, "NAME or NAMESPACE:NAME; 'isle map' without arguments shows them");
		return -ENOENT;
	}
	return r;
}

int isle_view_make(const struct isle_snap *snap, const struct isle_map_options *o, struct isle_view *ret, struct isle_diag *diag)
{
	struct isle_view v = { .snap = snap, .options = o, .arena = isle_arena_new() };
	size_t n = 0;
	int r = 0;

	if (v.arena) {
		v.nss = isle_arena_alloc(v.arena, snap->n_nss + 1);
		v.first = isle_arena_alloc(v.arena, (snap->n_nss + 1) * sizeof(*v.first));
	}
	for (size_t i = 0; v.first && i < snap->n_nss; i++) {
		v.first[i] = n;
		n += snap->nss[i].n_links;
	}
	v.links = v.arena ? isle_arena_alloc(v.arena, n + 1) : NULL;
	if (!v.nss || !v.first || !v.links) {
		isle_view_done(&v);
		return isle_fail(diag, ENOMEM, NULL, "cannot draw the map");
	}
	v.filtered = o->names || o->labs || o->nss || o->around;
	for (size_t i = 0; !v.filtered && i < snap->n_nss; i++)
		show_ns(&v, &snap->nss[i]);
	if (v.filtered)
		r = fill(&v, diag);
	if (r)
		isle_view_done(&v);
	else
		*ret = v;
	return r;
}

void isle_view_done(struct isle_view *v)
{
	isle_arena_free(v->arena);
	v->arena = NULL;
}
