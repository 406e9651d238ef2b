/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: REF, `NAME[:IF] [ADDR…]`: who is on a network or at the end of a link,
 * with which addresses. A range gives one ref per name; its addresses count
 * up with the names. Places are those of the words inside the scalar.
 */
#include "schema/schema.h"

bool isle_span_next(const struct isle_node *node, size_t *off, size_t end, struct isle_span *ret)
{
	size_t i = *off;

	while (i < end && node->text[i] == ' ')
		i++;
	size_t from = i;
	while (i < end && node->text[i] != ' ')
		i++;
	*off = i;
	*ret = (struct isle_span){ from, i - from };
	return i > from;
}

static bool reject_addr(struct isle_set *set, struct isle_node *node, struct isle_span w, const char *hint)
{
	if (w.n == 2 && !memcmp(node->text + w.off, "..", 2))
		hint = "a range has no spaces: h1..20";
	return isle_set_reject(set, node, w.off, w.n, hint, "'%.*s' is no address", (int)(w.n > 80 ? 80 : w.n), node->text + w.off);
}

/* `.80`, `.3.80`: octets; IPv6 reads the same digits as hex. */
static bool octets(const char *s, size_t n, struct isle_doc_addr *a)
{
	while (n) {
		size_t k = 1;
		uint64_t v, six = 0;

		while (k < n && s[k] != '.')
			k++;
		if (s[0] != '.' || a->n_part == 3 || !isle_str_u64(s + 1, k - 1, &v) || v > 255)
			return false;
		for (size_t i = 1; i < k; i++)
			six = six << 4 | (uint64_t)(s[i] - '0');
		a->part[a->n_part] = (uint16_t)v;
		a->part6[a->n_part++] = (uint16_t)six;
		s += k;
		n -= k;
	}
	return a->n_part;
}

/* `::80`, `::3:80`: groups. What they are is what inet_pton reads, so that is asked. */
static bool groups(const char *s, size_t n, struct isle_doc_addr *a)
{
	struct isle_ip ip;
	bool has_len;
	size_t colons = 0;

	if (memchr(s, '.', n) || !isle_ip_parse(s, n, &ip, &has_len) || has_len || n < 3)
		return false;
	for (size_t i = 0; i < n; i++)
		colons += s[i] == ':';
	a->n_part = (uint8_t)(colons - 1);
	a->v6_only = true;
	for (size_t i = 0; i < a->n_part; i++) {
		const uint8_t *b = ip.b + 16 - 2 * (a->n_part - i);
		a->part[i] = a->part6[i] = (uint16_t)(b[0] << 8 | b[1]);
	}
	return true;
}

bool isle_addr_parse(struct isle_set *set, struct isle_node *node, struct isle_span w, struct isle_doc_addr *ret)
{
	const char *s = node->text + w.off;
	struct isle_doc_addr a = { .loc = isle_set_loc(node, w.off, w.n) };

	if (w.n == 4 && memcmp(s, "none", 4) == 0) {
		a.form = ISLE_ADDR_NONE;
	} else if (s[0] == '.') {
		a.form = ISLE_ADDR_PART;
		if (!octets(s, w.n, &a))
			return reject_addr(set, node, w, "a host part is the last one to three numbers: .80, .3.80");
	} else if (w.n >= 2 && memcmp(s, "::", 2) == 0) {
		a.form = ISLE_ADDR_PART;
		if (!groups(s, w.n, &a))
			return reject_addr(set, node, w, "a host part has no length: ::80, ::3:80");
	} else if (!isle_ip_parse(s, w.n, &a.ip, &a.has_len)) {
		return reject_addr(set, node, w, memchr(s, '.', w.n) || memchr(s, ':', w.n)
							 ? NULL
							 : "addresses follow the name: 'web .80', 'web 10.0.0.80'");
	}
	*ret = a;
	return true;
}

static bool addresses(struct isle_set *set, struct isle_node *node, size_t off, size_t end, struct isle_doc_ref *ref)
{
	struct isle_list list = { .elem = sizeof(struct isle_doc_addr) };
	struct isle_span w;

	while (isle_span_next(node, &off, end, &w)) {
		struct isle_doc_addr *a = isle_list_push(set, &list);
		if (!a || !isle_addr_parse(set, node, w, a))
			return false;
	}
	ref->addrs = list.v;
	ref->n_addrs = list.n;
	return true;
}

/* The word for `NAME[:IF]`; the name may be a range. */
static bool reject_name(struct isle_set *set, struct isle_node *node, struct isle_span name, bool link_end,
			const char *why, const char *hint)
{
	const char *s = node->text + name.off;

	if (link_end && name.n == 4 && !memcmp(s, "host", 4))
		return isle_set_reject(set, node, name.off, name.n, "`hosts: {m: {attach: host}}`, `a -- m`; `uplink: nat` leads out, `phys:eth0` moves a NIC in",
				       "the machine is no end of a link");
	if (link_end && name.n == 4 && !memcmp(s, "none", 4))
		return isle_set_reject(set, node, name.off, name.n, "a host alone is declared in `hosts`; `uplink: nat` leads to the machine",
				       "a link has two ends");
	if (link_end && isle_name_is_wire(s, name.n))
		return isle_set_reject(set, node, name.off, name.n, "an end is a host or a network; `hosts: {web: {attach: docker:NAME}}` makes a container one",
				       "'%.*s' is reserved, and no name of a host or a network", (int)name.n, s);
	if (name.n && s[0] == '.')
		hint = "a host part never stands alone: 'web .80'";
	else if (name.n > 1 && s[0] == '-')
		hint = "put a space after the '-' of a list";
	else if (name.n > 1 && s[name.n - 1] == ',')
		hint = "a list is written [a, b]";
	else if (!hint && name.n > ISLE_NAME_MAX)
		hint = "names are never shortened";
	return isle_set_reject(set, node, name.off, name.n, hint, "'%.*s' cannot be a name: %s",
			       (int)(name.n > 80 ? 80 : name.n), s, why);
}

static bool ifname(struct isle_set *set, struct isle_node *node, struct isle_span w, struct isle_word *ret)
{
	const char *why;

	if (!isle_name_is_ifname(node->text + w.off, w.n, &why))
		return isle_set_reject(set, node, w.off, w.n, w.n > 15 ? "names are never shortened" : NULL,
				       "'%.*s' cannot be an interface: %s", (int)(w.n > 80 ? 80 : w.n),
				       node->text + w.off, why);
	ret->s = isle_arena_strndup(set->arena, node->text + w.off, w.n);
	ret->loc = isle_set_loc(node, w.off, w.n);
	set->nomem |= !ret->s;
	return ret->s;
}

/* One ref per name of the range; each has its own addresses, as they count. */
static bool expand(struct isle_set *set, struct isle_node *node, const struct isle_range *range,
		   const struct isle_doc_ref *model, struct isle_list *dst)
{
	if (!isle_set_names(set, node, range->count))
		return false;
	for (uint64_t i = 0; i < range->count; i++) {
		struct isle_doc_ref *ref = isle_list_push(set, dst);
		size_t n = model->n_addrs * sizeof(*model->addrs);

		if (!ref)
			return false;
		*ref = *model;
		ref->name.s = isle_range_name(set->arena, range, i);
		if (i && n) {
			ref->addrs = isle_arena_alloc(set->arena, n);
			if (ref->addrs)
				memcpy(ref->addrs, model->addrs, n);
		}
		if (!ref->name.s || (n && !ref->addrs)) {
			set->nomem = true;
			return false;
		}
		for (size_t k = 0; k < ref->n_addrs; k++)
			ref->addrs[k].add = (uint32_t)i;
	}
	return true;
}

/* `docker:NAME[:IF]`: the word W, which has the form of one. */
static bool attached(struct isle_set *set, struct isle_node *node, struct isle_span w, struct isle_doc_ref *ref)
{
	const char *s = node->text + w.off, *why;
	const size_t n = isle_attach_length(s, w.n);

	why = isle_attach_wrong(s, n);
	if (why)
		return isle_set_reject(set, node, w.off, w.n, NULL, "'%.*s' is nothing to attach: %s", (int)(n > 80 ? 80 : n), s, why);
	ref->attach = (struct isle_word){ isle_arena_strndup(set->arena, s, n), isle_set_loc(node, w.off, n) };
	ref->name = (struct isle_word){ isle_attach_name(set->arena, s, n), ref->attach.loc };
	if (!ref->attach.s || !ref->name.s)
		return !(set->nomem = true);
	return n == w.n || ifname(set, node, (struct isle_span){ w.off + n + 1, w.n - n - 1 }, &ref->ifname);
}

static bool parse_attached(struct isle_set *set, struct isle_node *node, struct isle_span w, struct isle_span rest,
			   struct isle_doc_ref *ref, struct isle_list *dst)
{
	bool ok = attached(set, node, w, ref);
	struct isle_doc_ref *row;

	ok = addresses(set, node, rest.off, rest.off + rest.n, ref) && ok;
	row = ref->name.s ? isle_list_push(set, dst) : NULL;
	if (row)
		*row = *ref;
	return row && ok;
}

bool isle_ref_parse(struct isle_set *set, struct isle_node *node, struct isle_span all, bool link_end,
		    struct isle_list *dst, bool *ret_range)
{
	struct isle_doc_ref ref = { .loc = isle_set_loc(node, all.off, all.n) };
	size_t off = all.off, end = all.off + all.n;
	const char *why, *hint = NULL;
	struct isle_range range;
	struct isle_span w;

	if (!isle_span_next(node, &off, end, &w))
		return isle_set_reject(set, node, 0, 0, NULL, link_end ? "one end is missing" : "a name is missing");
	const char *s = node->text + w.off, *colon = memchr(s, ':', w.n);
	struct isle_span name = { w.off, colon ? (size_t)(colon - s) : w.n };
	if (link_end && isle_attach_is(s, w.n))
		return parse_attached(set, node, w, (struct isle_span){ off, end - off }, &ref, dst);
	if (!isle_range_parse(set->arena, s, name.n, ISLE_NAME_MAX, &range, &why, &hint))
		return reject_name(set, node, name.n ? name : w, link_end, why, hint);
	/* who it is stands, whatever else is wrong: others refer to it */
	bool ok = !colon ||
		  ifname(set, node, (struct isle_span){ w.off + name.n + 1, w.n - name.n - 1 }, &ref.ifname);
	ref.name.loc = isle_set_loc(node, name.off, name.n);
	ok = addresses(set, node, off, end, &ref) && ok;
	if (ret_range)
		*ret_range = range.written;
	return expand(set, node, &range, &ref, dst) && ok;
}

static bool push_ref(struct isle_set *set, const struct isle_field *field, struct isle_node *node,
		     struct isle_list *dst)
{
	(void)field;
	return isle_ref_parse(set, node, (struct isle_span){ 0, node->n_text }, false, dst, NULL);
}

/* `NETWORK [ADDR…]`: one network, and no interface, which is a key of its own here. */
static bool parse_netref(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_list list = { .elem = sizeof(struct isle_doc_ref) };
	bool range = false;

	struct isle_doc_ref *ref = dst;

	ref->loc = node->loc;	/* also of a wrong one: it is not missing */
	if (node->kind != ISLE_NODE_SCALAR || isle_node_is_null(node))
		return isle_set_wants(set, field, node);
	bool ok = isle_ref_parse(set, node, (struct isle_span){ 0, node->n_text }, false, &list, &range);
	if (list.n != 1 && !range)
		return false;
	if (range)
		return isle_set_reject(set, node, 0, 0, "write the networks one by one", "a range cannot stand here");
	memcpy(ref, list.v, sizeof(*ref));
	if (ref->ifname.s)
		return isle_set_reject(set, node, 0, 0, "name it under 'interfaces', or in a link",
				       "'net' does not name the interface");
	return ok;
}

const struct isle_type isle_t_ref = { "a member", "NAME[:IF] [ADDR...], NAME may be h1..20",
				      "{\"$ref\":\"#/$defs/ref\"}", sizeof(struct isle_doc_ref), false, NULL,
				      push_ref };
const struct isle_type isle_t_netref = { "a network", "NETWORK [ADDR...]", "{\"$ref\":\"#/$defs/netref\"}",
					 sizeof(struct isle_doc_ref), true, parse_netref, NULL };
