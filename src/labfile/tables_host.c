/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: types of what a host can have: paths in it, rules, neighbours.
 */
#include "labfile/rule.h"
#include "labfile/tables.h"

enum { PATH_MAX_HOST = 1023 };

/* Why S is no path that means one place whatever the machine is like, or NULL. */
static const char *bad_path(const char *s)
{
	if (s[0] != '/')
		return "it begins with '/'";
	if (strlen(s) > PATH_MAX_HOST)
		return "it is too long";
	while (*s) {
		size_t n = strcspn(++s, "/");

		if (!n)
			return "each part between '/' has a name";
		if ((n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
			return "'.' and '..' are no parts of it";
		s += n;
	}
	return NULL;
}

static bool parse_host_path(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *why = bad_path(node->text);

	if (why)
		return isle_set_reject(set, node, 0, 0, NULL, "'%.80s' is no path in a host: %s", node->text, why);
	return isle_t_text.parse(set, field, node, dst);
}

static bool parse_selector(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_prefix *p = dst;
	struct isle_ip ip, net;
	char text[ISLE_IP_TEXT];
	bool has_len;

	if (!isle_ip_parse(node->text, node->n_text, &ip, &has_len))
		return isle_set_reject(set, node, 0, 0, NULL, "%s is a prefix or an address, not '%.64s'", field->name, node->text);
	net = isle_ip_network(&ip);
	if (isle_ip_cmp(&net, &ip))
		return isle_set_reject(set, node, 0, 0, isle_set_text(set, "%s?", isle_ip_text(&net, true, text)),
				       "%s has host bits set", node->text);
	*p = (struct isle_doc_prefix){ ip, node->loc };
	return true;
}

static bool parse_bare(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_ip ip;
	bool has_len;

	(void)field;
	if (!isle_ip_parse(node->text, node->n_text, &ip, &has_len) || has_len)
		return isle_set_reject(set, node, 0, 0, NULL, "a neighbour is an address, not '%.64s'", node->text);
	return isle_set_word(set, node, dst);
}

static bool port_number(const char *s, size_t n, uint16_t *ret)
{
	uint64_t v;

	if (!isle_str_u64(s, n, &v) || !v || v > UINT16_MAX)
		return false;
	*ret = (uint16_t)v;
	return true;
}

/* [tcp/|udp/]PORT:PORT */
static bool parse_port(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_published port = { .loc = node->loc };
	const char *s = node->text, *end = s + node->n_text, *colon;

	(void)field;
	if (!strncmp(s, "udp/", 4) || !strncmp(s, "tcp/", 4)) {
		port.udp = *s == 'u';
		s += 4;
	}
	colon = strchr(s, ':');
	if (colon && port_number(s, (size_t)(colon - s), &port.from) && port_number(colon + 1, (size_t)(end - colon - 1), &port.to)) {
		*(struct isle_doc_published *)dst = port;
		return true;
	}
	return isle_set_reject(set, node, 0, 0, "the machine's port, then the host's: 8080:80, udp/53:53", "'%.64s' is no pair of ports",
			       node->text);
}

static bool parse_source(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	if (!node->n_text || memchr(node->text, '\0', node->n_text))
		return isle_set_reject(set, node, 0, 0, NULL, "%s is the path of a file", field->name);
	return isle_set_word(set, node, dst);
}

bool isle_rule_after(struct isle_set *set, struct isle_node *node, void *dst)
{
	struct isle_doc_rule *r = dst;
	bool lookup = !r->action.set || r->action.v == ISLE_RULE_LOOKUP;

	r->loc = node->loc;
	if (set->cut || (!r->action.set && isle_node_get(node, "action")) || (r->table.set || isle_node_get(node, "table")) == lookup)
		return true;
	if (lookup)
		return isle_set_reject(set, node, 0, 0, NULL, "a rule needs 'table', or an 'action' that is no lookup");
	return isle_set_reject(set, isle_node_get(node, "table"), 0, 0, NULL, "a rule that is no lookup has no table");
}

const struct isle_type isle_t_selector = { "a prefix or an address", "10.0.0.0/24 or 10.0.0.1",
					   "{\"anyOf\":[{\"$ref\":\"#/$defs/prefix\"},{\"$ref\":\"#/$defs/bare\"}]}",
					   sizeof(struct isle_doc_prefix), false, parse_selector, NULL };
const struct isle_type isle_t_bare = { "an address", "10.0.0.1", "{\"$ref\":\"#/$defs/bare\"}", sizeof(struct isle_word), false,
				       parse_bare, NULL };
const struct isle_type isle_t_host_path = { "a path in the host", "an absolute path", "{\"$ref\":\"#/$defs/host_path\"}",
					    sizeof(struct isle_word), false, parse_host_path, NULL };
const struct isle_type isle_t_port = { "two ports", "8080:80, udp/53:53: the machine's, then the host's",
				       "{\"type\":\"string\",\"pattern\":\"^(?:tcp/|udp/)?[0-9]+:[0-9]+$\"}", sizeof(struct isle_doc_published), false,
				       parse_port, NULL };
const struct isle_type isle_t_source = { "a file", "a path, relative to the lab file's directory", "{\"type\":\"string\"}",
					 sizeof(struct isle_word), false, parse_source, NULL };
