/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: memory that runs out while a machine is drawn, asked about and dumped,
 * each allocation in turn: the answer is -ENOMEM or all of it, never a part,
 * and nothing leaks or crashes (the sanitizers look on).
 */
#include "unit.h"
#include "see/inner.h"
#include "see_help.h"

/* A machine with a lab on a switch, an Open vSwitch, a VLAN, and somebody wired to the machine. */
static struct isle_snap *machine(void)
{
	static struct isle_snap_ovs_port ovs[] = {
		{ .bridge = "ovs0", .port = "ovs0", .interface = "ovs0", .type = "internal", .options = "" },
		{ .bridge = "ovs0", .port = "p0", .interface = "p0", .type = "patch", .options = "{peer=p1}", .peer = "p1" },
	};
	struct isle_snap *s = make_machine();
	struct isle_snap_ns *here = &s->nss[0], *blue = make_ns(s, ISLE_OWNER_NAMED, "blue");
	struct isle_snap_ns *fabric = make_ns(s, ISLE_OWNER_FABRIC, "lab"), *a = make_ns(s, ISLE_OWNER_HOST, "a.lab");
	struct isle_snap_ns *b = make_ns(s, ISLE_OWNER_HOST, "b.lab");
	struct isle_snap_link *eth0 = make_link(here, "eth0", NULL, "192.0.2.7/24"), *vlan = make_link(here, "eth0.7", "vlan", "10.7.0.1/24");
	struct isle_snap_link *bridge = make_link(fabric, "lan", "bridge", NULL);

	vlan->lower = eth0;
	vlan->peer_state = ISLE_PEER_SEEN;
	make_link(here, "ovs0", "tun", NULL)->is_ovs_bridge = true;
	here->ovs = ovs;
	here->n_ovs = ISLE_COUNT(ovs);
	make_veth(here, "v0", "10.1.0.1/24", make_veth(blue, "v1", "10.1.0.2/24", NULL));
	make_default_route(blue, "10.1.0.1", &blue->links[1]);
	make_default_route(here, "192.0.2.1", eth0);
	make_veth(fabric, "p1", NULL, make_veth(a, "eth0", "10.0.0.1/24", NULL))->master = bridge;
	make_veth(fabric, "p2", NULL, make_veth(b, "eth0", "10.0.0.2/24", NULL))->master = bridge;
	return s;
}

static struct isle_snap *snap;

static int map(enum isle_map_form form, char **ret, struct isle_diag *diag)
{
	const struct isle_machine m = { snap };

	return isle_map(&m, form, NULL, ret, diag);
}

static int text(char **ret, struct isle_diag *diag) { return map(ISLE_MAP_TEXT, ret, diag); }
static int json(char **ret, struct isle_diag *diag) { return map(ISLE_MAP_JSON, ret, diag); }
static int dot(char **ret, struct isle_diag *diag) { return map(ISLE_MAP_DOT, ret, diag); }

static int who(char **ret, struct isle_diag *diag)
{
	const struct isle_machine m = { snap };

	return isle_who(&m, "v0", ISLE_MAP_TEXT, NULL, ret, diag);
}

static int interface(char **ret, struct isle_diag *diag)
{
	const struct isle_machine m = { snap };

	return isle_interface(&m, "eth0.7", ISLE_MAP_TEXT, NULL, ret, diag);
}

static void each(int (*fn)(char **, struct isle_diag *))
{
	isle_auto(free) char *whole = NULL;
	bool hit = true;

	snap = machine();
	assert_int_equal(fn(&whole, NULL), 0);
	for (unsigned long n = 1; hit; n++) {
		struct isle_diag *diag = isle_diag_new();
		isle_auto(free) char *some = NULL;
		int r;

		fault_at(n);
		r = fn(&some, diag);
		hit = fault_hit();
		fault_at(0);
		assert_true(r == 0 || (hit && r == -ENOMEM));
		if (r == 0)
			assert_string_equal(some, whole);
		isle_diag_free(diag);
	}
	make_end(snap);
}

static void test_text(void **state)
{
	(void)state;
	each(text);
}

static void test_dot(void **state)
{
	(void)state;
	each(dot);
}

static void test_json(void **state)
{
	(void)state;
	each(json);
}

static void test_who(void **state)
{
	(void)state;
	each(who);
	each(interface);
}

UNIT_MAIN(T(test_text), T(test_dot), T(test_json), T(test_who))
