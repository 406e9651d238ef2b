/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: pasta or slirp4netns, whichever is installed; private to engine/. */
#ifndef ISLE_OUTSIDE_UPLINK_USER_H
#define ISLE_OUTSIDE_UPLINK_USER_H

#include "build/build.h"

/* One of the two programs is there and may open /dev/net/tun; else what to install or allow. */
int isle_uplink_user_check(const struct isle_lab *, struct isle_diag *);

#endif
