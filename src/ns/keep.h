/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_NS_KEEP_H
#define ISLE_NS_KEEP_H

#include "ns/fault.h"

bool isle_ns_is_shared(const char *path);	/* the mount that PATH is on */
/* Bind FROM, a namespace file, on PATH: a file that is there, or is made (and removed again if it cannot be). */
int isle_ns_keep_at(const char *from, const char *path);
void isle_ns_keep_failed(int r, int type, const char *path, struct isle_ns_fault *);	/* the words for it */

#endif
