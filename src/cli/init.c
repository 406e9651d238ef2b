/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle init`: a lab file to start from. The texts are the example labs
 * themselves (doc/labs/, every one of which the tests bring up), put into the
 * program by the assembler, so that there is one copy of each.
 */
#include <fcntl.h>
#include "cli/cli.h"

#define TARGET "lab.yaml"

#define LAB(symbol, file) \
	__asm__(".pushsection .rodata\n" \
		#symbol ":\n\t.incbin \"doc/labs/" file "\"\n\t.byte 0\n" \
		"\t.popsection\n"); \
	extern const char symbol[] __attribute__((visibility("hidden")));

LAB(isle_cli_lab_start, "start.yaml")
LAB(isle_cli_lab_000, "000-uplink.yaml")
LAB(isle_cli_lab_001, "001-apart.yaml")
LAB(isle_cli_lab_002, "002-cities.yaml")
LAB(isle_cli_lab_003, "003-pair.yaml")
LAB(isle_cli_lab_004, "004-gateway.yaml")
LAB(isle_cli_lab_office, "office.yaml")
LAB(isle_cli_lab_triangle, "triangle.yaml")

const char *const cli_tutorials[] = { "000", "001", "002", "003", "004", "office", "triangle", NULL };
static const char *const texts[] = {
	isle_cli_lab_000, isle_cli_lab_001, isle_cli_lab_002, isle_cli_lab_003, isle_cli_lab_004,
	isle_cli_lab_office, isle_cli_lab_triangle,
};
_Static_assert(ISLE_COUNT(cli_tutorials) == ISLE_COUNT(texts) + 1, "a name for each text");

static const char *find(struct cli *c, const char *name)
{
	const char *near;

	if (!name)
		return isle_cli_lab_start;
	for (size_t i = 0; cli_tutorials[i]; i++)
		if (!strcmp(cli_tutorials[i], name))
			return texts[i];
	near = isle_near_best(name, cli_tutorials, SIZE_MAX);
	cli_wrong(c, "no lab '%s' to start from", name);
	if (near)
		isle_hint(c->diag, "did you mean '%s'?", near);
	else
		isle_hint(c->diag, "there are 000 001 002 003 004 office triangle, or none of them");
	return NULL;
}

/* Whole or not at all: written beside it, then linked to the name, which never replaces a file. */
static int write_new(const char *text, struct isle_diag *diag)
{
	isle_auto(close) int fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	bool linked = fd < 0;
	size_t n = strlen(text);
	char path[40];

	/* some file systems have no unnamed files */
	if (fd < 0)
		fd = open(TARGET, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		return isle_fail(diag, errno, NULL, "write ./%s", TARGET);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!linked && linkat(AT_FDCWD, path, AT_FDCWD, TARGET, AT_SYMLINK_FOLLOW) < 0)
		return isle_fail(diag, errno, NULL, "write ./%s", TARGET);
	return 0;
}

int cmd_init(struct cli *c)
{
	const char *text = find(c, c->args[0]);
	int r;

	if (!text)
		return CLI_WRONG;
	/* the licence of the example is no business of the copy */
	if (!strncmp(text, "# SPDX", 6))
		text += strcspn(text, "\n") + 1;
	r = write_new(text, c->diag);
	if (r == -EEXIST)
		isle_hint(c->diag, "it was left as it is; move it away first");
	if (r < 0)
		return CLI_FAILED;
	if (c->json)
		return cli_json(c, json_pack("{s:s}", "file", TARGET));
	puts("./" TARGET " written; next: isle check, isle up");
	return CLI_OK;
}
