/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what the files of this layer share. Three things are kept apart: which
 * part of a snapshot is shown (view.c), how it is put together for people
 * (tree.c, treelab.c, fold.c: a tree of lines), and what it looks like (text.c).
 * dot.c and json.c draw from the view, each thing as the snapshot has it.
 */
#ifndef ISLE_SEE_INNER_H
#define ISLE_SEE_INNER_H

#include "live/snap.h"

struct isle_machine {
	struct isle_snap *snap;
};

/* view.c: what of a snapshot is to be shown */
struct isle_view {
	const struct isle_snap *snap;
	const struct isle_map_options *options;
	struct isle_arena *arena;
	bool *nss;			/* by isle_snap_ns.index */
	bool *links;			/* by isle_view_nth() */
	size_t *first;			/* by isle_snap_ns.index: number of its first link */
	bool filtered;			/* not everything */
};
int isle_view_make(const struct isle_snap *, const struct isle_map_options *, struct isle_view *ret, struct isle_diag *);
void isle_view_done(struct isle_view *);
size_t isle_view_nth(const struct isle_view *, const struct isle_snap_link *);
bool isle_view_shows(const struct isle_view *, const struct isle_snap_link *);
/* Is NAME what people call this namespace? Label, HOST, HOST.LAB, a name of `ip netns`, "net:[ID]", ID. */
bool isle_see_is_called(const struct isle_snap_ns *, const char *name);
/* FN for each link that WORD names: NAME, an altname, or NAMESPACE:NAME. How many. */
size_t isle_see_each_named(const struct isle_snap *, const char *word, void (*fn)(struct isle_snap_link *, void *), void *arg);
/* lo as it always is, and the device without use that a module puts into every namespace: nothing to be drawn. */
bool isle_see_is_quiet(const struct isle_snap_link *);
bool isle_see_is_lo(const struct isle_snap_link *);
/* Addresses that are drawn: not those that every interface has by itself. The first, whose followers are in *RET_N; in ARENA. */
const struct isle_ip *isle_see_addresses(const struct isle_snap_link *, struct isle_arena *, size_t *ret_n);

/* words.c */
const char *isle_see_state(const struct isle_snap_link *);	/* "down", "no carrier"; NULL: fine */
/* "bridge", "vlan 10 on eth0", "hardware"; NULL: nothing to say. In ARENA. */
const char *isle_see_kind(const struct isle_snap_link *, struct isle_arena *);
/* The patch that P, one of NS's, leads to, or NULL; the VLAN of an Open vSwitch's port, 0: none. */
const struct isle_snap_ovs_port *isle_see_patch(const struct isle_snap_ns *, const struct isle_snap_ovs_port *);
unsigned isle_see_tag(const struct isle_snap_link *);
unsigned isle_see_vlan(const struct isle_snap_link *);		/* its number; 0: no VLAN */
bool isle_see_is_outward(const struct isle_snap_link *);	/* its other end is not on this machine, as far as can be known */
const char *isle_see_of(const struct isle_snap_link *, struct isle_arena *);	/* "eth0 of docker:web" */
const char *isle_see_owner_name(enum isle_snap_owner);		/* as JSON has it */
char *isle_see_mac(const uint8_t *mac, size_t n, char buf[96]);
/* iface.c: why it cannot be moved to another namespace; NULL: it can. In ARENA. */
const char *isle_see_fixed(const struct isle_snap_link *, struct isle_arena *);
/* FN for each option of its kind that the kernel tells, names of interfaces found; how many. */
struct isle_link_value;
size_t isle_see_each_option(const struct isle_snap_link *, void (*fn)(const struct isle_link_value *, void *), void *arg);
const char *isle_see_options(const struct isle_snap_link *, struct isle_arena *);	/* "id 5, ttl 0"; "" where it has none */
struct isle_json;
void isle_json_options(struct isle_json *, const struct isle_snap_link *);	/* as member "options" */
#define ISLE_SUBNETS_MAX 8		/* that are named of one switch */
size_t isle_see_add_subnet(struct isle_ip list[ISLE_SUBNETS_MAX], size_t n, const struct isle_ip *);	/* how many there are now */

/* tree.c: the map as a tree of lines. Texts are clean: fit for a terminal. */
struct isle_node {
	struct isle_node *next, *child, *last;
	const char *name;
	const char *port;		/* second column: the interface of a host on a switch; or NULL */
	const struct isle_ip *addresses;
	size_t n_addresses;
	const char *wire;		/* the other end, or NULL */
	const struct isle_ip *far;	/* its addresses, where it has no line of its own */
	size_t n_far;
	const char *notes;		/* or NULL */
	const char *trouble;		/* in brackets, or NULL */
	bool flow;			/* a block: children have names only, and are written side by side */
	struct isle_node *to;		/* the last of a run of alike ones that this stands for; NULL: only itself */
	size_t run;			/* how many */
};
struct isle_tree_of {
	struct isle_arena *arena;
	const struct isle_view *view;
	struct isle_node top;
	struct isle_node nowhere;	/* where lines go that there is no memory for */
	bool *done;			/* links that have their line already */
	bool bad;			/* no memory */
};
/* Blocks: labs and namespaces. In the view's arena. -ENOMEM. */
int isle_tree_make(const struct isle_view *, struct isle_node **ret);
struct isle_node *isle_node_add(struct isle_tree_of *, struct isle_node *parent, const char *name);	/* NAME is cleaned */
const char *isle_node_text(struct isle_tree_of *, const char *fmt, ...) ISLE_PRINTF(2, 3);		/* clean */
/* The line of a link that is not done, and what stands on it beneath; as a new line beneath PARENT. */
void isle_tree_fill(struct isle_tree_of *, struct isle_node *, const struct isle_snap_link *);
void isle_tree_link(struct isle_tree_of *, struct isle_node *parent, const struct isle_snap_link *);
void isle_tree_ovs(struct isle_tree_of *, struct isle_node *, const struct isle_snap_link *bridge);
bool isle_tree_is_bridge(const struct isle_snap_link *);
void isle_tree_addresses(struct isle_tree_of *, struct isle_node *, const struct isle_snap_link *);
bool isle_tree_is_root(const struct isle_tree_of *, const struct isle_snap_link *);	/* stands on nothing that has no line yet */
bool isle_tree_todo(const struct isle_tree_of *, const struct isle_snap_link *);	/* shown, and has no line yet */
void isle_tree_did(struct isle_tree_of *, const struct isle_snap_link *);

/* treelab.c */
void isle_tree_draw_lab(struct isle_tree_of *, const struct isle_snap_ns *first, size_t n);	/* a lab's namespaces */

/* fold.c: siblings that count up become runs. -ENOMEM. */
int isle_tree_fold(struct isle_node *first);

/* text.c, dot.c, svg.c, json.c: the forms */
int isle_tree_text(const struct isle_node *first, const struct isle_map_options *, struct isle_buf *out);
int isle_map_dot(const struct isle_view *, struct isle_buf *out);
int isle_map_svg(const struct isle_view *, struct isle_buf *out, struct isle_diag *);
int isle_map_json(const struct isle_view *, struct isle_buf *out);
/* Of an object that is open, the members that tell of it. */
void isle_json_link(struct isle_json *, const struct isle_snap_link *, bool addresses);
void isle_json_ns(struct isle_json *, const struct isle_snap_ns *);	/* what it is; without its links */
void isle_json_end(struct isle_json *, const char *key, const struct isle_snap_link *);	/* {"namespace": ID, "label":, "interface":}; NULL: none */

/* jsonput.c: JSON as it is written. KEY: of the member that this is; in a list NULL. A value that is NULL or none is left out. */
struct isle_json {
	struct isle_buf *out;		/* bad: no memory */
	bool is_later;			/* not the first that stands between these brackets */
};
void isle_json_open(struct isle_json *, const char *key, char bracket);		/* '{', '[' */
void isle_json_close(struct isle_json *, char bracket);				/* '}', ']' */
void isle_json_text(struct isle_json *, const char *key, const char *s);	/* of what is no UTF-8, each byte is U+FFFD */
void isle_json_number(struct isle_json *, const char *key, uint64_t);
void isle_json_unless_0(struct isle_json *, const char *key, uint64_t);
void isle_json_bool(struct isle_json *, const char *key, bool);
void isle_json_ip(struct isle_json *, const char *key, const struct isle_ip *, bool with_len);
void isle_json_mac(struct isle_json *, const char *key, const uint8_t *mac, size_t n);

/* way.c: how a namespace reaches the outside */
enum { ISLE_WAY_MAX = 16 };
enum isle_way_end {
	ISLE_WAY_OUT,			/* a wire leaves the machine */
	ISLE_WAY_NO_ROUTE,		/* the last one has no default route */
	ISLE_WAY_REFUSED,		/* it is an unreachable, blackhole or prohibit one */
	ISLE_WAY_NOBODY,		/* nobody that was seen has the next hop's address, and no wire leaves */
	ISLE_WAY_UNSEEN,		/* a namespace that could not be read */
	ISLE_WAY_CIRCLE,		/* back to where it was */
};
struct isle_way_step {
	const struct isle_snap_ns *ns;
	const struct isle_snap_link *dev;	/* of its default route; NULL: none */
	struct isle_ip via;		/* family 0: the destination itself is asked for on the wire */
	const struct isle_snap_link *to;	/* who has that address; NULL: nobody that was seen */
	const struct isle_snap_link *leaves;	/* then the interface of that segment whose other end is elsewhere, or NULL */
	bool forwards, masquerades;
};
struct isle_way {
	uint8_t family;
	struct isle_way_step steps[ISLE_WAY_MAX];
	size_t n;
	enum isle_way_end end;		/* after the last step */
};
int isle_way_find(const struct isle_snap *, const struct isle_snap_ns *, uint8_t family, struct isle_way *ret);	/* -ENOMEM */

/* who.c, whotext.c, whojson.c */
struct isle_who_match {
	const struct isle_snap_link *link;	/* NULL: the namespace itself */
	const struct isle_snap_ns *ns;
};
struct isle_who {
	const struct isle_snap *snap;
	const char *word;
	const struct isle_map_options *options;
	struct isle_arena *arena;
	struct isle_who_match *matches;
	size_t n, cap;
	bool detail;			/* of interfaces all of their own, and nothing of whose they are */
	bool bad;			/* no memory */
};
const struct isle_snap_ns *isle_who_behind(const struct isle_who_match *);	/* whose it is */
int isle_who_text(const struct isle_who *, struct isle_buf *out);
int isle_who_json(const struct isle_who *, struct isle_buf *out);

#endif
