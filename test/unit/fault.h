/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: memory that runs out on demand. Every unit test program is linked so
 * that its malloc(), calloc() and realloc() (ours and those of archives linked
 * in) pass through here.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/* The N-th allocation from now on fails, and all after it; 0: none. */
void fault_at(unsigned long n);
/* Allocations since fault_at(). */
unsigned long fault_count(void);
/* Did one fail since fault_at()? */
bool fault_hit(void);

#endif
