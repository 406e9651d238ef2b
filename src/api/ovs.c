/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: Open vSwitch by hand: what ovs-vsctl does, in its words. */
#include <fcntl.h>
#include "engine/engine.h"
#include "ovsdb/ovsdb.h"

enum { APPLY_MS = 30000 };

struct isle_ovs {
	struct isle_ovsdb *db;
};

static int begin(int dir, const char *path, struct isle_ovs **ret, struct isle_diag *d)
{
	struct isle_ovs *ovs = calloc(1, sizeof(*ovs));
	int r = ovs ? isle_ovsdb_open(dir, path, ISLE_OVSDB_WAIT_MS, &ovs->db, d) :
		      isle_fail(d, ENOMEM, NULL, "cannot connect to Open vSwitch");

	if (r)
		free(ovs);
	else
		*ret = ovs;
	return r;
}

int isle_ovs_open(const char *db, struct isle_ovs **ret, struct isle_diag *d)
{
	const char *dir = getenv("OVS_RUNDIR");
	char path[4096];
	int r;

	if (db && strncmp(db, "unix:", 5)) {
		isle_reject(d, NULL, "'%s' is no database of Open vSwitch that isle can reach", db);
		isle_hint(d, "unix:PATH, PATH being its socket");
		return -EINVAL;
	}
	snprintf(path, sizeof(path), "%s/db.sock", dir && *dir ? dir : "/var/run/openvswitch");
	r = begin(AT_FDCWD, db ? db + 5 : path, ret, d);
	if (r == -ENOENT || r == -ECONNREFUSED)
		isle_hint(d, "Open vSwitch does not run here: systemctl start openvswitch-switch (Debian's package of that name)");
	return r;
}

int isle_ovs_open_lab(const char *lab, struct isle_ovs **ret, struct isle_diag *d)
{
	struct isle_site site;
	struct isle_tree tree;
	int r = isle_site_find(&site, d);

	if (!r)
		r = isle_tree_open(&site, lab, &tree, d);
	if (r)
		return r;
	r = begin(tree.dir, "ovs/db.sock", ret, d);
	if (r == -ENOENT)
		isle_hint(d, "lab %s has no Open vSwitch of its own", lab);
	isle_tree_close(&tree);
	return r;
}

void isle_ovs_close(struct isle_ovs *ovs)
{
	if (!ovs)
		return;
	isle_ovsdb_close(ovs->db);
	free(ovs);
}

static int refuse(struct isle_diag *d, int r, const char *fmt, const char *a, const char *b)
{
	isle_reject(d, NULL, fmt, a, b);
	return r;
}

static int commit(struct isle_ovs *ovs, struct isle_ovsdb_change *c, struct isle_diag *d)
{
	int r = isle_ovsdb_commit(ovs->db, c, APPLY_MS, NULL, d);

	isle_ovsdb_change_done(c);
	return r;
}

/* Could ovs-vswitchd open it? */
static int check(struct isle_ovs *ovs, const char *port, struct isle_diag *d)
{
	struct isle_ovsdb_conf *conf;
	struct isle_ovsdb_port *p;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	p = isle_ovsdb_conf_port(conf, port, NULL);
	for (size_t i = 0; p && i < p->n_ifaces; i++) {
		if (p->ifaces[i].error) {
			isle_warn(d, NULL, "Error detected while setting up '%s': %s", port, p->ifaces[i].error);
		} else if (p->ifaces[i].ofport <= 0) {
			isle_warn(d, NULL, "Error detected while setting up '%s'", port);
			isle_hint(d, "ovs-vswitchd's log tells why; without the kernel's module openvswitch a switch takes `--datapath netdev`");
		}
	}
	isle_ovsdb_conf_free(conf);
	return 0;
}

/* Is NAME there already, as a bridge or a port? */
static int check_free(const struct isle_ovsdb_conf *conf, const char *what, const char *name, struct isle_diag *d)
{
	struct isle_ovsdb_bridge *b = NULL;

	if (isle_ovsdb_conf_bridge(conf, name)) {
		isle_reject(d, NULL, "cannot create a %s named %s because a bridge named %s already exists", what, name, name);
		return -EEXIST;
	}
	if (isle_ovsdb_conf_port(conf, name, &b)) {
		isle_reject(d, NULL, "cannot create a %s named %s because a port named %s already exists on bridge %s", what, name, name,
			    b->name);
		return -EEXIST;
	}
	return 0;
}

int isle_ovs_add_bridge(struct isle_ovs *ovs, const char *bridge, const char *datapath, struct isle_diag *d)
{
	struct isle_ovsdb_conf *conf;
	struct isle_ovsdb_change c;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	r = check_free(conf, "bridge", bridge, d);
	isle_ovsdb_change_begin(&c);
	if (!r && !conf->uuid)
		isle_ovsdb_add_root(&c);
	if (!r)
		isle_ovsdb_add_bridge(&c, bridge, datapath, NULL);
	isle_ovsdb_conf_free(conf);
	if (!r)
		r = commit(ovs, &c, d);
	isle_ovsdb_change_done(&c);
	return r ? r : check(ovs, bridge, d);
}

int isle_ovs_delete_bridge(struct isle_ovs *ovs, const char *bridge, struct isle_diag *d)
{
	struct isle_ovsdb_conf *conf;
	struct isle_ovsdb_bridge *b;
	struct isle_ovsdb_change c;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	b = isle_ovsdb_conf_bridge(conf, bridge);
	isle_ovsdb_change_begin(&c);
	if (b)
		isle_ovsdb_del_bridge(&c, b->uuid);
	r = b ? commit(ovs, &c, d) : refuse(d, -ENOENT, "no bridge named %s", bridge, NULL);
	isle_ovsdb_change_done(&c);
	isle_ovsdb_conf_free(conf);
	return r;
}

int isle_ovs_add_port(struct isle_ovs *ovs, const char *bridge, const char *port, const struct isle_ovs_port *o, struct isle_diag *d)
{
	const struct isle_ovsdb_port_spec s = { .bridge = bridge, .name = port, .type = o->type ? o->type : "", .peer = o->peer,
						.tag = o->tag, .trunks = o->trunks, .n_trunks = o->n_trunks };
	struct isle_ovsdb_conf *conf;
	struct isle_ovsdb_change c;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	r = check_free(conf, "port", port, d);
	if (!r && !isle_ovsdb_conf_bridge(conf, bridge))
		r = refuse(d, -ENOENT, "no bridge named %s", bridge, NULL);
	isle_ovsdb_conf_free(conf);
	isle_ovsdb_change_begin(&c);
	if (!r)
		isle_ovsdb_add_port(&c, &s);
	if (!r)
		r = commit(ovs, &c, d);
	isle_ovsdb_change_done(&c);
	return r ? r : check(ovs, port, d);
}

static int check_port(const struct isle_ovsdb_conf *conf, const char *bridge, const char *port, const struct isle_ovsdb_port *p,
		      const struct isle_ovsdb_bridge *on, struct isle_diag *d)
{
	if (bridge && !isle_ovsdb_conf_bridge(conf, bridge))
		return refuse(d, -ENOENT, "no bridge named %s", bridge, NULL);
	if (!p)
		return refuse(d, -ENOENT, "no port named %s", port, NULL);
	if (bridge && strcmp(on->name, bridge))
		return refuse(d, -ENOENT, "bridge %s does not have a port %s", bridge, port);
	if (strcmp(on->name, port))
		return 0;
	return refuse(d, -EINVAL, "cannot delete port %s because it is the local port for bridge %s (deleting this port requires deleting "
		      "the entire bridge)", port, on->name);
}

int isle_ovs_delete_port(struct isle_ovs *ovs, const char *bridge, const char *port, struct isle_diag *d)
{
	struct isle_ovsdb_bridge *on = NULL;
	struct isle_ovsdb_conf *conf;
	struct isle_ovsdb_change c;
	struct isle_ovsdb_port *p;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	p = isle_ovsdb_conf_port(conf, port, &on);
	r = check_port(conf, bridge, port, p, on, d);
	isle_ovsdb_change_begin(&c);
	if (!r)
		isle_ovsdb_del_port(&c, on->uuid, p->uuid);
	if (!r)
		r = commit(ovs, &c, d);
	isle_ovsdb_change_done(&c);
	isle_ovsdb_conf_free(conf);
	return r;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int isle_ovs_list(struct isle_ovs *ovs, const char *bridge, void (*fn)(const char *, void *), void *arg, struct isle_diag *d)
{
	struct isle_ovsdb_bridge *b = NULL;
	struct isle_ovsdb_conf *conf;
	const char **names;
	size_t n = 0, max;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	b = bridge ? isle_ovsdb_conf_bridge(conf, bridge) : NULL;
	max = b ? b->n_ports : conf->n_bridges;
	names = calloc(max + 1, sizeof(*names));
	if (bridge && !b)
		r = refuse(d, -ENOENT, "no bridge named %s", bridge, NULL);
	else if (!names)
		r = isle_fail(d, ENOMEM, NULL, "cannot list");
	for (size_t i = 0; !r && i < max; i++)
		if (!b || strcmp(b->ports[i].name, b->name))
			names[n++] = b ? b->ports[i].name : conf->bridges[i].name;
	if (n)
		qsort(names, n, sizeof(*names), by_text);
	for (size_t i = 0; !r && i < n; i++)
		fn(names[i], arg);
	free(names);
	isle_ovsdb_conf_free(conf);
	return r;
}

/* ---- show */

static void put(struct isle_buf *out, int indent, const char *key, const char *value)
{
	isle_buf_printf(out, "%*s%s", indent, "", key);
	isle_ovsdb_put_text(out, value);
	isle_buf_puts(out, "\n");
}

static void put_port(struct isle_buf *out, const struct isle_ovsdb_port *p)
{
	put(out, 8, "Port ", p->name);
	if (p->tag >= 0)
		isle_buf_printf(out, "            tag: %d\n", p->tag);
	if (p->n_trunks)
		isle_buf_puts(out, "            trunks: [");
	for (size_t i = 0; i < p->n_trunks; i++)
		isle_buf_printf(out, "%s%u", i ? ", " : "", p->trunks[i]);
	isle_buf_puts(out, p->n_trunks ? "]\n" : "");
	for (size_t i = 0; i < p->n_ifaces; i++) {
		const struct isle_ovsdb_iface *f = &p->ifaces[i];

		put(out, 12, "Interface ", f->name);
		if (*f->type)
			put(out, 16, "type: ", f->type);
		if (*f->options)
			isle_buf_printf(out, "                options: %s\n", f->options);
		if (f->error)
			put(out, 16, "error: ", f->error);
	}
}

int isle_ovs_show(struct isle_ovs *ovs, char **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	struct isle_ovsdb_conf *conf;
	int r = isle_ovsdb_conf_read(ovs->db, &conf, d);

	if (r)
		return r;
	if (conf->uuid)
		isle_buf_printf(&out, "%s\n", conf->uuid);
	for (size_t i = 0; i < conf->n_bridges; i++) {
		const struct isle_ovsdb_bridge *b = &conf->bridges[i];

		put(&out, 4, "Bridge ", b->name);
		if (b->fail_mode)
			put(&out, 8, "fail_mode: ", b->fail_mode);
		if (*b->datapath)
			put(&out, 8, "datapath_type: ", b->datapath);
		for (size_t k = 0; k < b->n_ports; k++)
			put_port(&out, &b->ports[k]);
	}
	if (conf->version)
		put(&out, 4, "ovs_version: ", conf->version);
	isle_ovsdb_conf_free(conf);
	*ret = isle_buf_steal(&out);
	return *ret ? 0 : isle_fail(d, ENOMEM, NULL, "cannot show Open vSwitch");
}
