/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the tests' way to make the kernel say no, which strace cannot do: a
 * refusal comes in an acknowledgement, not as the result of a system call. The
 * count is shared by all processes that one command forks, so that "the 7th"
 * means the same in every run; when it comes, a line on stderr says so, or a
 * test could not tell that it was ignored. Compiled only with -DISLE_TEST_HOOKS.
 */
#include "nl/nl.h"

#ifdef ISLE_TEST_HOOKS
#include <stdatomic.h>
#include <sys/mman.h>

/* The one global of the library: it must be reached from a socket opened anywhere after any fork. */
static struct hook {
	atomic_uint acks;
	unsigned at;
	int errnum;
} *hook;

__attribute__((constructor)) static void init(void)
{
	const char *s = getenv("ISLE_TEST_NLERR");
	unsigned at;
	int errnum;

	if (!s || sscanf(s, "%u:%d", &at, &errnum) != 2)
		return;
	void *p = mmap(NULL, sizeof(*hook), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return;
	hook = p;
	hook->at = at;
	hook->errnum = errnum;
}

int isle_nl_test_ack(int rc)
{
	if (!hook || atomic_fetch_add(&hook->acks, 1) + 1 != hook->at)
		return rc;
	dprintf(STDERR_FILENO, "test: acknowledgement %u becomes errno %d\n", hook->at, hook->errnum);
	return -hook->errnum;
}
#endif
