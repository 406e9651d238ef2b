/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle up`. */
#include <signal.h>
#include "cli/cli.h"

static void killed(pid_t pid, const char *comm, const char *host, int sig, void *arg)
{
	const struct cli *c = arg;

	if (!c->json)
		printf("ended %s (%d) in %s: %s\n", comm, (int)pid, host ? host : "the lab", sig == SIGKILL ? "KILL" : "TERM");
}

static int report(struct cli *c, bool already, const char *changes)
{
	const char *name = isle_lab_name(c->lab);
	const size_t n = isle_lab_n_hosts(c->lab);

	if (c->json)
		return cli_json(c, json_pack("{s:s, s:I, s:b, s:s?}", "lab", name, "hosts", (json_int_t)n, "already", already,
					     "changes", changes));
	if (already)
		printf("%s: already up from this file, nothing to do\n", name);
	else if (changes)
		printf("%s%s: changed, %zu host%s\n", changes, name, n, n == 1 ? "" : "s");
	else
		printf("%s: up, %zu host%s\n", name, n, n == 1 ? "" : "s");
	return CLI_OK;
}

int cmd_up(struct cli *c)
{
	isle_auto(free) char *changes = NULL;
	bool already = false;
	struct isle_up_options options = {
		.progress = cli_progress_wanted() ? cli_progress : NULL, .arg = c, .ret_already = &already, .ret_changes = &changes,
		.killed = killed,
	};
	int status = cli_load(c, c->args[0]);

	if (status)
		return status;
	if (isle_up(c->lab, &options, c->diag) < 0)
		return cli_failed(c);
	cli_progress_end(c);
	return report(c, already, changes);
}
