/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what nobody uses, whoever made it, as far as the caller can tell:
 *
 *   names       files where names of namespaces are kept, on which none is mounted in any mount namespace; links to nowhere
 *   namespaces  that nothing but a mount keeps: no process, thread, descriptor or socket. If the caller's mounts have it, it
 *               may be meant to stay: so only without a wire, or where an engine keeps those of its containers
 *   veths       whose other end is in such a namespace, or in one that nothing which can be seen keeps
 *
 * Who must not look at all processes cannot tell that nobody is there, and gets names only.
 */
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/stat.h>
#include "gc/inner.h"

/* Where a name is tells who made it. Said to people, nothing is decided by it but what is worth showing. */
static const struct place {
	const char *dir, *prefix, *owner;
	bool contained;			/* a container's: without a process it has no use */
} places[] = {
	{ "/run/docker/netns/", "", "docker", false },	/* those of overlay networks have no processes */
	{ ISLE_NETNS_DIR "/", "netns-", "podman", true },
	{ ISLE_NETNS_DIR "/", "cni-", "CNI", true },
	{ ISLE_NETNS_DIR "/", "", "ip netns", false },
};
enum { PODMAN = 1 };

static const struct place *place_of(const char *path)
{
	unsigned uid;
	int n = 0;

	if (sscanf(path, "/run/user/%u/netns/%n", &uid, &n) == 1 && n)
		return &places[PODMAN];
	for (size_t i = 0; i < ISLE_COUNT(places); i++) {
		const size_t dir = strlen(places[i].dir);

		if (!strncmp(path, places[i].dir, dir) && !strncmp(path + dir, places[i].prefix, strlen(places[i].prefix)))
			return &places[i];
	}
	return NULL;
}

/* ---- Names */

bool isle_is_scrap_name(const char *path)
{
	struct stat st, to, ns;

	if (lstat(path, &st) < 0)
		return false;
	if (S_ISLNK(st.st_mode))
		return stat(path, &to) < 0 && errno == ENOENT;
	return S_ISREG(st.st_mode) && !st.st_size && stat("/proc/self/ns/net", &ns) == 0 && st.st_dev != ns.st_dev;
}

static bool is_mounted_anywhere(const struct isle_snap *snap, const char *path)
{
	const struct isle_census *c = snap->census;

	for (size_t i = 0; i < c->n_holds; i++)
		if (c->holds[i].kind == ISLE_HOLDER_MOUNT && !strcmp(c->holds[i].what, path))
			return true;
	return false;
}

/* isle's own have been found already, or are of a lab that is up. */
static bool leads_into_lab(const char *path)
{
	char to[sizeof(ISLE_RUN_DIR) + 1];
	ssize_t n = readlink(path, to, sizeof(to));

	return n >= (ssize_t)sizeof(ISLE_RUN_DIR) && !strncmp(to, ISLE_RUN_DIR "/", sizeof(ISLE_RUN_DIR));
}

static int look_at_name(struct isle_sweep *s, const char *dir, const char *name)
{
	char *path = isle_arena_printf(s->arena, "%s/%s", dir, name);
	const struct place *p = path ? place_of(path) : NULL;
	struct isle_leaving f = {
		.item = { .kind = "name", .name = path, .owner = p ? p->owner : NULL, .why = "no namespace is behind it",
			  .then = "removes the name" },
		.remove = isle_release_name, .key = path,
	};

	if (!path)
		return isle_sweep_no_memory(s);
	if (!isle_is_scrap_name(path) || leads_into_lab(path) || is_mounted_anywhere(s->snap, path))
		return 0;
	return isle_sweep_found(s, &f);
}

static int look_into(struct isle_sweep *s, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		isle_auto_close(&fd);
		return 0;
	}
	for (struct dirent *e; !r && (e = readdir(dir));)
		if (e->d_name[0] != '.')
			r = look_at_name(s, path, e->d_name);
	closedir(dir);
	return r;
}

/* Podman's of users. */
static int look_at_users(struct isle_sweep *s)
{
	DIR *dir = opendir("/run/user");
	int r = 0;

	for (struct dirent *e; dir && !r && (e = readdir(dir));) {
		char path[300];

		snprintf(path, sizeof(path), "/run/user/%s/netns", e->d_name);
		if (strspn(e->d_name, "0123456789") == strlen(e->d_name))
			r = look_into(s, path);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int sweep_names(struct isle_sweep *s)
{
	int r = look_into(s, ISLE_NETNS_DIR);

	if (!r)
		r = look_into(s, "/run/docker/netns");
	return r ? r : look_at_users(s);
}

/* ---- Namespaces */

static const struct isle_census_hold *holds_of(const struct isle_sweep *s, const struct isle_snap_ns *ns, size_t *ret_n)
{
	return isle_census_holds(s->snap->census, (size_t)(ns->census - s->snap->census->nss), ret_n);
}

/* Among the caller's mounts, or the machine's. */
static bool is_here(const struct isle_sweep *s, const struct isle_census_hold *h)
{
	const struct isle_census *c = s->snap->census;

	return c->nss[h->at].id == c->own[ISLE_NS_MNT] || c->nss[h->at].pid == 1;
}

/* The mount to name it by: here, if there is one. NULL: other things than mounts keep it, or isle does. */
static const struct isle_census_hold *only_mounts(const struct isle_sweep *s, const struct isle_snap_ns *ns)
{
	const struct isle_census_hold *best = NULL, *holds;
	size_t n;

	if (ns->own || ns->census->pid || ns->census->thread_of || ns->owner < ISLE_OWNER_NAMED)
		return NULL;
	holds = holds_of(s, ns, &n);
	for (size_t i = 0; i < n; i++) {
		if (holds[i].kind != ISLE_HOLDER_MOUNT || !strncmp(holds[i].what, ISLE_RUN_DIR "/", sizeof(ISLE_RUN_DIR)))
			return NULL;
		if (!best || (is_here(s, &holds[i]) && !is_here(s, best)))
			best = &holds[i];
	}
	return best;
}

/* Does something in it work for somebody: an interface that is up, or the way to another namespace? */
static bool has_wire(const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_links; i++) {
		const struct isle_snap_link *l = &ns->links[i];

		if (l->type != ARPHRD_LOOPBACK && (l->flags & IFF_UP || l->link_nsid >= 0))
			return true;
	}
	return false;
}

/* Why nobody uses it; NULL: somebody may. */
static const char *why_unused(struct isle_sweep *s, const struct isle_snap_ns *ns, const struct isle_census_hold *h,
			      const struct place *p)
{
	if (!is_here(s, h)) {
		if (!h->pid)
			return isle_arena_printf(s->arena, "nobody is in it, and only a mount on %s in mnt:[%llu] keeps it", h->what,
						 (unsigned long long)s->snap->census->nss[h->at].id);
		return isle_arena_printf(s->arena, "nobody is in it, and only a mount on %s, which pid %d sees, keeps it", h->what, h->pid);
	}
	if (p && p->contained)
		return isle_arena_strdup(s->arena, "no container is in it any more");
	return ns->unseen || has_wire(ns) ? NULL : isle_arena_strdup(s->arena, "nobody is in it, and nothing leads into it");
}

static bool is_unused(const struct isle_sweep *s, const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->found[i].ns == ns && !s->found[i].link)
			return true;
	return false;
}

static int look_at_namespace(struct isle_sweep *s, const struct isle_snap_ns *ns)
{
	const struct isle_census_hold *h = only_mounts(s, ns);
	const struct place *p = h ? place_of(h->what) : NULL;
	struct isle_leaving f = {
		.item = { .kind = "namespace", .owner = p ? p->owner : NULL, .then = "unmounts it, and all that is in it goes" },
		.remove = isle_release_namespace, .ns = ns,
	};

	if (!h)
		return 0;
	/* what is found outlives the snapshot */
	f.item.name = is_here(s, h) ? isle_arena_strdup(s->arena, h->what) : isle_arena_printf(s->arena, "net:[%llu]", (unsigned long long)ns->id);
	f.item.why = why_unused(s, ns, h, p);
	return f.item.why ? isle_sweep_found(s, &f) : 0;
}

/* ---- Veths */

static const char *link_name(struct isle_sweep *s, const struct isle_snap_link *l)
{
	return l->ns->own ? isle_arena_strdup(s->arena, l->name) : isle_arena_printf(s->arena, "%s:%s", l->ns->label, l->name);
}

static int look_at_link(struct isle_sweep *s, const struct isle_snap_link *l)
{
	const struct isle_snap_ns *there = l->peer ? l->peer->ns : l->link_ns;
	struct isle_leaving f = {
		.item = { .kind = "veth", .then = "deletes both ends" }, .remove = isle_release_link, .ns = l->ns, .link = l,
	};

	if (!isle_str_eq(l->kind, "veth") || l->link_nsid == -1 || is_unused(s, l->ns))
		return 0;
	if (there && is_unused(s, there))
		f.item.why = isle_arena_printf(s->arena, "its other end is in %s, which nobody uses", there->label);
	else if (!there && l->link_nsid >= 0 && l->peer_state == ISLE_PEER_UNSEEN && !s->snap->unseen.outside)
		f.item.why = "nothing that can be seen keeps the namespace of its other end";
	else
		return 0;
	f.item.name = link_name(s, l);
	return isle_sweep_found(s, &f);
}

int isle_sweep_others(struct isle_sweep *s)
{
	const struct isle_snap *snap = s->snap;
	int r = 0;

	if (!snap)
		return 0;
	r = sweep_names(s);
	if (snap->unseen.processes || snap->unseen.mount_namespaces || snap->unseen.descriptors)
		return r;
	for (size_t i = 0; i < snap->n_nss && !r; i++)
		r = look_at_namespace(s, &snap->nss[i]);
	for (size_t i = 0; i < snap->n_nss && !r; i++)
		for (size_t k = 0; k < snap->nss[i].n_links && !r; k++)
			r = look_at_link(s, &snap->nss[i].links[k]);
	return r;
}
