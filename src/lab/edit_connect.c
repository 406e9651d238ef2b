/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one more item of a lab's `links`. What is wrong with its keys is found
 * when the text is loaded.
 */
#include "lab/edit_tree.h"

void isle_edit_put_end(struct isle_buf *text, const struct isle_edit_end *end)
{
	isle_buf_puts(text, end->name);
	if (end->ifname)
		isle_buf_printf(text, ":%s", end->ifname);
	for (size_t i = 0; i < end->n_addrs; i++)
		isle_buf_printf(text, " %s", end->addrs[i]);
}

static int check_end(struct isle_edit *e, const struct isle_edit_end *end, struct isle_diag *d)
{
	const struct isle_network *network;
	const struct isle_host *host;
	const char *why;
	int r = isle_edit_find(e, end->name, &host, &network, d);

	if (r)
		return r;
	if (network && (end->ifname || end->n_addrs))
		return isle_reject(d, NULL, "'%s' is a network: %s", end->name,
				   end->ifname ? "its ports have no names" : "addresses are for hosts");
	if (end->ifname && !isle_doc_is_ifname(end->ifname, &why))
		return isle_reject(d, NULL, "'%.64s' cannot be an interface: %s", end->ifname, why);
	if (end->ifname && isle_lab_iface(host, end->ifname)) {
		isle_reject(d, NULL, "host '%s' has an interface '%s' already", end->name, end->ifname);
		isle_hint(d, "`isle show %s:%s` tells what it is", end->name, end->ifname);
		return -EEXIST;
	}
	for (size_t i = 0; i < end->n_addrs; i++)
		if (!*end->addrs[i] || (strcmp(end->addrs[i], "none") &&
					end->addrs[i][strspn(end->addrs[i], "0123456789abcdefABCDEF.:/")]))
			return isle_reject(d, NULL, "'%.64s' is no address", end->addrs[i]);
	return 0;
}

int isle_edit_add_link(struct isle_edit *e, const struct isle_buf *text, const struct isle_key_value *o, size_t n, struct isle_diag *d)
{
	struct isle_node *x_defaults = isle_node_get(e->root, "x-defaults");
	struct isle_node *options = isle_edit_node(e, ISLE_NODE_MAP), *item = isle_edit_node(e, ISLE_NODE_MAP);
	int r = isle_edit_no_memory(e, d);

	if (!r && x_defaults && isle_node_get(x_defaults, "links"))
		options = isle_set_merge(&e->set, isle_node_get(x_defaults, "links"), options);
	if (!r)
		r = isle_edit_options(e, options, o, n, d);
	if (r)
		return r;
	e->set.nomem |= text->bad;
	isle_edit_put(e, item, text->s ? text->s : "", options);
	isle_edit_push(e, isle_edit_get(e, e->root, "links", ISLE_NODE_LIST), item);
	return isle_edit_no_memory(e, d);
}

int isle_edit_connect(struct isle_edit *e, const struct isle_edit_end ends[2], const struct isle_key_value *o, size_t n,
		      struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	int r = check_end(e, &ends[0], d);

	if (!r)
		r = check_end(e, &ends[1], d);
	if (!r && isle_str_eq(ends[0].name, ends[1].name) && !(ends[0].ifname && ends[1].ifname)) {
		isle_reject(d, NULL, "%s cannot be connected with itself", ends[0].name);
		isle_hint(d, "name both interfaces: %s:eth0 %s:eth1", ends[0].name, ends[0].name);
		r = -EINVAL;
	}
	if (r)
		return r;
	isle_edit_put_end(&text, &ends[0]);
	isle_buf_puts(&text, " -- ");
	isle_edit_put_end(&text, &ends[1]);
	return isle_edit_add_link(e, &text, o, n, d);
}
