/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: switches of the machine's Open vSwitch (`shared: true`). All is built as
 * for the lab's own; at the very end the ports move to the machine (move.c)
 * and one transaction tells the database. Ports go with the hosts that they lead to, so what can be left
 * behind are rows alone: a journal, /run/isle/.ovs.LAB, is there as long as they
 * may be. Rows are known by their marks, never by name: those of this /run/isle
 * whose lab is not up, and those of another boot, are nobody's. Those of another
 * /run/isle may be up there, in a mount namespace that shares Open vSwitch with
 * ours. What is not marked stays as it is, and a bridge of ours stays while it
 * has a port of somebody else's.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "ns/ns.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"
#include "ovsdb/ovsdb.h"
#include "tree/names.h"

#define SOCKET "/run/openvswitch/db.sock"
#define HINT "Open vSwitch does not run here: systemctl start openvswitch-switch (Debian's package of that name)"
enum { WAIT_MS = 10000 };

/* ---- The machine's database, and whose rows are nobody's */

struct rows {
	struct isle_ovsdb *db;
	struct isle_ovsdb_conf *conf;
	int run;
	char boot[37];
	char here[32];			/* which /run/isle; "": there is none */
};

static void close_rows(struct rows *o)
{
	isle_ovsdb_conf_free(o->conf);
	isle_ovsdb_close(o->db);
}

static int open_rows(int run, struct rows *ret, struct isle_diag *d)
{
	struct stat st;
	int r;

	*ret = (struct rows){ .run = run };
	isle_boot_id(ret->boot);
	/* a file system of its own, of a number that no other has as long as it is there */
	if (run >= 0 && fstat(run, &st) == 0)
		snprintf(ret->here, sizeof(ret->here), "%u:%u", major(st.st_dev), minor(st.st_dev));
	r = isle_ovsdb_open(AT_FDCWD, SOCKET, ISLE_OVSDB_WAIT_MS, &ret->db, d);
	if (r == -ENOENT || r == -ECONNREFUSED)
		isle_hint(d, HINT);
	if (!r)
		r = isle_ovsdb_conf_read(ret->db, &ret->conf, d);
	if (r)
		close_rows(ret);
	return r;
}

static bool is_of_a_lab(const struct isle_ovsdb_marks *m)
{
	return m->lab && isle_name_is_valid(m->lab);
}

static bool is_of_here(const struct rows *o, const struct isle_ovsdb_marks *m)
{
	return isle_str_eq(m->run, o->here);
}

/* Labs come up and go under the lock of RUN. */
static bool is_stale(const struct rows *o, const struct isle_ovsdb_marks *m)
{
	if (!is_of_a_lab(m))
		return false;
	return !isle_str_eq(m->boot, o->boot) || (is_of_here(o, m) && !isle_mount_is_point(o->run, m->lab));
}

/* May it be up where we do not see it? */
static bool is_elsewhere(const struct rows *o, const struct isle_ovsdb_marks *m)
{
	return is_of_a_lab(m) && isle_str_eq(m->boot, o->boot) && !is_of_here(o, m);
}

/* What is to go in any case: of a lab; .run NULL: of here, where an older isle has not told. */
struct wanted { const char *lab, *run; };

static bool goes(const struct rows *o, const struct isle_ovsdb_marks *m, const struct wanted *w)
{
	if (is_stale(o, m))
		return true;
	if (!w->lab || !isle_str_eq(m->lab, w->lab))
		return false;
	return w->run ? isle_str_eq(m->run, w->run) : !m->run || is_of_here(o, m);
}

static const struct isle_ovsdb_port *foreign_port(const struct isle_ovsdb_bridge *b)
{
	for (size_t i = 0; i < b->n_ports; i++)
		if (!b->ports[i].marks.lab)
			return &b->ports[i];
	return NULL;
}

static int remove_bridge(const struct rows *o, const struct isle_ovsdb_bridge *b, const struct wanted *w, struct isle_ovsdb_change *c,
			 struct isle_diag *d)
{
	const struct isle_ovsdb_port *foreign = foreign_port(b);
	const bool whole = goes(o, &b->marks, w);

	if (whole && !foreign) {
		isle_ovsdb_del_bridge(c, b->uuid);
		return 0;
	}
	for (size_t i = 0; i < b->n_ports; i++) {
		const struct isle_ovsdb_port *p = &b->ports[i];

		/* without its local port there is no bridge */
		if (goes(o, &p->marks, w) && strcmp(p->name, b->name) != 0)
			isle_ovsdb_del_port(c, b->uuid, p->uuid);
	}
	if (!whole)
		return 0;
	isle_reject(d, NULL, "bridge %s of Open vSwitch, made for lab %s, has port %s, which isle has not made", b->name, b->marks.lab,
		    foreign->name);
	isle_hint(d, "ovs-vsctl del-port %s %s; then `isle gc --yes`", b->name, foreign->name);
	return -EBUSY;
}

/* In one transaction. */
static int purge(const struct rows *o, const struct wanted *w, struct isle_diag *d)
{
	struct isle_ovsdb_change c;
	int all = 0, r = 0;

	isle_ovsdb_change_begin(&c);
	for (size_t i = 0; i < o->conf->n_bridges; i++) {
		int one = remove_bridge(o, &o->conf->bridges[i], w, &c, d);

		all = all ? all : one;
	}
	if (c.bad || c.n_whose)
		r = isle_ovsdb_commit(o->db, &c, WAIT_MS, NULL, d);
	isle_ovsdb_change_done(&c);
	return r ? r : all;
}

static int tell_of(const struct rows *o, const struct isle_ovsdb_marks *m, int (*fn)(const char *, const char *, void *), void *arg)
{
	if (is_stale(o, m))
		return fn(m->lab, NULL, arg);
	return is_elsewhere(o, m) ? fn(m->lab, m->run ? m->run : "", arg) : 0;
}

int isle_ovs_each_left(int run, int (*fn)(const char *lab, const char *elsewhere, void *arg), void *arg, struct isle_diag *d)
{
	struct rows o;
	int r;

	if (access(SOCKET, F_OK) < 0)
		return 0;
	r = open_rows(run, &o, d);
	for (size_t i = 0; !r && i < o.conf->n_bridges; i++) {
		const struct isle_ovsdb_bridge *b = &o.conf->bridges[i];

		r = tell_of(&o, &b->marks, fn, arg);
		for (size_t k = 0; !r && k < b->n_ports; k++)
			r = tell_of(&o, &b->ports[k].marks, fn, arg);
	}
	if (o.db)
		close_rows(&o);
	return r;
}

int isle_ovs_drop(int run, const char *lab, const char *elsewhere, struct isle_diag *d)
{
	const struct wanted w = { lab, elsewhere };
	struct rows o;
	int r = open_rows(run, &o, d);

	if (r)
		return r;
	r = purge(&o, &w, d);
	close_rows(&o);
	return r;
}

/* ---- The journal */

void isle_ovs_journal_name(char ret[ISLE_NAME_MAX + 16], const char *lab)
{
	snprintf(ret, ISLE_NAME_MAX + 16, ISLE_OVS_JOURNAL "%s", lab);
}

int isle_ovs_unshare(int run, const char *lab, bool forced, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	struct rows o;
	int r;

	isle_ovs_journal_name(name, lab ? lab : "");
	if (!forced && faccessat(run, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	r = open_rows(run, &o, d);
	if (r)
		return isle_wrap(d, r, "removing what %s%s left in the machine's Open vSwitch", lab ? "lab " : "labs", lab ? lab : "");
	r = purge(&o, &(struct wanted){ .lab = lab }, d);
	close_rows(&o);
	/* out of the database it is, even if nobody has acted on it yet */
	if (lab && (!r || r == -ETIMEDOUT) && run >= 0 && unlinkat(run, name, 0) < 0 && errno != ENOENT)
		r = isle_fail(d, errno, NULL, "removing " ISLE_RUN_DIR "/%s", name);
	return r;
}

/* ---- Coming up */

static const struct isle_network *first_shared(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_networks; i++)
		if (!lab->networks[i]->vlan_of && isle_ovs_is_shared(lab->networks[i]))
			return lab->networks[i];
	return NULL;
}

static int check_name(const struct rows *o, const struct isle_network *n, struct isle_diag *d)
{
	const struct isle_ovsdb_bridge *b = isle_ovsdb_conf_bridge(o->conf, n->name);
	uint32_t index;
	struct isle_nl nl;
	int r;

	if (b || isle_ovsdb_conf_port(o->conf, n->name, NULL)) {
		isle_reject(d, &n->switch_loc, "the machine's Open vSwitch has a %s %s already, of %s%s", b ? "bridge" : "port", n->name,
			    b && b->marks.lab ? "lab " : "somebody else", b && b->marks.lab ? b->marks.lab : "");
		isle_hint(d, "call the network differently, or leave `shared` out");
		return -EEXIST;
	}
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r)
		return isle_fail(d, -r, NULL, "opening a netlink socket");
	r = isle_uplink_index(&nl, n->name, &index);
	isle_nl_close(&nl);
	if (r)
		return r == -ENODEV ? 0 : isle_fail(d, -r, &n->switch_loc, "looking for an interface %s of the machine", n->name);
	isle_reject(d, &n->switch_loc, "the machine has an interface %s already, and a shared switch is one, too", n->name);
	isle_hint(d, "call the network differently, or leave `shared` out");
	return -EEXIST;
}

int isle_ovs_check_shared(const struct isle_lab *lab, int run, struct isle_diag *d)
{
	const struct isle_network *first = first_shared(lab);
	struct rows o;
	int r;

	if (!first)
		return 0;
	if (access(SOCKET, F_OK) < 0) {
		r = isle_fail(d, errno, &first->switch_loc, "'%s' is to be in the machine's Open vSwitch: " SOCKET, first->name);
		isle_hint(d, HINT ", or leave `shared` out");
		return r;
	}
	r = open_rows(run, &o, d);
	if (r)
		return isle_wrap(d, r, "'%s' is to be in the machine's Open vSwitch", first->name);
	r = purge(&o, &(struct wanted){ .lab = lab->name }, d);
	close_rows(&o);
	if (!r)
		r = open_rows(run, &o, d);
	if (r)
		return r;
	for (size_t i = 0; !r && i < lab->n_networks; i++)
		if (!lab->networks[i]->vlan_of && isle_ovs_is_shared(lab->networks[i]))
			r = check_name(&o, lab->networks[i], d);
	close_rows(&o);
	return r;
}

static int tell(const struct isle_lab *lab, int run, struct isle_diag *d)
{
	struct isle_ovsdb_change c;
	struct rows o;
	int r = open_rows(run, &o, d);

	if (r)
		return r;
	isle_ovsdb_change_begin(&c);
	c.marks = (struct isle_ovsdb_marks){ .lab = lab->name, .boot = o.boot, .run = o.here };
	if (!o.conf->uuid)
		isle_ovsdb_add_root(&c);
	r = isle_ovs_tell(lab, true, o.db, &c, d);
	isle_ovsdb_change_done(&c);
	close_rows(&o);
	return r;
}

int isle_ovs_share(const struct isle_lab *lab, pid_t pid, int run, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	int r;

	if (!first_shared(lab))
		return 0;
	isle_ovs_journal_name(name, lab->name);
	r = isle_journal_put(run, name, lab->name);
	if (r)
		return isle_fail(d, -r, NULL, "cannot write " ISLE_RUN_DIR "/%s, before the machine's Open vSwitch is changed", name);
	r = isle_ovs_move_ports(lab, pid, d);
	return r ? r : tell(lab, run, d);
}
