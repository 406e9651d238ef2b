/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle bridge`: brctl's words, and its columns. */
#include <net/if.h>
#include "cli/cli.h"

struct shown { struct cli *cli; const char *only; bool headed; json_t *list; };

static void head(struct shown *s)
{
	if (!s->headed && !s->cli->json)
		printf("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n");
	s->headed = true;
}

static void show_json(const struct isle_bridge_info *b, struct shown *s, const char *id)
{
	json_t *ports = json_array();

	for (size_t i = 0; i < b->n_ports; i++)
		json_array_append_new(ports, json_string(b->ports[i]));
	json_array_append_new(s->list, json_pack("{s:s, s:s, s:b, s:o}", "name", b->name, "id", id, "stp", b->stp, "interfaces", ports));
}

static void show(const struct isle_bridge_info *b, void *arg)
{
	struct shown *s = arg;
	char id[18];

	if (s->only && strcmp(s->only, b->name))
		return;
	head(s);
	snprintf(id, sizeof(id), "%02x%02x.%02x%02x%02x%02x%02x%02x", b->id[0], b->id[1], b->id[2], b->id[3], b->id[4], b->id[5], b->id[6],
		 b->id[7]);
	if (s->cli->json) {
		show_json(b, s, id);
		return;
	}
	printf("%s\t\t%s\t%s\t\t", b->name, id, b->stp ? "yes" : "no");
	for (size_t i = 0; i < b->n_ports; i++)
		printf("%s%s\n", i ? "\t\t\t\t\t\t\t" : "", b->ports[i]);
	if (!b->n_ports)
		printf("\n");
}

int cmd_bridge_show(struct cli *c)
{
	struct shown s = { .cli = c, .only = c->args[0], .list = json_array() };
	int r;

	if (!s.only)
		head(&s);
	r = isle_each_bridge(show, &s, c->diag);
	if (!r && !s.headed) {
		isle_reject(c->diag, NULL, if_nametoindex(s.only) ? "device %s is not a bridge!" : "bridge %s does not exist!", s.only);
		r = -ENODEV;
	}
	if (c->json && !r)
		return cli_json(c, json_pack("{s:o}", "bridges", s.list));
	json_decref(s.list);
	return r ? CLI_FAILED : 0;
}

int cmd_bridge_addbr(struct cli *c)
{
	return isle_bridge_add(c->args[0], c->diag) ? CLI_FAILED : 0;
}

int cmd_bridge_delbr(struct cli *c)
{
	return isle_bridge_delete(c->args[0], c->diag) ? CLI_FAILED : 0;
}

/* Of several all are tried until one fails, as brctl does. */
int cmd_bridge_addif(struct cli *c)
{
	int r = 0;

	for (int i = 1; !r && i < c->n_args; i++)
		r = isle_bridge_add_port(c->args[0], c->args[i], c->diag);
	return r ? CLI_FAILED : 0;
}

int cmd_bridge_delif(struct cli *c)
{
	int r = 0;

	for (int i = 1; !r && i < c->n_args; i++)
		r = isle_bridge_delete_port(c->args[0], c->args[i], c->diag);
	return r ? CLI_FAILED : 0;
}

int cmd_bridge_stp(struct cli *c)
{
	static const char *const words[] = { "off", "no", "n", "0", "on", "yes", "y", "1" };

	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (!strcmp(c->args[1], words[i]))
			return isle_bridge_set_stp(c->args[0], i >= ISLE_COUNT(words) / 2, c->diag) ? CLI_FAILED : 0;
	return cli_wrong(c, "stp is on or off, not '%s'", c->args[1]);
}
