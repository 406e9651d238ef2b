/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_OVSDB_FEED_H
#define ISLE_OVSDB_FEED_H

#include <jansson.h>
#include "base/base.h"

#define ISLE_OVSDB_MESSAGE_MAX (64u << 20)

struct isle_ovsdb_feed {	/* all zero: empty */
	struct isle_buf text;	/* what came */
	size_t from;		/* was taken before here */
	size_t at;		/* was looked at before here */
	unsigned depth;		/* of braces and brackets there */
	bool in_string, escaped;
};
/* N more bytes. -ENOMEM; -EFBIG: a message without end. */
int isle_ovsdb_feed_put(struct isle_ovsdb_feed *, const char *bytes, size_t n);
/* The next whole message, an object: 1; 0: more bytes are wanted. -EPROTO: that is no message. */
int isle_ovsdb_feed_take(struct isle_ovsdb_feed *, json_t **ret);
void isle_ovsdb_feed_done(struct isle_ovsdb_feed *);

#endif
