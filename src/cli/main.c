/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: start of the program: parse by the table, run the command, show what
 * went wrong. Nothing is set up that a command may not need: `exec` must start
 * as fast as the kernel allows.
 */
#include <fcntl.h>
#include "cli/cli.h"
#include "netns/netns.h"

/* A closed 0, 1 or 2 would be handed out again as some namespace, and then written to. */
static bool have_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct cli c = { .diag = isle_diag_new() };
	int status;

	if (!c.diag || !have_standard_fds()) {
		fputs("isle: error: cannot start: no memory, or a standard stream is closed and there is no /dev/null\n", stderr);
		return CLI_FAILED;
	}
	if (netns_wanted(argv)) {
		status = netns_main(argc, argv, c.diag);
		isle_diag_free(c.diag);
		return status;
	}
	clock_gettime(CLOCK_MONOTONIC, &c.begin);
	status = cli_parse(&c, argc, argv);
	if (status < 0)
		status = c.command->run(&c);
	return cli_finish(&c, status);
}
