/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between the doc*.c files. Private to them.
 */
#ifndef ISLE_LABFILE_DOC_PARTS_H
#define ISLE_LABFILE_DOC_PARTS_H

#include "labfile/tables.h"

bool isle_doc_is_section(struct isle_set *, const char *name, struct isle_node *);
void isle_doc_read_hosts(struct isle_set *, const struct isle_top *, struct isle_doc *);	/* doc_hosts.c */
void isle_doc_read_links(struct isle_set *, const struct isle_top *, struct isle_doc *);	/* doc_links.c */

/* doc_tunnel.c: does a link with a kind, its text being TEXT, say what both ends need, and no more? */
bool isle_doc_check_tunnel(struct isle_set *, struct isle_node *text, const struct isle_doc_kind *);

/* doc_wire.c: the kind whose word begins SIDE of a link, the word, and what is behind its ':' (.n 0: nothing); NULL: none does. */
const struct isle_link_kind *isle_doc_wire_kind(const struct isle_node *text, struct isle_span side, struct isle_span *ret_word,
						struct isle_span *ret_arg);
/* doc_wire.c: an end that is a wire, its word and the options behind it (NODE), into LINK. */
bool isle_doc_take_wire(struct isle_set *, struct isle_node *text, struct isle_span word, struct isle_span arg, struct isle_node *node,
			struct isle_doc_link *);
/* doc_wire.c: a tap's word may name the interface, of each of REFS[N]. */
bool isle_doc_name_wire(struct isle_set *, struct isle_node *text, struct isle_span arg, const struct isle_link_kind *,
			struct isle_doc_ref *refs, size_t n);
/* doc_wire.c: is what a link (TEXT) to KIND (NULL: none) says of a peer in its options (NODE) complete, or not there? */
bool isle_doc_check_peer(struct isle_set *, struct isle_node *text, struct isle_node *node, const struct isle_link_kind *);

#endif
