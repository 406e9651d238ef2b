/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns identify [PID]`: the name of a process's namespace, or an
 * empty line. Of several names ip prints the last one; --all-names, which ip
 * refuses, prints them all.
 */
#include <fcntl.h>
#include <limits.h>
#include "netns/netns.h"

static void keep(const char *name, void *arg)
{
	snprintf(arg, NAME_MAX + 1, "%s", name);
}

static void print(const char *name, void *arg)
{
	(void)arg;
	puts(name);
}

int netns_identify(struct netns *n, char **argv)
{
	bool every = argv[0] && !strcmp(argv[0], "--all-names");
	char path[PATH_MAX], name[NAME_MAX + 1] = "";
	const char *pid = "self";
	int r;

	(void)n;
	argv += every;
	if (argv[0] && argv[1])
		return netns_say("extra arguments specified");
	if (argv[0]) {
		pid = argv[0];
		if (pid[strspn(pid, "0123456789")])
			return netns_say("Specified string '%s' is not a pid", pid);
	}
	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return netns_say("Cannot open network namespace: %s", strerror(errno));
	r = isle_netns_identify(fd, every ? print : keep, name, NULL);
	/* here ip has no blank after the colon */
	if (r < 0)
		return netns_say("Failed to open directory " ISLE_NETNS_DIR ":%s", strerror(-r));
	if (!every)
		puts(name);
	return NETNS_OK;
}
