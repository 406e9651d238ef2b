/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_PUBLISH_H
#define ISLE_ENGINE_PUBLISH_H

#include "engine/engine.h"

/*
 * Build the lab in a worker process and let it appear on LABDIR, an empty directory in /run/isle whose descriptor RUN
 * is. Returns when the lab is there, or nothing of it is.
 */
int isle_publish(const struct isle_job *, int run, int labdir, const struct isle_up_options *, struct isle_diag *);

#endif
