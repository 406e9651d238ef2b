/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns` without a kernel: which command lines are its own, ip's
 * rules for options and verbs, numbers, and JSON byte for byte.
 */
#include <fcntl.h>
#include "netns/netns.h"
#include "unit.h"

/* What FD (1 or 2) gets goes to a file from begin_catch() to end_catch(). */
static int saved;
static char caught[4096];

static void begin_catch(int fd)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	fflush(NULL);
	saved = dup(fd);
	dup2(fileno(f), fd);
	fclose(f);
}

static const char *end_catch(int fd)
{
	ssize_t n;

	fflush(NULL);
	lseek(fd, 0, SEEK_SET);
	n = read(fd, caught, sizeof(caught) - 1);
	caught[n > 0 ? n : 0] = '\0';
	dup2(saved, fd);
	close(saved);
	return caught;
}

/* LINE, split at blanks, after "isle". */
static char **words(const char *line)
{
	static char copy[256], *v[32];
	size_t n = 0;

	snprintf(copy, sizeof(copy), "isle %s", line);
	for (char *p = strtok(copy, " "); p; p = strtok(NULL, " "))
		v[n++] = p;
	v[n] = NULL;
	return v;
}

static void test_wanted(void **state)
{
	static const char *const ours[] = {
		"netns", "netns list", "-j netns", "--json netns", "-j -p netns list", "-n x netns", "-b - netns", "-- netns",
		"-color=auto netns", "-all netns exec ls", "-f inet netns", "-rc 1 netns", "-nonsense netns", "-V netns", "-b -", "-b", "-j -force --batch F",
	};
	static const char *const others[] = {
		"", "-h", "--json ls", "ls", "up netns", "exec netns -- ls", "-n netns", "-f netns", "-j", "-br", "-- ls netns",
		"netnsx", "netn", "--color always netns",
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(ours); i++)
		if (!netns_wanted(words(ours[i])))
			fail_msg("not taken: %s", ours[i]);
	for (size_t i = 0; i < ISLE_COUNT(others); i++)
		if (netns_wanted(words(others[i])))
			fail_msg("taken: %s", others[i]);
	assert_false(netns_wanted((char *[]) { NULL }));
}

/* Parse LINE: the status, and in *N what it set; *RET_NEXT is the first word behind. */
static int parse(const char *line, bool after, struct netns *n, const char **ret_next)
{
	char **argv = words(line) + 1;
	int status;

	*n = (struct netns) { 0 };
	begin_catch(STDERR_FILENO);
	status = netns_options(n, &argv, after);
	end_catch(STDERR_FILENO);
	*ret_next = *argv;
	return status;
}

static void test_options(void **state)
{
	const char *next;
	struct netns n;

	(void)state;
	assert_int_equal(parse("-j --pretty -a -force --batch F netns list", false, &n, &next), -1);
	assert_true(n.json && n.pretty && n.all && n.force);
	assert_string_equal(n.batch_file, "F");
	assert_string_equal(next, "netns");
	/* the first row wins: -f takes a family, -b a file, -br is brief, -r resolve */
	assert_int_equal(parse("-fo -br -r -s -h -t -ts -o -d -N -i -c -4 x", false, &n, &next), -1);
	assert_true(n.force && !n.batch_file);
	assert_string_equal(next, "x");
	assert_int_equal(parse("-- -j", false, &n, &next), -1);
	assert_string_equal(next, "-j");
	assert_false(n.json);
	assert_int_equal(parse("-names list", true, &n, &next), -1);
	assert_true(n.names);
}

static void refused(const char *line, bool after, const char *want)
{
	const char *next;
	struct netns n;

	assert_int_equal(parse(line, after, &n, &next), NETNS_WRONG);
	assert_true(n.quit);
	assert_string_equal(caught, want);
}

static void test_refused_options(void **state)
{
	(void)state;
	refused("-foo netns", false, "Option \"-foo\" is unknown, try \"ip -help\".\n");
	refused("--foo netns", false, "Option \"-foo\" is unknown, try \"ip -help\".\n");
	refused("---json netns", false, "Option \"--json\" is unknown, try \"ip -help\".\n");
	refused("-color=red netns", false, "Option \"-color=red\" is unknown, try \"ip -help\".\n");
	refused("-ech netns", false, "Option \"-ech\" is unknown, try \"ip -help\".\n");
	refused("-rcvbuf 1x netns", false, "Invalid rcvbuf size '1x'\n");
	refused("-f x netns", false, "Error: argument \"x\" is wrong: invalid protocol family\n");
	refused("-", true, "Command \"-\" is unknown, try \"ip netns help\".\n");
	/* behind the word ip takes it for a verb */
	refused("--foo", true, "Command \"--foo\" is unknown, try \"ip netns help\".\n");
}

static void test_verbs(void **state)
{
	static const char *const verbs[] = { "l", "s", "lst", "show", "list-", "h", "a", "at", "se", "d", "del", "i", "p", "e", "m" };
	static const char *const none[] = { "", "x", "lists", "adds", "LIST", "-l" };

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(verbs); i++)
		assert_true(netns_is_verb(verbs[i], false));
	for (size_t i = 0; i < ISLE_COUNT(none); i++)
		assert_false(netns_is_verb(none[i], false));
	assert_true(netns_is_verb("list-id", true));
	assert_false(netns_is_verb("del", true));
}

static void test_names(void **state)
{
	char name[258];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_false(isle_netns_name_is_ok(name));
	name[255] = '\0';
	assert_true(isle_netns_name_is_ok(name));
	assert_true(isle_netns_name_is_ok("-x"));
	assert_true(isle_netns_name_is_ok("..."));
	assert_true(isle_netns_name_is_ok("a\nb"));
	assert_false(isle_netns_name_is_ok(""));
	assert_false(isle_netns_name_is_ok("."));
	assert_false(isle_netns_name_is_ok(".."));
	assert_false(isle_netns_name_is_ok("a/b"));
}

static void test_numbers(void **state)
{
	static const struct { const char *s; int v; } good[] = {
		{ "0", 0 }, { "12", 12 }, { "-5", -5 }, { "+7", 7 }, { " 3", 3 }, { "0x10", 16 }, { "010", 8 }, { "2147483647", 2147483647 },
	};
	static const char *const bad[] = { "", "x", "1 ", "1x", "08", "2147483648", "99999999999999999999", "-2147483649" };
	int v = 42;

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(good); i++) {
		assert_true(netns_integer(good[i].s, &v));
		assert_int_equal(v, good[i].v);
	}
	v = 42;
	for (size_t i = 0; i < ISLE_COUNT(bad); i++)
		assert_false(netns_integer(bad[i], &v));
	assert_int_equal(v, 42);
}

static const char *json(bool pretty, int n)
{
	struct netns_json j;

	begin_catch(STDOUT_FILENO);
	netns_json_begin(&j, pretty);
	for (int i = 0; i < n; i++) {
		netns_json_open(&j);
		if (i < 2)
			netns_json_string(&j, "name", i ? "\"\\\t\n\r\f\b\x01\xff/'" : "a");
		if (i == 1)
			netns_json_int(&j, "id", -7);
		netns_json_close(&j);
	}
	netns_json_end(&j);
	return end_catch(STDOUT_FILENO);
}

static void test_json(void **state)
{
	(void)state;
	assert_string_equal(json(false, 0), "[]\n");
	assert_string_equal(json(true, 0), "[ ]\n");
	assert_string_equal(json(false, 1), "[{\"name\":\"a\"}]\n");
	assert_string_equal(json(true, 1), "[ {\n        \"name\": \"a\"\n    } ]\n");
	/* control characters but these few, and bytes that are no UTF-8, go out as they are */
	assert_string_equal(json(false, 3),
			    "[{\"name\":\"a\"},{\"name\":\"\\\"\\\\\\t\\n\\r\\f\\b\x01\xff/'\",\"id\":-7},{}]\n");
	assert_string_equal(json(true, 3),
			    "[ {\n        \"name\": \"a\"\n    },{\n        \"name\": \"\\\"\\\\\\t\\n\\r\\f\\b\x01\xff/'\",\n"
			    "        \"id\": -7\n    },{} ]\n");
}

UNIT_MAIN(T(test_wanted), T(test_options), T(test_refused_options), T(test_verbs), T(test_names), T(test_numbers),
	  T(test_json))
