/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: src/contain alone, for tests with the real engines: `who REF` prints
 * the process of a container, `who -l` a line ENGINE NAME PID for each that runs.
 */
#include <stdio.h>
#include "contain/contain.h"

static void show(const char *name, pid_t pid, void *engine)
{
	printf("%s %s %d\n", (const char *)engine, name, (int)pid);
}

static int list(struct isle_diag *diag)
{
	int r = 0;

	for (const struct isle_engine *e = isle_engines; e->name && !r; e++)
		r = e->each(show, (void *)e->name, diag);
	return r;
}

int main(int argc, char **argv)
{
	struct isle_diag *diag = isle_diag_new();
	pid_t pid;
	int r;

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "-l")) {
		r = list(diag);
	} else {
		r = isle_contain_pid(argv[1], &pid, diag);
		if (!r)
			printf("%d\n", (int)pid);
	}
	for (const struct isle_diag_rec *rec = isle_diag_first(diag); rec; rec = isle_diag_next(rec)) {
		char *text = isle_diag_text(rec, false);

		fputs(text ? text : "no memory\n", stderr);
		free(text);
	}
	isle_diag_free(diag);
	return r ? 1 : 0;
}
