/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changing live networks one thing at a time: of a lab that is up, or of
 * plain namespaces and the machine's own bridges. Part of isle.h.
 *
 * An END is HOST[:IF] or HOST.LAB[:IF] of a lab that is up, a network of one,
 * anything that isle_ns_open() takes ([:IF] behind it), or an interface of the
 * caller's own namespace. Ends of one lab are an edit of that lab: its record
 * says it then, and `isle up FILE` goes back to the file. Others are changed
 * directly, and what is made there carries a mark of ours.
 *
 * Each of these changes one thing, or nothing: on a failure everything is as it
 * was. What was done is said in *RET_SAID, one line without its newline, to be
 * freed; NULL: no words, please. With .commands nothing is done, and *RET_SAID
 * has the `ip` lines that would do the same. -ENOENT: no such end, wire,
 * address, route; -EEXIST: it is there already; -ENOTUNIQ: several, DIAG lists
 * them; -EPERM: no privilege there, or not ours to take away.
 */
#ifndef ISLE_CHANGE_API_H
#define ISLE_CHANGE_API_H

#ifndef ISLE_H
#include "isle.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct isle_key_value { const char *key, *value; };

struct isle_rewire_options {	/* NULL is allowed everywhere */
	const char *lab;	/* where names are looked for first; NULL: $ISLE_LAB, then everywhere */
	bool commands;		/* do nothing, say how `ip` would do it */
	bool any;		/* isle_disconnect(): also a wire that somebody else made, or one end of a tunnel alone */
};

/*
 * A wire from A to B. KIND: "veth" (NULL: that); "macvlan", "macvtap", "ipvlan",
 * "vlan": an interface at A on the one that B names; "vxlan", "wireguard" and
 * other tunnels: one at each, and between them; with B NULL any kind, an
 * interface by itself. ADDRESSES (N of them): in turn A's and B's; all A's where
 * B is a network, a bridge, an interface beneath, or NULL. KEYS: the options of a
 * link of the lab file, or of the kind; of a tunnel also "local" and "remote",
 * the ends' addresses outside of it.
 */
int isle_connect(const char *a, const char *b, const char *kind, const char *const *addresses, size_t n_addresses,
		 const struct isle_key_value *keys, size_t n_keys, const struct isle_rewire_options *, char **ret_said,
		 struct isle_diag *diag);
/* The wire between A and B; B NULL: A's interface, if A names one, else every wire of A. */
int isle_disconnect(const char *a, const char *b, const struct isle_rewire_options *, char **ret_said, struct isle_diag *diag);
/* Switch the wire between A and B on or off; B NULL: the interface that A names. Of a lab: what is meant, no drift. */
int isle_link_switch(const char *a, const char *b, bool up, const struct isle_rewire_options *, char **ret_said,
		     struct isle_diag *diag);
/* A host of a lab, NAME or NAME.LAB, with keys of the lab file. */
int isle_host_add(const char *name, const struct isle_key_value *keys, size_t n_keys, const struct isle_rewire_options *,
		  char **ret_said, struct isle_diag *diag);
int isle_host_remove(const char *name, const struct isle_rewire_options *, char **ret_said, struct isle_diag *diag);
/* Without an interface, END's only one; to remove, the one that has ADDRESS. */
int isle_addr_add(const char *end, const char *address, const struct isle_rewire_options *, char **ret_said,
		  struct isle_diag *diag);
int isle_addr_remove(const char *end, const char *address, const struct isle_rewire_options *, char **ret_said,
		     struct isle_diag *diag);
/*
 * HOP: keys of a route ("via", "dev", "metric"…), of which the first may have the key NULL: the next router, or "blackhole"…, in
 * a word. Each "via" after the first is one more next router, and a "dev" after it its interface.
 */
int isle_route_add(const char *end, const char *destination, const struct isle_key_value *hop, size_t n_hop,
		   const struct isle_rewire_options *, char **ret_said, struct isle_diag *diag);
/* WHICH: "metric" and "table" of the one that is meant; else the first that is found, of the main table where it is no lab's. */
int isle_route_remove(const char *end, const char *destination, const struct isle_key_value *which, size_t n_which,
		      const struct isle_rewire_options *, char **ret_said, struct isle_diag *diag);
/* A way out through the machine, with address translation. SUBNETS: at most one of each family; none: one that is free. */
int isle_uplink_add(const char *end, const char *const *subnets, size_t n, const struct isle_rewire_options *, char **ret_said,
		    struct isle_diag *diag);
int isle_uplink_remove(const char *end, const struct isle_rewire_options *, char **ret_said, struct isle_diag *diag);
/* Keys of a host, an interface (HOST:IF) or a network, as in the lab file; value "": the default again. Plain: mtu, mac, state, sysctl.NAME. */
int isle_set(const char *end, const struct isle_key_value *keys, size_t n_keys, const struct isle_rewire_options *,
	     char **ret_said, struct isle_diag *diag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
