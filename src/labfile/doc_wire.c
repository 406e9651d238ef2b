/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: links out of the lab, `a -- vxlan:192.0.2.7`: a kind of interface, and
 * where it leads in one word. A tunnel leads to an address, what is on an
 * interface to one of the machine's, a wireguard to a peer outside, which the
 * options say more of, a tap to whoever opens it in that host.
 */
#include "labfile/doc_parts.h"

static bool leads_out(const struct isle_link_kind *kind)
{
	return (kind->in_file || kind->is_nic) && (kind->lower || kind->by_genl || kind->is_tun || isle_link_option(kind, "remote"));
}

const struct isle_link_kind *isle_doc_wire_kind(const struct isle_node *text, struct isle_span side, struct isle_span *ret_word,
						struct isle_span *ret_arg)
{
	const char *s = text->text, *colon;
	size_t off = side.off;
	char name[16];

	if (!isle_span_next(text, &off, side.off + side.n, ret_word))
		return NULL;
	colon = memchr(s + ret_word->off, ':', ret_word->n);
	size_t n = colon ? (size_t)(colon - s) - ret_word->off : ret_word->n;
	if (n >= sizeof(name) || !isle_name_is_wire(s + ret_word->off, n))
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)n, s + ret_word->off);
	*ret_arg = (struct isle_span){ ret_word->off + n + 1, colon ? ret_word->n - n - 1 : 0 };
	const struct isle_link_kind *kind = isle_link_kind_find(name);
	return kind && leads_out(kind) ? kind : NULL;
}

static bool take_lower(struct isle_set *set, struct isle_node *text, struct isle_span arg, char *s, struct isle_doc_kind *d)
{
	const char *why;

	d->lower = (struct isle_word){ s, isle_set_loc(text, arg.off, arg.n) };
	return isle_name_is_ifname(s, arg.n, &why) ||
	       isle_set_reject(set, text, arg.off, arg.n, NULL, "'%.80s' cannot be an interface: %s", s, why);
}

/* Before the options that were written: the first is what the word says. */
static bool take_remote(struct isle_set *set, struct isle_node *text, struct isle_span arg, const char *s, struct isle_doc_kind *d)
{
	struct isle_link_value *all, value;
	struct isle_link_wrong wrong;
	int r = isle_link_parse(set->arena, isle_link_option(d->kind, "remote"), s, arg.n, &value, &wrong);

	all = r ? NULL : isle_arena_alloc(set->arena, (d->n_options + 1) * sizeof(*all));
	if (r == -EINVAL)
		return isle_set_reject(set, text, arg.off, arg.n, NULL, "the other end of %s %s", d->kind->what, wrong.why);
	if (!all)
		return !(set->nomem = true);
	value.loc = isle_set_loc(text, arg.off, arg.n);
	all[0] = value;
	if (d->n_options)
		memcpy(all + 1, d->options, d->n_options * sizeof(*all));
	d->options = all;
	d->n_options++;
	return true;
}

static bool take_endpoint(struct isle_set *set, struct isle_node *text, struct isle_span arg, char *s, struct isle_doc_peer *p)
{
	struct isle_ip ip;
	uint16_t port;

	p->endpoint = (struct isle_word){ s, isle_set_loc(text, arg.off, arg.n) };
	return strcmp(s, "none") == 0 || isle_doc_endpoint(s, &ip, &port) ||
	       isle_set_reject(set, text, arg.off, arg.n, "192.0.2.7:51820, [2001:db8::7]:51820, or none if it calls",
			       "an endpoint is an address and a port, not '%.64s'", s);
}

static bool take_arg(struct isle_set *set, struct isle_node *text, struct isle_span arg, struct isle_doc_link *link)
{
	struct isle_doc_kind *d = &link->kind;
	char *s = isle_arena_strndup(set->arena, text->text + arg.off, arg.n);

	if (!s)
		return !(set->nomem = true);
	if (d->kind->is_tun)
		return true;
	if (d->kind->by_genl)
		return take_endpoint(set, text, arg, s, &link->peer);
	return d->kind->lower ? take_lower(set, text, arg, s, d) : take_remote(set, text, arg, s, d);
}

static bool reject_bare(struct isle_set *set, struct isle_node *text, struct isle_span word, const struct isle_link_kind *kind)
{
	const char *example = kind->lower ? "eth0" : kind->by_genl ? "192.0.2.7:51820" : "192.0.2.7";

	return isle_set_reject(set, text, word.off, word.n, isle_set_text(set, "%s:%s", kind->name, example), "a link to %s says %s", kind->what,
			       !kind->lower ? "where it leads" : kind->is_nic ? "which of the machine's" : "on which interface of the machine");
}

bool isle_doc_take_wire(struct isle_set *set, struct isle_node *text, struct isle_span word, struct isle_span arg, struct isle_node *node,
			struct isle_doc_link *link)
{
	struct isle_doc_kind *d = &link->kind;
	const char *main = isle_link_option(d->kind, "remote") ? "remote" : NULL;
	bool ok;

	d->loc = isle_set_loc(text, word.off, word.n);
	if (!arg.n && !d->kind->is_tun)
		return reject_bare(set, text, word, d->kind);
	ok = isle_kind_options(set, node, d);
	for (size_t i = 0; i < d->n_options; i++)
		if (main && strcmp(d->options[i].option->name, main) == 0)
			return isle_set_blame(set, &d->options[i].loc, "it stands behind the ':' already", "'remote' is said twice");
	for (size_t i = 0; i < d->kind->n; i++) {
		const struct isle_option *o = &d->kind->options[i];

		if ((o->flags & ISLE_OPTION_REQUIRED) && !isle_str_eq(o->name, main) && !(node && isle_node_get(node, o->name)))
			return isle_set_reject(set, text, word.off, word.n, isle_set_text(set, "`{%s: …}`: %s", o->name, o->help),
					       "%s needs '%s'", d->kind->what, o->name);
	}
	if (link->subnet.mode)
		return isle_set_blame(set, &link->subnet.loc,
				      isle_set_text(set, "addresses are written with their lengths: `a 10.0.0.1/24 -- %s%s`", d->kind->name,
						    d->kind->is_tun ? "" : ":…"),
				      "a link that leaves the lab has no subnet");
	return take_arg(set, text, arg, link) && ok;
}

bool isle_doc_name_wire(struct isle_set *set, struct isle_node *text, struct isle_span arg, const struct isle_link_kind *kind,
			struct isle_doc_ref *refs, size_t n)
{
	const char *why;
	char *s;

	if (!kind->is_tun || !arg.n)
		return true;
	s = isle_arena_strndup(set->arena, text->text + arg.off, arg.n);
	if (!s)
		return !(set->nomem = true);
	if (!isle_name_is_ifname(s, arg.n, &why))
		return isle_set_reject(set, text, arg.off, arg.n, arg.n > 15 ? "names are never shortened" : NULL,
				       "'%.80s' cannot be an interface: %s", s, why);
	for (size_t i = 0; i < n; i++) {
		if (refs[i].ifname.s)
			return isle_set_reject(set, text, arg.off, arg.n, isle_set_text(set, "`%s:%s -- %s`", refs[i].name.s, s, kind->name),
					       "the interface is named twice: %s, %s", refs[i].ifname.s, s);
		refs[i].ifname = (struct isle_word){ s, isle_set_loc(text, arg.off, arg.n) };
	}
	return true;
}

bool isle_doc_check_peer(struct isle_set *set, struct isle_node *text, struct isle_node *node, const struct isle_link_kind *kind)
{
	static const struct { const char *name, *what; bool needed; } keys[] = {
		{ "public-key", "who the peer is", true }, { "allowed-ips", "the prefixes that are behind it", true },
		{ "preshared-key", NULL, false }, { "persistent-keepalive", NULL, false },
	};
	bool ok = true;

	for (size_t i = 0; i < ISLE_COUNT(keys); i++) {
		struct isle_node *key = node && node->kind == ISLE_NODE_MAP ? isle_node_get(node, keys[i].name) : NULL;

		if (key && !(kind && kind->by_genl))
			ok = isle_set_reject(set, key, 0, 0, "`a -- wireguard:192.0.2.7:51820`", "'%s' is for a link to a wireguard outside",
					     keys[i].name);
		else if (!key && keys[i].needed && kind && kind->by_genl && !set->cut)
			ok = isle_set_reject(set, text, 0, 0, isle_set_text(set, "`{%s: …}`: %s", keys[i].name, keys[i].what),
					     "a link to a wireguard needs '%s'", keys[i].name);
	}
	return ok;
}
