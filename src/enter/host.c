/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a name on the command line to a host's namespaces. HOST is looked
 * for in the lab that $ISLE_LAB names, then in every lab that is up; HOST.LAB
 * says it all. Only file names in the labs' trees are asked, so that it costs
 * the same whatever the size of a lab.
 */
#include <fcntl.h>
#include <sched.h>
#include "enter/enter.h"
#include "ns/ns.h"
#include "tree/state.h"

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

static int nowhere(const char *host, size_t n_labs, struct isle_diag *diag)
{
	if (n_labs) {
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

static int ambiguous(const struct isle_host_match *m, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf list = { 0 };

	for (size_t i = 0; i < m->n; i++)
		isle_buf_printf(&list, "%s%s.%s", i ? ", " : "", m->host, m->labs[i]);
	isle_reject(diag, NULL, "%s is a host of several labs: %s", m->host, list.s ? list.s : "");
	isle_hint(diag, "say which: HOST.LAB, or set ISLE_LAB");
	return -ENOTUNIQ;
}

static bool lab_has(const struct isle_site *site, const char *lab, const char *host)
{
	struct isle_tree tree;
	bool has;

	if (isle_tree_find(site, lab, &tree, NULL))
		return false;
	has = has_host(&tree, host);
	isle_tree_close(&tree);
	return has;
}

static int add(struct isle_host_match *m, struct isle_arena *arena, size_t *cap, const char *lab)
{
	if (!isle_arena_grow(arena, &m->labs, m->n, cap, sizeof(*m->labs)))
		return -ENOMEM;
	m->labs[m->n++] = lab;
	return 0;
}

static int match_all(struct isle_host_match *m, struct isle_arena *arena, struct isle_diag *diag)
{
	size_t n, cap = 0;
	char **labs;
	int r = isle_tree_list(&m->site, arena, &labs, &n, diag);

	if (r)
		return r;
	m->n_up = n;
	for (size_t i = 0; i < n; i++)
		if (lab_has(&m->site, labs[i], m->host) && add(m, arena, &cap, labs[i]))
			return isle_fail(diag, ENOMEM, NULL, "looking for host %s", m->host);
	return 0;
}

int isle_host_match(const char *name, struct isle_arena *arena, struct isle_host_match *m, struct isle_diag *diag)
{
	const char *preferred = getenv("ISLE_LAB");
	size_t n = strcspn(name, "."), cap = 0;
	int r;

	memset(m, 0, sizeof(*m));
	if (!is_name(name, n) || (name[n] && !is_name(name + n + 1, strlen(name + n + 1))))
		return -EINVAL;
	snprintf(m->host, sizeof(m->host), "%.*s", (int)n, name);
	m->said = name[n] ? name + n + 1 : NULL;
	r = isle_site_find(&m->site, diag);
	if (r)
		return r;
	if (!m->said && preferred && is_name(preferred, strlen(preferred)) && lab_has(&m->site, preferred, m->host)) {
		m->preferred = true;
		return add(m, arena, &cap, preferred) ? isle_fail(diag, ENOMEM, NULL, "looking for host %s", m->host) : 0;
	}
	if (!m->said)
		return match_all(m, arena, diag);
	if (!lab_has(&m->site, m->said, m->host))
		return 0;
	return add(m, arena, &cap, m->said) ? isle_fail(diag, ENOMEM, NULL, "looking for host %s", m->host) : 0;
}

int isle_host_open_match(const struct isle_host_match *m, struct isle_host_ns *ret, struct isle_diag *diag)
{
	if (m->n > 1)
		return ambiguous(m, diag);
	if (m->n || m->said)
		return open_in_lab(&m->site, m->n ? m->labs[0] : m->said, m->host, ret, diag);
	return nowhere(m->host, m->n_up, diag);
}

int isle_host_open(const char *name, struct isle_host_ns *ret, struct isle_diag *diag)
{
	struct isle_arena *arena = isle_arena_new();
	struct isle_host_match m;
	int r;

	if (!arena)
		return isle_fail(diag, ENOMEM, NULL, "looking for host %s", name);
	r = isle_host_match(name, arena, &m, diag);
	if (r == -EINVAL && !m.host[0]) {
		isle_reject(diag, NULL, "'%s' is not a host: HOST or HOST.LAB", name);
		isle_hint(diag, "isle exec and isle shell enter other namespaces, too: pid:N, docker:NAME, a path");
	}
	if (!r)
		r = isle_host_open_match(&m, ret, diag);
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
