/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ns add` and `isle ns delete`: bundles, namespaces of several types
 * under one name.
 */
#include "cli/cli.h"

static json_t *type_names(unsigned types)
{
	json_t *list = json_array();

	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if (types & ISLE_NS_BIT(t))
			json_array_append_new(list, json_string(isle_ns_type_name(t)));
	return list;
}

int cmd_ns_add(struct cli *c)
{
	struct isle_bundle_options o = { .hostname = c->opt[OPT_HOSTNAME] };
	int status = cli_pid(c, OPT_TARGET, &o.target);
	unsigned types = 0;

	if (status)
		return status;
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		types |= c->opt[OPT_NS + t] ? ISLE_NS_BIT(t) : 0;
	if (!types) {
		cli_wrong(c, "'isle ns add %s' does not say which types", c->args[0]);
		isle_hint(c->diag, "isle ns add %s --net --uts --mnt", c->args[0]);
		return CLI_WRONG;
	}
	if (isle_bundle_add(c->args[0], types, &o, c->diag) < 0)
		return CLI_FAILED;
	return c->json ? cli_json(c, json_pack("{s:s, s:o}", "name", c->args[0], "types", type_names(types))) : CLI_OK;
}

int cmd_ns_delete(struct cli *c)
{
	json_t *deleted = json_array();
	int status = CLI_OK;

	for (int i = 0; i < c->n_args; i++)
		if (isle_bundle_delete(c->args[i], c->diag) < 0)
			status = CLI_FAILED;
		else
			json_array_append_new(deleted, json_string(c->args[i]));
	if (!c->json) {
		json_decref(deleted);
		return status;
	}
	const int r = cli_json(c, json_pack("{s:o}", "deleted", deleted));

	return status ? status : r;
}
