/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle down`: by the lab's name, or by a file, which is read for its name only. */
#include <signal.h>
#include "cli/cli.h"

struct down {
	struct cli *cli;
	json_t *killed;
};

static const char *signal_name(int sig)
{
	return sig == SIGKILL ? "KILL" : sig == SIGTERM ? "TERM" : "signal";
}

static void killed(pid_t pid, const char *comm, const char *host, int sig, void *arg)
{
	struct down *d = arg;

	if (d->killed)
		json_array_append_new(d->killed, json_pack("{s:i, s:s, s:s?, s:s}", "pid", (int)pid, "command", comm,
							   "host", host, "signal", signal_name(sig)));
	else
		printf("ended %s (%d) in %s: %s\n", comm, (int)pid, host ? host : "the lab", signal_name(sig));
}

static int name_of(struct cli *c, const char **ret)
{
	const char *arg = c->args[0];
	int status;

	if (arg && !cli_is_file(arg)) {
		*ret = arg;
		return 0;
	}
	status = cli_load(c, arg);
	if (status) {
		isle_hint(c->diag, "'isle ls' lists what is up, 'isle down LAB' needs no file");
		return status;
	}
	/* its warnings are no news to who takes it down */
	isle_diag_free(c->diag);
	c->diag = isle_diag_new();
	*ret = isle_lab_name(c->lab);
	return 0;
}

int cmd_down(struct cli *c)
{
	struct down d = { c, c->json ? json_array() : NULL };
	struct isle_down_options options = { .no_kill = c->opt[OPT_NO_KILL], .killed = killed, .arg = &d };
	const char *lab = NULL;
	int status = cli_duration(c, OPT_GRACE, &options.grace_ms);

	if (!status)
		status = name_of(c, &lab);
	if (!status && isle_down(lab, &options, c->diag) < 0)
		status = cli_failed(c);
	if (!status && c->json)
		return cli_json(c, json_pack("{s:s, s:o}", "lab", lab, "ended", d.killed));
	json_decref(d.killed);
	if (!status)
		printf("%s: down\n", lab);
	return status;
}
