/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_NS_FAULT_H
#define ISLE_NS_FAULT_H

#include "ns/ns.h"

/* What a process that makes system calls only has to say; may lie in shared memory. */
struct isle_ns_fault {
	int errnum;		/* positive; 0: nothing has failed */
	int status;		/* what to exit with: 125, 126, 127 */
	bool ours;		/* a refusal, no failed call */
	char msg[320], hint[320];
};
struct isle_ns_fault *isle_ns_fault_new(void);	/* shared with children; NULL: no memory */
void isle_ns_fault_free(struct isle_ns_fault *);
/* The first failure wins. Returns -ERRNUM. */
int isle_ns_fault(struct isle_ns_fault *, int errnum, const char *fmt, ...) ISLE_PRINTF(3, 4);
void isle_ns_fault_hint(struct isle_ns_fault *, const char *fmt, ...) ISLE_PRINTF(2, 3);
int isle_ns_fault_report(const struct isle_ns_fault *, struct isle_diag *);	/* 0: nothing has failed */

#endif
