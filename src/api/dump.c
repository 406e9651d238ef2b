/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what isle_dump() was asked for: labs and words to namespaces of one
 * snapshot, and what each is to be called as a host. The namespaces are held
 * open meanwhile, so that their numbers stay theirs.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "dump/dump.h"
#include "where/where.h"

#define PARTS (ISLE_SNAP_ADDRESSES | ISLE_SNAP_ROUTES | ISLE_SNAP_RULES | ISLE_SNAP_NEIGHBOURS | ISLE_SNAP_NFT | ISLE_SNAP_SYSCTLS | \
	       ISLE_SNAP_OVS | ISLE_SNAP_WIREGUARD)

struct found { int fd; uint64_t id; const char *name, *was, *lab; };

struct search {
	struct isle_arena *arena;
	struct isle_site site;
	char **labs;			/* that are up */
	size_t n_labs;
	struct found *found;
	size_t n, cap;
	size_t n_whole;			/* labs asked for as such */
	struct isle_diag *diag;
};

static int no_memory(const struct search *s)
{
	return isle_fail(s->diag, ENOMEM, NULL, "dump");
}

/* FD is the search's from now on. */
static int add(struct search *s, int fd, const char *name, const char *was, const char *lab)
{
	isle_auto(close) int own = fd;
	struct stat st;

	if (fstat(own, &st) < 0)
		return isle_fail(s->diag, errno, NULL, "look at the namespace of %s", name);
	for (size_t i = 0; i < s->n; i++)
		if (s->found[i].id == st.st_ino)
			return 0;
	if (!isle_arena_grow(s->arena, &s->found, s->n, &s->cap, sizeof(*s->found)))
		return no_memory(s);
	s->found[s->n] = (struct found){ -1, st.st_ino, isle_arena_strdup(s->arena, name), was ? isle_arena_strdup(s->arena, was) : NULL,
					 lab ? isle_arena_strdup(s->arena, lab) : NULL };
	if (!s->found[s->n].name)
		return no_memory(s);
	s->found[s->n++].fd = isle_steal_fd(&own);
	return 0;
}

/* All hosts of a lab: the pins of their namespaces. */
static int add_lab(struct search *s, const char *lab)
{
	struct isle_tree tree;
	int r = isle_tree_open(&s->site, lab, &tree, s->diag), fd;
	DIR *dir;

	if (r < 0)
		return r;
	fd = openat(tree.dir, "net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		r = isle_fail(s->diag, errno, NULL, "read the hosts of lab %s", lab);
		isle_auto_close(&fd);
	}
	for (struct dirent *e; dir && r == 0 && (e = readdir(dir));) {
		int pin = e->d_name[0] == '.' ? -1 : openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC);

		if (pin >= 0)
			r = add(s, pin, e->d_name, NULL, lab);
	}
	if (dir)
		closedir(dir);
	isle_tree_close(&tree);
	s->n_whole++;
	return r;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static int add_where(struct search *s, const char *ref, struct isle_where *w)
{
	int fd = isle_steal_fd(&w->set.fd[ISLE_NS_NET]);

	switch (w->kind) {
	case ISLE_WHERE_HOST:
		return add(s, fd, w->host.host, NULL, w->host.lab);
	case ISLE_WHERE_CONTAINER:
		return add(s, fd, strchr(w->name, ':') ? strchr(w->name, ':') + 1 : w->name, w->name, NULL);
	case ISLE_WHERE_PID:
		return add(s, fd, isle_arena_printf(s->arena, "p%d", (int)w->pid), w->name, NULL);
	case ISLE_WHERE_PATH:
		return add(s, fd, base_name(ref), ref, NULL);
	case ISLE_WHERE_NETNS:
	case ISLE_WHERE_BUNDLE:
		break;
	}
	return add(s, fd, w->name, NULL, NULL);
}

static bool is_lab(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->n_labs; i++)
		if (!strcmp(s->labs[i], name))
			return true;
	return false;
}

/* A lab, or whatever else has a network namespace. */
static int add_ref(struct search *s, const char *ref)
{
	struct isle_diag *said = isle_diag_new();
	bool lab = is_lab(s, ref);
	struct isle_where w;
	int r;

	r = isle_where_open(ref, ISLE_NS_BIT(ISLE_NS_NET), &w, lab ? said : s->diag);
	isle_diag_free(said);
	if (r < 0)
		return lab ? add_lab(s, ref) : r;
	if (lab) {
		r = isle_reject(s->diag, NULL, "'%s' is a lab, and also the name of a namespace", ref);
		isle_hint(s->diag, "HOST.LAB, or a path as /run/netns/%s, says which namespace is meant", ref);
	} else {
		r = add_where(s, ref, &w);
	}
	isle_where_close(&w);
	return r;
}

/* Nothing was asked for: the lab that is up, if it is the only one. */
static int add_only(struct search *s)
{
	if (s->n_labs == 1)
		return add_lab(s, s->labs[0]);
	isle_reject(s->diag, NULL, s->n_labs ? "several labs are up: say which one to dump" : "no lab is up: say what to dump");
	isle_hint(s->diag, s->n_labs ? "`isle ls` lists them" :
				       "a name of `ip netns`, docker:NAME, pid:N or a path; several make one lab file");
	return s->n_labs ? -ENOTUNIQ : -ENOENT;
}

/* The lab that they are all of, or NULL. */
static const char *common_lab(const struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->found[i].lab || strcmp(s->found[i].lab, s->found[0].lab))
			return NULL;
	return s->n ? s->found[0].lab : NULL;
}

static int dump(struct search *s, const char *lab, char **ret)
{
	struct isle_dump_of *of = isle_arena_alloc(s->arena, (s->n + 1) * sizeof(*of));
	const char *common = common_lab(s);
	struct isle_snap *snap;
	int r = of ? isle_snap_take(PARTS, &snap, s->diag) : no_memory(s);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		const struct isle_snap_ns *ns = isle_snap_ns_of(snap, s->found[i].id);

		if (!ns || ns->unseen)
			r = isle_fail(s->diag, ns ? ns->unseen : ESRCH, NULL, "cannot look into the network namespace of %s", s->found[i].name);
		of[i] = (struct isle_dump_of){ ns, s->found[i].name, s->found[i].was };
	}
	if (r == 0)
		r = isle_dump_text(snap, of, s->n, lab ? lab : common ? common : "dump",
				   common && s->n_whole == 1 ? common : NULL, ret, s->diag);
	isle_snap_free(snap);
	return r;
}

int isle_dump(const char *const *refs, size_t n, const char *lab, char **ret_text, struct isle_diag *diag)
{
	struct search s = { .arena = isle_arena_new(), .diag = diag };
	int r = s.arena ? isle_site_find(&s.site, diag) : no_memory(&s);

	if (r == 0)
		r = isle_tree_list(&s.site, s.arena, &s.labs, &s.n_labs, diag);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_ref(&s, refs[i]);
	if (r == 0 && !n)
		r = add_only(&s);
	if (r == 0)
		r = dump(&s, lab, ret_text);
	for (size_t i = 0; i < s.n; i++)
		close(s.found[i].fd);
	isle_arena_free(s.arena);
	return r;
}
