/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: steps of every kind as requests to the kernel and as commands; no kernel is asked.
 */
#include "plan_help.h"

static const char everything[] =
	"lab: l\n"
	"networks: {n: {subnet: [10.0.0.0/24, fd00::/64], gateway: a, hosts: [a, b]}, m:, o: {switch: ovs, hosts: [e]},\n"
	"  v: {switch: {kind: bridge, vlan_filtering: true, stp: true}, hosts: [d]}, w: {vlan: v/7, hosts: [d]}}\n"
	"links:\n"
	"  - n -- m\n"
	"  - d:t -- v: {trunk: [10, 20], native: 5}\n"
	"  - a -- c: {subnet: [10.1.0.0/30, fd00:1::/64], mtu: 1400}\n"
	"hosts:\n"
	"  a: {routes: {192.0.2.0/24: {via: c, metric: 5, table: 300, src: 10.1.0.1, mtu: 1300}, 192.0.3.0/24: prohibit},\n"
	"      interfaces: {w: {kind: wireguard, addresses: 10.2.0.2/32}}}\n"
	"  c: {routes: {default: [a, 10.1.0.1]}, sysctl: {net.ipv4.conf.eth0.rp_filter: 1},\n"
	"      nft: ./nft, rules: [{from: 10.0.0.0/8, fwmark: 1, iif: eth0, oif: eth0, table: 1000}],\n"
	"     interfaces: {eth0: {neighbours: {10.1.0.9: \"02:00:00:00:00:09\"}}, v: {kind: vlan, link: eth0, id: 10}, x: {kind: vxlan, id: 1, dev: eth0, remote: 10.1.0.1},\n"
	"                  y: {kind: vxlan, id: 2, remote: [10.1.0.1, 10.1.0.9]}, t: {kind: tap, user: 1},\n"
	"                  w: {kind: wireguard, private-key: ./key, addresses: 10.2.0.1/32,\n"
	"                      peers: [{host: a, preshared-key: yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=},\n"
	"                        {public-key: yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=, endpoint: \"[fd00::9]:5\", allowed-ips: 0.0.0.0/0}]}}}\n";

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
		assert_true(seen[i] || i == ISLE_STEP_FORGET || i == ISLE_STEP_NIC || i == ISLE_STEP_ADJUST || i == ISLE_STEP_VLAN);	/* that is of a plan of its own */
	done(plan);
}

/* Keys go to the kernel and nowhere else: not into commands, not into words. */
static void keys_are_not_told(void **state)
{
	static const char secret[] = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
	struct isle_plan *plan = plan_of(everything);
	isle_auto(buf) struct isle_buf out = { 0 };
	_Alignas(8) uint8_t buf[2048];
	uint8_t key[32];

	(void)state;
	assert_true(isle_link_key_parse(secret, strlen(secret), key));
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct isle_step *s = &plan->steps[i];
		struct isle_nlmsg m;
		char words[256];

		if (s->kind != ISLE_STEP_WIREGUARD && s->kind != ISLE_STEP_PEER)
			continue;
		isle_nlmsg_init(&m, buf, sizeof(buf));
		if (s->kind == ISLE_STEP_PEER)
			isle_kind_encode_peer(s, 99, &m);
		else
			isle_kind_encode_wireguard(s, 99, &m);
		assert_false(m.bad);
		assert_int_equal(((struct nlmsghdr *)buf)->nlmsg_len, m.n);
		if (s->kind == ISLE_STEP_PEER && s->peer.peer->iface)
			assert_non_null(memmem(buf, m.n, key, sizeof(key)));
		isle_kind_command(s, plan->lab, &out);
		isle_buf_puts(&out, isle_kind_describe(s, plan->lab, words, sizeof(words)));
	}
	assert_non_null(strstr(out.s, "private-key <(wg genkey)"));
	assert_non_null(strstr(out.s, "preshared-key /dev/stdin"));
	/* once in a command and once in words: the public key of the one outside */
	assert_null(strstr(strstr(strstr(out.s, secret) + 1, secret) + 1, secret));
	done(plan);
}

static void odd(uint32_t ns, uint32_t *ifindex, void *arg)
{
	(void)ns;
	++*(size_t *)arg;
	*ifindex ^= 1;
}

/* What can be taken away again is told so in one message, and in words and commands of its own. */
static void removals(void **state)
{
	struct isle_plan *plan = plan_of(everything);
	const struct isle_kind_ctx ctx = { .ns_fd = some_fd };
	_Alignas(8) uint8_t buf[2048];
	char to[256], away[256];
	struct isle_nlmsg m;

	(void)state;
	for (size_t i = 0; i < plan->n_steps; i++) {
		isle_auto(buf) struct isle_buf make = { 0 }, take = { 0 };
		struct isle_step s = plan->steps[i];
		size_t n_indexes = 0;

		isle_kind_command(&s, plan->lab, &make);
		isle_kind_describe(&s, plan->lab, to, sizeof(to));
		isle_kind_indexes(&s, odd, &n_indexes);
		assert_true((n_indexes > 0) == (s.kind != ISLE_STEP_NETNS && s.kind != ISLE_STEP_SYSCTL && s.kind != ISLE_STEP_RULE &&
						s.kind != ISLE_STEP_NFT && s.kind != ISLE_STEP_WIREGUARD && s.kind != ISLE_STEP_PEER && !(s.kind == ISLE_STEP_ROUTE && !s.route.route->n_hops)));
		if (!isle_kind_can_remove(&s))
			continue;
		s.removes = true;
		isle_nlmsg_init(&m, buf, sizeof(buf));
		assert_int_equal(isle_kind_encode(&s, &ctx, &m), 0);
		assert_int_equal(((struct nlmsghdr *)buf)->nlmsg_len, m.n);
		assert_int_equal(((struct nlmsghdr *)buf)->nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL), 0);
		isle_kind_command(&s, plan->lab, &take);
		isle_kind_describe(&s, plan->lab, away, sizeof(away));
		assert_string_not_equal(make.s, take.s);
		assert_string_not_equal(to, away);
		for (size_t room = 0; room < m.n; room += 4) {
			const size_t n = room;
			struct isle_nlmsg small;

			isle_nlmsg_init(&small, buf, n);
			assert_int_equal(isle_kind_encode(&s, &ctx, &small), -ENOBUFS);
		}
	}
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
		" type bridge vlan_filtering 1 stp_state 1 forward_delay 200 mcast_snooping 0 vlan_default_pvid 0\n",
		" vid 7 pvid untagged\nip", " vid 5 pvid untagged\nbridge", " vid 20\n",
		"ip netns exec e.l ethtool -K eth0 tx off\n",
		"ovs-vsctl add-br o -- set bridge o datapath_type=netdev\novs-vsctl add-port o p",
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
	struct isle_lab *lab = lab_load(everything);
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

UNIT_MAIN(T(requests), T(keys_are_not_told), T(removals), T(veth_request), T(commands), T(quoting), T(words_are_cut), T(no_memory))
