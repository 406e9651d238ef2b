/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a namespace is called, read off where it is mounted:
 *
 *   /run/netns/NAME                        NAME        net only, as `ip netns` has it
 *   /run/isle/LAB/{net,shown,uts,mnt}/HOST HOST.LAB    net is pinned twice
 *   /run/isle/.ns/NAME/TYPE                NAME        a bundle
 *
 * Everything else has no name but that path. No list of labs is read, so a
 * rootless lab has its name too, as seen in its keeper's mount namespace.
 * A symbolic link in /run/netns to /proc/PID/ns/net is a name as well.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "live/live.h"

/* S behind PREFIX, or NULL. */
static const char *after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? NULL : s + n;
}

static bool is_last(const char *s)
{
	return *s && !strchr(s, '/');
}

/* LAB/KIND/HOST. */
static const char *host_name(struct isle_arena *arena, enum isle_ns_type type, const char *s)
{
	const char *kind = strchr(s, '/'), *host = kind ? strchr(kind + 1, '/') : NULL;
	const char *want = isle_ns_type_name(type);
	size_t n;

	if (!host || kind == s || !is_last(host + 1))
		return NULL;
	n = (size_t)(host - ++kind);
	if (type == ISLE_NS_NET && n == 5 && !strncmp(kind, "shown", 5))
		want = "shown";
	if (n != strlen(want) || strncmp(kind, want, n))
		return NULL;
	return isle_arena_printf(arena, "%s.%.*s", host + 1, (int)(kind - 1 - s), s);
}

/* NAME/TYPE. */
static const char *bundle_name(struct isle_arena *arena, enum isle_ns_type type, const char *s)
{
	const char *slash = strchr(s, '/');

	if (!slash || slash == s || strcmp(slash + 1, isle_ns_type_name(type)))
		return NULL;
	return isle_arena_strndup(arena, s, (size_t)(slash - s));
}

const char *isle_mount_name(struct isle_arena *arena, enum isle_ns_type type, const char *point)
{
	const char *s = after(point, "/var/run/");

	if (!s)
		s = after(point, "/run/");
	if (!s)
		return NULL;
	if (after(s, "netns/"))
		return type == ISLE_NS_NET && is_last(s + 6) ? isle_arena_strdup(arena, s + 6) : NULL;
	s = after(s, "isle/");
	if (!s)
		return NULL;
	return after(s, ".ns/") ? bundle_name(arena, type, s + 4) : host_name(arena, type, s);
}

/* Only /proc/PID/ns/net and /proc/PID/task/TID/ns/net: nothing else that a link may point to is sure to answer. */
static bool link_id(int dir, const char *name, uint64_t *ret)
{
	char target[64];
	struct stat st, own;
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n <= 0)
		return false;
	target[n] = 0;
	if (!after(target, "/proc/") || n < 7 || strcmp(target + n - 7, "/ns/net") || strstr(target, "/root/") || strstr(target, "/cwd/"))
		return false;
	if (fstatat(dir, name, &st, 0) < 0 || stat("/proc/self/ns/net", &own) < 0)
		return false;
	*ret = st.st_ino;
	return st.st_dev == own.st_dev;
}

int isle_each_netns_link(int (*fn)(const char *name, uint64_t id, void *arg), void *arg)
{
	DIR *dir = opendir("/run/netns");
	struct dirent *de;
	uint64_t id;
	int r = 0;

	while (dir && !r && (de = readdir(dir)))
		if (de->d_type == DT_LNK && link_id(dirfd(dir), de->d_name, &id))
			r = fn(de->d_name, id, arg);
	if (dir)
		closedir(dir);
	return r;
}

struct wanted {
	struct isle_arena *arena;
	uint64_t id;
	struct isle_census_name *names;
};

static int add(struct wanted *w, const char *name, int rank)
{
	return isle_census_name_add(w->arena, &w->names, isle_arena_strdup(w->arena, name), rank);
}

static int on_link(const char *name, uint64_t id, void *arg)
{
	struct wanted *w = arg;

	return id == w->id ? add(w, name, 0) : 0;
}

int isle_census_name_add(struct isle_arena *arena, struct isle_census_name **at, const char *name, int rank)
{
	struct isle_census_name *n;

	if (!name)
		return -ENOMEM;
	for (n = *at; n; n = n->next)
		if (!strcmp(n->name, name))
			return 0;
	while (*at && (*at)->rank <= rank)
		at = &(*at)->next;
	n = isle_arena_alloc(arena, sizeof(*n));
	if (!n)
		return -ENOMEM;
	*n = (struct isle_census_name){ .next = *at, .name = name, .rank = rank };
	*at = n;
	return 0;
}

int isle_names_of(struct isle_arena *arena, enum isle_ns_type type, uint64_t id, struct isle_census_name **ret)
{
	isle_auto(free) char *text = isle_mountinfo_read("/proc/thread-self/mountinfo");
	struct wanted w = { .arena = arena, .id = id };
	enum isle_ns_type its_type;
	struct isle_mount m;
	uint64_t its_id;
	char *s = text;
	int r;

	if (!text)
		return -ENOENT;
	while ((r = isle_mountinfo_next(&s, &m))) {
		const char *name;

		if (r < 0 || strcmp(m.fstype, "nsfs") || !isle_ns_id_parse(m.root, &its_type, &its_id) || its_id != id)
			continue;
		name = isle_mount_name(arena, type, m.point);
		r = add(&w, name ? name : m.point, name ? 0 : 1);
		if (r)
			return r;
	}
	r = type == ISLE_NS_NET ? isle_each_netns_link(on_link, &w) : 0;
	if (!r)
		*ret = w.names;
	return r;
}
