/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: pasta or slirp4netns, whichever is installed; private to engine/. */
#ifndef ISLE_OUTSIDE_UPLINK_USER_H
#define ISLE_OUTSIDE_UPLINK_USER_H

#include "build/build.h"

/* One of the two programs is there and may open /dev/net/tun; else what to install or allow. STARTS: for which hosts; NULL: all. */
int isle_uplink_user_check(const struct isle_lab *, const bool *starts, struct isle_diag *);
/* One more, below the lab's init, by a process that ends then; in the machine's network, and returns when it carries. */
int isle_uplink_user_start(const struct isle_job *, const struct isle_host *, int tree_dir);
void isle_uplink_user_commands(const struct isle_plan *, const struct isle_host *, struct isle_buf *out);	/* the same for people */

#endif
