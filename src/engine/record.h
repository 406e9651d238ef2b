/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_RECORD_H
#define ISLE_ENGINE_RECORD_H

#include "engine/engine.h"

/* The text of the record of a lab about to come up. */
int isle_record_make(const struct isle_lab *, char **ret, size_t *ret_n, struct isle_diag *);

#endif
