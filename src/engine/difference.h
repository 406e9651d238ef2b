/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_DIFFERENCE_H
#define ISLE_ENGINE_DIFFERENCE_H

#include "base/base.h"

/* Lines that only A ("-") or only B ("+") has, a screenful at most. */
void isle_difference(const char *a, const char *b, struct isle_buf *out);

#endif
