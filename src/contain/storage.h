/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_CONTAIN_STORAGE_H
#define ISLE_CONTAIN_STORAGE_H

#include "contain/parts.h"

struct isle_storage { char *graphroot, *runroot; };
int isle_storage_find(const struct isle_contain_paths *, struct isle_storage *ret, struct isle_diag *);
void isle_storage_done(struct isle_storage *);

#endif
