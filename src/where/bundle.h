/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_WHERE_BUNDLE_H
#define ISLE_WHERE_BUNDLE_H

#include "tree/tree.h"

#define ISLE_BUNDLE_PATH_MAX (sizeof(ISLE_RUN_DIR "/" ISLE_BUNDLE_DIR "/") + ISLE_NAME_MAX + 16)

/* Can NAME be a bundle's? No path, not hidden, no control letters, fits ISLE_NAME_MAX. */
bool isle_bundle_is_name(const char *name);
/*
 * Open those namespaces of bundle NAME that TYPES (ISLE_NS_BIT()s) asks for and it has; the others are -1.
 * -ENOENT, without words: there is none of that name.
 */
int isle_bundle_open(const char *name, unsigned types, struct isle_ns_set *ret, struct isle_diag *);
/* O_PATH of the directory of all bundles. RUN: /run/isle. -ENOENT. */
int isle_bundle_dir(int run);

/* bundle_make.c: pin SET, and a new mount namespace if MNT, at PLACE (an empty directory, ISLE_BUNDLE_DIR/NAME), all at once.
 * -EAGAIN, without words, unless LAST: the place went away meanwhile. */
int isle_bundle_publish(const char *name, const struct isle_ns_set *set, bool mnt, int place, bool last, struct isle_diag *);

#endif
