/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a command inside a host that is up, or in the network namespace of
 * anything else that has a name. No process stays between the caller and the
 * command: the caller itself enters and becomes it, so signals, job control and
 * the exit status are the command's own. A plain namespace costs one setns();
 * mounts of its own are made only if there is something to show in them. Of a
 * bundle everything is joined. Who has no right to a namespace but owns the
 * user namespace that it belongs to (a rootless container's), enters that first.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include "enter/enter.h"
#include "ns/ns.h"
#include "where/where.h"

extern char **environ;

static bool has_etc(const struct isle_where *w)
{
	char path[sizeof("/etc/netns/") + NAME_MAX + 1];

	if (w->kind != ISLE_WHERE_NETNS)
		return false;
	snprintf(path, sizeof(path), "/etc/netns/%.*s", NAME_MAX, w->name);
	return access(path, F_OK) == 0;
}

static int enter_owner(int net)
{
	isle_auto(close) int owner = ioctl(net, NS_GET_USERNS);

	if (owner < 0 || setns(owner, CLONE_NEWUSER) < 0)
		return -EPERM;
	return setns(net, CLONE_NEWNET) < 0 ? -errno : 0;
}

static int enter_net(const struct isle_where *w, struct isle_diag *d)
{
	int net = w->set.fd[ISLE_NS_NET];
	int r = setns(net, CLONE_NEWNET) < 0 ? -errno : 0;

	if (r == -EPERM)
		r = enter_owner(net);
	if (!r)
		return 0;
	isle_fail(d, -r, NULL, "cannot enter the network namespace of %s", w->name);
	if (r == -EPERM && !isle_cap_has(CAP_SYS_ADMIN))
		isle_hint(d, "entering it takes CAP_SYS_ADMIN: sudo isle exec %s …", w->name);
	else if (r == -EPERM)
		isle_hint(d, "it belongs to a user namespace that gives no rights here: call isle from outside of yours");
	return r;
}

static int enter_plain(const struct isle_where *w, bool sys, struct isle_diag *d)
{
	bool etc = has_etc(w);
	int r;

	if (w->set.fd[ISLE_NS_NET] < 0) {
		isle_reject(d, NULL, "%s is no network namespace", w->name);
		isle_hint(d, "isle ns enter goes into namespaces of the other types");
		return -EINVAL;
	}
	r = enter_net(w, d);
	return r || !(etc || sys) ? r : isle_netns_view(w->name, etc ? w->name : NULL, d);
}

static int enter_one(struct isle_where *w, const struct isle_exec_options *o, struct isle_diag *d)
{
	if (w->kind == ISLE_WHERE_HOST)
		return isle_host_enter(&w->host, d);
	return enter_plain(w, o && o->sys, d);
}

/* All that it has, as `isle ns enter` does it; for a pid namespace that takes a child. */
static int run_bundle(struct isle_where *w, const struct isle_exec_options *o, char *const argv[], int *ret_status,
		      struct isle_diag *d)
{
	const struct isle_ns_exec_options enter = { .stay = true };

	if (o && o->entered)
		o->entered(o->arg);
	return isle_ns_exec(&w->set, &enter, argv, ret_status, d);
}

static int run(struct isle_where *w, const struct isle_exec_options *o, char *const argv[], int *ret_status, struct isle_diag *d)
{
	bool host = w->kind == ISLE_WHERE_HOST;
	struct isle_shared sh = { .step = -1 };
	char **env = host ? isle_command_env(w->host.lab, w->host.host) : environ;
	int r;

	if (!env)
		return isle_fail(d, ENOMEM, NULL, "cannot run %s", argv[0]);
	r = enter_one(w, o, d);
	if (!r && o && o->entered)
		o->entered(o->arg);
	if (!r) {
		*ret_status = isle_command_exec(argv, env, &sh);
		r = isle_shared_report(&sh, NULL, d);
	}
	if (host)
		isle_command_env_free(env);
	return r;
}

int isle_exec_with(const char *ref, const struct isle_exec_options *o, char *const argv[], int *ret_status, struct isle_diag *diag)
{
	struct isle_where *w;
	int r;

	*ret_status = 125;
	r = isle_command_check(argv, diag);
	if (r)
		return r;
	w = malloc(sizeof(*w));
	if (!w)
		return isle_fail(diag, ENOMEM, NULL, "cannot run %s", argv[0]);
	r = isle_where_open(ref, ISLE_NS_ALL, w, diag);
	if (!r) {
		r = (w->kind == ISLE_WHERE_BUNDLE ? run_bundle : run)(w, o, argv, ret_status, diag);
		isle_where_close(w);
	}
	free(w);
	return r;
}

int isle_exec(const char *ref, char *const argv[], int *ret_status, struct isle_diag *diag)
{
	return isle_exec_with(ref, NULL, argv, ret_status, diag);
}
