/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is live of a lab: a snapshot of its namespaces, and those kernel
 * parameters that a plan has to do with. Parameters are read from within their
 * namespaces, by a child that leaves them in shared memory; those of a fresh
 * namespace tell what one is that nobody wrote.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include "converge/gather.h"
#include "ns/ns.h"
#include "tree/visit.h"

#define VALUE_BYTES 128

static int open_pin(const struct isle_tree *tree, const char *dir, const char *host)
{
	char path[ISLE_NAME_MAX + 16];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "%s%s%s", dir, *host ? "/" : "", host);
	fd = openat(tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	/* a file without its mount: whoever made it, or was to remove it, was killed; a user may not even read it */
	if (fd < 0)
		return errno == EACCES ? -ENOENT : -errno;
	return isle_ns_is(fd, CLONE_NEWNET) || isle_ns_is(fd, CLONE_NEWUTS) ? isle_steal_fd(&fd) : -ENOENT;
}

/* Of a host the last pin is made last: without it, it is half a host. */
static int open_ns(const struct isle_gathered *g, size_t ns)
{
	isle_auto(close) int uts = -1;

	if (!ns)
		return open_pin(g->tree, "fabric", "");
	if (g->attached && ns <= g->attached->n && g->attached->was[ns - 1] >= 0)
		return -ENOENT;
	uts = open_pin(g->tree, "uts", g->names->hosts[ns - 1]->name);
	return uts < 0 ? uts : open_pin(g->tree, "net", g->names->hosts[ns - 1]->name);
}

static int open_all(struct isle_gathered *g, struct isle_diag *d)
{
	for (size_t i = 0; i < g->n; i++) {
		g->fds[i] = open_ns(g, i);
		if (g->fds[i] >= 0 || g->fds[i] == -ENOENT)
			continue;
		isle_fail(d, -g->fds[i], NULL, "cannot open %s of lab %s", i ? g->names->hosts[i - 1]->name : "the fabric", g->tree->lab);
		if (g->fds[i] == -EMFILE)
			isle_hint(d, "a lab of this size needs more descriptors: ulimit -n %zu", 2 * g->n + 256);
		return g->fds[i];
	}
	return 0;
}

static int take_snapshot(struct isle_gathered *g, unsigned parts, struct isle_diag *d)
{
	struct isle_arena *a = g->arena;
	int *fds = isle_arena_alloc(a, (g->n + 1) * sizeof(*fds));
	const char **labels = isle_arena_alloc(a, (g->n + 1) * sizeof(*labels));
	size_t n = 0, k = 0;
	int r;

	if (!fds || !labels)
		return -ENOMEM;
	for (size_t i = 0; i < g->n; i++)
		if (g->fds[i] >= 0) {
			fds[n] = g->fds[i];
			labels[n++] = i ? g->names->hosts[i - 1]->name : "the fabric";
		}
	r = isle_snap_take_of(fds, labels, n, parts | ISLE_SNAP_ADDRESSES | ISLE_SNAP_ROUTES, &g->snap, d);
	if (r)
		return r;
	for (size_t i = 0; i < g->n; i++) {
		if (g->fds[i] < 0)
			continue;
		if (g->snap->nss[k].unseen)
			return isle_fail(d, g->snap->nss[k].unseen, NULL, "cannot look into %s of lab %s", labels[k], g->tree->lab);
		g->view.nss[i] = &g->snap->nss[k++];
	}
	return 0;
}

static void want(struct isle_gathered *g, uint32_t ns, const char *path)
{
	struct isle_view *v = &g->view;

	if (ns != ISLE_NS_FRESH && (ns >= g->n || !v->nss[ns]))
		return;
	if (!path || !isle_arena_grow(g->arena, &v->parameters, v->n_parameters, &g->cap_parameters, sizeof(*v->parameters))) {
		g->no_memory = true;
		return;
	}
	v->parameters[v->n_parameters++] = (struct isle_parameter) { .ns = ns, .path = path };
}

static void want_step(struct isle_gathered *g, uint32_t ns, const struct isle_step *s, bool owned)
{
	const char *usual;

	if (s->kind == ISLE_STEP_SYSCTL) {
		want(g, ns, s->sysctl.path);
		if (!owned)
			return;
		usual = isle_parameter_default(g->arena, s->sysctl.path);
		want(g, usual == s->sysctl.path ? ISLE_NS_FRESH : ns, usual);
	} else if (s->kind == ISLE_STEP_LINK && s->link.keep_state) {
		want(g, ns, isle_arena_printf(g->arena, "net/ipv4/conf/%s/rp_filter", s->link.name));
		want(g, ns, isle_arena_printf(g->arena, "net/ipv4/conf/%s/forwarding", s->link.name));
	}
}

static uint32_t number_of(const struct isle_lab *names, const struct isle_lab *lab, uint32_t ns)
{
	if (ns == ISLE_NS_FABRIC || ns == ISLE_NS_MACHINE || lab == names)
		return ns;
	for (size_t i = 0; i < names->n_hosts; i++)
		if (!strcmp(names->hosts[i]->name, lab->hosts[ns - 1]->name))
			return ISLE_NS_HOST(i);
	return ISLE_NS_MACHINE;
}

void isle_gather_want(struct isle_gathered *g, const struct isle_plan *plan, bool owned)
{
	uint32_t last = ISLE_NS_MACHINE, ns = ISLE_NS_MACHINE;

	for (size_t i = 0; plan && i < plan->n_steps; i++) {
		/* steps of one namespace mostly follow each other */
		if (!i || plan->steps[i].ns != last) {
			last = plan->steps[i].ns;
			ns = number_of(g->names, plan->lab, last);
		}
		want_step(g, ns, &plan->steps[i], owned);
	}
}

/* ---- in the child */

struct reading {
	struct isle_gathered *g;
	struct isle_shared *shared;
	char (*values)[VALUE_BYTES];	/* one per parameter; shared memory. "": there is none */
};

static void read_one(const char *path, char ret[VALUE_BYTES])
{
	char full[320];
	isle_auto(close) int fd = -1;
	ssize_t n;

	snprintf(full, sizeof(full), "/proc/sys/%s", path);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, ret, VALUE_BYTES);
	/* what does not fit could not be put back */
	if (n <= 0 || n == VALUE_BYTES)
		n = 0;
	ret[n] = '\0';
	while (n > 0 && (ret[n - 1] == '\n' || ret[n - 1] == ' '))
		ret[--n] = '\0';
	for (char *p = ret; *p; p++)
		if (*p == '\t')
			*p = ' ';
}

static int read_all(void *arg)
{
	struct reading *rd = arg;
	const struct isle_view *v = &rd->g->view;
	uint32_t ns = ISLE_NS_MACHINE;

	for (size_t i = 0; i < v->n_parameters; i++) {
		const struct isle_parameter *p = &v->parameters[i];

		if (p->ns != ns) {
			if (p->ns == ISLE_NS_FRESH ? unshare(CLONE_NEWNET) < 0 : setns(rd->g->fds[p->ns], CLONE_NEWNET) < 0)
				return isle_shared_fail(rd->shared, errno, -1, "cannot enter lab %s to read its parameters", rd->g->tree->lab);
			ns = p->ns;
		}
		read_one(p->path, rd->values[i]);
	}
	return 0;
}

/* ---- in the parent */

unsigned isle_gather_parts(const struct isle_plan *plan)
{
	unsigned parts = 0;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_RULE)
			parts |= ISLE_SNAP_RULES;
		else if (plan->steps[i].kind == ISLE_STEP_PORT && plan->steps[i].port.filters)
			parts |= ISLE_SNAP_VLANS;
		else if (plan->steps[i].kind == ISLE_STEP_NEIGH || plan->steps[i].kind == ISLE_STEP_FDB)
			parts |= ISLE_SNAP_NEIGHBOURS;
	return parts;
}

int isle_gather_read(struct isle_gathered *g, struct isle_diag *d)
{
	struct isle_view *v = &g->view;
	struct reading rd = { .g = g, .shared = isle_shared_new() };
	const size_t size = (v->n_parameters + 1) * VALUE_BYTES;
	int r = -ENOMEM;

	isle_parameters_sort(v->parameters, &v->n_parameters);
	rd.values = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rd.shared && rd.values != MAP_FAILED && !g->no_memory) {
		r = v->n_parameters ? isle_visit(g->tree, rd.shared, read_all, &rd) : 0;
		if (r < 0)
			isle_shared_report(rd.shared, NULL, d);
	}
	for (size_t i = 0; !r && i < v->n_parameters; i++)
		if (*rd.values[i] && !(v->parameters[i].value = isle_arena_strdup(g->arena, rd.values[i])))
			r = -ENOMEM;
	if (rd.values != MAP_FAILED)
		munmap(rd.values, size);
	isle_shared_free(rd.shared);
	return r == -ENOMEM ? isle_fail(d, ENOMEM, NULL, "looking at lab %s", g->tree->lab) : r;
}

int isle_gather_new(const struct isle_tree *tree, const struct isle_lab *names, const struct isle_attached *attached,
		    unsigned parts, struct isle_gathered **ret, struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_gathered *g = a ? isle_arena_alloc(a, sizeof(*g)) : NULL;
	int r;

	if (!g) {
		isle_arena_free(a);
		return isle_fail(d, ENOMEM, NULL, "looking at lab %s", tree->lab);
	}
	*g = (struct isle_gathered) { .arena = a, .tree = tree, .names = names, .attached = attached, .n = names->n_hosts + 1 };
	g->view.n_nss = g->n;
	g->view.no_ipv6 = access("/proc/sys/net/ipv6", F_OK) < 0;
	g->fds = isle_arena_alloc(a, g->n * sizeof(*g->fds));
	g->view.nss = isle_arena_alloc(a, g->n * sizeof(*g->view.nss));
	if (!g->fds || !g->view.nss) {
		isle_arena_free(a);
		return isle_fail(d, ENOMEM, NULL, "looking at lab %s", tree->lab);
	}
	memset(g->fds, -1, g->n * sizeof(*g->fds));
	r = open_all(g, d);
	if (!r)
		r = take_snapshot(g, parts, d);
	if (r) {
		isle_gather_free(g);
		return r;
	}
	*ret = g;
	return 0;
}

void isle_gather_free(struct isle_gathered *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n; i++)
		isle_auto_close(&g->fds[i]);
	isle_snap_free(g->snap);
	isle_arena_free(g->arena);
}
