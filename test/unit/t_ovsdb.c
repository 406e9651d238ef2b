/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the client of Open vSwitch's database against canned replies: in pieces,
 * with echoes and notices between, of any size, wrong in every way, and late.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include "ovsdb/feed.h"
#include "ovsdb_help.h"

static json_t *one_op(void)
{
	return json_pack("[{s:s}]", "op", "comment");
}

/* REPLY to a transaction of one operation. */
static void expect(const char *reply, int r, const char *what)
{
	struct line l = line_begin(PATIENCE);
	json_t *results = NULL;

	line_say(&l, reply);
	shutdown(l.other, SHUT_WR);
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), r);
	if (!strstr(line_words(&l), what))
		fail_msg("'%s' does not say '%s'", line_words(&l), what);
	json_decref(results);
	line_end(&l);
}

static void test_request(void **state)
{
	struct line l = line_begin(PATIENCE);
	json_t *results = NULL;

	(void)state;
	line_say(&l, "{\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	assert_int_equal(json_array_size(results), 1);
	json_decref(results);
	assert_string_equal(line_heard(&l), "{\"method\":\"transact\",\"params\":[\"Open_vSwitch\",{\"op\":\"comment\"}],\"id\":1}");
	line_end(&l);
}

static void test_echo_and_notices(void **state)
{
	struct line l = line_begin(PATIENCE);
	json_t *results = NULL;
	const char *sent;

	(void)state;
	line_say(&l, "{\"id\":\"e\",\"method\":\"echo\",\"params\":[\"}\\\"{\"]}\n{\"id\":null,\"method\":\"update\",\"params\":[1,{}]}"
		"{\"id\":7,\"result\":[{\"error\":\"not ours\"}],\"error\":null} {\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	json_decref(results);
	sent = strstr(line_heard(&l), "}{");
	assert_non_null(sent);
	assert_string_equal(sent + 1, "{\"result\":[\"}\\\"{\"],\"error\":null,\"id\":\"e\"}");
	line_end(&l);
}

static void test_refusals(void **state)
{
	struct line l = line_begin(PATIENCE);
	json_t *results = NULL;
	size_t nth = 99;

	(void)state;
	line_say(&l, "{\"id\":1,\"result\":[{},{\"error\":\"constraint violation\",\"details\":\"No column x.\"},null],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, json_pack("[{}, {}, {}]"), &results, &nth, l.d), -EINVAL);
	assert_int_equal(nth, 1);
	assert_string_equal(line_words(&l), "Open vSwitch's database refuses: constraint violation: No column x.");
	/* the whole, behind results that were all right */
	line_say(&l, "{\"id\":2,\"result\":[{},{\"error\":\"referential integrity violation\"}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, &nth, NULL), -EINVAL);
	assert_int_equal(nth, 1);
	/* the connection is as good as before */
	line_say(&l, "{\"id\":3,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, NULL), 0);
	json_decref(results);
	line_end(&l);
	expect("{\"id\":1,\"result\":[{\"error\":\"timed out\"}],\"error\":null}", -ETIMEDOUT, "refuses: timed out");
	expect("{\"id\":1,\"result\":null,\"error\":\"unknown database\"}", -EINVAL, "refuses: unknown database");
	expect("{\"id\":1,\"result\":null,\"error\":{\"error\":\"syntax error\",\"details\":\"odd\"}}", -EINVAL, "refuses: syntax error: odd");
}

static void test_hostile(void **state)
{
	static const char *const nonsense[] = {
		"[]", "1", "\"x\"", "null", "HTTP/1.1 400 Bad Request\r\n\r\n", "{]", "{\"a\"}", "{\"id\":01}", "{\"id\":1,\"id\":1}",
		"{\"id\":\"\\u0000\"}", "{\"id\":\"\xff\"}", "}", "\\", "{}x", "{\"id\":1e999}",
	};
	char deep[2048] = "{\"a\":";

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(nonsense); i++)
		expect(nonsense[i], -EPROTO, "db.sock does not speak OVSDB");
	memset(deep + 5, '[', 1500);
	expect(deep, -EPROTO, "does not speak OVSDB");
	expect("{\"id\":1}", -EPROTO, "does not speak OVSDB");
	expect("{\"id\":1,\"result\":{},\"error\":null}", -EPROTO, "does not speak OVSDB");
	expect("{\"id\":1,\"result\":[],\"error\":7}", -EPROTO, "does not speak OVSDB");
	expect("{\"id\":1,\"result\":[],\"error\":null}", -EINVAL, "answers 1 operations with 0 results");
	expect("{\"id\":1,\"result\":[{},{},{}],\"error\":null}", -EINVAL, "answers 1 operations with 3 results");
	expect("{\"id\":1,\"result\":[7],\"error\":null}", 0, "");
	expect("{\"id\":1,\"resu", -ECONNRESET, "db.sock does not answer");
	expect("", -ECONNRESET, "db.sock does not answer");
}

static void test_silence(void **state)
{
	struct line l = line_begin(SHORT);
	json_t *results = NULL;

	(void)state;
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), -ETIMEDOUT);
	/* the late answer is not taken for that to the next request */
	line_say(&l, "{\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), -EINVAL);
	line_end(&l);
}

/* One that sends echoes for ever, or never ends its sentence, is left in time. */
static void test_endless(void **state)
{
	static const struct { const char *first, *then; } texts[] = {
		{ "", "{\"id\":0,\"method\":\"echo\",\"params\":[]}" }, { "{\"a\":\"", "xxxx" }, { "", "    " },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(texts); i++) {
		struct line l = line_begin(SHORT);
		json_t *results = NULL;
		pid_t pid = fork();
		int r;

		assert_true(pid >= 0);
		if (!pid) {
			char answers[4096];

			isle_ovsdb_close(l.db);
			line_say(&l, texts[i].first);
			while (send(l.other, texts[i].then, strlen(texts[i].then), MSG_NOSIGNAL) > 0)
				while (recv(l.other, answers, sizeof(answers), MSG_DONTWAIT) > 0)
					;
			_exit(0);
		}
		close(l.other);
		l.other = -1;
		r = isle_ovsdb_transact(l.db, one_op(), &results, NULL, NULL);
		assert_true(r == -ETIMEDOUT || r == -EFBIG);
		line_end(&l);
		waitpid(pid, NULL, 0);
	}
}

static void test_large(void **state)
{
	struct line l = line_begin(PATIENCE);
	json_t *results = NULL;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {	/* 4 MB of rows */
		static const char row[] = "{\"name\":\"port\"},", head[] = "{\"id\":1,\"error\":null,\"result\":[{\"rows\":[";

		line_say(&l, head);
		for (int i = 0; i < 250000; i++)
			if (send(l.other, row, sizeof(row) - 1, MSG_NOSIGNAL) < 0)
				_exit(1);
		line_say(&l, "{}]}]}");
		_exit(0);
	}
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	assert_int_equal(json_array_size(isle_ovsdb_rows(results, 0)), 250001);
	json_decref(results);
	line_end(&l);
	waitpid(pid, NULL, 0);
}

/* Wherever it is cut. */
static void test_pieces(void **state)
{
	static const char text[] = " {\"a\":\"\\\\\\\"}{\",\"b\":[{},[\"]\"]]}\n{} {\"id\":1}";

	(void)state;
	for (size_t step = 1; step <= sizeof(text); step++) {
		struct isle_ovsdb_feed f = { 0 };
		json_t *message;
		size_t n = 0;

		for (size_t at = 0; at < sizeof(text) - 1; at += step) {
			const size_t left = sizeof(text) - 1 - at;

			assert_int_equal(isle_ovsdb_feed_put(&f, text + at, step < left ? step : left), 0);
			while (isle_ovsdb_feed_take(&f, &message) == 1) {
				n++;
				json_decref(message);
			}
		}
		assert_int_equal(n, 3);
		isle_ovsdb_feed_done(&f);
	}
}

UNIT_MAIN(T(test_request), T(test_echo_and_notices), T(test_refusals), T(test_hostile), T(test_silence), T(test_endless), T(test_large),
	  T(test_pieces))
