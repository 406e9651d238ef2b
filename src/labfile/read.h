/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between read.c (text -> nodes) and the doc*.c files. Private to labfile/.
 */
#ifndef ISLE_LABFILE_READ_H
#define ISLE_LABFILE_READ_H

#include "labfile/doc.h"

#define ISLE_READ_MAX_BYTES (16u << 20)
#define ISLE_READ_MAX_NODES (1u << 20)	/* aliases count as what they stand for */
#define ISLE_READ_MAX_DEPTH 32
#define ISLE_READ_MAX_ALIASES 10000

/*
 * The one document of the source. NULL: there is none, the diag says why. After a YAML mistake
 * it is what stands before it, and set->cut is true. Closed lists and maps only hold complete things.
 */
struct isle_node *isle_read(struct isle_set *, const struct isle_source *);

/* read_scan.c: what is checked on the bytes, before and beside YAML. */
bool isle_read_utf8(struct isle_set *, const struct isle_source *);
/*
 * Tabs outside of SPANS (quoted texts, sorted) and comments; how many were blamed. The spans are
 * known up to byte KNOWN; behind it only tabs that indent are blamed.
 */
size_t isle_read_tabs(struct isle_set *, const struct isle_source *, const struct isle_span *spans, size_t n,
		      size_t known);
/* A YAML parser's words at byte POS as a mistake of the file, with what was probably meant. */
void isle_read_yaml_error(struct isle_set *, const struct isle_source *, size_t pos, const char *words);
struct isle_loc isle_read_loc(const struct isle_source *, size_t pos, size_t n);

#endif
