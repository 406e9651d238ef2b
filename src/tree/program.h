/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_PROGRAM_H
#define ISLE_TREE_PROGRAM_H

#include "tree/tree.h"

/* The first PROGRAM in $PATH, or in the usual places when there is none. */
bool isle_program_find(const char *program, char *ret, size_t size);
/* What a program wrote into FD, in one line, without its complaints about a missing syslog. */
void isle_program_words(int fd, char *ret, size_t size);

#endif
