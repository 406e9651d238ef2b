/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_REWIRE_H
#define ISLE_REWIRE_H

#include "change/change.h"
#include "rewire/place.h"
#include "live/snap.h"

#define ISLE_WIRE_MARK "isle:wire:"
#define ISLE_WIRE_ALONE ".1"	/* at the end of a mark: there is no other end that has it, too */
enum { ISLE_WIRE_MARK_MAX = 32 };

/* An interface that is about to be made, for the journal: it is known by its MAC, or if it has none of its own by the name that it is born with. */
struct isle_rewire_made { int end; char name[IFNAMSIZ]; bool is_born; char born[IFNAMSIZ]; uint8_t mac[6]; };

struct isle_rewire {
	const struct isle_place *place[2];	/* [1] NULL: one end only */
	uint32_t ns[2];			/* of steps */
	struct isle_snap_ns *in[2];	/* as they are now */
	struct isle_lab names;		/* its hosts: the namespaces, as they were said, or with .commands as `ip` wants them */
	struct isle_host host[2], *hosts[2];
	struct isle_snap *snap;
	struct isle_changes *changes;
	const struct isle_rewire_options *options;
	char mark[ISLE_WIRE_MARK_MAX];	/* of this wire: one more name of its interfaces */
	uint32_t next[2];		/* interface index for a new one */
	struct isle_rewire_made made[2];
	size_t n_made;
	const char *uplink;		/* or NULL: an uplink's journal, for the same */
};

/* Open what is to be changed, and take a snapshot of it with PARTS. B may be NULL. */
int isle_rewire_begin(struct isle_rewire *, const struct isle_place *a, const struct isle_place *b, unsigned parts,
		      const struct isle_rewire_options *, struct isle_diag *);
void isle_rewire_done(struct isle_rewire *);
static inline void isle_auto_rewire(struct isle_rewire *w) { isle_rewire_done(w); }
/* Do it, or with .commands say how. WHAT: "connect red and blue", for the journal and messages. */
int isle_rewire_do(struct isle_rewire *, const char *what, char **ret_said, struct isle_diag *);
bool isle_rewire_commands(const struct isle_rewire_options *);
/* *RET_SAID, unless it has the commands already. */
int isle_rewire_say(const struct isle_rewire_options *, char **ret_said, struct isle_diag *, const char *fmt, ...) ISLE_PRINTF(4, 5);

/* One more change at END; to be filled, and undone by its removal, if UNDO. */
struct isle_change *isle_rewire_add(struct isle_rewire *, enum isle_step_kind, int end);
const char *isle_rewire_name(const struct isle_rewire *, int end);	/* "red"; "the machine" */
/* The interface that END names in its namespace; -ENOENT. */
int isle_rewire_link(struct isle_rewire *, int end, const char *ifname, struct isle_snap_link **ret, struct isle_diag *);
/* A name for a new interface at END: WANTED, or if that is "" the first ethN that is free; -EEXIST. */
int isle_rewire_ifname(struct isle_rewire *, int end, const char *wanted, char ret[IFNAMSIZ], struct isle_diag *);
uint32_t isle_rewire_index(struct isle_rewire *, int end);
/* Note for the journal that NAME is going to be made, and give it a MAC. */
const uint8_t *isle_rewire_made(struct isle_rewire *, int end, const char *name);
/* The same for what has no MAC of its own: the name that it is to be made with, which nobody else has. */
const char *isle_rewire_born(struct isle_rewire *, int end, const char *name);

/* Its mark, if it is ours; else NULL. */
const char *isle_wire_mark(const struct isle_snap_link *);

#endif
