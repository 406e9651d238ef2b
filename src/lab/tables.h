/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the tables of the lab file and what the top one fills: sections are
 * kept as nodes there, since `defaults` and range entries are merged into
 * them before they are read. Private to lab/.
 */
#ifndef ISLE_LAB_TABLES_H
#define ISLE_LAB_TABLES_H

#include "lab/doc.h"

struct isle_sections { struct isle_node *networks, *hosts, *links; };	/* NULL: not written */
struct isle_top {
	struct isle_word lab;
	struct isle_sections written, defaults;
	struct isle_doc_prefix *pool;
	size_t n_pool;
	struct isle_doc_enum routing;
};

extern const struct isle_table isle_table_network, isle_table_host, isle_table_link, isle_table_iface,
	isle_table_route, isle_table_hop, isle_table_uplink, isle_table_switch, isle_table_defaults, isle_table_file;

/* tables_parse.c: types that fill more than one member. */
extern const struct isle_type isle_t_uplink, isle_t_iface_mac, isle_t_hop, isle_t_sysctls, isle_t_link;
/* tables_host.c: what a host can have */
extern const struct isle_type isle_t_host_path;
bool isle_hop_after(struct isle_set *, struct isle_node *, void *hop);
bool isle_route_after(struct isle_set *, struct isle_node *, void *route);

#endif
