/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: all tables are walked: what a row promises holds. Then names and
 * ranges, what `explain` finds, and that the schema is JSON.
 */
#include "unit.h"

#include "schema/schema.h"

#include <jansson.h>

static size_t n_rows;

static void check_enums(const struct isle_field *f)
{
	for (const struct isle_enum *e = f->enums; e && e->name; e++)
		for (const struct isle_enum *o = f->enums; o != e; o++)
			assert_true(strcmp(e->name, o->name) != 0 && e->value != o->value);
}

static void check_row(const struct isle_table *t, const struct isle_field *f)
{
	size_t dot = f->help ? strlen(f->help) : 0;

	n_rows++;
	assert_non_null(f->name);
	assert_true(strlen(f->name) > 0);
	for (const struct isle_field *o = t->fields; o < f; o++)
		assert_string_not_equal(o->name, f->name);
	assert_non_null(f->help);
	assert_in_range(dot, 3, 60);
	assert_int_not_equal(f->help[dot - 1], '.');
	if (f->flags & ISLE_FIELD_RESERVED)
		return;
	assert_true(f->type || f->sub);
	assert_true(!f->max || f->min <= f->max);
	assert_true(f->off < t->size);
	/* a list needs a place for its count */
	if (f->flags & (ISLE_FIELD_LIST | ISLE_FIELD_MAP) && !(f->flags & ISLE_FIELD_STASH))
		assert_true(f->n_off > f->off && f->n_off + sizeof(size_t) <= t->size);
	if (f->type && !f->enums && f->type != &isle_t_u32)
		assert_true(f->type->json || f->sub);
	check_enums(f);
}

static void walk(const struct isle_table *t, size_t depth)
{
	assert_true(depth < 6);
	assert_true(t->name && t->what && t->help);
	for (size_t i = 0; i < t->n; i++) {
		check_row(t, &t->fields[i]);
		if (t->fields[i].sub)
			walk(t->fields[i].sub, depth + 1);
		if (t->fields[i].flags & ISLE_FIELD_MAP)
			assert_non_null(t->fields[i].sub->key);
	}
	struct isle_field more, own;
	for (size_t i = t->n; isle_table_row(t, i, &more); i++) {
		assert_true(more.name && more.type && more.form && strlen(more.help) <= 60);
		/* an option that is called like a key would never be seen */
		for (size_t k = 0; k < i && isle_table_row(t, k, &own); k++)
			assert_string_not_equal(own.name, more.name);
	}
	if (t->value && t->value->sub)
		walk(t->value->sub, depth + 1);
}

static void test_tables(void **state)
{
	(void)state;
	walk(&isle_table_top, 0);
	assert_true(n_rows > 150);
}

static void test_names(void **state)
{
	static const char *const good[] = { "a", "A", "web-1", "r_2", "h1-20", "vlan0", "hosts", "xn", "a-_b" };
	static const char *const bad[] = { "", "1a", "-a", "a-", "a--b", "a.b", "a b", "a:b", "on", "No", "HOST", "lo",
					   "vxlan", "Tap", "a\n", "\xc3\xa9" };
	const char *why;
	char name[80];

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(good); i++)
		assert_true(isle_name_is(good[i], strlen(good[i]), ISLE_NAME_MAX, &why));
	for (size_t i = 0; i < ISLE_COUNT(bad); i++)
		assert_false(isle_name_is(bad[i], strlen(bad[i]), ISLE_NAME_MAX, &why));
	memset(name, 'a', sizeof(name));
	assert_true(isle_name_is(name, 63, ISLE_NAME_MAX, &why));
	assert_false(isle_name_is(name, 64, ISLE_NAME_MAX, &why));
	assert_true(isle_name_is(name, 15, ISLE_NAME_MAX_NETWORK, &why));
	assert_false(isle_name_is(name, 16, ISLE_NAME_MAX_NETWORK, &why));
	assert_true(isle_name_is_ifname("eth0.10", 7, &why));
	assert_true(isle_name_is_ifname(name, 15, &why));
	assert_false(isle_name_is_ifname(name, 16, &why));
	assert_false(isle_name_is_ifname("..", 2, &why));
	assert_false(isle_name_is_ifname("a/b", 3, &why));
	assert_true(isle_name_is_alias("www.1and1.test", 14, &why));
	assert_false(isle_name_is_alias("www..test", 9, &why));
	assert_false(isle_name_is_alias("www.", 4, &why));
}

static void range(struct isle_arena *a, const char *text, uint64_t count, const char *first, const char *last)
{
	const char *why = NULL, *hint;
	struct isle_range r;
	bool ok = isle_range_parse(a, text, strlen(text), ISLE_NAME_MAX, &r, &why, &hint);

	assert_int_equal(ok, count > 0);
	if (!ok) {
		assert_non_null(why);
		return;
	}
	assert_int_equal(r.count, count);
	assert_string_equal(isle_range_name(a, &r, 0), first);
	assert_string_equal(isle_range_name(a, &r, count - 1), last);
}

static void test_ranges(void **state)
{
	struct isle_arena *a = isle_arena_new();

	(void)state;
	range(a, "h", 1, "h", "h");
	range(a, "h1..20", 20, "h1", "h20");
	range(a, "h01..20", 20, "h01", "h20");
	range(a, "h008..0011", 4, "h008", "h011");
	range(a, "h9..10", 2, "h9", "h10");
	range(a, "h0..65535", 65536, "h0", "h65535");
	range(a, "r2d1..2", 2, "r2d1", "r2d2");
	range(a, "h7..7", 1, "h7", "h7");
	range(a, "h0..65536", 0, NULL, NULL);
	range(a, "h2..1", 0, NULL, NULL);
	range(a, "h..1", 0, NULL, NULL);
	range(a, "1..2", 0, NULL, NULL);
	range(a, "h1..", 0, NULL, NULL);
	range(a, "h1..99999999999999999999", 0, NULL, NULL);
	/* the longest name counts */
	char text[80];
	memset(text, 'a', sizeof(text));
	strcpy(text + 61, "10..20");
	range(a, text, 11, isle_arena_printf(a, "%.61s10", text), isle_arena_printf(a, "%.61s20", text));
	strcpy(text + 61, "99..100");
	range(a, text, 0, NULL, NULL);
	isle_arena_free(a);
}

static bool explains(const char *path, const char *words)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	return isle_schema_explain(path, &out) == 0 && strstr(out.s, words);
}

static void attach(struct isle_arena *a, const char *s, const char *ref, const char *name)
{
	const size_t n = isle_attach_length(s, strlen(s));
	char *got = isle_attach_name(a, s, n);

	assert_true(isle_attach_is(s, strlen(s)));
	assert_null(isle_attach_wrong(s, n));
	assert_int_equal(n, strlen(ref));
	assert_memory_equal(s, ref, n);
	assert_non_null(got);
	assert_string_equal(got, name);
	assert_true(isle_name_is(got, strlen(got), ISLE_NAME_MAX, NULL));
}

static void test_attach(void **state)
{
	struct isle_arena *a = isle_arena_new();

	(void)state;
	attach(a, "docker:web", "docker:web", "web");
	attach(a, "docker:web:eth5", "docker:web", "web");
	attach(a, "docker:my.app_1--x", "docker:my.app_1--x", "my-app_1-x");
	attach(a, "podman:3fa9", "podman:3fa9", "podman-3fa9");
	attach(a, "lxc:host", "lxc:host", "lxc-host");
	attach(a, "machine:-", "machine:-", "machine-x");
	attach(a, "pid:4711:up", "pid:4711", "pid-4711");
	attach(a, "path:/run/netns/blue", "path:/run/netns/blue", "blue");
	attach(a, "path:/", "path:/", "path-x");
	assert_false(isle_attach_is("docker", 6));
	assert_false(isle_attach_is("web:docker:", 11));
	assert_non_null(isle_attach_wrong("netns:..", 8));
	isle_arena_free(a);
}

static void test_explain(void **state)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	(void)state;
	assert_true(explains(NULL, "networks"));
	assert_true(explains("", "uplink"));
	assert_true(explains("networks.subnet", "networks.NAME.subnet\n"));
	assert_false(explains("networks.subnet", "links.LINK"));
	assert_true(explains("subnet", "hosts.NAME.uplink.subnet\n"));
	assert_true(explains("uplink", "nat, none, or a map"));
	assert_true(explains("mtu", "from 68 to 65535"));
	assert_true(explains("delay", "not in this version"));
	assert_true(explains("docker", "a network that is there"));
	assert_true(explains("phys", "where a link leads: `a -- phys:eth0`"));
	assert_false(explains("phys", "not in this version"));
	assert_true(explains("vxlan", "  dstport          UDP port of all ends; without it: 4789\n"));
	assert_true(explains("interfaces.mode", "l2, l3 or l3s (without it: l3); ipvlan\n"));
	assert_true(explains("kind", "macvtap, ipvlan, vxlan"));
	assert_true(explains("defaults.hosts.forward", "hosts.NAME.forward\n"));
	assert_int_equal(isle_schema_explain("subnte", &out), -ENOENT);
	assert_string_equal(out.s, "did you mean 'subnet'?");
	isle_buf_done(&out);
	assert_int_equal(isle_schema_explain("ubnet", &out), -ENOENT);
	assert_int_equal(isle_schema_keys(&out), 0);
	assert_non_null(strstr(out.s, "\nuplink\n"));
}

static void test_json(void **state)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	json_error_t error;
	json_t *json;

	(void)state;
	assert_int_equal(isle_schema_json(&out), 0);
	json = json_loads(out.s, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(json);
	json_t *defs = json_object_get(json, "$defs");
	/* every reference has its definition */
	for (const char *p = out.s; (p = strstr(p, "#/$defs/")); p++) {
		size_t n = strcspn(p + 8, "\"");
		char name[64];
		assert_in_range(n, 1, 63);
		snprintf(name, sizeof(name), "%.*s", (int)n, p + 8);
		assert_non_null(json_object_get(defs, name));
	}
	assert_null(json_object_get(json_object_get(json, "properties"), "test"));
	json_decref(json);
}

static void test_no_memory(void **state)
{
	(void)state;
	for (unsigned long k = 1;; k++) {
		isle_auto(buf) struct isle_buf out = { 0 };
		fault_at(k);
		int rc = isle_schema_json(&out);
		bool hit = fault_hit();
		fault_at(0);
		if (!hit)
			break;
		assert_int_equal(rc, -ENOMEM);
	}
}

UNIT_MAIN(T(test_tables), T(test_names), T(test_ranges), T(test_attach), T(test_explain), T(test_json), T(test_no_memory))
