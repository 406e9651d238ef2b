/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_INSIDE_H
#define ISLE_ENGINE_INSIDE_H

#include "engine/engine.h"

/*
 * End all processes in the lab's network namespaces, or refuse; see struct isle_down_options. ONLY: in those of these hosts,
 * up to a NULL; NULL: in all.
 */
int isle_inside_end(const struct isle_tree *, const char *const *only, const struct isle_down_options *, struct isle_diag *);

#endif
