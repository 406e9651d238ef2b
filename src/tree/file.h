/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_FILE_H
#define ISLE_TREE_FILE_H

#include <sys/types.h>
#include "base/base.h"

/* Make a new file with all of TEXT. System calls only. -errno. */
int isle_file_write(int dir, const char *path, const char *text, size_t len, mode_t mode);
/* The whole file, NUL-terminated, to be freed; at most MAX bytes (-EFBIG). -errno. */
int isle_file_read(int dir, const char *path, size_t max, char **ret, size_t *ret_n);

#endif
