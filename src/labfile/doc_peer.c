/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the entries of `peers`: a host of the lab, or somebody outside by the
 * public key. A secret is never repeated, whatever is wrong with it.
 */
#include "labfile/tables.h"

static bool parse_host(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_ip ip;
	bool has_len;

	if (isle_ip_parse(node->text, node->n_text, &ip, &has_len))
		return isle_set_reject(set, node, 0, 0, "`endpoint` says where it is", "a peer is a host, not '%.64s'", node->text);
	return isle_t_via.parse(set, field, node, dst);
}

static bool parse_key(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_key *key = dst;

	key->loc = node->loc;
	key->set = isle_link_key_parse(node->text, node->n_text, key->b);
	return key->set || isle_set_reject(set, node, 0, 0, "`wg pubkey` tells it", "%s is a key of 44 characters in base64, and this is none",
					   field->name);
}

static bool parse_secret(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_link_value value;
	struct isle_link_wrong wrong;
	int r = isle_link_parse(set->arena, &isle_link_preshared_key, node->text, node->n_text, &value, &wrong);

	if (r == -ENOMEM)
		return !(set->nomem = true);
	if (r < 0)
		return isle_set_reject(set, node, 0, 0, isle_set_text(set, "%s", wrong.hint), "%s %s", field->name, wrong.why);
	value.loc = node->loc;
	*(struct isle_link_value *)dst = value;
	return true;
}

bool isle_doc_endpoint(const char *s, struct isle_ip *ret, uint16_t *ret_port)
{
	const char *end = s + strlen(s), *colon = strrchr(s, ':'), *from = s;
	uint64_t port = 0;
	bool has_len;

	if (isle_ip_parse(s, (size_t)(end - s), ret, &has_len)) {
		*ret_port = 0;
		return !has_len;
	}
	if (!colon || !isle_str_u64(colon + 1, (size_t)(end - colon - 1), &port) || !port || port > UINT16_MAX)
		return false;
	end = colon;
	if (*s == '[' && end > s && end[-1] == ']') {
		from++;
		end--;
	}
	*ret_port = (uint16_t)port;
	return isle_ip_parse(from, (size_t)(end - from), ret, &has_len) && !has_len && (ret->family == AF_INET6) == (from > s);
}

/* ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT, none. */
static bool parse_endpoint(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_ip ip;
	uint16_t port;

	(void)field;
	if (strcmp(node->text, "none") != 0 && !isle_doc_endpoint(node->text, &ip, &port))
		return isle_set_reject(set, node, 0, 0, "192.0.2.7:51820, [2001:db8::7]:51820, or none",
				       "an endpoint is an address and a port, not '%.64s'", node->text);
	return isle_set_word(set, node, dst);
}

bool isle_peer_after(struct isle_set *set, struct isle_node *node, void *dst)
{
	struct isle_doc_peer *p = dst;

	p->loc = node->loc;
	if (node->kind != ISLE_NODE_MAP || set->cut)
		return true;
	struct isle_node *host = isle_node_get(node, "host"), *key = isle_node_get(node, "public-key");

	if (!host && !key)
		return isle_set_reject(set, node, 0, 0, "a host of this lab, or the key of somebody outside", "a peer needs 'host' or 'public-key'");
	if (host && key)
		return isle_set_reject(set, key, 0, 0, "the key of a host is its interface's", "'host' and 'public-key' exclude each other");
	if (key && !isle_node_get(node, "allowed-ips"))
		return isle_set_reject(set, node, 0, 0, "the prefixes that are behind it", "a peer with 'public-key' needs 'allowed-ips'");
	return true;
}

#define TEXT "{\"type\":\"string\"}"
#define KEY "{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9+/]{43}=$\"}"
#define SECRET "{\"type\":\"string\",\"pattern\":\"^(?:[A-Za-z0-9+/]{43}=|(?:/|[.][.]?/).*)$\"}"
const struct isle_type isle_t_peer_host = { "a host", "HOST, or HOST:IF", TEXT, sizeof(struct isle_word), false, parse_host, NULL };
const struct isle_type isle_t_key = { "a key", "44 characters of base64", KEY, sizeof(struct isle_doc_key), false, parse_key, NULL };
const struct isle_type isle_t_secret = { "a key, or a file", "44 characters of base64, or the path of a file with them", SECRET,
					 sizeof(struct isle_link_value), false, parse_secret, NULL };
const struct isle_type isle_t_endpoint = { "an address and a port", "192.0.2.7:51820, [2001:db8::7]:51820, or none", TEXT,
					   sizeof(struct isle_word), false, parse_endpoint, NULL };
