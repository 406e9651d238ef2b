/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a census: the passes in their order, then what namespaces do for each
 * other, then everything sorted, so that two censuses of the same machine are
 * the same. Until then a namespace is an index in the order of being met.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "live/scan.h"

enum { INIT_PID_NS = 0xeffffffc };	/* the machine's own pid namespace has a number that is part of the ABI */

static void find_self(struct isle_scan *s)
{
	char path[48], text[64];
	enum isle_ns_type type;
	uint64_t id;
	ssize_t n;

	for (int i = 0; i < ISLE_NS_TYPES; i++) {
		snprintf(path, sizeof(path), "thread-self/ns/%s", isle_ns_type_name((enum isle_ns_type)i));
		n = readlinkat(s->proc, path, text, sizeof(text) - 1);
		if (n <= 0)
			continue;
		text[n] = 0;
		if (isle_ns_id_parse(text, &type, &id))
			s->c->own[i] = id;
	}
	/* the first process of what /proc shows */
	n = readlinkat(s->proc, "1/ns/pid", text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	if (!isle_ns_id_parse(text, &type, &id))
		id = s->c->own[ISLE_NS_PID];
	s->c->unseen.outside = id != INIT_PID_NS;
}

/* A namespace keeps its owner, and a child its parent. */
static int relate_all(struct isle_scan *s)
{
	struct isle_census *c = s->c;
	int r = 0;

	for (size_t i = 0; i < c->n_nss && !r; i++) {
		struct isle_census_hold hold = { .kind = ISLE_HOLDER_OWNED, .fd = -1, .at = i };

		if (c->nss[i].parent && isle_scan_met(s, c->nss[i].parent, &hold.ns)) {
			hold.kind = ISLE_HOLDER_CHILD;
			if (isle_scan_wants(s, hold.kind))
				r = isle_scan_hold(s, &hold);
		}
		hold.kind = ISLE_HOLDER_OWNED;
		if (!r && c->nss[i].type != ISLE_NS_USER && isle_scan_wants(s, hold.kind) && c->nss[i].owner &&
		    isle_scan_met(s, c->nss[i].owner, &hold.ns))
			r = isle_scan_hold(s, &hold);
	}
	return r;
}

static int by_type(const void *a, const void *b)
{
	const struct isle_census_ns *x = a, *y = b;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_ns(const void *a, const void *b)
{
	const struct isle_census_hold *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->what && y->what ? strcmp(x->what, y->what) : 0;
}

/* Sort, and let the indexes follow. */
static int sort_all(struct isle_census *c)
{
	uint64_t *ids = isle_arena_alloc(c->arena, (c->n_nss + 1) * sizeof(*ids));
	uint64_t to;

	if (!ids)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_nss; i++)
		ids[i] = c->nss[i].id;
	if (c->n_nss)
		qsort(c->nss, c->n_nss, sizeof(*c->nss), by_type);
	for (size_t i = 0; i < c->n_nss; i++)
		if (isle_idmap_put(&c->index, c->nss[i].id, i))
			return -ENOMEM;
	for (size_t i = 0; i < c->n_holds; i++) {
		struct isle_census_hold *h = &c->holds[i];

		if (isle_idmap_get(&c->index, ids[h->ns], &to))
			h->ns = (size_t)to;
		if (h->kind >= ISLE_HOLDER_MOUNT && h->kind != ISLE_HOLDER_SOCKET && isle_idmap_get(&c->index, ids[h->at], &to))
			h->at = (size_t)to;
	}
	if (c->n_holds)
		qsort(c->holds, c->n_holds, sizeof(*c->holds), by_ns);
	return 0;
}

static int pass(struct isle_scan *s)
{
	int r = isle_scan_processes(s);

	if (!r && isle_scan_wants(s, ISLE_HOLDER_MOUNT))
		r = isle_scan_mounts(s);
	if (!r)
		r = isle_scan_containers(s);
	if (!r)
		r = relate_all(s);
	return r ? r : sort_all(s->c);
}

static int scan_open(struct isle_scan *s, struct isle_diag *diag)
{
	struct stat st;

	s->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->proc >= 0 && fstatat(s->proc, "self/ns/mnt", &st, 0) == 0) {
		s->nsfs = st.st_dev;
		find_self(s);
		return 0;
	}
	isle_fail(diag, errno, NULL, "cannot look at the processes of this machine in /proc");
	isle_hint(diag, "mount it: mount -t proc proc /proc");
	return -ENOENT;
}

int isle_census_take(unsigned types, unsigned kinds, struct isle_census **ret, struct isle_diag *diag)
{
	struct isle_census *c = calloc(1, sizeof(*c));
	struct isle_scan s = { .c = c, .types = types & ISLE_NS_ALL, .kinds = kinds, .proc = -1 };
	int r;

	if (!c || !(c->arena = isle_arena_new())) {
		free(c);
		return isle_fail(diag, ENOMEM, NULL, "cannot count the namespaces");
	}
	if (kinds & ISLE_HOLDER_BIT(ISLE_HOLDER_MOUNT))
		s.types |= ISLE_NS_BIT(ISLE_NS_MNT);
	r = scan_open(&s, diag);
	if (!r) {
		r = pass(&s);
		if (r)
			isle_fail(diag, -r, NULL, "cannot count the namespaces");
	}
	isle_idmap_done(&s.sockets);
	isle_auto_close(&s.proc);
	if (r)
		isle_census_free(c);
	else
		*ret = c;
	return r;
}

void isle_census_free(struct isle_census *c)
{
	if (!c)
		return;
	isle_idmap_done(&c->index);
	isle_idmap_done(&c->openers);
	isle_arena_free(c->arena);
	free(c);
}

struct isle_census_ns *isle_census_find(const struct isle_census *c, uint64_t id)
{
	uint64_t i;

	return isle_idmap_get(&c->index, id, &i) ? &c->nss[i] : NULL;
}

const struct isle_census_hold *isle_census_holds(const struct isle_census *c, size_t i, size_t *ret_n)
{
	size_t lo = 0, hi = c->n_holds, n = 0;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c->holds[mid].ns < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo + n < c->n_holds && c->holds[lo + n].ns == i)
		n++;
	*ret_n = n;
	return c->holds + lo;
}
