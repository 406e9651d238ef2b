/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the difference between what is up and what is to be, without a kernel:
 * files that change, things that hands have changed, and the order in which it
 * is mended. A row of `change` has what `plan` would show, one of `drift` what
 * `show` tells.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include "change_help.h"
#include "converge/drift.h"

#define LAN "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, hosts: [a, b]}}\n"
#define LINK "links: [a -- b]\n"
#define SIX "lab: l\nnetworks: {lan: {subnet: 'fd01::/64', hosts: [a, b]}}\n"

#define SWITCHED(how, port) "lab: l\nnetworks: {lan: {switch: " how ", subnet: 10.1.0.0/24, hosts: [b]}}\nlinks: [a -- lan: " port "]\n"
#define TUNNEL(how) LAN "hosts: {a: {interfaces: {t: {kind: " how "}}}}"

#define GUARDED(a, b) "lab: l\nlinks: [a 10.2.0.1/24 -- b 10.2.0.2/24]\nhosts:\n" \
	"  a: {interfaces: {w: {kind: wireguard, addresses: 10.9.0.1/24" a "}}}\n" \
	"  b: {interfaces: {w: {kind: wireguard, addresses: 10.9.0.2/24" b "}}}\n"
#define A_KEY ", private-key: mEQXcaIB1XWa7wQxTWkzDAkDdAMZ0lHAmDvzQ2YvOEs="

struct row {
	const char *was, *wanted;	/* wanted NULL: the same */
	void (*hands)(struct world *);
	const char *text;
};

static void is(const struct row *row, char *s)
{
	if (strcmp(s, row->text))
		print_error("of\n%s\nto\n%s\n", row->was, row->wanted ? row->wanted : "itself");
	assert_string_equal(s, row->text);
	free(s);
}

/* ---- files that change */

static const struct row files[] = {
	{ LAN LINK "hosts: {a: {routes: {10.9.0.0/16: 10.1.0.2, 10.8.0.0/16: unreachable}, rules: [{from: 10.1.0.0/24, table: 7}], forward: true}}",
	  NULL, NULL, "" },
	{ SIX "hosts: {a: {routes: {'fd09::/64': b}}}", NULL, NULL, "" },
	{ LAN, "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, hosts: [a, b, c]}}", NULL,
	  "+ host c dir/t.yaml:2\n"
	  "+ interface eth0 of c, on lan dir/t.yaml:2\n"
	  "+ address 10.1.0.3/24 on eth0 of c dir/t.yaml:2\n" },
	{ "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, hosts: [a, b, c]}}", LAN, NULL,
	  "- host c\n"
	  "c loses everything, and the processes in it end\n" },
	{ LAN, "lab: l\nhosts: {a: {}, b: {}}", NULL,
	  "- interface eth0 of b\n"
	  "- interface eth0 of a\n"
	  "a loses 1 interface\n"
	  "b loses 1 interface\n" },
	{ LAN "links: [a 10.2.0.1/24 -- b 10.2.0.2/24]", LAN "links: [a 10.2.0.3/24 -- b 10.2.0.2/24]", NULL,
	  "- address 10.2.0.1/24 on eth1 of a\n"
	  "+ address 10.2.0.3/24 on eth1 of a dir/t.yaml:3\n"
	  "a loses 1 address\n" },
	{ LAN, "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, mtu: 1400, hosts: [a, b]}}", NULL,
	  "~ mtu of lan of the fabric: 1500, becomes 1400 dir/t.yaml:2\n"
	  "~ mtu of eth0 of a: 1500, becomes 1400 dir/t.yaml:2\n"
	  "~ mtu of eth0 of b: 1500, becomes 1400 dir/t.yaml:2\n" },
	{ LAN "links: [a -- b]", LAN "links: [a -- b: {state: down}]", NULL,
	  "~ eth1 of a goes down dir/t.yaml:3\n"
	  "~ eth1 of b goes down dir/t.yaml:3\n"
	  "a loses 1 interface\n"
	  "b loses 1 interface\n" },
	{ LAN "hosts: {a: {routes: {10.9.0.0/16: 10.1.0.2}}}", LAN "hosts: {a: {routes: {10.8.0.0/16: 10.1.0.2}}}", NULL,
	  "- route 10.9.0.0/16 via 10.1.0.2 in a\n"
	  "+ route 10.8.0.0/16 via 10.1.0.2 in a dir/t.yaml:3\n"
	  "a loses 1 route\n" },
	{ LAN "hosts: {a: {rules: [{from: 10.1.0.0/24, table: 7}]}}", LAN "hosts: {a: {rules: [{from: 10.1.0.0/24, table: 8}]}}", NULL,
	  "- rule 32000 of a\n"
	  "+ rule 32000 of a dir/t.yaml:3\n" },
	{ SWITCHED("{kind: bridge, ageing: 100, priority: 7}", "{access: 10, port: {cost: 9}}"),
	  SWITCHED("{kind: bridge, ageing: 200}", "{trunk: [10, 12, 13], native: 4, port: {isolated: true}}"), NULL,
	  "~ priority of lan of the fabric: 7, becomes 32768 dir/t.yaml:2\n"
	  "~ ageing_time of lan of the fabric: 100, becomes 200 dir/t.yaml:2\n"
	  "~ cost of the port of eth0 of a: 9, becomes 2 dir/t.yaml:3\n"
	  "~ isolated of the port of eth0 of a: false, becomes true dir/t.yaml:3\n"
	  "~ VLANs of the port of eth0 of a: 10 untagged, becomes 4 untagged, 10, 12-13 dir/t.yaml:3\n" },
	{ SWITCHED("bridge", "{access: 10}"), SWITCHED("bridge", "{}"), NULL,
	  "~ vlan_filtering of lan of the fabric: true, becomes false dir/t.yaml:2\n" },
	{ SWITCHED("bridge", "{}"), SWITCHED("bridge", "{access: 10}"), NULL,
	  "~ VLANs of the port of eth0 of b: none, becomes 1 untagged dir/t.yaml:2\n"
	  "~ VLANs of the port of eth0 of a: none, becomes 10 untagged dir/t.yaml:3\n"
	  "~ vlan_filtering of lan of the fabric: false, becomes true dir/t.yaml:3\n" },
	{ TUNNEL("gre, remote: 192.0.2.7, ttl: 5, key: 4"), TUNNEL("gre, remote: 192.0.2.8, key: 4"), NULL,
	  "~ remote of t of a: 192.0.2.7, becomes 192.0.2.8 dir/t.yaml:3\n"
	  "~ ttl of t of a: 5, becomes none dir/t.yaml:3\n" },
	{ TUNNEL("geneve, id: 4, remote: 192.0.2.7, ttl: 5"), TUNNEL("geneve, id: 4, remote: 192.0.2.8"), NULL,
	  "~ remote of t of a: 192.0.2.7, becomes 192.0.2.8 dir/t.yaml:3\n"
	  "~ ttl of t of a: 5, becomes auto dir/t.yaml:3\n" },
	{ TUNNEL("geneve, id: 4, remote: 192.0.2.7"), TUNNEL("geneve, id: 5, remote: 192.0.2.7"), NULL,
	  "- interface t of a\n"
	  "+ geneve t of a dir/t.yaml:3\n"
	  "a loses 1 interface\n" },
	{ GUARDED(", peers: {host: b}", ""), GUARDED(", peers: {host: b}", ", listen-port: 7000, fwmark: 5"), NULL,
	  "~ listen-port of w of b: 51820, becomes 7000 dir/t.yaml:5\n"
	  "~ fwmark of w of b: 0, becomes 5 dir/t.yaml:5\n"
	  "~ peer w of b of w of a dir/t.yaml:4\n" },
	{ GUARDED(", peers: {host: b}", ""), GUARDED(", peers: {host: b}" A_KEY, ""), NULL,
	  "- peer w of a of w of b\n"
	  "~ private-key of w of a becomes another dir/t.yaml:4\n"
	  "+ peer w of a of w of b dir/t.yaml:4\n" },
	{ GUARDED(", peers: {host: b}", ""), GUARDED("", ""), NULL,
	  "- peer w of b of w of a\n"
	  "- peer w of a of w of b\n" },
	{ GUARDED(", peers: {host: b}", ""), GUARDED(", peers: {host: b, allowed-ips: 10.9.0.2/32, persistent-keepalive: 9}", ""), NULL,
	  "~ peer w of b of w of a dir/t.yaml:4\n" },
	{ LAN "hosts: {a: {sysctl: {net.ipv4.ip_default_ttl: 33}}}", LAN "hosts: {b: {sysctl: {net.ipv4.ip_default_ttl: 33}}}", NULL,
	  "~ net/ipv4/ip_default_ttl of b: 0, becomes 33 dir/t.yaml:3\n"
	  "~ net/ipv4/ip_default_ttl of a: 33, becomes 0\n" },
};

/* ---- hands */

static void hands_take_link(struct world *w) { take_link(w, "a", "eth0"); }
static void hands_swap_address(struct world *w)
{
	take_address(w, "a", "10.1.0.1/24");
	new_address(w, "a", "eth0", "10.1.0.77/24");
}
static void hands_first_of_two(struct world *w)
{
	struct isle_snap_ns *ns = in(w, "a");

	/* as if one of hands' had come before the lab's own */
	new_address(w, "a", "eth0", "10.1.0.77/24");
	ns->addresses[0].flags |= IFA_F_SECONDARY;
	ns->addresses[1].flags &= ~(uint32_t)IFA_F_SECONDARY;
}
static void hands_link(struct world *w)
{
	link_in(w, "b", "eth0")->mtu = 1300;
	memcpy(link_in(w, "b", "eth0")->mac, "\2\0\0\0\0\7", 6);
}
static void hands_down(struct world *w)
{
	link_in(w, "a", "eth0")->flags = 0;
	take_route(w, "a", "10.9.0.0/16");
}
static void hands_switch(struct world *w)
{
	link_in(w, "a", "eth0")->peer->master = NULL;
	link_in(w, "", "lan")->mtu = 1400;
}
static void hands_wire(struct world *w)
{
	struct isle_snap_link *mine = link_in(w, "a", "eth1"), *other = new_link(w, "b", "v9", "veth");

	mine->peer->name = "sit0";
	mine->peer = other;
	other->peer = mine;
}
static void hands_routes(struct world *w)
{
	new_route(w, "a", "10.66.0.0/16", "10.1.0.9", RTPROT_BOOT);
	new_route(w, "a", "10.67.0.0/16", "10.1.0.9", RTPROT_BGP);
	new_route(w, "a", "10.68.0.0/16", "10.1.0.9", RTPROT_KERNEL);
	take_route(w, "a", "10.9.0.0/16");
}
static void hands_parameter(struct world *w) { set_parameter(w, "a", "net/ipv4/ip_default_ttl", "64"); }
static void hands_foreign(struct world *w) { new_link(w, "a", "tun7", "tun"); }
static void hands_in_the_way(struct world *w)
{
	take_link(w, "a", "eth0");
	new_link(w, "a", "eth0", "dummy");
}
static void hands_rule(struct world *w)
{
	struct isle_snap_ns *ns = in(w, "a");

	ns->rules[0].table = 9;
	ns->rules[1] = ns->rules[0];
	ns->rules[ns->n_rules++].proto = RTPROT_KERNEL;
}
static void hands_neighbour(struct world *w) { in(w, "a")->neighbours[0].mac[5]++; }

#define ROUTED LAN "hosts: {a: {routes: {10.9.0.0/16: 10.1.0.2}}}"
#define RULED LAN "hosts: {a: {rules: [{from: 10.1.0.0/24, table: 7}]}}"
#define TUNED LAN "hosts: {a: {sysctl: {net.ipv4.ip_default_ttl: 33}}}"
#define KNOWN LAN "hosts: {a: {interfaces: {eth0: {neighbours: {10.1.0.9: '02:00:00:00:00:09'}}}}}"

static const struct row mended[] = {
	{ LAN, NULL, hands_take_link,
	  "+ interface eth0 of a, on lan changed by hand\n"
	  "+ address 10.1.0.1/24 on eth0 of a changed by hand\n" },
	{ LAN, NULL, hands_swap_address,
	  "- address 10.1.0.77/24 on eth0 of a changed by hand\n"
	  "+ address 10.1.0.1/24 on eth0 of a changed by hand\n"
	  "a loses 1 address\n" },
	{ LAN, NULL, hands_first_of_two,
	  "- address 10.1.0.77/24 on eth0 of a changed by hand\n"
	  "a loses 2 addresses\n" },
	{ LAN, NULL, hands_link,
	  "~ mtu of eth0 of b: 1300, becomes 1500 changed by hand\n"
	  "~ mac of eth0 of b: 02:00:00:00:00:07, becomes 02:06:1c:94:95:c6 changed by hand\n" },
	{ ROUTED, NULL, hands_down,
	  "~ eth0 of a goes up changed by hand\n"
	  "+ route 10.9.0.0/16 via 10.1.0.2 in a changed by hand\n" },
	{ LAN, NULL, hands_switch,
	  "~ mtu of lan of the fabric: 1400, becomes 1500 changed by hand\n"
	  "~ eth0 of a goes to lan changed by hand\n" },
	{ LAN LINK, NULL, hands_wire,
	  "- interface eth1 of a\n"
	  "+ link eth1 of b -- eth1 of a changed by hand\n"
	  "+ address 198.18.128.2/30 on eth1 of b changed by hand\n"
	  "+ address 198.18.128.1/30 on eth1 of a changed by hand\n"
	  "a loses 1 interface\n"
	  " in b, v9 is not isle's, and is left alone\n" },
	{ ROUTED, NULL, hands_routes,
	  "- route 10.66.0.0/16 via 10.1.0.9 in a changed by hand\n"
	  "+ route 10.9.0.0/16 via 10.1.0.2 in a changed by hand\n"
	  "a loses 1 route\n" },
	{ TUNED, NULL, hands_parameter,
	  "~ net/ipv4/ip_default_ttl of a: 64, becomes 33 changed by hand\n" },
	{ LAN, NULL, hands_foreign, "" },
	{ LAN, LAN LINK, hands_foreign,
	  "+ link eth1 of b -- eth1 of a dir/t.yaml:3\n"
	  "+ address 198.18.128.2/30 on eth1 of b dir/t.yaml:3\n"
	  "+ address 198.18.128.1/30 on eth1 of a dir/t.yaml:3\n"
	  " in a, tun7 is not isle's, and is left alone\n" },
	{ RULED, NULL, hands_rule,
	  "- rule 32000 of a changed by hand\n"
	  "+ rule 32000 of a changed by hand\n" },
	{ KNOWN, NULL, hands_neighbour,
	  "+ neighbour 10.1.0.9 on eth0 of a changed by hand\n" },
};
static const struct row told[] = {
	{ LAN, NULL, hands_take_link, "" },
	{ LAN, NULL, hands_swap_address,
	  "a:eth0 has 10.1.0.77/24 as well\n"
	  "a:eth0 lacks 10.1.0.1/24\n" },
	{ LAN, NULL, hands_first_of_two,
	  "a:eth0 has 10.1.0.77/24 as well\n" },
	{ LAN, NULL, hands_link,
	  "b:eth0 has mtu 1300, not 1500\n"
	  "b:eth0 has MAC 02:00:00:00:00:07, not 02:06:1c:94:95:c6\n" },
	{ ROUTED, NULL, hands_down, "" },
	{ LAN, NULL, hands_switch,
	  "the fabric has lan with mtu 1400, not 1500\n"
	  "a:eth0 is on switch nothing, not on lan\n" },
	{ LAN LINK, NULL, hands_wire,
	  "a:eth1 has something else at its other end\n" },
	{ ROUTED, NULL, hands_routes,
	  "a has a route to 10.66.0.0/16 via 10.1.0.9 as well\n"
	  "a lacks its route to 10.9.0.0/16 via 10.1.0.2\n" },
	{ TUNED, NULL, hands_parameter,
	  "a has net/ipv4/ip_default_ttl 64, not 33\n" },
	{ LAN, NULL, hands_foreign, "" },
	{ LAN, NULL, hands_in_the_way,
	  "a:eth0 is of type dummy, not veth\n" },
	{ RULED, NULL, hands_rule,
	  "a has rule 32000 as well\n"
	  "a lacks its rule 32000\n" },
	{ KNOWN, NULL, hands_neighbour,
	  "a:eth0 lacks its neighbour 10.1.0.9\n" },
};
static const struct row order[] = {
	{ "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, hosts: [a, b]}, old: {subnet: 10.4.0.0/24, hosts: [b, c]}}",
	  "lab: l\nnetworks: {lan: {subnet: 10.1.0.0/24, hosts: [a, b .9]}, new: {subnet: 10.6.0.0/24, hosts: [d, b]}}", NULL,
	  "making the host d\n"
	  "removing address 10.4.0.1/24 from eth1 of b\n"
	  "removing address 10.1.0.2/24 from eth0 of b\n"
	  "starting the switch old\n"
	  "taking pb0e8fe of the fabric out of its switch\n"
	  "making the switch new\n"
	  "configuring pf7347c of the fabric\n"
	  "adding address 10.1.0.9/24 to eth0 of b\n"
	  "adding address 10.6.0.2/24 to eth1 of b\n"
	  "linking eth0 of d to the switch new\n"
	  "configuring eth0 of d\n"
	  "setting eth0 of d up\n"
	  "adding address 10.6.0.1/24 to eth0 of d\n"
	  "starting the switch new\n"
	  "waiting for pf7347c of the fabric to carry traffic\n"
	  "waiting for pb61435 of the fabric to carry traffic\n"
	  "at last removing the switch old\n"
	  "at last removing pb0e8fe of the fabric\n"
	  "at last removing the host c\n" },
};

/* ---- in words */

/* As `plan` shows it. */
static char *shown(struct world *w)
{
	struct isle_conversion c = { .lab = (struct isle_lab *)w->plan->lab, .names = w->names, .n_was = 1, .changes = w->changes };
	struct isle_buf out = { 0 };
	char *s;

	assert_int_equal(isle_conversion_show(&c, &out), 0);
	s = isle_buf_steal(&out);
	/* columns are for people */
	for (char *p = s, *to = s;; p++) {
		if (*p == ' ' && p[1] == ' ')
			continue;
		*to++ = *p;
		if (!*p)
			return s;
	}
}

/* In the order in which it is done. */
static char *in_order(struct world *w)
{
	const struct isle_changes *c = w->changes;
	struct isle_buf out = { 0 };
	char words[256];

	for (size_t i = 0; i < c->n + c->n_ends; i++) {
		const struct isle_change *one = i < c->n ? &c->list[i] : &c->ends[i - c->n];

		if (!one->silent || one->step.kind == ISLE_STEP_LINK)
			isle_buf_printf(&out, "%s%s\n", i < c->n ? "" : "at last ", isle_kind_describe(&one->step, c->names, words, sizeof(words)));
	}
	return isle_buf_steal(&out);
}

static char *drift(struct world *w)
{
	struct isle_drifts all = { .arena = w->arena, .lab = w->plan->lab, .view = &w->view };
	struct isle_buf out = { 0 };
	char *s;

	for (size_t i = 0; i < w->changes->n; i++)
		isle_drift_say(&all, &w->changes->list[i]);
	assert_false(all.no_memory);
	for (size_t i = 0; i < all.n; i++)
		isle_buf_printf(&out, "%s%s%s %s\n", all.list[i].host ? all.list[i].host->name : "the fabric", all.list[i].iface ? ":" : "",
				all.list[i].iface ? all.list[i].iface->name : "", all.list[i].words);
	s = isle_buf_steal(&out);
	return s ? s : strdup("");
}

static void each(const struct row *rows, size_t n, bool looks, char *(*fn)(struct world *))
{
	for (size_t i = 0; i < n; i++) {
		struct world *w = world_of(rows[i].was, rows[i].wanted);

		if (rows[i].hands)
			rows[i].hands(w);
		assert_int_equal(world_diff(w, looks), 0);
		is(&rows[i], fn(w));
		world_end(w);
	}
}

static void a_file_changes(void **state) { (void)state; each(files, ISLE_COUNT(files), false, shown); }
static void hands_are_mended(void **state) { (void)state; each(mended, ISLE_COUNT(mended), false, shown); }
static void hands_are_told(void **state) { (void)state; each(told, ISLE_COUNT(told), true, drift); }
static void what_ends_ends_last(void **state) { (void)state; each(order, ISLE_COUNT(order), false, in_order); }

static void what_is_not_ours_is_refused(void **state)
{
	struct world *w = world_of(LAN, NULL);

	(void)state;
	hands_in_the_way(w);
	assert_int_equal(world_diff(w, false), -EEXIST);
	assert_string_equal(isle_diag_first(w->diag)->msg,
			    "eth0 of a is not isle's: somebody made or moved it there, and the name is needed");
	world_end(w);
}

UNIT_MAIN(T(a_file_changes), T(hands_are_mended), T(hands_are_told), T(what_ends_ends_last), T(what_is_not_ours_is_refused))
