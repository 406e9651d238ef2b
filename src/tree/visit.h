/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_TREE_VISIT_H
#define ISLE_TREE_VISIT_H

#include "tree/tree.h"

/*
 * Call FN in a forked child that is root over the lab's namespaces, and wait
 * for it. FN makes system calls only, and reports failures through SHARED;
 * what it finds it leaves in memory that is shared too.
 */
int isle_visit(const struct isle_tree *, struct isle_shared *, int (*fn)(void *), void *arg);
/* The same; .stop of SHARED is set once SIGNALS, a signalfd, has something to tell. */
int isle_visit_heeding(const struct isle_tree *, struct isle_shared *, int (*fn)(void *), void *arg, int signals);
/* In such a child: go to a host's network namespace. -errno, reported. */
int isle_visit_host(const struct isle_tree *, struct isle_shared *, const char *host);

#endif
