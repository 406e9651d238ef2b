/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: before a lab goes down, its interfaces in networks of others. They go
 * with their other ends, in namespaces of the lab; but the kernel ends these
 * some time after the last pin is gone, and who comes up with the same host at
 * once would still meet them. Which ends these are is asked of the kernel: those
 * whose link is in a namespace that the lab is attached to. What cannot be done
 * here the kernel does a moment later.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include "build/attach.h"
#include "nl/nl.h"
#include "ns/ns.h"

struct unplugger {
	int attached[ISLE_NSID_BITE];	/* of more the kernel takes care */
	size_t n_attached;
	/* in the namespace of the lab where we are */
	struct isle_nl nl;
	struct isle_nsid_answer ids[ISLE_NSID_BITE];	/* of those in `attached` */
	uint32_t ends[256];
	size_t n_ends;
};

static int see_link(const struct nlmsghdr *m, void *arg)
{
	struct unplugger *u = arg;
	struct isle_nlattrs attrs;
	int id;

	if (!m) {
		u->n_ends = 0;
		return 0;
	}
	isle_nl_attrs_of(m, sizeof(struct ifinfomsg), &attrs);
	id = (int)isle_nla_u32(attrs.a[IFLA_LINK_NETNSID], (uint32_t)-1);
	for (size_t i = 0; id >= 0 && i < u->n_attached && u->n_ends < ISLE_COUNT(u->ends); i++)
		if (u->ids[i].id == id) {
			u->ends[u->n_ends++] = (uint32_t)((const struct ifinfomsg *)NLMSG_DATA(m))->ifi_index;
			break;
		}
	return 0;
}

static void delete_ends(struct unplugger *u)
{
	_Alignas(8) uint8_t buf[64];
	struct isle_nlmsg m;

	if (isle_nsid_ask(&u->nl, u->attached, u->n_attached, u->ids) < 0)
		return;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	isle_nlmsg_end(&m);
	if (isle_nl_dump(&u->nl, &m, see_link, u) < 0)
		return;
	for (size_t i = 0; i < u->n_ends; i++)
		isle_nl_delete_link(&u->nl, u->ends[i]);
}

static void unplug_in(struct unplugger *u, int netns)
{
	struct isle_ns_sockets v = { .netns = netns };
	const int route = NETLINK_ROUTE;

	u->n_ends = 0;
	if (isle_ns_sockets(-1, &v, 1, &route, 1) < 0 || v.errnum || isle_nl_adopt(&u->nl, v.fd[0], route) < 0)
		return;
	delete_ends(u);
	isle_nl_close(&u->nl);
}

static void find_attached(const struct isle_tree *tree, DIR *pins, struct unplugger *u)
{
	for (struct dirent *e; u->n_attached < ISLE_COUNT(u->attached) && (e = readdir(pins));) {
		if (*e->d_name == '.' || !isle_attach_has(tree->dir, e->d_name))
			continue;
		u->attached[u->n_attached] = openat(dirfd(pins), e->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (u->attached[u->n_attached] >= 0)
			u->n_attached++;
	}
}

static void unplug_pin(struct unplugger *u, int dir, const char *name)
{
	isle_auto(close) int netns = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (netns >= 0)
		unplug_in(u, netns);
}

void isle_attach_unplug(const struct isle_tree *tree)
{
	const bool any = faccessat(tree->dir, ISLE_ATTACH_DIR, F_OK, 0) == 0;
	const int dir = any ? openat(tree->dir, "net", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *pins = dir < 0 ? NULL : fdopendir(dir);
	struct unplugger u = { .n_attached = 0 };

	if (!pins) {
		if (dir >= 0)
			close(dir);
		return;
	}
	find_attached(tree, pins, &u);
	rewinddir(pins);
	for (struct dirent *e; u.n_attached && (e = readdir(pins));)
		if (*e->d_name != '.' && !isle_attach_has(tree->dir, e->d_name))
			unplug_pin(&u, dirfd(pins), e->d_name);
	if (u.n_attached)
		unplug_pin(&u, tree->dir, "fabric");
	for (size_t i = 0; i < u.n_attached; i++)
		close(u.attached[i]);
	closedir(pins);
}
