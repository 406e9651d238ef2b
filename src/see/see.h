/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the networks of the machine for people and programs: the map in its
 * forms, whose an interface is, what comes and goes. Reads snapshots (live);
 * changes nothing. All that it has to offer is declared in isle-see.h.
 */
#ifndef ISLE_SEE_H
#define ISLE_SEE_H

#include "base/base.h"

#endif
