/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_REWIRE_LAB_H
#define ISLE_REWIRE_LAB_H

#include "rewire/place.h"

/* A lab that is up, edited (lab/edit.h) and converged to. What these take and return is isle-change.h's. */
int isle_lab_connect(const struct isle_pair *, const char *const *addresses, size_t n_addresses, const struct isle_key_value *,
		     size_t n_keys, const struct isle_rewire_options *, char **ret_said, struct isle_diag *);
/* An interface of KIND in the host that .a is; on one of .b, if there is a .b. */
int isle_lab_add_kind(const struct isle_pair *, const struct isle_link_kind *, const char *const *addresses, size_t n_addresses,
		      const struct isle_key_value *, size_t n_keys, const struct isle_rewire_options *, char **ret_said, struct isle_diag *);
int isle_lab_disconnect(const struct isle_pair *, const struct isle_rewire_options *, char **ret_said, struct isle_diag *);
int isle_lab_switch(const struct isle_pair *, bool up, const struct isle_rewire_options *, char **ret_said, struct isle_diag *);
int isle_lab_address(const struct isle_pair *, const char *address, bool add, const struct isle_rewire_options *, char **ret_said,
		     struct isle_diag *);
/* HOP NULL: take it away. */
int isle_lab_route(const struct isle_pair *, const char *dst, const struct isle_key_value *hop, size_t n,
		   const struct isle_rewire_options *, char **ret_said, struct isle_diag *);
int isle_lab_uplink(const struct isle_pair *, const char *const *subnets, size_t n, bool add, const struct isle_rewire_options *,
		    char **ret_said, struct isle_diag *);
int isle_lab_set(const struct isle_pair *, const struct isle_key_value *, size_t n, const struct isle_rewire_options *,
		 char **ret_said, struct isle_diag *);

/* An address with its length, or without: all of it. */
int isle_parse_address(const char *, struct isle_ip *ret, struct isle_diag *);
int isle_parse_new_address(const char *, struct isle_ip *ret, struct isle_diag *);	/* that an interface can have */

#endif
