/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: Open vSwitch in a lab that is up. Links between its switches are patch
 * ports, which are in its database alone, as VLANs are; so these change, in one
 * transaction, and what is compared with is that database itself. So do ports of
 * hosts that come, go or move between switches: the transaction names interfaces
 * that are made after it, which ovs-vswitchd takes when they appear, and when
 * all is done it is asked whether it has. Switches come and go as well, as long
 * as there is one for which the servers run; none becomes one of another kind,
 * and what is on a bridge does not move to one.
 */
#include <fcntl.h>
#include "converge/ovs.h"
#include "ovs/ovs.h"
#include "ovsdb/ovsdb.h"

enum { WAIT_MS = 30000 };

enum what { ADD_BRIDGE, ADD, REMOVE, RETAG, REMOVE_BRIDGE };

struct one {
	enum what what;
	struct isle_ovsdb_port_spec port;	/* its strings are of a lab or of .conf */
	const char *bridge_uuid, *port_uuid;	/* of what is removed */
	const struct isle_network *bridge;	/* of ADD_BRIDGE */
};
struct isle_ovs_diff {
	const char *lab;
	struct isle_arena *arena;
	struct isle_ovsdb *db;
	struct isle_ovsdb_conf *conf;
	struct one *list;
	size_t n, cap;
};

static int put(struct isle_ovs_diff *f, const struct one *one)
{
	if (!isle_arena_grow(f->arena, &f->list, f->n, &f->cap, sizeof(*f->list)))
		return -ENOMEM;
	f->list[f->n++] = *one;
	return 0;
}

static bool same_vlans(const struct isle_ovsdb_port_spec *s, const struct isle_ovsdb_port *p)
{
	return (s->tag ? (int)s->tag : -1) == p->tag && isle_str_eq(s->vlan_mode, p->vlan_mode) && s->n_trunks == p->n_trunks &&
	       (!p->n_trunks || !memcmp(s->trunks, p->trunks, p->n_trunks * sizeof(*p->trunks)));
}

static bool is_patch(const struct isle_ovsdb_port *p)
{
	return p->n_ifaces == 1 && isle_str_eq(p->ifaces[0].type, "patch");
}

/* Not another one that has its name? */
static bool is_it(const struct isle_ovsdb_port_spec *s, const struct isle_ovsdb_port *p, const struct isle_ovsdb_bridge *b)
{
	return !strcmp(s->bridge, b->name) && (!s->peer || (is_patch(p) && isle_str_eq(s->peer, p->ifaces[0].peer)));
}

static int remove_port(struct isle_ovs_diff *f, const struct isle_ovsdb_port *p, const struct isle_ovsdb_bridge *b)
{
	const struct one one = {
		.what = REMOVE, .port = { .bridge = b->name, .name = p->name, .peer = is_patch(p) ? p->ifaces[0].peer : NULL },
		.bridge_uuid = b->uuid, .port_uuid = p->uuid,
	};

	return put(f, &one);
}

static int want(const struct isle_ovsdb_port_spec *s, void *arg)
{
	struct isle_ovs_diff *f = arg;
	struct isle_ovsdb_bridge *b = NULL;
	const struct isle_ovsdb_port *p = isle_ovsdb_conf_port(f->conf, s->name, &b);
	struct one one = { .what = ADD, .port = *s };
	int r;

	if (p && is_it(s, p, b)) {
		one.what = RETAG;
		return same_vlans(s, p) ? 0 : put(f, &one);
	}
	r = p ? remove_port(f, p, b) : 0;
	return r ? r : put(f, &one);
}

struct unwanted { struct isle_ovs_diff *f; const struct isle_lab *lab; };
struct search { const char *name; bool found; };

static int is_called(const struct isle_ovsdb_port_spec *s, void *arg)
{
	struct search *w = arg;

	w->found |= !strcmp(s->name, w->name);
	return 0;
}

/* A port of a lab before, which is to be gone. */
static int unwant(const struct isle_ovsdb_port_spec *s, void *arg)
{
	const struct unwanted *u = arg;
	struct search w = { .name = s->name };
	struct isle_ovsdb_bridge *b = NULL;
	const struct isle_ovsdb_port *p = isle_ovsdb_conf_port(u->f->conf, s->name, &b);

	isle_ovs_each_port(u->lab, false, is_called, &w);
	for (size_t i = 0; i < u->f->n; i++)
		w.found |= u->f->list[i].what == REMOVE && !strcmp(u->f->list[i].port.name, s->name);
	return p && !w.found ? remove_port(u->f, p, b) : 0;
}

static int want_bridges(struct isle_ovs_diff *f, const struct isle_lab *lab)
{
	int r = 0;

	for (size_t i = 0; i < lab->n_networks && !r; i++) {
		const struct isle_network *n = lab->networks[i];
		const struct one one = { .what = ADD_BRIDGE, .port.bridge = n->name, .bridge = n };

		if (!n->vlan_of && isle_ovs_is_own(n) && !isle_ovsdb_conf_bridge(f->conf, n->name))
			r = put(f, &one);
	}
	return r;
}

/* Those of a lab before that are to be gone; what is on them has been taken off. */
static int unwant_bridges(struct isle_ovs_diff *f, const struct isle_lab *lab, const struct isle_lab *was)
{
	int r = 0;

	for (size_t i = 0; i < was->n_networks && !r; i++) {
		const struct isle_network *n = was->networks[i];
		const struct isle_ovsdb_bridge *b = n->vlan_of || !isle_ovs_is_own(n) ? NULL : isle_ovsdb_conf_bridge(f->conf, n->name);
		struct one one = { .what = REMOVE_BRIDGE, .port.bridge = n->name };

		if (!b || isle_lab_network(lab, n->name))
			continue;
		one.bridge_uuid = b->uuid;
		for (size_t k = 0; k < f->n; k++)
			if (f->list[k].what == REMOVE_BRIDGE && !strcmp(f->list[k].bridge_uuid, b->uuid))
				b = NULL;
		r = b ? put(f, &one) : 0;
	}
	return r;
}

static int fill(struct isle_ovs_diff *f, int dir, const struct isle_lab *lab, struct isle_lab *const *was, size_t n, struct isle_diag *d)
{
	struct unwanted u = { f, lab };
	int r = isle_ovsdb_open(dir, "db.sock", ISLE_OVSDB_WAIT_MS, &f->db, d);

	if (!r)
		r = isle_ovsdb_conf_read(f->db, &f->conf, d);
	if (r)
		return r;
	for (size_t i = 0; i < n && !r; i++)
		r = isle_ovs_each_port(was[i], false, unwant, &u);
	if (!r)
		r = want_bridges(f, lab);
	if (!r)
		r = isle_ovs_each_port(lab, false, want, f);
	for (size_t i = 0; i < n && !r; i++)
		r = unwant_bridges(f, lab, was[i]);
	return r ? isle_fail(d, -r, NULL, "comparing lab %s", lab->name) : 0;
}

int isle_ovs_diff(const struct isle_tree *tree, const struct isle_lab *lab, struct isle_lab *const *was, size_t n,
		  struct isle_ovs_diff **ret, struct isle_diag *d)
{
	isle_auto(close) int dir = openat(tree->dir, ISLE_OVS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct isle_ovs_diff *f;
	int r;

	*ret = NULL;
	if (dir < 0)
		return errno == ENOENT ? 0 : isle_fail(d, errno, NULL, "cannot reach the switches of lab %s", lab->name);
	f = calloc(1, sizeof(*f));
	if (f)
		f->arena = isle_arena_new();
	if (f)
		f->lab = lab->name;
	r = f && f->arena ? fill(f, dir, lab, was, n, d) : isle_fail(d, ENOMEM, NULL, "comparing lab %s", lab->name);
	if (r)
		isle_ovs_diff_free(f);
	else
		*ret = f;
	return r;
}

void isle_ovs_diff_free(struct isle_ovs_diff *f)
{
	if (!f)
		return;
	isle_ovsdb_conf_free(f->conf);
	isle_ovsdb_close(f->db);
	isle_arena_free(f->arena);
	free(f);
}

size_t isle_ovs_diff_n(const struct isle_ovs_diff *f)
{
	return f ? f->n : 0;
}

void isle_ovs_diff_show(const struct isle_ovs_diff *f, struct isle_buf *out)
{
	for (size_t i = 0; i < isle_ovs_diff_n(f); i++) {
		const struct one *one = &f->list[i];

		if (one->what == ADD_BRIDGE || one->what == REMOVE_BRIDGE)
			isle_buf_printf(out, "%c Open vSwitch %s\n", one->what == ADD_BRIDGE ? '+' : '-', one->port.bridge);
		else if (one->what == RETAG)
			isle_buf_printf(out, "~ VLANs of port %s of %s\n", one->port.name, one->port.bridge);
		else
			isle_buf_printf(out, "%c port %s of %s%s%s\n", one->what == ADD ? '+' : '-', one->port.name, one->port.bridge,
					one->port.peer ? ", a patch to " : "", one->port.peer ? one->port.peer : "");
	}
}

static void put_vlans(const struct isle_ovsdb_port_spec *s, struct isle_buf *out)
{
	if (!s->tag && !s->n_trunks)
		return;
	isle_buf_printf(out, " -- set port %s", s->name);
	if (s->tag)
		isle_buf_printf(out, " tag=%u", s->tag);
	for (size_t k = 0; k < s->n_trunks; k++)
		isle_buf_printf(out, "%s%u", k ? "," : " trunks=", s->trunks[k]);
	isle_buf_printf(out, " vlan_mode=%s", s->vlan_mode);
}

void isle_ovs_diff_commands(const struct isle_ovs_diff *f, struct isle_buf *out)
{
	for (size_t i = 0; i < isle_ovs_diff_n(f); i++) {
		const struct one *one = &f->list[i];
		const struct isle_ovsdb_port_spec *s = &one->port;

		isle_buf_printf(out, "ovs-vsctl --db=unix:" ISLE_RUN_DIR "/%s/" ISLE_OVS_DIR "/db.sock ", f->lab);
		if (one->what == ADD_BRIDGE)
			isle_buf_printf(out, "add-br %s -- set bridge %s datapath_type=%s", s->bridge, s->bridge,
					isle_ovs_datapath(one->bridge));
		else if (one->what == REMOVE_BRIDGE)
			isle_buf_printf(out, "del-br %s", s->bridge);
		else if (one->what == RETAG)
			isle_buf_printf(out, "clear port %s tag trunks vlan_mode", s->name);
		else
			isle_buf_printf(out, "%s-port %s %s", one->what == ADD ? "add" : "del", s->bridge, s->name);
		if (one->what == ADD && s->peer)
			isle_buf_printf(out, " -- set interface %s type=patch options:peer=%s", s->name, s->peer);
		if (one->what == ADD || one->what == RETAG)
			put_vlans(s, out);
		isle_buf_puts(out, "\n");
	}
}

/* Has ovs-vswitchd taken what came? An interface that it has not is told with its own words. */
static int check_taken(const struct isle_ovs_diff *f, struct isle_diag *d)
{
	struct isle_ovsdb_conf *conf = NULL;
	int r = isle_ovsdb_conf_read(f->db, &conf, d);

	for (size_t i = 0; i < f->n && !r; i++) {
		const struct isle_ovsdb_port_spec *s = &f->list[i].port;
		const struct isle_ovsdb_port *p = f->list[i].what == ADD ? isle_ovsdb_conf_port(conf, s->name, NULL) : NULL;

		if (!p || !p->n_ifaces || p->ifaces[0].ofport > 0)
			continue;
		isle_reject(d, s->whose, "Open vSwitch has not taken port %s of %s%s%s", s->name, s->bridge, p->ifaces[0].error ? ": " : "",
			    p->ifaces[0].error ? p->ifaces[0].error : "");
		isle_hint(d, "`isle ovs show --lab %s` tells what it has; the rest is done", f->lab);
		r = -EIO;
	}
	isle_ovsdb_conf_free(conf);
	return r;
}

int isle_ovs_diff_settle(const struct isle_ovs_diff *f, struct isle_diag *d)
{
	struct isle_ovsdb_change c;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < isle_ovs_diff_n(f); i++)
		n += f->list[i].what == ADD && !f->list[i].port.peer;
	if (!n)
		return 0;
	/* a transaction of nothing, and when it is carried out so is all before it */
	isle_ovsdb_change_begin(&c);
	r = isle_ovsdb_commit(f->db, &c, WAIT_MS, NULL, d);
	isle_ovsdb_change_done(&c);
	return r ? r : check_taken(f, d);
}

int isle_ovs_diff_do(const struct isle_ovs_diff *f, struct isle_diag *d)
{
	struct isle_ovsdb_change c;
	const void *whose = NULL;
	int r;

	if (!isle_ovs_diff_n(f))
		return 0;
	isle_ovsdb_change_begin(&c);
	for (size_t i = 0; i < f->n; i++) {
		const struct one *one = &f->list[i];

		if (one->what == ADD_BRIDGE)
			isle_ovsdb_add_bridge(&c, one->bridge->name, isle_ovs_datapath(one->bridge), &one->bridge->switch_loc);
		else if (one->what == REMOVE_BRIDGE)
			isle_ovsdb_del_bridge(&c, one->bridge_uuid);
		else if (one->what == REMOVE)
			isle_ovsdb_del_port(&c, one->bridge_uuid, one->port_uuid);
		else if (one->what == ADD)
			isle_ovsdb_add_port(&c, &one->port);
		else
			isle_ovsdb_set_vlans(&c, &one->port);
	}
	r = isle_ovsdb_commit(f->db, &c, WAIT_MS, &whose, d);
	isle_ovsdb_change_done(&c);
	return r;
}
