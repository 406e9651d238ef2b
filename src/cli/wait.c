/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle wait`: until something inside is there. */
#include "cli/cli.h"

int cmd_wait(struct cli *c)
{
	unsigned timeout_ms = 0;
	int status = cli_duration(c, OPT_TIMEOUT, &timeout_ms);

	if (status)
		return status;
	switch (isle_wait(c->args[0], c->args[1], timeout_ms, c->diag)) {
	case 0:
		return 0;
	case -EINVAL:
		return CLI_WRONG;
	default:
		return CLI_FAILED;
	}
}
