/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_PUBLISH_H
#define ISLE_ENGINE_PUBLISH_H

#include "engine/engine.h"

/*
 * Build the lab in a worker process and let it appear on /run/isle/LAB. PLACE is called in the caller when all is built:
 * it makes that directory, empty, and sees to it that nobody else touches it before this returns. Returns when the lab is
 * there, or nothing of it is.
 */
int isle_publish(const struct isle_job *, int (*place)(void *, pid_t worker), void *arg, const struct isle_up_options *, struct isle_diag *);

#endif
