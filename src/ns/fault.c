/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: failures without a heap: what goes wrong in a child, or in a process that
 * has left half of its namespaces, is written into memory that was ready before
 * and becomes a record of a diag in the process that asked for it.
 */
#include <sys/mman.h>
#include "ns/fault.h"

struct isle_ns_fault *isle_ns_fault_new(void)
{
	void *p = mmap(NULL, sizeof(struct isle_ns_fault), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void isle_ns_fault_free(struct isle_ns_fault *f)
{
	if (f)
		munmap(f, sizeof(*f));
}

int isle_ns_fault(struct isle_ns_fault *f, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (f->errnum)
		return -errnum;
	va_start(ap, fmt);
	vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
	va_end(ap);
	f->status = 125;
	f->errnum = errnum;
	return -errnum;
}

void isle_ns_fault_hint(struct isle_ns_fault *f, const char *fmt, ...)
{
	va_list ap;

	if (f->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(f->hint, sizeof(f->hint), fmt, ap);
	va_end(ap);
}

int isle_ns_fault_report(const struct isle_ns_fault *f, struct isle_diag *diag)
{
	if (!f->errnum)
		return 0;
	if (f->ours)
		isle_reject(diag, NULL, "%s", f->msg);
	else
		isle_fail(diag, f->errnum, NULL, "%s", f->msg);
	if (f->hint[0])
		isle_hint(diag, "%s", f->hint);
	return -f->errnum;
}
