/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: all bridges, ports and interfaces, read in one transaction, so that they
 * fit together. The result is plain text in an arena. What points to a row that
 * is not there is left out.
 */
#include "ovsdb/ovsdb.h"

struct reader {
	struct isle_arena *arena;
	const json_t *results;
	struct isle_map ports, ifaces;	/* uuid -> row, json */
	bool bad;			/* no memory */
};
enum { ROOTS, BRIDGES, PORTS, IFACES };

static json_t *selects(void)
{
	return json_pack("[{s:s, s:s, s:[], s:[s, s]}, {s:s, s:s, s:[], s:[s, s, s, s, s, s]},"
			 " {s:s, s:s, s:[], s:[s, s, s, s, s, s, s]}, {s:s, s:s, s:[], s:[s, s, s, s, s, s]}]",
			 "op", "select", "table", "Open_vSwitch", "where", "columns", "_uuid", "ovs_version",
			 "op", "select", "table", "Bridge", "where", "columns", "_uuid", "name", "datapath_type", "fail_mode",
			 "external_ids", "ports",
			 "op", "select", "table", "Port", "where", "columns", "_uuid", "name", "tag", "trunks", "vlan_mode",
			 "external_ids", "interfaces",
			 "op", "select", "table", "Interface", "where", "columns", "_uuid", "name", "type", "options", "error", "ofport");
}

static const char *keep(struct reader *r, const char *s)
{
	char *copy = s ? isle_arena_strdup(r->arena, s) : NULL;

	r->bad |= s && !copy;
	return copy;
}

static const char *text_of(struct reader *r, const json_t *row, const char *column)
{
	return keep(r, isle_ovsdb_string(json_object_get(row, column)));
}

/* "" where there is none */
static const char *word_of(struct reader *r, const json_t *row, const char *column)
{
	const char *s = text_of(r, row, column);

	return s ? s : "";
}

static const char *uuid_of(struct reader *r, const json_t *row)
{
	const char *s = keep(r, isle_ovsdb_uuid(json_object_get(row, "_uuid")));

	return s ? s : "";
}

static void index_rows(struct reader *r, int table, struct isle_map *map)
{
	const json_t *rows = isle_ovsdb_rows(r->results, (size_t)table);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		const char *uuid = isle_ovsdb_uuid(json_object_get(row, "_uuid"));

		r->bad |= uuid && isle_map_put(map, uuid, row) < 0;
	}
}

/* The rows that COLUMN of ROW points to; NULL: no memory. */
static const json_t **follow(struct reader *r, const json_t *row, const char *column, const struct isle_map *map, size_t *ret_n)
{
	const json_t *set = json_object_get(row, column);
	const size_t n = isle_ovsdb_set_n(set);
	const json_t **rows = calloc(n + 1, sizeof(*rows));

	*ret_n = 0;
	r->bad |= !rows;
	for (size_t i = 0; rows && i < n; i++) {
		const char *uuid = isle_ovsdb_uuid(isle_ovsdb_set_at(set, i));
		const json_t *found = uuid ? isle_map_get(map, uuid) : NULL;

		if (found)
			rows[(*ret_n)++] = found;
	}
	return rows;
}

static void read_iface(struct reader *r, const json_t *row, struct isle_ovsdb_iface *ret)
{
	const json_t *options = json_object_get(row, "options"), *ofport = isle_ovsdb_set_at(json_object_get(row, "ofport"), 0);
	isle_auto(buf) struct isle_buf text = { 0 };

	*ret = (struct isle_ovsdb_iface){ .uuid = uuid_of(r, row), .name = word_of(r, row, "name"), .type = word_of(r, row, "type"),
					  .peer = keep(r, isle_ovsdb_map_get(options, "peer")), .error = text_of(r, row, "error"),
					  .ofport = json_integer_value(ofport) };
	r->bad |= isle_ovsdb_map_text(options, &text) < 0;
	ret->options = keep(r, text.s ? text.s : "");
}

static void read_vlans(struct reader *r, const json_t *row, struct isle_ovsdb_port *ret)
{
	const json_t *tag = isle_ovsdb_set_at(json_object_get(row, "tag"), 0), *trunks = json_object_get(row, "trunks");
	const size_t n = isle_ovsdb_set_n(trunks);

	ret->tag = json_is_integer(tag) ? (int)json_integer_value(tag) : -1;
	ret->vlan_mode = text_of(r, row, "vlan_mode");
	ret->trunks = isle_arena_alloc(r->arena, (n + 1) * sizeof(*ret->trunks));
	r->bad |= !ret->trunks;
	for (size_t i = 0; ret->trunks && i < n; i++)
		ret->trunks[ret->n_trunks++] = (uint16_t)json_integer_value(isle_ovsdb_set_at(trunks, i));
}

static struct isle_ovsdb_marks read_marks(struct reader *r, const json_t *ids)
{
	return (struct isle_ovsdb_marks){
		.lab = keep(r, isle_ovsdb_map_get(ids, ISLE_OVSDB_LAB)),
		.boot = keep(r, isle_ovsdb_map_get(ids, ISLE_OVSDB_BOOT)),
		.run = keep(r, isle_ovsdb_map_get(ids, ISLE_OVSDB_RUN)),
	};
}

static void read_port(struct reader *r, const json_t *row, struct isle_ovsdb_port *ret)
{
	const json_t *ids = json_object_get(row, "external_ids");
	isle_auto(free) const json_t **ifaces = follow(r, row, "interfaces", &r->ifaces, &ret->n_ifaces);

	ret->uuid = uuid_of(r, row);
	ret->name = word_of(r, row, "name");
	ret->marks = read_marks(r, ids);
	read_vlans(r, row, ret);
	ret->ifaces = isle_arena_alloc(r->arena, (ret->n_ifaces + 1) * sizeof(*ret->ifaces));
	r->bad |= !ret->ifaces;
	for (size_t i = 0; !r->bad && i < ret->n_ifaces; i++)
		read_iface(r, ifaces[i], &ret->ifaces[i]);
}

static void read_bridge(struct reader *r, const json_t *row, struct isle_ovsdb_bridge *ret)
{
	const json_t *ids = json_object_get(row, "external_ids");
	isle_auto(free) const json_t **ports = follow(r, row, "ports", &r->ports, &ret->n_ports);

	ret->uuid = uuid_of(r, row);
	ret->name = word_of(r, row, "name");
	ret->datapath = word_of(r, row, "datapath_type");
	ret->fail_mode = text_of(r, row, "fail_mode");
	ret->marks = read_marks(r, ids);
	ret->ports = isle_arena_alloc(r->arena, (ret->n_ports + 1) * sizeof(*ret->ports));
	r->bad |= !ret->ports;
	for (size_t i = 0; !r->bad && i < ret->n_ports; i++)
		read_port(r, ports[i], &ret->ports[i]);
}

static int by_uuid(const void *a, const void *b)
{
	return strcmp(((const struct isle_ovsdb_bridge *)a)->uuid, ((const struct isle_ovsdb_bridge *)b)->uuid);
}

static void read_all(struct reader *r, struct isle_ovsdb_conf *conf)
{
	const json_t *root = json_array_get(isle_ovsdb_rows(r->results, ROOTS), 0), *rows = isle_ovsdb_rows(r->results, BRIDGES);

	index_rows(r, PORTS, &r->ports);
	index_rows(r, IFACES, &r->ifaces);
	conf->uuid = root ? uuid_of(r, root) : NULL;
	conf->version = text_of(r, root, "ovs_version");
	conf->n_bridges = json_array_size(rows);
	conf->bridges = isle_arena_alloc(r->arena, (conf->n_bridges + 1) * sizeof(*conf->bridges));
	r->bad |= !conf->bridges;
	for (size_t i = 0; !r->bad && i < conf->n_bridges; i++)
		read_bridge(r, json_array_get(rows, i), &conf->bridges[i]);
	if (!r->bad)
		qsort(conf->bridges, conf->n_bridges, sizeof(*conf->bridges), by_uuid);
	isle_map_done(&r->ports);
	isle_map_done(&r->ifaces);
}

int isle_ovsdb_conf_read(struct isle_ovsdb *db, struct isle_ovsdb_conf **ret, struct isle_diag *d)
{
	struct reader r = { .arena = isle_arena_new() };
	struct isle_ovsdb_conf *conf = r.arena ? isle_arena_alloc(r.arena, sizeof(*conf)) : NULL;
	json_t *results = NULL;
	int rc;

	if (!conf) {
		isle_arena_free(r.arena);
		return isle_fail(d, ENOMEM, NULL, "cannot read the database of Open vSwitch");
	}
	conf->arena = r.arena;
	rc = isle_ovsdb_transact(db, selects(), &results, NULL, d);
	r.results = results;
	if (!rc)
		read_all(&r, conf);
	json_decref(results);
	if (!rc && r.bad)
		rc = isle_fail(d, ENOMEM, NULL, "cannot read the database of Open vSwitch");
	if (rc)
		isle_arena_free(r.arena);
	else
		*ret = conf;
	return rc;
}

void isle_ovsdb_conf_free(struct isle_ovsdb_conf *conf)
{
	if (conf)
		isle_arena_free(conf->arena);
}

struct isle_ovsdb_bridge *isle_ovsdb_conf_bridge(const struct isle_ovsdb_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_bridges; i++)
		if (!strcmp(conf->bridges[i].name, name))
			return &conf->bridges[i];
	return NULL;
}

struct isle_ovsdb_port *isle_ovsdb_conf_port(const struct isle_ovsdb_conf *conf, const char *name, struct isle_ovsdb_bridge **ret_bridge)
{
	for (size_t i = 0; i < conf->n_bridges; i++)
		for (size_t k = 0; k < conf->bridges[i].n_ports; k++)
			if (!strcmp(conf->bridges[i].ports[k].name, name)) {
				if (ret_bridge)
					*ret_bridge = &conf->bridges[i];
				return &conf->bridges[i].ports[k];
			}
	return NULL;
}
