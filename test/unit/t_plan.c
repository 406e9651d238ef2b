/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a lab's text to its steps in words, to requests and to commands; no
 * kernel is asked. The order of the words is the order of the steps.
 */
#include "plan_help.h"
#include "kinds/kinds.h"
#include "plan/draft.h"

/* A fabric begins the same everywhere; hashed names of ports are left to the test of names. */
static void expect(const char *text, const char *expected)
{
	struct isle_plan *plan = plan_of(text);
	struct isle_buf out = { 0 };
	char words[256];

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *step = &plan->steps[i];

		if (step->ns == ISLE_NS_FABRIC && (step->kind == ISLE_STEP_SYSCTL || step->kind == ISLE_STEP_NETNS ||
						   step->kind == ISLE_STEP_ALTNAME || step->kind == ISLE_STEP_CARRIER))
			continue;
		isle_buf_printf(&out, "%s\n", isle_kind_describe(step, plan->lab, words, sizeof(words)));
	}
	char *s = isle_buf_steal(&out);
	assert_string_equal(s, expected);
	free(s);
	done(plan);
}

static void one_switch(void **state)
{
	(void)state;
	expect("lab: cities\n"
	       "networks:\n"
	       "  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}\n",
	       "making the switch br0\n"
	       "making the host beijing\n"
	       "linking eth0 of beijing to the switch br0\n"
	       "configuring eth0 of beijing\n"
	       "setting eth0 of beijing up\n"
	       "adding address 10.0.0.1/24 to eth0 of beijing\n"
	       "making the host shanghai\n"
	       "linking eth0 of shanghai to the switch br0\n"
	       "configuring eth0 of shanghai\n"
	       "setting eth0 of shanghai up\n"
	       "adding address 10.0.0.2/24 to eth0 of shanghai\n"
	       "starting the switch br0\n");
}

static void a_host_waits_for_its_links(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "defaults: {links: {subnet: none}}\n"
	       "links: [a -- c, a -- b]\n",
	       "making the host a\n"
	       "making the host c\n"
	       "linking eth0 of c to eth0 of a\n"
	       "configuring eth0 of c\n"
	       "setting eth0 of c up\n"
	       "making the host b\n"
	       "linking eth0 of b to eth1 of a\n"
	       "configuring eth0 of b\n"
	       "setting eth0 of b up\n"
	       "configuring eth0 of a\n"
	       "setting eth0 of a up\n"
	       "configuring eth1 of a\n"
	       "setting eth1 of a up\n"
	       "waiting for eth0 of a to carry traffic\n"
	       "waiting for eth1 of a to carry traffic\n");
}

/* Kernels before 6.13 refuse the end that is elsewhere if its index is taken where the request is sent. */
static void indexes_are_free_on_both_sides(void **state)
{
	struct isle_plan *plan = plan_of("lab: l\n"
					 "hosts: {a: , b: , gw: }\n"
					 "links: [a -- gw, gw -- b, b -- a, gw -- a]\n");

	(void)state;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *pair = &plan->steps[i];

		for (size_t k = 0; pair->kind == ISLE_STEP_VETH && k < plan->n_steps; k++) {
			const struct isle_step *other = &plan->steps[k];

			if (other->kind != ISLE_STEP_VETH)
				continue;
			assert_true(other->ns != pair->ns || other->veth.ifindex != pair->veth.that_ifindex);
			assert_true(other->veth.that_ns != pair->ns || other->veth.that_ifindex != pair->veth.that_ifindex);
		}
	}
	done(plan);
}

static void a_link_to_itself(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "links: ['a:x -- a:y': {subnet: none}]\n",
	       "making the host a\n"
	       "linking y of a to x of a\n"
	       "configuring x of a\n"
	       "setting x of a up\n"
	       "configuring y of a\n"
	       "setting y of a up\n"
	       "waiting for x of a to carry traffic\n");
}

static void down_stays_down(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "networks:\n"
	       "  n1: {subnet: 10.0.0.0/24, gateway: a, hosts: [a, b]}\n"
	       "  n2:\n"
	       "links:\n"
	       "  - n1 -- n2: {state: down}\n"
	       "  - a -- c: {state: down, subnet: 10.1.0.0/30}\n"
	       "hosts: {b: {interfaces: {eth0: {state: down}}}}\n",
	       "making the switch n1\n"
	       "making the switch n2\n"
	       "linking switch ports p3c95a1 and pc80d8f\n"
	       "adding port pc80d8f to the switch n2\n"
	       "making the host a\n"
	       "setting net/ipv4/ip_forward to 1 in a\n"
	       "setting net/ipv6/conf/all/forwarding to 1 in a\n"
	       "linking eth0 of a to the switch n1\n"
	       "making the host b\n"
	       "linking eth0 of b to the switch n1\n"
	       "configuring eth0 of b\n"
	       "adding address 10.0.0.2/24 to eth0 of b\n"
	       "making the host c\n"
	       "linking eth0 of c to eth1 of a\n"
	       "configuring eth0 of c\n"
	       "adding address 10.1.0.2/30 to eth0 of c\n"
	       "configuring eth0 of a\n"
	       "setting eth0 of a up\n"
	       "configuring eth1 of a\n"
	       "adding address 10.0.0.1/24 to eth0 of a\n"
	       "adding address 10.1.0.1/30 to eth1 of a\n"
	       "starting the switch n1\n"
	       "starting the switch n2\n");
}

static void both_families(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "networks: {n: {subnet: [10.0.0.0/24, fd00::/64], gateway: 10.0.0.9, hosts: ['a .7']}}\n"
	       "hosts: {a: {interfaces: {eth0: {mac: '02:00:00:00:00:01'}, lo: {addresses: 192.0.2.1/32}}}}\n",
	       "making the switch n\n"
	       "making the host a\n"
	       "setting net/ipv6/conf/default/router_solicitations to 0 in a\n"
	       "setting net/ipv6/conf/default/mldv2_unsolicited_report_interval to 1 in a\n"
	       "linking eth0 of a to the switch n\n"
	       "configuring eth0 of a\n"
	       "setting eth0 of a up\n"
	       "adding address fe80::ff:fe00:1/64 to eth0 of a\n"
	       "adding address 10.0.0.7/24 to eth0 of a\n"
	       "adding address fd00::7/64 to eth0 of a\n"
	       "adding address 192.0.2.1/32 to lo of a\n"
	       "adding the route to default via 10.0.0.9 in a\n"
	       "starting the switch n\n"
	       "waiting for address fe80::ff:fe00:1 of a\n"
	       "waiting for address fd00::7 of a\n");
}

static void parameters(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "links: [a -- b: {subnet: none}]\n"
	       "hosts:\n"
	       "  b:\n"
	       "    forward: true\n"
	       "    sysctl: {net.ipv4.conf.eth0.rp_filter: 1, net.ipv4.ip_forward: 0, net.ipv4.tcp_mem: 1 2 3}\n",
	       "making the host b\n"
	       "setting net/ipv4/ip_forward to 1 in b\n"
	       "setting net/ipv6/conf/all/forwarding to 1 in b\n"
	       "setting net/ipv4/ip_forward to 0 in b\n"
	       "setting net/ipv4/tcp_mem to 1 2 3 in b\n"
	       "making the host a\n"
	       "linking eth0 of a to eth0 of b\n"
	       "configuring eth0 of a\n"
	       "setting eth0 of a up\n"
	       "configuring eth0 of b\n"
	       "setting eth0 of b up\n"
	       "setting net/ipv4/conf/eth0/rp_filter to 1 in b\n"
	       "waiting for eth0 of b to carry traffic\n");
}

static void an_uplink_is_left_out(void **state)
{
	(void)state;
	expect("lab: l\n"
	       "hosts: {a: {uplink: {kind: nat, subnet: 10.0.1.0/24}, routes: {192.0.2.0/24: 10.0.1.9, 192.0.3.0/24: blackhole}}}\n",
	       "making the host a\n"
	       "setting net/ipv4/ip_forward to 1 in a\n"
	       "setting net/ipv6/conf/all/forwarding to 1 in a\n"
	       "adding the blackhole route to 192.0.3.0/24 in a\n");
}

static void sysctl_paths(void **state)
{
	static const struct { const char *name, *path; } t[] = {
		{ "net.ipv4.ip_forward", "net/ipv4/ip_forward" },
		{ "net/ipv4/ip_forward", "net/ipv4/ip_forward" },
		{ "net.ipv4.conf.eth0/10.rp_filter", "net/ipv4/conf/eth0.10/rp_filter" },
		{ "net/ipv4/conf/eth0.10/rp_filter", "net/ipv4/conf/eth0.10/rp_filter" },
		{ "kernel.hostname", NULL }, { "net", NULL }, { "network.x", NULL }, { "net.", NULL }, { "net..x", NULL },
		{ "net/../kernel/hostname", NULL }, { "net/./x", NULL }, { "net/x/", NULL },
	};
	struct isle_arena *arena = isle_arena_new();

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(t); i++) {
		const char *path = NULL;
		int r = isle_plan_sysctl_path(arena, t[i].name, &path);

		assert_int_equal(r, t[i].path ? 0 : -EINVAL);
		if (t[i].path)
			assert_string_equal(path, t[i].path);
	}
	isle_arena_free(arena);
}

/* No bridge has more ports than the kernel takes, and every name is there once. */
static void large_switch(void **state)
{
	struct isle_plan *plan = plan_of("lab: l\n"
					 "networks: {lan: {subnet: 10.0.0.0/16, hosts: [h1..2500]}, other: }\n"
					 "links: [lan -- other]\n");
	uint32_t ports[16] = { 0 };
	struct isle_map names = { 0 };
	size_t bridges = 0;

	(void)state;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *s = &plan->steps[i];
		const char *made[2] = { NULL, NULL };

		if (s->kind == ISLE_STEP_VETH) {
			made[0] = s->veth.that_name;
			made[1] = s->ns == ISLE_NS_FABRIC ? s->veth.name : NULL;
			assert_in_range(s->veth.that_master, ISLE_FIRST_INDEX, ISLE_FIRST_INDEX + 15);
			ports[s->veth.that_master - ISLE_FIRST_INDEX]++;
			assert_int_not_equal(s->veth.ifindex, s->veth.that_ifindex);
		} else if (s->kind == ISLE_STEP_LINK && s->link.master) {
			ports[s->link.master - ISLE_FIRST_INDEX]++;
		} else if (s->kind == ISLE_STEP_BRIDGE) {
			made[0] = s->bridge.name;
			bridges++;
		}
		for (size_t k = 0; k < 2; k++) {
			if (!made[k])
				continue;
			assert_in_range(strlen(made[k]), 1, 15);
			assert_null(isle_map_get(&names, made[k]));
			assert_int_equal(isle_map_put(&names, made[k], plan), 0);
		}
	}
	/* lan, three leaves, other; the leaves share 2501 ports evenly and have one more to the root. */
	assert_int_equal(bridges, 5);
	assert_int_equal(ports[0], 3);
	assert_int_equal(ports[1] + ports[2] + ports[3], 2501 + 3);
	for (uint32_t i = 1; i <= 3; i++)
		assert_in_range(ports[i], 800, 1023);
	assert_int_equal(ports[4], 1);
	isle_map_done(&names);
	done(plan);
}

UNIT_MAIN(T(one_switch), T(a_host_waits_for_its_links), T(indexes_are_free_on_both_sides), T(a_link_to_itself),
	  T(down_stays_down), T(both_families), T(parameters),
	  T(an_uplink_is_left_out), T(sysctl_paths), T(large_switch))
