/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a census in the public form: commands of processes, read only for what
 * is handed out, and for each holder what frees the namespace of it.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "live/live.h"

enum { COMMAND_MAX = 512 };

const char *isle_holder_kind_name(enum isle_holder_kind kind)
{
	static const char *const names[ISLE_HOLDER_KINDS] = {
		[ISLE_HOLDER_PROCESS] = "process", [ISLE_HOLDER_THREAD] = "thread", [ISLE_HOLDER_CHILDREN] = "children",
		[ISLE_HOLDER_DESCRIPTOR] = "descriptor", [ISLE_HOLDER_MOUNT] = "mount", [ISLE_HOLDER_SOCKET] = "socket",
		[ISLE_HOLDER_CHILD] = "child", [ISLE_HOLDER_OWNED] = "owned",
	};

	return kind < ISLE_HOLDER_KINDS ? names[kind] : NULL;
}

static ssize_t read_file(int dir, const char *name, char *buf, size_t size)
{
	isle_auto(close) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n >= 0)
		buf[n] = 0;
	return n;
}

/* PID's command with its arguments, in brackets the name of one that has none (a kernel thread, a zombie). -ESRCH: it has ended. */
static int command(struct isle_census *c, pid_t pid, const char **ret, uid_t *ret_uid)
{
	char path[32], text[COMMAND_MAX];
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	isle_auto(close) int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) < 0)
		return -ESRCH;
	n = read_file(dir, "cmdline", text, sizeof(text));
	while (n > 0 && (!text[n - 1] || text[n - 1] == ' '))
		n--;
	if (n > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (!text[i])
				text[i] = ' ';
		*ret = isle_arena_strndup(c->arena, text, (size_t)n);
	} else {
		n = read_file(dir, "comm", text, sizeof(text));
		if (n < 0)
			return -ESRCH;
		text[strcspn(text, "\n")] = 0;
		*ret = isle_arena_printf(c->arena, "[%s]", text);
	}
	*ret_uid = st.st_uid;
	return *ret ? 0 : -ENOMEM;
}

int isle_census_info(struct isle_census *c, size_t i, struct isle_ns_info *ret)
{
	const struct isle_census_ns *ns = &c->nss[i];
	struct isle_ns_info info = {
		.type = ns->type, .id = ns->id, .owner = ns->owner, .parent = ns->parent, .has_uid = ns->has_uid, .uid = ns->uid,
		.own = ns->id == c->own[ns->type], .pid = ns->pid ? ns->pid : ns->thread_of,
	};
	const char **names;

	/* what it is called elsewhere matters only if it has no name here */
	for (const struct isle_census_name *n = ns->names; n && (n->rank < 2 || ns->names->rank == 2); n = n->next)
		info.n_names++;
	names = isle_arena_alloc(c->arena, (info.n_names + 1) * sizeof(*names));
	if (!names)
		return -ENOMEM;
	info.names = names;
	for (const struct isle_census_name *n = ns->names; names < info.names + info.n_names; n = n->next)
		*names++ = n->name;
	memcpy(info.n, ns->n, sizeof(info.n));
	if (info.pid && command(c, info.pid, &info.command, &info.pid_uid) == -ENOMEM)
		return -ENOMEM;
	*ret = info;
	return 0;
}

static bool fits_terminal(const char *s)
{
	bool fit = true;

	for (size_t left = strlen(s), letter; left && fit; s += letter, left -= letter)
		letter = isle_letter(s, left, &fit);
	return fit;
}

/* S as one word of a shell, which is also shown: in $'…' if a terminal should not get it as it is. */
static const char *quoted(struct isle_census *c, const char *s)
{
	const bool fit = fits_terminal(s);
	struct isle_buf b = { 0 };
	const char *r;

	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./:@%,=")])
		return s;
	isle_buf_puts(&b, fit ? "'" : "$'");
	for (; *s; s++) {
		if (*s == '\'')
			isle_buf_puts(&b, fit ? "'\\''" : "\\'");
		else if (!fit && (*s == '\\' || (unsigned char)*s < ' ' || (unsigned char)*s > 126))
			isle_buf_printf(&b, "\\%03o", (unsigned char)*s);
		else
			isle_buf_put(&b, s, 1);
	}
	isle_buf_puts(&b, "'");
	r = b.bad ? NULL : isle_arena_strdup(c->arena, b.s);
	isle_buf_done(&b);
	return r;
}

/* "/run/isle/office/net/h1": the lab; NULL: no lab's. */
static const char *lab_of(struct isle_census *c, const char *path)
{
	const char *lab = strncmp(path, "/run/isle/", 10) ? NULL : path + 10, *slash = lab ? strchr(lab, '/') : NULL;

	return slash && *lab != '.' ? isle_arena_strndup(c->arena, lab, (size_t)(slash - lab)) : NULL;
}

/* What takes away a mount in the caller's own mount namespace. */
static const char *own_advice(struct isle_census *c, const char *point, const char *name)
{
	const char *lab = lab_of(c, point), *path = quoted(c, point);

	if (!path)
		return NULL;
	if (lab)
		return isle_arena_printf(c->arena, "isle down %s", lab);
	if (name && !strncmp(point, "/run/isle/.ns/", 14))
		return isle_arena_printf(c->arena, "isle ns delete %s", quoted(c, name));
	if (name)
		return isle_arena_printf(c->arena, "ip netns delete %s", quoted(c, name));
	return isle_arena_printf(c->arena, "umount %s", path);
}

/*
 * The same file has it mounted on it in the caller's own mount namespace, under a name: removing the name removes the
 * file, and the kernel drops what is mounted on a removed file everywhere.
 */
static bool goes_along(const struct isle_census *c, const struct isle_census_hold *h)
{
	size_t n;
	const struct isle_census_hold *all = isle_census_holds(c, h->ns, &n);

	for (size_t i = 0; i < n; i++)
		if (all[i].kind == ISLE_HOLDER_MOUNT && c->nss[all[i].at].id == c->own[ISLE_NS_MNT] && all[i].on == h->on &&
		    !strcmp(all[i].what, h->what))
			return true;
	return false;
}

/* UID: whose process sees it. */
/* A mount of a lab in a mount namespace of the caller's own processes: his rootless lab, or a copy of it. */
static bool is_own_lab(struct isle_census *c, const struct isle_census_hold *h)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", h->pid);
	return lab_of(c, h->what) && stat(path, &st) == 0 && st.st_uid == geteuid();
}

static const char *mount_advice(struct isle_census *c, const struct isle_census_hold *h, const struct isle_holder *pub, uid_t uid)
{
	const unsigned long long at = pub->ns;
	const char *path;

	if (pub->here || (pub->name && goes_along(c, h)))
		return own_advice(c, h->what, pub->name);
	/* a rootless lab is mounted in its keeper's mount namespace */
	if (h->pid && uid == geteuid() && lab_of(c, h->what))
		return own_advice(c, h->what, pub->name);
	if (!h->pid)
		return isle_arena_printf(c->arena, "goes with mnt:[%llu]: see isle holders %llu", at, at);
	if (is_own_lab(c, h))
		return isle_arena_printf(c->arena, "isle down %s", lab_of(c, h->what));
	path = quoted(c, h->what);
	return path ? isle_arena_printf(c->arena, "nsenter --target %d --mount umount %s", h->pid, path) : NULL;
}

static const char *advice(struct isle_census *c, const struct isle_census_hold *h, const struct isle_holder *pub, uid_t uid)
{
	const char *type = isle_ns_type_name(pub->ns_type);

	switch (h->kind) {
	case ISLE_HOLDER_MOUNT:
		return mount_advice(c, h, pub, uid);
	case ISLE_HOLDER_CHILD:
	case ISLE_HOLDER_OWNED:
		return isle_arena_printf(c->arena, "goes after %s:[%llu]: see isle holders %llu", type,
					 (unsigned long long)pub->ns, (unsigned long long)pub->ns);
	default:
		return isle_arena_printf(c->arena, "kill %d", h->pid);
	}
}

int isle_census_holder(struct isle_census *c, const struct isle_census_hold *h, struct isle_holder *ret)
{
	struct isle_holder pub = { .kind = h->kind, .pid = h->pid, .tid = h->tid, .fd = h->fd, .what = h->what };
	const struct isle_census_ns *at = &c->nss[h->at];
	uid_t uid = (uid_t)-1;
	int r;

	if (h->kind == ISLE_HOLDER_MOUNT || h->kind == ISLE_HOLDER_CHILD || h->kind == ISLE_HOLDER_OWNED) {
		pub.ns_type = at->type;
		pub.ns = at->id;
		pub.here = h->kind == ISLE_HOLDER_MOUNT && at->id == c->own[ISLE_NS_MNT];
		if (h->kind == ISLE_HOLDER_MOUNT)
			pub.name = isle_mount_name(c->arena, c->nss[h->ns].type, h->what);
		else
			pub.name = at->names ? at->names->name : NULL;
	}
	if (h->pid) {
		r = command(c, h->pid, &pub.command, &uid);
		/* the one whose view it was may end; the mount does not with him */
		if (r && (r == -ENOMEM || h->kind != ISLE_HOLDER_MOUNT))
			return r;
	}
	pub.advice = advice(c, h, &pub, uid);
	if (!pub.advice)
		return -ENOMEM;
	*ret = pub;
	return 0;
}
