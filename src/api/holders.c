/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what keeps the namespaces of a name alive: the name is resolved to ids
 * and let go again before the census is taken, so that it does not find itself.
 * A name file that is no namespace here is looked for in the other mount
 * namespaces: most often it was mounted there and never seen here.
 */
#include <limits.h>
#include <sys/stat.h>
#include "live/live.h"
#include "where/where.h"

struct targets {
	struct { enum isle_ns_type type; uint64_t id; } at[ISLE_NS_TYPES];	/* type ISLE_NS_TYPES: not known */
	size_t n;
};

static void add(struct targets *t, enum isle_ns_type type, uint64_t id)
{
	t->at[t->n].type = type;
	t->at[t->n++].id = id;
}

enum { PID_LIMIT = 4194304 };	/* of the kernel; ids are far beyond, so a number up to here is meant for a process */

/* "net:[4026531833]", "4026531833". */
static bool from_id(const char *ref, struct targets *t)
{
	enum isle_ns_type type = ISLE_NS_TYPES;
	uint64_t id;

	if (!isle_ns_id_parse(ref, &type, &id) && (!isle_str_u64(ref, strlen(ref), &id) || id <= PID_LIMIT))
		return false;
	add(t, type, id);
	return true;
}

static int from_name(const char *ref, unsigned types, struct targets *t, struct isle_diag *diag)
{
	struct isle_where w;
	struct stat st;
	int r = isle_where_open(ref, types ? types : ISLE_NS_ALL, &w, diag);

	if (r)
		return r;
	if (!types && (w.kind == ISLE_WHERE_PID || w.kind == ISLE_WHERE_CONTAINER))
		types = ISLE_NS_BIT(ISLE_NS_NET);
	/* a rootless lab's user namespace is not the host's own */
	if (!types && w.kind == ISLE_WHERE_HOST)
		types = ISLE_NS_ALL & ~ISLE_NS_BIT(ISLE_NS_USER);
	for (int i = 0; i < ISLE_NS_TYPES; i++)
		if (w.set.fd[i] >= 0 && (!types || types & ISLE_NS_BIT(i)) && fstat(w.set.fd[i], &st) == 0)
			add(t, (enum isle_ns_type)i, st.st_ino);
	isle_where_close(&w);
	return 0;
}

/* The path of REF's name file if it is a plain file, no namespace. */
static bool is_stale(const char *ref, char path[PATH_MAX])
{
	struct stat st, own;

	if (strchr(ref, '/') ? !realpath(ref, path) : snprintf(path, PATH_MAX, ISLE_NETNS_DIR "/%s", ref) >= PATH_MAX)
		return false;
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && stat("/proc/self/ns/net", &own) == 0 && st.st_dev != own.st_dev;
}

static void say_where(struct isle_census *c, const struct isle_census_hold *h, const char *path, struct isle_diag *diag)
{
	const struct isle_census_ns *ns = &c->nss[h->ns], *at = &c->nss[h->at];
	const char *type = isle_ns_type_name(ns->type);
	struct isle_holder pub;

	if (isle_census_holder(c, h, &pub) || !h->pid) {
		isle_reject(diag, NULL, "%s is no namespace here: %s:[%llu] is mounted on it in mnt:[%llu], a mount namespace that nobody is in",
			    path, type, (unsigned long long)ns->id, (unsigned long long)at->id);
		return;
	}
	isle_reject(diag, NULL, "%s is no namespace here: it was made in another mount namespace, where %s:[%llu] is mounted on it: that of pid %d (%s)",
		    path, type, (unsigned long long)ns->id, h->pid, pub.command ? pub.command : "ended");
	if (ns->pid && ns->type == ISLE_NS_NET && isle_mount_name(c->arena, ns->type, path))
		isle_hint(diag, "re-attach it from pid %d: ip netns delete %s; ip netns attach %s %d", ns->pid, strrchr(path, '/') + 1,
			  strrchr(path, '/') + 1, ns->pid);
	else
		isle_hint(diag, "re-attach it from pid %d: mount -c --bind /proc/%d/root%s %s", h->pid, h->pid, path, path);
}

/* Made for a namespace to be mounted on; any other file may be anything. */
static bool is_pin(const char *path)
{
	struct stat st;

	return !strncmp(path, ISLE_NETNS_DIR "/", sizeof(ISLE_NETNS_DIR)) && lstat(path, &st) == 0 && !st.st_size;
}

static int explain_stale(const char *path, struct isle_diag *diag)
{
	struct isle_census *c;
	int r = isle_census_take(ISLE_NS_ALL, ISLE_HOLDER_BIT(ISLE_HOLDER_MOUNT) | ISLE_HOLDER_BIT(ISLE_HOLDER_DESCRIPTOR), &c, diag);

	if (r)
		return r;
	for (size_t i = 0; i < c->n_holds && !r; i++)
		if (c->holds[i].kind == ISLE_HOLDER_MOUNT && !strcmp(c->holds[i].what, path)) {
			say_where(c, &c->holds[i], path, diag);
			r = -EBADF;
		}
	if (!r && !is_pin(path)) {
		isle_reject(diag, NULL, "%s is no namespace but a plain file", path);
		isle_hint(diag, "a namespace is a file, as /proc/PID/ns/net or %s/NAME", ISLE_NETNS_DIR);
	} else if (!r) {
		isle_reject(diag, NULL, "%s is no namespace but a plain file, and nothing is mounted on it in any mount namespace that can be seen",
			    path);
		isle_hint(diag, "it is left over from one that is gone%s%s; remove it",
			  c->unseen.processes || c->unseen.mount_namespaces ? ", or of one that only root can see" : "",
			  c->unseen.outside ? ", or of one outside of this container" : "");
	}
	isle_census_free(c);
	return -EBADF;
}

static int resolve(const char *ref, unsigned types, struct targets *t, struct isle_diag *diag)
{
	char path[PATH_MAX];
	int r;

	if (strchr(ref, '[') && from_id(ref, t))
		return 0;
	r = from_name(ref, types, t, NULL);
	/* a number is a name first, if there is one */
	if (!r || (r == -ENOENT && from_id(ref, t)))
		return 0;
	return is_stale(ref, path) ? explain_stale(path, diag) : from_name(ref, types, t, diag);
}

/* Which types the census must look for: what a user namespace owns may be of any. */
static unsigned types_for(const struct targets *t)
{
	unsigned types = 0;

	for (size_t i = 0; i < t->n; i++)
		types |= t->at[i].type == ISLE_NS_USER || t->at[i].type == ISLE_NS_TYPES ? ISLE_NS_ALL : ISLE_NS_BIT(t->at[i].type);
	return types;
}

struct caller {
	void (*fn)(const struct isle_ns_info *, const struct isle_holder *, void *arg);
	void *arg;
};

static int tell(struct isle_census *c, enum isle_ns_type type, uint64_t id, const struct caller *caller)
{
	const struct isle_census_ns *ns = isle_census_find(c, id);
	struct isle_ns_info info = { .type = type, .id = id };
	const struct isle_census_hold *holds = NULL;
	size_t n = 0;
	int r;

	if (ns) {
		r = isle_census_info(c, (size_t)(ns - c->nss), &info);
		if (r)
			return r;
		holds = isle_census_holds(c, (size_t)(ns - c->nss), &n);
	}
	caller->fn(&info, NULL, caller->arg);
	for (size_t i = 0; i < n; i++) {
		struct isle_holder holder;

		r = isle_census_holder(c, &holds[i], &holder);
		if (r == -ENOMEM)
			return r;
		if (!r)
			caller->fn(&info, &holder, caller->arg);
	}
	return 0;
}

int isle_each_holder(const char *ref, unsigned types, unsigned kinds,
		     void (*fn)(const struct isle_ns_info *, const struct isle_holder *, void *arg), void *arg,
		     struct isle_unseen *ret_unseen, struct isle_diag *diag)
{
	const struct caller caller = { fn, arg };
	struct targets t = { .n = 0 };
	struct isle_census *c;
	int r = resolve(ref, types & ISLE_NS_ALL, &t, diag);

	if (!r)
		r = isle_census_take(types_for(&t), kinds, &c, diag);
	if (r)
		return r;
	for (size_t i = 0; i < t.n && !r; i++)
		r = tell(c, t.at[i].type, t.at[i].id, &caller);
	if (r)
		isle_fail(diag, -r, NULL, "cannot tell who uses %s", ref);
	else if (ret_unseen)
		*ret_unseen = c->unseen;
	isle_census_free(c);
	return r;
}
