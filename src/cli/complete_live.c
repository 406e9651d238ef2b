/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: completion of what the commands that change live networks take: places
 * and their interfaces, kinds, KEY=VALUE, switches and their ports. Keys and
 * their values are those of the schema, options of a kind those that `isle
 * explain` lists: nothing is written down a second time.
 */
#include <limits.h>
#include <net/if.h>
#include "cli/cli.h"

struct asked {
	const char *prefix;
	const char *of;		/* of ports: their bridge. Of networks: what stands before their names */
};

static void words(const char *const *list, const char *prefix)
{
	for (; *list; list++)
		cli_complete_word(*list, NULL, prefix);
}

/* Interfaces of this namespace, after BEFORE. */
static void own_interfaces(const char *before, const char *prefix)
{
	struct if_nameindex *list = if_nameindex();
	char word[PATH_MAX];

	for (struct if_nameindex *i = list; i && i->if_name; i++) {
		snprintf(word, sizeof(word), "%s%s", before, i->if_name);
		cli_complete_word(word, "interface", prefix);
	}
	if (list)
		if_freenameindex(list);
}

/* Those of what REF names. This process stays there: nothing else is asked after it. */
static void interfaces(const char *ref, const char *before, const char *prefix)
{
	struct isle_ns_set set;

	if (isle_ns_open_to_enter(ref, ISLE_NS_BIT(ISLE_NS_NET), &set, NULL) < 0)
		return;
	if (isle_ns_enter(&set, NULL) == 0)
		own_interfaces(before, prefix);
	isle_ns_set_close(&set);
}

static void networks_of(const char *lab, void *arg)
{
	const struct asked *a = arg;
	struct isle_live *live;
	char word[128];

	if (isle_live_open(lab, &live, NULL) < 0)
		return;
	for (size_t i = 0; i < isle_lab_n_networks(isle_live_lab(live)); i++) {
		snprintf(word, sizeof(word), "%s%s", a->of, isle_network_name(isle_lab_network_at(isle_live_lab(live), i)));
		cli_complete_word(word, "network of a lab", a->prefix);
	}
	isle_live_close(live);
}

static void networks(const char *before, const char *prefix)
{
	struct asked a = { prefix, before };

	isle_each_lab_name(networks_of, &a, NULL);
}

/* A bridge, or of the one that was asked for its ports. */
static void bridge(const struct isle_bridge_info *b, void *arg)
{
	const struct asked *a = arg;

	if (!a->of)
		cli_complete_word(b->name, "bridge", a->prefix);
	for (size_t i = 0; a->of && !strcmp(a->of, b->name) && i < b->n_ports; i++)
		cli_complete_word(b->ports[i], "port", a->prefix);
}

static void bridges(const char *of, const char *prefix)
{
	struct asked a = { prefix, of };

	isle_each_bridge(bridge, &a, NULL);
}

/* ANY: of the machine's interfaces not just bridges. */
static void place_of(const char *prefix, bool any)
{
	const char *colon = strrchr(prefix, ':');
	char ref[PATH_MAX], before[PATH_MAX + 1];

	cli_complete_refs(prefix, ~0u);
	if (!colon) {
		networks("", prefix);
		if (any)
			own_interfaces("", prefix);
		else
			bridges(NULL, prefix);
		return;
	}
	snprintf(ref, sizeof(ref), "%.*s", (int)(colon - prefix), prefix);
	snprintf(before, sizeof(before), "%s:", ref);
	interfaces(ref, before, prefix);
}

static void place(const char *prefix)
{
	place_of(prefix, false);
}

/* ---- keys of the lab file */

static json_t *schema(void)
{
	isle_auto(free) char *text = NULL;

	return isle_schema(&text, NULL) < 0 ? NULL : json_loads(text, 0, NULL);
}

static json_t *definition(json_t *root, const char *name)
{
	return json_object_get(json_object_get(root, "$defs"), name);
}

/* The words that a value can be. DEPTH: definitions lead to each other. */
static void values(json_t *root, json_t *of, const char *key, const char *prefix, int depth)
{
	const char *ref = json_string_value(json_object_get(of, "$ref")), *type = json_string_value(json_object_get(of, "type"));
	char word[128];
	json_t *item;
	size_t i;

	if (!of || depth > 4)
		return;
	json_array_foreach(json_object_get(of, "enum"), i, item) {
		snprintf(word, sizeof(word), "%s=%s", key, json_string_value(item) ? json_string_value(item) : "");
		cli_complete_word(word, NULL, prefix);
	}
	for (i = 0; type && !strcmp(type, "boolean") && i < 2; i++) {
		snprintf(word, sizeof(word), "%s=%s", key, i ? "false" : "true");
		cli_complete_word(word, NULL, prefix);
	}
	json_array_foreach(json_object_get(of, "anyOf"), i, item)
		values(root, item, key, prefix, depth + 1);
	if (ref && strrchr(ref, '/'))
		values(root, definition(root, strrchr(ref, '/') + 1), key, prefix, depth + 1);
}

/* "KEY=" of a section of the lab file, or of a word that has its "=" the values. ONLY NULL: all of them. */
static void keys(const char *section, const char *const *only, const char *prefix)
{
	json_t *root = schema(), *of, *all = json_object_get(definition(root, section), "properties");
	char word[128];
	const char *key;

	json_object_foreach(all, key, of) {
		bool wanted = !only;

		for (const char *const *o = only; o && *o; o++)
			wanted |= !strcmp(*o, key);
		snprintf(word, sizeof(word), "%s=", key);
		if (wanted && !strncmp(prefix, word, strlen(word)))
			values(root, of, key, prefix, 0);
		else if (wanted)
			cli_complete_word(word, json_string_value(json_object_get(of, "description")), prefix);
	}
	json_decref(root);
}

static void kinds(const char *section, const char *prefix)
{
	json_t *root = schema(), *kind;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(json_object_get(definition(root, section), "properties"), "kind"), "enum"), i, kind)
		cli_complete_word(json_string_value(kind), "kind of link", prefix);
	json_decref(root);
}

/* One row of what `isle explain KIND` lists: its name, and behind blanks what it means. */
static void option(const char *row, const char *prefix)
{
	const size_t n = strcspn(row, " ");
	const char *help = row + n + strspn(row + n, " ");
	char word[128];

	snprintf(word, sizeof(word), "%.*s=", (int)n, row);
	cli_complete_word(word, help, prefix);
	if (strncmp(prefix, word, n + 1) || (!strstr(help, "without it: true") && !strstr(help, "without it: false")))
		return;
	for (int i = 0; i < 2; i++) {
		snprintf(word, sizeof(word), "%.*s=%s", (int)n, row, i ? "false" : "true");
		cli_complete_word(word, NULL, prefix);
	}
}

static void options(const char *kind, const char *prefix)
{
	isle_auto(free) char *text = NULL;
	bool listed = false;
	char *line, *rest;

	if (isle_explain(kind, &text, NULL) < 0)
		return;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		listed &= strncmp(line, "  the kernel's", 14) != 0;
		if (listed)
			option(line + 2, prefix);
		listed |= !strcmp(line, "  options:");
	}
}

/* ---- one function for each command that has more than names */

static void wire(const char *const *args, int n, const char *prefix)
{
	static const char *const any[] = { "mtu", "state", "subnet", "access", "trunk", "native", "port", NULL };
	static const char *const on_one[] = { "macvlan", "macvtap", "ipvlan", "vlan", NULL };

	if (n < 2) {
		place_of(prefix, n == 1);
		return;
	}
	if (n > 2 && !strchr(args[2], '='))
		options(args[2], prefix);
	keys("link", any, prefix);
	if (n > 2)
		return;
	kinds("link", prefix);
	words(on_one, prefix);
}

static void link_add(const char *const *args, int n, const char *prefix)
{
	static const char *const any[] = { "mtu", "mac", "state", "link", "master", NULL };

	if (n == 0)
		place(prefix);
	else if (n == 1)
		kinds("interface", prefix);
	if (n < 2)
		return;
	options(args[1], prefix);
	keys("interface", any, prefix);
	for (const char *const *on = (const char *const[]){ "link=", "master=", "dev=", NULL }; *on; on++)
		if (!strncmp(prefix, *on, strlen(*on))) {
			char ref[PATH_MAX];

			snprintf(ref, sizeof(ref), "%.*s", (int)strcspn(args[0], ":"), args[0]);
			interfaces(ref, *on, prefix);
			return;
		}
}

static void host_add(const char *const *args, int n, const char *prefix)
{
	(void)args;
	if (!n)
		return;
	keys("host", NULL, prefix);
	networks("net=", prefix);
}

static void set(const char *const *args, int n, const char *prefix)
{
	if (n == 0) {
		place(prefix);
		return;
	}
	if (strchr(args[0], ':')) {
		keys("interface", NULL, prefix);
		return;
	}
	keys("host", NULL, prefix);
	cli_complete_word("sysctl.net.", "a parameter of its network", prefix);
	keys("network", NULL, prefix);
}

static void route(const char *const *args, int n, const char *prefix)
{
	static const char *const hops[] = { "blackhole", "unreachable", "prohibit", NULL };
	static const char *const more[] = { "via", "dev", "metric", "table", "src", "mtu", "onlink", NULL };

	(void)args;
	if (n == 0)
		place(prefix);
	if (n == 1) {
		cli_complete_word("default", NULL, prefix);
		networks("", prefix);
	}
	if (n == 2) {
		words(hops, prefix);
		cli_complete_refs(prefix, 1u << ISLE_REF_HOST);
	}
	if (n > 1)
		words(more, prefix);
}

static void route_del(const char *const *args, int n, const char *prefix)
{
	if (n < 2)
		route(args, n, prefix);
}

static void one_place(const char *const *args, int n, const char *prefix)
{
	(void)args;
	if (n == 0)
		place(prefix);
}

static void two_places(const char *const *args, int n, const char *prefix)
{
	(void)args;
	if (n < 2)
		place(prefix);
}

static void wait_for(const char *const *args, int n, const char *prefix)
{
	static const char *const what[] = { "tcp/", "udp/", "unix:", "file:", NULL };

	(void)args;
	if (n == 0)
		cli_complete_refs(prefix, ~0u);
	else if (n == 1)
		words(what, prefix);
}

static void switches(const char *const *args, int n, const char *prefix)
{
	(void)args;
	if (n == 0)
		bridges(NULL, prefix);
}

static void addif(const char *const *args, int n, const char *prefix)
{
	switches(args, n, prefix);
	if (n)
		own_interfaces("", prefix);
}

static void delif(const char *const *args, int n, const char *prefix)
{
	switches(args, n, prefix);
	if (n)
		bridges(args[0], prefix);
}

static void stp(const char *const *args, int n, const char *prefix)
{
	static const char *const on[] = { "on", "off", NULL };

	switches(args, n, prefix);
	if (n == 1)
		words(on, prefix);
}

bool cli_complete_live(const struct cli_command *cmd, const char *const *args, int n, const char *prefix)
{
	static const struct {
		const char *name;
		void (*fn)(const char *const *args, int n, const char *prefix);
	} rows[] = {
		{ "connect", wire }, { "disconnect", two_places }, { "link add", link_add }, { "link del", one_place },
		{ "link up", two_places }, { "link down", two_places }, { "host add", host_add }, { "addr add", one_place },
		{ "addr del", one_place }, { "route add", route }, { "route del", route_del }, { "set", set }, { "wait", wait_for },
		{ "bridge delbr", switches }, { "bridge addif", addif }, { "bridge delif", delif }, { "bridge show", switches },
		{ "bridge stp", stp },
	};

	for (size_t i = 0; i < ISLE_COUNT(rows); i++)
		if (!strcmp(rows[i].name, cmd->name)) {
			rows[i].fn(args, n, prefix);
			return true;
		}
	return false;
}
