/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ip's options, in the order in which ip compares a word with them: one or
 * two dashes, any prefix; the first row that it begins wins (-b is -batch, -br
 * -brief). Most of them mean nothing to netns and are taken all the same, as ip
 * does. Behind the word `netns` ip knows none; here they are the same.
 */
#include <limits.h>
#include <sys/socket.h>
#include "netns/netns.h"

enum option {
	IGNORED, LOOPS, FAMILY, VERSION, FORCE, BATCH, JSON, PRETTY, RCVBUF, COLOR, HELP, NETNS, ALL, NAMES, UNKNOWN,
};

static const struct row {
	const char *name;
	enum option is;
	bool value, whole;		/* takes the next word; is not abbreviated */
} rows[] = {
	{ "-loops", LOOPS, true, false },
	{ "-family", FAMILY, true, false },
	{ "-4", IGNORED, false, true },
	{ "-6", IGNORED, false, true },
	{ "-0", IGNORED, false, true },
	{ "-M", IGNORED, false, true },
	{ "-B", IGNORED, false, true },
	{ "-human-readable", IGNORED, false, false },
	{ "-iec", IGNORED, false, false },
	{ "-stats", IGNORED, false, false },
	{ "-statistics", IGNORED, false, false },
	{ "-details", IGNORED, false, false },
	{ "-resolve", IGNORED, false, false },
	{ "-oneline", IGNORED, false, false },
	{ "-timestamp", IGNORED, false, false },
	{ "-tshort", IGNORED, false, false },
	{ "-Version", VERSION, false, false },
	{ "-force", FORCE, false, false },
	{ "-batch", BATCH, true, false },
	{ "-brief", IGNORED, false, false },
	{ "-json", JSON, false, false },
	{ "-pretty", PRETTY, false, false },
	{ "-rcvbuf", RCVBUF, true, false },
	{ "-color", COLOR, false, false },
	{ "-help", HELP, false, false },
	{ "-netns", NETNS, true, false },
	{ "-Numeric", IGNORED, false, false },
	{ "-all", ALL, false, false },
	{ "-echo", IGNORED, false, true },
	/* ours: ip refuses it */
	{ "-names", NAMES, false, true },
};

bool netns_matches(const char *word, const char *full)
{
	return *word && !strncmp(full, word, strlen(word));
}

/* "-c", "-color=auto". */
static bool is_color(const char *word)
{
	static const char *const when[] = { "", "always", "auto", "never" };
	size_t n = strcspn(word, "=");

	if (n > strlen("-color") || strncmp(word, "-color", n))
		return false;
	word += n + (word[n] == '=');
	for (size_t i = 0; i < ISLE_COUNT(when); i++)
		if (!strcmp(word, when[i]))
			return true;
	return false;
}

static const struct row *find(const char *word)
{
	for (size_t i = 0; i < ISLE_COUNT(rows); i++)
		if (rows[i].is == COLOR ? is_color(word) :
		    rows[i].whole ? !strcmp(word, rows[i].name) : netns_matches(word, rows[i].name))
			return &rows[i];
	return NULL;
}

bool netns_wanted(char **argv)
{
	if (*argv)
		argv++;
	for (; *argv && (*argv)[0] == '-'; argv++) {
		const struct row *row;

		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		row = find(*argv + ((*argv)[1] == '-'));
		/* nothing else here has batches */
		if (row && row->is == BATCH)
			return true;
		if (row && row->value && !*++argv)
			return false;
	}
	return *argv && !strcmp(*argv, "netns");
}

const char *netns_option_value(const char *word)
{
	const struct row *row = find(word + (word[0] && word[1] == '-'));

	return row && row->value ? row->name : NULL;
}

static int family(struct netns *n, const char *name)
{
	static const char *const known[] = { "inet", "inet6", "link", "mpls", "bridge" };

	if (!strcmp(name, "help"))
		return netns_ip_usage(n);
	for (size_t i = 0; i < ISLE_COUNT(known); i++)
		if (!strcmp(name, known[i]))
			return -1;
	return netns_wrong(n, "Error: argument \"%s\" is wrong: invalid protocol family", name);
}

static int rcvbuf(struct netns *n, const char *size)
{
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(size, &end, 0);
	if (end == size || *end || errno || v > UINT_MAX)
		return netns_wrong(n, "Invalid rcvbuf size '%s'", size);
	return -1;
}

static int version(struct netns *n)
{
	/* scripts compare it: what this program stands for */
	puts("ip utility, iproute2-6.1.0, libbpf 1.1.2");
	return netns_quit(n, NETNS_OK);
}

static int take(struct netns *n, const struct row *row, const char *value, bool after)
{
	switch (row->is) {
	case FAMILY: return family(n, value);
	case RCVBUF: return rcvbuf(n, value);
	case VERSION: return version(n);
	case HELP: return after ? netns_usage(n) : netns_ip_usage(n);
	case FORCE: n->force = true; break;
	case BATCH: n->batch_file = value; break;
	case JSON: n->json = true; break;
	case PRETTY: n->pretty = true; break;
	case ALL: n->all = true; break;
	case NAMES: n->names = true; break;
	case NETNS: return netns_switch(n, value) ? netns_quit(n, NETNS_WRONG) : -1;
	default: break;
	}
	return -1;
}

static int no_value(struct netns *n, const struct row *row)
{
	return row->is == NETNS ? netns_wrong(n, "Command line is not complete. Try option \"help\"") : netns_ip_usage(n);
}

int netns_options(struct netns *n, char ***argv, bool after)
{
	int status = -1;

	for (; status < 0 && **argv && ***argv == '-'; ++*argv) {
		const char *word = **argv, *value = "";
		const struct row *row;

		if (!strcmp(word, "--")) {
			++*argv;
			break;
		}
		word += word[1] == '-';
		row = find(word);
		if (after && (!row || !word[1]))
			return netns_wrong(n, "Command \"%s\" is unknown, try \"ip netns help\".", **argv);
		if (!row)
			return netns_wrong(n, "Option \"%s\" is unknown, try \"ip -help\".", word);
		if (row->value && !(value = *++*argv))
			return no_value(n, row);
		status = take(n, row, value, after);
	}
	return status;
}
