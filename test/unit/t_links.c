/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the tables of kinds of interfaces: every row of every kind is whole, and
 * what goes into a request by it comes out of it again.
 */
#include "unit.h"
#include "links/links.h"

enum { MAX = 64 };

struct made { uint8_t buf[2048]; struct isle_nlmsg m; const struct nlattr *data; };

static void make(struct made *made, const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n)
{
	isle_nlmsg_init(&made->m, made->buf, sizeof(made->buf));
	size_t data = isle_nlmsg_nest(&made->m, IFLA_INFO_DATA);
	isle_link_put(&made->m, kind->options, kind->n, v, n);
	isle_nlmsg_unnest(&made->m, data);
	assert_false(made->m.bad);
	made->data = (const struct nlattr *)made->buf;
}

/* What comes back for the option O; the test fails if nothing does. */
static struct isle_link_value get(const struct isle_link_kind *kind, const struct made *made, const struct isle_option *o)
{
	struct isle_link_value got[MAX];
	size_t n = isle_link_get(kind, made->data, got, MAX);

	for (size_t i = 0; i < n; i++)
		if (got[i].option == o)
			return got[i];
	fail_msg("%s: %s does not come back", kind->name, o->name);
	return got[0];
}

static void go_round(const struct isle_link_kind *kind, const struct isle_link_value *v)
{
	struct made made;

	make(&made, kind, v, 1);
	struct isle_link_value back = get(kind, &made, v->option);
	if (!isle_link_value_equal(v, &back))
		fail_msg("%s: %s comes back as another value", kind->name, v->option->name);
}

static void number_round(const struct isle_link_kind *kind, const struct isle_option *o)
{
	const uint64_t numbers[] = { o->min, o->max, (o->min + o->max) / 2 };

	for (size_t i = 0; i < ISLE_COUNT(numbers); i++) {
		const struct isle_link_value v = { .option = o, .n = numbers[i] };

		go_round(kind, &v);
	}
}

static void ip_round(const struct isle_link_kind *kind, const struct isle_option *o)
{
	static const struct { const char *one, *group; } texts[] = { { "192.0.2.7", "239.1.2.3" }, { "2001:db8::7", "ff05::7" } };

	for (size_t i = 0; i < 2; i++) {
		const char *s = o->flags & ISLE_OPTION_MULTICAST ? texts[i].group : texts[i].one;
		struct isle_link_value v = { .option = o };

		if (!(i ? o->attr6 : o->attr))
			continue;
		assert_true(isle_ip_parse(s, strlen(s), &v.ip, &(bool){ false }));
		go_round(kind, &v);
	}
}

static void row_round(const struct isle_link_kind *kind, const struct isle_option *o)
{
	struct isle_link_value v = { .option = o, .b = { 2, 1, 2, 3, 4, 5 } };

	switch (o->type) {
	case ISLE_OPTION_NUMBER: number_round(kind, o); break;
	case ISLE_OPTION_IP: ip_round(kind, o); break;
	case ISLE_OPTION_BOOL:
		for (v.n = 0; v.n < 2; v.n++)
			go_round(kind, &v);
		break;
	case ISLE_OPTION_WORD:
		for (const struct isle_option_word *w = o->words; w->name; w++) {
			v.n = w->value;
			go_round(kind, &v);
		}
		break;
	case ISLE_OPTION_LINK:
		v.n = 4711;
		go_round(kind, &v);
		break;
	case ISLE_OPTION_MAC:
	case ISLE_OPTION_KEY: go_round(kind, &v); break;
	}
}

static void what_is_put_comes_back(void **state)
{
	const struct isle_link_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++)
		for (size_t k = 0; k < kind->n; k++)
			/* by generic netlink, not with the link */
			if (strcmp(kind->name, "wireguard") != 0)
				row_round(kind, &kind->options[k]);
	for (size_t k = 0; k < isle_link_bridge_port.n; k++)
		row_round(&isle_link_bridge_port, &isle_link_bridge_port.options[k]);
}

static void bits_of_one_attribute_gather(void **state)
{
	const struct isle_link_kind *kind = isle_link_kind_find("gre");
	const struct isle_option *key = isle_link_option(kind, "key"), *seq = isle_link_option(kind, "seq"),
				 *csum = isle_link_option(kind, "csum");
	const struct isle_link_value v[] = { { .option = key, .n = 0 }, { .option = csum, .n = 1 } };
	struct made made;

	(void)state;
	make(&made, kind, v, 2);
	/* a key of 0 is a key */
	assert_int_equal(get(kind, &made, key).n, 0);
	assert_int_equal(get(kind, &made, csum).n, 1);
	assert_int_equal(get(kind, &made, seq).n, 0);
}

static uint64_t widest(const struct isle_option *o)
{
	switch (o->wire) {
	case ISLE_WIRE_U8: return UINT8_MAX;
	case ISLE_WIRE_U16:
	case ISLE_WIRE_BE16: return UINT16_MAX;
	default: return UINT32_MAX;
	}
}

static void check_words(const struct isle_option *o)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	struct isle_arena *a = isle_arena_new();
	struct isle_link_wrong wrong;
	struct isle_link_value v;

	for (const struct isle_option_word *w = o->words; w && w->name; w++) {
		assert_true(w->value <= widest(o));
		assert_int_equal(isle_link_parse(a, o, w->name, strlen(w->name), &v, &wrong), 0);
		assert_int_equal(v.n, w->value);
		out.n = 0;
		isle_link_print(&v, &out);
		assert_string_equal(out.s, w->name);
	}
	isle_arena_free(a);
}

static void check_row(const struct isle_option *o)
{
	assert_true(o->help && strlen(o->help) <= 60 && o->help[strlen(o->help) - 1] != '.');
	assert_true(o->dflt || o->flags & ISLE_OPTION_REQUIRED || o->type >= ISLE_OPTION_MAC);
	assert_true(o->min <= o->max);
	assert_true(o->max <= widest(o));
	assert_true(o->dflt_n <= widest(o));
	assert_true(!(o->flags & ISLE_OPTION_SEND) || o->dflt);
	assert_true((o->type == ISLE_OPTION_WORD) <= (o->words != NULL));
	assert_true((o->type == ISLE_OPTION_IP) == (o->wire == ISLE_WIRE_IP));
	assert_true((o->wire == ISLE_WIRE_MASKED || o->wire == ISLE_WIRE_BITS || o->wire == ISLE_WIRE_GRE) == (o->bit != 0));
	check_words(o);
}

static void rows_are_whole(void **state)
{
	const struct isle_link_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++) {
		assert_ptr_equal(isle_link_kind_find(kind->name), kind);
		assert_true(kind->n <= ISLE_LINK_OPTIONS);
		assert_true(kind->help && strlen(kind->help) <= 60 && kind->what);
		assert_true(kind->is_nic || (kind->config && kind->module));	/* a NIC is made by nobody */
		for (size_t k = 0; k < kind->n; k++) {
			check_row(&kind->options[k]);
			assert_ptr_equal(isle_link_option(kind, kind->options[k].name), &kind->options[k]);
		}
	}
	check_row(&isle_link_preshared_key);
	for (size_t k = 0; k < isle_link_bridge_port.n; k++)
		check_row(&isle_link_bridge_port.options[k]);
}

static void keys_are_each_once(void **state)
{
	const struct isle_link_kind *kind;
	const struct isle_option *o, *other;

	(void)state;
	for (size_t i = 0; (o = isle_link_key_at(i, &kind)); i++) {
		assert_ptr_equal(isle_link_option(kind, o->name), o);
		for (size_t k = 0; k < i; k++) {
			other = isle_link_key_at(k, &kind);
			assert_string_not_equal(other->name, o->name);
		}
	}
}

static void expect(const char *kind, const char *option, const char *text, const char *why, const char *hint)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_link_wrong wrong;
	struct isle_link_value v;
	int r = isle_link_parse(a, isle_link_option(isle_link_kind_find(kind), option), text, strlen(text), &v, &wrong);

	assert_int_equal(r, why ? -EINVAL : 0);
	assert_string_equal(wrong.why, why ? why : "");
	assert_string_equal(wrong.hint, hint);
	isle_arena_free(a);
}

static void wrong_values_say_what_was_meant(void **state)
{
	(void)state;
	expect("vlan", "id", "4095", "is from 0 to 4094, not '4095'", "");
	expect("vlan", "id", "0x10", "is from 0 to 4094, not '0x10'", "");
	expect("vlan", "id", "4094", NULL, "");
	expect("macvlan", "mode", "brigde", "is bridge, private, vepa or passthru, not 'brigde'", "did you mean 'bridge'?");
	expect("vlan", "gvrp", "yes", "is true or false, not 'yes'", "true?");
	expect("vxlan", "ttl", "inherit", "is from 0 to 255, or auto, not 'inherit'", "");
	expect("vxlan", "remote", "239.0.0.1", "is one host's address, and '239.0.0.1' is a multicast group", "");
	expect("vxlan", "group", "10.0.0.1", "is a multicast group, not '10.0.0.1'", "such as 239.0.0.1");
	expect("vxlan", "remote", "10.0.0.1/24", "is an address, not '10.0.0.1/24'", "leave the length out");
	expect("gre", "remote", "fd00::1", "is an IPv4 address, not 'fd00::1'", "");
	expect("wireguard", "private-key", "c2VjcmV0", "is a key of 44 characters in base64, and this is none",
	       "`wg genkey` makes one; a file is written /PATH or ./PATH");
}

static void a_key_is_its_text(void **state)
{
	static const char text[] = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
	char again[ISLE_LINK_KEY_TEXT];
	uint8_t key[32];

	(void)state;
	assert_true(isle_link_key_parse(text, strlen(text), key));
	assert_string_equal(isle_link_key_text(key, again), text);
	assert_false(isle_link_key_parse(text, strlen(text) - 1, key));
	/* more bits than 32 bytes have */
	assert_false(isle_link_key_parse("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBml=", 44, key));
}

static void a_secret_is_not_printed(void **state)
{
	const struct isle_link_kind *kind = isle_link_kind_find("wireguard");
	const struct isle_link_value v = { .option = isle_link_option(kind, "private-key"), .b = { 1 } };
	isle_auto(buf) struct isle_buf out = { 0 }, ip = { 0 };

	(void)state;
	isle_link_print(&v, &out);
	assert_string_equal(out.s, "(hidden)");
	isle_link_print_ip(&v, &ip);
	assert_null(ip.s);
}

static void words_of_ip(void **state)
{
	const struct isle_link_kind *kind = isle_link_kind_find("vxlan");
	struct isle_link_value v = { .option = isle_link_option(kind, "learning") };
	isle_auto(buf) struct isle_buf out = { 0 };

	(void)state;
	isle_link_print_ip(&v, &out);
	v = (struct isle_link_value){ .option = isle_link_option(kind, "id"), .n = 42 };
	isle_link_print_ip(&v, &out);
	v = (struct isle_link_value){ .option = isle_link_option(isle_link_kind_find("ipvlan"), "flags"), .n = 1 };
	isle_link_print_ip(&v, &out);
	assert_string_equal(out.s, " nolearning id 42 private");
}

UNIT_MAIN(T(what_is_put_comes_back), T(bits_of_one_attribute_gather), T(rows_are_whole), T(keys_are_each_once),
	  T(wrong_values_say_what_was_meant), T(a_key_is_its_text), T(a_secret_is_not_printed), T(words_of_ip))
