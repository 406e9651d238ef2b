/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a name on the command line to a host's namespaces. HOST is looked
 * for in the lab that $ISLE_LAB names, then in every lab that is up; HOST.LAB
 * says it all. Only file names in the labs' trees are asked, so that it costs
 * the same whatever the size of a lab.
 */
#include <fcntl.h>
#include <sched.h>
#include "engine/enter.h"
#include "ns/ns.h"

#define PLACE_MAX (ISLE_NAME_MAX + 8)

static bool is_name(const char *s, size_t n)
{
	if (!n || n >= ISLE_NAME_MAX)
		return false;
	return !memchr(s, '/', n) && !memchr(s, '.', n) && !memchr(s, ':', n);
}

static bool has_host(const struct isle_tree *tree, const char *host)
{
	char path[PLACE_MAX];

	snprintf(path, sizeof(path), "net/%s", host);
	return faccessat(tree->dir, path, F_OK, 0) == 0;
}

static int open_pin(const struct isle_tree *tree, const char *type, const char *host, int flag)
{
	char path[PLACE_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", type, host);
	fd = openat(tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (isle_ns_is(fd, flag))
		return fd;
	close(fd);
	return -EBADF;	/* the pin was taken off: an ordinary file again */
}

int isle_host_open_in(struct isle_host_ns *h, const char *host)
{
	snprintf(h->host, sizeof(h->host), "%s", host);
	snprintf(h->lab, sizeof(h->lab), "%s", h->tree.lab);
	h->uts = h->mnt = -1;
	h->net = open_pin(&h->tree, "net", host, CLONE_NEWNET);
	if (h->net < 0)
		return h->net;
	h->uts = open_pin(&h->tree, "uts", host, CLONE_NEWUTS);
	if (h->uts < 0) {
		close(h->net);
		return h->uts;
	}
	h->mnt = open_pin(&h->tree, "mnt", host, CLONE_NEWNS);
	return 0;
}

static int open_found(struct isle_host_ns *ret, const char *host, struct isle_diag *diag)
{
	int r = isle_host_open_in(ret, host);

	if (!r)
		return 0;
	isle_tree_close(&ret->tree);
	isle_fail(diag, -r, NULL, "cannot open the namespaces of %s.%s", host, ret->tree.lab);
	if (r == -EBADF)
		isle_hint(diag, "somebody unmounted a pin of it: isle down %s, then up again", ret->tree.lab);
	return r;
}

static int no_host(const char *lab, const char *host, struct isle_diag *diag)
{
	isle_reject(diag, NULL, "lab %s has no host %s", lab, host);
	isle_hint(diag, "its hosts: isle show %s", lab);
	return -ENOENT;
}

static int open_in_lab(const struct isle_site *site, const char *lab, const char *host, struct isle_host_ns *ret,
		       struct isle_diag *diag)
{
	int r = isle_tree_open(site, lab, &ret->tree, diag);

	if (r)
		return r;
	if (has_host(&ret->tree, host))
		return open_found(ret, host, diag);
	isle_tree_close(&ret->tree);
	return no_host(lab, host, diag);
}

static bool is_elsewhere(const char *host)
{
	char path[sizeof(ISLE_NETNS_DIR) + ISLE_NAME_MAX];

	snprintf(path, sizeof(path), ISLE_NETNS_DIR "/%s", host);
	return access(path, F_OK) == 0;
}

static int nowhere(const char *host, size_t n_labs, struct isle_diag *diag)
{
	if (is_elsewhere(host)) {
		isle_reject(diag, NULL, "no lab has a host %s: it is a named namespace that isle did not make", host);
		isle_hint(diag, "ip netns exec %s COMMAND; this version of isle enters hosts of labs only", host);
	} else if (n_labs) {
		isle_reject(diag, NULL, "no lab that is up has a host %s", host);
		isle_hint(diag, "what is up: isle ls");
	} else if (getenv("ISLE_HOST")) {
		isle_reject(diag, NULL, "no host %s: from inside a host, no lab is in sight", host);
		isle_hint(diag, "call isle from outside: another terminal, or CMD in isle run -f FILE -- CMD");
	} else {
		isle_reject(diag, NULL, "no host %s: no lab is up", host);
		isle_hint(diag, "isle up FILE brings one up; isle run -f FILE -- COMMAND does it for one command");
	}
	return -ENOENT;
}

static int ambiguous(const char *host, char **labs, const bool *has, size_t n, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf list = { 0 };

	for (size_t i = 0; i < n; i++)
		if (has[i])
			isle_buf_printf(&list, "%s%s.%s", list.n ? ", " : "", host, labs[i]);
	isle_reject(diag, NULL, "%s is a host of several labs: %s", host, list.s ? list.s : "");
	isle_hint(diag, "say which: HOST.LAB, or set ISLE_LAB");
	return -ENOTUNIQ;
}

static int search(const struct isle_site *site, const char *host, struct isle_arena *arena, struct isle_host_ns *ret,
		  struct isle_diag *diag)
{
	size_t n, matches = 0, last = 0;
	char **labs;
	bool *has;
	int r;

	r = isle_tree_list(site, arena, &labs, &n, diag);
	if (r)
		return r;
	has = isle_arena_alloc(arena, n + 1);
	if (!has)
		return isle_fail(diag, ENOMEM, NULL, "looking for host %s", host);
	for (size_t i = 0; i < n; i++) {
		struct isle_tree tree;

		if (isle_tree_open(site, labs[i], &tree, NULL))
			continue;
		has[i] = has_host(&tree, host);
		isle_tree_close(&tree);
		if (has[i]) {
			matches++;
			last = i;
		}
	}
	if (!matches)
		return nowhere(host, n, diag);
	return matches > 1 ? ambiguous(host, labs, has, n, diag) : open_in_lab(site, labs[last], host, ret, diag);
}

int isle_host_open(const char *name, struct isle_host_ns *ret, struct isle_diag *diag)
{
	size_t n = strcspn(name, ".");
	const char *lab = name[n] ? name + n + 1 : NULL, *preferred = getenv("ISLE_LAB");
	struct isle_arena *arena;
	struct isle_site site;
	char host[ISLE_NAME_MAX];
	int r;

	if (!is_name(name, n) || (lab && !is_name(lab, strlen(lab)))) {
		isle_reject(diag, NULL, "'%s' is not a host: HOST or HOST.LAB", name);
		isle_hint(diag, "paths, pid:N and containers are not in this version: nsenter enters them");
		return -EINVAL;
	}
	snprintf(host, sizeof(host), "%.*s", (int)n, name);
	r = isle_site_find(&site, diag);
	if (r)
		return r;
	if (lab)
		return open_in_lab(&site, lab, host, ret, diag);
	if (preferred && is_name(preferred, strlen(preferred)) && !isle_tree_open(&site, preferred, &ret->tree, NULL)) {
		if (has_host(&ret->tree, host))
			return open_found(ret, host, diag);
		isle_tree_close(&ret->tree);
	}
	arena = isle_arena_new();
	if (!arena)
		return isle_fail(diag, ENOMEM, NULL, "looking for host %s", host);
	r = search(&site, host, arena, ret, diag);
	isle_arena_free(arena);
	return r;
}

void isle_host_close(struct isle_host_ns *h)
{
	isle_tree_close(&h->tree);
	close(h->net);
	close(h->uts);
	if (h->mnt >= 0)
		close(h->mnt);
}
