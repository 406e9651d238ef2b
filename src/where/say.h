/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_WHERE_SAY_H
#define ISLE_WHERE_SAY_H

#include "enter/enter.h"
#include "where/where.h"

/* All of these put words into the diag and return a negative errno. */
int isle_where_say_bad(const char *name, struct isle_diag *);
/* No lab, no name, no bundle. */
int isle_where_say_nothing(const char *name, const struct isle_host_match *, struct isle_diag *);
int isle_where_say_several(const char *name, const struct isle_host_match *, bool netns, bool bundle, struct isle_diag *);
/* A host of our own lab, from inside which it is not to be seen, or something else of its name. */
int isle_where_say_out_of_sight(const char *name, bool netns, struct isle_diag *);
/* R came of opening the file PATH; -EBADF: it is no namespace. */
int isle_where_say_file(const struct isle_where *, const char *path, int r, struct isle_diag *);
/* R came of /proc/PID. */
int isle_where_say_pid(const struct isle_where *, int r, struct isle_diag *);
/* It has namespaces of the types HAS, WANTED are others. */
int isle_where_say_types(const struct isle_where *, unsigned has, unsigned wanted, struct isle_diag *);

#endif
