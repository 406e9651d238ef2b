/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle show NS:IF`: one interface as the kernel has it now, a lab's or anybody's. */
#include "cli/show.h"
#include "cli/watch.h"

static int look(struct cli *c, const char *what, char **ret, struct isle_diag *diag)
{
	const struct isle_map_options o = { .ascii = !cli_utf8(), .color = c->color_out, .width = map_width() };
	struct isle_machine *m = NULL;
	int r = isle_machine_take(ISLE_MACHINE_ADDRESSES, &m, diag);

	if (!r)
		r = isle_interface(m, what, c->json ? ISLE_MAP_JSON : ISLE_MAP_TEXT, &o, ret, diag);
	isle_machine_free(m);
	return r;
}

int show_interface(struct cli *c, const char *what)
{
	isle_auto(free) char *text = NULL;

	if (look(c, what, &text, c->diag) < 0)
		return CLI_FAILED;
	fputs(text, stdout);
	return CLI_OK;
}

int show_now(struct show *s)
{
	isle_auto(free) char *what = NULL;

	if (asprintf(&what, "%s.%s:%s", isle_host_name(s->host), isle_lab_name(isle_live_lab(s->live)), s->iface) < 0)
		return -ENOMEM;
	return look(s->cli, what, &s->now, NULL);
}
