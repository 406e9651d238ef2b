/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: signals and the terminal around a command that runs below the caller.
 */
#ifndef ISLE_ENGINE_SIGNALS_H
#define ISLE_ENGINE_SIGNALS_H

#include <signal.h>
#include "engine/init.h"

struct isle_signals {
	int fd;			/* signalfd */
	sigset_t old;		/* mask of the calling thread before */
	int tty;		/* the controlling terminal if the caller had it in the foreground; -1 */
};
/* Take over those that are to be handed on; the mask of the calling thread alone is changed. */
int isle_signals_take(struct isle_signals *);
void isle_signals_hand_on(struct isle_signals *, struct isle_init *);
void isle_signals_give_back(struct isle_signals *);

/* Until the release what would kill the caller waits: a signalfd tells of it, with the mask as it was. -errno */
int isle_signals_hold(sigset_t *ret_old);
void isle_signals_release(int fd, const sigset_t *old);	/* takes -errno: nothing was held */

/* In a child that is about to exec: no handlers, MASK, SIGCHLD ignored again if it was. */
void isle_signals_reset(const sigset_t *mask, bool ignore_child);

#endif
