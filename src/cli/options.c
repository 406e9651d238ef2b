/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the command line, by the table. Options stand anywhere before "--" and
 * are never abbreviated, so that a new one cannot change what an old script
 * means. A command is one word or two, the first of which is a group ("ns run"). Commands that run a program stop at their first argument: what
 * follows is the program's.
 */
#include "cli/cli.h"

bool cli_is_in(const struct cli_command *cmd, const char *group)
{
	const size_t n = strlen(group);

	return !strncmp(cmd->name, group, n) && cmd->name[n] == ' ';
}

bool cli_is_group(const char *word)
{
	const struct cli_command *c;

	CLI_EACH_COMMAND(c)
		if (cli_is_in(c, word))
			return true;
	return false;
}

const struct cli_command *cli_find(const char *group, const char *name)
{
	const struct cli_command *c;

	CLI_EACH_COMMAND(c)
		if (group ? cli_is_in(c, group) && !strcmp(c->name + strlen(group) + 1, name) : !strcmp(c->name, name) && !strchr(name, ' '))
			return c;
	return NULL;
}

static bool has_common(const struct cli_command *cmd, const struct cli_option *o)
{
	return !(cmd && cmd->program && o->id == OPT_JSON);
}

const struct cli_option *cli_option_at(const struct cli_command *cmd, size_t i)
{
	const struct cli_option *o = cmd ? cmd->options : NULL;

	for (; o && o->name; o++)
		if (!i--)
			return o;
	for (o = cli_common; o->name; o++)
		if (has_common(cmd, o) && !i--)
			return o;
	return NULL;
}

enum { WORDS_MAX = 64, WORD_MAX = 24 };

/* The words that could stand where NAME does: groups and commands, or the verbs of a group. */
static size_t candidates(const char *group, char words[WORDS_MAX][WORD_MAX], const char *names[WORDS_MAX])
{
	const struct cli_command *cmd;
	size_t n = 0;

	CLI_EACH_COMMAND(cmd) {
		const char *word = group ? cmd->name + strlen(group) + 1 : cmd->name;

		if (n == WORDS_MAX || cmd->hidden || (group && !cli_is_in(cmd, group)))
			continue;
		snprintf(words[n], WORD_MAX, "%.*s", (int)strcspn(word, " "), word);
		if (n && !strcmp(words[n], words[n - 1]))
			continue;
		names[n] = words[n];
		n++;
	}
	return n;
}

static int unknown_command(struct cli *c, const char *name)
{
	const char *group = c->group ? c->group : "", *space = c->group ? " " : "";
	char words[WORDS_MAX][WORD_MAX];
	const char *names[WORDS_MAX];
	const char *near = isle_near_best(name, names, candidates(c->group, words, names));

	cli_wrong(c, "no command '%s%s%s'", group, space, name);
	if (near)
		isle_hint(c->diag, "did you mean '%s%s%s'?", group, space, near);
	else
		isle_hint(c->diag, "'isle %s%s' lists the commands", c->group ? "help " : "help", group);
	return CLI_WRONG;
}

static int unknown_option(struct cli *c, const char *word)
{
	const struct cli_option *o;
	const char *names[64];
	const char *near;
	size_t n = 0;
	char name[64];
	const char *where = c->command ? c->command->name : c->group ? c->group : "";

	while (n < ISLE_COUNT(names) && (o = cli_option_at(c->command, n)))
		names[n++] = o->name;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	near = name[1] == '-' ? isle_near_best(name + 2, names, n) : NULL;
	cli_wrong(c, "no option '%s'", name);
	if (near)
		isle_hint(c->diag, "did you mean '--%s'?", near);
	else
		isle_hint(c->diag, "'isle %s%s--help' lists the options", where, *where ? " " : "");
	return c->command && c->command->program ? CLI_EXEC_FAILED : CLI_WRONG;
}

static bool may_lack_value(const struct cli_option *o)
{
	return o->form == CLI_MAYBE || o->form == CLI_MAYBE_GLUED;
}

static bool last_wins(const struct cli *c)
{
	return c->command && c->command->last_wins;
}

static int set(struct cli *c, const struct cli_option *o, const char *value)
{
	const char *old = c->opt[o->id];

	if (o->form == CLI_MANY)
		c->many[c->n_many++] = value;
	else if (old && o->arg && !may_lack_value(o) && !last_wins(c))
		return cli_wrong(c, "option '--%s' is given twice", o->name);
	if (old && *old && may_lack_value(o)) {
		/* once more without a value adds nothing; the default may be the last value of what is no type */
		if (!*value && (!last_wins(c) || (o->id >= OPT_NS && o->id <= OPT_NS_LAST)))
			return -1;
		if (!last_wins(c))
			return cli_wrong(c, "option '--%s' is given twice, for %s and %s", o->name, old, value);
	}
	c->opt[o->id] = value;
	return -1;
}

/* Of the program; scripts ask unshare and nsenter, too. */
static bool has_version(const struct cli *c)
{
	return c->command ? last_wins(c) : !c->group;
}

static int version(void)
{
	printf("isle %s\n", isle_version());
	return CLI_OK;
}

/* "--name", "--name=value", "--name value"; a value that may be left out only after '='. */
static int long_option(struct cli *c, char ***argv)
{
	const char *word = **argv, *eq = strchr(word, '=');
	size_t n = eq ? (size_t)(eq - word) - 2 : strlen(word) - 2;
	const struct cli_option *o;

	for (size_t i = 0; (o = cli_option_at(c->command, i)); i++)
		if (strlen(o->name) == n && !strncmp(o->name, word + 2, n))
			break;
	if (!o && has_version(c) && !strcmp(word, "--version")) {
		c->opt[OPT_VERSION] = "";
		return -1;
	}
	if (!o)
		return unknown_option(c, word);
	if (!o->arg)
		return eq ? cli_wrong(c, "option '--%s' takes no value", o->name) : set(c, o, "");
	if (may_lack_value(o))
		return eq && !eq[1] ? cli_wrong(c, "option '--%s=' lacks its value: %s", o->name, o->arg) : set(c, o, eq ? eq + 1 : "");
	if (!eq && !(*argv)[1])
		return cli_wrong(c, "option '--%s' needs a value: %s", o->name, o->arg);
	return set(c, o, eq ? eq + 1 : *++*argv);
}

/* "-j", "-jn", "-fFILE", "-f FILE". Of a value that may be left out, as the table says. */
static int short_options(struct cli *c, char ***argv)
{
	const struct cli_option *o;
	int status = -1;

	for (const char *p = **argv + 1; *p && status < 0; p++) {
		for (size_t i = 0; (o = cli_option_at(c->command, i)); i++)
			if (o->letter == *p)
				break;
		if (!o && has_version(c) && *p == 'V') {
			c->opt[OPT_VERSION] = "";
			continue;
		}
		if (!o)
			return unknown_option(c, (char[]) { '-', *p, '\0' });
		if (!o->arg || o->form == CLI_MAYBE) {
			status = set(c, o, "");
			continue;
		}
		if (o->form == CLI_MAYBE_GLUED)
			return set(c, o, p + 1);
		if (!p[1] && !(*argv)[1])
			return cli_wrong(c, "option '-%c' needs a value: %s", *p, o->arg);
		return set(c, o, p[1] ? p + 1 : *++*argv);
	}
	return status;
}

/* Options into c->opt; arguments are moved together at the front of ARGV, which is where c->args points. */
static int words(struct cli *c, char **argv)
{
	const struct cli_command *cmd = c->command;
	int status = -1;

	c->args = argv;
	for (; *argv && status < 0; argv++) {
		if (!strcmp(*argv, "--")) {
			if (cmd && cmd->dashes) {
				c->rest = argv + 1;
				break;
			}
			while (*++argv)
				c->args[c->n_args++] = *argv;
			break;
		}
		if (!strncmp(*argv, "--", 2)) {
			status = long_option(c, &argv);
		} else if ((*argv)[0] == '-' && (*argv)[1]) {
			status = short_options(c, &argv);
		} else if (!cmd || (cmd->program && !cmd->dashes)) {
			while (*argv)
				c->args[c->n_args++] = *argv++;
			break;
		} else {
			c->args[c->n_args++] = *argv;
		}
	}
	c->args[c->n_args] = NULL;
	return status;
}

static int check_color(struct cli *c)
{
	const char *when = c->opt[OPT_COLOR];

	if (!when || !strcmp(when, "always") || !strcmp(when, "never") || !strcmp(when, "auto"))
		return -1;
	cli_wrong(c, "option '--color' is not for '%s'", when);
	isle_hint(c->diag, "--color=always, --color=never or --color=auto");
	return c->command->program ? CLI_EXEC_FAILED : CLI_WRONG;
}

static int count(struct cli *c)
{
	const struct cli_command *cmd = c->command;

	if (c->n_args >= cmd->min && (cmd->max < 0 || c->n_args <= cmd->max))
		return -1;
	if (c->n_args < cmd->min)
		cli_wrong(c, "'isle %s' needs %s", cmd->name, cmd->args);
	else
		cli_wrong(c, "'isle %s' has no use for '%s'", cmd->name, c->args[cmd->max]);
	if (c->n_args > cmd->min && cmd->dashes && !c->rest)
		isle_hint(c->diag, "the command comes after '--': isle %s %s -- %s", cmd->name, c->args[0], c->args[1]);
	else
		isle_hint(c->diag, "usage: isle %s%s%s", cmd->name, *cmd->args ? " " : "", cmd->args);
	return cmd->program ? CLI_EXEC_FAILED : CLI_WRONG;
}

/* Options before the command, and the command itself: of one word or, once its first one is known, of two. */
static int top(struct cli *c)
{
	cli_setup(c);
	if (c->opt[OPT_VERSION])
		return version();
	if (c->opt[OPT_HELP] || !c->n_args) {
		FILE *f = c->opt[OPT_HELP] ? stdout : stderr;

		if (c->group)
			cli_help_group(c->group, f);
		else
			cli_help(NULL, f);
		return c->opt[OPT_HELP] ? CLI_OK : CLI_WRONG;
	}
	c->command = cli_find(c->group, c->args[0]);
	if (c->command)
		return -1;
	if (c->group || !cli_is_group(c->args[0]))
		return unknown_command(c, c->args[0]);
	c->group = c->args[0];
	return -1;
}

static int next_words(struct cli *c, char **argv)
{
	c->n_args = 0;
	return words(c, argv);
}

int cli_parse(struct cli *c, int argc, char **argv)
{
	int status = -1;

	c->many = calloc((size_t)argc + 1, sizeof(*c->many));
	if (!c->many)
		return CLI_FAILED;
	for (argv += argc > 0; status < 0 && !c->command; argv = c->args + 1) {
		status = next_words(c, argv);
		if (status < 0)
			status = top(c);
	}
	if (status >= 0)
		return status;
	status = next_words(c, argv);
	cli_setup(c);
	if (status < 0 && c->opt[OPT_VERSION])
		return version();
	if (status < 0 && c->opt[OPT_HELP]) {
		cli_help(c->command, stdout);
		return CLI_OK;
	}
	if (status < 0)
		status = check_color(c);
	return status < 0 ? count(c) : status;
}

int cli_duration(struct cli *c, enum cli_opt id, unsigned *ret_ms)
{
	static const struct { const char *unit; unsigned ms; } units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	const char *s = c->opt[id];
	size_t digits = s ? strspn(s, "0123456789") : 0;
	uint64_t n;

	if (!s)
		return 0;
	for (size_t i = 0; i < ISLE_COUNT(units) && isle_str_u64(s, digits, &n); i++) {
		if (strcmp(s + digits, units[i].unit) || n > 3600000 / units[i].ms)
			continue;
		/* to the library 0 is the default; who writes 0s means at once */
		*ret_ms = n ? (unsigned)n * units[i].ms : 1;
		return 0;
	}
	cli_wrong(c, "'%s' is no time", s);
	isle_hint(c->diag, "a number and its unit: 500ms, 2s, 1m");
	return CLI_WRONG;
}
