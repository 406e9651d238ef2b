/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a message of the kernel's about a link, an address, a route or a neighbour, as a thing. */
#ifndef ISLE_WATCH_MESSAGE_H
#define ISLE_WATCH_MESSAGE_H

#include "watch/watch.h"

enum { ISLE_HOPS_MAX = 64 };
struct isle_message {
	struct isle_thing thing;
	struct isle_thing_hop hops[ISLE_HOPS_MAX];
	bool gone;
	bool replaces;			/* another one, which it does not name */
	bool moved;			/* a link has gone to another namespace, or has (had) its other end there */
};
/* false: of something that is not told. Interfaces are called as THINGS know them. */
bool isle_message_read(const struct nlmsghdr *, const struct isle_things *things, struct isle_message *ret);

#endif
