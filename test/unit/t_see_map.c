/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the drawing of machines that are made up, as text. */
#include "unit.h"
#include "see/inner.h"
#include "see_help.h"

static char *map(const struct isle_snap *s, const struct isle_map_options *o)
{
	struct isle_machine m = { (struct isle_snap *)s };
	char *text = NULL;

	assert_int_equal(isle_map(&m, ISLE_MAP_TEXT, o, &text, NULL), 0);
	return text;
}

static void is(struct isle_snap *s, const struct isle_map_options *o, const char *want)
{
	isle_auto(free) char *text = map(s, o);

	assert_string_equal(text, want);
	make_end(s);
}

static void test_veth(void **state)
{
	struct isle_snap *s = make_machine();
	struct isle_snap_ns *ns1 = make_ns(s, ISLE_OWNER_NAMED, "ns1");
	struct isle_snap_link *v;

	(void)state;
	make_link(&s->nss[0], "eth0", NULL, "192.0.2.7/24 fe80::1/64");
	v = make_veth(&s->nss[0], "veth0", "10.1.1.1/24", NULL);
	make_veth(ns1, "veth1", "10.1.1.2/24 fd00::2/64", v);
	make_ns(s, ISLE_OWNER_NAMED, "ns2")->links[0].flags = 0;
	is(s, NULL, "the machine\n"
		    "├─ eth0   192.0.2.7/24  hardware\n"
		    "└─ veth0  10.1.1.1/24   ─── veth1 of ns1\n"
		    "\n"
		    "ns1\n"
		    "└─ veth1  10.1.1.2/24 fd00::2/64  ─── veth0 of the machine\n"
		    "\n"
		    "nothing but lo, which is down\n"
		    "ns2\n");
}

static struct isle_snap *docker(void)
{
	struct isle_snap *s = make_machine();
	struct isle_snap_ns *web = make_ns(s, ISLE_OWNER_CONTAINER, "docker:web"), *db = make_ns(s, ISLE_OWNER_CONTAINER, "docker:db");
	struct isle_snap_link *bridge, *port;

	s->nss[0].forwards4 = true;
	make_link(&s->nss[0], "eth0", NULL, "192.0.2.7/24");
	bridge = make_link(&s->nss[0], "docker0", "bridge", "172.17.0.1/16");
	port = make_veth(&s->nss[0], "veth1a2b3c4", NULL, make_link(web, "eth0", "veth", "172.17.0.2/16"));
	port->master = bridge;
	port = make_veth(&s->nss[0], "veth5d6e7f8", NULL, make_link(db, "eth0", "veth", "172.17.0.3/16"));
	port->master = bridge;
	port->flags = 0;
	return s;
}

static void test_docker(void **state)
{
	const struct isle_map_options ascii = { .ascii = true, .no_addresses = true };

	(void)state;
	is(docker(), NULL, "the machine  router\n"
			   "├─ eth0            192.0.2.7/24   hardware\n"
			   "└─ docker0         172.17.0.1/16  bridge\n"
			   "   ├─ veth1a2b3c4  ─── eth0 of docker:web\n"
			   "   └─ veth5d6e7f8  ─── eth0 of docker:db  [down]\n"
			   "\n"
			   "docker:db\n"
			   "└─ eth0  172.17.0.3/16  ─── veth5d6e7f8 of the machine, on docker0\n"
			   "\n"
			   "docker:web\n"
			   "└─ eth0  172.17.0.2/16  ─── veth1a2b3c4 of the machine, on docker0\n");
	is(docker(), &ascii, "the machine  router\n"
			     "|- eth0            hardware\n"
			     "`- docker0         bridge\n"
			     "   |- veth1a2b3c4  --- eth0 of docker:web\n"
			     "   `- veth5d6e7f8  --- eth0 of docker:db  [down]\n"
			     "\n"
			     "docker:db\n"
			     "`- eth0  --- veth5d6e7f8 of the machine, on docker0\n"
			     "\n"
			     "docker:web\n"
			     "`- eth0  --- veth1a2b3c4 of the machine, on docker0\n");
}

static void test_filters(void **state)
{
	const char *const web[] = { "docker:web", NULL };
	const struct isle_map_options ns = { .nss = web }, around = { .around = "veth1a2b3c4" }, place = { .around = "docker:db:eth0" };

	(void)state;
	is(docker(), &ns, "docker:web\n"
			  "└─ eth0  172.17.0.2/16  ─── veth1a2b3c4 of the machine, on docker0\n");
	is(docker(), &around, "the machine  router\n"
			      "└─ docker0         172.17.0.1/16  bridge\n"
			      "   ├─ veth1a2b3c4  ─── eth0 of docker:web\n"
			      "   └─ veth5d6e7f8  ─── eth0 of docker:db  [down]\n"
			      "\n"
			      "docker:db\n"
			      "└─ eth0  172.17.0.3/16  ─── veth5d6e7f8 of the machine, on docker0\n"
			      "\n"
			      "docker:web\n"
			      "└─ eth0  172.17.0.2/16  ─── veth1a2b3c4 of the machine, on docker0\n");
	is(docker(), &place, "the machine  router\n"
			     "└─ docker0         172.17.0.1/16  bridge\n"
			     "   ├─ veth1a2b3c4  ─── eth0 of docker:web\n"
			     "   └─ veth5d6e7f8  ─── eth0 of docker:db  [down]\n"
			     "\n"
			     "docker:db\n"
			     "└─ eth0  172.17.0.3/16  ─── veth5d6e7f8 of the machine, on docker0\n"
			     "\n"
			     "docker:web\n"
			     "└─ eth0  172.17.0.2/16  ─── veth1a2b3c4 of the machine, on docker0\n");
}

/* A lab of N hosts on a switch, and a router with a link to another host and a way out. */
static struct isle_snap *lab(unsigned n)
{
	struct isle_snap *s = make_machine();
	struct isle_snap_ns *fabric, *gw, *isp;
	struct isle_snap_link *lan, *port, *a;
	char name[32], address[32];

	gw = make_ns(s, ISLE_OWNER_HOST, "gw.office");
	gw->forwards4 = true;
	fabric = &s->nss[n + 3];
	isp = make_ns(s, ISLE_OWNER_HOST, "isp.office");
	for (unsigned i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "h%u.office", i);
		make_ns(s, ISLE_OWNER_HOST, name);
	}
	make_ns(s, ISLE_OWNER_FABRIC, "office");
	lan = make_link(fabric, "lan", "bridge", NULL);
	for (unsigned i = 0; i <= n; i++) {
		snprintf(address, sizeof(address), "10.1.%u.%u/16", (i + 1) >> 8, (i + 1) & 255);
		snprintf(name, sizeof(name), "p%05x", i * 2654435761u >> 12);
		a = make_link(i ? &s->nss[i + 2] : gw, "eth0", "veth", address);
		port = make_veth(fabric, name, NULL, a);
		port->master = lan;
	}
	a = make_veth(gw, "eth1", "198.18.0.1/30", NULL);
	make_veth(isp, "eth0", "198.18.0.2/30", a);
	a = make_veth(&s->nss[0], "isle-office", "198.18.0.5/30", NULL);
	make_veth(gw, "uplink0", "198.18.0.6/30", a);
	make_ns(s, ISLE_OWNER_HOST, "lonely.office");
	return s;
}

static void test_lab(void **state)
{
	(void)state;
	is(lab(3), NULL, "the machine\n"
			 "└─ isle-office  198.18.0.5/30  ─── uplink0 of gw.office\n"
			 "\n"
			 "lab office  6 hosts, 1 switch\n"
			 "├─ lan              10.1.0.0/16\n"
			 "│  ├─ gw   eth0     10.1.0.1/16  router\n"
			 "│  ├─ h1   eth0     10.1.0.2/16\n"
			 "│  ├─ h2   eth0     10.1.0.3/16\n"
			 "│  └─ h3   eth0     10.1.0.4/16\n"
			 "├─ gw      eth1     198.18.0.1/30  ─── eth0 of isp 198.18.0.2/30\n"
			 "├─ gw      uplink0  198.18.0.6/30  ─── isle-office of the machine\n"
			 "└─ lonely                          connected to nothing\n");
}

static void test_large(void **state)
{
	(void)state;
	is(lab(1000), NULL, "the machine\n"
			    "└─ isle-office  198.18.0.5/30  ─── uplink0 of gw.office\n"
			    "\n"
			    "lab office  1003 hosts, 1 switch\n"
			    "├─ lan                     10.1.0.0/16\n"
			    "│  ├─ gw          eth0     10.1.0.1/16  router\n"
			    "│  └─ h1 … h1000  eth0     10.1.0.2/16 … 10.1.3.233/16  (1000)\n"
			    "├─ gw             eth1     198.18.0.1/30  ─── eth0 of isp 198.18.0.2/30\n"
			    "├─ gw             uplink0  198.18.0.6/30  ─── isle-office of the machine\n"
			    "└─ lonely                                 connected to nothing\n");
}

/* Names from users do not steer the terminal. */
static void test_names(void **state)
{
	struct isle_snap *s = make_machine();
	struct isle_snap_ns *bad = make_ns(s, ISLE_OWNER_NAMED, "a\033[2Jb\xff");
	struct isle_snap_link *l = make_link(bad, "e\x01\xc2\x9b", "dummy", NULL);

	(void)state;
	l->alias = "al\nias";
	is(s, NULL, "the machine\n"
		    "\n"
		    "a?[2Jb?\n"
		    "└─ e??  dummy, \"al?ias\"\n");
}

/* Nor that of who reads the JSON: whatever is no letter of ASCII is escaped, and what is no UTF-8 is U+FFFD byte by byte. */
static void test_json(void **state)
{
	struct isle_snap *s = make_machine();
	struct isle_machine m = { s };
	struct isle_snap_link *l = make_link(make_ns(s, ISLE_OWNER_NAMED, "b\xff\xc3"), "\"\\\x7f\xc3\xa4\xf0\x9f\x98\x80", "dummy", "10.0.200.5/8");
	isle_auto(free) char *text = NULL;

	(void)state;
	l->alias = "al\nias";
	l->mtu = 4294967295u;
	assert_int_equal(isle_map(&m, ISLE_MAP_JSON, NULL, &text, NULL), 0);
	assert_non_null(strstr(text, "\"label\":\"b\\uFFFD\\uFFFD\",\"owner\":\"named\""));
	assert_non_null(strstr(text, "\"name\":\"\\\"\\\\\x7f\\u00E4\\uD83D\\uDE00\",\"alias\":\"al\\nias\",\"kind\":\"dummy\""));
	assert_non_null(strstr(text, "\"mtu\":4294967295,"));
	assert_non_null(strstr(text, "\"addresses\":[\"10.0.200.5/8\"]}]"));
	make_end(s);
}

UNIT_MAIN(T(test_veth), T(test_docker), T(test_filters), T(test_lab), T(test_large), T(test_names), T(test_json))
