/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the same for a lab that is up: its model as recorded, edited (lab/edit.h
 * has all that is to be known about labs), and brought up as `isle up` does it
 * with a changed file: the difference becomes steps, which are done or undone.
 * The lab's record has the edited text then, and still the name of the file.
 */
#include "rewire/lab.h"
#include "rewire/rewire.h"
#include "lab/edit.h"
#include "tree/state.h"

struct change {
	const char *lab;		/* its name */
	struct isle_lab *is;
	struct isle_edit *edit;
	const struct isle_rewire_options *options;
	struct isle_diag *d;
};

static int open_lab(struct change *c, const char *lab, const struct isle_rewire_options *o, struct isle_diag *d)
{
	struct isle_tree tree;
	struct isle_site site;
	int r = isle_site_find(&site, d);

	*c = (struct change){ .lab = lab, .options = o, .d = d };
	if (!r)
		r = isle_tree_open(&site, lab, &tree, d);
	if (r)
		return r;
	r = isle_tree_lab(&tree, &c->is, d);
	isle_tree_close(&tree);
	return r ? r : isle_edit_new(c->is, &c->edit, d);
}

/* Uplinks lead where they led: subnets that were moved when the lab came up are not in its text. */
static void keep_uplinks(const struct isle_lab *is, struct isle_lab *to)
{
	for (size_t i = 0; i < to->n_hosts; i++) {
		struct isle_host *h = to->hosts[i];
		const struct isle_host *was = isle_lab_host(is, h->name);

		for (size_t k = 0; was && !h->uplink.written && k < h->uplink.n_subnets && k < was->uplink.n_subnets; k++)
			isle_uplink_move(h, k, &was->uplink.subnets[k]);
	}
}

/* Nobody has written the edited text, and it goes before the diag does: no places. */
static void pass_on(const struct isle_diag *found, const char *what, struct isle_diag *d)
{
	for (const struct isle_diag_rec *r = isle_diag_first(found); r; r = r->next) {
		isle_diag_repeat(d, r, what);
		if (r->hint)
			isle_hint(d, "%s", r->hint);
	}
}

static int converge(struct change *c, struct isle_lab *to, const char *what, char **ret_said)
{
	struct isle_diag *found = isle_diag_new();
	int r = 0;

	if (!found)
		return isle_fail(c->d, ENOMEM, NULL, "%s", what);
	if (!isle_rewire_commands(c->options))
		r = isle_up(to, NULL, found);
	else if (ret_said)
		r = isle_lab_changes(to, ISLE_LAB_COMMANDS, ret_said, found);
	pass_on(found, what, c->d);
	isle_diag_free(found);
	return r;
}

static struct isle_edit_end end_of(const struct isle_place *p)
{
	if (p->kind == ISLE_PLACE_DEVICE)
		return (struct isle_edit_end){ .machine = p->ifname };
	return (struct isle_edit_end){ .name = p->name, .ifname = *p->ifname ? p->ifname : NULL };
}

enum { END_TEXT = ISLE_NAME_MAX + IFNAMSIZ };

/* "a:eth1", or "a", or "lan"; "eth0 of the machine" */
static const char *text_of(const struct isle_place *p, char buf[END_TEXT])
{
	if (p->kind == ISLE_PLACE_DEVICE)
		snprintf(buf, END_TEXT, "%s of the machine", p->ifname);
	else
		snprintf(buf, END_TEXT, "%s%s%s", p->name, *p->ifname ? ":" : "", p->ifname);
	return buf;
}

/* R came of the edit, which is VERB with A and B. */
static int go(struct change *c, int r, const char *verb, const struct isle_place *a, const struct isle_place *b, char **ret_said)
{
	char words[2 * END_TEXT + 64], ta[END_TEXT], tb[END_TEXT];
	struct isle_lab *to = NULL;

	snprintf(words, sizeof(words), "cannot %s %s%s%s", verb, text_of(a, ta), b ? " and " : "", b ? text_of(b, tb) : "");
	if (!r)
		r = isle_edit_finish(c->edit, words, &to, c->d);
	if (!r) {
		keep_uplinks(c->is, to);
		r = converge(c, to, words, ret_said);
		isle_lab_free(to);
	}
	isle_edit_free(c->edit);
	isle_lab_free(c->is);
	return r;
}

enum { END_ADDRESSES = 16 };

/* In turn the first end's and the second's; a switch has none, and then all are the other's. */
static int share_addresses(const struct isle_pair *p, const char *const *addresses, size_t n, const char *of[2][END_ADDRESSES],
			   struct isle_edit_end ends[2], struct isle_diag *d)
{
	char text[END_TEXT];

	for (size_t i = 0; i < n; i++) {
		const size_t end = p->a.kind == ISLE_PLACE_NETWORK ? 1 : p->b.kind == ISLE_PLACE_NETWORK ? 0 : i % 2;

		if (ends[end].n_addrs == END_ADDRESSES) {
			isle_reject(d, NULL, "%s of a new link would have more than %d addresses",
				    text_of(end ? &p->b : &p->a, text), END_ADDRESSES);
			isle_hint(d, "`isle addr add` gives it more");
			return -E2BIG;
		}
		of[end][ends[end].n_addrs++] = addresses[i];
		ends[end].addrs = of[end];
	}
	return 0;
}

int isle_lab_connect(const struct isle_pair *p, const char *const *addresses, size_t n_addresses, const struct isle_key_value *keys,
		     size_t n_keys, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	struct isle_edit_end ends[2] = { end_of(&p->a), end_of(&p->b) };
	const char *of[2][END_ADDRESSES];
	char a[END_TEXT], b[END_TEXT];
	struct change c;
	int r = share_addresses(p, addresses, n_addresses, of, ends, d);

	if (r)
		return r;
	r = open_lab(&c, p->a.lab, o, d);
	if (!r)
		r = isle_edit_connect(c.edit, ends, keys, n_keys, d);
	r = go(&c, r, "connect", &p->a, &p->b, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "connected %s to %s in lab %s", text_of(&p->a, a), text_of(&p->b, b), p->a.lab);
}

int isle_lab_add_kind(const struct isle_pair *p, const struct isle_link_kind *kind, const char *const *addresses, size_t n_addresses,
		      const struct isle_key_value *keys, size_t n_keys, const struct isle_rewire_options *o, char **ret_said,
		      struct isle_diag *d)
{
	struct isle_edit_end a = end_of(&p->a), b = end_of(&p->b);
	char text[END_TEXT], name[IFNAMSIZ];
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	a.addrs = addresses;
	a.n_addrs = n_addresses;
	if (!r)
		r = isle_edit_interface(c.edit, &a, kind, p->has_b ? &b : NULL, keys, n_keys, name, d);
	r = go(&c, r, p->has_b ? "connect" : "add an interface to", &p->a, p->has_b ? &p->b : NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s:%s is %s%s%s in lab %s", p->a.name, name, kind->what, p->has_b ? " on " : "",
				       p->has_b ? text_of(&p->b, text) : "", p->a.lab);
}

int isle_lab_disconnect(const struct isle_pair *p, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	const struct isle_edit_end a = end_of(&p->a), b = end_of(&p->b);
	char ta[END_TEXT], tb[END_TEXT];
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	if (!r)
		r = isle_edit_disconnect(c.edit, &a, p->has_b ? &b : NULL, d);
	r = go(&c, r, "disconnect", &p->a, p->has_b ? &p->b : NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "disconnected %s%s%s in lab %s", text_of(&p->a, ta), p->has_b ? " from " : "",
				       p->has_b ? text_of(&p->b, tb) : "", p->a.lab);
}

int isle_lab_switch(const struct isle_pair *p, bool up, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	const struct isle_edit_end a = end_of(&p->a), b = end_of(&p->b);
	char ta[END_TEXT], tb[END_TEXT];
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	if (!r)
		r = isle_edit_link_state(c.edit, &a, p->has_b ? &b : NULL, up, d);
	r = go(&c, r, "switch the link of", &p->a, p->has_b ? &p->b : NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "the link of %s%s%s in lab %s is %s", text_of(&p->a, ta), p->has_b ? " and " : "",
				       p->has_b ? text_of(&p->b, tb) : "", p->a.lab, up ? "up" : "down");
}

int isle_lab_address(const struct isle_pair *p, const char *address, bool add, const struct isle_rewire_options *o, char **ret_said,
		     struct isle_diag *d)
{
	const struct isle_edit_end a = end_of(&p->a);
	char ta[END_TEXT];
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	if (!r)
		r = add ? isle_edit_address_add(c.edit, &a, address, d) : isle_edit_address_remove(c.edit, &a, address, d);
	r = go(&c, r, "change the addresses of", &p->a, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s of lab %s has %s%s", text_of(&p->a, ta), p->a.lab, add ? address : "no ",
				       add ? "" : address);
}

int isle_lab_route(const struct isle_pair *p, const char *dst, const struct isle_key_value *hop, size_t n,
		   const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	if (!r)
		r = hop ? isle_edit_route_add(c.edit, p->a.name, dst, hop, n, d) : isle_edit_route_remove(c.edit, p->a.name, dst, d);
	r = go(&c, r, "change the routes of", &p->a, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s of lab %s has %s route to %s", p->a.name, p->a.lab, hop ? "a" : "no", dst);
}

int isle_lab_uplink(const struct isle_pair *p, const char *const *subnets, size_t n, bool add, const struct isle_rewire_options *o,
		    char **ret_said, struct isle_diag *d)
{
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	if (!r)
		r = add ? isle_edit_uplink_add(c.edit, p->a.name, subnets, n, d) : isle_edit_uplink_remove(c.edit, p->a.name, d);
	r = go(&c, r, "change the uplink of", &p->a, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s of lab %s has %s uplink", p->a.name, p->a.lab, add ? "an" : "no");
}

int isle_lab_set(const struct isle_pair *p, const struct isle_key_value *keys, size_t n, const struct isle_rewire_options *o,
		 char **ret_said, struct isle_diag *d)
{
	const struct isle_edit_end a = end_of(&p->a);
	isle_auto(buf) struct isle_buf said = { 0 };
	char ta[END_TEXT];
	struct change c;
	int r = open_lab(&c, p->a.lab, o, d);

	for (size_t i = 0; i < n; i++)
		isle_buf_printf(&said, " %s=%s", keys[i].key, keys[i].value);
	if (!r)
		r = isle_edit_set(c.edit, &a, keys, n, d);
	r = go(&c, r, "change", &p->a, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s of lab %s has%s", text_of(&p->a, ta), p->a.lab, said.s);
}

/* NAME or NAME.LAB; else that of the options, $ISLE_LAB, or the only one that is up. */
static int which(const char *name, const struct isle_rewire_options *o, struct isle_place *ret, struct isle_diag *d)
{
	const char *dot = strchr(name, '.'), *env = getenv("ISLE_LAB");
	const size_t n = dot ? (size_t)(dot - name) : strlen(name);
	struct isle_arena *a;
	struct isle_site site;
	char **labs;
	size_t n_labs = 0;
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->net = -1;
	ret->kind = ISLE_PLACE_HOST;
	if (!n || n >= sizeof(ret->name))
		return isle_reject(d, NULL, "'%.80s' cannot be a host", name);
	memcpy(ret->name, name, n);
	snprintf(ret->lab, sizeof(ret->lab), "%s", dot ? dot + 1 : o && o->lab ? o->lab : env && *env ? env : "");
	if (*ret->lab)
		return 0;
	a = isle_arena_new();
	r = a ? isle_site_find(&site, d) : isle_fail(d, ENOMEM, NULL, "looking for labs");
	if (!r)
		r = isle_tree_list(&site, a, &labs, &n_labs, d);
	if (!r && n_labs == 1)
		snprintf(ret->lab, sizeof(ret->lab), "%s", labs[0]);
	isle_arena_free(a);
	if (r || n_labs == 1)
		return r;
	isle_reject(d, NULL, n_labs ? "several labs are up: which one?" : "no lab is up");
	isle_hint(d, n_labs ? "%s.LAB, or --lab" : "`isle netns add %s` makes a plain namespace", ret->name);
	return n_labs ? -ENOTUNIQ : -ENOENT;
}

int isle_host_add(const char *name, const struct isle_key_value *keys, size_t n, const struct isle_rewire_options *o,
		  char **ret_said, struct isle_diag *d)
{
	struct isle_place p;
	struct change c;
	int r = which(name, o, &p, d);

	if (r)
		return r;
	r = open_lab(&c, p.lab, o, d);
	if (!r)
		r = isle_edit_host_add(c.edit, p.name, keys, n, d);
	r = go(&c, r, "add", &p, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "lab %s has a host %s", p.lab, p.name);
}

int isle_host_remove(const char *name, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	struct isle_place p;
	struct change c;
	int r = which(name, o, &p, d);

	if (r)
		return r;
	r = open_lab(&c, p.lab, o, d);
	if (!r)
		r = isle_edit_host_remove(c.edit, p.name, d);
	r = go(&c, r, "remove", &p, NULL, ret_said);
	return r ? r : isle_rewire_say(o, ret_said, d, "lab %s has no host %s any more", p.lab, p.name);
}
