/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changes as operations of one transaction. A port is three of them (its
 * interface, itself, its place in the bridge), a bridge brings its local port
 * with it. What nothing points to any more, the database removes by itself. The
 * marks are in the same rows, so that whatever is there says whose it is.
 */
#include "ovsdb/ovsdb.h"

/* OP (used up) is one more operation; WHOSE is to be blamed for it. */
static void add(struct isle_ovsdb_change *c, json_t *op, const void *whose)
{
	if (c->n_whose == c->cap_whose) {
		const size_t cap = c->cap_whose ? 2 * c->cap_whose : 64;
		const void **more = realloc(c->whose, cap * sizeof(*more));

		c->bad |= !more;
		if (more) {
			c->whose = more;
			c->cap_whose = cap;
		}
	}
	if (c->bad || !op) {
		c->bad = true;
		json_decref(op);
		return;
	}
	c->bad = json_array_append_new(c->ops, op) < 0;
	c->whose[c->n_whose++] = whose;
}

static void new_name(struct isle_ovsdb_change *c, char ret[16])
{
	snprintf(ret, 16, "row%u", c->n_named++);
}

static json_t *where(const char *column, json_t *value)
{
	return json_pack("[[s, s, o]]", column, "==", value);
}

static json_t *mutate(const char *table, json_t *at, const char *column, const char *mutator, json_t *value)
{
	return json_pack("{s:s, s:s, s:o, s:[[s, s, o]]}", "op", "mutate", "table", table, "where", at, "mutations", column, mutator,
			 value);
}

static json_t *insert(const char *table, json_t *row, const char *name)
{
	return json_pack("{s:s, s:s, s:o, s:s}", "op", "insert", "table", table, "row", row, "uuid-name", name);
}

static void set_marks(const struct isle_ovsdb_change *c, json_t *row)
{
	const struct isle_ovsdb_marks *m = &c->marks;

	if (m->lab)
		json_object_set_new(row, "external_ids", json_pack("[s, [[s, s], [s, s], [s, s]]]", "map", ISLE_OVSDB_LAB, m->lab,
								   ISLE_OVSDB_BOOT, m->boot ? m->boot : "", ISLE_OVSDB_RUN,
								   m->run ? m->run : ""));
}

static json_t *vlan_set(const uint16_t *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer(v[i]));
	return json_pack("[s, o]", "set", list);
}

static void set_vlans(const struct isle_ovsdb_port_spec *s, json_t *row)
{
	const uint16_t tag = s->tag;

	json_object_set_new(row, "tag", vlan_set(&tag, tag ? 1 : 0));
	json_object_set_new(row, "trunks", vlan_set(s->trunks, s->n_trunks));
	json_object_set_new(row, "vlan_mode", s->vlan_mode ? json_string(s->vlan_mode) : vlan_set(NULL, 0));
}

void isle_ovsdb_change_begin(struct isle_ovsdb_change *c)
{
	*c = (struct isle_ovsdb_change){ .ops = json_array() };
	c->bad = !c->ops;
}

void isle_ovsdb_change_done(struct isle_ovsdb_change *c)
{
	json_decref(c->ops);
	free(c->whose);
	*c = (struct isle_ovsdb_change){ 0 };
}

void isle_ovsdb_add_root(struct isle_ovsdb_change *c)
{
	add(c, insert("Open_vSwitch", json_object(), "root"), NULL);
}

/* An interface and the port that has it; RET names the port's row. */
static void insert_port(struct isle_ovsdb_change *c, const struct isle_ovsdb_port_spec *s, char ret[16])
{
	json_t *row = json_pack("{s:s, s:s}", "name", s->name, "type", s->type);
	char iface[16];

	new_name(c, iface);
	new_name(c, ret);
	set_marks(c, row);
	if (s->peer)
		json_object_set_new(row, "options", json_pack("[s, [[s, s]]]", "map", "peer", s->peer));
	add(c, insert("Interface", row, iface), s->whose);
	row = json_pack("{s:s, s:o}", "name", s->name, "interfaces", isle_ovsdb_named_new(iface));
	set_marks(c, row);
	if (s->tag || s->n_trunks || s->vlan_mode)
		set_vlans(s, row);
	add(c, insert("Port", row, ret), s->whose);
}

void isle_ovsdb_add_bridge(struct isle_ovsdb_change *c, const char *name, const char *datapath, const void *whose)
{
	const struct isle_ovsdb_port_spec local = { .name = name, .type = "internal", .whose = whose };
	char port[16], bridge[16];
	json_t *row;

	insert_port(c, &local, port);
	new_name(c, bridge);
	row = json_pack("{s:s, s:s, s:o}", "name", name, "datapath_type", datapath, "ports", isle_ovsdb_named_new(port));
	set_marks(c, row);
	add(c, insert("Bridge", row, bridge), whose);
	add(c, mutate("Open_vSwitch", json_array(), "bridges", "insert", json_pack("[s, [o]]", "set", isle_ovsdb_named_new(bridge))),
	    whose);
}

void isle_ovsdb_add_port(struct isle_ovsdb_change *c, const struct isle_ovsdb_port_spec *s)
{
	char port[16];

	insert_port(c, s, port);
	add(c, mutate("Bridge", where("name", json_string(s->bridge)), "ports", "insert",
		      json_pack("[s, [o]]", "set", isle_ovsdb_named_new(port))), s->whose);
}

void isle_ovsdb_set_vlans(struct isle_ovsdb_change *c, const struct isle_ovsdb_port_spec *s)
{
	json_t *row = json_object();

	set_vlans(s, row);
	add(c, json_pack("{s:s, s:s, s:o, s:o}", "op", "update", "table", "Port", "where", where("name", json_string(s->name)), "row",
			 row), s->whose);
}

void isle_ovsdb_del_bridge(struct isle_ovsdb_change *c, const char *uuid)
{
	add(c, mutate("Open_vSwitch", json_array(), "bridges", "delete", isle_ovsdb_uuid_new(uuid)), NULL);
}

void isle_ovsdb_del_port(struct isle_ovsdb_change *c, const char *bridge_uuid, const char *port_uuid)
{
	add(c, mutate("Bridge", where("_uuid", isle_ovsdb_uuid_new(bridge_uuid)), "ports", "delete", isle_ovsdb_uuid_new(port_uuid)),
	    NULL);
}

/* ---- doing it */

/* The database tells of it when ovs-vswitchd has written that it has done this number. */
static int await_applied(struct isle_ovsdb *db, json_int_t number, int wait_ms, struct isle_diag *d)
{
	json_t *results = NULL;
	int r;

	isle_ovsdb_patience(db, wait_ms + ISLE_OVSDB_WAIT_MS);
	r = isle_ovsdb_transact(db, json_pack("[{s:s, s:i, s:s, s:[[s, s, I]], s:[s], s:s, s:[]}]", "op", "wait", "timeout", wait_ms,
					      "table", "Open_vSwitch", "where", "cur_cfg", ">=", number, "columns", "cur_cfg", "until",
					      "!=", "rows"), &results, NULL, NULL);
	isle_ovsdb_patience(db, ISLE_OVSDB_WAIT_MS);
	json_decref(results);
	if (r != -ETIMEDOUT)
		return r ? isle_fail(d, -r, NULL, "cannot wait for ovs-vswitchd") : 0;
	isle_fail(d, ETIMEDOUT, NULL, "ovs-vswitchd has not acted on the change after %d s", wait_ms / 1000);
	isle_hint(d, "it may not run, or hang: see its log");
	return r;
}

int isle_ovsdb_commit(struct isle_ovsdb *db, struct isle_ovsdb_change *c, int wait_ms, const void **ret_whose, struct isle_diag *d)
{
	json_t *results = NULL;
	json_int_t number;
	size_t nth = 0, n;
	int r;

	if (ret_whose)
		*ret_whose = NULL;
	add(c, mutate("Open_vSwitch", json_array(), "next_cfg", "+=", json_integer(1)), NULL);
	add(c, json_pack("{s:s, s:s, s:[], s:[s]}", "op", "select", "table", "Open_vSwitch", "where", "columns", "next_cfg"), NULL);
	if (c->bad)
		return isle_fail(d, ENOMEM, NULL, "cannot change the configuration of Open vSwitch");
	n = c->n_whose;
	r = isle_ovsdb_transact(db, c->ops, &results, &nth, d);
	c->ops = NULL;
	if (r && ret_whose && nth < n)
		*ret_whose = c->whose[nth];
	number = json_integer_value(json_object_get(json_array_get(isle_ovsdb_rows(results, n ? n - 1 : 0), 0), "next_cfg"));
	json_decref(results);
	return r || !wait_ms ? r : await_applied(db, number, wait_ms, d);
}
