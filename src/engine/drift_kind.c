/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: drift of an interface that has a kind: an option that was written, or
 * that is sent unasked, and is another now. What nobody wrote is the kernel's.
 */
#include "engine/drift.h"
#include "nl/nl.h"

static const struct isle_link_value *wanted_of(const struct isle_iface *iface, const struct isle_option *o, size_t *ret_n)
{
	const struct isle_link_value *found = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < iface->n_options; i++)
		if (iface->options[i].option == o && (*ret_n)++ == 0)
			found = &iface->options[i];
	return found;
}

bool isle_drift_option(const struct isle_iface *iface, const struct isle_nlattrs *link, size_t *at, struct isle_option_drift *ret)
{
	struct isle_link_value got[ISLE_LINK_OPTIONS];
	struct isle_nlattrs info;
	size_t n, n_wanted;

	isle_nl_nested(link->a[IFLA_LINKINFO], &info);
	n = isle_link_get(iface->kind, info.a[IFLA_INFO_DATA], got, ISLE_COUNT(got));
	for (; *at < n; ++*at) {
		const struct isle_option *o = got[*at].option;
		const struct isle_link_value dflt = { .option = o, .n = o->dflt_n };
		const struct isle_link_value *wanted = wanted_of(iface, o, &n_wanted);

		if (!n_wanted && (o->flags & ISLE_OPTION_SEND))
			wanted = &dflt;
		/* an index is another's name; several values are none of the link's */
		if (!wanted || n_wanted > 1 || o->type == ISLE_OPTION_LINK || isle_link_value_equal(wanted, &got[*at]))
			continue;
		*ret = (struct isle_option_drift) { got[*at], *wanted };
		++*at;
		return true;
	}
	return false;
}

void isle_drift_words(const struct isle_option_drift *d, struct isle_buf *out)
{
	isle_buf_printf(out, "has %s ", d->got.option->name);
	isle_link_print(&d->got, out);
	isle_buf_puts(out, ", not ");
	isle_link_print(&d->wanted, out);
}
