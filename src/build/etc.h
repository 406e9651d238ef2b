/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_BUILD_ETC_H
#define ISLE_BUILD_ETC_H

#include "tree/tree.h"

struct isle_etc_class {		/* hosts that see the same files */
	uint32_t hosts;		/* isle_lab_hosts_classes() */
	const char *resolv;	/* one pointer per text */
	struct isle_buf text;	/* hosts file */
};

struct isle_etc {
	struct isle_arena *arena;
	struct isle_etc_class *classes;
	size_t n_classes, cap_classes;
	uint32_t max_hosts;
	uint32_t *host_class;	/* per host of the lab */
	const char *nsswitch;
};

int isle_etc_new(const struct isle_lab *, struct isle_etc **ret, struct isle_diag *);
void isle_etc_free(struct isle_etc *);
/* System calls only. DIR: the empty etc/ of the lab's tree. -errno; *ret_what: what could not be written. */
int isle_etc_write(const struct isle_etc *, const struct isle_lab *, int dir, const char **ret_what);

#endif
