/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: switches by hand, outside of labs: Linux bridges of the caller's network
 * namespace, with what brctl does, and Open vSwitch through its database, with
 * what ovs-vsctl does. The words of failures are theirs. Included by isle.h.
 */
#ifndef ISLE_SWITCH_H
#define ISLE_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Linux bridges */

struct isle_bridge_info {
	const char *name;
	uint8_t id[8];			/* priority and address, as the spanning tree has them */
	bool stp;
	const char *const *ports;	/* by name */
	size_t n_ports;
};
/* All of these: -EEXIST, -ENODEV, -EBUSY and what the kernel says. */
int isle_bridge_add(const char *bridge, struct isle_diag *diag);
int isle_bridge_delete(const char *bridge, struct isle_diag *diag);		/* one that is up is refused */
int isle_bridge_add_port(const char *bridge, const char *port, struct isle_diag *diag);
int isle_bridge_delete_port(const char *bridge, const char *port, struct isle_diag *diag);
int isle_bridge_set_stp(const char *bridge, bool on, struct isle_diag *diag);
/* FN for each bridge, by name. */
int isle_each_bridge(void (*fn)(const struct isle_bridge_info *, void *arg), void *arg, struct isle_diag *diag);

/* ---- Open vSwitch */

struct isle_ovs;		/* its database, connected to */

/* DB: "unix:PATH", or NULL: that of the machine, in $OVS_RUNDIR or /var/run/openvswitch. */
int isle_ovs_open(const char *db, struct isle_ovs **ret, struct isle_diag *diag);
/* That of a lab which has an Open vSwitch of its own. */
int isle_ovs_open_lab(const char *lab, struct isle_ovs **ret, struct isle_diag *diag);
void isle_ovs_close(struct isle_ovs *);			/* takes NULL */
/* Changes return when ovs-vswitchd has acted on them. -EEXIST, -ENOENT. */
int isle_ovs_add_bridge(struct isle_ovs *, const char *bridge, const char *datapath, struct isle_diag *diag);	/* datapath "" : the kernel's */
int isle_ovs_delete_bridge(struct isle_ovs *, const char *bridge, struct isle_diag *diag);
struct isle_ovs_port {
	const char *type;		/* NULL: an interface that is there; "internal", "patch" */
	const char *peer;		/* of a patch, or NULL */
	uint16_t tag;			/* 0: none */
	const uint16_t *trunks;
	size_t n_trunks;
};
int isle_ovs_add_port(struct isle_ovs *, const char *bridge, const char *port, const struct isle_ovs_port *, struct isle_diag *diag);
int isle_ovs_delete_port(struct isle_ovs *, const char *bridge, const char *port, struct isle_diag *diag);	/* BRIDGE NULL: any */
/* FN for each bridge, by name; with BRIDGE, for each of its ports but its own. */
int isle_ovs_list(struct isle_ovs *, const char *bridge, void (*fn)(const char *name, void *arg), void *arg, struct isle_diag *diag);
/* The text of `ovs-vsctl show`, to be freed by the caller. */
int isle_ovs_show(struct isle_ovs *, char **ret, struct isle_diag *diag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
