/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces in the order in which people look for them: the machine;
 * labs by name, in each the fabric, then hosts in the order of the fabric's
 * ports, which is that of the file; then the others by label.
 */
#include "live/snap_read.h"

struct place {
	const struct isle_snap_ns *ns;
	int port;		/* of a host: the lowest of the fabric's links that leads to it; INT_MAX: none */
};

/* "h10" after "h9". */
static int cmp_label(const char *a, const char *b)
{
	const int r = strverscmp(a, b);

	return r ? r : strcmp(a, b);
}

static int group(const struct isle_snap_ns *ns)
{
	return ns->owner == ISLE_OWNER_MACHINE ? 0 : ns->lab ? 1 : 2;
}

static int by_place(const void *a, const void *b)
{
	const struct place *p = a, *q = b;
	const struct isle_snap_ns *x = p->ns, *y = q->ns;
	int r = group(x) - group(y);

	if (!r && x->lab && y->lab) {
		r = cmp_label(x->lab, y->lab);
		if (!r && x->lab_id != y->lab_id)
			return x->lab_id < y->lab_id ? -1 : 1;
		if (!r)
			r = (y->owner == ISLE_OWNER_FABRIC) - (x->owner == ISLE_OWNER_FABRIC);
		if (!r && p->port != q->port)
			return p->port < q->port ? -1 : 1;
	}
	if (!r)
		r = cmp_label(x->label, y->label);
	return r ? r : x->id < y->id ? -1 : x->id > y->id;
}

static int first_port(const struct isle_snap_ns *ns)
{
	int port = INT32_MAX;

	for (size_t i = 0; i < ns->n_links; i++) {
		const struct isle_snap_link *peer = ns->links[i].peer;

		if (peer && peer->ns->owner == ISLE_OWNER_FABRIC && peer->ns->lab_id == ns->lab_id && peer->ifindex < port)
			port = peer->ifindex;
	}
	return port;
}

int isle_snap_sort(struct isle_snapping *s)
{
	struct isle_snap *snap = s->snap;
	isle_auto(free) struct place *places = calloc(snap->n_nss + 1, sizeof(*places));
	struct isle_snap_ns *sorted = isle_arena_alloc(s->arena, (snap->n_nss + 1) * sizeof(*sorted));

	if (!places || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < snap->n_nss; i++)
		places[i] = (struct place){ &snap->nss[i], snap->nss[i].owner == ISLE_OWNER_HOST ? first_port(&snap->nss[i]) : 0 };
	qsort(places, snap->n_nss, sizeof(*places), by_place);
	for (size_t i = 0; i < snap->n_nss; i++) {
		sorted[i] = *places[i].ns;
		/* where it went to, for those who point to it */
		snap->nss[places[i].ns - snap->nss].index = i;
		sorted[i].index = i;
	}
	for (size_t i = 0; i < snap->n_nss; i++)
		for (size_t k = 0; k < sorted[i].n_links; k++) {
			struct isle_snap_link *l = &sorted[i].links[k];

			l->ns = &sorted[i];
			if (l->link_ns)
				l->link_ns = &sorted[l->link_ns->index];
		}
	snap->nss = sorted;
	return 0;
}
