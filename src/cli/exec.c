/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle exec` and `isle shell`. No fork: signals, job control and the exit
 * status are the command's own.
 */
#include <pwd.h>
#include "cli/cli.h"

/* Warnings are not seen any more once the command has taken our place. */
static void entered(void *arg)
{
	cli_show(arg);
}

static int run(struct cli *c, const char *where, char *const argv[])
{
	const struct isle_exec_options o = { .sys = c->opt[OPT_SYS], .entered = entered, .arg = c };
	int status = CLI_EXEC_FAILED;

	fflush(stdout);
	if (isle_exec_with(where, &o, argv, &status, c->diag) < 0)
		cli_hint_command(c, argv[0], status);
	return status;
}

int cmd_exec(struct cli *c)
{
	char **argv = c->args + 1;

	if (*argv && !strcmp(*argv, "--"))
		argv++;
	if (*argv)
		return run(c, c->args[0], argv);
	cli_wrong(c, "'isle exec %s' needs a command", c->args[0]);
	isle_hint(c->diag, "'isle shell %s' gives a shell there", c->args[0]);
	return CLI_EXEC_FAILED;
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
 * wins over PS1, so bash gets a PROMPT_COMMAND, which runs after them. Names of
 * hosts have no letters that mean anything to a shell; of others' names such
 * are left out.
 */
static int set_prompt(const char *where)
{
	isle_auto(free) char *ps1 = NULL, *command = NULL, *name = strdup(where);
	const char *old = getenv("PROMPT_COMMAND");
	size_t n = 0;

	if (!name)
		return -ENOMEM;
	for (const char *s = where; *s; s++)
		if (!strchr("'\"\\$`![]*?", *s) && (unsigned char)*s >= ' ')
			name[n++] = *s;
	name[n] = '\0';
	if (asprintf(&ps1, "[%s] $ ", name) < 0)
		return -ENOMEM;
	if (asprintf(&command, "case $PS1 in '[%s] '*) ;; *) PS1='[%s] '$PS1 ;; esac%s%s", name, name, old && *old ? "; " : "",
		     old ? old : "") < 0)
		return -ENOMEM;
	return setenv("PS1", ps1, 1) || setenv("PROMPT_COMMAND", command, 1) ? -errno : 0;
}

int cmd_shell(struct cli *c)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX], full[2 * ISLE_HOST_MAX];
	char *argv[] = { (char *)find_shell(), NULL };
	const char *where = c->args[0];

	/* The prompt tells the lab, too. What is no host, or is one of several things, isle_exec() says. */
	if (isle_host_find(where, host, lab, NULL) == 0) {
		snprintf(full, sizeof(full), "%s.%s", host, lab);
		where = full;
	}
	if (set_prompt(where) < 0) {
		isle_fail(c->diag, ENOMEM, NULL, "set the prompt");
		return CLI_EXEC_FAILED;
	}
	return run(c, c->args[0], argv);
}
