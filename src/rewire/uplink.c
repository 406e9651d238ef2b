/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `uplink` of a plain namespace: what is in the way is seen first, the rest
 * is the engine's (engine/uplink_plain.c), as for labs.
 */
#include "rewire/lab.h"
#include "rewire/rewire.h"
#include "outside/uplink.h"

static struct isle_uplink_plain plain(const struct isle_rewire *w, const char *const *subnets, size_t n)
{
	const struct isle_place *p = w->place[0];

	return (struct isle_uplink_plain){ .word = isle_rewire_commands(w->options) ? p->path : p->word, .net = p->net,
					   .ino = (ino_t)w->in[0]->id, .ifname = *p->ifname ? p->ifname : "uplink",
					   .subnets = subnets, .n_subnets = n };
}

/* A namespace other than our own. */
static int begin(struct isle_rewire *w, const struct isle_place *p, const struct isle_rewire_options *o, struct isle_diag *d)
{
	int r;

	if (p->kind == ISLE_PLACE_DEVICE || p->own)
		return isle_reject(d, NULL, "%s is of the machine itself, which is where an uplink leads", p->word);
	r = isle_rewire_begin(w, p, NULL, ISLE_SNAP_ROUTES, o, d);
	return r;
}

static int check_free(const struct isle_rewire *w, const char *ifname, struct isle_diag *d)
{
	const struct isle_snap_ns *ns = w->in[0];

	if (isle_snap_link_named(ns, ifname)) {
		isle_reject(d, NULL, "%s has an interface '%s' already", w->place[0]->word, ifname);
		isle_hint(d, "`isle uplink add %s:IF` calls it otherwise", w->place[0]->word);
		return -EEXIST;
	}
	for (size_t i = 0; i < ns->n_routes; i++)
		if (!ns->routes[i].dst.len && ns->routes[i].dst.family == AF_INET && ns->routes[i].table == 254) {
			isle_reject(d, NULL, "%s has a default route already", w->place[0]->word);
			isle_hint(d, "`isle route del %s default` takes it away", w->place[0]->word);
			return -EEXIST;
		}
	return 0;
}

static int add_plain(const struct isle_place *p, const char *const *subnets, size_t n, const struct isle_rewire_options *o,
		     char **ret_said, struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire w = { 0 };
	struct isle_uplink_plain u;
	char address[ISLE_IP_TEXT];
	int r = begin(&w, p, o, d);

	if (r)
		return r;
	u = plain(&w, subnets, n);
	/* that it has one already is known better where it is recorded */
	r = isle_uplink_plain_is_there(&u, d);
	if (!r)
		r = check_free(&w, u.ifname, d);
	if (!r && isle_rewire_commands(o) && ret_said)
		return isle_uplink_plain_commands(&u, true, ret_said, d);
	if (!r)
		r = isle_uplink_plain_add(&u, address, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s:%s has %s and a way out", p->word, u.ifname, address);
}

int isle_uplink_add(const char *end, const char *const *subnets, size_t n, const struct isle_rewire_options *o, char **ret_said,
		    struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_uplink(&pair, subnets, n, true, o, ret_said, d) : add_plain(&pair.a, subnets, n, o, ret_said, d);
}

static int remove_plain(const struct isle_place *p, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire w = { 0 };
	struct isle_uplink_plain u;
	int r = begin(&w, p, o, d);

	if (r)
		return r;
	u = plain(&w, NULL, 0);
	if (isle_rewire_commands(o) && ret_said)
		return isle_uplink_plain_commands(&u, false, ret_said, d);
	r = isle_uplink_plain_remove(&u, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s has no way out any more", p->word);
}

int isle_uplink_remove(const char *end, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_uplink(&pair, NULL, 0, false, o, ret_said, d) : remove_plain(&pair.a, o, ret_said, d);
}
