/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: completion of `isle netns`: ip's options before and after the word, its
 * verbs, and live names where a verb wants one. What is ip's, netns/ decides.
 */
#include "cli/cli.h"
#include "netns/netns.h"

enum argument { NOTHING, NAME, NEW, PID, REF, ID, COMMAND, KEYWORDS };

static const struct verb {
	const char *name, *help;
	enum argument first, second;	/* what it wants there */
} verbs[] = {
	{ "list", "the names, and by which id each is known here", NOTHING, NOTHING },
	{ "add", "make a network namespace of that name", NEW, NOTHING },
	{ "attach", "name the namespace of a process", NEW, REF },
	{ "delete", "take the name away", NAME, NOTHING },
	{ "set", "give it an id", NAME, ID },
	{ "identify", "the name of the namespace of a process", PID, NOTHING },
	{ "pids", "the processes in it", NAME, NOTHING },
	{ "exec", "run a command in it", NAME, COMMAND },
	{ "monitor", "names that come and go", NOTHING, NOTHING },
	{ "list-id", "the ids that are known here", KEYWORDS, KEYWORDS },
	{ "help", "ip's usage", NOTHING, NOTHING },
};

/* Those of ip's options that mean something to netns. */
static const struct { const char *name, *help; } flags[] = {
	{ "-all", "every name: of delete and exec" },
	{ "-netns", "go into this namespace first" },
	{ "-json", "print JSON" },
	{ "-pretty", "JSON in lines" },
	{ "-names", "list without asking for ids" },
	{ "-batch", "commands from a file, - is standard input" },
	{ "-force", "go on after a line of -batch that failed" },
	{ "-Version", "which ip this stands for" },
	{ "-help", "ip's usage" },
};

static bool is_all(const char *word)
{
	word += word[1] == '-';
	return strlen(word) > 1 && netns_matches(word, "-all");
}

static void options(const char *prefix)
{
	const bool two = prefix[0] && prefix[1] == '-';

	for (size_t i = 0; i < ISLE_COUNT(flags); i++)
		if (!strncmp(flags[i].name, prefix + two, strlen(prefix + two)))
			printf("%s%s\t%s\n", two ? "-" : "", flags[i].name, flags[i].help);
}

static void netns_name(const struct isle_netns_item *item, void *prefix)
{
	cli_complete_word(item->name, NULL, prefix);
}

static void argument(enum argument what, const char *prefix)
{
	switch (what) {
	case NAME:
		isle_each_netns(false, netns_name, (void *)prefix, NULL);
		break;
	case PID:
		cli_complete_pids(prefix);
		break;
	case REF:
		if (strchr(prefix, ':'))
			cli_complete_refs(prefix, ~0u);
		else
			cli_complete_pids(prefix);
		break;
	case ID:
		cli_complete_word("auto", "any free id", prefix);
		break;
	case COMMAND:
		puts(":programs");
		break;
	case KEYWORDS:
		cli_complete_word("target-nsid", "as the namespace of this id knows them", prefix);
		cli_complete_word("nsid", "only this id", prefix);
		break;
	default:
		break;
	}
}

static void value(const char *option, const char *prefix)
{
	if (!strcmp(option, "-netns"))
		argument(NAME, prefix);
	else if (!strcmp(option, "-batch"))
		puts(":files");
}

/* What isle's verbs take behind them besides. */
static const struct { const char *verb, *name, *help; } own[] = {
	{ "pids", "--threads", "threads that are elsewhere than their process, too" },
	{ "pids", "--fds", "and who has it, or a socket in it, open" },
	{ "identify", "--all-names", "a line for each name" },
	{ "list", "--names", "without asking for ids" },
};

/* WORDS behind the verb, of which the last one is completed. */
static void arguments(const struct verb *v, char *const *words, int n, bool all)
{
	const char *last = words[n - 1];

	/* exec's options are the command's */
	if (v->second == COMMAND) {
		argument(n > 1 || all ? COMMAND : NAME, last);
		return;
	}
	if (all && !strcmp(v->name, "delete"))
		return;
	for (size_t i = 0; last[0] == '-' && i < ISLE_COUNT(own); i++)
		if (!strcmp(own[i].verb, v->name))
			cli_complete_word(own[i].name, own[i].help, last);
	if (v->first == KEYWORDS)
		argument(n % 2 ? KEYWORDS : NOTHING, last);
	else if (n <= 2)
		argument(n == 1 ? v->first : v->second, last);
}

/*
 * Over the options in WORDS, N before the last word: how many words they are, N + 1 if the last one is a value; then of
 * which option, *RET_WAITS.
 */
static int skip_options(char *const *words, int n, bool *all, const char **ret_waits)
{
	int i = 0;

	for (; i < n && words[i][0] == '-'; i++) {
		*all |= is_all(words[i]);
		*ret_waits = netns_option_value(words[i]);
		i += *ret_waits != NULL;
	}
	return i;
}

/* Behind the word netns. */
static void complete(char *const *words, int n, bool all)
{
	const char *waits, *last = words[n - 1];
	int i = skip_options(words, n - 1, &all, &waits);
	const struct verb *v = NULL;

	for (size_t k = 0; i < n - 1 && k < ISLE_COUNT(verbs) && !v; k++)
		v = netns_matches(words[i], verbs[k].name) ? &verbs[k] : NULL;
	if (i > n - 1)
		value(waits, last);
	else if (v)
		arguments(v, words + i + 1, n - i - 1, all);
	else if (i == n - 1 && last[0] == '-')
		options(last);
	else if (i == n - 1)
		for (size_t k = 0; k < ISLE_COUNT(verbs); k++)
			cli_complete_word(verbs[k].name, verbs[k].help, last);
}

bool cli_complete_netns(char *const *words, int n)
{
	const char *waits;
	bool all = false;
	int i = skip_options(words, n - 1, &all, &waits);

	/* of the options before a command only these have a value, and only ip has them */
	if (i > n - 1 && n > 0)
		value(waits, words[n - 1]);
	else if (i < n - 1 && !strcmp(words[i], "netns"))
		complete(words + i + 1, n - i - 1, all);
	else
		return false;
	return true;
}
