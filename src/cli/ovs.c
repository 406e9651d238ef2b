/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ovs`: ovs-vsctl's words. Columns of a port behind its name, and
 * "-- set interface PORT type=…", which the tutorials write after add-port.
 */
#include "cli/cli.h"

enum { TRUNKS_MAX = 64 };

static int open_db(struct cli *c, struct isle_ovs **ret)
{
	if (c->opt[OPT_LAB] && c->opt[OPT_DB])
		return cli_wrong(c, "--lab and --db exclude each other");
	if (c->opt[OPT_LAB])
		return isle_ovs_open_lab(c->opt[OPT_LAB], ret, c->diag) ? CLI_FAILED : 0;
	return isle_ovs_open(c->opt[OPT_DB], ret, c->diag) ? CLI_FAILED : 0;
}

static int done(struct isle_ovs *ovs, int r)
{
	isle_ovs_close(ovs);
	return r ? CLI_FAILED : 0;
}

static bool parse_id(const char *s, size_t n, uint16_t *ret)
{
	uint64_t id;

	if (!isle_str_u64(s, n, &id) || id > 4094)
		return false;
	*ret = (uint16_t)id;
	return true;
}

/* "10,20" or "[10,20]" */
static bool parse_trunks(const char *s, uint16_t ids[TRUNKS_MAX], size_t *ret_n)
{
	s += *s == '[';
	for (*ret_n = 0; *s && *s != ']';) {
		size_t n = strcspn(s, ",]");

		if (*ret_n == TRUNKS_MAX || !parse_id(s, n, &ids[*ret_n]))
			return false;
		++*ret_n;
		s += n + (s[n] == ',');
	}
	return *ret_n > 0;
}

static int set_column(struct cli *c, const char *text, struct isle_ovs_port *o, uint16_t ids[TRUNKS_MAX])
{
	if (!strncmp(text, "tag=", 4) && parse_id(text + 4, strlen(text + 4), &o->tag))
		return 0;
	if (!strncmp(text, "trunks=", 7) && parse_trunks(text + 7, ids, &o->n_trunks)) {
		o->trunks = ids;
		return 0;
	}
	if (!strncmp(text, "type=", 5))
		return o->type = text + 5, 0;
	if (!strncmp(text, "options:peer=", 13))
		return o->peer = text + 13, 0;
	return cli_wrong(c, "'%s' is none of tag=ID, trunks=ID,…, type=TYPE, options:peer=PORT", text);
}

static int set_interface(struct cli *c, struct isle_ovs_port *o, uint16_t ids[TRUNKS_MAX])
{
	int r = 0;

	if (!c->rest)
		return 0;
	if (!c->rest[0] || strcmp(c->rest[0], "set") || !c->rest[1] || strcasecmp(c->rest[1], "interface") || !c->rest[2] ||
	    strcmp(c->rest[2], c->args[1]))
		return cli_wrong(c, "after -- comes: set interface %s type=…", c->args[1]);
	for (char **p = c->rest + 3; !r && *p; p++)
		r = set_column(c, *p, o, ids);
	return r;
}

int cmd_ovs_add_br(struct cli *c)
{
	struct isle_ovs *ovs;
	int r = open_db(c, &ovs);

	return r ? r : done(ovs, isle_ovs_add_bridge(ovs, c->args[0], c->opt[OPT_DATAPATH] ? c->opt[OPT_DATAPATH] : "", c->diag));
}

int cmd_ovs_del_br(struct cli *c)
{
	struct isle_ovs *ovs;
	int r = open_db(c, &ovs);

	return r ? r : done(ovs, isle_ovs_delete_bridge(ovs, c->args[0], c->diag));
}

int cmd_ovs_add_port(struct cli *c)
{
	struct isle_ovs_port o = { 0 };
	uint16_t ids[TRUNKS_MAX];
	struct isle_ovs *ovs;
	int r = set_interface(c, &o, ids);

	for (int i = 2; !r && i < c->n_args; i++)
		r = set_column(c, c->args[i], &o, ids);
	if (!r)
		r = open_db(c, &ovs);
	return r ? r : done(ovs, isle_ovs_add_port(ovs, c->args[0], c->args[1], &o, c->diag));
}

int cmd_ovs_del_port(struct cli *c)
{
	struct isle_ovs *ovs;
	const bool both = c->n_args == 2;
	int r = open_db(c, &ovs);

	return r ? r : done(ovs, isle_ovs_delete_port(ovs, both ? c->args[0] : NULL, c->args[both], c->diag));
}

static void print(const char *name, void *arg)
{
	(void)arg;
	printf("%s\n", name);
}

static void collect(const char *name, void *list)
{
	json_array_append_new(list, json_string(name));
}

static int list(struct cli *c, const char *bridge, const char *key)
{
	struct isle_ovs *ovs;
	json_t *names;
	int r = open_db(c, &ovs);

	if (r || !c->json)
		return r ? r : done(ovs, isle_ovs_list(ovs, bridge, print, NULL, c->diag));
	names = json_array();
	r = done(ovs, isle_ovs_list(ovs, bridge, collect, names, c->diag));
	if (!r)
		return cli_json(c, json_pack("{s:o}", key, names));
	json_decref(names);
	return r;
}

int cmd_ovs_list_br(struct cli *c)
{
	return list(c, NULL, "bridges");
}

int cmd_ovs_list_ports(struct cli *c)
{
	return list(c, c->args[0], "ports");
}

static int show_json(struct cli *c, struct isle_ovs *ovs)
{
	json_t *names = json_array(), *bridges = json_array();
	int r = isle_ovs_list(ovs, NULL, collect, names, c->diag);

	for (size_t i = 0; !r && i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		json_t *ports = json_array();

		r = isle_ovs_list(ovs, name, collect, ports, c->diag);
		json_array_append_new(bridges, json_pack("{s:s, s:o}", "name", name, "ports", ports));
	}
	json_decref(names);
	isle_ovs_close(ovs);
	if (!r)
		return cli_json(c, json_pack("{s:o}", "bridges", bridges));
	json_decref(bridges);
	return CLI_FAILED;
}

int cmd_ovs_show(struct cli *c)
{
	struct isle_ovs *ovs;
	char *text = NULL;
	int r = open_db(c, &ovs);

	if (r)
		return r;
	if (c->json)
		return show_json(c, ovs);
	r = isle_ovs_show(ovs, &text, c->diag);
	if (!r)
		fputs(text, stdout);
	free(text);
	return done(ovs, r);
}
