/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: removing what others left, because it was named. It is looked at again
 * right before: a name must lead to no namespace still, a mount be that of the
 * namespace that was meant, with nobody in it, an interface be the one that was
 * found. A mount in another mount namespace is taken away there, by a thread
 * that follows no symbolic link of whoever lives in it.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "gc/inner.h"
#include "nl/nl.h"
#include "ns/ns.h"

int isle_release_name(struct isle_sweep *s, const struct isle_leaving *f)
{
	if (!isle_is_scrap_name(f->key))
		return 1;
	if (unlink(f->key) == 0 || errno == ENOENT)
		return 0;
	return isle_fail(s->d, errno, NULL, "cannot remove %s", f->key);
}

/* ---- Namespaces */

struct drop {
	const char *path;
	uint64_t id;
	dev_t nsfs;
};

static int open_parent(char *path)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	char *slash = strrchr(path, '/');
	int fd;

	*slash = 0;
	fd = (int)syscall(SYS_openat2, AT_FDCWD, slash == path ? "/" : path, &how, sizeof(how));
	*slash = '/';
	return fd;
}

/* In a thread that has a directory of its own. -errno; 0 also if it is not there any more. */
static int drop_mount(void *arg)
{
	const struct drop *d = arg;
	isle_auto(free) char *path = strdup(d->path);
	isle_auto(close) int parent = path ? open_parent(path) : -1;
	const char *name = path ? strrchr(path, '/') + 1 : "";
	struct stat st;

	if (parent < 0)
		return path ? -errno : -ENOMEM;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_dev != d->nsfs || st.st_ino != d->id)
		return 0;
	if (fchdir(parent) < 0 || umount2(name, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		return -errno;
	/* the file that was made for it; any other one is not ours to take */
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && !st.st_size && unlinkat(parent, name, 0) < 0)
		return -errno;
	return 0;
}

static int open_mounts(const struct isle_sweep *s, const struct isle_census_hold *h)
{
	const struct isle_census *c = s->snap->census;
	char path[48] = "/proc/thread-self/ns/mnt";
	isle_auto(close) int fd = -1;
	dev_t dev;
	ino_t ino;

	if (c->nss[h->at].id != c->own[ISLE_NS_MNT])
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", h->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || isle_ns_id(fd, &dev, &ino))
		return -errno;
	return ino == c->nss[h->at].id ? isle_steal_fd(&fd) : -ESRCH;
}

static int drop_hold(struct isle_sweep *s, const struct isle_snap_ns *ns, const struct isle_census_hold *h, dev_t nsfs)
{
	struct drop d = { .path = h->what, .id = ns->id, .nsfs = nsfs };
	isle_auto(close) int mnt = open_mounts(s, h);
	int r, value = 0;

	if (mnt < 0) {
		isle_fail(s->d, -mnt, NULL, "cannot get at the mounts where %s is", h->what);
		isle_hint(s->d, "`isle holders net:[%llu]` tells whose they are", (unsigned long long)ns->id);
		return mnt;
	}
	r = isle_ns_call(mnt, drop_mount, &d, &value, s->d);
	if (!r && value)
		r = isle_fail(s->d, -value, NULL, "cannot unmount %s", h->what);
	return r;
}

/* Somebody may have entered it since the census. */
static int check_empty(struct isle_sweep *s, const struct isle_snap_ns *ns, dev_t nsfs)
{
	const struct isle_nsid id = { nsfs, (ino_t)ns->id };
	struct isle_proc *procs = NULL;
	size_t n = 0;
	int r = isle_procs_in(&id, 1, &procs, &n);

	if (r)
		isle_fail(s->d, -r, NULL, "cannot look whether somebody is in %s", ns->label);
	else if (n)
		r = isle_reject(s->d, NULL, "pid %d (%s) is in %s now", procs[0].pid, procs[0].comm, ns->label);
	free(procs);
	return r;
}

int isle_release_namespace(struct isle_sweep *s, const struct isle_leaving *f)
{
	const struct isle_census *c = s->snap->census;
	const struct isle_census_hold *holds;
	struct stat st;
	size_t n;
	int r;

	if (stat("/proc/thread-self/ns/net", &st) < 0)
		return isle_fail(s->d, errno, NULL, "cannot look into /proc");
	r = check_empty(s, f->ns, st.st_dev);
	holds = isle_census_holds(c, (size_t)(f->ns->census - c->nss), &n);
	for (size_t i = 0; i < n && !r; i++)
		r = drop_hold(s, f->ns, &holds[i], st.st_dev);
	return r;
}

/* ---- Links */

/* 0: it is the one that was found; 1: not any more; -errno. */
static int is_it(struct isle_nl *nl, const struct isle_snap_link *l)
{
	uint8_t buf[256], answer[16384];
	const struct nlmsghdr *h;
	struct isle_nlattrs a;
	struct isle_nlmsg m;
	struct ifinfomsg *i;
	int r;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	i = isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(*i));
	if (i)
		i->ifi_index = l->ifindex;
	isle_nlmsg_end(&m);
	r = isle_nl_get(nl, &m, answer, sizeof(answer), &h);
	if (r)
		return r;
	isle_nl_attrs_of(h, sizeof(*i), &a);
	return isle_str_eq(isle_nla_str(a.a[IFLA_IFNAME]), l->name) && isle_nla_u32(a.a[IFLA_LINK], 0) == (uint32_t)l->link ? 0 : 1;
}

int isle_release_link(struct isle_sweep *s, const struct isle_leaving *f)
{
	struct isle_snap_ns *ns = isle_snap_ns_of(s->snap, f->ns->id);
	struct isle_nl nl;
	int r = isle_snap_ears(s->snap, &ns, 1, &nl);

	/* its namespace went, and took it along */
	if (nl.fd < 0)
		return r ? isle_fail(s->d, -r, NULL, "cannot get into %s", ns->label) : 0;
	r = is_it(&nl, f->link);
	if (!r)
		r = isle_nl_delete_link(&nl, (uint32_t)f->link->ifindex);
	if (r < 0 && r != -ENODEV) {
		isle_fail(s->d, -r, NULL, "cannot delete %s", f->item.name);
		isle_diag_kernel(s->d, nl.extack);
	}
	isle_nl_close(&nl);
	return r == -ENODEV ? 0 : r;
}
