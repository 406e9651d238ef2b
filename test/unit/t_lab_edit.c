/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: edits of a lab: the text that they are made on is the same lab; each
 * edit as what it makes different in the long form; what is refused, and how.
 */
#include "lab_help.h"
#include "lab/edit.h"

#define GOLDEN "test/unit/golden/edits.txt"

static const char office[] =
	"lab: office\n"
	"networks:\n"
	"  lan: {subnet: 10.0.1.0/24, gateway: gw, hosts: [gw, a, b]}\n"
	"  dmz: {subnet: 10.0.2.0/24, hosts: [gw, web]}\n"
	"  far: {hosts: [x]}\n"
	"links: [a -- web, lan -- far, c:p1 -- d, c:p2 -- d]\n"
	"hosts:\n"
	"  web: {routes: {lan: gw}, sysctl: {net.ipv4.conf.eth1.rp_filter: 1}}\n"
	"  gw: {uplink: {kind: nat, subnet: 10.7.0.0/30}}\n"
	"  e: {}\n";

static struct isle_edit *begin(const struct isle_lab *lab)
{
	struct isle_edit *e = NULL;

	assert_int_equal(isle_edit_new(lab, &e, NULL), 0);
	return e;
}

static struct isle_lab *finish(struct isle_edit *e)
{
	struct isle_diag *d = isle_diag_new();
	struct isle_lab *lab = NULL;
	int r = isle_edit_finish(e, "do that", &lab, d);

	for (const struct isle_diag_rec *i = isle_diag_first(d); i; i = i->next)
		print_message("%s\n", i->msg);
	assert_int_equal(r, 0);
	isle_diag_free(d);
	isle_edit_free(e);
	return lab;
}

/* What differs in the long forms. */
static char *diff(const struct isle_lab *a, const struct isle_lab *b)
{
	char *x = lab_full(a), *y = lab_full(b);
	struct isle_buf out = { 0 };

	assert_int_equal(isle_diff(x, y, 0, &out), 0);
	free(x);
	free(y);
	return isle_buf_steal(&out);
}

static void check_same(const char *text)
{
	struct isle_lab *lab = lab_load(text), *again = finish(begin(lab)), *third;
	char *was = lab_dump(lab), *is = lab_dump(again), *d = diff(lab, again);

	assert_string_equal(d, "");
	assert_string_equal(was, is);
	third = finish(begin(again));
	assert_string_equal(again->source.text, third->source.text);
	free(was);
	free(is);
	free(d);
	isle_lab_free(lab);
	isle_lab_free(again);
	isle_lab_free(third);
}

static void test_same(void **state)
{
	static const char *const labs[] = {
		"links: [a -- b]",
		"hosts: {a: }",
		"networks: {lan: {subnet: [10.0.0.0/24, \"fd00::/64\"], hosts: [a none, b .7 ::9 fd00::8]}}",
		"links: [a none -- b 10.0.0.1/24, a 10.0.1.1/24 -- c, d -- e: {subnet: none}]",
		"links: [a -- b, a -- lan, {a -- c: {state: down, mtu: 1400}}, br -- lan, a:x1 -- br, d -- lan]\n"
		"networks: {lan: {hosts: [c, b]}, br: {hosts: [b:y]}}\n"
		"hosts: {c: {net: br}, z: {interfaces: {w: {net: br .9, state: down}}}}",
		"networks: {lan: {gateway: g, hosts: [a, g, b]}, dmz: {gateway: h, hosts: [h, b]}}\n"
		"hosts: {b: {routes: {default: none}}, a: {routes: {default: {via: g, table: 100}}}}",
		"networks: {lan: {subnet: 10.0.0.0/24, gateway: 10.0.0.1, hosts: [a, b, c .9]}}\n"
		"hosts: {a: {routes: {default: {via: 10.0.0.9, metric: 7}, 10.5.0.0/16: [b, c]}}, c: {forward: true}}",
		"hosts: {a: {uplink: nat, dns: [\"::1\", 9.9.9.9]}, b: {uplink: {kind: nat, subnet: [10.0.0.0/24, \"fd00::/64\"]}},\n"
		"        d: {uplink: nat, interfaces: {uplink: {state: down, mtu: 1400, mac: \"02:00:00:00:00:09\"}}}}",
		"networks: {n1: {hosts: ['a:\"q', 'b:~', 'c:#', 'd:-', 'e:*x', 'f:{', 'g:1e3', 'h:\\', 'i:é']}}",
		"routing: static\nlinks: [r1..4 -- r2..5]\nnetworks: {l: {hosts: [r1, r5, c]}}\n"
		"defaults: {hosts: {forward: true}}\nhosts: {r5: {uplink: nat}, c: {forward: false}}\n",
		"networks: {p3f1c9d: {hosts: [a]}, b: {hosts: [a]}}\nlinks: [p3f1c9d -- b, {b -- p3f1c9d: {state: down}}]",
		"pool: [10.0.0.0/8, \"fd00::/32\"]\nnetworks: {a: {hosts: [x, y]}, b: {hosts: [x]}}\nlinks: [x -- y, a -- c]",
		"links: [a -- b, {a:v 10.3.0.1/24 -- tap: {user: 7}}, tap:vm -- b,\n"
		"  {\"a 10.9.0.1/24 -- wireguard:[2001:db8::7]:99\":\n"
		"    {public-key: HVIZhr00Z0U1GTbaml9kFTETFadxjjqJF3AmxoFI3DY=, allowed-ips: [10.9.0.0/24, \"fd00::/64\"], persistent-keepalive: 9}},\n"
		"  {b -- wireguard:none: {public-key: HVIZhr00Z0U1GTbaml9kFTETFadxjjqJF3AmxoFI3DY=, allowed-ips: 10.9.0.0/24, state: down}}]\n"
		"hosts: {m: {attach: host, net: lan}}\nnetworks: {lan: {hosts: b}}",
	};

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(labs); i++)
		check_same(labs[i]);
}

/* "connect b e:x 10.0.0.1/24 mtu=1400" and so on, as the command line has them. */
static int edit(struct isle_edit *e, const char *line, struct isle_diag *d)
{
	static char buf[512], *word[16];
	struct isle_edit_end end[8] = { { 0 } };
	struct isle_key_value o[8];
	const char *addrs[8][4];
	size_t n_ends = 0, n_options = 0, n = 0;
	char *save;

	snprintf(buf, sizeof(buf), "%s", line);
	for (char *w = strtok_r(buf, " ", &save); w; w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	for (size_t i = 1; i < n; i++) {
		char *eq = strchr(word[i], '='), *colon = strchr(word[i], ':');

		if (eq) {
			*eq = '\0';
			o[n_options++] = (struct isle_key_value){ *word[i] ? word[i] : NULL, eq + 1 };
		} else if (n_ends && (word[i][0] == '.' || strchr(word[i], '/') || !strcmp(word[i], "none"))) {
			struct isle_edit_end *last = &end[n_ends - 1];

			last->addrs = addrs[n_ends - 1];
			addrs[n_ends - 1][last->n_addrs++] = word[i];
		} else {
			end[n_ends].name = word[i];
			end[n_ends].ifname = colon ? colon + 1 : NULL;
			if (colon)
				*colon = '\0';
			n_ends++;
		}
	}
	if (!strcmp(word[0], "connect"))
		return isle_edit_connect(e, end, o, n_options, d);
	if (!strcmp(word[0], "interface")) {
		char name[IFNAMSIZ];

		return isle_edit_interface(e, &end[0], isle_link_kind_find(end[1].name), n_ends > 2 ? &end[2] : NULL, o, n_options, name, d);
	}
	if (!strcmp(word[0], "disconnect"))
		return isle_edit_disconnect(e, &end[0], n_ends > 1 ? &end[1] : NULL, d);
	if (!strcmp(word[0], "up") || !strcmp(word[0], "down"))
		return isle_edit_link_state(e, &end[0], &end[1], !strcmp(word[0], "up"), d);
	if (!strcmp(word[0], "host-add"))
		return isle_edit_host_add(e, end[0].name, o, n_options, d);
	if (!strcmp(word[0], "host-rm"))
		return isle_edit_host_remove(e, end[0].name, d);
	if (!strcmp(word[0], "addr-add"))
		return isle_edit_address_add(e, &end[0], end[0].addrs[0], d);
	if (!strcmp(word[0], "addr-del"))
		return isle_edit_address_remove(e, &end[0], end[0].addrs[0], d);
	if (!strcmp(word[0], "route-add"))
		return isle_edit_route_add(e, end[0].name, end[0].n_addrs ? end[0].addrs[0] : end[1].name, o, n_options, d);
	if (!strcmp(word[0], "route-del"))
		return isle_edit_route_remove(e, end[0].name, end[0].n_addrs ? end[0].addrs[0] : end[1].name, d);
	if (!strcmp(word[0], "uplink-add"))
		return isle_edit_uplink_add(e, end[0].name, end[0].addrs, end[0].n_addrs, d);
	if (!strcmp(word[0], "uplink-del"))
		return isle_edit_uplink_remove(e, end[0].name, d);
	return isle_edit_set(e, &end[0], o, n_options, d);
}

/* What LINE makes different in the long form of office; or what is said against it. */
static char *outcome(const char *line)
{
	struct isle_lab *lab = lab_load(office), *after = NULL;
	struct isle_diag *d = isle_diag_new();
	struct isle_edit *e = begin(lab);
	const struct isle_diag_rec *rec;
	char *got = NULL;
	int r = edit(e, line, d);

	if (!r)
		r = isle_edit_finish(e, "no", &after, d);
	rec = isle_diag_first(d);
	if (!r)
		got = diff(lab, after);
	else if (!rec || asprintf(&got, "%s%s%s\n", rec->msg, rec->hint ? "; " : "", rec->hint ? rec->hint : "") < 0)
		fail();
	isle_edit_free(e);
	isle_diag_free(d);
	isle_lab_free(lab);
	isle_lab_free(after);
	return got;
}

/* The file has "== LINE" and then what comes of it, for each. UPDATE=1 writes it: read it before it is committed. */
static void test_edits(void **state)
{
	static char was[1 << 17];
	struct isle_buf is = { 0 };
	FILE *f = fopen(GOLDEN, "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(was, 1, sizeof(was) - 1, f);
	fclose(f);
	for (char *p = was; p && p < was + n; p = strstr(p, "\n== "), p += p != NULL) {
		isle_auto(free) char *line = strndup(p + 3, strcspn(p + 3, "\n")), *got = outcome(line);

		isle_buf_printf(&is, "== %s\n%s", line, got);
	}
	if (getenv("UPDATE")) {
		f = fopen(GOLDEN, "w");
		assert_non_null(f);
		fputs(is.s, f);
		fclose(f);
	} else {
		assert_string_equal(is.s, was);
	}
	isle_buf_done(&is);
}

/* Memory that runs out while the tree is changed: libfyaml does not look at what malloc() says. */
static void test_memory(void **state)
{
	static const char *const lines[] = { "connect b 10.9.0.1/24 e mtu=1400", "disconnect web", "addr-del b 10.0.1.3/24",
					     "set b forward=true", "route-add b 10.50.0.0/16 via=10.0.1.2", "down lan far",
					     "interface b 10.9.0.1/24 tap user=7" };
	struct isle_lab *lab = lab_load(office);

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(lines); i++)
		for (bool hit = true; hit;) {
			static unsigned long at;
			struct isle_edit *e = begin(lab);
			struct isle_buf text = { 0 };
			int r;

			fault_at(++at);
			r = edit(e, lines[i], NULL);
			if (!r)
				r = isle_edit_text(e, &text);
			hit = fault_hit();
			fault_at(0);
			at = hit ? at : 0;
			assert_int_equal(r, hit ? -ENOMEM : 0);
			isle_buf_done(&text);
			isle_edit_free(e);
		}
	isle_lab_free(lab);
}

UNIT_MAIN(T(test_same), T(test_edits), T(test_memory))
