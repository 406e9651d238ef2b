/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: kinds of interfaces in the lab file. Their options are the rows of
 * links/, each name once, behind the keys that the tables here have. What a
 * value must be is known only when the whole entry is: `mode` is one thing to
 * a bond and another to a macvlan. So options are read after all other keys.
 */
#include "labfile/tables.h"

/* Kinds that have the option, as "vlan, vxlan". */
static void put_owners(const char *option, struct isle_buf *out)
{
	const struct isle_link_kind *kind;
	const char *gap = "";

	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++)
		if (kind->in_file && isle_link_option(kind, option)) {
			isle_buf_printf(out, "%s%s", gap, kind->name);
			gap = ", ";
		}
}

static const char *owners(struct isle_set *set, const char *option)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	put_owners(option, &out);
	return isle_set_text(set, "%s", out.s ? out.s : "");
}

/* For people the forms of each kind, those that are alike together. */
static void put_forms(const char *name, struct isle_buf *out)
{
	const struct isle_link_kind *kind;
	isle_auto(buf) struct isle_buf last = { 0 };
	const struct isle_option *o;
	size_t n = 0;

	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++) {
		isle_auto(buf) struct isle_buf form = { 0 };

		if (!kind->in_file || !(o = isle_link_option(kind, name)))
			continue;
		isle_link_form(o, &form);
		if (o->dflt)
			isle_buf_printf(&form, " (without it: %s)", o->dflt);
		if (n++ && isle_str_eq(form.s, last.s)) {
			isle_buf_printf(out, ", %s", kind->name);
			continue;
		}
		isle_buf_printf(out, "%s%s; %s", n > 1 ? "\n         " : "", form.s ? form.s : "", kind->name);
		last.n = 0;
		isle_buf_puts(&last, form.s ? form.s : "");
	}
}

static void option_form(const struct isle_field *field, bool json, struct isle_buf *out)
{
	if (json)
		isle_buf_puts(out, "{\"type\":[\"string\",\"number\",\"boolean\",\"array\"]}");
	else
		put_forms(field->arg, out);
}

void isle_kind_form(const struct isle_field *field, bool json, struct isle_buf *out)
{
	const struct isle_link_kind *kind;
	const char *gap = json ? "{\"enum\":[" : "";

	(void)field;
	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++) {
		if (!kind->in_file)
			continue;
		isle_buf_printf(out, json ? "%s\"%s\"" : "%s%s", gap, kind->name);
		gap = json ? "," : ", ";
	}
	if (json)
		isle_buf_puts(out, "]}");
}

/* Their place is .after. */
static bool parse_option(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	(void)set;
	(void)field;
	(void)node;
	(void)dst;
	return true;
}
static const struct isle_type option_type = { "an option", NULL, "{}", 0, true, parse_option, NULL };

bool isle_kind_rows(size_t i, struct isle_field *ret)
{
	const struct isle_link_kind *kind;
	const struct isle_option *o = isle_link_key_at(i, &kind);

	if (!o)
		return false;
	*ret = (struct isle_field){ .name = o->name, .type = &option_type, .help = o->help, .form = option_form, .arg = o->name };
	return true;
}

bool isle_kind_explain(const char *word, struct isle_buf *out)
{
	const struct isle_link_kind *kind = isle_link_kind_find(word);

	if (kind && kind->is_nic)
		isle_buf_printf(out, "%s\n  %s\n  where a link leads: `a -- %s:eth0`\n", word, kind->help, word);
	if (!kind || !kind->in_file)
		return kind && kind->is_nic;
	isle_buf_printf(out, "%s\n  %s\n  a kind of interface: `interfaces: {IF: {kind: %s%s}}`\n", kind->name, kind->help, kind->name,
			kind->lower ? ", link: IF" : "");
	if (isle_name_is_wire(word, strlen(word)))
		isle_buf_printf(out, "  or where a link leads: `a -- %s%s`\n", kind->name, kind->is_tun ? ":IF" : kind->lower ? ":eth0" :
				kind->by_genl ? ":192.0.2.7:51820" : ":192.0.2.7");
	for (size_t i = 0; i < kind->n; i++) {
		const struct isle_option *o = &kind->options[i];

		isle_buf_printf(out, "%s  %-16s %s%s%s%s\n", i ? "" : "  options:\n", o->name, o->help, o->dflt ? "; without it: " : "",
				o->dflt ? o->dflt : "", o->flags & ISLE_OPTION_REQUIRED ? "; needed" : "");
	}
	isle_buf_printf(out, "  the kernel's: %s, module %s\n", kind->config, kind->module);
	return true;
}

static bool parse_kind(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_link_kind *kind = isle_link_kind_find(node->text);
	struct isle_doc_kind *d = dst;
	const char *hint = NULL, *near;

	(void)field;
	d->loc = node->loc;
	if (kind && kind->in_file) {
		d->kind = kind;
		return true;
	}
	near = isle_link_kind_near(node->text);
	if (kind)
		hint = kind->is_nic ? "a NIC of the machine is the end of a link: `a -- phys:eth0`" : "a pair is a link: `a -- b`";
	else if (near)
		hint = isle_set_text(set, "did you mean '%s'?", near);
	return isle_set_reject(set, node, 0, 0, hint, "'%.64s' is no kind of interface%s", node->text, kind ? " by itself" : "");
}

static bool parse_lower(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *colon = memchr(node->text, ':', node->n_text), *why;
	const char *name = colon ? colon + 1 : node->text;
	size_t n = node->n_text - (size_t)(name - node->text);

	(void)field;
	if (colon && !isle_name_is(node->text, (size_t)(colon - node->text), ISLE_NAME_MAX, &why))
		return isle_set_reject(set, node, 0, (size_t)(colon - node->text), "an interface of another host is HOST:IF",
				       "'%.*s' cannot be a name: %s", (int)(colon - node->text), node->text, why);
	if (!isle_name_is_ifname(name, n, &why))
		return isle_set_reject(set, node, node->n_text - n, n, n > 15 ? "names are never shortened" : NULL,
				       "'%.80s' cannot be an interface: %s", name, why);
	return isle_set_word(set, node, dst);
}

static bool take_value(struct isle_set *set, const struct isle_option *o, struct isle_node *node, struct isle_list *list)
{
	struct isle_link_value value, *row;
	struct isle_link_wrong wrong;
	int r;

	if (node->kind != ISLE_NODE_SCALAR || isle_node_is_null(node)) {
		isle_auto(buf) struct isle_buf form = { 0 };

		isle_link_form(o, &form);
		return isle_set_reject(set, node, 0, 0, NULL, "%s is %s%s, not %s", o->name, form.s ? form.s : "a value",
				       o->flags & ISLE_OPTION_LIST ? ", or a list of them" : "",
				       node->kind == ISLE_NODE_LIST ? "a list" : node->kind == ISLE_NODE_MAP ? "a map" : "nothing");
	}
	r = isle_link_parse(set->arena, o, node->text, node->n_text, &value, &wrong);
	if (r == -ENOMEM) {
		set->nomem = true;
		return false;
	}
	if (r < 0)
		return isle_set_reject(set, node, 0, 0, *wrong.hint ? isle_set_text(set, "%s", wrong.hint) : NULL, "%s %s", o->name,
				       wrong.why);
	value.loc = node->loc;
	row = isle_list_push(set, list);
	if (row)
		*row = value;
	return row;
}

static bool take_option(struct isle_set *set, const struct isle_link_kind *kind, struct isle_pair *pair, struct isle_list *list)
{
	const char *name = pair->key->text;
	const struct isle_option *o = kind ? isle_link_option(kind, name) : NULL;
	const char *near = kind ? isle_link_option_near(kind, name) : NULL;
	bool ok = true;

	if (!kind)
		return isle_set_reject(set, pair->key, 0, 0, isle_set_text(set, "`kind` is one of: %s", owners(set, name)),
				       "'%s' is for an interface with a kind", name);
	if (!o)
		return isle_set_reject(set, pair->key, 0, 0, near ? isle_set_text(set, "did you mean '%s'?", near) :
				       isle_set_text(set, "it is an option of: %s", owners(set, name)), "%s has no '%s'", kind->what, name);
	if (!(o->flags & ISLE_OPTION_LIST) || pair->value->kind != ISLE_NODE_LIST)
		return take_value(set, o, pair->value, list);
	for (size_t i = 0; i < pair->value->n; i++)
		ok = take_value(set, o, pair->value->items[i], list) && ok;
	return ok;
}

static bool has_option(const struct isle_doc_kind *d, const char *name)
{
	for (size_t i = 0; i < d->n_options; i++)
		if (strcmp(d->options[i].option->name, name) == 0)
			return true;
	return false;
}

/* What the options say together. */
static bool check_options(struct isle_set *set, struct isle_node *map, const struct isle_doc_kind *d)
{
	if (has_option(d, "group") && has_option(d, "remote"))
		return isle_set_reject(set, map, 0, 0, "a group is for ends that find each other", "'remote' and 'group' exclude each other");
	if (has_option(d, "group") && isle_link_option(d->kind, "dev") && !has_option(d, "dev"))
		return isle_set_reject(set, map, 0, 0, "the interface that the group is joined on", "'group' needs 'dev'");
	return true;
}

bool isle_kind_options(struct isle_set *set, struct isle_node *map, struct isle_doc_kind *d)
{
	struct isle_list list = { .elem = sizeof(struct isle_link_value) };
	struct isle_field row;
	bool ok = true;

	for (size_t i = 0; map && map->kind == ISLE_NODE_MAP && i < map->n; i++) {
		struct isle_node *key = map->pairs[i].key;

		if (isle_table_has(&isle_table_iface, key->text, &row) && row.type == &option_type)
			ok = take_option(set, d->kind, &map->pairs[i], &list) && ok;
	}
	d->options = list.v;
	d->n_options = list.n;
	return (!d->kind || !ok || check_options(set, map, d)) && ok;
}

static bool check_required(struct isle_set *set, struct isle_node *map, const struct isle_doc_kind *d)
{
	const struct isle_link_kind *kind = d->kind;

	if (kind->lower && !isle_node_get(map, "link"))
		return isle_set_reject(set, map, 0, 0, "link: the interface that it is on", "%s needs 'link'", kind->what);
	for (size_t i = 0; i < kind->n; i++) {
		const struct isle_option *o = &kind->options[i];

		if ((o->flags & ISLE_OPTION_REQUIRED) && !isle_node_get(map, o->name))
			return isle_set_reject(set, map, 0, 0, isle_set_text(set, "%s: %s", o->name, o->help), "%s needs '%s'",
					       kind->what, o->name);
	}
	return true;
}

/* Keys of every interface that one of this kind has no use for. */
static bool check_keys(struct isle_set *set, struct isle_node *map, const struct isle_link_kind *kind)
{
	bool ok = true;

	for (size_t i = 0; i < map->n; i++) {
		struct isle_node *key = map->pairs[i].key;

		if (strcmp(key->text, "link") == 0 && !kind->lower)
			ok = isle_set_reject(set, key, 0, 0, isle_link_option(kind, "dev") ? "the interface that its packets leave by is 'dev'" : NULL,
					     "%s has no 'link'", kind->what);
		else if (strcmp(key->text, "net") == 0)
			ok = isle_set_reject(set, key, 0, 0, "its addresses are 'addresses'", "%s is on no network", kind->what);
		else if (strcmp(key->text, "mac") == 0 && kind->mac >= ISLE_MAC_SHARED)
			ok = isle_set_reject(set, key, 0, 0, NULL, "%s has no MAC of its own", kind->what);
	}
	return ok;
}

bool isle_iface_after(struct isle_set *set, struct isle_node *map, void *dst)
{
	struct isle_doc_iface *iface = dst;
	bool ok;

	/* a kind that is none was blamed; what is for it is not looked at */
	if (map->kind != ISLE_NODE_MAP || (iface->kind.loc.line && !iface->kind.kind))
		return true;
	ok = isle_kind_options(set, map, &iface->kind);
	for (size_t i = 0; !iface->kind.kind && i < map->n; i++)
		if (strcmp(map->pairs[i].key->text, "link") == 0)
			ok = isle_set_reject(set, map->pairs[i].key, 0, 0, "`kind` says what it is: vlan, macvlan, ipvlan",
					     "'link' is for an interface with a kind");
	if (iface->kind.kind && !set->cut)
		ok = check_required(set, map, &iface->kind) && ok;
	if (isle_node_get(map, "peers") && !(iface->kind.kind && iface->kind.kind->by_genl))
		ok = isle_set_reject(set, isle_node_get(map, "peers"), 0, 0, "`kind: wireguard`", "'peers' is for a wireguard");
	return (!iface->kind.kind || check_keys(set, map, iface->kind.kind)) && ok;
}

const struct isle_type isle_t_kind = { "a kind of interface", "a word", "{}", 0, false, parse_kind, NULL };
const struct isle_type isle_t_lower = { "an interface", "IF, or HOST:IF", "{\"type\":\"string\"}", 0, false, parse_lower, NULL };
