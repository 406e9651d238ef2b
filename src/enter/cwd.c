/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the working directory over a change of the mount namespace: setns(2)
 * resets it to /, and a mount over one of its parents hides it. It is taken up
 * again by its path, which is what people see in their prompt.
 */
#include <sys/syscall.h>
#include "enter/enter.h"

void isle_cwd_get(struct isle_cwd *cwd)
{
	/* The system call: libc's getcwd() walks up the tree, with a heap, where the path is out of reach. */
	if (syscall(SYS_getcwd, cwd->path, sizeof(cwd->path)) < 0 || cwd->path[0] != '/')
		strcpy(cwd->path, "/");
}

void isle_cwd_set(const struct isle_cwd *cwd)
{
	if (chdir(cwd->path) < 0 && chdir("/") < 0)
		return;	/* no root directory: the command will notice */
}
