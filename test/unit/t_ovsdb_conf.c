/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is made of the rows of Open vSwitch's database, and the transactions
 * that change them.
 */
#include <sys/socket.h>
#include "ovsdb_help.h"

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
	struct line l = line_begin(PATIENCE);
	struct isle_ovsdb_conf *c = NULL;
	struct isle_ovsdb_bridge *b;
	struct isle_ovsdb_port *p;

	(void)state;
	line_say(&l, conf_reply);
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
	line_end(&l);
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
		struct line l = line_begin(PATIENCE);
		struct isle_ovsdb_conf *c = NULL;

		line_say(&l, "{\"id\":1,\"error\":null,\"result\":");
		line_say(&l, replies[i]);
		line_say(&l, "}");
		assert_int_equal(isle_ovsdb_conf_read(l.db, &c, l.d), 0);
		isle_ovsdb_conf_free(c);
		line_end(&l);
	}
}

static void test_change(void **state)
{
	static const uint16_t trunks[] = { 10, 20 };
	const struct isle_ovsdb_port_spec port = { .bridge = "br0", .name = "v1", .type = "", .vlan_mode = "native-untagged", .tag = 5,
						   .trunks = trunks, .n_trunks = 2, .whose = &port };
	struct line l = line_begin(PATIENCE);
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
	line_say(&l, "{\"id\":1,\"error\":null,\"result\":[{},{},{},{},{},{\"error\":\"constraint violation\"},null,null,null]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, PATIENCE, &whose, l.d), -EINVAL);
	assert_ptr_equal(whose, &port);
	isle_ovsdb_change_done(&c);
	sent = line_heard(&l);
	assert_non_null(strstr(sent, "{\"op\":\"insert\",\"table\":\"Port\",\"row\":{\"name\":\"v1\",\"interfaces\":[\"named-uuid\",\"row3\"],"
				     "\"external_ids\":[\"map\",[[\"isle-lab\",\"t\"],[\"isle-boot-id\",\"b\"],"
				     "[\"isle-run\",\"0:7\"]]],\"tag\":[\"set\",[5]],"
				     "\"trunks\":[\"set\",[10,20]],\"vlan_mode\":\"native-untagged\"},\"uuid-name\":\"row4\"}"));
	assert_non_null(strstr(sent, "{\"op\":\"mutate\",\"table\":\"Bridge\",\"where\":[[\"name\",\"==\",\"br0\"]],"
				     "\"mutations\":[[\"ports\",\"insert\",[\"set\",[[\"named-uuid\",\"row4\"]]]]]}"));
	assert_non_null(strstr(sent, "\"mutations\":[[\"next_cfg\",\"+=\",1]]"));
	line_end(&l);
}

static void test_commit_waits(void **state)
{
	struct line l = line_begin(PATIENCE);
	struct isle_ovsdb_change c;

	(void)state;
	isle_ovsdb_change_begin(&c);
	line_say(&l, "{\"id\":1,\"error\":null,\"result\":[{},{\"rows\":[{\"next_cfg\":8}]}]}{\"id\":2,\"error\":null,\"result\":[{}]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, 5000, NULL, l.d), 0);
	isle_ovsdb_change_done(&c);
	assert_non_null(strstr(line_heard(&l), "{\"op\":\"wait\",\"timeout\":5000,\"table\":\"Open_vSwitch\",\"where\":"
					  "[[\"cur_cfg\",\">=\",8]],\"columns\":[\"cur_cfg\"],\"until\":\"!=\",\"rows\":[]}"));
	isle_ovsdb_change_begin(&c);
	line_say(&l, "{\"id\":3,\"error\":null,\"result\":[{},{\"rows\":[{\"next_cfg\":9}]}]}"
		"{\"id\":4,\"error\":null,\"result\":[{\"error\":\"timed out\"}]}");
	assert_int_equal(isle_ovsdb_commit(l.db, &c, 5000, NULL, l.d), -ETIMEDOUT);
	assert_string_equal(line_words(&l), "ovs-vswitchd has not acted on the change after 5 s");
	isle_ovsdb_change_done(&c);
	line_end(&l);
}

static void test_no_memory(void **state)
{
	const struct isle_ovsdb_port_spec port = { .bridge = "br0", .name = "v1", .type = "" };

	(void)state;
	for (size_t n = 1; n < 60; n++) {
		struct line l = line_begin(PATIENCE);
		struct isle_ovsdb_conf *conf = NULL;
		struct isle_ovsdb_change c;
		int r;

		line_say(&l, conf_reply);
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
		line_end(&l);
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

UNIT_MAIN(T(test_conf), T(test_odd_conf), T(test_change), T(test_commit_waits), T(test_no_memory), T(test_text))
