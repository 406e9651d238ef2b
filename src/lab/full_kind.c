/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the long form of a kind's options: those that were written, in their
 * order; several values of one as a list. What is secret stays out of it, but for the file that has it.
 */
#include "lab/build.h"

static void put_value(struct isle_buf *out, const struct isle_link_value *v)
{
	isle_auto(buf) struct isle_buf text = { 0 };

	isle_link_print(v, &text);
	/* a number or a truth is one for every reader */
	if (v->option->type == ISLE_OPTION_BOOL || v->option->type == ISLE_OPTION_NUMBER)
		isle_buf_puts(out, text.s ? text.s : "");
	else
		isle_yaml_put(out, text.s ? text.s : "");
	out->bad |= text.bad;
}

void isle_lab_full_options(struct isle_buf *out, const struct isle_iface *f, const struct isle_link_value *skip)
{
	for (size_t i = 0; i < f->n_options; i++) {
		const struct isle_option *o = f->options[i].option;
		size_t n = 1;

		if (&f->options[i] == skip || (o->flags & ISLE_OPTION_SECRET && !f->options[i].text))
			continue;
		while (i + n < f->n_options && f->options[i + n].option == o)
			n++;
		isle_buf_printf(out, ", %s: %s", o->name, n > 1 ? "[" : "");
		for (size_t k = 0; k < n; k++) {
			isle_buf_puts(out, k ? ", " : "");
			put_value(out, &f->options[i + k]);
		}
		isle_buf_puts(out, n > 1 ? "]" : "");
		i += n - 1;
	}
}
