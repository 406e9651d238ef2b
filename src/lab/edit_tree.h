/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between the edit*.c files; private to them.
 */
#ifndef ISLE_LAB_EDIT_TREE_H
#define ISLE_LAB_EDIT_TREE_H

#include "lab/build.h"
#include "lab/edit.h"

struct isle_edit {
	const struct isle_lab *lab;
	struct isle_set set;		/* arena; that memory ran out */
	struct isle_node *root;
};

/* edit_tree.c. Without memory they return something harmless and note it in the set. */
struct isle_node *isle_edit_scalar(struct isle_edit *, const char *fmt, ...) ISLE_PRINTF(2, 3);
struct isle_node *isle_edit_node(struct isle_edit *, enum isle_node_kind);
void isle_edit_put(struct isle_edit *, struct isle_node *map, const char *key, struct isle_node *value);	/* replaces */
bool isle_edit_drop(struct isle_node *map, const char *key);		/* false: it was not there */
void isle_edit_push(struct isle_edit *, struct isle_node *list, struct isle_node *item);
void isle_edit_drop_item(struct isle_node *list, size_t i);
/* What is at KEY, made if it is not there or is nothing. */
struct isle_node *isle_edit_get(struct isle_edit *, struct isle_node *map, const char *key, enum isle_node_kind);
/* VALUE as the file would have it: a list or map if it begins like one. NULL: it is none, DIAG says so. */
struct isle_node *isle_edit_value(struct isle_edit *, const char *value, struct isle_diag *);
void isle_edit_write(struct isle_buf *out, const struct isle_node *map);

/* edit.c: the entries of what the lab has; they are there, because the long form has them */
struct isle_node *isle_edit_host(struct isle_edit *, const char *host);
struct isle_node *isle_edit_network(struct isle_edit *, const char *network);
struct isle_node *isle_edit_iface(struct isle_edit *, const struct isle_iface *);
/* Who is called so: a host or a network, or neither, and DIAG says so. */
int isle_edit_find(struct isle_edit *, const char *name, const struct isle_host **ret_host,
		   const struct isle_network **ret_network, struct isle_diag *);
int isle_edit_find_host(struct isle_edit *, const char *name, const struct isle_host **ret, struct isle_diag *);
int isle_edit_find_iface(const struct isle_host *, const char *ifname, const struct isle_iface **ret, struct isle_diag *);
/* KEY, VALUE… into MAP, "" out of it. */
int isle_edit_options(struct isle_edit *, struct isle_node *map, const struct isle_key_value *, size_t n, struct isle_diag *);
/* Nobody takes the gateway of a network, or of ONLY that one, away. */
int isle_edit_check_gateway(struct isle_edit *, const struct isle_host *, const struct isle_network *only, struct isle_diag *);
int isle_edit_no_memory(const struct isle_edit *, struct isle_diag *);	/* 0, or said and -ENOMEM */

/* edit_connect.c */
/* An item of `links`: TEXT (A -- B), with the keys that links have by default, and these. */
int isle_edit_add_link(struct isle_edit *, const struct isle_buf *text, const struct isle_key_value *, size_t n, struct isle_diag *);
void isle_edit_put_end(struct isle_buf *text, const struct isle_edit_end *);	/* HOST:IF ADDR… */

/* edit_link.c */
void isle_edit_drop_iface(struct isle_edit *, const struct isle_iface *);	/* and its other end */
void isle_edit_say_none(struct isle_edit *, const struct isle_iface *);		/* it is given no address by itself */

#endif
