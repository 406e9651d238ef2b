/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle map` and `isle who`: options to the library's, its text to stdout. */
#include <sys/ioctl.h>
#include "cli/nslist.h"
#include "cli/watch.h"

unsigned map_width(void)
{
	struct winsize w;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col : 80;
}

static int form_of(struct cli *c, enum isle_map_form *ret)
{
	static const struct { enum cli_opt opt; enum isle_map_form form; } forms[] = {
		{ OPT_DOT, ISLE_MAP_DOT }, { OPT_SVG, ISLE_MAP_SVG }, { OPT_JSON, ISLE_MAP_JSON },
	};
	const char *first = NULL;

	*ret = ISLE_MAP_TEXT;
	for (size_t i = 0; i < ISLE_COUNT(forms); i++) {
		if (!c->opt[forms[i].opt])
			continue;
		if (first)
			return cli_wrong(c, "--%s and --%s: one form at a time", first, cli_option_name(c, forms[i].opt));
		first = cli_option_name(c, forms[i].opt);
		*ret = forms[i].form;
	}
	return CLI_OK;
}

static unsigned parts_for(enum isle_map_form form)
{
	const unsigned drawn = ISLE_MACHINE_ADDRESSES | ISLE_MACHINE_NFT | ISLE_MACHINE_SYSCTLS | ISLE_MACHINE_OVS;

	return form == ISLE_MAP_JSON ? drawn | ISLE_MACHINE_ROUTES | ISLE_MACHINE_RULES : drawn;
}

int map_text(struct cli *c, enum isle_map_form form, const struct isle_map_options *o, bool first, char **ret, struct isle_diag *diag)
{
	struct isle_machine *m = NULL;
	struct isle_unseen unseen;
	int r = isle_machine_take(parts_for(form), &m, diag);

	if (!r)
		r = isle_map(m, form, o, ret, diag);
	if (!r && first) {
		isle_machine_unseen(m, &unseen);
		ns_unseen(c, &unseen);
	}
	isle_machine_free(m);
	return r;
}

static int draw(struct cli *c, enum isle_map_form form, const struct isle_map_options *o)
{
	isle_auto(free) char *text = NULL;

	if (map_text(c, form, o, true, &text, c->diag) < 0)
		return CLI_FAILED;
	fputs(text, stdout);
	return CLI_OK;
}

int cmd_map(struct cli *c)
{
	const char *const labs[] = { c->opt[OPT_OF_LAB], NULL };
	struct isle_map_options o = {
		.names = c->n_args ? (const char *const *)c->args : NULL, .labs = labs[0] ? labs : NULL, .nss = c->n_many ? c->many : NULL,
		.around = c->opt[OPT_AROUND], .no_addresses = c->opt[OPT_NO_ADDRESSES], .ascii = c->opt[OPT_ASCII] || !cli_utf8(),
		.color = c->color_out, .width = map_width(),
	};
	enum isle_map_form form;
	int r = form_of(c, &form);

	if (!r && c->opt[OPT_WATCH])
		return map_watch(c, form, &o);
	if (!r && c->opt[OPT_COUNT_OF])
		return cli_wrong(c, "--count goes with --watch");
	return r ? r : draw(c, form, &o);
}

int cmd_who(struct cli *c)
{
	const struct isle_map_options o = { .ascii = c->opt[OPT_ASCII] || !cli_utf8(), .color = c->color_out, .width = map_width() };
	isle_auto(free) char *text = NULL;
	struct isle_machine *m = NULL;
	struct isle_unseen unseen;
	int r = isle_machine_take(ISLE_MACHINE_ADDRESSES | ISLE_MACHINE_ROUTES | ISLE_MACHINE_NFT | ISLE_MACHINE_SYSCTLS | ISLE_MACHINE_OVS, &m, c->diag);

	if (!r) {
		r = isle_who(m, c->args[0], c->json ? ISLE_MAP_JSON : ISLE_MAP_TEXT, &o, &text, c->diag);
		isle_machine_unseen(m, &unseen);
		ns_unseen(c, &unseen);
	}
	if (!r)
		fputs(text, stdout);
	isle_machine_free(m);
	return r ? CLI_FAILED : CLI_OK;
}
