/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_BUNDLE_H
#define ISLE_ENGINE_BUNDLE_H

#include "engine/engine.h"

#define ISLE_BUNDLE_DIR ".ns"	/* in /run/isle: no lab can have that name */

/* Can NAME be a bundle's? No path, not hidden, fits ISLE_NAME_MAX. */
bool isle_bundle_is_name(const char *name);
/*
 * Open those namespaces of bundle NAME that TYPES (ISLE_NS_BIT()s) asks for and it has; the others are -1.
 * -ENOENT, without words: there is none of that name.
 */
int isle_bundle_open(const char *name, unsigned types, struct isle_ns_set *ret, struct isle_diag *);

#endif
