/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one change to a lab, as a command line says it: made on the lab's text
 * (edit.c says on which), loaded again with all the checks of a file. Pure:
 * text in, text out. Words are those of the lab file; what is wrong with them is
 * said in words of the command, for nobody has written the text.
 */
#ifndef ISLE_LAB_EDIT_H
#define ISLE_LAB_EDIT_H

#include "lab/lab.h"

struct isle_edit;

struct isle_edit_end {			/* HOST[:IF] or a network */
	const char *name, *ifname;	/* ifname NULL: not said */
	const char *const *addrs;	/* as behind a REF: 10.0.0.1/24, .5, none */
	size_t n_addrs;
	const char *machine;		/* an interface of the machine; then .name is NULL */
};
/* Options are struct isle_key_value; a value "" is as if the key had not been written. */

/* LAB stays as it is and outlives the edit. -ENOMEM. */
int isle_edit_new(const struct isle_lab *, struct isle_edit **ret, struct isle_diag *);
void isle_edit_free(struct isle_edit *);	/* takes NULL */

/*
 * Each of these notes one change. -ENOENT: no such host, network, interface, link, address or route; -EEXIST: it is
 * there already; -ENOTUNIQ: several, DIAG names them; -EINVAL; -ENOMEM.
 */
/* A link of two hosts or two networks, or a host put on a network; OPTIONS are keys of a link. */
int isle_edit_connect(struct isle_edit *, const struct isle_edit_end [2], const struct isle_key_value *, size_t n,
		      struct isle_diag *);
/* An interface of KIND, ON another host's interface, one of the machine, or NULL; OPTIONS are keys of an interface. RET_NAME: what it is called. */
int isle_edit_interface(struct isle_edit *, const struct isle_edit_end *, const struct isle_link_kind *, const struct isle_edit_end *on,
			const struct isle_key_value *, size_t n, char ret_name[IFNAMSIZ], struct isle_diag *);
/* The link of A and B, of which there may be only one; B NULL: all that A has, or the one on its interface. What has a kind is one. */
int isle_edit_disconnect(struct isle_edit *, const struct isle_edit_end *a, const struct isle_edit_end *b, struct isle_diag *);
int isle_edit_link_state(struct isle_edit *, const struct isle_edit_end *a, const struct isle_edit_end *b, bool up,
			 struct isle_diag *);
int isle_edit_host_add(struct isle_edit *, const char *name, const struct isle_key_value *, size_t n, struct isle_diag *);
int isle_edit_host_remove(struct isle_edit *, const char *name, struct isle_diag *);
/* Without an interface: the only one that HOST has; to remove, the one that has the address. */
int isle_edit_address_add(struct isle_edit *, const struct isle_edit_end *, const char *address, struct isle_diag *);
int isle_edit_address_remove(struct isle_edit *, const struct isle_edit_end *, const char *address, struct isle_diag *);
/* HOP: as isle_route_add() takes it. */
int isle_edit_route_add(struct isle_edit *, const char *host, const char *dst, const struct isle_key_value *hop, size_t n,
			struct isle_diag *);
int isle_edit_route_remove(struct isle_edit *, const char *host, const char *dst, struct isle_diag *);
/* SUBNETS: none, so one is chosen; or as the file has them. */
int isle_edit_uplink_add(struct isle_edit *, const char *host, const char *const *subnets, size_t n, struct isle_diag *);
int isle_edit_uplink_remove(struct isle_edit *, const char *host, struct isle_diag *);
/* Keys of a host, an interface or a network; "sysctl.NAME" is one of those of a host. */
int isle_edit_set(struct isle_edit *, const struct isle_edit_end *, const struct isle_key_value *, size_t n,
		  struct isle_diag *);

bool isle_edit_is_ifname(const char *, const char **ret_why);	/* what an interface can be called */

/* The text as it is now. -ENOMEM. */
int isle_edit_text(struct isle_edit *, struct isle_buf *out);
/*
 * The lab of that text, called like the one before it, its file too. -EINVAL: it is none, DIAG says why, each message
 * after "WHAT: "; warnings that the lab had before are not repeated.
 */
int isle_edit_finish(struct isle_edit *, const char *what, struct isle_lab **ret, struct isle_diag *);

#endif
