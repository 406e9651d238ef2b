/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: who there is. Hosts, networks and aliases share one name space in which
 * names differ in more than case. Networks are declared; hosts are met in
 * `networks`, then `hosts`, then `links`, which is their order for ever after.
 * A host met only in a network's list or a link springs from that use and has
 * the defaults of all hosts.
 */
#include "lab/build.h"

bool isle_lab_once(struct isle_build *b, const struct isle_loc *loc, const char *kind)
{
	struct isle_ip key = { .family = 1 };
	uint64_t h = isle_fnv1a(kind);

	if (!loc->src)
		return true;
	memcpy(key.b, &h, sizeof(h));
	memcpy(key.b + 8, &loc->col, sizeof(loc->col));
	if (isle_iset_get(&b->said, loc->line, &key))
		return false;
	/* without memory it is said twice: no harm */
	isle_iset_put(&b->said, loc->line, &key, b);
	return true;
}

static char *lower(struct isle_arena *a, const char *s)
{
	char *key = isle_arena_strdup(a, s);

	for (char *c = key; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return key;
}

/* Also one that differs in case only. */
static struct isle_named *find_any(const struct isle_build *b, const char *name)
{
	char key[256];
	size_t n = strlen(name);

	if (n >= sizeof(key))
		return NULL;
	for (size_t i = 0; i <= n; i++)
		key[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + ('a' - 'A')) : name[i];
	return isle_map_get(&b->names, key);
}

struct isle_named *isle_lab_find(const struct isle_build *b, const char *name)
{
	struct isle_named *e = find_any(b, name);

	return e && strcmp(e->name, name) == 0 ? e : NULL;
}

struct isle_bhost *isle_lab_find_host(const struct isle_build *b, const char *name)
{
	struct isle_named *e = isle_lab_find(b, name);

	return e ? e->host : NULL;
}

struct isle_bnet *isle_lab_find_network(const struct isle_build *b, const char *name)
{
	struct isle_named *e = isle_lab_find(b, name);

	return e ? e->net : NULL;
}

static const char *kind_of(const struct isle_named *e)
{
	return e->host ? "host" : e->net ? "network" : "alias";
}

static const char *nearest(const struct isle_build *b, const char *word, bool hosts)
{
	const char *best = NULL;
	size_t n = hosts ? b->lab->n_hosts : b->lab->n_networks;
	unsigned limit = strlen(word) <= 3 ? 2 : 3;

	for (size_t i = 0; i < n; i++) {
		const char *c = hosts ? b->lab->hosts[i]->name : b->lab->networks[i]->name;
		const char *near = isle_near_best(word, &c, 1);
		unsigned d = near ? isle_near_distance(word, near) : limit;

		if (near && (!best || d < limit)) {
			best = near;
			limit = d;
		}
	}
	return best;
}

void isle_lab_unknown(struct isle_build *b, const struct isle_word *w, const char *what)
{
	struct isle_named *e = isle_lab_find(b, w->s);
	const char *near;

	if (!isle_lab_once(b, &w->loc, "unknown"))
		return;
	if (e) {
		isle_reject(b->diag, &w->loc, "'%s' is %s %s, not a %s", w->s, e->alias_of ? "an" : "a", kind_of(e), what);
		if (e->alias_of)
			isle_hint(b->diag, "the host is called '%s'", e->alias_of->pub.name);
		return;
	}
	isle_reject(b->diag, &w->loc, "there is no %s '%s'", what, w->s);
	/* one letter is near to every other */
	near = strlen(w->s) > 1 ? nearest(b, w->s, what[0] == 'h') : NULL;
	if (near)
		isle_hint(b->diag, "did you mean '%s'?", near);
	else if (what[0] == 'n')
		isle_hint(b->diag, "networks are declared: `networks: {%s: }`", w->s);
}

static struct isle_named *add_name(struct isle_build *b, const struct isle_word *w)
{
	struct isle_named *e = isle_arena_alloc(b->arena, sizeof(*e));
	char *key = lower(b->arena, w->s);

	if (!e || !key || isle_map_put(&b->names, key, e) < 0)
		return NULL;
	e->name = w->s;
	e->loc = w->loc;
	return e;
}

/* NAME is wanted for a KIND but belongs to OLD. */
static void clash(struct isle_build *b, const struct isle_word *w, const char *kind, const struct isle_named *old)
{
	if (!isle_lab_once(b, &w->loc, "clash"))
		return;
	if (strcmp(old->name, w->s) == 0)
		isle_reject(b->diag, &w->loc, "%s '%s': there is already %s %s of that name", kind, w->s,
			    old->alias_of ? "an" : "a", kind_of(old));
	else
		isle_reject(b->diag, &w->loc, "%s '%s' and %s '%s' differ only in case", kind, w->s, kind_of(old), old->name);
	if (old->loc.line)
		isle_hint(b->diag, "hosts, networks and aliases share one name space; see line %u", old->loc.line);
}

static int declare_networks(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;

	for (size_t i = 0; i < b->doc->n_networks; i++) {
		const struct isle_doc_network *d = &b->doc->networks[i];
		struct isle_named *e = find_any(b, d->name.s);
		struct isle_bnet *n = isle_arena_alloc(b->arena, sizeof(*n));

		if (e) {
			clash(b, &d->name, "network", e);
			continue;
		}
		e = add_name(b, &d->name);
		if (!n || !e || !isle_arena_grow(b->arena, &lab->networks, lab->n_networks, &b->cap_networks,
						 sizeof(*lab->networks)))
			return -ENOMEM;
		n->doc = d;
		n->pub.name = d->name.s;
		n->pub.loc = d->name.loc;
		n->pub.index = lab->n_networks;
		n->pub.mtu = d->mtu.set ? d->mtu.v : 1500;
		e->net = n;
		lab->networks[lab->n_networks++] = &n->pub;
		if (isle_map_put(&lab->network_by_name, n->pub.name, n) < 0)
			return -ENOMEM;
	}
	return 0;
}

static struct isle_bhost *new_host(struct isle_build *b, const struct isle_word *w)
{
	const struct isle_doc_host *d = isle_map_get(&b->doc_hosts, w->s);
	struct isle_bhost *h = isle_arena_alloc(b->arena, sizeof(*h));
	struct isle_named *e = add_name(b, d ? &d->name : w);
	struct isle_lab *lab = b->lab;

	if (!h || !e || !isle_arena_grow(b->arena, &lab->hosts, lab->n_hosts, &b->cap_hosts, sizeof(*lab->hosts)))
		return NULL;
	h->doc = d ? d : &b->doc->host_defaults;
	h->sprung = !d;
	h->pub.name = w->s;
	h->pub.loc = e->loc;
	h->pub.index = lab->n_hosts;
	h->pub.attach = h->doc->attach.s;
	h->pub.attach_loc = h->doc->attach.loc;
	e->host = h;
	lab->hosts[lab->n_hosts++] = &h->pub;
	return isle_map_put(&lab->host_by_name, w->s, h) < 0 ? NULL : h;
}

/* The host of a REF, made if it was not met yet. *ret NULL: its name is another's. */
static int meet(struct isle_build *b, const struct isle_word *w, struct isle_bhost **ret)
{
	struct isle_named *e = find_any(b, w->s);

	*ret = e ? e->host : new_host(b, w);
	if (!e)
		return *ret ? 0 : -ENOMEM;
	if (strcmp(e->name, w->s) != 0 || !e->host)
		clash(b, w, "host", e);
	return 0;
}

static struct isle_bhost *find_attached(const struct isle_build *b, const char *attach)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++)
		if (isle_str_eq(b->lab->hosts[i]->attach, attach))
			return isle_bhost(b->lab->hosts[i]);
	return NULL;
}

/* An end `docker:web`: the host that has its network, whatever it is called; else one called web springs from it. */
static int meet_attached(struct isle_build *b, const struct isle_doc_ref *r, struct isle_bhost **ret)
{
	struct isle_named *e = find_any(b, r->name.s);

	*ret = find_attached(b, r->attach.s);
	if (*ret)
		return 0;
	if (e) {
		if (isle_lab_once(b, &r->attach.loc, "clash")) {
			isle_reject(b->diag, &r->attach.loc, "%s would be called '%s', and there is %s %s of that name", r->attach.s, r->name.s,
				    e->alias_of ? "an" : "a", kind_of(e));
			isle_hint(b->diag, "give it another name: `hosts: {NAME: {attach: \"%s\"}}`", r->attach.s);
		}
		return 0;
	}
	*ret = new_host(b, &r->name);
	if (!*ret)
		return -ENOMEM;
	(*ret)->sprung = false;		/* its name is nobody's slip */
	(*ret)->pub.attach = r->attach.s;
	(*ret)->pub.attach_loc = r->attach.loc;
	return 0;
}

static int meet_in_networks(struct isle_build *b)
{
	for (size_t i = 0; i < b->lab->n_networks; i++) {
		const struct isle_doc_network *d = isle_bnet(b->lab->networks[i])->doc;

		for (size_t j = 0; j < d->n_refs; j++) {
			struct isle_bhost *h;

			if (meet(b, &d->refs[j].name, &h) < 0)
				return -ENOMEM;
			if (h)
				h->uses++;
		}
	}
	return 0;
}

static int meet_in_links(struct isle_build *b)
{
	b->ends = isle_arena_alloc(b->arena, b->doc->n_links * sizeof(*b->ends));
	if (!b->ends)
		return -ENOMEM;
	for (size_t i = 0; i < b->doc->n_links; i++) {
		for (int k = 0; k < 2; k++) {
			const struct isle_doc_ref *r = &b->doc->links[i].end[k];
			struct isle_end *end = &b->ends[i][k];

			end->net = r->name.s && !r->attach.s ? isle_lab_find_network(b, r->name.s) : NULL;
			if (end->net || !r->name.s)
				continue;
			if ((r->attach.s ? meet_attached(b, r, &end->host) : meet(b, &r->name, &end->host)) < 0)
				return -ENOMEM;
			if (end->host)
				end->host->uses++;
		}
	}
	return 0;
}

/* An alias WEB.LAN is also what the hosts files call web on lan. */
static bool is_made_name(const struct isle_build *b, const struct isle_bhost *h, const char *alias)
{
	const char *dot = strchr(alias, '.');
	char host[64];

	if (!dot || (size_t)(dot - alias) >= sizeof(host) || !isle_lab_find_network(b, dot + 1))
		return false;
	memcpy(host, alias, (size_t)(dot - alias));
	host[dot - alias] = '\0';
	return isle_lab_find_host(b, host) && strcmp(h->pub.name, host) != 0;
}

static int declare_aliases(struct isle_build *b, struct isle_bhost *h)
{
	h->pub.aliases = isle_arena_alloc(b->arena, h->doc->n_aliases * sizeof(*h->pub.aliases));
	if (!h->pub.aliases)
		return -ENOMEM;
	for (size_t i = 0; i < h->doc->n_aliases; i++) {
		const struct isle_word *w = &h->doc->aliases[i];
		struct isle_named *e = find_any(b, w->s);

		if (e) {
			clash(b, w, "alias", e);
			continue;
		}
		if (is_made_name(b, h, w->s))
			isle_reject(b->diag, &w->loc, "alias '%s': that is what the hosts files call another host", w->s);
		e = add_name(b, w);
		if (!e)
			return -ENOMEM;
		e->alias_of = h;
		h->pub.aliases[h->pub.n_aliases++] = w->s;
	}
	return 0;
}

int isle_lab_declare(struct isle_build *b)
{
	struct isle_bhost *h;

	for (size_t i = 0; i < b->doc->n_hosts; i++)
		if (isle_map_put(&b->doc_hosts, b->doc->hosts[i].name.s, &b->doc->hosts[i]) < 0)
			return -ENOMEM;
	if (declare_networks(b) < 0 || meet_in_networks(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < b->doc->n_hosts; i++)
		if (meet(b, &b->doc->hosts[i].name, &h) < 0)
			return -ENOMEM;
	if (meet_in_links(b) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < b->lab->n_hosts; i++)
		if (declare_aliases(b, isle_bhost(b->lab->hosts[i])) < 0)
			return -ENOMEM;
	return 0;
}
