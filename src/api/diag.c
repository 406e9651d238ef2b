/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: problems as the library's users see them; what they are made of is base/diag.c's. */
#include "base/base.h"

const char *isle_version(void)
{
	return ISLE_VERSION;
}

const struct isle_diag_rec *isle_diag_next(const struct isle_diag_rec *r)
{
	return r ? r->next : NULL;
}

void isle_diag_read(const struct isle_diag_rec *r, struct isle_problem *ret)
{
	const struct isle_source *src = r->loc.src;

	*ret = (struct isle_problem) {
		.errnum = r->errnum,
		.warning = r->warning,
		.file = !src ? NULL : !strcmp(src->name, "-") ? "<stdin>" : src->name,
		.line = src ? r->loc.line : 0,
		.col = src ? r->loc.col : 0,
		.message = r->msg,
		.kernel = r->kernel,
		.hint = r->hint,
	};
}

char *isle_diag_text(const struct isle_diag_rec *r, bool color)
{
	struct isle_buf b = { 0 };

	isle_diag_show(r, color, &b);
	return isle_buf_steal(&b);
}
