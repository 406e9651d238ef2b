/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: types of the lab file that fill more than one member of a struct, and
 * the checks that no row can express.
 */
#include "labfile/tables.h"

static bool parse_uplink(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_enum *e = isle_set_enum(set, field, node);
	struct isle_doc_host *host = dst;

	if (!e)
		return false;
	host->uplink = e->value;
	host->uplink_loc = node->loc;
	return true;
}

static bool parse_iface_mac(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_iface *iface = dst;

	iface->mac_loc = node->loc;
	return iface->mac_set = isle_set_mac(set, field, node, iface->mac);
}

static bool parse_hop(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	static const struct { const char *word; enum isle_hop_form form; } words[] = {
		{ "blackhole", ISLE_HOP_BLACKHOLE }, { "unreachable", ISLE_HOP_UNREACHABLE },
		{ "prohibit", ISLE_HOP_PROHIBIT }, { "none", ISLE_HOP_NONE },
	};
	struct isle_doc_hop *hop = dst;

	hop->loc = node->loc;
	hop->form = ISLE_HOP_GATEWAY;
	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (strcmp(words[i].word, node->text) == 0) {
			hop->form = words[i].form;
			return true;
		}
	return isle_t_via.parse(set, field, node, &hop->via);
}

bool isle_hop_after(struct isle_set *set, struct isle_node *node, void *dst)
{
	struct isle_doc_hop *hop = dst;

	hop->loc = node->loc;
	hop->form = ISLE_HOP_GATEWAY;
	if (isle_node_get(node, "via") || isle_node_get(node, "dev") || set->cut)
		return true;
	return isle_set_reject(set, node, 0, 0, NULL, "a hop needs 'via' or 'dev'");
}

bool isle_route_after(struct isle_set *set, struct isle_node *node, void *dst)
{
	struct isle_doc_route *route = dst;

	if (node->kind != ISLE_NODE_LIST)
		return true;
	if (!node->n && !set->cut)
		return isle_set_reject(set, node, 0, 0, "no route is written 'none'", "a route with no hop");
	for (size_t i = 0; i < node->n && route->n_hops == node->n && node->n > 1; i++)
		if (route->hops[i].form != ISLE_HOP_GATEWAY)
			return isle_set_reject(set, node->items[i], 0, 0, NULL, "'%s' stands alone, not in a list",
					       node->items[i]->text);
	return true;
}

static bool parse_sysctls(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_list names = { .elem = sizeof(struct isle_word) }, values = names;
	struct isle_doc_host *host = dst;
	bool ok = true;

	if (node->kind != ISLE_NODE_MAP && !isle_node_is_null(node))
		return isle_set_wants(set, field, node);
	for (size_t i = 0; i < node->n; i++) {
		struct isle_node *key = node->pairs[i].key, *value = node->pairs[i].value;
		struct isle_field row = { .name = key->text, .type = &isle_t_text };
		struct isle_word name, text;

		if (value->kind != ISLE_NODE_SCALAR || isle_node_is_null(value)) {
			ok = isle_set_wants(set, &row, value);
			continue;
		}
		bool key_ok = isle_t_sysctl.parse(set, field, key, &name);

		if (!isle_t_text.parse(set, &row, value, &text) || !key_ok) {
			ok = false;
			continue;
		}
		struct isle_word *n = isle_list_push(set, &names), *v = isle_list_push(set, &values);
		if (!n || !v)
			return false;
		*n = name;
		*v = text;
	}
	host->sysctl_names = names.v;
	host->sysctl_values = values.v;
	host->n_sysctls = values.n;
	return ok;
}

const struct isle_type isle_t_uplink = { "nat or none", NULL, NULL, 0, false, parse_uplink, NULL };
const struct isle_type isle_t_iface_mac = { "a MAC address", "02:00:00:00:00:01, unicast", "{\"$ref\":\"#/$defs/mac\"}", 0,
					    false, parse_iface_mac, NULL };
const struct isle_type isle_t_hop = { "a next hop",
				      "HOST, HOST:IF, 10.0.0.1, blackhole, unreachable, prohibit, none",
				      "{\"$ref\":\"#/$defs/hop_word\"}", 0, false, parse_hop, NULL };
const struct isle_type isle_t_sysctls = { "a map of net.* names and values", "net.* names and values",
					  "{\"type\":[\"object\",\"null\"],\"propertyNames\":{\"pattern\":"
					  "\"^net\\\\.[A-Za-z0-9_./-]+$\"},\"additionalProperties\":{\"type\":"
					  "[\"string\",\"number\",\"boolean\"]}}",
					  0, true, parse_sysctls, NULL };
/* Made of a scalar or a map of one, and one text can be many links: doc_links.c. */
const struct isle_type isle_t_link = { "a link", "REF -- REF, or that with options as its value",
				       "{\"$ref\":\"#/$defs/link_or_options\"}", 0, true, NULL, NULL };
