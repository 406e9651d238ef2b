/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what `isle show` shows: a model, and of a lab that is up the state of its interfaces. */
#ifndef ISLE_CLI_SHOW_H
#define ISLE_CLI_SHOW_H

#include "cli/cli.h"

struct show_state { const struct isle_iface *iface; enum isle_link_state state; };
struct show {
	struct cli *cli;
	const struct isle_lab *lab;
	const struct isle_live *live;	/* NULL: a file that is not up */
	const struct isle_host *host;	/* NULL: all of the lab */
	const char *iface;		/* with host: only this one; or NULL */
	struct show_state *states;	/* sorted by address of the interface */
	size_t n_states, cap_states;
	char *now;			/* with iface: what the kernel has, as text or JSON; or NULL */
};
/* showiface.c */
int show_interface(struct cli *, const char *what);	/* of any namespace: NAMESPACE:IF */
int show_now(struct show *);			/* .now of the host's interface. 0; -errno: it is not there */
/* In words, if there is any: "drift" and a line each. */
void show_drift(const struct show *);		/* showdrift.c */
json_t *show_drift_json(const struct show *);
/* The interface's state where it is worth a word: "down", "no carrier", "missing"; NULL: as it should be. */
const char *show_trouble(const struct show *, const struct isle_iface *);
bool show_state_of(const struct show *, const struct isle_iface *, enum isle_link_state *ret);
void show_lab(const struct show *);		/* draw.c */
void show_host(const struct show *);		/* drawhost.c */
const char *show_whose(const struct isle_host *);	/* drawhost.c: "docker:web", "the machine": an attached one's network; NULL */
json_t *show_json(const struct show *);		/* showjson.c */

#endif
