/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: options of a switch and of its ports that are rows of links/bridge.c:
 * the lab file's own words for two of them, the kernel's for the others. What
 * they may be, the rows know.
 */
#include "labfile/tables.h"

static const char *row_name(const char *key)
{
	if (!strcmp(key, "stp"))
		return "stp_state";
	return strcmp(key, "ageing") ? key : "ageing_time";
}

static bool parse(struct isle_set *set, const char *key, const struct isle_option *o, struct isle_node *node, struct isle_list *list)
{
	struct isle_link_value value, *row;
	struct isle_link_wrong wrong;
	int r = isle_link_parse(set->arena, o, node->text, node->n_text, &value, &wrong);

	if (r == -EINVAL)
		return isle_set_reject(set, node, 0, 0, *wrong.hint ? wrong.hint : NULL, "%s %s", key, wrong.why);
	list->elem = sizeof(*row);
	row = r ? NULL : isle_list_push(set, list);
	set->nomem |= !row;
	if (row) {
		*row = value;
		row->loc = node->loc;
	}
	return row != NULL;
}

static bool parse_bridge(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_option *o = isle_link_option(isle_link_kind_find("bridge"), row_name(field->name));

	return parse(set, field->name, o, node, &((struct isle_doc_switch *)dst)->options);
}

static bool parse_port(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	return parse(set, field->name, isle_link_option(&isle_link_bridge_port, field->name), node, &((struct isle_doc_port *)dst)->options);
}

const struct isle_type isle_t_bridge_option = { "an option of a bridge", "as `ip link` has it",
						"{\"type\":[\"boolean\",\"integer\",\"string\"]}", 0, false, parse_bridge, NULL };
const struct isle_type isle_t_port_option = { "an option of a port", "as `bridge link` has it",
					      "{\"type\":[\"boolean\",\"integer\"]}", 0, false, parse_port, NULL };
