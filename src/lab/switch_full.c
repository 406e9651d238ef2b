/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: switches and the VLANs of their ports in the long form. What was not
 * written of a switch is what every version gives it, and stays unwritten.
 */
#include "lab/build.h"

static void put_options(struct isle_buf *out, const struct isle_network *n)
{
	for (size_t i = 0; i < n->n_options; i++) {
		const char *row = n->options[i].option->name;

		isle_buf_printf(out, ", %s: ", !strcmp(row, "stp_state") ? "stp" : !strcmp(row, "ageing_time") ? "ageing" : row);
		isle_link_print(&n->options[i], out);
	}
}

void isle_lab_put_switch(struct isle_buf *out, const struct isle_network *n)
{
	const struct isle_doc_switch *d = &isle_bnet(n)->doc->sw;

	if (n->vlan_of) {
		isle_buf_printf(out, "    vlan: %s/%u\n", n->vlan_of->name, n->vlan);
	} else if (n->kind == ISLE_SWITCH_OVS) {
		/* as written: what AUTO became is the machine's */
		isle_buf_printf(out, "    switch: {kind: ovs, datapath: %s", d->datapath.s ? d->datapath.s : "auto");
		isle_buf_printf(out, ", shared: %s}\n", n->shared ? "true" : "false");
	} else if (n->n_options) {
		isle_buf_puts(out, "    switch: {kind: bridge");
		put_options(out, n);
		isle_buf_puts(out, "}\n");
	} else {
		isle_buf_puts(out, "    switch: bridge\n");
	}
}

void isle_lab_put_vlans(struct isle_buf *out, const struct isle_vlans *v, const char **sep)
{
	if (v->access)
		isle_buf_printf(out, "%saccess: %u", *sep, v->access);
	else if (v->n_trunk)
		isle_buf_printf(out, "%strunk: [", *sep);
	for (size_t i = 0; i < v->n_trunk; i++)
		isle_buf_printf(out, "%s%u", i ? ", " : "", v->trunk[i]);
	if (v->n_trunk)
		isle_buf_puts(out, "]");
	if (v->native)
		isle_buf_printf(out, ", native: %u", v->native);
	if (v->access || v->n_trunk)
		*sep = ", ";
}

void isle_lab_put_port(struct isle_buf *out, const struct isle_vlans *v, const char **sep)
{
	if (!v->n_options)
		return;
	isle_buf_printf(out, "%sport: {", *sep);
	for (size_t i = 0; i < v->n_options; i++) {
		isle_buf_printf(out, "%s%s: ", i ? ", " : "", v->options[i].option->name);
		isle_link_print(&v->options[i], out);
	}
	isle_buf_puts(out, "}");
	*sep = ", ";
}
