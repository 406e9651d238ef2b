/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the names that other tools know hosts by: /run/netns/HOST.LAB, a symlink
 * to the host's second pin. The link's target is the mark that it is ours; a
 * file of that name that says anything else is never touched. `ip netns del`
 * follows the link and takes that pin away; the first one stays, so both link
 * and pin can be made again.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "tree/names.h"
#include "tree/rundir.h"

struct name {
	char link[2 * ISLE_NAME_MAX];	/* HOST.LAB */
	char target[sizeof(ISLE_RUN_DIR) + 2 * ISLE_NAME_MAX + 16];
};

enum whose { NOBODY, OURS, FOREIGN };

bool isle_name_is_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return n > 0 && n < ISLE_NAME_MAX && !name[n] && ((name[0] | 32) >= 'a' && (name[0] | 32) <= 'z');
}

static void make_name(struct name *ret, const char *host, const char *lab)
{
	snprintf(ret->link, sizeof(ret->link), "%s.%s", host, lab);
	snprintf(ret->target, sizeof(ret->target), "%s/%s/shown/%s", ISLE_RUN_DIR, lab, host);
}

static enum whose look(int netns, const struct name *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(netns, name->link, target, sizeof(target) - 1);

	if (n < 0)
		return errno == ENOENT ? NOBODY : FOREIGN;
	target[n] = '\0';
	return strcmp(target, name->target) ? FOREIGN : OURS;
}

int isle_names_check(const struct isle_lab *lab, struct isle_diag *d)
{
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct name name;
	int r = 0;

	if (netns < 0)
		return errno == ENOENT ? 0 : isle_fail(d, errno, NULL, "cannot open %s", ISLE_NETNS_DIR);
	for (size_t i = 0; i < lab->n_hosts; i++) {
		make_name(&name, lab->hosts[i]->name, lab->name);
		if (look(netns, &name) != FOREIGN)
			continue;
		isle_reject(d, &lab->hosts[i]->loc, "%s/%s exists and is not isle's", ISLE_NETNS_DIR, name.link);
		isle_hint(d, "`ip netns del %s` if nobody needs it, or rename the lab", name.link);
		r = -EEXIST;
	}
	return r;
}

/* The pin behind the name, made again from the other one if it was lost. */
static int mend_pin(int run, const char *lab, const char *host)
{
	char shown[3 * ISLE_NAME_MAX], from[sizeof(ISLE_RUN_DIR) + 3 * ISLE_NAME_MAX], to[sizeof(from)];

	snprintf(shown, sizeof(shown), "%s/shown/%s", lab, host);
	if (isle_mount_is_point(run, shown))
		return 0;
	snprintf(from, sizeof(from), "%s/%s/net/%s", ISLE_RUN_DIR, lab, host);
	snprintf(to, sizeof(to), "%s/%s", ISLE_RUN_DIR, shown);
	return mount(from, to, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

static void make_link(int netns, const struct name *name, struct isle_diag *d)
{
	if (symlinkat(name->target, netns, name->link) == 0)
		return;
	if (errno != EEXIST)
		isle_warn(d, NULL, "cannot make %s/%s: %s", ISLE_NETNS_DIR, name->link, strerror(errno));
	else if (look(netns, name) != OURS)
		isle_warn(d, NULL, "%s/%s was taken by somebody else: `ip netns` does not see that host", ISLE_NETNS_DIR, name->link);
}

int isle_names_make(const struct isle_lab *lab, int run, struct isle_diag *d)
{
	isle_auto(close) int netns = isle_rundir_netns(run, d);
	struct name name;

	if (netns < 0)
		return netns;
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const char *host = lab->hosts[i]->name;
		int r = mend_pin(run, lab->name, host);

		if (r)
			isle_warn(d, NULL, "cannot pin the namespace of %s again: %s", host, strerror(-r));
		make_name(&name, host, lab->name);
		make_link(netns, &name, d);
	}
	return 0;
}

int isle_names_remove(const char *lab, int tree, struct isle_diag *d)
{
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = openat(tree, "shown", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct name name;

	if (!dir) {
		isle_auto_close(&fd);
		return isle_fail(d, errno, NULL, "cannot read the hosts of lab %s", lab);
	}
	for (struct dirent *e; netns >= 0 && (e = readdir(dir));) {
		if (e->d_name[0] == '.' || strlen(e->d_name) >= ISLE_NAME_MAX)
			continue;
		make_name(&name, e->d_name, lab);
		if (look(netns, &name) == OURS && unlinkat(netns, name.link, 0) < 0 && errno != ENOENT)
			r = isle_fail(d, errno, NULL, "cannot remove %s/%s", ISLE_NETNS_DIR, name.link);
	}
	closedir(dir);
	return r;
}

int isle_names_drop(const char *lab, const char *host, struct isle_diag *d)
{
	isle_auto(close) int netns = open(ISLE_NETNS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct name name;

	make_name(&name, host, lab);
	if (netns >= 0 && look(netns, &name) == OURS && unlinkat(netns, name.link, 0) < 0 && errno != ENOENT)
		return isle_fail(d, errno, NULL, "cannot remove %s/%s", ISLE_NETNS_DIR, name.link);
	return 0;
}

bool isle_name_is_ours(int netns, const char *link, char ret_lab[ISLE_NAME_MAX])
{
	const char *dot = strchr(link, '.');
	char host[ISLE_NAME_MAX];
	struct name name;

	if (!dot || (size_t)(dot - link) >= sizeof(host) || !isle_name_is_valid(dot + 1))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(dot - link), link);
	make_name(&name, host, dot + 1);
	if (look(netns, &name) != OURS)
		return false;
	strcpy(ret_lab, dot + 1);
	return true;
}
