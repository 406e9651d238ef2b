/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a small client of Open vSwitch's database: JSON-RPC (RFC 7047) over a
 * Unix socket. One connection, one caller; every call has a time limit, and the
 * other side is not trusted. Values keep OVSDB's own form: ["uuid", …],
 * ["set", […]] (a set of one is its element), ["map", [[key, value], …]].
 */
#ifndef ISLE_OVSDB_H
#define ISLE_OVSDB_H

#include <jansson.h>
#include "base/base.h"

#define ISLE_OVSDB_WAIT_MS 10000	/* for an answer */

/* ---- client.c */
struct isle_ovsdb;
/* PATH below DIR (AT_FDCWD, or a directory's descriptor). -ENOENT, -ECONNREFUSED: nobody is there. */
int isle_ovsdb_open(int dir, const char *path, int wait_ms, struct isle_ovsdb **ret, struct isle_diag *);
/* The same on a socket that is connected; it belongs to the client from now on. */
int isle_ovsdb_open_fd(int fd, const char *name, int wait_ms, struct isle_ovsdb **ret, struct isle_diag *);
void isle_ovsdb_close(struct isle_ovsdb *);	/* takes NULL */
/* How long one call may take, from now on. */
void isle_ovsdb_patience(struct isle_ovsdb *, int wait_ms);
/*
 * The operations OPS, an array, as one transaction: all or nothing. OPS is used up; NULL is -ENOMEM. RET gets an array of
 * one object per operation. An operation that is refused is -EINVAL, or -ETIMEDOUT for a "wait", with the database's
 * words; RET_NTH (may be NULL) is which one, or how many there are when it was the whole.
 */
int isle_ovsdb_transact(struct isle_ovsdb *, json_t *ops, json_t **ret, size_t *ret_nth, struct isle_diag *);

/* ---- value.c: NULL where something is missing or of another form, as is a NULL argument */
size_t isle_ovsdb_set_n(const json_t *set);
const json_t *isle_ovsdb_set_at(const json_t *set, size_t i);
const char *isle_ovsdb_uuid(const json_t *value);
const char *isle_ovsdb_string(const json_t *value);	/* also of a set of one */
const char *isle_ovsdb_map_get(const json_t *map, const char *key);
int isle_ovsdb_map_text(const json_t *map, struct isle_buf *out);	/* "{a=b, c=d}", as ovs-vsctl writes it */
void isle_ovsdb_put_text(struct isle_buf *, const char *);	/* a string likewise: quoted if it is no plain word */
json_t *isle_ovsdb_uuid_new(const char *uuid);		/* ["uuid", …] */
json_t *isle_ovsdb_named_new(const char *name);		/* ["named-uuid", …] */
/* The row numbers of a select's answer. */
const json_t *isle_ovsdb_rows(const json_t *results, size_t nth);

/* ---- conf.c: all that is configured */
struct isle_ovsdb_iface {
	const char *uuid, *name;
	const char *type;		/* "": system; "internal", "patch", "vxlan"… */
	const char *options;		/* "{peer=p1}", or "" */
	const char *peer;		/* of a patch, or NULL */
	const char *error;		/* or NULL */
	int64_t ofport;			/* 0: none yet; -1: it could not be opened */
};
struct isle_ovsdb_marks {		/* whose it is: ours in external_ids, each or NULL */
	const char *lab, *boot;
	const char *run;		/* which /run/isle: there may be several, in mount namespaces that share one Open vSwitch */
};
struct isle_ovsdb_port {
	const char *uuid, *name;
	int tag;			/* -1: none */
	uint16_t *trunks;
	size_t n_trunks;
	const char *vlan_mode;		/* or NULL */
	struct isle_ovsdb_marks marks;
	struct isle_ovsdb_iface *ifaces;
	size_t n_ifaces;
};
struct isle_ovsdb_bridge {
	const char *uuid, *name;
	const char *datapath;		/* "": system */
	const char *fail_mode;		/* or NULL */
	struct isle_ovsdb_marks marks;
	struct isle_ovsdb_port *ports;
	size_t n_ports;
};
struct isle_ovsdb_conf {
	struct isle_arena *arena;
	const char *uuid;		/* of the one row of Open_vSwitch; NULL: there is none yet */
	const char *version;		/* of ovs-vswitchd, or NULL */
	struct isle_ovsdb_bridge *bridges;	/* bridges and what is in them are ordered by uuid, as ovs-vsctl has them */
	size_t n_bridges;
};
int isle_ovsdb_conf_read(struct isle_ovsdb *, struct isle_ovsdb_conf **ret, struct isle_diag *);
void isle_ovsdb_conf_free(struct isle_ovsdb_conf *);	/* takes NULL */
struct isle_ovsdb_bridge *isle_ovsdb_conf_bridge(const struct isle_ovsdb_conf *, const char *name);	/* NULL: none */
/* NULL: none; *ret_bridge (may be NULL): where it is. */
struct isle_ovsdb_port *isle_ovsdb_conf_port(const struct isle_ovsdb_conf *, const char *name, struct isle_ovsdb_bridge **ret_bridge);

/* ---- change.c: a transaction that is being written. Running out of memory is told at the end. */
#define ISLE_OVSDB_LAB "isle-lab"	/* our marks, in external_ids */
#define ISLE_OVSDB_BOOT "isle-boot-id"
#define ISLE_OVSDB_RUN "isle-run"
struct isle_ovsdb_change {
	json_t *ops;
	struct isle_ovsdb_marks marks;	/* for what is added; .lab NULL: none */
	const void **whose;		/* per operation: what its caller gave, to be blamed */
	size_t n_whose, cap_whose;
	unsigned n_named;
	bool bad;
};
struct isle_ovsdb_port_spec {
	const char *bridge, *name;
	const char *type;		/* "", "internal", "patch" */
	const char *peer;		/* of a patch */
	const char *vlan_mode;		/* or NULL */
	uint16_t tag;			/* 0: none */
	const uint16_t *trunks;
	size_t n_trunks;
	const void *whose;		/* for isle_ovsdb_commit()'s RET_WHOSE */
};
void isle_ovsdb_change_begin(struct isle_ovsdb_change *);
void isle_ovsdb_change_done(struct isle_ovsdb_change *);	/* also after commit */
/* ROOT: the row of Open_vSwitch; NULL: it is made too. */
void isle_ovsdb_add_root(struct isle_ovsdb_change *);
void isle_ovsdb_add_bridge(struct isle_ovsdb_change *, const char *name, const char *datapath, const void *whose);
void isle_ovsdb_add_port(struct isle_ovsdb_change *, const struct isle_ovsdb_port_spec *);
void isle_ovsdb_set_vlans(struct isle_ovsdb_change *, const struct isle_ovsdb_port_spec *);
void isle_ovsdb_del_bridge(struct isle_ovsdb_change *, const char *uuid);
void isle_ovsdb_del_port(struct isle_ovsdb_change *, const char *bridge_uuid, const char *port_uuid);
/*
 * Do it, and wait until ovs-vswitchd has taken it over (WAIT_MS 0: not). *ret_whose (may be NULL): what was given for the
 * operation that was refused, or NULL. -ETIMEDOUT: it is in the database, but nobody has acted on it.
 */
int isle_ovsdb_commit(struct isle_ovsdb *, struct isle_ovsdb_change *, int wait_ms, const void **ret_whose, struct isle_diag *);

#endif
