/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ns enter`: the options of nsenter(1); and without a target or a
 * file, the first argument names where to go.
 */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "cli/cli.h"

struct where {
	pid_t target;			/* 0: none */
	bool files;			/* a FILE was given */
	unsigned types;			/* asked for, without a file */
	struct isle_ns_set set;
	char root[32], wd[32];		/* the target's, for --root and --wd without a value */
};

static int check_type(struct cli *c, int fd, int type, const char *path)
{
	const int flag = ioctl(fd, NS_GET_NSTYPE);

	if (flag == isle_ns_type_flag(type))
		return 0;
	for (int t = 0; flag > 0 && t < ISLE_NS_TYPES; t++)
		if (flag == isle_ns_type_flag(t)) {
			cli_wrong(c, "%s is a %s namespace, not %s", path, isle_ns_type_name(t), isle_ns_type_name(type));
			isle_hint(c->diag, "--%s=%s", isle_ns_type_name(t), path);
			return CLI_EXEC_FAILED;
		}
	cli_wrong(c, "%s is no namespace", path);
	isle_hint(c->diag, "it may have been unmounted, or made in another mount namespace: isle holders %s", path);
	return CLI_EXEC_FAILED;
}

static int open_ns(struct cli *c, struct where *w, int type, const char *path)
{
	w->set.fd[type] = open(path, O_RDONLY | O_CLOEXEC);
	if (w->set.fd[type] >= 0)
		return check_type(c, w->set.fd[type], type, path);
	const int e = errno;

	isle_fail(c->diag, e, NULL, "cannot open %s", path);
	if (e == ENOENT && w->target && !strncmp(path, "/proc/", 6))
		isle_hint(c->diag, "is there a process %d?", w->target);
	else if (e == EACCES)
		isle_hint(c->diag, "it takes root, or being the same user");
	return CLI_EXEC_FAILED;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* --all: what this kernel has; not the user namespace that we are in, which the kernel refuses. */
static bool is_usable(pid_t target, int type)
{
	char own[32], other[40];

	snprintf(own, sizeof(own), "/proc/self/ns/%s", isle_ns_type_name(type));
	snprintf(other, sizeof(other), "/proc/%d/ns/%s", target, isle_ns_type_name(type));
	return access(own, F_OK) == 0 && !(type == ISLE_NS_USER && same_file(own, other));
}

static int open_target(struct cli *c, struct where *w)
{
	char path[40];
	int status = 0;

	for (int t = 0; t < ISLE_NS_TYPES && !status; t++) {
		const bool asked = w->types & ISLE_NS_BIT(t) || (c->opt[OPT_ALL] && w->set.fd[t] < 0 && is_usable(w->target, t));

		snprintf(path, sizeof(path), "/proc/%d/ns/%s", w->target, isle_ns_type_name(t));
		status = asked ? open_ns(c, w, t, path) : 0;
	}
	return status;
}

static int open_files(struct cli *c, struct where *w)
{
	int status = 0;

	for (int t = 0; t < ISLE_NS_TYPES && !status; t++) {
		const char *file = c->opt[OPT_NS + t];

		if (file && *file) {
			w->files = true;
			status = open_ns(c, w, t, file);
		} else if (file) {
			w->types |= ISLE_NS_BIT(t);
		}
	}
	return status;
}

/* The first argument; *argv then begins after it. */
static int open_name(struct cli *c, struct where *w, char ***argv)
{
	const char *name = **argv;
	int type;

	if (!name) {
		cli_wrong(c, "'isle ns enter' needs to know where to go");
		isle_hint(c->diag, "a NAME, --target PID, or files: --net=FILE");
		return CLI_EXEC_FAILED;
	}
	++*argv;
	if (**argv && !strcmp(**argv, "--"))
		++*argv;
	if (isle_ns_open_to_enter(name, w->types ? w->types : ISLE_NS_ALL, &w->set, c->diag) < 0)
		return CLI_EXEC_FAILED;
	for (type = 0; type < ISLE_NS_TYPES; type++)
		if ((w->types & ISLE_NS_BIT(type)) && w->set.fd[type] < 0)
			return cli_wrong(c, "%s has no %s namespace", name, isle_ns_type_name(type));
	return 0;
}

static int find(struct cli *c, struct where *w, char ***argv)
{
	int status = cli_pid(c, OPT_TARGET, &w->target);

	if (!status)
		status = open_files(c, w);
	if (status)
		return status;
	if (w->target)
		return open_target(c, w);
	if (w->files && (w->types || c->opt[OPT_ALL])) {
		cli_wrong(c, "neither a file nor a target for %s", c->opt[OPT_ALL] ? "--all" : "some of the types");
		isle_hint(c->diag, "--target PID says whose");
		return CLI_EXEC_FAILED;
	}
	/* a root or working directory alone is no name's */
	if (w->files || (c->opt[OPT_ROOT] && *c->opt[OPT_ROOT] && !w->types && !c->n_args))
		return 0;
	return open_name(c, w, argv);
}

/* --root and --wd: as they are, or the target's. */
static int directory(struct cli *c, struct where *w, enum cli_opt id, const char *of, char buf[32], const char **ret)
{
	if (!c->opt[id])
		return 0;
	*ret = c->opt[id];
	if (**ret)
		return 0;
	if (!w->target)
		return cli_wrong(c, "option '--%s' needs a directory, or --target, whose it then is", cli_option_name(c, id));
	snprintf(buf, 32, "/proc/%d/%s", w->target, of);
	*ret = buf;
	return 0;
}

static int enter(struct cli *c, struct where *w)
{
	struct isle_ns_exec_options o = { .preserve_credentials = c->opt[OPT_PRESERVE], .no_fork = c->opt[OPT_NO_FORK] };
	char **argv = c->args;
	uid_t uid;
	gid_t gid;
	int status = find(c, w, &argv);

	if (!status && c->opt[OPT_WD] && c->opt[OPT_WDNS])
		status = cli_wrong(c, "options '--wd' and '--wdns' exclude each other");
	if (!status)
		status = directory(c, w, OPT_ROOT, "root", w->root, &o.root);
	if (!status)
		status = directory(c, w, OPT_WD, "cwd", w->wd, &o.wd);
	if (!status)
		status = cli_user(c, OPT_SETUID, &uid, &o.uid);
	if (!status)
		status = cli_group(c, OPT_SETGID, &gid, &o.gid);
	if (status)
		return status;
	o.wdns = c->opt[OPT_WDNS];
	o.stay = argv > c->args;	/* nsenter does not */
	fflush(stdout);
	if (isle_ns_exec(&w->set, &o, *argv ? argv : NULL, &status, c->diag) < 0 && *argv)
		cli_hint_command(c, *argv, status);
	return status;
}

int cmd_ns_enter(struct cli *c)
{
	struct where w = { .target = 0 };
	int status;

	isle_ns_set_init(&w.set);
	status = enter(c, &w);
	isle_ns_set_close(&w.set);
	return status;
}
