/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from namespace to namespace without going there. They are opened in
 * waves, so that a thousand of them need no more descriptors than a handful:
 * the caller may have a limit of 1024, and descriptors of its own. Where even a
 * wave is too many it is halved. What the caller may not enter as it is, it may
 * be able to from the user namespace that owns it.
 */
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "live/snap_read.h"
#include "ns/ns.h"

enum { WAVE = 64 };

struct wave {
	struct isle_snapping *s;
	struct isle_snap_ns *const *nss;
	size_t n;
	struct isle_ns_sockets at[WAVE];
	int protocols[ISLE_NS_PROTOCOLS];
	size_t n_protocols;
	bool first;
};

static bool is_exhausted(int errnum)
{
	return errnum == EMFILE || errnum == ENFILE;
}

static void close_all(struct wave *w)
{
	for (size_t i = 0; i < w->n; i++) {
		isle_auto_close(&w->at[i].netns);
		isle_ns_sockets_close(&w->at[i]);
	}
}

/* Those from I on that have the same owner as that one: from there. */
static int enter_by_owner(struct wave *w, size_t i, int owner)
{
	struct isle_ns_sockets some[WAVE];
	struct stat want, st, own;
	int r;

	/* from his own the caller has tried */
	if (fstat(owner, &want) < 0 || stat("/proc/thread-self/ns/user", &own) < 0 || own.st_ino == want.st_ino)
		return 0;
	memcpy(some, w->at, sizeof(some));
	for (size_t k = 0; k < w->n; k++) {
		isle_auto(close) int its = k >= i && w->at[k].errnum == EPERM ? ioctl(w->at[k].netns, NS_GET_USERNS) : -1;

		if (its < 0 || fstat(its, &st) < 0 || st.st_ino != want.st_ino)
			some[k].netns = -1;
	}
	r = isle_ns_sockets(owner, some, w->n, w->protocols, w->n_protocols);
	for (size_t k = 0; k < w->n; k++)
		if (some[k].netns >= 0) {
			w->at[k] = some[k];
			/* not to be tried again */
			w->at[k].errnum = some[k].errnum == EPERM ? EACCES : some[k].errnum;
		}
	return r;
}

/* Sockets in all of the wave. -EMFILE: with less of them it may go. */
static int enter(struct wave *w)
{
	struct isle_ns_sockets none = { .netns = -1, .fd = { -1, -1, -1 }, .file_fd = { -1, -1 } };
	int r;

	if (w->first)
		memcpy(none.files, w->s->iptables_files, sizeof(none.files));

	for (size_t i = 0; i < w->n; i++)
		w->at[i] = none;
	for (size_t i = 0; i < w->n; i++) {
		w->at[i].netns = isle_snap_open(w->s, w->nss[i]);
		if (is_exhausted(-w->at[i].netns) || w->at[i].netns == -ENOMEM)
			return w->at[i].netns;
		if (w->at[i].netns < 0 && w->first)
			w->nss[i]->unseen = -w->at[i].netns;
	}
	r = isle_ns_sockets(-1, w->at, w->n, w->protocols, w->n_protocols);
	for (size_t i = 0; i < w->n && !r; i++) {
		isle_auto(close) int owner = w->at[i].errnum == EPERM ? ioctl(w->at[i].netns, NS_GET_USERNS) : -1;

		if (owner >= 0)
			r = enter_by_owner(w, i, owner);
	}
	for (size_t i = 0; i < w->n && !r; i++)
		if (is_exhausted(w->at[i].errnum))
			r = -w->at[i].errnum;
	return r;
}

static int adopt(int protocol, struct isle_snapping *s, int *fd)
{
	struct isle_nl *nl = protocol == NETLINK_ROUTE	? &s->route :
			     protocol == NETLINK_NETFILTER ? &s->nft :
			     protocol == NETLINK_GENERIC   ? &s->generic :
							     &s->diag;

	return *fd < 0 ? 0 : isle_nl_adopt(nl, isle_steal_fd(fd), protocol);
}

static int call(struct wave *w, size_t i, int (*fn)(struct isle_snapping *, void *), void *arg)
{
	struct isle_snapping *s = w->s;
	struct isle_ns_sockets *at = &w->at[i];
	int r = 0;

	s->ns = w->nss[i];
	if (at->netns < 0 || at->errnum) {
		if (at->errnum && w->first)
			s->ns->unseen = at->errnum == EACCES ? EPERM : at->errnum;
		return 0;
	}
	s->route = s->nft = s->diag = s->generic = (struct isle_nl){ .fd = -1 };
	s->netns = at->netns;
	memcpy(s->iptables, at->file_fd, sizeof(s->iptables));
	for (size_t k = 0; k < w->n_protocols && !r; k++)
		r = adopt(w->protocols[k], s, &at->fd[k]);
	if (!r)
		r = fn(s, arg);
	isle_nl_close(&s->route);
	isle_nl_close(&s->nft);
	isle_nl_close(&s->diag);
	isle_nl_close(&s->generic);
	return r;
}

int isle_snap_visit(struct isle_snapping *s, struct isle_snap_ns *const *nss, size_t n, bool first,
		    int (*fn)(struct isle_snapping *, void *), void *arg)
{
	struct wave w = { .s = s, .first = first, .protocols = { NETLINK_ROUTE }, .n_protocols = 1 };
	size_t size = WAVE;
	int r = 0;

	if (first && s->snap->parts & ISLE_SNAP_NFT)
		w.protocols[w.n_protocols++] = NETLINK_NETFILTER;
	if (first && s->snap->parts & ISLE_SNAP_NFT)
		isle_snap_find_iptables(s);
	if (first && s->snap->parts & ISLE_SNAP_SOCKETS)
		w.protocols[w.n_protocols++] = NETLINK_SOCK_DIAG;
	if (s->wants_generic)
		w.protocols[w.n_protocols++] = NETLINK_GENERIC;
	for (size_t i = 0; i < n && !r;) {
		w.nss = nss + i;
		w.n = n - i < size ? n - i : size;
		r = enter(&w);
		for (size_t k = 0; k < w.n && !r; k++)
			r = call(&w, k, fn, arg);
		close_all(&w);
		if (is_exhausted(-r) && size > 1) {
			size /= 2;
			r = 0;
			continue;
		}
		i += w.n;
	}
	return r;
}
