/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the tables of the lab file and what the top one fills: sections are
 * kept as nodes there, since `defaults` and range entries are merged into
 * them before they are read. Private to labfile/.
 */
#ifndef ISLE_LABFILE_TABLES_H
#define ISLE_LABFILE_TABLES_H

#include "labfile/doc.h"

struct isle_sections { struct isle_node *networks, *hosts, *links; };	/* NULL: not written */
struct isle_top {
	struct isle_word lab;
	struct isle_sections written, defaults;
	struct isle_doc_prefix *pool;
	size_t n_pool;
	struct isle_doc_enum routing;
};

extern const struct isle_table isle_table_network, isle_table_host, isle_table_link, isle_table_iface,
	isle_table_route, isle_table_hop, isle_table_uplink, isle_table_switch, isle_table_port, isle_table_defaults,
	isle_table_file, isle_table_rule, isle_table_neighbour, isle_table_peer;

/* tables_parse.c: types that fill more than one member. */
extern const struct isle_type isle_t_uplink, isle_t_iface_mac, isle_t_hop, isle_t_sysctls, isle_t_link;
/* tables_host.c: what a host can have */
extern const struct isle_type isle_t_host_path, isle_t_selector, isle_t_bare, isle_t_port, isle_t_source;
/* doc_peer.c */
extern const struct isle_type isle_t_peer_host, isle_t_key, isle_t_secret, isle_t_endpoint;
bool isle_peer_after(struct isle_set *, struct isle_node *, void *peer);
bool isle_rule_after(struct isle_set *, struct isle_node *, void *rule);
/* doc_kind.c: kinds of interfaces, whose options are rows of links/ */
extern const struct isle_type isle_t_kind, isle_t_lower;
/* doc_tunnel.c: links with a kind */
extern const struct isle_type isle_t_link_kind;
void isle_link_kind_form(const struct isle_field *, bool json, struct isle_buf *);
void isle_kind_form(const struct isle_field *, bool json, struct isle_buf *);
bool isle_kind_rows(size_t i, struct isle_field *ret);
bool isle_kind_explain(const char *word, struct isle_buf *out);
bool isle_iface_after(struct isle_set *, struct isle_node *, void *iface);
/* The options in a map of keys, which may be NULL, for DST->kind (NULL: none may be there). */
bool isle_kind_options(struct isle_set *, struct isle_node *map, struct isle_doc_kind *dst);
extern const struct isle_type isle_t_bridge_option, isle_t_port_option;	/* doc_switch.c */
bool isle_hop_after(struct isle_set *, struct isle_node *, void *hop);
bool isle_route_after(struct isle_set *, struct isle_node *, void *route);

#endif
