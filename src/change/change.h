/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changing what is live. A change is a step with its inverse; a list of
 * them is done by a forked process, in order, and if one fails those before it
 * are undone in reverse, so that everything is as it was. What nobody could
 * give back (an interface, a namespace) ends after all that can fail is done
 * (.ends): until then it is only switched off. The list comes from a difference
 * (diff/: a plan against the live state) or from whoever fills one himself
 * (isle_changes_add()).
 *
 * What a new kind of step has to bring in kinds/NAME.c so that it converges:
 *   encode_removal()  else it cannot be taken back
 *   indexes()         every interface index in it: a live interface keeps the one it has, whatever the plan says
 *   makes()           if it makes interfaces: which. Name, type, MTU, MAC, master and state are then compared and set by
 *                     what is here already
 *   settings()        if it has options by a table of links/: they are compared, and set in place where that can be
 *   describe(), command()   with .removes as well
 * A kind that makes no interface but something else has a function of its own in diff/match.c that finds it in a snapshot.
 */
#ifndef ISLE_CHANGE_H
#define ISLE_CHANGE_H

#include "engine/engine.h"
#include "kinds/step.h"

enum isle_change_why {
	ISLE_WHY_FILE,			/* the file says so, and said something else before */
	ISLE_WHY_DRIFT,			/* it said so all along: somebody changed it by hand */
};

struct isle_change {
	struct isle_step step;		/* what is done */
	struct isle_step undo;		/* its inverse, from live values */
	bool has_undo;			/* false: it only waits, or goes with what another one made */
	bool silent;			/* a detail of another change: not shown to people */
	bool ends_anyway;		/* about an interface that ends: if it has done so already, that is fine */
	bool again;			/* it is there, goes along with something else, and comes again */
	enum isle_change_why why;
	const char *was;		/* the live value that goes, for people; or NULL */
	const char *becomes;		/* the one that comes, where the step does not tell; or NULL */
};

struct isle_left {			/* not ours, or not to be touched: shown, and left alone */
	uint32_t ns;
	const char *words;
};

struct isle_changes {
	struct isle_arena *arena;
	/* Whose .hosts call the namespaces of all steps (ISLE_NS_HOST(i)); hosts that go come last. Name "": no lab. */
	const struct isle_lab *names;
	struct isle_change *list;	/* in the order in which they are done */
	size_t n, cap;
	struct isle_change *ends;	/* then: what ends for good. Not undone */
	size_t n_ends, cap_ends;
	struct isle_step *repairs;	/* after undoing: what the kernel took along with something else. EEXIST is fine */
	size_t n_repairs, cap_repairs;
	struct isle_left *lefts;
	size_t n_lefts, cap_lefts;
	bool no_memory;
};

/* NAMES stays the caller's, and must outlive the changes. NULL: no memory. */
struct isle_changes *isle_changes_new(const struct isle_lab *names);
void isle_changes_free(struct isle_changes *);		/* takes NULL */
/* One more; what steps point to must outlive the changes, or be in their arena. UNDO NULL: none. NULL: no memory, noted. */
struct isle_change *isle_changes_add(struct isle_changes *, const struct isle_step *, const struct isle_step *undo);
struct isle_change *isle_changes_end(struct isle_changes *, const struct isle_step *);
void isle_changes_repair(struct isle_changes *, const struct isle_step *);
void isle_changes_leave(struct isle_changes *, uint32_t ns, const char *fmt, ...) ISLE_PRINTF(3, 4);
/* The same step, to take away what it makes; it must be of a kind that can. */
struct isle_step isle_step_removal(const struct isle_step *);

/* ---- apply.c: doing them. In a forked, single-threaded process; no memory is allocated */
struct isle_apply {
	const struct isle_changes *changes;
	struct isle_shared *shared;	/* .step: an index of changes->list; those of .ends follow */
	/* A namespace's descriptor, to be closed by the executor. -errno */
	int (*open_ns)(const struct isle_apply *, uint32_t ns);
	/* A NETNS step, .removes too; may leave the process in that namespace, as the executor does. NULL: there are none */
	int (*take_ns)(const struct isle_apply *, const struct isle_step *);
	void *arg;
	uint8_t *msg;			/* room for a request */
	size_t msg_size;
};
/* All of .list, or nothing: -errno, reported, and what was done has been undone. What could not be undone is the hint. */
int isle_apply(const struct isle_apply *);
/* After isle_apply() did all of it. */
void isle_apply_undo(const struct isle_apply *);
/* All of .ends. What is gone already is fine; goes on after a failure and returns the first. */
int isle_apply_ends(const struct isle_apply *);
/* In the parent: the failure with its step's place and words. */
int isle_apply_report(const struct isle_apply *, struct isle_diag *);

#endif
