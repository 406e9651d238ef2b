/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_REWIRE_CONNECT_H
#define ISLE_REWIRE_CONNECT_H

#include "rewire/rewire.h"

struct isle_wish {			/* what `connect` is asked for, between plain namespaces */
	const struct isle_pair *pair;
	const struct isle_link_kind *kind;	/* NULL: a veth pair */
	const char *const *addresses;
	size_t n_addresses;
	const struct isle_key_value *keys;
	size_t n_keys;
};

/* connect.c: steps that every wire has; NAME is that of the new interface at END */
int isle_connect_mtu(const char *text, uint32_t *ret, struct isle_diag *);
void isle_connect_mark(struct isle_rewire *, int end, const char *name, const char *mark);
int isle_connect_address(struct isle_rewire *, int end, const char *name, const char *text, struct isle_diag *);
void isle_connect_up(struct isle_rewire *, int end, const char *name, enum isle_step_kind);

/* An interface of a kind, before it is made. */
struct isle_kind_end {
	int end;
	const char *name;
	uint32_t mtu;			/* 0: the kernel's */
	struct isle_link_value options[ISLE_LINK_OPTIONS];
	size_t n_options;
	int lower_end;			/* where .lower is */
	const struct isle_snap_link *lower;	/* what it is on, or NULL */
};
/* connect_kind.c: of .kind at A: by itself, or on the interface that B names; or one at each (tunnel.c). */
int isle_connect_kind(struct isle_rewire *, const struct isle_wish *, struct isle_diag *);
/* One of .keys that is an option of the kind, or mtu. */
int isle_kind_end_key(struct isle_rewire *, const struct isle_wish *, const struct isle_key_value *, struct isle_kind_end *,
		      struct isle_diag *);
int isle_kind_end_check(const struct isle_wish *, const struct isle_kind_end *, struct isle_diag *);	/* what is needed is there */
/* Steps: it is made, and called .name, which is chosen here. */
int isle_kind_end_make(struct isle_rewire *, const struct isle_wish *, struct isle_kind_end *, struct isle_diag *);
const struct isle_link_value *isle_kind_end_option(const struct isle_kind_end *, const char *name);	/* NULL: not said */
/* What was done, in words. */
int isle_connect_kind_say(const struct isle_rewire *, const struct isle_wish *, char **ret_said, struct isle_diag *);

/* tunnel.c: a tunnel between A and B, an end at each. */
int isle_connect_tunnel(struct isle_rewire *, const struct isle_wish *, struct isle_diag *);

#endif
