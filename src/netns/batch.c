/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: -batch FILE: commands, one a line, as ip reads them: '#' begins a comment
 * even within quotes, a backslash at the end goes on with the next line, quotes
 * hold a word together. A line is `netns VERB …`; the word netns may be left out
 * if the verb is written in full. FILE becomes the standard input, also of what a
 * line executes.
 */
#include "netns/netns.h"

#define MAX_WORDS 512

/* Without the comment. */
static void cut(char *line)
{
	line[strcspn(line, "#")] = '\0';
}

/* A line with those that continue it, into *LINE; how many were read is added to *COUNT. -1: no more. */
static int read_line(char **line, size_t *cap, unsigned *count)
{
	char *mark;

	if (getline(line, cap, stdin) < 0)
		return -1;
	++*count;
	cut(*line);
	while ((mark = strstr(*line, "\\\n"))) {
		isle_auto(free) char *next = NULL;
		size_t next_cap = 0;
		char *more;

		if (getline(&next, &next_cap, stdin) < 0) {
			netns_say("Missing continuation line");
			return -1;
		}
		++*count;
		cut(next);
		*mark = '\0';
		*cap = strlen(*line) + strlen(next) + 1;
		more = realloc(*line, *cap);
		if (!more) {
			netns_say("Out of memory");
			return -1;
		}
		*line = more;
		strcat(*line, next);
	}
	return 0;
}

/* Take LINE apart in place; how many words, -1: words are printed, and nothing goes on. */
static int split(char *line, char *words[MAX_WORDS])
{
	static const char blank[] = " \t\r\n";
	int n = 0;

	for (;;) {
		line += strspn(line, blank);
		if (!*line)
			break;
		if (n == MAX_WORDS - 1)
			return -netns_say("Too many arguments to command");
		if (*line == '\'' || *line == '"') {
			char quote = *line++;

			words[n++] = line;
			line = strchr(line, quote);
			if (!line)
				return -netns_say("Unterminated quoted string");
		} else {
			words[n++] = line;
			line += strcspn(line, blank);
			if (!*line)
				break;
		}
		*line++ = '\0';
	}
	words[n] = NULL;
	return n;
}

static int run(struct netns *n, char **words)
{
	/* "n" and "ne" are ip's neighbor */
	if (netns_matches(words[0], "netns") && strlen(words[0]) > 2)
		return netns_run(n, words + 1);
	if (netns_matches(words[0], "help"))
		return netns_ip_usage(n);
	if (netns_is_verb(words[0], true) || !strcmp(words[0], "del"))
		return netns_run(n, words);
	return netns_say("Object \"%s\" is unknown, try \"ip help\".", words[0]);
}

int netns_batch(struct netns *n)
{
	isle_auto(free) char *line = NULL;
	char *words[MAX_WORDS];
	int status = NETNS_OK;
	unsigned number = 0;
	size_t cap = 0;

	n->batch = true;
	if (strcmp(n->batch_file, "-") && !freopen(n->batch_file, "r", stdin))
		return netns_say("Cannot open file \"%s\" for reading: %s", n->batch_file, strerror(errno));
	while (read_line(&line, &cap, &number) == 0) {
		int r, count = split(line, words);

		if (count < 0)
			return netns_quit(n, NETNS_FAILED);
		r = count ? run(n, words) : NETNS_OK;
		if (n->quit)
			return r;
		if (!r)
			continue;
		netns_say("Command failed %s:%u", n->batch_file, number);
		status = NETNS_FAILED;
		if (!n->force)
			break;
	}
	return status;
}
