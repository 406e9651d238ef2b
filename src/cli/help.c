/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the table says, for people: usage lines, --help, and the rows of
 * isle(1). Wide enough for 80 columns.
 */
#include "cli/cli.h"

static void usage(const struct cli_command *cmd, FILE *f)
{
	fprintf(f, "isle %s%s%s%s", cmd->name, cmd->options || !cmd->program ? " [OPTION…]" : "",
		*cmd->args ? " " : "", cmd->args);
}

/* "--net[=FILE]", "--file FILE" */
static void option_form(const struct cli_option *o, const char **ret_before, const char **ret_after)
{
	const bool maybe = o->form == CLI_MAYBE || o->form == CLI_MAYBE_GLUED;

	*ret_before = !o->arg ? "" : maybe ? "[=" : " ";
	*ret_after = o->arg && maybe ? "]" : "";
}

static void option(const struct cli_option *o, FILE *f)
{
	const char *before, *after;
	char s[64];
	int n = snprintf(s, sizeof(s), o->letter ? "-%c, " : "    ", o->letter);

	option_form(o, &before, &after);
	n += snprintf(s + n, sizeof(s) - (size_t)n, "--%s%s%s%s", o->name, before, o->arg ? o->arg : "", after);
	fprintf(f, "  %-22s%s  %s\n", s, n > 22 ? "\n                        " : "", o->help);
}

/* Words of S in lines of at most 78 letters. */
static void paragraph(const char *s, FILE *f)
{
	size_t col = 0;

	while (*s) {
		size_t n = strcspn(s, " ");

		if (col && col + n + 1 > 78) {
			fputc('\n', f);
			col = 0;
		}
		col += (size_t)fprintf(f, "%s%.*s", col ? " " : "", (int)n, s);
		s += n + (s[n] == ' ');
	}
	fputc('\n', f);
}

static void help_command(const struct cli_command *cmd, FILE *f)
{
	const struct cli_option *o;

	fputs("Usage: ", f);
	usage(cmd, f);
	fprintf(f, "\n\n%c%s.\n", cmd->help[0] >= 'a' && cmd->help[0] <= 'z' ? cmd->help[0] - 'a' + 'A' : cmd->help[0], cmd->help + 1);
	if (cmd->more)
		paragraph(cmd->more, f);
	fputc('\n', f);
	for (size_t i = 0; (o = cli_option_at(cmd, i)); i++)
		option(o, f);
}

/* Of a group the verbs in one line, with its first. */
static void help_line(const struct cli_command *cmd, const char **last, FILE *f)
{
	const struct cli_command *other;
	const size_t n = strcspn(cmd->name, " ");
	const char *comma = "";

	if (!cmd->name[n]) {
		fprintf(f, "  %-12s%s\n", cmd->name, cmd->help);
		return;
	}
	if (!strncmp(cmd->name, *last, n + 1))
		return;
	*last = cmd->name;
	fprintf(f, "  %-12.*s%s: ", (int)n, cmd->name, cli_group_help(cmd->name, n));
	CLI_EACH_COMMAND(other)
		if (!strncmp(cmd->name, other->name, n + 1)) {
			fprintf(f, "%s%s", comma, other->name + n + 1);
			comma = ", ";
		}
	putc('\n', f);
}

void cli_help(const struct cli_command *cmd, FILE *f)
{
	const char *last = "";

	if (cmd) {
		help_command(cmd, f);
		return;
	}
	fputs("Usage: isle COMMAND [ARGUMENT…]\n\n"
	      "Networks of Linux network namespaces: one file in, a working network out,\n"
	      "nothing left behind.\n\n", f);
	CLI_EACH_COMMAND(cmd)
		if (!cmd->hidden)
			help_line(cmd, &last, f);
	fputs("\n'isle COMMAND --help' tells all about one; 'isle --version' which isle this is.\n"
	      "Every command that prints data takes --json; files are described in isle-lab(5).\n", f);
}

void cli_help_group(const char *group, FILE *f)
{
	const struct cli_command *cmd;

	fprintf(f, "Usage: isle %s COMMAND [ARGUMENT…]\n\n", group);
	CLI_EACH_COMMAND(cmd)
		if (!cmd->hidden && cli_is_in(cmd, group))
			fprintf(f, "  %-12s%s\n", cmd->name + strlen(group) + 1, cmd->help);
	fprintf(f, "\n'isle %s COMMAND --help' tells all about one.\n", group);
}

int cmd_help(struct cli *c)
{
	const char *group = c->n_args && cli_is_group(c->args[0]) ? c->args[0] : NULL;
	const char *name = group ? c->args[1] : c->args[0];
	const struct cli_command *cmd = name ? cli_find(group, name) : NULL;

	if (group && !name) {
		cli_help_group(group, stdout);
		return CLI_OK;
	}
	if (!group && c->n_args > 1)
		return cli_wrong(c, "'isle help' has no use for '%s'", c->args[1]);
	if (name && !cmd) {
		cli_wrong(c, "no command '%s%s%s'", group ? group : "", group ? " " : "", name);
		isle_hint(c->diag, "'isle help%s%s' lists the commands", group ? " " : "", group ? group : "");
		return CLI_WRONG;
	}
	cli_help(cmd, stdout);
	return CLI_OK;
}

/* Text for troff: a dash is a minus, and no line begins with a control letter. */
static void troff_n(const char *s, size_t n)
{
	for (const char *end = s + n; s < end; s++) {
		if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '\\')
			fputs("\\e", stdout);
		else if (!strncmp(s, "…", 3))
			fputs("\\[u2026]", stdout), s += 2;
		else
			putchar(*s);
	}
}

static void troff(const char *s)
{
	troff_n(s, strlen(s));
}

static void man_option(const struct cli_option *o)
{
	const char *before, *after;

	puts(".TP");
	if (o->letter)
		printf("\\fB\\-%c\\fR, ", o->letter);
	fputs("\\fB\\-\\-", stdout);
	troff(o->name);
	fputs("\\fR", stdout);
	option_form(o, &before, &after);
	if (o->arg) {
		printf("%s\\fI", before);
		troff(o->arg);
		printf("\\fR%s", after);
	}
	putchar('\n');
	troff(o->help);
	puts(".");
}

static void man_command(const struct cli_command *cmd, bool brief)
{
	const struct cli_option *o;

	printf(".SS \"isle %s", cmd->name);
	if (*cmd->args)
		putchar(' ');
	troff(cmd->args);
	printf("\"\n%c", cmd->help[0] >= 'a' && cmd->help[0] <= 'z' ? cmd->help[0] - 'a' + 'A' : cmd->help[0]);
	troff(cmd->help + 1);
	puts(".");
	if (brief) {
		printf("See\n.BR isle\\-%.*s (8).\n", (int)strcspn(cmd->name, " "), cmd->name);
		return;
	}
	if (cmd->more) {
		troff(cmd->more);
		putchar('\n');
	}
	for (o = cmd->options; o && o->name; o++)
		man_option(o);
}

/* The group of namespaces has a page of its own. */
static void man_commands(const char *group)
{
	const struct cli_command *cmd;

	CLI_EACH_COMMAND(cmd)
		if (!cmd->hidden && (!group || cli_is_in(cmd, group)))
			man_command(cmd, !group && cli_is_in(cmd, "ns"));
}

/* The tree of keys as it is, each line kept. */
static void man_keys(const char *s)
{
	puts(".EX");
	while (*s) {
		size_t n = strcspn(s, "\n");

		if (*s == '.' || *s == '\'')
			fputs("\\&", stdout);
		troff_n(s, n);
		putchar('\n');
		s += n + (s[n] == '\n');
	}
	puts(".EE");
}

int cmd_man(struct cli *c)
{
	isle_auto(free) char *keys = NULL;
	const struct cli_command *cmd = cli_find(NULL, c->args[0]);

	if (!strcmp(c->args[0], "commands") || cli_is_group(c->args[0])) {
		man_commands(cli_is_group(c->args[0]) ? c->args[0] : NULL);
		return CLI_OK;
	}
	if (cmd) {
		man_command(cmd, false);
		return CLI_OK;
	}
	if (strcmp(c->args[0], "keys"))
		return cli_wrong(c, "no rows of '%s'", c->args[0]);
	if (isle_explain(NULL, &keys, c->diag) < 0)
		return CLI_FAILED;
	man_keys(keys);
	return CLI_OK;
}
