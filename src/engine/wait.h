/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_WAIT_H
#define ISLE_ENGINE_WAIT_H

#include <limits.h>
#include "engine/engine.h"

enum isle_wish_kind { ISLE_WISH_TCP, ISLE_WISH_UDP, ISLE_WISH_UNIX, ISLE_WISH_FILE };
struct isle_wish {
	enum isle_wish_kind kind;
	uint16_t port;
	char path[PATH_MAX];
};
/* "tcp/80", "udp/53", "unix:/run/x", "file:/run/x". */
int isle_wish_parse(const char *text, struct isle_wish *ret, struct isle_diag *);

/*
 * wait_look.c: in the namespaces concerned; system calls only. 1: it is so; 0: not, and SEEN has in words what is instead;
 * -errno.
 */
int isle_wish_look(const struct isle_wish *, char *seen, size_t size);

#endif
