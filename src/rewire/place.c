/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what an end on the command line is. In this order: whatever names a
 * namespace (a lab's host before a name of `ip netns`, as everywhere), a
 * network of a lab, an interface of the caller's own namespace; `host:IF` is
 * that whatever else has the name. The interface is behind the last colon, but
 * for the one that belongs to the word itself, as in pid:12 and docker:web.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "rewire/place.h"
#include "contain/contain.h"
#include "lab/edit.h"
#include "ns/ns.h"
#include "tree/state.h"
#include "where/where.h"

static const char *after_word(const char *word)
{
	const bool owns_one = !strncmp(word, "pid:", 4) || !strncmp(word, "netns:", 6) || !strncmp(word, "path:", 5) ||
			      isle_contain_is_ref(word);
	const char *slash = strrchr(word, '/'), *colon;

	if (owns_one) {
		colon = strchr(word, ':');
		return colon ? strchr(colon + 1, ':') : NULL;
	}
	colon = strrchr(word, ':');
	return colon && slash > colon ? NULL : colon;
}

static int split(const char *word, struct isle_place *p, struct isle_diag *d)
{
	const char *colon = after_word(word);
	const size_t n = colon ? (size_t)(colon - word) : strlen(word);
	const char *why;

	if (!n || n >= sizeof(p->word))
		return isle_reject(d, NULL, "'%.64s' names nothing", word);
	memcpy(p->word, word, n);
	p->word[n] = '\0';
	if (!colon)
		return 0;
	if (!isle_edit_is_ifname(colon + 1, &why))
		return isle_reject(d, NULL, "'%.64s' cannot be an interface: %s", colon + 1, why);
	snprintf(p->ifname, sizeof(p->ifname), "%s", colon + 1);
	return 0;
}

static int is_own(struct isle_place *p, struct isle_diag *d)
{
	isle_auto(close) int self = isle_ns_self("net");
	struct stat a, b;

	if (self < 0 || fstat(self, &a) < 0 || fstat(p->net, &b) < 0)
		return isle_fail(d, self < 0 ? -self : errno, NULL, "cannot look at the network namespaces");
	p->own = a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	return 0;
}

static void take_path(struct isle_place *p, const struct isle_where *w)
{
	if (w->pid)
		snprintf(p->path, sizeof(p->path), "/proc/%d/ns/net", w->pid);
	else
		snprintf(p->path, sizeof(p->path), "%s", w->name);
}

/* What names a namespace. */
static int find_namespace(struct isle_place *p, struct isle_diag *d)
{
	struct isle_where *w = malloc(sizeof(*w));
	int r = w ? isle_where_open(p->word, ISLE_NS_BIT(ISLE_NS_NET), w, d) : isle_fail(d, ENOMEM, NULL, "looking for %s", p->word);

	if (!r && w->kind == ISLE_WHERE_HOST) {
		p->kind = ISLE_PLACE_HOST;
		snprintf(p->name, sizeof(p->name), "%s", w->host.host);
		snprintf(p->lab, sizeof(p->lab), "%s", w->host.lab);
		isle_where_close(w);
	} else if (!r) {
		p->kind = ISLE_PLACE_NS;
		p->net = isle_steal_fd(&w->set.fd[ISLE_NS_NET]);
		take_path(p, w);
		isle_where_close(w);
		r = is_own(p, d);
	}
	free(w);
	return r;
}

static bool has_network(const struct isle_site *site, const char *lab, const char *network)
{
	struct isle_lab *model = NULL;
	struct isle_tree tree;
	bool has = false;

	if (isle_tree_find(site, lab, &tree, NULL))
		return false;
	if (isle_tree_lab(&tree, &model, NULL) == 0)
		has = isle_lab_network(model, network);
	isle_lab_free(model);
	isle_tree_close(&tree);
	return has;
}

static int several(const char *network, const struct isle_buf *labs, struct isle_diag *d)
{
	isle_reject(d, NULL, "%s is a network of several labs: %s", network, labs->s);
	isle_hint(d, "say which with --lab");
	return -ENOTUNIQ;
}

/* A network of NEAR, of $ISLE_LAB, or of any lab. -ENOENT: none, without a word. */
static int find_network(const char *near, struct isle_place *p, struct isle_diag *d)
{
	const char *first[] = { near, getenv("ISLE_LAB") };
	struct isle_arena *a = isle_arena_new();
	isle_auto(buf) struct isle_buf all = { 0 };
	struct isle_site site;
	char **labs = NULL;
	size_t n = 0, hits = 0;
	int r = a ? isle_site_find(&site, d) : isle_fail(d, ENOMEM, NULL, "looking for %s", p->word);

	p->kind = ISLE_PLACE_NETWORK;
	if (strlen(p->word) >= sizeof(p->name)) {
		isle_arena_free(a);
		return -ENOENT;
	}
	strcpy(p->name, p->word);
	for (size_t i = 0; !r && !hits && i < ISLE_COUNT(first); i++)
		if (first[i] && *first[i] && has_network(&site, first[i], p->name)) {
			snprintf(p->lab, sizeof(p->lab), "%s", first[i]);
			hits = 1;
		}
	if (!r && !hits && !near)
		r = isle_tree_list(&site, a, &labs, &n, d);
	for (size_t i = 0; !r && i < n; i++)
		if (has_network(&site, labs[i], p->name)) {
			snprintf(p->lab, sizeof(p->lab), "%s", labs[i]);
			isle_buf_printf(&all, "%s%s", hits++ ? ", " : "", labs[i]);
		}
	isle_arena_free(a);
	if (r)
		return r;
	return hits > 1 ? several(p->name, &all, d) : hits ? 0 : -ENOENT;
}

static int find_device(const char *name, struct isle_place *p, struct isle_diag *d)
{
	const char *why;

	if (!isle_edit_is_ifname(name, &why) || !if_nametoindex(name))
		return -ENOENT;
	p->kind = ISLE_PLACE_DEVICE;
	p->own = true;
	p->net = isle_ns_self("net");
	if (p->net < 0)
		return isle_fail(d, -p->net, NULL, "cannot open the network namespace");
	memmove(p->ifname, name, strlen(name) + 1);
	return 0;
}

static int no_device(const char *name, struct isle_diag *d)
{
	isle_reject(d, NULL, "this machine has no interface '%.64s'", name);
	isle_hint(d, "`isle bridge addbr %.15s` makes a bridge", name);
	return -ENOENT;
}

static int nothing(const struct isle_place *p, struct isle_diag *d)
{
	isle_reject(d, NULL, "there is no host, network, namespace or bridge '%.64s'", p->word);
	isle_hint(d, "`isle netns add %.64s` makes a namespace, `isle bridge addbr %.64s` a bridge, `isle host add` a host of a lab", p->word,
		  p->word);
	return -ENOENT;
}

/* A host of NEAR, whatever other labs have. */
static bool find_near(const char *near, struct isle_place *p)
{
	char word[2 * ISLE_NAME_MAX];
	struct isle_host_ns h;

	if (!near || !*near || strchr(p->word, '.'))
		return false;
	if ((size_t)snprintf(word, sizeof(word), "%s.%s", p->word, near) >= sizeof(word) || isle_host_open(word, &h, NULL))
		return false;
	p->kind = ISLE_PLACE_HOST;
	snprintf(p->name, sizeof(p->name), "%s", h.host);
	snprintf(p->lab, sizeof(p->lab), "%s", h.lab);
	isle_host_close(&h);
	return true;
}

static int find(const char *word, const char *near, struct isle_place *p, struct isle_diag *d)
{
	struct isle_diag *own = NULL;
	int r = split(word, p, d);

	if (r)
		return r;
	if (!strcmp(p->word, "host")) {
		r = *p->ifname ? find_device(p->ifname, p, d) : -ENOENT;
		return r == -ENOENT ? no_device(p->ifname, d) : r;
	}
	if (strchr(p->word, '/') || strchr(p->word, ':'))
		return find_namespace(p, d);
	if (find_near(near, p))
		return 0;
	/* what is said against it counts only if it is nothing else either */
	own = isle_diag_new();
	r = find_namespace(p, own);
	isle_diag_free(own);
	if (r && r != -ENOENT && r != -EINVAL)
		return find_namespace(p, d);
	if (r && !*p->ifname) {
		r = find_network(near, p, d);
		if (r == -ENOENT)
			r = find_device(p->word, p, d);
	}
	return r == -ENOENT || r == -EINVAL ? nothing(p, d) : r;
}

int isle_place_find(const char *word, const char *near, struct isle_place *ret, struct isle_diag *d)
{
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->net = -1;
	r = find(word, near, ret, d);
	if (r)
		isle_place_close(ret);
	return r;
}

void isle_place_close(struct isle_place *p)
{
	isle_auto_close(&p->net);
	p->net = -1;
}

int isle_pair_refuse(const struct isle_pair *p, struct isle_diag *d)
{
	const struct isle_place *in = isle_place_is_lab(&p->a) ? &p->a : &p->b, *out = in == &p->a ? &p->b : &p->a;

	if (isle_place_is_lab(out)) {
		isle_reject(d, NULL, "%s is of lab %s, and %s of lab %s", in->name, in->lab, out->name, out->lab);
		isle_hint(d, "labs are apart; what is to be connected belongs into one file");
	} else if (out->kind == ISLE_PLACE_DEVICE) {
		isle_reject(d, NULL, "%s is of lab %s, and %s is the machine's", in->name, in->lab, out->ifname);
		isle_hint(d, "a host has an interface on it by `isle connect HOST %s macvlan`; a way out is `isle uplink add HOST`",
			  out->ifname);
	} else {
		isle_reject(d, NULL, "%s is of lab %s, and %s of none", in->name, in->lab, out->word);
		isle_hint(d, "a lab is changed as its file says it: there a host with `attach: %s` is such a namespace", out->word);
	}
	return -EINVAL;
}

/* A host with an interface on one of the machine? Then the host is the first. */
static bool leads_out(struct isle_pair *p)
{
	const struct isle_place host = p->b;

	if (p->a.kind == ISLE_PLACE_DEVICE && p->b.kind == ISLE_PLACE_HOST) {
		p->b = p->a;
		p->a = host;
		p->swapped = true;
	}
	return p->a.kind == ISLE_PLACE_HOST && p->b.kind == ISLE_PLACE_DEVICE;
}

/* The lab that was said, though the ends may be of none. */
static int check_lab(const char *lab, struct isle_diag *d)
{
	struct isle_tree tree;
	struct isle_site site;
	int r = isle_site_find(&site, d);

	if (!r)
		r = isle_tree_open(&site, lab, &tree, d);
	if (!r)
		isle_tree_close(&tree);
	return r;
}

int isle_pair_find(const char *a, const char *b, const struct isle_rewire_options *o, struct isle_pair *ret, struct isle_diag *d)
{
	const char *near = o ? o->lab : NULL;
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->a.net = ret->b.net = -1;
	ret->has_b = b;
	r = near ? check_lab(near, d) : 0;
	if (r)
		return r;
	if (!b) {
		r = isle_place_find(a, near, &ret->a, d);
		ret->is_lab = !r && isle_place_is_lab(&ret->a);
		return r;
	}
	/* a host says which lab a network is meant to be of */
	r = isle_place_find(a, near, &ret->a, NULL);
	if (!r && ret->a.kind == ISLE_PLACE_HOST) {
		r = isle_place_find(b, ret->a.lab, &ret->b, d);
	} else {
		isle_place_close(&ret->a);
		r = isle_place_find(b, near, &ret->b, NULL);
		r = isle_place_find(a, !r && ret->b.kind == ISLE_PLACE_HOST ? ret->b.lab : near, &ret->a, d);
		isle_place_close(&ret->b);
		if (!r)
			r = isle_place_find(b, isle_place_is_lab(&ret->a) ? ret->a.lab : near, &ret->b, d);
	}
	if (!r) {
		const bool out = leads_out(ret);

		ret->is_lab = isle_place_is_lab(&ret->a);
		if (!out && (ret->is_lab != isle_place_is_lab(&ret->b) || (ret->is_lab && strcmp(ret->a.lab, ret->b.lab))))
			r = isle_pair_refuse(ret, d);
	}
	if (r)
		isle_pair_close(ret);
	return r;
}

void isle_pair_close(struct isle_pair *p)
{
	isle_place_close(&p->a);
	isle_place_close(&p->b);
}
