/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the files of kinds share: short names for columns. Private to links/.
 */
#ifndef ISLE_LINKS_ROWS_H
#define ISLE_LINKS_ROWS_H

#include <linux/if_link.h>
#include "links/links.h"

#define LIVE ISLE_OPTION_LIVE
#define NEEDED ISLE_OPTION_REQUIRED
#define ROWS(rows) .options = rows, .n = ISLE_COUNT(rows)
#define IS_ISLE_LINK(n) const struct isle_link_kind isle_link_##n

#define NUMBER(n, w, a, lo, hi) .name = n, .type = ISLE_OPTION_NUMBER, .wire = ISLE_WIRE_##w, .attr = a, .min = lo, .max = hi
#define BOOLEAN(n, w, a, s) .name = n, .type = ISLE_OPTION_BOOL, .wire = ISLE_WIRE_##w, .attr = a, .say = ISLE_SAY_##s
#define WORD(n, w, a, list) .name = n, .type = ISLE_OPTION_WORD, .wire = ISLE_WIRE_##w, .attr = a, .words = list
#define ADDRESS(n, a, six) .name = n, .type = ISLE_OPTION_IP, .wire = ISLE_WIRE_IP, .attr = a, .attr6 = six
#define DEVICE(n, a) .name = n, .type = ISLE_OPTION_LINK, .wire = ISLE_WIRE_U32, .attr = a

/* Of tunnels: 1 stands for "as inside" in a TOS, 0 for it in a TTL. */
extern const struct isle_option_word isle_link_ttl_words[], isle_link_auto_words[], isle_link_tos_words[], isle_link_df_words[];

#endif
