/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_KEEPER_H
#define ISLE_ENGINE_KEEPER_H

#include "engine/engine.h"


/* In the caller: who PID is, as state.c reads it again. */
int isle_keeper_describe(pid_t pid, char ret[192], struct isle_diag *);
/*
 * In the worker, process 1 of its pid namespace, when the lab is up: leave the caller's session, say so by a byte to SOCK,
 * and reap until asked to end, or until nobody is left.
 */
_Noreturn void isle_keeper_stay(struct isle_shared *, int sock);

#endif
