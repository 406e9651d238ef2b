/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the verbs, in the order in which ip compares a word with them: the first
 * whose beginning it is, so that `a` is add, `at` attach, and `l`, `s` list.
 */
#include <limits.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include "netns/netns.h"

static int help(struct netns *n, char **argv)
{
	(void)argv;
	return netns_usage(n);
}

static const struct verb {
	const char *name;
	int (*run)(struct netns *, char **argv);
} verbs[] = {
	{ "list", netns_list },
	{ "show", netns_list },
	{ "lst", netns_list },
	{ "list-id", netns_listid },
	{ "help", help },
	{ "add", netns_add },
	{ "set", netns_set },
	{ "delete", netns_delete },
	{ "identify", netns_identify },
	{ "pids", netns_pids },
	{ "exec", netns_exec },
	{ "monitor", netns_monitor },
	{ "attach", netns_attach },
};

bool netns_is_verb(const char *word, bool exact)
{
	for (size_t i = 0; i < ISLE_COUNT(verbs); i++)
		if (exact ? !strcmp(word, verbs[i].name) : netns_matches(word, verbs[i].name))
			return true;
	return false;
}

int netns_run(struct netns *n, char **argv)
{
	if (!argv[0])
		return netns_list(n, argv);
	/* with -all there is no name: it would be the command of exec */
	if (!n->all && argv[1] && !isle_netns_name_is_ok(argv[1]))
		return netns_wrong(n, "Invalid netns name \"%s\"", argv[1]);
	for (size_t i = 0; i < ISLE_COUNT(verbs); i++)
		if (netns_matches(argv[0], verbs[i].name))
			return verbs[i].run(n, argv + 1);
	return netns_wrong(n, "Command \"%s\" is unknown, try \"ip netns help\".", argv[0]);
}

/*
 * Capabilities that come from the program's file are not for its callers: ip
 * drops all, unless they were inherited on purpose.
 */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (getuid() == 0 || geteuid() == 0)
		return 0;
	if (syscall(SYS_capget, &h, d) < 0)
		return -errno;
	if (d[CAP_TO_INDEX(CAP_NET_ADMIN)].inheritable & CAP_TO_MASK(CAP_NET_ADMIN))
		return 0;
	memset(d, 0, sizeof(d));
	return syscall(SYS_capset, &h, d) < 0 ? -errno : 0;
}

/* Data that could not be written must not look like success. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "Cannot write the output: %s\n", strerror(errno));
	return status ? status : NETNS_FAILED;
}

int netns_main(int argc, char **argv, struct isle_diag *diag)
{
	struct netns n = { .diag = diag };
	int status;

	if (argc < 1 || drop_capabilities() < 0)
		return NETNS_FAILED;
	argv++;
	status = netns_options(&n, &argv, false);
	if (status < 0 && *argv) {
		argv++;			/* the word netns; not needed with -batch */
		status = netns_options(&n, &argv, true);
	}
	if (status < 0)
		status = n.batch_file ? netns_batch(&n) : netns_run(&n, argv);
	return finish(status);
}
