/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the client of Open vSwitch's database against canned replies: in pieces,
 * with echoes and notices between, of any size, wrong in every way, and late.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include "ovsdb/feed.h"
#include "ovsdb/ovsdb.h"
#include "unit.h"

enum { PATIENCE = 20000, SHORT = 30 };	/* ms */

/* A client whose peer is .other, and what is said about failures. */
struct line {
	struct isle_ovsdb *db;
	struct isle_diag *d;
	int other;
};

static struct line begin(int wait_ms)
{
	struct line l = { .d = isle_diag_new() };
	int pair[2];

	assert_non_null(l.d);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(isle_ovsdb_open_fd(pair[0], "db.sock", wait_ms, &l.db, l.d), 0);
	l.other = pair[1];
	return l;
}

static void end(struct line *l)
{
	isle_ovsdb_close(l->db);
	isle_diag_free(l->d);
	if (l->other >= 0)
		close(l->other);
}

static void say(const struct line *l, const char *text)
{
	assert_int_equal(send(l->other, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* All that the client has sent so far. */
static const char *heard(const struct line *l)
{
	static char text[4096];
	ssize_t n = recv(l->other, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static json_t *one_op(void)
{
	return json_pack("[{s:s}]", "op", "comment");
}

static const char *words(const struct line *l)
{
	const struct isle_diag_rec *r = isle_diag_first(l->d);

	return r ? r->msg : "";
}

/* REPLY to a transaction of one operation. */
static void expect(const char *reply, int r, const char *what)
{
	struct line l = begin(PATIENCE);
	json_t *results = NULL;

	say(&l, reply);
	shutdown(l.other, SHUT_WR);
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), r);
	if (!strstr(words(&l), what))
		fail_msg("'%s' does not say '%s'", words(&l), what);
	json_decref(results);
	end(&l);
}

static void test_request(void **state)
{
	struct line l = begin(PATIENCE);
	json_t *results = NULL;

	(void)state;
	say(&l, "{\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	assert_int_equal(json_array_size(results), 1);
	json_decref(results);
	assert_string_equal(heard(&l), "{\"method\":\"transact\",\"params\":[\"Open_vSwitch\",{\"op\":\"comment\"}],\"id\":1}");
	end(&l);
}

static void test_echo_and_notices(void **state)
{
	struct line l = begin(PATIENCE);
	json_t *results = NULL;
	const char *sent;

	(void)state;
	say(&l, "{\"id\":\"e\",\"method\":\"echo\",\"params\":[\"}\\\"{\"]}\n{\"id\":null,\"method\":\"update\",\"params\":[1,{}]}"
		"{\"id\":7,\"result\":[{\"error\":\"not ours\"}],\"error\":null} {\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	json_decref(results);
	sent = strstr(heard(&l), "}{");
	assert_non_null(sent);
	assert_string_equal(sent + 1, "{\"result\":[\"}\\\"{\"],\"error\":null,\"id\":\"e\"}");
	end(&l);
}

static void test_refusals(void **state)
{
	struct line l = begin(PATIENCE);
	json_t *results = NULL;
	size_t nth = 99;

	(void)state;
	say(&l, "{\"id\":1,\"result\":[{},{\"error\":\"constraint violation\",\"details\":\"No column x.\"},null],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, json_pack("[{}, {}, {}]"), &results, &nth, l.d), -EINVAL);
	assert_int_equal(nth, 1);
	assert_string_equal(words(&l), "Open vSwitch's database refuses: constraint violation: No column x.");
	/* the whole, behind results that were all right */
	say(&l, "{\"id\":2,\"result\":[{},{\"error\":\"referential integrity violation\"}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, &nth, NULL), -EINVAL);
	assert_int_equal(nth, 1);
	/* the connection is as good as before */
	say(&l, "{\"id\":3,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, NULL), 0);
	json_decref(results);
	end(&l);
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
	struct line l = begin(SHORT);
	json_t *results = NULL;

	(void)state;
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), -ETIMEDOUT);
	/* the late answer is not taken for that to the next request */
	say(&l, "{\"id\":1,\"result\":[{}],\"error\":null}");
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), -EINVAL);
	end(&l);
}

/* One that sends echoes for ever, or never ends its sentence, is left in time. */
static void test_endless(void **state)
{
	static const struct { const char *first, *then; } texts[] = {
		{ "", "{\"id\":0,\"method\":\"echo\",\"params\":[]}" }, { "{\"a\":\"", "xxxx" }, { "", "    " },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(texts); i++) {
		struct line l = begin(SHORT);
		json_t *results = NULL;
		pid_t pid = fork();
		int r;

		assert_true(pid >= 0);
		if (!pid) {
			char answers[4096];

			isle_ovsdb_close(l.db);
			say(&l, texts[i].first);
			while (send(l.other, texts[i].then, strlen(texts[i].then), MSG_NOSIGNAL) > 0)
				while (recv(l.other, answers, sizeof(answers), MSG_DONTWAIT) > 0)
					;
			_exit(0);
		}
		close(l.other);
		l.other = -1;
		r = isle_ovsdb_transact(l.db, one_op(), &results, NULL, NULL);
		assert_true(r == -ETIMEDOUT || r == -EFBIG);
		end(&l);
		waitpid(pid, NULL, 0);
	}
}

static void test_large(void **state)
{
	struct line l = begin(PATIENCE);
	json_t *results = NULL;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {	/* 4 MB of rows */
		static const char row[] = "{\"name\":\"port\"},", head[] = "{\"id\":1,\"error\":null,\"result\":[{\"rows\":[";

		say(&l, head);
		for (int i = 0; i < 250000; i++)
			if (send(l.other, row, sizeof(row) - 1, MSG_NOSIGNAL) < 0)
				_exit(1);
		say(&l, "{}]}]}");
		_exit(0);
	}
	assert_int_equal(isle_ovsdb_transact(l.db, one_op(), &results, NULL, l.d), 0);
	assert_int_equal(json_array_size(isle_ovsdb_rows(results, 0)), 250001);
	json_decref(results);
	end(&l);
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

static const char conf_reply[] =
	"{\"id\":1,\"error\":null,\"result\":[{\"rows\":[{\"_uuid\":[\"uuid\",\"r\"],\"ovs_version\":\"3.1.0\"}]},"
	"{\"rows\":[{\"_uuid\":[\"uuid\",\"b2\"],\"name\":\"br1\",\"datapath_type\":\"\",\"fail_mode\":[\"set\",[]],"
	"\"external_ids\":[\"map\",[]],\"ports\":[\"set\",[]]},"
	"{\"_uuid\":[\"uuid\",\"b1\"],\"name\":\"br0\",\"datapath_type\":\"netdev\",\"fail_mode\":\"secure\","
	"\"external_ids\":[\"map\",[[\"isle-boot-id\",\"x\"],[\"isle-lab\",\"t\"]]],"
	"\"ports\":[\"set\",[[\"uuid\",\"p1\"],[\"uuid\",\"gone\"],[\"uuid\",\"p2\"]]]}]},"
	"{\"rows\":[{\"_uuid\":[\"uuid\",\"p1\"],\"name\":\"v1\",\"tag\":5,\"trunks\":[\"set\",[10,20]],\"vlan_mode\":\"trunk\","
	"\"external_ids\":[\"map\",[]],\"interfaces\":[\"uuid\",\"i1\"]},"
	"{\"_uuid\":[\"uuid\",\"p2\"],\"name\":\"p0\",\"tag\":[\"set\",[]],\"trunks\":30,\"vlan_mode\":[\"set\",[]],"
	"\"external_ids\":7,\"interfaces\":[\"uuid\",\"i2\"]}]},"
	"{\"rows\":[{\"_uuid\":[\"uuid\",\"i1\"],\"name\":\"v1\",\"type\":\"\",\"options\":[\"map\",[]],\"error\":\"no\",\"ofport\":-1},"
	"{\"_uuid\":[\"uuid\",\"i2\"],\"name\":\"p0\",\"type\":\"patch\",\"options\":[\"map\",[[\"peer\",\"p1\"],[\"a\",\"10 x\"]]],"
	"\"error\":[\"set\",[]],\"ofport\":[\"set\",[]]}]}]}";

static void test_conf(void **state)
{
	struct line l = begin(PATIENCE);
	struct isle_ovsdb_conf *c = NULL;
	struct isle_ovsdb_bridge *b;
	struct isle_ovsdb_port *p;

	(void)state;
	say(&l, conf_reply);
	assert_int_equal(isle_ovsdb_conf_read(l.db, &c, l.d), 0);
	assert_string_equal(c->version, "3.1.0");
	assert_int_equal(c->n_bridges, 2);
	b = isle_ovsdb_conf_bridge(c, "br0");
	assert_ptr_equal(b, &c->bridges[0]);
	assert_string_equal(b->marks.lab, "t");
	assert_string_equal(b->marks.boot, "x");
	assert_string_equal(b->fail_mode, "secure");
	assert_null(c->bridges[1].fail_mode);
	assert_null(c->bridges[1].marks.lab);
	assert_int_equal(b->n_ports, 2);
	p = isle_ovsdb_conf_port(c, "v1", &b);
	assert_int_equal(p->tag, 5);
	assert_int_equal(p->n_trunks, 2);
	assert_int_equal(p->trunks[1], 20);
	assert_string_equal(p->ifaces[0].error, "no");
	assert_int_equal(p->ifaces[0].ofport, -1);
	p = isle_ovsdb_conf_port(c, "p0", NULL);
	assert_int_equal(p->tag, -1);
	assert_int_equal(p->trunks[0], 30);
	assert_null(p->marks.lab);
	assert_string_equal(p->ifaces[0].options, "{a=\"10 x\", peer=p1}");
	assert_string_equal(p->ifaces[0].peer, "p1");
	assert_null(isle_ovsdb_conf_port(c, "v2", NULL));
	isle_ovsdb_conf_free(c);
	end(&l);
}

/* Rows of forms that nobody sends. */
static void test_odd_conf(void **state)
{
	static const char *const replies[] = {
		"[{},{},{},{}]", "[{\"rows\":7},{\"rows\":[7,[],null,{}]},{\"rows\":{}},{\"rows\":[{\"_uuid\":[\"uuid\"]}]}]",
		"[{\"rows\":[{}]},{\"rows\":[{\"ports\":[\"set\",7],\"name\":[\"set\",[]]}]},{\"rows\":[]},{\"rows\":[]}]",
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(replies); i++) {
		struct line l = begin(PATIENCE);
		struct isle_ovsdb_conf *c = NULL;

		say(&l, "{\"id\":1,\"error\":null,\"result\":");
		say(&l, replies[i]);
		say(&l, "}");
		assert_int_equal(isle_ovsdb_conf_read(l.db, &c, l.d), 0);
		isle_ovsdb_conf_free(c);
		end(&l);
	}
}

static void test_change(void **state)
{
	static const uint16_t trunks[] = { 10, 20 };
	const struct isle_ovsdb_port_spec port = { .bridge = "br0", .name = "v1", .type = "", .vlan_mode = "native-untagged", .tag = 5,
						   .trunks = trunks, .n_trunks = 2, .whose = &port };
	struct line l = begin(PATIENCE);
	struct isle_ovsdb_change c;
	const void *whose = NULL;
	const char *sent;

	(void)state;
	isle_ovsdb_change_begin(&c);
	c.marks.lab = "t";
	c.marks.boot = "b";
	c.marks.run = "0:7";
	isle_ovsdb_add_bridge(&c, "br0", "netdev", NULL);
	isle_ovsdb_add_port(&c, &port);
	assert_int_equal(c.n_whose, 7);
	say(&l, "{\"id\":1,\"error\":null,\"result\":[{},{},{},{},{},{\"error\":\"constraint violation\"},null,null,null]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, PATIENCE, &whose, l.d), -EINVAL);
	assert_ptr_equal(whose, &port);
	isle_ovsdb_change_done(&c);
	sent = heard(&l);
	assert_non_null(strstr(sent, "{\"op\":\"insert\",\"table\":\"Port\",\"row\":{\"name\":\"v1\",\"interfaces\":[\"named-uuid\",\"row3\"],"
				     "\"external_ids\":[\"map\",[[\"isle-lab\",\"t\"],[\"isle-boot-id\",\"b\"],"
				     "[\"isle-run\",\"0:7\"]]],\"tag\":[\"set\",[5]],"
				     "\"trunks\":[\"set\",[10,20]],\"vlan_mode\":\"native-untagged\"},\"uuid-name\":\"row4\"}"));
	assert_non_null(strstr(sent, "{\"op\":\"mutate\",\"table\":\"Bridge\",\"where\":[[\"name\",\"==\",\"br0\"]],"
				     "\"mutations\":[[\"ports\",\"insert\",[\"set\",[[\"named-uuid\",\"row4\"]]]]]}"));
	assert_non_null(strstr(sent, "\"mutations\":[[\"next_cfg\",\"+=\",1]]"));
	end(&l);
}

static void test_commit_waits(void **state)
{
	struct line l = begin(PATIENCE);
	struct isle_ovsdb_change c;

	(void)state;
	isle_ovsdb_change_begin(&c);
	say(&l, "{\"id\":1,\"error\":null,\"result\":[{},{\"rows\":[{\"next_cfg\":8}]}]}{\"id\":2,\"error\":null,\"result\":[{}]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, 5000, NULL, l.d), 0);
	isle_ovsdb_change_done(&c);
	assert_non_null(strstr(heard(&l), "{\"op\":\"wait\",\"timeout\":5000,\"table\":\"Open_vSwitch\",\"where\":"
					  "[[\"cur_cfg\",\">=\",8]],\"columns\":[\"cur_cfg\"],\"until\":\"!=\",\"rows\":[]}"));
	isle_ovsdb_change_begin(&c);
	say(&l, "{\"id\":3,\"error\":null,\"result\":[{},{\"rows\":[{\"next_cfg\":9}]}]}"
		"{\"id\":4,\"error\":null,\"result\":[{\"error\":\"timed out\"}]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, 5000, NULL, l.d), -ETIMEDOUT);
	assert_string_equal(words(&l), "ovs-vswitchd has not acted on the change after 5 s");
	isle_ovsdb_change_done(&c);
	end(&l);
}

static void test_no_memory(void **state)
{
	const struct isle_ovsdb_port_spec port = { .bridge = "br0", .name = "v1", .type = "" };

	(void)state;
	for (size_t n = 1; n < 60; n++) {
		struct line l = begin(PATIENCE);
		struct isle_ovsdb_conf *conf = NULL;
		struct isle_ovsdb_change c;
		int r;

		say(&l, conf_reply);
		fault_at(n);
		r = isle_ovsdb_conf_read(l.db, &conf, NULL);
		isle_ovsdb_change_begin(&c);
		isle_ovsdb_add_bridge(&c, "br0", "", NULL);
		isle_ovsdb_add_port(&c, &port);
		fault_at(0);
		assert_true(r == 0 || r == -ENOMEM || r == -EPROTO);
		if (!r)
			isle_ovsdb_conf_free(conf);
		isle_ovsdb_change_done(&c);
		end(&l);
	}
}

static void test_text(void **state)
{
	static const struct { const char *s, *text; } texts[] = {
		{ "br0", "br0" }, { "3.1.0", "\"3.1.0\"" }, { "", "\"\"" }, { "true", "\"true\"" }, { "a b", "\"a b\"" },
		{ "a\"\n", "\"a\\\"\\n\"" }, { "_x-1.y", "_x-1.y" },
		{ "abcdef01-2345-6789-abcd-ef0123456789", "\"abcdef01-2345-6789-abcd-ef0123456789\"" },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(texts); i++) {
		isle_auto(buf) struct isle_buf out = { 0 };

		isle_ovsdb_put_text(&out, texts[i].s);
		assert_string_equal(out.s, texts[i].text);
	}
}

UNIT_MAIN(T(test_request), T(test_echo_and_notices), T(test_refusals), T(test_hostile), T(test_silence), T(test_endless), T(test_large),
	  T(test_pieces), T(test_conf), T(test_odd_conf), T(test_change), T(test_commit_waits), T(test_no_memory), T(test_text))
