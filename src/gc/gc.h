/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what nobody on this machine uses any more. Everything is found first
 * (inner.h), then what is to go is removed, one by one; each looks again,
 * under whatever lock guards it, whether it still is what was found.
 */
#ifndef ISLE_GC_H
#define ISLE_GC_H

#include "engine/engine.h"

/* As isle_each_leaving(). *RET is set on failure too, with what was found and removed before. */
int isle_gc(const struct isle_site *, const struct isle_gc_options *, struct isle_arena *, struct isle_gc_item **ret, size_t *ret_n,
	    struct isle_diag *);

#endif
