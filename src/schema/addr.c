/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses in the lab file: prefixes, host parts, and places where an
 * address or a name may stand. Which subnet a host part lands in is not known
 * here; check.c puts them together.
 */
#include "schema/schema.h"

#define TEXT(node) (node)->text, (node)->n_text

/* Digits, dots, colons: meant as an address and not as a name. */
static bool looks_like_address(const char *s, size_t n)
{
	return n && (memchr(s, ':', n) || strspn(s, "0123456789./") >= n);
}

static bool prefix(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
		   struct isle_doc_prefix *ret)
{
	char text[ISLE_IP_TEXT];
	bool has_len;
	struct isle_ip ip;

	if (node->text[0] == '.')
		return isle_set_reject(set, node, 0, 0, "a host part stands behind a name: 'web .80'",
				       "%s is a prefix, not '%.64s'", field->name, node->text);
	if (!isle_ip_parse(TEXT(node), &ip, &has_len))
		return isle_set_reject(set, node, 0, 0, NULL, "%s is %s, not '%.64s'", field->name, field->type->name,
				       node->text);
	if (!has_len)
		ip.len = ip.family == AF_INET ? 24 : 64;
	/* a guess is better than none for what is checked later */
	struct isle_ip net = isle_ip_network(&ip);
	*ret = (struct isle_doc_prefix){ net, node->loc };
	if (!has_len)
		return isle_set_reject(set, node, 0, 0, isle_set_text(set, "%s?", isle_ip_text(&net, true, text)),
				       "'%.64s' has no prefix length", node->text);
	if (!isle_ip_equal(&net, &ip))
		return isle_set_reject(set, node, 0, 0, isle_set_text(set, "%s?", isle_ip_text(&net, true, text)),
				       "'%.64s' is an address, not a prefix", node->text);
	return true;
}

static bool parse_prefix(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	return prefix(set, field, node, dst);
}

static bool prefixes_one(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
			 struct isle_list *list)
{
	struct isle_doc_prefix p = { 0 };
	bool ok;

	if (node->kind != ISLE_NODE_SCALAR || isle_node_is_null(node))
		return isle_set_wants(set, field, node);
	ok = prefix(set, field, node, &p);
	struct isle_doc_prefix *row = p.ip.family ? isle_list_push(set, list) : NULL;
	if (row)
		*row = p;
	return ok && row;
}

static bool parse_prefixes(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_list list = { .elem = sizeof(struct isle_doc_prefix) };
	struct isle_doc_subnet *s = dst;
	bool ok = true;

	*s = (struct isle_doc_subnet){ .mode = ISLE_SUBNET_LIST, .loc = node->loc };
	if (node->kind != ISLE_NODE_LIST)
		ok = prefixes_one(set, field, node, &list);
	else if (!node->n)
		ok = isle_set_reject(set, node, 0, 0, NULL, "%s is an empty list", field->name);
	for (size_t i = 0; node->kind == ISLE_NODE_LIST && i < node->n; i++)
		ok = prefixes_one(set, field, node->items[i], &list) && ok;
	s->list = list.v;
	s->n_list = list.n;
	return ok;
}

static enum isle_subnet_mode subnet_word(const struct isle_node *node)
{
	if (node->kind != ISLE_NODE_SCALAR)
		return ISLE_SUBNET_LIST;
	return strcmp(node->text, "auto") == 0	 ? ISLE_SUBNET_AUTO
	       : strcmp(node->text, "none") == 0 ? ISLE_SUBNET_NONE
						 : ISLE_SUBNET_LIST;
}

static bool parse_subnet(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	enum isle_subnet_mode mode = subnet_word(node);

	if (mode != ISLE_SUBNET_LIST) {
		*(struct isle_doc_subnet *)dst = (struct isle_doc_subnet){ .mode = mode, .loc = node->loc };
		return true;
	}
	for (size_t i = 0; node->kind == ISLE_NODE_LIST && i < node->n; i++)
		if (subnet_word(node->items[i]) != ISLE_SUBNET_LIST)
			isle_set_reject(set, node->items[i], 0, 0, NULL, "'%s' stands alone, not in a list",
					node->items[i]->text);
	return parse_prefixes(set, field, node, dst);
}

/* An interface's address: the length may be missing, host bits are what it is for. */
static bool parse_iface_addr(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_prefix *p = dst;
	bool has_len;

	if (node->text[0] == '.' || (node->text[0] == ':' && node->n_text > 3 && !memchr(node->text, '/', node->n_text)))
		return isle_set_reject(set, node, 0, 0, "a host part stands behind a network: 'net: lan .80'",
				       "%s is %s, not '%.64s'", field->name, field->type->name, node->text);
	if (!isle_ip_parse(TEXT(node), &p->ip, &has_len))
		return isle_set_reject(set, node, 0, 0, NULL, "%s is %s, not '%.64s'", field->name, field->type->name,
				       node->text);
	p->loc = node->loc;
	return true;
}

static bool bare_address(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
			 struct isle_word *dst)
{
	struct isle_ip ip;
	bool has_len;
	char text[ISLE_IP_TEXT];

	if (node->text[0] == '.')
		return isle_set_reject(set, node, 0, 0, "a host part stands behind a name; write the whole address",
				       "%s is %s, not '%.64s'", field->name, field->type->name, node->text);
	if (!isle_ip_parse(TEXT(node), &ip, &has_len))
		return isle_set_reject(set, node, 0, 0, NULL, "'%.64s' is no address", node->text);
	if (has_len)
		return isle_set_reject(set, node, 0, 0, isle_set_text(set, "%s?", isle_ip_text(&ip, false, text)),
				       "%s is an address without a length, not '%.64s'", field->name, node->text);
	return isle_set_word(set, node, dst);
}

static bool parse_address(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	return bare_address(set, field, node, dst);
}

static bool parse_host_or_addr(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
			       void *dst)
{
	if (looks_like_address(TEXT(node)))
		return bare_address(set, field, node, dst);
	return isle_t_name.parse(set, field, node, dst);
}

static bool parse_via(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *s = node->text, *colon = memchr(s, ':', node->n_text), *why;
	size_t n = colon ? (size_t)(colon - s) : 0;
	struct isle_ip ip;
	bool has_len;

	/* HOST:IF and fe80::1 share the colon: an address is what parses as one */
	if (!colon || isle_ip_parse(TEXT(node), &ip, &has_len) || !isle_name_is(s, n, ISLE_NAME_MAX, &why))
		return parse_host_or_addr(set, field, node, dst);
	if (!isle_name_is_ifname(colon + 1, node->n_text - n - 1, &why))
		return isle_set_reject(set, node, n + 1, node->n_text - n - 1, NULL,
				       "'%.80s' cannot be an interface: %s", colon + 1, why);
	return isle_set_word(set, node, dst);
}

static bool parse_dest(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_prefix p;
	struct isle_ip ip;
	bool has_len;

	if (strcmp(node->text, "default") == 0)
		return isle_set_word(set, node, dst);
	if (!looks_like_address(TEXT(node)))
		return isle_t_name.parse(set, field, node, dst);
	if (!isle_ip_parse(TEXT(node), &ip, &has_len))
		return isle_set_reject(set, node, 0, 0, "default, a prefix, an address or a network",
				       "'%.64s' is no destination", node->text);
	if (!has_len)
		return isle_set_word(set, node, dst);
	return prefix(set, field, node, &p) && isle_set_word(set, node, dst);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool isle_set_mac(struct isle_set *set, const struct isle_field *field, struct isle_node *node, uint8_t ret[6])
{
	const char *s = node->text;
	bool ok = node->n_text == 17;
	uint8_t b[6];

	for (size_t i = 0; ok && i < 6; i++) {
		int hi = hex(s[i * 3]), lo = hex(s[i * 3 + 1]);
		ok = hi >= 0 && lo >= 0 && (i == 5 || s[i * 3 + 2] == ':');
		b[i] = ok ? (uint8_t)(hi << 4 | lo) : 0;
	}
	if (!ok)
		return isle_set_reject(set, node, 0, 0, "six bytes in hex: 02:00:00:00:00:01",
				       "%s is %s, not '%.64s'", field->name, field->type->name, s);
	static const uint8_t zero[6];
	if ((b[0] & 1) || memcmp(b, zero, 6) == 0)
		return isle_set_reject(set, node, 0, 0, "the first byte is even: 02",
				       "'%s' is no unicast MAC", s);
	memcpy(ret, b, 6);
	return true;
}

static bool parse_mac(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_mac *m = dst;

	m->loc = node->loc;
	return m->set = isle_set_mac(set, field, node, m->b);
}

const struct isle_type isle_t_prefix = { "a prefix", "10.0.0.0/24, fd00:1::/64", "{\"$ref\":\"#/$defs/prefix\"}",
					 sizeof(struct isle_doc_prefix), false, parse_prefix, NULL };
const struct isle_type isle_t_prefixes = { "a prefix, or a list of them", "prefixes",
					   "{\"$ref\":\"#/$defs/prefixes\"}", sizeof(struct isle_doc_subnet), true,
					   parse_prefixes, NULL };
const struct isle_type isle_t_subnet = { "a prefix, a list of them, auto or none", "prefixes, auto or none",
					 "{\"$ref\":\"#/$defs/subnet\"}", sizeof(struct isle_doc_subnet), true,
					 parse_subnet, NULL };
const struct isle_type isle_t_iface_addr = { "an address", "10.0.0.80/24, fd00::80/64",
					     "{\"$ref\":\"#/$defs/address\"}", sizeof(struct isle_doc_prefix), false,
					     parse_iface_addr, NULL };
const struct isle_type isle_t_address = { "an address", "10.0.0.80, fd00::80", "{\"$ref\":\"#/$defs/bare\"}",
					  sizeof(struct isle_word), false, parse_address, NULL };
const struct isle_type isle_t_mac = { "a MAC address", "02:00:00:00:00:01, unicast", "{\"$ref\":\"#/$defs/mac\"}",
				      sizeof(struct isle_doc_mac), false, parse_mac, NULL };
const struct isle_type isle_t_host_or_addr = { "a name or an address", "a name, or 10.0.0.1",
					       "{\"$ref\":\"#/$defs/name_or_bare\"}", sizeof(struct isle_word), false,
					       parse_host_or_addr, NULL };
const struct isle_type isle_t_via = { "a host or an address", "HOST, HOST:IF, or 10.0.0.1",
				      "{\"$ref\":\"#/$defs/via\"}", sizeof(struct isle_word), false, parse_via, NULL };
const struct isle_type isle_t_dest = { "a destination", "default, a prefix, an address, or a network",
				       "{\"anyOf\":[{\"enum\":[\"default\"]},{\"$ref\":\"#/$defs/prefix\"},"
				       "{\"$ref\":\"#/$defs/name_or_bare\"}]}",
				       sizeof(struct isle_word), false, parse_dest, NULL };
