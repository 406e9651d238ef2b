/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: lines of show.c, while they are being put together; private to this
 * folder.
 */
#ifndef ISLE_CONVERGE_SHOW_H
#define ISLE_CONVERGE_SHOW_H

#include "converge/conversion.h"

struct isle_show {
	const struct isle_conversion *c;
	struct isle_buf text;		/* the line so far */
	struct isle_buf *out;
};
const char *isle_show_ns(const struct isle_show *, uint32_t ns);
void isle_show_end(struct isle_show *, const struct isle_change *);	/* the line is complete */

/* show_link.c: what a change of the kind says, if anything */
void isle_show_veth(struct isle_show *, const struct isle_change *);
void isle_show_wire(struct isle_show *, const struct isle_change *);
void isle_show_link(struct isle_show *, const struct isle_change *);
void isle_show_adjust(struct isle_show *, const struct isle_change *);
void isle_show_vlan(struct isle_show *, const struct isle_change *);
void isle_show_fdb(struct isle_show *, const struct isle_change *);
void isle_show_wireguard(struct isle_show *, const struct isle_change *);
void isle_show_peer(struct isle_show *, const struct isle_change *);

#endif
