/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: completion. The shells' scripts ask `isle complete -- WORD…` (the words
 * after "isle" up to the cursor) and get one candidate per line, a tab and its
 * meaning. So all three shells know what the table knows, and the live names of
 * hosts, labs and namespaces. A line ":files" or ":programs" asks the shell for
 * its own; of "--option=" both only complete the value. What cannot be asked has
 * no names: a shell that completes shows no errors, and does not wait.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include "cli/cli.h"

void cli_complete_word(const char *word, const char *help, const char *prefix)
{
	if (!strncmp(word, prefix, strlen(prefix)))
		printf("%s%s%s\n", word, help ? "\t" : "", help ? help : "");
}

static void name(const char *s, void *arg)
{
	cli_complete_word(s, NULL, arg);
}

static void names(const char *const *list, const char *prefix)
{
	for (; *list; list++)
		cli_complete_word(*list, NULL, prefix);
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

/* A process, and what it runs; kernel threads, which have no program, are in no namespace of interest. */
static void pid(int proc, const char *s, const char *prefix)
{
	char path[64], comm[32];
	ssize_t n;

	snprintf(path, sizeof(path), "%.20s/exe", s);
	if (strncmp(s, prefix, strlen(prefix)) || (readlinkat(proc, path, comm, sizeof(comm)) < 0 && errno == ENOENT))
		return;
	snprintf(path, sizeof(path), "%.20s/comm", s);
	isle_auto(close) int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, comm, sizeof(comm) - 1);
	if (n <= 0)
		return;
	comm[n] = '\0';
	comm[strcspn(comm, "\n\t")] = '\0';
	cli_complete_word(s, comm, prefix);
}

void cli_complete_pids(const char *prefix)
{
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	for (struct dirent *e; (e = readdir(proc));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			pid(dirfd(proc), e->d_name, prefix);
	closedir(proc);
}

struct refs { const char *prefix; unsigned kinds; };

static void ref(const char *s, enum isle_ref_kind kind, void *arg)
{
	static const char *const help[] = {
		[ISLE_REF_HOST] = "host of a lab", [ISLE_REF_NETNS] = "network namespace", [ISLE_REF_BUNDLE] = "bundle of namespaces",
		[ISLE_REF_PID] = "process", [ISLE_REF_CONTAINER] = "container",
	};
	const struct refs *r = arg;

	if (r->kinds & 1u << kind)
		cli_complete_word(s, help[kind], r->prefix);
}

void cli_complete_refs(const char *prefix, unsigned kinds)
{
	struct refs r = { prefix, kinds };

	/* an engine that does not answer ends the completion, not the patience of who waits for it */
	alarm(2);
	if (strchr(prefix, '/'))
		puts(":files");
	else
		isle_each_ref(prefix, ref, &r, NULL);
	alarm(0);
}

/* As it is listed, or if that is a path, by its last part, whichever was begun. */
static void leaving(const struct isle_gc_item *i, void *arg)
{
	const char *prefix = arg, *slash = strrchr(i->name, '/');

	cli_complete_word(slash && strncmp(i->name, prefix, strlen(prefix)) ? slash + 1 : i->name, i->kind, prefix);
}

static void leavings(const char *prefix)
{
	/* all processes are looked at */
	alarm(2);
	isle_each_leaving(NULL, leaving, (void *)prefix, NULL);
	alarm(0);
}

/* Commands of one word and groups, or the verbs of GROUP. */
static void commands(const char *group, const char *prefix)
{
	const size_t skip = group ? strlen(group) + 1 : 0;
	const struct cli_command *cmd;
	const char *last = "";

	CLI_EACH_COMMAND(cmd) {
		/* only names of the group are that long for certain */
		if (cmd->hidden || (group && !cli_is_in(cmd, group)) || strncmp(cmd->name + skip, prefix, strlen(prefix)))
			continue;
		const int n = (int)strcspn(cmd->name + skip, " ");

		if (!group && cmd->name[n] && strncmp(cmd->name, last, (size_t)n + 1))
			printf("%.*s\t%s\n", n, cmd->name, cli_group_help(cmd->name, (size_t)n));
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

/* Words that are always the same; NULL: others. */
static const char *const *fixed(enum cli_words words)
{
	static const char *const shells[] = { "bash", "zsh", "fish", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };
	static const char *const propagation[] = { "private", "slave", "shared", "unchanged", NULL };
	static const char *const setgroups[] = { "allow", "deny", NULL };
	static const char *const relations[] = { "owner", "parent", NULL };

	switch (words) {
	case CLI_TUTORIALS: return cli_tutorials;
	case CLI_SHELLS: return shells;
	case CLI_COLORS: return colors;
	case CLI_PROPAGATION: return propagation;
	case CLI_SETGROUPS: return setgroups;
	case CLI_RELATIONS: return relations;
	default: return NULL;
	}
}

static void candidates(enum cli_words words, const char *prefix)
{
	void *arg = (void *)prefix;

	if (words == CLI_FILES || words == CLI_LABS_FILES)
		puts(":files");
	if (words == CLI_PROGRAMS)
		puts(":programs");
	if (words == CLI_LABS || words == CLI_LABS_FILES || words == CLI_LABS_HOSTS)
		isle_each_lab_name(name, arg, NULL);
	if (words == CLI_HOSTS || words == CLI_LABS_HOSTS)
		isle_each_lab_name(hosts_of, arg, NULL);
	if (words == CLI_REFS)
		cli_complete_refs(prefix, ~0u);
	if (words == CLI_BUNDLES)
		cli_complete_refs(prefix, 1u << ISLE_REF_BUNDLE);
	if (words == CLI_PIDS)
		cli_complete_pids(prefix);
	for (int t = 0; words == CLI_TYPES && t < ISLE_NS_TYPES; t++)
		cli_complete_word(isle_ns_type_name((enum isle_ns_type)t), NULL, prefix);
	if (words == CLI_LEAVINGS)
		leavings(prefix);
	if (words == CLI_COMMANDS)
		commands(NULL, prefix);
	if (fixed(words))
		names(fixed(words), prefix);
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

/* The value in "--name=value". */
static void value(const struct cli_command *cmd, const char *word)
{
	const struct cli_option *o;
	const size_t n = strcspn(word, "=");

	for (size_t i = 0; (o = cli_option_at(cmd, i)); i++)
		if (o->arg && strlen(o->name) == n - 2 && !strncmp(o->name, word + 2, n - 2)) {
			candidates(o->words, word + n + 1);
			return;
		}
}

struct line {			/* what the words before the last one say */
	const struct cli_command *cmd;
	const char *group;
	const struct cli_option *waits;	/* for the last word */
	int n;			/* arguments */
	const char *args[CLI_PLACES];	/* the first of them */
	bool placed;		/* `ns enter` was told where to go by an option: no NAME */
	bool wrong;
};

static void read_words(struct line *l, char *const *words, int n)
{
	for (int i = 0; i < n && !l->wrong; i++) {
		const char *w = words[i];

		if (l->cmd && l->cmd->program && l->n) {
			l->n++;
		} else if (l->cmd && waiting(l->cmd, w)) {
			l->waits = i + 1 == n ? waiting(l->cmd, w) : NULL;
			l->placed |= waiting(l->cmd, w)->id == OPT_TARGET;
			i++;
		} else if (!strcmp(w, "--")) {
			l->n += l->cmd && l->cmd->dashes && !l->n;	/* what follows is CMD, also without HOST */
		} else if (w[0] != '-') {
			if (l->cmd && l->n < CLI_PLACES)
				l->args[l->n] = w;
			l->n += l->cmd != NULL;
			l->cmd = l->cmd ? l->cmd : cli_find(l->group, w);
			l->wrong = !l->cmd && (l->group || !cli_is_group(w));
			l->group = l->cmd ? l->group : w;
		} else {
			l->placed |= strchr(w, '=') != NULL || !strncmp(w, "-t", 2);
		}
	}
}

int cmd_complete(struct cli *c)
{
	const char *last = c->n_args ? c->args[c->n_args - 1] : "";
	struct line l = { .cmd = NULL };

	if (cli_complete_netns(c->args, c->n_args))
		return CLI_OK;
	read_words(&l, c->args, c->n_args - 1);
	if (l.wrong)
		return CLI_OK;
	if (l.waits)
		candidates(l.waits->words, last);
	else if (last[0] == '-' && !(l.cmd && l.cmd->program && l.n) && strchr(last, '='))
		value(l.cmd, last);
	else if (last[0] == '-' && !(l.cmd && l.cmd->program && l.n))
		options(l.cmd, last);
	else if (!l.cmd)
		commands(l.group, last);
	else if (!cli_complete_live(l.cmd, l.args, l.n, last))
		candidates(l.cmd->words[l.n > 0 || (l.placed && l.cmd->run == cmd_ns_enter)], last);
	return CLI_OK;
}
