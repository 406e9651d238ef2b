/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the lab's switches are, told to the database in one transaction:
 * bridges, a port for each membership and for each end of a link, by which
 * `state: down` between two switches means that there are no ports yet. Then we
 * wait for ovs-vswitchd to say that it has done so much, and look whether it
 * could open every port.
 */
#include <fcntl.h>
#include "ovs/ovs.h"
#include "ovsdb/ovsdb.h"

enum { WAIT_MS = 30000, WAIT_PORT_MS = 50 };

static void set_vlans(const struct isle_vlans *v, struct isle_ovsdb_port_spec *s)
{
	s->tag = v->access ? v->access : v->native;
	s->trunks = v->trunk;
	s->n_trunks = v->n_trunk;
	s->vlan_mode = v->access ? "access" : !v->n_trunk ? NULL : v->native ? "native-untagged" : "trunk";
}

static bool is_in(const struct isle_network *n, bool shared)
{
	return shared ? isle_ovs_is_shared(n) : isle_ovs_is_own(n);
}

const char *isle_ovs_datapath(const struct isle_network *n)
{
	return n->datapath == ISLE_DATAPATH_NETDEV ? "netdev" : "system";
}

static void add_bridges(const struct isle_lab *lab, bool shared, struct isle_ovsdb_change *c)
{
	for (size_t i = 0; i < lab->n_networks; i++) {
		const struct isle_network *n = lab->networks[i];

		if (!n->vlan_of && is_in(n, shared))
			isle_ovsdb_add_bridge(c, n->name, isle_ovs_datapath(n), &n->switch_loc);
	}
}

static int each_member(const struct isle_lab *lab, bool shared, isle_ovs_port_fn *fn, void *arg)
{
	int r = 0;

	for (size_t i = 0; i < lab->n_hosts && !r; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces && !r; k++) {
			const struct isle_iface *f = lab->hosts[i]->ifaces[k];
			struct isle_ovsdb_port_spec s = { .name = f->port, .type = "", .whose = &f->loc };

			if (!f->network || !is_in(f->network, shared))
				continue;
			s.bridge = isle_network_switch(f->network)->name;
			set_vlans(&f->vlans, &s);
			r = fn(&s, arg);
		}
	return r;
}

static int each_link(const struct isle_lab *lab, bool shared, isle_ovs_port_fn *fn, void *arg)
{
	int r = 0;

	for (size_t i = 0; i < lab->n_links && !r; i++) {
		const struct isle_link *l = lab->links[i];
		const bool patch = isle_plan_is_patch(l);

		for (int k = 0; l->network[0] && k < 2 && !r; k++) {
			struct isle_ovsdb_port_spec s = { .bridge = l->network[k]->name, .name = l->port[k], .type = patch ? "patch" : "",
							  .peer = patch ? l->port[!k] : NULL, .whose = &l->loc };

			if (!is_in(l->network[k], shared) || (patch && !l->up))
				continue;
			set_vlans(&l->vlans, &s);
			r = fn(&s, arg);
		}
	}
	return r;
}

int isle_ovs_each_port(const struct isle_lab *lab, bool shared, isle_ovs_port_fn *fn, void *arg)
{
	int r = each_member(lab, shared, fn, arg);

	return r ? r : each_link(lab, shared, fn, arg);
}

struct adding { struct isle_ovsdb_change *c; size_t n; };

static int add_port(const struct isle_ovsdb_port_spec *s, void *arg)
{
	struct adding *a = arg;

	isle_ovsdb_add_port(a->c, s);
	a->n++;
	return 0;
}

/* Whose interface is called so? */
static const struct isle_loc *place_of(const struct isle_lab *lab, const char *name)
{
	const struct isle_network *n = isle_lab_network(lab, name);

	if (n)
		return &n->switch_loc;
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			if (!strcmp(lab->hosts[i]->ifaces[k]->port, name))
				return &lab->hosts[i]->ifaces[k]->loc;
	for (size_t i = 0; i < lab->n_links; i++)
		if (!strcmp(lab->links[i]->port[0], name) || !strcmp(lab->links[i]->port[1], name))
			return &lab->links[i]->loc;
	return NULL;
}

static int check_ports(const struct isle_lab *lab, bool shared, struct isle_ovsdb *db, struct isle_diag *d)
{
	struct isle_ovsdb_conf *conf;
	int r = isle_ovsdb_conf_read(db, &conf, d);

	if (r)
		return r;
	for (size_t i = 0; !r && i < conf->n_bridges; i++)
		for (size_t k = 0; !r && k < conf->bridges[i].n_ports; k++) {
			const struct isle_ovsdb_iface *f = conf->bridges[i].ports[k].ifaces;

			if (!conf->bridges[i].ports[k].n_ifaces || f->ofport > 0 ||
			    (shared && !isle_str_eq(conf->bridges[i].ports[k].marks.lab, lab->name)))
				continue;
			isle_reject(d, place_of(lab, f->name), "Open vSwitch has not taken port %s of %s%s%s", f->name,
				    conf->bridges[i].name, f->error ? ": " : "", f->error ? f->error : "");
			r = -EIO;
		}
	isle_ovsdb_conf_free(conf);
	return r;
}

int isle_ovs_tell(const struct isle_lab *lab, bool shared, struct isle_ovsdb *db, struct isle_ovsdb_change *c, struct isle_diag *d)
{
	struct adding a = { .c = c };
	const void *whose = NULL;
	int r;

	add_bridges(lab, shared, c);
	isle_ovs_each_port(lab, shared, add_port, &a);
	r = isle_ovsdb_commit(db, c, WAIT_MS + WAIT_PORT_MS * (int)a.n, &whose, d);
	return r ? r : check_ports(lab, shared, db, d);
}

int isle_ovs_configure(const struct isle_job *job, pid_t pid, const char *target, struct isle_diag *d)
{
	isle_auto(close) int dir = -1;
	struct isle_ovsdb_change c;
	struct isle_ovsdb *db;
	char path[192];
	int r;

	if (!job->ovs)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/root%s/" ISLE_OVS_DIR, pid, target);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return isle_fail(d, errno, NULL, "cannot reach the switches of lab %s through its init, process %d", job->lab->name, pid);
	r = isle_ovsdb_open(dir, "db.sock", ISLE_OVSDB_WAIT_MS, &db, d);
	if (r)
		return r;
	isle_ovsdb_change_begin(&c);
	isle_ovsdb_add_root(&c);
	r = isle_ovs_tell(job->lab, false, db, &c, d);
	isle_ovsdb_change_done(&c);
	isle_ovsdb_close(db);
	return r;
}
