/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a client of Open vSwitch's database whose other end is the test.
 */
#ifndef OVSDB_HELP_H
#define OVSDB_HELP_H

#include "ovsdb/ovsdb.h"
#include "unit.h"

enum { PATIENCE = 20000, SHORT = 30 };	/* ms */

/* A client whose peer is .other, and what is said about failures. */
struct line {
	struct isle_ovsdb *db;
	struct isle_diag *d;
	int other;
};

struct line line_begin(int wait_ms);
void line_end(struct line *);
void line_say(const struct line *, const char *text);
const char *line_heard(const struct line *);	/* all that the client has sent so far */
const char *line_words(const struct line *);	/* the first message */

#endif
