/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: interfaces with a kind, added to a host of a lab: an entry of its
 * `interfaces`, as the file would have it. What is wrong with its options is
 * found when the text is loaded.
 */
#include "lab/edit_tree.h"

static int choose_name(const struct isle_host *h, const char *wanted, char ret[IFNAMSIZ], struct isle_diag *d)
{
	const char *why;
	unsigned i = 0;

	if (wanted && !isle_doc_is_ifname(wanted, &why))
		return isle_reject(d, NULL, "'%.64s' cannot be an interface: %s", wanted, why);
	if (wanted && isle_lab_iface(h, wanted)) {
		isle_reject(d, NULL, "host '%s' has an interface '%s' already", h->name, wanted);
		isle_hint(d, "`isle show %s:%s` tells what it is", h->name, wanted);
		return -EEXIST;
	}
	do
		snprintf(ret, IFNAMSIZ, "%s%u", h->attach ? "lab" : "eth", i++);
	while (isle_lab_iface(h, ret));
	if (wanted)
		snprintf(ret, IFNAMSIZ, "%s", wanted);
	return 0;
}

/* "HOST:IF" of what it is on. */
static int put_lower(struct isle_edit *e, struct isle_node *map, const struct isle_edit_end *on, const char *what, struct isle_diag *d)
{
	const struct isle_iface *iface;
	const struct isle_host *host;
	int r = isle_edit_find_host(e, on->name, &host, d);

	if (r)
		return r;
	if (!on->ifname) {
		isle_reject(d, NULL, "%s is on another interface: which one?", what);
		isle_hint(d, "name it: %s:IF", on->name);
		return -EINVAL;
	}
	r = isle_edit_find_iface(host, on->ifname, &iface, d);
	if (!r)
		isle_edit_put(e, map, "link", isle_edit_scalar(e, "%s:%s", on->name, on->ifname));
	return r;
}

#define LINK_OUT "host:"

/* Which of the machine's it is on: as ON says, or link=host:IF. NULL: none. */
static const char *machine_of(const struct isle_edit *e, const struct isle_edit_end *on, const struct isle_key_value *o, size_t n)
{
	if (on)
		return on->machine;
	for (size_t i = 0; i < n; i++)
		if (isle_str_eq(o[i].key, "link") && !strncmp(o[i].value, LINK_OUT, strlen(LINK_OUT)) && !isle_lab_host(e->lab, "host"))
			return o[i].value + strlen(LINK_OUT);
	return NULL;
}

/* On an interface of the machine: a link out of the lab, as the file has it. */
static int add_out(struct isle_edit *e, const struct isle_edit_end *end, const struct isle_link_kind *kind, const char *machine,
		   const struct isle_key_value *o, size_t n, struct isle_diag *d)
{
	isle_auto(free) struct isle_key_value *keys = calloc(n + 1, sizeof(*keys));
	isle_auto(buf) struct isle_buf text = { 0 };
	size_t n_keys = 0;
	const char *why;

	if (!isle_doc_is_ifname(machine, &why))
		return isle_reject(d, NULL, "'%.64s' cannot be an interface: %s", machine, why);
	e->set.nomem |= !keys;
	for (size_t i = 0; keys && i < n; i++)
		if (!isle_str_eq(o[i].key, "link"))
			keys[n_keys++] = o[i];
	isle_edit_put_end(&text, end);
	isle_buf_printf(&text, " -- %s:%s", kind->name, machine);
	return isle_edit_add_link(e, &text, keys, n_keys, d);
}

static void put_addresses(struct isle_edit *e, struct isle_node *map, const struct isle_edit_end *end)
{
	struct isle_node *list = end->n_addrs ? isle_edit_get(e, map, "addresses", ISLE_NODE_LIST) : NULL;

	for (size_t i = 0; list && i < end->n_addrs; i++)
		isle_edit_push(e, list, isle_edit_scalar(e, "%s", end->addrs[i]));
}

int isle_edit_interface(struct isle_edit *e, const struct isle_edit_end *end, const struct isle_link_kind *kind,
			const struct isle_edit_end *on, const struct isle_key_value *o, size_t n, char ret_name[IFNAMSIZ],
			struct isle_diag *d)
{
	struct isle_edit_end named = { .name = end->name, .ifname = ret_name, .addrs = end->addrs, .n_addrs = end->n_addrs };
	const char *machine = kind->lower ? machine_of(e, on, o, n) : NULL;
	struct isle_node *map = isle_edit_node(e, ISLE_NODE_MAP);
	const struct isle_host *host;
	int r = isle_edit_find_host(e, end->name, &host, d);

	if (!r)
		r = choose_name(host, end->ifname, ret_name, d);
	if (!r)
		r = isle_edit_no_memory(e, d);
	if (r)
		return r;
	if (machine)
		return add_out(e, &named, kind, machine, o, n, d);
	isle_edit_put(e, map, "kind", isle_edit_scalar(e, "%s", kind->name));
	if (on)
		r = put_lower(e, map, on, kind->what, d);
	if (!r)
		r = isle_edit_options(e, map, o, n, d);
	if (r)
		return r;
	put_addresses(e, map, end);
	isle_edit_put(e, isle_edit_get(e, isle_edit_host(e, host->name), "interfaces", ISLE_NODE_MAP), ret_name, map);
	return isle_edit_no_memory(e, d);
}
