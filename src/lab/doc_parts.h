/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between the doc*.c files. Private to them.
 */
#ifndef ISLE_LAB_DOC_PARTS_H
#define ISLE_LAB_DOC_PARTS_H

#include "lab/tables.h"

bool isle_doc_is_section(struct isle_set *, const char *name, struct isle_node *);
void isle_doc_read_hosts(struct isle_set *, const struct isle_top *, struct isle_doc *);	/* doc_hosts.c */
void isle_doc_read_links(struct isle_set *, const struct isle_top *, struct isle_doc *);	/* doc_links.c */

/* doc_tunnel.c: does a link with a kind, its text being TEXT, say what both ends need, and no more? */
bool isle_doc_check_tunnel(struct isle_set *, struct isle_node *text, const struct isle_doc_kind *);

#endif
