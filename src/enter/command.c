/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the command at the end of exec and run: its environment, made before
 * any fork because setenv() allocates, and the statuses a shell would give.
 */
#include "enter/enter.h"

extern char **environ;

static bool is_ours(const char *var)
{
	return !strncmp(var, "ISLE_LAB=", 9) || !strncmp(var, "ISLE_HOST=", 10);
}

/* The two strings lie behind the array, in the same piece of memory. */
char **isle_command_env(const char *lab, const char *host)
{
	const size_t text = 2 * (ISLE_NAME_MAX + 16);
	size_t n = 0, k = 0;
	char **env, *s;

	while (environ && environ[n])
		n++;
	env = malloc((n + 3) * sizeof(*env) + text);
	if (!env)
		return NULL;
	s = (char *)(env + n + 3);
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i]))
			env[k++] = environ[i];
	snprintf(s, text / 2, "ISLE_LAB=%s", lab);
	env[k++] = s;
	if (host) {
		snprintf(s + text / 2, text / 2, "ISLE_HOST=%s", host);
		env[k++] = s + text / 2;
	}
	env[k] = NULL;
	return env;
}

void isle_command_env_free(char **env)
{
	free(env);
}

int isle_command_check(char *const argv[], struct isle_diag *d)
{
	if (argv && argv[0])
		return 0;
	return isle_reject(d, NULL, "no command was given");
}

int isle_command_exec(char *const argv[], char *const envp[], struct isle_shared *shared)
{
	int e;

	execvpe(argv[0], argv, envp);
	e = errno;
	isle_shared_fail(shared, e, -1, "cannot run %s", argv[0]);
	if (e == ENOENT && access(argv[0], F_OK) == 0 && strchr(argv[0], '/'))
		isle_shared_hint(shared, "the file is there, but the interpreter that it names is not");
	return e == ENOENT || e == ENOTDIR ? 127 : 126;
}
