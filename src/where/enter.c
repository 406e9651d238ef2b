/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces for somebody who goes there. A host's mount namespace is made
 * when it is entered first; whoever took only what is there already would be in
 * the machine's mounts with the host's name and network. It is made by a child,
 * because that moves through mount namespaces and the caller stays. Who has no
 * privilege gets the user namespace, too: all rights to the others come of it.
 */
#include <linux/capability.h>
#include "enter/enter.h"
#include "ns/ns.h"
#include "where/where.h"

static int make_mounts(struct isle_host_ns *host, struct isle_diag *diag)
{
	struct isle_shared *sh = isle_shared_new();
	int r, status;
	pid_t pid;

	if (!sh)
		return isle_fail(diag, ENOMEM, NULL, "cannot enter %s.%s", host->host, host->lab);
	pid = isle_ns_clone_deaf(0, NULL, NULL);
	if (!pid) {
		isle_enter(host, sh);
		_exit(0);
	}
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r) {
		isle_fail(diag, -r, NULL, "cannot enter %s.%s", host->host, host->lab);
	} else {
		isle_shared_gone(sh, &host->tree);
		r = sh->errnum || sh->ours ? isle_shared_report(sh, NULL, diag) : 0;
	}
	isle_shared_free(sh);
	return r;
}

static bool has_one_of(const struct isle_ns_set *set, unsigned types)
{
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if ((types & ISLE_NS_BIT(t)) && set->fd[t] >= 0)
			return true;
	return false;
}

static int open_with_user(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag)
{
	const unsigned user = ISLE_NS_BIT(ISLE_NS_USER);
	struct isle_ns_set set;

	if (!types || types & user || strchr(ref, '/') || isle_cap_has(CAP_SYS_ADMIN))
		return isle_ns_open(ref, types, ret_set, diag);
	/* a user namespace alone, or nothing: the words about what was asked for */
	if (isle_ns_open(ref, types | user, &set, NULL))
		return isle_ns_open(ref, types, ret_set, diag);
	if (has_one_of(&set, types)) {
		*ret_set = set;
		return 0;
	}
	isle_ns_set_close(&set);
	return isle_ns_open(ref, types, ret_set, diag);
}

int isle_ns_open_to_enter(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag)
{
	struct isle_where *w;
	int r = 0;

	/* a host's name has neither */
	if (!(types & ISLE_NS_BIT(ISLE_NS_MNT)) || strpbrk(ref, "/:"))
		return open_with_user(ref, types, ret_set, diag);
	w = malloc(sizeof(*w));
	if (!w)
		return isle_fail(diag, ENOMEM, NULL, "looking for %s", ref);
	if (!isle_where_open(ref, ISLE_NS_ALL, w, NULL)) {
		if (w->kind == ISLE_WHERE_HOST && w->host.mnt < 0)
			r = make_mounts(&w->host, diag);
		isle_where_close(w);
	}
	free(w);
	return r ? r : open_with_user(ref, types, ret_set, diag);
}
