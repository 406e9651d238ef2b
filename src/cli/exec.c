/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle exec` and `isle shell`. No fork: signals, job control and the exit
 * status are the command's own.
 */
#include <pwd.h>
#include "cli/cli.h"

int cmd_exec(struct cli *c)
{
	char **argv = c->args + 1;
	int status = CLI_EXEC_FAILED;

	if (*argv && !strcmp(*argv, "--"))
		argv++;
	if (!*argv) {
		cli_wrong(c, "'isle exec %s' needs a command", c->args[0]);
		isle_hint(c->diag, "'isle shell %s' gives a shell there", c->args[0]);
		return CLI_EXEC_FAILED;
	}
	fflush(stdout);
	isle_exec(c->args[0], argv, &status, c->diag);
	return status;
}

static const char *find_shell(void)
{
	const char *s = getenv("SHELL");
	const struct passwd *pw;

	if (s && *s)
		return s;
	pw = getpwuid(getuid());
	return pw && pw->pw_shell && *pw->pw_shell ? pw->pw_shell : "/bin/sh";
}

/*
 * Where one is belongs into the prompt. What a shell's own start-up files set
 * wins over PS1, so bash gets a PROMPT_COMMAND, which runs after them.
 */
static int set_prompt(const char *host, const char *lab)
{
	isle_auto(free) char *ps1 = NULL, *command = NULL;
	const char *old = getenv("PROMPT_COMMAND");

	if (asprintf(&ps1, "[%s.%s] $ ", host, lab) < 0)
		return -ENOMEM;
	/* names have no letters that mean anything to a shell */
	if (asprintf(&command, "case $PS1 in '[%s.%s] '*) ;; *) PS1='[%s.%s] '$PS1 ;; esac%s%s", host, lab, host, lab,
		     old && *old ? "; " : "", old ? old : "") < 0)
		return -ENOMEM;
	return setenv("PS1", ps1, 1) || setenv("PROMPT_COMMAND", command, 1) ? -errno : 0;
}

int cmd_shell(struct cli *c)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX], full[2 * ISLE_HOST_MAX];
	char *argv[] = { (char *)find_shell(), NULL };
	int status = CLI_EXEC_FAILED;

	if (isle_host_find(c->args[0], host, lab, c->diag) < 0)
		return status;
	if (set_prompt(host, lab) < 0) {
		isle_fail(c->diag, ENOMEM, NULL, "set the prompt");
		return status;
	}
	snprintf(full, sizeof(full), "%s.%s", host, lab);
	isle_exec(full, argv, &status, c->diag);
	return status;
}
