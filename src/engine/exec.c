/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a command inside a host that is up. No process stays between the caller
 * and the command: the caller itself enters and becomes it, so signals, job
 * control and the exit status are the command's own.
 */
#include "engine/enter.h"

int isle_exec(const char *name, char *const argv[], int *ret_status, struct isle_diag *diag)
{
	struct isle_shared sh = { .step = -1 };
	struct isle_host_ns host;
	char **env;
	int r;

	*ret_status = 125;
	r = isle_command_check(argv, diag);
	if (!r)
		r = isle_host_open(name, &host, diag);
	if (r)
		return r;
	env = isle_command_env(host.lab, host.host);
	if (!env)
		r = isle_fail(diag, ENOMEM, NULL, "cannot run %s", argv[0]);
	else
		r = isle_host_enter(&host, diag);
	if (!r) {
		*ret_status = isle_command_exec(argv, env, &sh);
		r = isle_shared_report(&sh, NULL, diag);
	}
	isle_command_env_free(env);
	isle_host_close(&host);
	return r;
}
