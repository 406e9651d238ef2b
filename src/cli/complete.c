/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: completion. The shells' scripts ask `isle complete -- WORD…` (the words
 * after "isle" up to the cursor) and get one candidate per line, a tab and its
 * meaning. So all three shells know what the table knows, and the live names of
 * hosts and labs. A first line ":files" or ":programs" asks the shell for its own.
 */
#include "cli/cli.h"

static void name(const char *s, void *arg)
{
	const char *prefix = arg;

	if (!strncmp(s, prefix, strlen(prefix)))
		puts(s);
}

static void names(const char *const *list, const char *prefix)
{
	for (; *list; list++)
		name(*list, (void *)prefix);
}

static void hosts_of(const char *lab, void *arg)
{
	struct isle_live *live;

	if (isle_live_open(lab, &live, NULL) < 0)
		return;
	for (size_t i = 0; i < isle_lab_n_hosts(isle_live_lab(live)); i++)
		name(isle_host_name(isle_lab_host_at(isle_live_lab(live), i)), arg);
	isle_live_close(live);
}

/* Commands of one word and groups, or the verbs of GROUP. */
static void commands(const char *group, const char *prefix)
{
	const size_t skip = group ? strlen(group) + 1 : 0;
	const char *last = "";

	for (const struct cli_command *cmd = cli_commands; cmd->name; cmd++) {
		const int n = (int)strcspn(cmd->name + skip, " ");

		if (cmd->hidden || (group && !cli_is_in(cmd, group)) || strncmp(cmd->name + skip, prefix, strlen(prefix)))
			continue;
		if (!group && cmd->name[n] && strncmp(cmd->name, last, (size_t)n + 1))
			printf("%.*s\tcommands on single namespaces\n", n, cmd->name);
		else if (group || !cmd->name[n])
			printf("%s\t%s\n", cmd->name + skip, cmd->help);
		last = cmd->name;
	}
}

static void options(const struct cli_command *cmd, const char *prefix)
{
	const struct cli_option *o;

	for (size_t i = 0; (o = cli_option_at(cmd, i)); i++)
		if (!strncmp(o->name, prefix + 2, strlen(prefix) > 2 ? strlen(prefix) - 2 : 0))
			printf("--%s\t%s\n", o->name, o->help);
}

static void candidates(enum cli_words words, const char *prefix)
{
	static const char *const shells[] = { "bash", "zsh", "fish", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };
	void *arg = (void *)prefix;

	if (words == CLI_FILES || words == CLI_LABS_FILES)
		puts(":files");
	if (words == CLI_PROGRAMS)
		puts(":programs");
	if (words == CLI_LABS || words == CLI_LABS_FILES || words == CLI_LABS_HOSTS)
		isle_each_lab_name(name, arg, NULL);
	if (words == CLI_HOSTS || words == CLI_LABS_HOSTS)
		isle_each_lab_name(hosts_of, arg, NULL);
	if (words == CLI_COMMANDS)
		commands(NULL, prefix);
	if (words == CLI_TUTORIALS)
		names(cli_tutorials, prefix);
	if (words == CLI_SHELLS)
		names(shells, prefix);
	if (words == CLI_COLORS)
		names(colors, prefix);
}

/* The option of CMD whose value WORD waits for, or NULL. */
static const struct cli_option *waiting(const struct cli_command *cmd, const char *word)
{
	const struct cli_option *o;

	for (size_t i = 0; (o = cli_option_at(cmd, i)); i++)
		if (o->arg && (o->form == CLI_ONCE || o->form == CLI_MANY) && ((!strncmp(word, "--", 2) && !strcmp(o->name, word + 2)) ||
			       (word[0] == '-' && word[1] == o->letter && o->letter && !word[2])))
			return o;
	return NULL;
}

int cmd_complete(struct cli *c)
{
	const char *last = c->n_args ? c->args[c->n_args - 1] : "";
	const struct cli_command *cmd = NULL;
	const char *group = NULL;
	int n = 0;			/* arguments before the last word */

	for (int i = 0; i < c->n_args - 1; i++) {
		const char *w = c->args[i];

		if (cmd && waiting(cmd, w)) {
			if (i + 1 == c->n_args - 1) {
				candidates(waiting(cmd, w)->words, last);
				return CLI_OK;
			}
			i++;
		} else if (!strcmp(w, "--")) {
			n += cmd && cmd->dashes && !n;	/* what follows is CMD, also without HOST */
		} else if (w[0] != '-') {
			n += cmd != NULL;
			cmd = cmd ? cmd : cli_find(group, w);
			if (!cmd && (group || !cli_is_group(w)))
				return CLI_OK;
			group = cmd ? group : w;
		}
	}
	if (last[0] == '-' && !(cmd && cmd->program && n))
		options(cmd, last);
	else if (!cmd)
		commands(group, last);
	else
		candidates(cmd->words[n > 0], last);
	return CLI_OK;
}
