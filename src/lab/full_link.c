/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the links of the long form: statement by statement in the order of the file, which numbers interfaces. */
#include "lab/build.h"

static void put_link(struct isle_buf *out, const struct isle_link *l)
{
	const char *sep = ", ";
	isle_auto(buf) struct isle_buf text = { 0 };

	for (int k = 0; k < 2; k++) {
		isle_buf_puts(&text, k ? " -- " : "");
		if (l->iface[k])
			isle_lab_put_ref(&text, l->iface[k]);
		else
			isle_buf_puts(&text, l->network[k]->name);
	}
	isle_buf_puts(out, "  - ");
	isle_lab_put_quoted(out, &text);
	isle_buf_puts(out, ": {");
	if (l->iface[0]) {
		isle_lab_put_subnets(out, l->subnets, l->n_subnets);
		isle_buf_puts(out, ", ");
	}
	if (l->iface[0] && l->iface[0]->kind) {
		isle_buf_printf(out, "kind: %s", l->iface[0]->kind->name);
		isle_lab_full_options(out, l->iface[0], NULL);
	} else {
		isle_buf_printf(out, "mtu: %u", l->mtu);
	}
	isle_buf_printf(out, ", state: %s", l->up ? "up" : "down");
	isle_lab_put_vlans(out, &l->vlans, &sep);
	isle_lab_put_port(out, &l->vlans, &sep);
	isle_buf_puts(out, "}\n");
}

/* A membership that a link made. */
static void put_membership(struct isle_buf *out, const struct isle_iface *f)
{
	isle_auto(buf) struct isle_buf text = { 0 };

	isle_lab_put_ref(&text, f);
	isle_buf_printf(&text, " -- %s", f->network->name);
	isle_buf_puts(out, "  - ");
	isle_lab_put_quoted(out, &text);
	isle_buf_puts(out, "\n");
}

/* Where a link out of the lab leads. Returns the option that says it, or NULL. */
static const struct isle_link_value *put_way(struct isle_buf *out, const struct isle_iface *f)
{
	char text[ISLE_IP_TEXT + 8];

	if (f->kind->is_tun)
		return NULL;
	isle_buf_puts(out, ":");
	if (f->machine_lower) {
		isle_buf_puts(out, f->machine_lower);
		return NULL;
	}
	if (f->kind->by_genl) {
		isle_buf_puts(out, f->n_peers ? isle_lab_peer_endpoint(&f->peers[0], text, sizeof(text)) : "none");
		return NULL;
	}
	isle_link_print(&f->options[0], out);
	return &f->options[0];
}

/* A link out of the lab. */
static void put_out(struct isle_buf *out, const struct isle_iface *f)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	const struct isle_link_value *first;

	isle_lab_put_ref(&text, f);
	isle_buf_printf(&text, " -- %s", f->kind->name);
	first = put_way(&text, f);
	isle_buf_puts(out, "  - ");
	isle_lab_put_quoted(out, &text);
	isle_buf_printf(out, ": {state: %s", f->up ? "up" : "down");
	isle_lab_full_options(out, f, first);
	if (f->kind->by_genl && f->n_peers)
		isle_lab_full_outside(out, &f->peers[0]);
	isle_buf_puts(out, "}\n");
}

struct statement { const struct isle_doc_link *at; const struct isle_link *link; const struct isle_iface *iface; };

static int by_place(const void *x, const void *y)
{
	const struct statement *a = x, *b = y;

	/* rows of one array, in the order of the file */
	return (a->at > b->at) - (a->at < b->at);
}

/* A membership or a link out of the lab that a link made: struct isle_link is only what has two ends. */
static bool is_statement(const struct isle_iface *f)
{
	return isle_biface(f)->how == ISLE_HOW_WIRE || (isle_biface(f)->how == ISLE_HOW_LINK && f->network);
}

int isle_lab_full_links(struct isle_buf *out, const struct isle_lab *lab)
{
	isle_auto(free) struct statement *s = NULL;
	size_t n = lab->n_links;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			n += is_statement(lab->hosts[i]->ifaces[k]);
	if (!n)
		return 0;
	s = calloc(n, sizeof(*s));
	if (!s)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < lab->n_links; i++, n++)
		s[n] = (struct statement){ isle_blink(lab->links[i])->doc, lab->links[i], NULL };
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			if (is_statement(lab->hosts[i]->ifaces[k]))
				s[n++] = (struct statement){ isle_biface(lab->hosts[i]->ifaces[k])->doc_link, NULL, lab->hosts[i]->ifaces[k] };
	qsort(s, n, sizeof(*s), by_place);
	isle_buf_puts(out, "links:\n");
	for (size_t i = 0; i < n; i++) {
		if (s[i].link)
			put_link(out, s[i].link);
		else if (s[i].iface->kind)
			put_out(out, s[i].iface);
		else
			put_membership(out, s[i].iface);
	}
	return 0;
}
