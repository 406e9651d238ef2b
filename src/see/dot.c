/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the map for graphviz. A namespace is a table with a row for each
 * interface; a switch is a box of its own, and its ports are the wires that
 * leave it. A namespace with a switch in it, and a lab with all its hosts, are
 * clusters. Names of nodes are made of numbers, so no name that somebody gave
 * can be anything but a label, where markup is escaped.
 */
#include <net/if.h>
#include "see/inner.h"

enum { MANY_NODES = 150 };	/* beyond, layers get too long and a force layout is better */

struct paint { const char *line, *fill; };

struct dot {
	struct isle_buf *out;
	const struct isle_view *view;
	struct isle_arena *arena;
	bool bad;
};

static struct paint paint_of(const struct isle_snap_ns *ns)
{
	if (ns->forwards4 || ns->forwards6)
		return ns->owner == ISLE_OWNER_MACHINE ? (struct paint){ "#3b4252", "#eceff4" } : (struct paint){ "#8a5a9e", "#f6eefa" };
	switch (ns->owner) {
	case ISLE_OWNER_MACHINE: return (struct paint){ "#3b4252", "#eceff4" };
	case ISLE_OWNER_HOST: return (struct paint){ "#4c78a8", "#eef4fb" };
	case ISLE_OWNER_CONTAINER: return (struct paint){ "#2a8f8f", "#eaf7f6" };
	case ISLE_OWNER_NAMED: return (struct paint){ "#5a8a3c", "#f0f7ea" };
	default: return (struct paint){ "#777777", "#f5f5f5" };
	}
}

/* For a label of the HTML kind. */
static void put_html(struct dot *d, const char *s)
{
	const char *plain = isle_plain(d->arena, s);

	d->bad |= !plain;
	for (; plain && *plain; plain++) {
		if (*plain == '&')
			isle_buf_puts(d->out, "&amp;");
		else if (*plain == '<')
			isle_buf_puts(d->out, "&lt;");
		else if (*plain == '>')
			isle_buf_puts(d->out, "&gt;");
		else if (*plain == '"')
			isle_buf_puts(d->out, "&quot;");
		else
			isle_buf_put(d->out, plain, 1);
	}
}

static bool is_switch(const struct dot *d, const struct isle_snap_link *l)
{
	return isle_tree_is_bridge(l) && isle_view_shows(d->view, l);
}

/* Drawn as a wire out of its switch, without a row of its own. */
static bool is_port(const struct dot *d, const struct isle_snap_link *l)
{
	return l->master && is_switch(d, l->master) && l->peer && isle_view_shows(d->view, l->peer);
}

static bool has_row(const struct dot *d, const struct isle_snap_link *l)
{
	return isle_view_shows(d->view, l) && !isle_see_is_quiet(l) && !isle_tree_is_bridge(l) && !is_port(d, l);
}

/* Graphviz takes no element that is empty. */
static void put_ips(struct dot *d, const struct isle_ip *a, size_t n)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < n && !d->view->options->no_addresses; i++)
		isle_buf_printf(d->out, "<br/><font color=\"#555555\" point-size=\"10\">%s</font>", isle_ip_text(&a[i], true, text));
}

static void put_addresses(struct dot *d, const struct isle_snap_link *l)
{
	size_t n;
	const struct isle_ip *a = isle_see_addresses(l, d->arena, &n);

	put_ips(d, a, n);
}

/* Of a lab's switch, which has no address: those of its members. */
static void put_subnets(struct dot *d, const struct isle_snap_link *bridge)
{
	struct isle_ip list[ISLE_SUBNETS_MAX];
	const struct isle_snap_ns *ns = bridge->ns;
	size_t n = 0, n_addresses;

	for (size_t i = 0; i < ns->n_links; i++) {
		const struct isle_snap_link *peer = ns->links[i].master == bridge ? ns->links[i].peer : NULL;
		const struct isle_ip *a = peer ? isle_see_addresses(peer, d->arena, &n_addresses) : NULL;

		for (size_t k = 0; a && k < n_addresses; k++)
			n = isle_see_add_subnet(list, n, &a[k]);
	}
	put_ips(d, list, n);
}

static void put_row(struct dot *d, const struct isle_snap_link *l)
{
	const char *kind = isle_see_kind(l, d->arena), *state = isle_see_state(l);

	isle_buf_printf(d->out, "<tr><td port=\"i%d\" align=\"left\" balign=\"left\">", l->ifindex);
	put_html(d, l->name);
	if (kind) {
		isle_buf_puts(d->out, " <font color=\"#888888\" point-size=\"9\">");
		put_html(d, kind);
		isle_buf_puts(d->out, "</font>");
	}
	if (state)
		isle_buf_printf(d->out, " <font color=\"#c0392b\" point-size=\"9\">%s</font>", state);
	put_addresses(d, l);
	isle_buf_puts(d->out, "</td></tr>");
}

static size_t rows(const struct dot *d, const struct isle_snap_ns *ns)
{
	size_t n = 0;

	for (size_t i = 0; i < ns->n_links; i++)
		n += has_row(d, &ns->links[i]);
	return n;
}

static void put_table(struct dot *d, const struct isle_snap_ns *ns, bool titled, const char *indent)
{
	const struct paint p = paint_of(ns);
	const bool any = rows(d, ns);

	isle_buf_printf(d->out, "%sn%zu [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"5\" color=\"%s\" "
				"bgcolor=\"%s\" style=\"rounded\">", indent, ns->index, p.line, titled ? p.fill : "#ffffff");
	if (titled) {
		isle_buf_printf(d->out, "<tr><td><font color=\"%s\"><b>", p.line);
		put_html(d, ns->host ? ns->host : ns->label);
		isle_buf_puts(d->out, "</b></font>");
		if (ns->unseen)
			isle_buf_puts(d->out, "<br/><font color=\"#c0392b\" point-size=\"9\">cannot be looked into</font>");
		isle_buf_puts(d->out, any ? "</td></tr><hr/>" : "</td></tr>");
	}
	for (size_t i = 0; i < ns->n_links; i++)
		if (has_row(d, &ns->links[i]))
			put_row(d, &ns->links[i]);
	isle_buf_puts(d->out, "</table>>];\n");
}

static void put_switch(struct dot *d, const struct isle_snap_link *l, const char *indent)
{
	isle_buf_printf(d->out, "%sn%zui%d [shape=box, style=\"rounded,filled\", color=\"#d08a2d\", fillcolor=\"#fff4dd\", label=<<b>", indent,
			l->ns->index, l->ifindex);
	put_html(d, l->name);
	isle_buf_puts(d->out, "</b>");
	put_addresses(d, l);
	if (l->ns->owner == ISLE_OWNER_FABRIC)
		put_subnets(d, l);
	if (isle_see_state(l))
		isle_buf_printf(d->out, "<br/><font color=\"#c0392b\" point-size=\"9\">%s</font>", isle_see_state(l));
	isle_buf_puts(d->out, ">];\n");
}

static bool has_switch(const struct dot *d, const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_links; i++)
		if (is_switch(d, &ns->links[i]))
			return true;
	return false;
}

static void put_switches(struct dot *d, const struct isle_snap_ns *ns, const char *indent)
{
	for (size_t i = 0; i < ns->n_links; i++)
		if (is_switch(d, &ns->links[i]))
			put_switch(d, &ns->links[i], indent);
}

static void open_cluster(struct dot *d, const struct isle_snap_ns *ns, const char *before, const char *title, const char *line)
{
	isle_buf_printf(d->out, "\tsubgraph cluster%zu {\n\t\tstyle=\"rounded\"; color=\"%s\"; fontcolor=\"%s\"; penwidth=1.2;\n\t\tlabel=<%s<b>",
			ns->index, line, line, before);
	put_html(d, title);
	isle_buf_puts(d->out, "</b>>;\n");
}

static void put_ns(struct dot *d, const struct isle_snap_ns *ns)
{
	if (!has_switch(d, ns)) {
		put_table(d, ns, true, "\t");
		return;
	}
	open_cluster(d, ns, "", ns->label, paint_of(ns).line);
	put_switches(d, ns, "\t\t");
	if (rows(d, ns))
		put_table(d, ns, false, "\t\t");
	isle_buf_puts(d->out, "\t}\n");
}

static void put_lab(struct dot *d, const struct isle_snap_ns *ns, size_t n)
{
	open_cluster(d, ns, "lab ", ns->lab, "#4c78a8");
	for (size_t i = 0; i < n; i++) {
		if (!d->view->nss[ns[i].index])
			continue;
		if (ns[i].owner != ISLE_OWNER_FABRIC || rows(d, &ns[i]))
			put_table(d, &ns[i], true, "\t\t");
		put_switches(d, &ns[i], "\t\t");
	}
	isle_buf_puts(d->out, "\t}\n");
}

/* Where a wire ends: a switch, or a row of a table. */
static void put_end(struct dot *d, const struct isle_snap_link *l)
{
	if (is_port(d, l))
		isle_buf_printf(d->out, "n%zui%d", l->ns->index, l->master->ifindex);
	else if (isle_tree_is_bridge(l))
		isle_buf_printf(d->out, "n%zui%d", l->ns->index, l->ifindex);
	else
		isle_buf_printf(d->out, "n%zu:i%d", l->ns->index, l->ifindex);
}

/* The port's name, where it means something to people: a fabric's are made up. */
static void put_port_name(struct dot *d, const struct isle_snap_link *l, const char *end)
{
	if (!is_port(d, l) || l->ns->owner == ISLE_OWNER_FABRIC)
		return;
	isle_buf_printf(d->out, ", %slabel=<<font color=\"#888888\" point-size=\"9\">", end);
	put_html(d, l->name);
	isle_buf_puts(d->out, "</font>>");
}

static void put_edge(struct dot *d, const struct isle_snap_link *a, const struct isle_snap_link *b, const char *style)
{
	const bool down = isle_see_state(a) || isle_see_state(b);

	isle_buf_puts(d->out, "\t");
	put_end(d, a);
	isle_buf_puts(d->out, " -- ");
	put_end(d, b);
	isle_buf_printf(d->out, " [style=%s%s", down ? "dashed" : style, down ? ", color=\"#c0392b\"" : "");
	put_port_name(d, a, "tail");
	put_port_name(d, b, "head");
	isle_buf_puts(d->out, "];\n");
}

static bool is_there(const struct dot *d, const struct isle_snap_link *l)
{
	return l && (is_switch(d, l) || has_row(d, l) || is_port(d, l));
}

static void put_edges(struct dot *d, const struct isle_snap_link *l)
{
	/* the switch first, then its members: layers go from there */
	if (is_there(d, l->peer) && is_port(d, l) >= is_port(d, l->peer) &&
	    (is_port(d, l) > is_port(d, l->peer) || isle_view_nth(d->view, l) < isle_view_nth(d->view, l->peer)))
		put_edge(d, l, l->peer, "solid");
	if (l->master && is_switch(d, l->master) && !is_port(d, l))
		put_edge(d, l->master, l, "solid");
	if (is_there(d, l->lower) && l->lower->ns != l->ns)
		put_edge(d, l->lower, l, "dotted");
}

static size_t count_nodes(const struct dot *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->view->snap->n_nss; i++)
		n += d->view->nss[i];
	return n;
}

int isle_map_dot(const struct isle_view *v, struct isle_buf *out)
{
	struct dot d = { .out = out, .view = v, .arena = v->arena };
	const struct isle_snap *snap = v->snap;

	isle_buf_printf(out, "graph isle {\n\tlayout=%s; rankdir=LR; overlap=false; splines=true; nodesep=0.25; ranksep=0.9; pad=0.3;\n"
			     "\tfontname=\"Helvetica,Arial,sans-serif\"; fontsize=13; labeljust=l; bgcolor=\"white\";\n"
			     "\tnode [shape=plain, fontname=\"Helvetica,Arial,sans-serif\", fontsize=12];\n"
			     "\tedge [color=\"#666666\", penwidth=1.3, fontname=\"Helvetica,Arial,sans-serif\"];\n",
			count_nodes(&d) > MANY_NODES ? "sfdp" : "dot");
	for (size_t i = 0, n; i < snap->n_nss; i += n) {
		const struct isle_snap_ns *ns = &snap->nss[i];
		bool shown = v->nss[i];

		for (n = 1; ns->lab && i + n < snap->n_nss && ns[n].lab_id == ns->lab_id && isle_str_eq(ns[n].lab, ns->lab); n++)
			shown |= v->nss[i + n];
		if (shown && ns->lab)
			put_lab(&d, ns, n);
		else if (shown)
			put_ns(&d, ns);
	}
	for (size_t i = 0; i < snap->n_nss; i++)
		for (size_t k = 0; k < snap->nss[i].n_links; k++)
			if (is_there(&d, &snap->nss[i].links[k]))
				put_edges(&d, &snap->nss[i].links[k]);
	isle_buf_puts(out, "}\n");
	return out->bad || d.bad ? -ENOMEM : 0;
}
