/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the `kind` of a link between two hosts: a tunnel, an end at each. Its
 * options are those of the kind, for both ends alike; what is of one end only
 * (a key, an interface) is for an interface with that kind.
 */
#include "labfile/doc_parts.h"

static bool can_link(const struct isle_link_kind *kind)
{
	return kind->in_file && kind->is_tunnel;
}

void isle_link_kind_form(const struct isle_field *field, bool json, struct isle_buf *out)
{
	const struct isle_link_kind *kind;

	(void)field;
	isle_buf_puts(out, json ? "{\"enum\":[\"veth\"" : "veth");
	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++)
		if (can_link(kind))
			isle_buf_printf(out, json ? ",\"%s\"" : ", %s", kind->name);
	if (json)
		isle_buf_puts(out, "]}");
}

static bool parse_kind(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_link_kind *kind = isle_link_kind_find(node->text);
	struct isle_doc_kind *d = dst;
	isle_auto(buf) struct isle_buf all = { 0 };
	const char *near, *hint = NULL;

	d->loc = node->loc;
	if (isle_str_eq(node->text, "veth"))
		return true;
	if (kind && can_link(kind)) {
		d->kind = kind;
		return true;
	}
	near = kind ? NULL : isle_link_kind_near(node->text);
	if (near)
		hint = isle_set_text(set, "did you mean '%s'?", near);
	else if (kind && kind->lower)
		hint = isle_set_text(set, kind->is_nic ? "`a -- %s:eth0`" : "`a -- %s:eth0`, or an interface: `{kind: %s, link: HOST:IF}`", kind->name,
				     kind->name);
	else if (kind)
		hint = isle_set_text(set, "an interface: `interfaces: {IF: {kind: %s}}`", kind->name);
	if (!hint)
		isle_link_kind_form(field, false, &all);
	if (all.s)
		hint = isle_set_text(set, "`kind` is one of: %s", all.s);
	return isle_set_reject(set, node, 0, 0, hint, "'%.64s' is no kind of link between two hosts", node->text);
}

bool isle_doc_check_tunnel(struct isle_set *set, struct isle_node *text, const struct isle_doc_kind *d)
{
	bool ok = true;

	for (size_t i = 0; i < d->n_options; i++) {
		const struct isle_option *o = d->options[i].option;

		if (isle_link_is_of_one_end(o))
			ok = isle_set_blame(set, &d->options[i].loc,
					    isle_set_text(set, "write the two as interfaces: `interfaces: {IF: {kind: %s, …}}`", d->kind->name),
					    isle_set_text(set, "'%s' is of one end, and a link has two", o->name));
		else if (i && d->options[i - 1].option == o)
			ok = isle_set_blame(set, &d->options[i].loc, "a link has one other end", isle_set_text(set, "a list as '%s'", o->name));
	}
	for (size_t i = 0; i < d->kind->n; i++) {
		const struct isle_option *o = &d->kind->options[i];
		bool has = !(o->flags & ISLE_OPTION_REQUIRED) || isle_str_eq(o->name, "remote");

		for (size_t k = 0; k < d->n_options && !has; k++)
			has = d->options[k].option == o;
		if (!has)
			ok = isle_set_reject(set, text, 0, 0, isle_set_text(set, "`{%s: …}`: %s", o->name, o->help), "%s needs '%s'",
					     d->kind->what, o->name);
	}
	return ok;
}

const struct isle_type isle_t_link_kind = { "a kind of link", "a word", "{}", 0, false, parse_kind, NULL };
