/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what changed between two texts, line by line. */
#ifndef ISLE_DIFF_H
#define ISLE_DIFF_H

#include "base/base.h"

/*
 * Lines only in A after "-", lines only in B after "+", in order; of lines
 * above them with less indentation, the nearest ones after " ", so that one
 * sees whose key it is. Nothing if the texts are equal. -ENOMEM.
 */
int isle_diff(const char *a, const char *b, struct isle_buf *out);

#endif
