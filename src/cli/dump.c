/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle dump`: what is live as a lab file, on stdout or in a new file. */
#include <fcntl.h>
#include "cli/cli.h"

/* A file that is there is never replaced. */
static int write_new(struct cli *c, const char *path, const char *text)
{
	isle_auto(close) int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	size_t n = strlen(text);

	if (fd >= 0 && write(fd, text, n) == (ssize_t)n)
		return CLI_OK;
	isle_fail(c->diag, errno, NULL, "write %s", path);
	if (errno == EEXIST)
		isle_hint(c->diag, "it was left as it is; move it away first");
	else if (fd >= 0)
		unlink(path);
	return CLI_FAILED;
}

int cmd_dump(struct cli *c)
{
	isle_auto(free) char *text = NULL;
	const char *path = c->opt[OPT_OUTPUT];

	if (isle_dump((const char *const *)c->args, (size_t)c->n_args, c->opt[OPT_LAB], &text, c->diag) < 0)
		return CLI_FAILED;
	if (path && strcmp(path, "-"))
		return write_new(c, path, text);
	if (c->json)
		return cli_json(c, json_pack("{s:s}", "text", text));
	fputs(text, stdout);
	return CLI_OK;
}
