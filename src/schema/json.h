/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between json.c (tables) and json_defs.c (scalars). Private to them.
 */
#ifndef ISLE_SCHEMA_JSON_H
#define ISLE_SCHEMA_JSON_H

#include "schema/schema.h"

/* The members of "$defs" that types refer to, without a comma behind the last. */
void isle_json_defs(struct isle_buf *out);

#endif
