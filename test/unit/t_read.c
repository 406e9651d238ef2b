/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: text to document: what short forms and merging come to, places inside
 * of scalars, limits, and memory that runs out.
 */
#include "unit.h"

#include "labfile/read.h"

struct loaded {
	struct isle_arena *arena;
	struct isle_diag *diag;
	struct isle_source src;
	struct isle_doc doc;
	int rc;
};

static struct loaded load_n(const char *text, size_t n)
{
	struct loaded l = { isle_arena_new(), isle_diag_new(), { "t.yaml", text, n }, { 0 }, 0 };

	struct isle_source *src = isle_arena_alloc(l.arena, sizeof(*src));
	*src = l.src;
	l.rc = isle_doc_load(l.arena, src, &l.doc, l.diag);
	return l;
}

static struct loaded load(const char *text)
{
	return load_n(text, strlen(text));
}

static void done(struct loaded *l)
{
	isle_diag_free(l->diag);
	isle_arena_free(l->arena);
}

/* The only problem of TEXT has WORDS, at LINE:COL, LEN long. */
static void blames(const char *text, const char *words, uint32_t line, uint32_t col, uint32_t len)
{
	struct loaded l = load(text);
	const struct isle_diag_rec *r = isle_diag_first(l.diag);

	assert_non_null(r);
	if (!strstr(r->msg, words) || r->next)
		fail_msg("%s: %s", text, r->msg);
	assert_int_equal(r->loc.line, line);
	assert_int_equal(r->loc.col, col);
	assert_int_equal(r->loc.len, len);
	done(&l);
}

static void test_places(void **state)
{
	(void)state;
	blames("lab: 9", "'9'", 1, 6, 1);
	blames("links: [a -- b 10.0.0.300]", "10.0.0.300", 1, 16, 10);
	blames("links: [\"a -- b 10.0.0.300\"]", "10.0.0.300", 1, 17, 10);
	blames("links:\r\n  - a -- b .300\r\n", ".300", 2, 12, 4);
	blames("# \xc3\xbc\nx-\xc3\xbc: 1\nlinks: [\xc3\xbc -- b]", "cannot be a name", 3, 9, 2);
	/* an escape: the text is not what stands there, so all of it is blamed */
	blames("links: [\"a -- b \\u002e300\"]", ".300", 1, 10, 16);
	blames("links:\n  - a -- b\n  -\n  - c -- d\n", "no link", 3, 3, 1);
	blames("hosts:\n  a:\n    uplink:\n      subnet: 10.0.0.0/24\n", "needs 'kind'", 4, 7, 6);
}

static void test_merging(void **state)
{
	struct loaded l = load("defaults: {hosts: {forward: true, interfaces: {eth0: {mtu: 9000}}}, links: {mtu: 1400}}\n"
			       "hosts:\n"
			       "  h2: {interfaces: {eth0: {state: down}}}\n"
			       "  h1..3: {dns: 1.1.1.1}\n"
			       "links: [h1 -- h2, h1 -- h3: {mtu: 1500}]\n");

	(void)state;
	assert_int_equal(l.rc, 0);
	assert_int_equal(isle_diag_errors(l.diag), 0);
	assert_int_equal(l.doc.n_hosts, 3);
	assert_string_equal(l.doc.hosts[0].name.s, "h2");	/* first met first */
	assert_string_equal(l.doc.hosts[1].name.s, "h1");
	for (size_t i = 0; i < 3; i++) {
		assert_true(l.doc.hosts[i].forward.v);
		assert_int_equal(l.doc.hosts[i].n_dns, 1);
		assert_int_equal(l.doc.hosts[i].ifaces[0].mtu.v, 9000);
		assert_int_equal(l.doc.hosts[i].ifaces[0].up.set, i == 0);
	}
	assert_int_equal(l.doc.links[0].mtu.v, 1400);
	assert_int_equal(l.doc.links[1].mtu.v, 1500);
	assert_true(l.doc.host_defaults.forward.v);
	done(&l);
}

static void test_refs(void **state)
{
	struct loaded l = load("networks: {lan: {hosts: [h1..3 .101 fd00::1, 'w:eth5 .3.80 ::3:80 none']}}\n"
			       "links: [r1..2 -- r2..3, gw -- h1..3]\n");
	const struct isle_doc_ref *r = l.doc.networks[0].refs;

	(void)state;
	assert_int_equal(isle_diag_errors(l.diag), 0);
	assert_int_equal(l.doc.networks[0].n_refs, 4);
	assert_string_equal(r[2].name.s, "h3");
	assert_int_equal(r[2].addrs[0].part[0], 101);
	assert_int_equal(r[2].addrs[0].part6[0], 0x101);
	assert_int_equal(r[2].addrs[0].add, 2);
	assert_int_equal(r[1].addrs[1].add, 1);
	assert_string_equal(r[3].ifname.s, "eth5");
	assert_int_equal(r[3].addrs[0].n_part, 2);
	assert_true(r[3].addrs[1].v6_only);
	assert_int_equal(r[3].addrs[1].part6[1], 0x80);
	assert_int_equal(r[3].addrs[2].form, ISLE_ADDR_NONE);
	assert_int_equal(l.doc.n_links, 5);
	assert_string_equal(l.doc.links[1].end[1].name.s, "r3");
	assert_string_equal(l.doc.links[4].end[0].name.s, "gw");
	assert_string_equal(l.doc.links[4].end[1].name.s, "h3");
	done(&l);
}

static bool refused(const char *text, size_t n, const char *words)
{
	struct loaded l = load_n(text, n);
	bool found = false;

	for (const struct isle_diag_rec *r = isle_diag_first(l.diag); r; r = r->next)
		found |= strstr(r->msg, words) != NULL;
	found &= isle_diag_errors(l.diag) > 0;
	done(&l);
	return found;
}

/* N times S between HEAD and TAIL. */
static bool refused_many(const char *head, const char *s, size_t n, const char *tail, const char *words)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_puts(&b, head);
	for (size_t i = 0; i < n; i++)
		isle_buf_puts(&b, s);
	isle_buf_puts(&b, tail);
	return refused(b.s, b.n, words);
}

static void test_limits(void **state)
{
	(void)state;
	assert_true(refused_many("x-a: ", "[", 40, "", "too deeply"));
	assert_true(refused_many("x-a: [", "a,", 1 << 20, "]", "too large"));
	assert_true(refused_many("x-b: &b 1\nx-a: [", "*b,", 10001, "]", "10000 aliases"));
	assert_true(refused_many("#", " ", 16 << 20, "\nlab: a\n", "16 MiB"));
	assert_true(refused_many("networks: {a: {hosts: [", "h0..65535,", 5, "]}}", "262144 names"));
	assert_true(refused_many("a: 1\n", "a: 1\n", 1000, "", "enough for now"));
	assert_true(refused("lab: a\0b", 8, "control character"));
	assert_true(refused("\xff\xfe", 2, "UTF-8"));
	assert_true(refused("\xed\xa0\x80", 3, "UTF-8"));
	assert_true(refused("", 0, "empty"));
}

/* Allocations until the nodes are there: libfyaml crashes when one of its own fails, so those are left alone. */
static unsigned long reading(const struct isle_source *src)
{
	struct isle_set set = { .arena = isle_arena_new(), .diag = isle_diag_new() };

	fault_at(0);
	assert_non_null(isle_read(&set, src));
	unsigned long n = fault_count();
	isle_diag_free(set.diag);
	isle_arena_free(set.arena);
	return n;
}

static void test_no_memory(void **state)
{
	static const char text[] = "defaults: {hosts: {forward: true}}\nnetworks: {lan: {hosts: [h1..300 .5, 'a']}}\n"
				   "hosts: {h1..200: {sysctl: {net.a: 1}}, h2: {dns: x}}\n"
				   "links: [h1..100 -- g1..100: {mtu: 1}, foo]\n";
	struct isle_source src = { "t.yaml", text, sizeof(text) - 1 };
	unsigned long first = reading(&src), failed = 0;

	(void)state;
	for (unsigned long k = first + 1;; k++, failed++) {
		struct isle_arena *arena = isle_arena_new();
		struct isle_diag *diag = isle_diag_new();
		struct isle_doc doc;

		fault_at(k);
		int rc = isle_doc_load(arena, &src, &doc, diag);
		bool hit = fault_hit();
		fault_at(0);
		assert_true(!hit || rc < 0 || isle_diag_errors(diag));
		isle_diag_free(diag);
		isle_arena_free(arena);
		if (!hit)
			break;
	}
	assert_true(failed > 10);
}

UNIT_MAIN(T(test_places), T(test_merging), T(test_refs), T(test_limits), T(test_no_memory))
