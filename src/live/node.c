/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces as they are met. Each is opened once, when it is new, and
 * asked for its owner and parent (ioctl_ns(2)); these are met in turn, and may
 * be namespaces that nobody is in any more. What is outside of the caller's
 * user or pid namespace the kernel does not tell.
 */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "live/scan.h"

/* The namespace that REQUEST says stands above FD: its id, and met; 0: it is not told. */
static int ask(struct isle_scan *s, int fd, unsigned long request, enum isle_ns_type type, uint64_t *ret)
{
	isle_auto(close) int above = ioctl(fd, request);
	struct stat st;
	size_t i;
	int r;

	*ret = 0;
	if (above < 0 || fstat(above, &st) < 0)
		return 0;
	r = isle_scan_meet(s, type, st.st_ino, above, &i);
	if (!r)
		*ret = st.st_ino;
	return r;
}

static int relate(struct isle_scan *s, size_t i, int fd)
{
	const enum isle_ns_type type = s->c->nss[i].type;
	uint64_t owner, parent = 0;
	uid_t uid;
	bool has_uid = type == ISLE_NS_USER && ioctl(fd, NS_GET_OWNER_UID, &uid) == 0;
	int r = ask(s, fd, NS_GET_USERNS, ISLE_NS_USER, &owner);

	if (!r && type == ISLE_NS_PID)
		r = ask(s, fd, NS_GET_PARENT, ISLE_NS_PID, &parent);
	if (r)
		return r;
	/* not before: the array may have moved */
	s->c->nss[i].owner = owner;
	s->c->nss[i].parent = type == ISLE_NS_USER ? owner : parent;
	s->c->nss[i].has_uid = has_uid;
	if (has_uid)
		s->c->nss[i].uid = uid;
	return 0;
}

bool isle_scan_met(const struct isle_scan *s, uint64_t id, size_t *ret)
{
	uint64_t i;

	if (!isle_idmap_get(&s->c->index, id, &i))
		return false;
	*ret = (size_t)i;
	return true;
}

int isle_scan_meet(struct isle_scan *s, enum isle_ns_type type, uint64_t id, int fd, size_t *ret)
{
	struct isle_census *c = s->c;
	size_t i = c->n_nss;
	int r;

	if (isle_scan_met(s, id, ret))
		return 0;
	if (!isle_arena_grow(c->arena, &c->nss, c->n_nss, &c->cap_nss, sizeof(*c->nss)))
		return -ENOMEM;
	r = isle_idmap_put(&c->index, id, i);
	if (r)
		return r;
	c->nss[c->n_nss++] = (struct isle_census_ns){ .type = type, .id = id, .via_fd = -1 };
	r = fd < 0 ? 0 : relate(s, i, fd);
	if (!r)
		*ret = i;
	return r;
}

int isle_scan_meet_at(struct isle_scan *s, enum isle_ns_type type, uint64_t id, int dir, const char *path, size_t *ret)
{
	struct stat st;

	if (isle_scan_met(s, id, ret))
		return 0;
	isle_auto(close) int fd = isle_scan_relates(s) ? openat(dir, path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_ino != id))
		return -ESRCH;	/* went elsewhere meanwhile */
	return isle_scan_meet(s, type, id, fd, ret);
}

int isle_scan_hold(struct isle_scan *s, const struct isle_census_hold *hold)
{
	struct isle_census *c = s->c;
	struct isle_census_ns *ns = &c->nss[hold->ns];

	if (!isle_arena_grow(c->arena, &c->holds, c->n_holds, &c->cap_holds, sizeof(*c->holds)))
		return -ENOMEM;
	c->holds[c->n_holds++] = *hold;
	ns->n[hold->kind]++;
	if (hold->kind == ISLE_HOLDER_PROCESS && (!ns->pid || hold->pid < ns->pid))
		ns->pid = hold->pid;
	if (hold->kind == ISLE_HOLDER_THREAD && (!ns->thread_of || hold->pid < ns->thread_of))
		ns->thread_of = hold->pid;
	return 0;
}

int isle_scan_name(struct isle_scan *s, size_t ns, const char *name, int rank)
{
	return isle_census_name_add(s->c->arena, &s->c->nss[ns].names, name, rank);
}
