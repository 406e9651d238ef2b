/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a lab's text to its steps in words, to requests and to commands; no
 * kernel is asked. The order of the words is the order of the steps.
 */
#include "unit.h"
#include "kinds/kinds.h"
#include "plan/draft.h"

static struct isle_lab *load(const char *text)
{
	struct isle_diag *diag = isle_diag_new();
	struct isle_lab *lab = NULL;
	int r = isle_lab_load(text, strlen(text), "t.yaml", &lab, diag);

	for (const struct isle_diag_rec *rec = r ? isle_diag_first(diag) : NULL; rec; rec = rec->next)
		fail_msg("%s", rec->msg);
	isle_diag_free(diag);
	return lab;
}

static struct isle_plan *plan_of(const char *text)
{
	struct isle_plan *plan = NULL;

	assert_int_equal(isle_plan_build(load(text), &plan, NULL), 0);
	return plan;
}

static void done(struct isle_plan *plan)
{
	struct isle_lab *lab = (struct isle_lab *)plan->lab;

	isle_plan_free(plan);
	isle_lab_free(lab);
}

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

static const char everything[] =
	"lab: l\n"
	"networks: {n: {subnet: [10.0.0.0/24, fd00::/64], gateway: a, hosts: [a, b]}, m:}\n"
	"links:\n"
	"  - n -- m\n"
	"  - a -- c: {subnet: [10.1.0.0/30, fd00:1::/64], mtu: 1400}\n"
	"hosts:\n"
	"  a: {routes: {192.0.2.0/24: {via: c, metric: 5, table: 300, src: 10.1.0.1, mtu: 1300}, 192.0.3.0/24: prohibit}}\n"
	"  c: {routes: {default: [a, 10.1.0.1]}, sysctl: {net.ipv4.conf.eth0.rp_filter: 1}}\n";

static int some_fd(const struct isle_kind_ctx *ctx, uint32_t ns)
{
	(void)ctx;
	return ns == ISLE_NS_FABRIC ? 33 : 44;
}

static int no_fd(const struct isle_kind_ctx *ctx, uint32_t ns)
{
	(void)ctx;
	(void)ns;
	return -EMFILE;
}

/* Whatever the room: one whole message, or none and the buffer as it was. */
static void requests(void **state)
{
	struct isle_plan *plan = plan_of(everything);
	const struct isle_kind_ctx ctx = { .ns_fd = some_fd }, broken = { .ns_fd = no_fd };
	_Alignas(8) uint8_t buf[2048];
	bool seen[ISLE_STEP_KINDS] = { false };
	struct isle_nlmsg m;

	(void)state;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *s = &plan->steps[i];

		seen[s->kind] = true;
		if (!isle_kind_has_request(s))
			continue;
		isle_nlmsg_init(&m, buf, sizeof(buf));
		assert_int_equal(isle_kind_encode(s, &ctx, &m), 0);
		const size_t n = m.n;
		assert_int_equal(((struct nlmsghdr *)buf)->nlmsg_len, n);
		for (size_t room = 0; room < n; room += 4) {
			isle_nlmsg_init(&m, buf, room);
			assert_int_equal(isle_kind_encode(s, &ctx, &m), -ENOBUFS);
			assert_int_equal(m.n, 0);
			assert_false(m.bad);
		}
		if (s->kind == ISLE_STEP_VETH && s->veth.that_ns != s->ns) {
			isle_nlmsg_init(&m, buf, sizeof(buf));
			assert_int_equal(isle_kind_encode(s, &broken, &m), -EMFILE);
			assert_int_equal(m.n, 0);
		}
	}
	for (size_t i = 0; i < ISLE_STEP_KINDS; i++)
		assert_true(seen[i]);
	done(plan);
}

/* The end that the kernel enslaves is the one that the request is about, in the fabric; its peer lands where it is sent. */
static void veth_request(void **state)
{
	struct isle_plan *plan = plan_of("lab: cities\nnetworks: {br0: {subnet: 10.0.0.0/24, hosts: [a]}}\n");
	const struct isle_kind_ctx ctx = { .ns_fd = some_fd };
	_Alignas(8) uint8_t buf[1024];
	struct isle_nlattrs t, info, data, peer;
	const struct isle_step *s = plan->steps;
	struct isle_nlmsg m;

	(void)state;
	while (s->kind != ISLE_STEP_VETH)
		s++;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	assert_int_equal(isle_kind_encode(s, &ctx, &m), 0);
	const struct ifinfomsg *that = NLMSG_DATA((struct nlmsghdr *)buf);
	assert_int_equal(that->ifi_flags & that->ifi_change, IFF_UP);
	assert_int_equal(that->ifi_index, 1000000);
	isle_nl_attrs_of((struct nlmsghdr *)buf, sizeof(*that), &t);
	assert_int_equal(isle_nla_u32(t.a[IFLA_MASTER], 0), ISLE_FIRST_INDEX);
	assert_int_equal(isle_nla_u32(t.a[IFLA_NET_NS_FD], 0), 33);
	assert_int_equal(isle_nla_u32(t.a[IFLA_MTU], 0), 1500);
	isle_nl_nested(t.a[IFLA_LINKINFO], &info);
	assert_string_equal(isle_nla_str(info.a[IFLA_INFO_KIND]), "veth");
	isle_nl_nested(info.a[IFLA_INFO_DATA], &data);
	const struct ifinfomsg *this = isle_nla_data(data.a[1]);
	assert_int_equal(this->ifi_index, ISLE_FIRST_INDEX);
	assert_int_equal(this->ifi_flags, 0);
	isle_nl_attrs(this + 1, isle_nla_len(data.a[1]) - sizeof(*this), &peer);
	assert_string_equal(isle_nla_str(peer.a[IFLA_IFNAME]), "eth0");
	assert_int_equal(isle_nla_len(peer.a[IFLA_ADDRESS]), 6);
	assert_null(peer.a[IFLA_NET_NS_FD]);
	done(plan);
}

static void commands(void **state)
{
	static const char *const lines[] = {
		"ip netns add l.fabric\n",
		"ip -n l.fabric link add name n index 100 mtu 1500 address 06:",
		"ip -n l.fabric link set dev n up\n",
		" type veth peer name eth0 index 100 mtu 1500 numtxqueues 1 numrxqueues 1 address 02:",
		"ip -n a.l address add fd00::1/64 dev eth0 nodad\n",
		"ip -n a.l address add 10.0.0.1/24 dev eth0 broadcast +\n",
		"ip -n a.l route add 192.0.2.0/24 proto static table 300 metric 5 mtu 1300 src 10.1.0.1 via 10.1.0.2 dev eth1\n",
		"ip -n a.l route add prohibit 192.0.3.0/24 proto static\n",
		"ip -n c.l route add default proto static nexthop via 10.1.0.1 dev eth0 nexthop via 10.1.0.1 dev eth0\n",
		"ip -n b.l -6 route add default proto static via fd00::1 dev eth0\n",
		"ip netns exec a.l sysctl -qw net/ipv4/ip_forward=1\n",
	};
	struct isle_plan *plan = plan_of(everything);
	struct isle_buf out = { 0 };

	(void)state;
	assert_int_equal(isle_plan_commands(plan, &out), 0);
	for (size_t i = 0; i < ISLE_COUNT(lines); i++)
		if (!strstr(out.s, lines[i]))
			fail_msg("no line '%s' in:\n%s", lines[i], out.s);
	isle_buf_done(&out);
	done(plan);
}

static void quoting(void **state)
{
	static const struct { const char *from, *to; } t[] = {
		{ "eth0", "eth0" }, { "a;b", "'a;b'" }, { "it's", "'it'\\''s'" }, { "$(x)", "'$(x)'" }, { "", "''" }, { "1 2", "'1 2'" },
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(t); i++) {
		struct isle_buf out = { 0 };

		isle_kind_quote(&out, t[i].from);
		assert_string_equal(out.s, t[i].to);
		isle_buf_done(&out);
	}
}

static void words_are_cut(void **state)
{
	struct isle_plan *plan = plan_of("lab: l\nlinks: [a -- b]\n");
	char words[16];

	(void)state;
	memset(words, 'x', sizeof(words));
	assert_string_equal(isle_kind_describe(&plan->steps[0], plan->lab, words, 10), "making th");
	assert_int_equal(words[10], 'x');
	done(plan);
}

static void no_memory(void **state)
{
	struct isle_lab *lab = load(everything);
	int r = -ENOMEM;

	(void)state;
	for (unsigned long n = 1; r; n++) {
		struct isle_plan *plan = NULL;
		struct isle_buf out = { 0 };

		fault_at(n);
		r = isle_plan_build(lab, &plan, NULL);
		if (!r)
			r = isle_plan_commands(plan, &out);
		if (!r)
			r = isle_plan_show(plan, &out);
		const bool hit = fault_hit();
		fault_at(0);
		assert_int_equal(r, hit ? -ENOMEM : 0);
		isle_buf_done(&out);
		isle_plan_free(plan);
	}
	isle_lab_free(lab);
}

UNIT_MAIN(T(one_switch), T(a_host_waits_for_its_links), T(a_link_to_itself), T(down_stays_down), T(both_families), T(parameters),
	  T(an_uplink_is_left_out), T(sysctl_paths), T(large_switch), T(requests), T(veth_request), T(commands), T(quoting),
	  T(words_are_cut), T(no_memory))
