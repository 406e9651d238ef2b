/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: between the files of drift. Private to engine/.
 */
#ifndef ISLE_ENGINE_DRIFT_H
#define ISLE_ENGINE_DRIFT_H

#include "engine/engine.h"

struct isle_nlattrs;

struct isle_option_drift { struct isle_link_value got, wanted; };	/* .got.option NULL: none */
/*
 * The next option, *AT first 0, of an interface with a kind that is not what the file wants; false: no more. LINK: the
 * attributes of the kernel's answer.
 */
bool isle_drift_option(const struct isle_iface *, const struct isle_nlattrs *link, size_t *at, struct isle_option_drift *ret);
/* "has ttl 7, not 9" */
void isle_drift_words(const struct isle_option_drift *, struct isle_buf *out);

#endif
